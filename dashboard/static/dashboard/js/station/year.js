// A year against the others: each day's range, the range of that date in all years, and the normals.

import { ELEMENTS, MONTH_STARTS, ofYear, shortDate, yearsOf } from "../days.js";
import { MONTHS } from "../formats.js";
import { normalsCalls, normalsOf } from "../normals.js";
import { bars, calendarAxis, finite, keep, measured, orNull, plot } from "../plot.js";
import { apiUrl } from "../rows.js";
import { addUp, last } from "../seasons.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { measure, told } from "../units.js";
import { heat } from "./heat.js";
import { NOTHING, same, take } from "./panel.js";

const RAIN = 0.26; // of the height

/** Draw a year. `normals` are rows of /api/normals, none if they are not known. */
export function drawYear(host, days, year, normals, pointed) {
  const shown = { ...columnsOf(days, year), normals: byMonth(normals) };
  keep(host, (width) => create(host, width, shown, pointed));
  return shown;
}

function columnsOf(days, year) {
  const [tmax, tmin, prcp] = ELEMENTS.map((element) => ofYear(days, element, year));
  const all = yearsOf(days).map((other) => [ofYear(days, "tmax", other), ofYear(days, "tmin", other)]);
  const extreme = (index, choose) =>
    Array.from({ length: 366 }, (_, n) =>
      all
        .map((pair) => pair[index][n])
        .filter(Number.isFinite)
        .reduce(choose, NaN),
    );
  return {
    ...{ tmax, tmin, prcp, fallen: addUp(prcp) },
    highest: extreme(0, (a, b) => (a >= b ? a : b)),
    lowest: extreme(1, (a, b) => (a <= b ? a : b)),
  };
}

/** {tmax: [12 normals], ...}, null where there is none. */
function byMonth(normals) {
  const found = Object.fromEntries(ELEMENTS.map((element) => [element, new Array(12).fill(null)]));
  for (const { element, month, normal } of normals) if (month && found[element]) found[element][month - 1] = normal;
  return found;
}

/** A month's value on each of its days. */
export function stepped(monthly) {
  return Array.from({ length: 366 }, (_, n) => monthly[MONTH_STARTS.findLastIndex((start) => start <= n)]);
}

/** What has added up by each day, if every month's total comes evenly. */
function accumulated(monthly) {
  if (monthly.includes(null)) return new Array(366).fill(null);
  let sum = 0;
  return stepped(monthly).map((total, n) => (sum += total / lengthAt(n)));
}

function lengthAt(place) {
  const month = MONTH_STARTS.findLastIndex((start) => start <= place);
  return (MONTH_STARTS[month + 1] ?? 366) - MONTH_STARTS[month];
}

function create(host, width, shown, pointed) {
  const values = (list, kind) =>
    Array.from(list, (value) => (value === null ? null : orNull(measure(kind).from(value))));
  const lows = { all: values(shown.lowest, "temperature"), year: values(shown.tmin, "temperature") };
  const normal = accumulated(shown.normals.prcp);
  const low = finest(shown.lowest, Math.min, 0);
  const high = Math.max(finest(shown.highest, Math.max, 1), low + 1);
  const rain = Math.max(finest(shown.fallen, Math.max, 1), finest(normal, Math.max, 1));
  const data = [
    Array.from({ length: 366 }, (_, n) => n),
    values(shown.highest, "temperature"),
    values(shown.tmax, "temperature"),
    values(stepped(shown.normals.tmax), "temperature"),
    values(stepped(shown.normals.tmin), "temperature"),
    values(shown.fallen, "rain"),
    values(normal, "rain"),
  ];
  const options = {
    width,
    height: width < 520 ? 320 : 380,
    scales: scalesOf(low, high, rain),
    axes: axesOf(width, low, high, rain),
    series: [
      {},
      { scale: "t", fill: () => color("--missing"), points: { show: false }, paths: bars((n) => lows.all[n]) },
      { scale: "t", fill: (u) => heat(u), points: { show: false }, paths: bars((n) => lows.year[n], 1, 0.2) },
      line("t", "--tmax"),
      line("t", "--tmin"),
      { ...line("mm", "--prcp"), fill: () => color("--prcp", 0.15) },
      { ...line("mm", "--normal"), dash: [4, 4] },
    ],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx === null ? "" : toldAt(shown, normal, u.cursor.idx))] },
  };
  return plot(host, options, data);
}

