// The first panel: all days, the range that is shown of them, and the day that was picked.

import { dateOf, dayOf, isDate, lastDay, observation, yearOf, yearsOf } from "../days.js";
import { toDay, toISO } from "../formats.js";
import { orNull } from "../plot.js";
import { tableFor } from "../tables.js";
import { measure, told } from "../units.js";
import { drawDaily } from "./daily.js";
import { drawDay } from "./origins.js";
import { NOTHING, take } from "./panel.js";
import { apiUrl } from "../rows.js";

const MOST_ROWS = 400;
const section = document.getElementById("daily");
const inputs = { start: section.querySelector("[name=start]"), end: section.querySelector("[name=end]") };
const drawn = { days: null, view: null };

export const dailyPanel = {
  id: "daily",
  uses: ["qc", "start", "end", "date"],
  get: (page) => page.days(),
  draw(page, parts, days) {
    if (!days.length) return NOTHING;
    const { from, to } = asked(page.state, days);
    if (drawn.days !== days) start(page, parts, days, from, to);
    else if (shown(drawn.view) !== shown({ state: { from, to } })) drawn.view.glide(from, to);
    showDay(page, days);
    performance.mark("days-drawn");
    performance.measure("draw-days", "days-arrived", "days-drawn");
  },
};

/** The days asked for; `to` is the day after the last one. */
function asked({ start, end }, days) {
  const from = start ? Math.max(toDay(start), days.first) : days.first;
  const to = (end ? Math.min(toDay(end), lastDay(days)) : lastDay(days)) + 1;
  return to > from ? { from, to } : { from: days.first, to: lastDay(days) + 1 };
}

const datesOf = ({ state: { from, to } }) => [toISO(Math.floor(from)), toISO(Math.ceil(to) - 1)];
const shown = (view) => datesOf(view).join();

function start(page, parts, days, from, to) {
  drawn.days = days;
  drawn.view = drawDaily(parts.chart, days, {
    from,
    to,
    changed: (start, end, settled) => settled && rested(page, parts, days),
    pointed: parts.tell,
    picked: (day) => page.change({ date: toISO(day) }, { push: true }),
  });
  rested(page, parts, days);
}

/** Say everywhere what is shown now: in the URL, the fields, the table, the downloads. */
function rested(page, parts, days) {
  const [start, end] = datesOf(drawn.view);
  const whole = toDay(start) <= days.first && toDay(end) >= lastDay(days);
  page.note({ start: whole ? "" : start, end: whole ? "" : end });
  Object.assign(inputs.start, { value: start, min: toISO(days.first), max: end });
  Object.assign(inputs.end, { value: end, min: start, max: toISO(lastDay(days)) });
  const range = `${dateOf(toDay(start))} to ${dateOf(toDay(end))}`;
  parts.tell("", range);
  section.querySelector(".range").textContent = range;
  tableFor(parts.table, () => tableOf(days, toDay(start), toDay(end)));
  const url = apiUrl("/api/weather", { station_id: page.id, start, end, qc: page.basis });
  take(page, parts, range, url, ["csv", "parquet"]);
}

function showDay(page, days) {
  const box = section.querySelector(".day");
  box.hidden = !page.state.date;
  if (page.state.date) drawDay(box.querySelector("div"), days, toDay(page.state.date), page.id);
}

// --- The table ------------------------------------------------------------------------------

function tableOf(days, from, to) {
  return to - from < MOST_ROWS ? byDay(days, from, to) : byYear(days, from, to);
}

function byDay(days, from, to) {
  const [t, mm] = [measure("temperature").unit, measure("rain").unit];
  const head = ["Day", `High, ${t}`, `Low, ${t}`, `Precipitation, ${mm}`, "*Flags"];
  const rows = [];
  for (let day = from; day <= to; day++) {
    const found = observation(days, day);
    const value = (n, kind) => told(found ? orNull(found.values[n]) : null, kind, { unit: false });
    const flags = found ? found.flags.map((flag, n) => flag && `${["high", "low", "precipitation"][n]} ${flag}`) : [];
    rows.push([
      toISO(day),
      value(0, "temperature"),
      value(1, "temperature"),
      value(2, "rain"),
      flags.filter(Boolean).join(", "),
    ]);
  }
  return { caption: "The days shown", head, rows };
}

function byYear(days, from, to) {
  const rows = yearsOf(days)
    .filter((year) => year >= yearOf(from) && year <= yearOf(to))
    .map((year) => [String(year), ...summary(days, year, from, to)]);
  const [t, mm] = [measure("temperature").unit, measure("rain").unit];
  return {
    caption: "The years shown, as far as they are; zoom in to less than 400 days for single days",
    head: ["Year", `Highest, ${t}`, `Lowest, ${t}`, `Total precipitation, ${mm}`, "Days observed"],
    rows,
  };
}

function summary(days, year, from, to) {
  let [high, low, rain, many] = [-Infinity, Infinity, 0, 0];
  const [start, end] = [Math.max(from, dayOf(year, 1, 1)), Math.min(to + 1, dayOf(year + 1, 1, 1))];
  for (let place = start - days.first; place < end - days.first; place++) {
    if (days.tmax[place] > high) high = days.tmax[place];
    if (days.tmin[place] < low) low = days.tmin[place];
    rain += days.prcp[place] || 0;
    many += +(days.source[place] > 0);
  }
  const value = (number, kind) => told(orNull(number), kind, { unit: false });
  return [value(high, "temperature"), value(low, "temperature"), value(rain, "rain"), String(many)];
}

// --- Controls -------------------------------------------------------------------------------

const ACTS = {
  span: (view, value) => (value === "all" ? view.all() : view.span(Number(value))),
  zoom: (view, value) => view.zoom(Number(value)),
  move: (view, value) => view.move(Number(value)),
};

section.addEventListener("click", ({ target }) => {
  const { act, value } = target.closest("[data-act]")?.dataset ?? {};
  if (act && drawn.view) ACTS[act](drawn.view, value);
});

for (const input of Object.values(inputs)) {
  input.addEventListener("change", () => {
    const [start, end] = [inputs.start.value, inputs.end.value];
    if (drawn.view && isDate(start) && isDate(end) && start <= end) drawn.view.glide(toDay(start), toDay(end) + 1);
  });
}
