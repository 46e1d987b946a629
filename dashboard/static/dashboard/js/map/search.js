// Find a station by name or by the beginning of its id: a combobox whose list holds links.

import { ask } from "../ask.js";

const MOST = 8;
const WAIT = 150; // milliseconds after the last key

/** `own(text)` returns the stations of the map whose id begins so; `chosen(station)` is told what was chosen. */
export function search(input, list, own, chosen) {
  let timer;
  let asking = new AbortController();
  let found = [];
  let active = -1;

  async function look() {
    const text = input.value.trim();
    asking.abort();
    asking = new AbortController();
    if (text.length < 2) return show([]);
    const ids = own(text.toUpperCase()).slice(0, MOST);
    try {
      const named = await ask(`/api/stations?name=${encodeURIComponent(text)}&page_size=${MOST}`, asking.signal);
      const more = named.results.filter(({ station_id }) => !ids.some((one) => one.station_id === station_id));
      show([...ids, ...more].slice(0, MOST), `No station is called like ${text}.`);
    } catch (error) {
      if (error.name !== "AbortError") show(ids, error.message);
    }
  }

  function show(stations, nothing = "") {
    found = stations;
    active = -1;
    list.replaceChildren(...stations.map(option));
    if (!stations.length && nothing) list.append(note(nothing));
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(stations.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  function option(station, i) {
    const item = document.createElement("li");
    item.id = `found-${i}`;
    item.role = "option";
    item.ariaSelected = "false";
    const data = station.first_date === null ? " · no data" : "";
    const name = Object.assign(document.createElement("span"), { textContent: station.name || station.station_id });
    const id = Object.assign(document.createElement("small"), {
      textContent: `${station.station_id}${station.state ? ` · ${station.state}` : ""}${data}`,
    });
    item.append(name, id);
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => take(i));
    return item;
  }

  function note(text) {
    return Object.assign(document.createElement("li"), { className: "note", textContent: text });
  }

  function move(step) {
    if (!found.length) return;
    active = (active + step + found.length) % found.length;
    found.forEach((_, i) => (list.children[i].ariaSelected = String(i === active)));
    input.setAttribute("aria-activedescendant", `found-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function take(i) {
    const station = found[i];
    if (!station) return;
    input.value = station.name || station.station_id;
    show([]);
    chosen(station);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(Math.max(active, 0)), Escape: () => show([]) };
    if (!act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  });
  input.addEventListener("blur", () => show([]));
}
