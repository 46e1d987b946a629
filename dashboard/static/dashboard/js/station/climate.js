// The climate: of every month the normal temperatures and what eight of ten years keep to, and precipitation.

import { MONTHS } from "../formats.js";
import { normalsCalls, normalsOf } from "../normals.js";
import { axis, bars, keep, measured, orNull, plot } from "../plot.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { measure, told } from "../units.js";
import { same, take } from "./panel.js";

const RAIN = 0.34; // of the height

/** {tmax: [12 rows], tmin, prcp, ...} of rows of /api/normals, null for a month without a normal. */
export function climateOf(rows) {
  const found = {};
  for (const row of rows) {
    if (row.month === null) continue;
    (found[row.element] ??= new Array(12).fill(null))[row.month - 1] = row.normal === null ? null : row;
  }
  return found;
}

export function drawClimate(host, climate, pointed) {
  keep(host, (width) => create(host, width, climate, pointed));
}

const NAMES = { tmax: "high", tmin: "low", prcp: "precipitation" };
const none = new Array(12).fill(null);

function create(host, width, climate, pointed) {
  const { tmax = none, tmin = none, prcp = none } = climate;
  const [t, mm] = [measure("temperature").from, measure("rain").from];
  const of = (list, field, change) => list.map((row) => (row ? orNull(change(row[field])) : null));
  const known = [...tmax, ...tmin].filter(Boolean);
  const low = Math.min(0, ...known.map((row) => row.p10));
  const high = Math.max(1, ...known.map((row) => row.p90));
  const rain = Math.max(1, ...prcp.filter(Boolean).map((row) => row.p90));
  const floor = low - ((high - low) * (RAIN + 0.04)) / (1 - RAIN - 0.04);
  const narrow = width < 440;
  const whisker = of(prcp, "p10", mm);
  const options = {
    width,
    height: 320,
    scales: {
      x: { time: false, range: [-0.6, 11.6] },
      t: { range: [t(floor), t(high)] },
      mm: { range: [0, mm(rain) / RAIN] },
    },
    axes: [
      axis({
        splits: () => none.map((_, n) => n),
        values: () => MONTHS.map((name) => (narrow ? name[0] : name)),
        grid: { show: false },
        size: 28,
      }),
      measured("temperature", "t", () => [low, high]),
      measured("rain", "mm", () => [0, rain], { side: 1, count: 2, grid: { show: false } }),
    ],
    series: [
      {},
      spread("t", "--tmax", of(tmax, "p10", t), 0.5),
      spread("t", "--tmin", of(tmin, "p10", t), 0.5),
      line("--tmax"),
      line("--tmin"),
      { scale: "mm", fill: () => color("--prcp"), points: { show: false }, paths: bars(() => 0, 0.56) },
      { ...spread("mm", "--prcp", whisker, 0.12), fill: () => color("--prcp", 0.45) },
    ],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx === null ? "" : toldMonth(climate, u.cursor.idx))] },
  };
  const data = [
    none.map((_, n) => n),
    ...[of(tmax, "p90", t), of(tmin, "p90", t), of(tmax, "normal", t), of(tmin, "normal", t)],
    ...[of(prcp, "normal", mm), of(prcp, "p90", mm)],
  ];
  return plot(host, options, data);
}

const spread = (scale, name, lows, width) => ({
  scale,
  fill: () => color(name, 0.22),
  points: { show: false },
  paths: bars((n) => lows[n], width),
});

const line = (name) => ({
  scale: "t",
  stroke: () => color(name),
  width: 2,
  points: { show: true, size: 6, fill: () => color(name), stroke: () => color(name) },
});

function toldMonth({ tmax = none, tmin = none, prcp = none }, month) {
  const normal = (row, kind) => told(row?.normal ?? null, kind);
  const range = prcp[month]
    ? ` (${told(prcp[month].p10, "rain")} to ${told(prcp[month].p90, "rain")} in 8 of 10 years)`
    : "";
  return `${MONTHS[month]}: high ${normal(tmax[month], "temperature")}, low ${normal(tmin[month], "temperature")}, precipitation ${normal(prcp[month], "rain")}${range}`;
}

// --- The panel ------------------------------------------------------------------------------

export const climatePanel = {
  id: "climate",
  uses: ["normals", "completeness", "qc"],
  async get(page, signal) {
    await page.all(); // it says which normals there can be
    return normalsOf(normalsCalls(page.state, same(page)), signal);
  },
  draw(page, parts, found) {
    const climate = climateOf(found);
    const period = page.state.normals.replace("-", "–");
    if (!Object.values(climate).some((months) => months.some(Boolean))) {
      return `There are no normals of ${period}: ${found[0]?.reason ?? "this station has no observations"}.`;
    }
    drawClimate(parts.chart, climate, parts.tell);
    parts.tell("", missingOf(found));
    parts.chart.ariaLabel = `The normal temperatures and precipitation of every month, ${period}. The table below has them.`;
    tableFor(parts.table, () => climateTable(climate, period));
    take(page, parts, `climate ${period}`, normalsCalls(page.state, same(page)), ["csv", "parquet"]);
  },
};

/** Say which normals are missing, and why the first of them is. */
export function missingOf(found) {
  const missing = found.filter(({ month, normal, element }) => month && normal === null && element !== "tavg");
  return missing.length
    ? `${missing.length} of 36 normals are missing; ${NAMES[missing[0].element]} of ${MONTHS[missing[0].month - 1]}: ${missing[0].reason}.`
    : "";
}

function climateTable({ tmax = [], tmin = [], tavg = [], prcp = [] }, period) {
  const cell = (row, kind) => told(row?.normal ?? null, kind, { unit: false });
  const [t, mm] = [measure("temperature").unit, measure("rain").unit];
  return {
    caption: `Normals ${period}`,
    head: ["Month", `High, ${t}`, `Low, ${t}`, `Mean, ${t}`, `Precipitation, ${mm}`],
    rows: MONTHS.map((name, n) => [
      name,
      ...[tmax, tmin, tavg].map((months) => cell(months[n], "temperature")),
      cell(prcp[n], "rain"),
    ]),
  };
}
