-- wrk asks for one path after another of the file URLS, each thread from another place on, and says how it went.

local threads = 0

function setup(thread)
  thread:set("first", threads)
  threads = threads + 1
end

function init()
  requests = {}
  for path in io.lines(os.getenv("URLS")) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  next_one = math.floor(first * #requests / 2)
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "broken": %d, "refused": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
