"""The API as the Procfile starts it, against FastAPI and asyncpg on the same database.

Two workers each, 16 connections by wrk, one server at a time and in turn. No path comes twice to
the same server, unless the cache is what is measured. Every question is asked of both first, and
the values must agree.
"""

import datetime
import random
import tempfile
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2

from benchmarks import exports
from benchmarks.ingest import SERVER, execute, ingest, manage
from benchmarks.report import Row, Unmeasured
from benchmarks.servers import Unexpected, baseline, load, missing, ours
from tests.services import postgresql

PATHS = 20_000
"""How many paths a server may use up in a second."""
CHECKED = 100
"""How many of them are asked of both servers, to compare the values."""
SPAN = datetime.timedelta(days=1400)


def measure(data, runs, seconds, large):
    """Yield rows: pages, cached and conditional ones, statistics, depth, exports and, if large, growth."""
    if what := missing():
        yield Unmeasured("the API", what)
        return
    with tempfile.TemporaryDirectory() as folder, postgresql(**SERVER) as database:
        rows = fill(database, data)
        bench = Bench(Path(folder) / "paths", runs, seconds)
        with ours(database) as server, baseline(database) as other:
            yield from bench.against(server, other)
            yield from told("the deepest page", bench.depth(server, rows))
            yield from exports.measure(server, database, Path(folder), runs)
        if large:
            yield from growth(bench, database, Path(folder))


def fill(database, data):
    """Ingest a folder into a new database; return how many rows it has."""
    manage(database, "migrate", "--verbosity=0")
    _, balance = ingest(database, data, 2)
    execute(database, "ANALYZE")
    return balance["inserted"]


def told(what, rows):
    """Yield rows, and in place of those that cannot be had one that says why."""
    try:
        yield from rows
    except Unexpected as error:
        yield Unmeasured(what, str(error))


class Stations:
    """Paths of questions about one station, no two alike."""

    def __init__(self, server):
        found = server.json("/api/stations?page_size=1000")["results"]
        day = datetime.date.fromisoformat
        self.days = [(s["station_id"], day(s["first_date"]), day(s["last_date"])) for s in found]

    def page(self, size):
        station, first, last = random.choice(self.days)
        start = first + datetime.timedelta(days=random.randrange(max((last - first - SPAN).days, 1)))
        return f"/api/weather?station_id={station}&start={start}&end={start + SPAN}&page_size={size}"

    def statistics(self):
        """All years of a station: only the limits differ, and they exclude nothing."""
        station, first, last = random.choice(self.days)
        years = f"start_year={random.randint(1, first.year)}&end_year={random.randint(last.year, 9999)}"
        return f"/api/weather/stats?station_id={station}&{years}"