const line = (scale, name) => ({ scale, stroke: () => color(name), width: 1.75, points: { show: false } });

function scalesOf(low, high, rain) {
  const [t, mm] = [measure("temperature").from, measure("rain").from];
  const floor = low - ((high - low) * (RAIN + 0.04)) / (1 - RAIN - 0.04);
  return {
    x: { time: false, range: [-0.5, 365.5] },
    t: { range: [t(floor), t(high)] },
    mm: { range: [0, mm(rain) / RAIN] },
  };
}

function axesOf(width, low, high, rain) {
  return [
    calendarAxis(width),
    measured("temperature", "t", () => [low, high]),
    measured("rain", "mm", () => [0, rain], { side: 1, count: 2, grid: { show: false } }),
  ];
}

function finest(values, choose, without) {
  const known = finite(values);
  return known.length ? known.reduce((a, b) => choose(a, b)) : without;
}

function toldAt(shown, normal, n) {
  const range = (low, high) => `${told(orNull(low), "temperature")} to ${told(orNull(high), "temperature")}`;
  const fallen = `${told(orNull(shown.fallen[n]), "rain")} since 1 January`;
  const usual = normal[n] === null ? "" : ` (normal ${told(normal[n], "rain")})`;
  return `${shortDate(n)}: ${range(shown.tmin[n], shown.tmax[n])}; in all years ${range(shown.lowest[n], shown.highest[n])}; ${fallen}${usual}`;
}

// --- The panel ------------------------------------------------------------------------------

export const yearPanel = {
  id: "year",
  uses: ["year", "normals", "completeness", "qc"],
  async get(page, signal) {
    const days = await page.days();
    const normals = await normalsOf(normalsCalls(page.state, same(page)), signal).catch((error) => ({ error }));
    return { days, normals };
  },
  draw(page, parts, { days, normals }) {
    if (!days.length) return NOTHING;
    const { year } = page.state;
    const known = Array.isArray(normals) ? normals : [];
    const shown = drawYear(parts.chart, days, year, known, parts.tell);
    parts.tell("", aboutNormals(normals, page.state.normals));
    const others = yearsOf(days).length > 1 ? " against the other years" : "";
    parts.section.querySelector("h2").textContent = `${year}${others}`;
    parts.chart.ariaLabel = `The daily temperatures and the precipitation of ${year}. ${toldTotal(shown)}`;
    tableFor(parts.table, () => yearTable(shown, year));
    const url = apiUrl("/api/weather", { station_id: page.id, year, qc: page.basis });
    take(page, parts, String(year), url, ["csv", "parquet"]);
  },
};

function aboutNormals(normals, period) {
  if (!Array.isArray(normals)) return `There are no normals to compare with: ${normals.error.message}`;
  if (normals.some((row) => row.normal !== null)) return `Lines are the normals of ${period.replace("-", "–")}.`;
  return `There are no normals of ${period.replace("-", "–")}: ${normals[0]?.reason ?? "too few years"}.`;
}

const toldTotal = ({ fallen }) => `Precipitation adds up to ${told(last(fallen), "rain")}.`;

function yearTable({ tmax, tmin, prcp, normals }, year) {
  const cells = (values, kind, normal) => [mean(values, kind), told(normal, kind, { unit: false })];
  const byMonth = MONTHS.map((name, month) => {
    const [from, to] = [MONTH_STARTS[month], MONTH_STARTS[month + 1] ?? 366];
    const of = (values) => finite(values.slice(from, to));
    const fallen = of(prcp);
    const total = fallen.length
      ? told(
          fallen.reduce((a, b) => a + b, 0),
          "rain",
          { unit: false },
        )
      : "–";
    return [
      name,
      ...cells(of(tmax), "temperature", normals.tmax[month]),
      ...cells(of(tmin), "temperature", normals.tmin[month]),
      ...[total, told(normals.prcp[month], "rain", { unit: false })],
    ];
  });
  const [t, mm] = [measure("temperature").unit, measure("rain").unit];
  const head = ["Month", `Mean high, ${t}`, "Normal", `Mean low, ${t}`, "Normal", `Precipitation, ${mm}`, "Normal"];
  return { caption: `The months of ${year}`, head, rows: byMonth };
}

function mean(values, kind) {
  if (!values.length) return "–";
  return told(values.reduce((a, b) => a + b, 0) / values.length, kind, { unit: false });
}
