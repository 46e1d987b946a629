// The availability: a row a year, a cell a day, and what there is of it.

import { ELEMENTS, MONTH_STARTS, dayOf, lastDay, shortDate, yearsOf } from "../days.js";
import { MONTHS, toISO } from "../formats.js";
import { FONT, keep } from "../plot.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { NOTHING, take } from "./panel.js";
import { apiUrl } from "../rows.js";

const NAMES = { tmax: "maximum", tmin: "minimum", prcp: "precipitation" };
export const STATES = [
  ["all", "all three values", "--accent", 0.75],
  ["some", "some missing", "--accent", 0.3],
  ["flagged", "a value has a flag", "--flagged", 1],
  ["none", "a line without values", "--normal", 0.7],
  ["absent", "no observation", "--missing", 1],
];

/** Return the number in STATES of what there is of a place among the days. */
export function stateOf(days, place) {
  if (!days.source[place]) return 4;
  if (ELEMENTS.some((element) => days.flags[element][place])) return 2;
  const there = ELEMENTS.filter((element) => days[element][place] === days[element][place]).length;
  return there === 3 ? 0 : there ? 1 : 3;
}

export function drawCalendar(host, days, { pointed, picked }) {
  const years = yearsOf(days);
  keep(host, (width) => {
    const layout = { width, left: 44, top: 22, row: width < 520 ? 9 : Math.max(8, Math.min(14, 420 / years.length)) };
    const canvas = document.createElement("canvas");
    const height = layout.top + layout.row * years.length + 4;
    canvas.style.cssText = `display:block;width:${width}px;height:${height}px`;
    [canvas.width, canvas.height] = [width * devicePixelRatio, height * devicePixelRatio];
    host.append(canvas);
    paint(canvas.getContext("2d"), days, years, layout);
    const at = (event) => dayUnder(event, years, layout);
    canvas.addEventListener("pointermove", (event) => pointed(at(event) === null ? "" : toldDay(days, at(event))));
    canvas.addEventListener("pointerleave", () => pointed(""));
    canvas.addEventListener("click", (event) => at(event) !== null && picked(at(event)));
    return null;
  });
}

function paint(ctx, days, years, { width, left, top, row }) {
  ctx.scale(devicePixelRatio, devicePixelRatio);
  const colors = STATES.map(([, , name, alpha]) => color(name, alpha));
  const wide = (width - left) / 366;
  years.forEach((year, line) => {
    const start = dayOf(year, 1, 1);
    const length = dayOf(year + 1, 1, 1) - start;
    let [from, state] = [0, null];
    for (let n = 0; n <= length; n++) {
      const place = start + n - days.first;
      const now = n < length && place >= 0 && place < days.length ? stateOf(days, place) : null;
      if (now === state) continue;
      if (state !== null)
        cell(
          ctx,
          colors[state],
          left + placed(from, length) * wide,
          left + placed(n, length) * wide,
          top + line * row,
          row - 1,
        );
      [from, state] = [n, now];
    }
  });
  labels(ctx, years, { width, left, top, row, wide });
}

const placed = (n, length) => (length === 365 && n >= 59 ? n + 1 : n);

function cell(ctx, fill, from, to, y, height) {
  ctx.fillStyle = fill;
  ctx.fillRect(from, y, Math.max(to - from, 1), height);
}

function labels(ctx, years, { left, top, row, wide, width }) {
  ctx.font = FONT;
  ctx.fillStyle = color("--muted");
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  const every = Math.ceil(15 / row) > 1 ? 5 : 1;
  years.forEach((year, line) => year % every || ctx.fillText(year, left - 8, top + (line + 0.5) * row));
  ctx.textAlign = "left";
  MONTH_STARTS.forEach((start, month) =>
    ctx.fillText(width < 520 ? MONTHS[month][0] : MONTHS[month], left + start * wide, top / 2 - 1),
  );
}

function dayUnder(event, years, { width, left, top, row }) {
  const year = years[Math.floor((event.offsetY - top) / row)];
  const place = Math.floor(((event.offsetX - left) / (width - left)) * 366);
  if (year === undefined || place < 0 || place > 365) return null;
  const [start, end] = [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
  if (end - start === 365 && place === 59) return null; // there is no 29 February
  return start + (end - start === 365 && place > 59 ? place - 1 : place);
}

function toldDay(days, day) {
  const place = day - days.first;
  const date = `${shortDate(placedIn(day))} ${new Date(day * 86_400_000).getUTCFullYear()}`;
  if (day < days.first || day > lastDay(days)) return `${date}: before or after all observations`;
  const missing = ELEMENTS.filter((element) => days[element][place] !== days[element][place]).map(
    (element) => NAMES[element],
  );
  const flagged = ELEMENTS.filter((element) => days.flags[element][place]).map((element) => NAMES[element]);
  const texts = [
    missing.length && `no ${missing.join(", ")}`,
    flagged.length && `flag on ${flagged.join(", ")}`,
  ].filter(Boolean);
  return `${date}: ${days.source[place] ? texts.join("; ") || "all three values" : "no observation"}`;
}

function placedIn(day) {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  const start = dayOf(year, 1, 1);
  return placed(day - start, dayOf(year + 1, 1, 1) - start);
}

/** Return by year how many days there are of what, for a table. */
export function counts(days) {
  return yearsOf(days).map((year) => {
    const [start, end] = [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
    const found = { year, days: end - start, observed: 0, flagged: 0, tmax: 0, tmin: 0, prcp: 0 };
    for (let place = Math.max(0, start - days.first); place < Math.min(days.length, end - days.first); place++) {
      found.observed += +(days.source[place] > 0);
      found.flagged += +(stateOf(days, place) === 2);
      for (const element of ELEMENTS) found[element] += +(days[element][place] === days[element][place]);
    }
    return found;
  });
}

// --- The panel ------------------------------------------------------------------------------

export const availabilityPanel = {
  id: "availability",
  uses: [],
  get: (page) => page.all(),
  draw(page, parts, days) {
    if (!days.length) return NOTHING;
    const picked = (day) => page.change({ date: toISO(day) }, { push: true });
    drawCalendar(parts.chart, days, { pointed: parts.tell, picked });
    parts.chart.ariaLabel = "What there is of every day. The table below has the number of days by year.";
    tableFor(parts.table, () => availabilityTable(days));
    take(page, parts, "availability", apiUrl("/api/weather/stats", { station_id: page.id }), ["csv", "parquet"]);
  },
};

function availabilityTable(days) {
  return {
    caption: "Days of every year",
    head: ["Year", "In the calendar", "Observed", "With maximum", "With minimum", "With precipitation", "With a flag"],
    rows: counts(days).map((row) =>
      [row.year, row.days, row.observed, row.tmax, row.tmin, row.prcp, row.flagged].map(String),
    ),
  };
}
