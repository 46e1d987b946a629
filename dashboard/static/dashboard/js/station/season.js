// Degree days as they add up through a year, against all other years.

import { shortDate, yearsOf } from "../days.js";
import { calendarAxis, keep, measured, orNull, plot } from "../plot.js";
import { SUMS, last, spreadOf, sumOf } from "../seasons.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { measure, told } from "../units.js";
import { NOTHING, take } from "./panel.js";
import { apiUrl } from "../rows.js";

const MOST_MISSING = 15; // days; a sum that lacks more is not compared

/** Return {year: {sums, missing}} of all years. */
export const seasonsOf = (days, name) => new Map(yearsOf(days).map((year) => [year, sumOf(days, year, SUMS[name])]));

/** Draw the sums of a year and of those that are known as well. Return a text if there is nothing to draw. */
export function drawSeason(host, seasons, year, pointed) {
  const others = [...seasons].filter(([other, { missing }]) => other !== year && missing <= MOST_MISSING);
  const chosen = seasons.get(year);
  const spread = spreadOf(others.map(([, { sums }]) => sums));
  keep(host, (width) => create(host, width, { chosen, others, spread, year }, pointed));
}

function create(host, width, { chosen, others, spread, year }, pointed) {
  const kind = "degree-days";
  const shown = (sums) => Array.from(sums, (value) => orNull(measure(kind).from(value)));
  const most = Math.max(1, ...[spread.high, chosen.sums].flatMap((sums) => Array.from(sums).filter(Number.isFinite)));
  const thin = { stroke: () => color("--normal", 0.28), width: 1, points: { show: false } };
  const options = {
    width,
    height: width < 520 ? 280 : 320,
    scales: { x: { time: false, range: [-0.5, 365.5] }, y: { range: [0, measure(kind).from(most) * 1.03] } },
    axes: [calendarAxis(width), measured(kind, "y", () => [0, most], { size: 72 })],
    series: [
      {},
      ...others.map(() => thin),
      { stroke: () => color("--text", 0.75), width: 1.5, dash: [5, 4], points: { show: false } },
      { stroke: () => color("--accent"), width: 2.75, points: { show: false } },
    ],
    hooks: {
      setCursor: [
        (u) => pointed(u.cursor.idx === null ? "" : toldAt(chosen, spread, others.length, year, u.cursor.idx)),
      ],
    },
  };
  const places = Array.from({ length: 366 }, (_, n) => n);
  return plot(host, options, [
    places,
    ...others.map(([, { sums }]) => shown(sums)),
    shown(spread.middle),
    shown(chosen.sums),
  ]);
}

function toldAt(chosen, { low, middle, high }, many, year, n) {
  const value = (sums) => told(orNull(sums[n]), "degree-days");
  const usual = many ? `; median ${value(middle)}, ${value(low)} to ${value(high)} in ${many} other years` : "";
  return `${shortDate(n)} ${year}: ${value(chosen.sums)}${usual}`;
}

// --- The panel ------------------------------------------------------------------------------

export const seasonPanel = {
  id: "season",
  uses: ["year", "sum", "qc"],
  get: (page) => page.days(),
  draw(page, parts, days) {
    if (!days.length) return NOTHING;
    const { year, sum } = page.state;
    const seasons = seasonsOf(days, sum);
    drawSeason(parts.chart, seasons, year, parts.tell);
    const { sums, missing } = seasons.get(year);
    const lacking = missing ? ` ${missing} days of ${year} have no temperatures and add nothing.` : "";
    parts.tell("", `${told(last(sums), "degree-days")} in ${year}.${lacking}`);
    parts.chart.ariaLabel = `${SUMS[sum].label} as they add up in ${year}, against all other years.`;
    tableFor(parts.table, () => seasonTable(seasons, SUMS[sum].label));
    take(
      page,
      parts,
      `${SUMS[sum].label} ${year}`,
      apiUrl("/api/indices", { station_id: page.id, index: sum, basis: page.basis }),
      ["csv", "parquet"],
    );
  },
};

function seasonTable(seasons, label) {
  return {
    caption: `${label} of every year; more than ${MOST_MISSING} missing days are not compared`,
    head: ["Year", `Sum, ${measure("degree-days").unit}`, "Missing days"],
    rows: [...seasons].map(([year, { sums, missing }]) => [
      String(year),
      told(last(sums), "degree-days", { unit: false }),
      String(missing),
    ]),
  };
}
