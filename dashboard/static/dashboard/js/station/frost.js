// The last frost of spring and the first of autumn of every year, and the season between them.

import { MONTH_STARTS, dayOf, shortDate, yearOf } from "../days.js";
import { toDay } from "../formats.js";
import { FONT, axis, keep, plot } from "../plot.js";
import { ticks } from "../scales.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { told } from "../units.js";
import { NOTHING, take } from "./panel.js";
import { apiUrl, rows } from "../rows.js";

/** Rows of /api/indices for frost_free as {year, spring, autumn, days, reason}; the dates are places in a year. */
export function frosts(rows) {
  return rows
    .filter((row) => row.month === null)
    .map((row) => ({
      year: row.year,
      spring: placeOf(row.start_date, row.year),
      autumn: placeOf(row.end_date, row.year),
      days: row.value,
      reason: row.reason,
    }));
}

/** In the southern hemisphere a season ends in the year after the one it is named by. */
function placeOf(date, year) {
  if (!date) return null;
  return toDay(`2000${date.slice(4)}`) - dayOf(2000, 1, 1) + 366 * (yearOf(toDay(date)) - year);
}

export function drawFrost(host, years, chosen, pointed) {
  keep(host, (width) => create(host, width, years, chosen, pointed));
}

function create(host, width, years, chosen, pointed) {
  const known = years.flatMap(({ spring, autumn }) => [spring, autumn]).filter((place) => place !== null);
  const [first, last] = [years[0].year, years.at(-1).year];
  const [low, high] = [Math.min(60, ...known) - 8, Math.max(330, ...known) + 8];
  const options = {
    width,
    height: width < 520 ? 280 : 320,
    scales: { x: { time: false, range: [first - 0.7, last + 0.7] }, y: { range: [low, high] } },
    axes: [
      axis({
        size: 28,
        grid: { show: false },
        splits: () => ticks(first, last, width / 70).filter(Number.isInteger),
        values: (_, found) => found.map(String),
      }),
      axis({ size: 56, splits: () => monthStarts(low, high), values: (_, found) => found.map(shortDate) }),
    ],
    series: [{}, dots("--tmin"), dots("--tmax")],
    hooks: {
      drawAxes: [(u) => seasons(u, years, chosen)],
      setCursor: [(u) => pointed(u.cursor.idx === null ? "" : toldYear(years[u.cursor.idx]))],
    },
  };
  return plot(host, options, [
    years.map((row) => row.year),
    years.map((row) => row.spring),
    years.map((row) => row.autumn),
  ]);
}

const STARTS = [...MONTH_STARTS, ...MONTH_STARTS.map((start) => start + 366)];
const monthStarts = (low, high) => STARTS.filter((start) => start >= low && start <= high);

const dots = (name) => ({
  stroke: () => color(name),
  paths: () => null,
  points: { show: true, size: 8, fill: () => color(name), stroke: () => color(name) },
});

function seasons(u, years, chosen) {
  const { ctx } = u;
  ctx.save();
  ctx.font = FONT;
  for (const { year, spring, autumn } of years) {
    if (spring === null || autumn === null) continue;
    const [x, top, bottom] = [
      u.valToPos(year, "x", true),
      u.valToPos(autumn, "y", true),
      u.valToPos(spring, "y", true),
    ];
    ctx.strokeStyle = color(year === chosen ? "--accent" : "--missing");
    ctx.lineWidth = (year === chosen ? 4 : 3) * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x, top);
    ctx.stroke();
  }
  ctx.restore();
}

export function toldYear({ year, spring, autumn, days, reason }) {
  if (spring === null && autumn === null) return `${year}: ${reason ?? "no frost found"}`;
  const date = (place) => (place === null ? "unknown" : shortDate(place));
  const length = days === null ? "" : `, ${days} days between`;
  return `${year}: last frost of spring ${date(spring)}, first of autumn ${date(autumn)}${length}`;
}

// --- The panel ------------------------------------------------------------------------------

const frostUrl = (page) => apiUrl("/api/indices", { station_id: page.id, index: "frost_free", basis: page.basis });

export const frostPanel = {
  id: "frost",
  uses: ["year", "qc"],
  async get(page, signal) {
    await page.all(); // it says which year is chosen
    return rows(frostUrl(page), signal);
  },
  draw(page, parts, found) {
    const years = frosts(found);
    if (!years.length) return NOTHING;
    drawFrost(parts.chart, years, page.state.year, parts.tell);
    parts.chart.ariaLabel = "The last frost of spring and the first of autumn of every year. The table below has them.";
    tableFor(parts.table, () => frostTable(years));
    take(page, parts, "frost dates", frostUrl(page), ["csv", "parquet"]);
  },
};

function frostTable(years) {
  const place = (value) => (value === null ? "–" : shortDate(value));
  return {
    caption: `Days with a minimum of ${told(0, "temperature")} or less`,
    head: ["Year", "*Last of spring", "*First of autumn", "Days between", "*Why there is none"],
    rows: years.map((row) => [
      String(row.year),
      place(row.spring),
      place(row.autumn),
      told(row.days, "plain"),
      row.reason ?? "",
    ]),
  };
}