class Bench:
    def __init__(self, paths, runs, seconds):
        self.paths, self.runs, self.seconds = paths, runs, seconds

    def many(self, path):
        """Return as many paths as a run may use up, made by `path`."""
        return [path() for _ in range(PATHS * self.seconds)]

    def ask(self, server, paths, **options):
        self.paths.write_text("".join(f"{path}\n" for path in paths))
        return load(server, self.paths, self.seconds, **options)

    def against(self, server, other):
        stations = Stations(server)
        questions = {
            "page of 100": (lambda: stations.page(100), 1.0),
            "page of 1,000": (lambda: stations.page(1000), 2.0),
            "statistics of a station": (stations.statistics, 1.0),
        }
        for what, (path, least) in questions.items():
            yield from told(what, self.compare(server, other, what, path, least))
        path = stations.page(100)
        yield from told("the same page again", self.again(server, other, stations, path))
        yield from told("304", self.again(server, other, stations, path, conditional=True))

    def compare(self, server, other, what, path, least):
        agree(server, other, [path() for _ in range(CHECKED)])
        mine, theirs = [], []
        for run in range(-1, self.runs):
            paths = self.many(path)
            loads = self.ask(other, paths), self.ask(server, paths)
            if run >= 0:  # the first is to warm up
                theirs.append(loads[0])
                mine.append(loads[1])
        yield rates(what, mine, theirs, least)
        yield Row(f"{what}, p99", [m.p99 for m in mine], [t.p99 for t in theirs], 1.0, "ms")

    def again(self, server, other, stations, path, conditional=False):
        agree(server, other, [path])
        headers = {"If-None-Match": etag(server, path)} if conditional else {}
        mine, theirs = [], []
        for _ in range(self.runs):
            theirs.append(self.ask(other, self.many(lambda: stations.page(100))))
            mine.append(self.ask(server, [path], **headers))
        what = "304 for If-None-Match" if conditional else "the same page of 100 again"
        yield rates(f"{what}, against pages of 100 of the baseline", mine, theirs, 2.0)

    def depth(self, server, rows):
        end, seen = walk(server)
        if seen != rows:
            raise Unexpected(f"walking through all pages gave {seen:,} rows of {rows:,}")
        deep, first = self.latencies((server, lambda: everything(end)), (server, everything))
        yield Row("deepest page of everything against the first, median latency", deep, first, 1.1, "ms")

    def latencies(self, *questions):
        """Ask questions, (server, function that makes a path), in turn; return a list of ms of each."""
        runs = [
            [self.ask(server, self.many(path), connections=1).p50 for server, path in questions]
            for _ in range(self.runs)
        ]
        return zip(*runs, strict=True)


def rates(what, mine, theirs, least):
    return Row(what, [m.rate for m in mine], [t.rate for t in theirs], unit="requests/s", least=least)


def agree(server, other, paths):
    """Raise Unexpected if the servers give other values for one of the paths."""
    for path in paths:
        if server.json(path)["results"] != other.json(path)["results"]:
            raise Unexpected(f"the baseline gives other values for {path}")


def etag(server, path):
    """Return the ETag of a path, to which the server says 304."""
    tag = server.ask(path)[1]["ETag"]
    if not tag:
        raise Unexpected("no ETag")
    if (status := server.ask(path, **{"If-None-Match": tag})[0]) != 304:
        raise Unexpected(f"{status} in place of 304")
    return tag


def everything(cursor=None):
    """Return a path for everything: only the limit differs, and it excludes nothing."""
    path = f"/api/weather?page_size=100&start={datetime.date.fromordinal(random.randint(2, 600_000))}"
    return f"{path}&cursor={cursor}" if cursor else path


def walk(server):
    """Follow `next` from the first page of everything to the last; return (its cursor, rows seen)."""
    path, cursor, seen = "/api/weather?page_size=1000", "", 0
    while True:
        page = server.json(path)
        seen += len(page["results"])
        if page["next"] is None:
            return cursor, seen
        parts = urlsplit(page["next"])
        [cursor] = parse_qs(parts.query)["cursor"]
        path = f"{parts.path}?{parts.query}"


def growth(bench, database, folder):
    """Yield rows for ten times the data against once the data, both made up."""
    (once, few), (ten_times, many) = (filled(database, folder, stations) for stations in (181, 1810))
    against = f"{many:,} rows against {few:,}, median latency"
    with ours(ten_times) as large, ours(once) as small:
        pages = bench.latencies(*((server, partial(Stations(server).page, 100)) for server in (large, small)))
        yield Row(f"page of 100, {against}", *pages, 1.1, "ms")
        deep = bench.latencies(*((server, partial(everything, walk(server)[0])) for server in (large, small)))
        yield Row(f"deepest page, {against}", *deep, 1.1, "ms")


def filled(database, folder, stations):
    """Make up data in a database of their own; return (its URL, its rows)."""
    name = f"of_{stations}"
    connection = psycopg2.connect(database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    database = database.removesuffix("postgres") + name
    period = ["--start=1985", "--end=2014"]
    manage(database, "generate_weather", str(folder / name), f"--stations={stations}", *period)
    return database, fill(database, folder / name)
