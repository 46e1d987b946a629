// Where values come from: the file that gave them, and the run that read it.

import { ELEMENTS, dateOf, observation } from "../days.js";
import { date } from "../formats.js";
import { table } from "../tables.js";
import { told } from "../units.js";
import { NOTHING, take } from "./panel.js";

/** GHCN's quality flags. */
export const FLAGS = {
  D: "duplicate",
  G: "gap",
  I: "internal consistency",
  K: "streak or frequent value",
  L: "length of a multi-day period",
  M: "megaconsistency",
  N: "naught",
  O: "climatological outlier",
  R: "lagged range",
  S: "spatial consistency",
  T: "temporal consistency",
  W: "too warm for snow",
  X: "bounds",
  Z: "Datzilla",
};
const NAMES = { tmax: "Maximum", tmin: "Minimum", prcp: "Precipitation" };
const KINDS = { tmax: "temperature", tmin: "temperature", prcp: "rain" };

const made = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
};

const linked = (href, text) => Object.assign(made("a", text), { href });

const fileName = (uri) => uri.split("/").at(-1);

function runLink(reading) {
  return linked(`/runs/${reading.run}`, `run ${reading.run}`);
}

/** Draw one day: its values, their flags, and where they come from. */
export function drawDay(host, days, day) {
  const found = observation(days, day);
  const heading = made("h3", dateOf(day));
  if (!found) return host.replaceChildren(heading, made("p", "There is no observation of this day."));
  const list = made("dl", ...ELEMENTS.map((element, n) => value(element, found.values[n], found.flags[n])));
  list.className = "figures";
  const { reading } = found;
  const file = made("code", fileName(reading.uri));
  file.title = reading.uri;
  const from = made("p", "From ", file, ", read by ", runLink(reading), ` and entered on ${enteredAt(reading)}.`);
  return host.replaceChildren(heading, list, from);
}

function value(element, number, flag) {
  const kind = KINDS[element];
  const what = flag ? [` `, made("small", `flag ${flag}: ${FLAGS[flag] ?? "unknown"}`)] : [];
  return made("div", made("dt", NAMES[element]), made("dd", told(Number.isNaN(number) ? null : number, kind), ...what));
}

const enteredAt = ({ entered_at: time }) =>
  time ? `${date(time.slice(0, 10))} at ${time.slice(11, 16)} UTC` : "an unknown day";

/** Draw all files that gave the station's values. */
export function drawOrigins(host, days) {
  const spans = new Map();
  days.source.forEach((id, place) => {
    const span = spans.get(id) ?? { first: place, many: 0 };
    spans.set(id, { ...span, last: place, many: span.many + 1 });
  });
  spans.delete(0); // days without an observation
  const rows = [...spans].map(([id, span]) => row(days, days.readings.get(id), span));
  const head = ["File", "*Format", "*Run", "*Entered", "*First day", "*Last day", "Days"];
  host.replaceChildren(table({ caption: "The readings of files that gave the present values.", head, rows }));
}

function row(days, reading, { first, last, many }) {
  const file = made("code", fileName(reading.uri));
  file.title = reading.uri;
  const day = (place) => dateOf(days.first + place);
  return [file, reading.format, runLink(reading), enteredAt(reading), day(first), day(last), many.toLocaleString("en")];
}

// --- The panel ------------------------------------------------------------------------------

export const sourcesPanel = {
  id: "sources",
  uses: [],
  get: (page) => page.all(),
  draw(page, parts, days) {
    if (!days.length) return NOTHING;
    drawOrigins(parts.chart, days);
    take(page, parts, "sources", `/data/stations/${page.id}/days?`, []);
  },
};
