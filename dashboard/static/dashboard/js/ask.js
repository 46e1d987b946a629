// Ask the server, and show what becomes of it: loading, nothing there, an error with a way out, or the thing.

/** What the server refuses; `status` is its answer's, if it gave one. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The JSON of a URL, or what `read` makes of the answer. Throw Refused with what the server says is the matter. */
export async function ask(url, signal, read = (answer) => answer.json()) {
  let answer;
  try {
    answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The server cannot be reached.");
  }
  if (answer.ok) return read(answer);
  const problem = await answer.json().catch(() => null);
  throw new Refused(problem?.detail ?? `The server answers ${answer.status} ${answer.statusText}.`, answer.status);
}

const going = new WeakMap();

/**
 * Fill a box: `<div class="box" id="…"><p class="state" role="status"></p> … </div>`.
 *
 * `get(signal)` fetches, `draw(data)` draws, and returns a text instead if there is nothing to draw. A second
 * call for the same box gives up the first. The box has data-state loading, ready, empty or error.
 */
export async function fill(box, get, draw) {
  going.get(box)?.abort();
  const asking = new AbortController();
  going.set(box, asking);
  state(box, "loading", "Loading …");
  try {
    const data = await get(asking.signal);
    if (going.get(box) !== asking) return;
    const nothing = await draw(data);
    state(box, nothing ? "empty" : "ready", nothing ?? "");
  } catch (error) {
    if (error.name === "AbortError" || going.get(box) !== asking) return;
    const known = error instanceof Refused;
    state(box, "error", known ? error.message : "This page cannot draw that. It is our fault.");
    retry(box, () => fill(box, get, draw));
    if (!known) throw error;
  }
}

/** Set the state of a box and what it says. */
export function state(box, name, text) {
  box.dataset.state = name;
  box.setAttribute("aria-busy", String(name === "loading"));
  const line = box.querySelector(":scope > .state");
  if (line) line.textContent = text;
}

function retry(box, again) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Try again";
  button.addEventListener("click", again);
  box.querySelector(":scope > .state")?.append(" ", button);
}
