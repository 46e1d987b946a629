// What a page shows stands in its URL: whoever gets the link sees the same.

/** The parameters of the URL over defaults. A default decides the type: numbers and booleans come as such. */
export function read(defaults) {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, given.has(name) ? typed(given.get(name), value) : value]),
  );
}

function typed(text, like) {
  if (typeof like === "number") return text !== "" && Number.isFinite(+text) ? +text : like;
  return typeof like === "boolean" ? text === "1" : text;
}

/** Write the state into the URL, without what is as by default; other parameters (units) stay. */
export function write(state, defaults, { push = false } = {}) {
  const url = new URL(location);
  for (const [name, value] of Object.entries(state)) {
    if (value === defaults[name] || value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, typeof value === "boolean" ? +value : value);
  }
  url.search = url.search.replaceAll("%2C", ",");
  if (url.href !== location.href) history[push ? "pushState" : "replaceState"](null, "", url);
}

/** Call `restore` when the reader goes back or forward. */
export function onReturn(restore) {
  addEventListener("popstate", restore);
}

/** The URL to share: with the units the reader sees. */
export function shared() {
  const url = new URL(location);
  url.searchParams.set("units", document.documentElement.dataset.units);
  return url.href;
}
