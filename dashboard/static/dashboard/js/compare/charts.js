// The charts of a comparison: lines over a calendar year, over years, and over all days.

import { dateOf, lastDay, shortDate } from "../days.js";
import { axis, calendarAxis, finite, keep, measured, orNull, plot } from "../plot.js";
import { meanOf, pyramid, stepFor } from "../pyramid.js";
import { ticks } from "../scales.js";
import { color } from "../theme.js";
import { dateTicks } from "../ticks.js";
import { measure, told } from "../units.js";
import { steer, view } from "../view.js";

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]];
export const dashOf = (n) => DASHES[n % DASHES.length];

const pen = (line, n) => ({
  stroke: () => color(line.color),
  width: 2,
  dash: dashOf(n),
  points: { show: false },
});
const heightOf = (width) => (width < 520 ? 280 : 360);

function rangeOf(lists, zero) {
  const known = lists.flatMap(finite);
  if (!known.length) return [0, 1];
  const low = zero ? 0 : known.reduce((a, b) => Math.min(a, b));
  return [
    low,
    Math.max(
      known.reduce((a, b) => Math.max(a, b)),
      low + 1,
    ),
  ];
}

const shownIn = (kind, values) =>
  Array.from(values, (value) => (value === null ? null : orNull(measure(kind).from(value))));

function pointer(lines, values, kind, pointed, when) {
  return {
    setCursor: [
      (u) => {
        const n = u.cursor.idx;
        const texts = () => lines.map((line, i) => `${line.label} ${told(orNull(values[i][n] ?? NaN), kind)}`);
        pointed(n === null ? "" : `${when(n)}: ${texts().join(" · ")}`);
      },
    ],
  };
}

/** Lines of 366 values, one for every line compared. */
export function drawCalendarLines(host, lines, values, { kind, zero = false, pointed }) {
  keep(host, (width) => {
    const [low, high] = rangeOf(values, zero);
    const { from } = measure(kind);
    const options = {
      width,
      height: heightOf(width),
      scales: { x: { time: false, range: [-0.5, 365.5] }, y: { range: [from(low), from(high)] } },
      axes: [calendarAxis(width), measured(kind, "y", () => [low, high], { size: 72 })],
      series: [{}, ...lines.map(pen)],
      hooks: pointer(lines, values, kind, pointed, shortDate),
    };
    return plot(host, options, [
      Array.from({ length: 366 }, (_, n) => n),
      ...values.map((list) => shownIn(kind, list)),
    ]);
  });
}

/** Lines of [[year, value]], one for every line compared. */
export function drawYearLines(host, lines, pairs, { kind, pointed }) {
  const years = [...new Set(pairs.flat().map(([year]) => year))].sort((a, b) => a - b);
  const values = pairs.map((list) => years.map((year) => new Map(list).get(year) ?? null));
  keep(host, (width) => {
    const [low, high] = rangeOf(values, false);
    const { from } = measure(kind);
    const dots = (line) => ({ show: true, size: 6, fill: () => color(line.color), stroke: () => color(line.color) });
    const options = {
      width,
      height: heightOf(width),
      scales: {
        x: { time: false, range: [years[0] - 0.5, years.at(-1) + 0.5] },
        y: { range: [from(low) * 0.98, from(high) * 1.02] },
      },
      axes: [yearAxis(width, years), measured(kind, "y", () => [low, high], { size: 72 })],
      series: [{}, ...lines.map((line, n) => ({ ...pen(line, n), points: dots(line) }))],
      hooks: pointer(lines, values, kind, pointed, (n) => years[n]),
    };
    return plot(host, options, [years, ...values.map((list) => shownIn(kind, list))]);
  });
}

const yearAxis = (width, years) =>
  axis({
    size: 28,
    grid: { show: false },
    splits: () => ticks(years[0], years.at(-1), Math.max(2, width / 70)).filter(Number.isInteger),
    values: (_, found) => found.map(String),
  });

/** All days of stations, as means of some pixels, to be moved and zoomed. Return the view. */
export function drawDayLines(host, lines, stations, { measure: name, from, to, changed, pointed }) {
  const chart = { lines, steps: stations.map(pyramid), u: null };
  const observed = stations.filter(({ length }) => length);
  const first = Math.min(...observed.map((days) => days.first));
  const end = Math.max(...observed.map((days) => lastDay(days) + 1));
  const range = view(first, end, (start, stop, settled) => {
    showDays(chart, name, start, stop);
    changed(start, stop, settled);
  });
  range.set(from ?? first, to ?? end, false);
  keep(host, (width) => {
    chart.u = createDays(host, width, chart, pointed);
    showDays(chart, name, range.state.from, range.state.to);
    return chart.u;
  });
  const dayAt = (x) => chart.u.posToVal(x - chart.u.over.getBoundingClientRect().left, "x");
  steer(host, { view: range, dayAt, width: () => chart.u.over.clientWidth });
  return range;
}

function createDays(host, width, chart, pointed) {
  let texts = [];
  const dates = {
    size: 40,
    splits: (u, _, from, to) => {
      const found = dateTicks(from, to, Math.max(2, width / 70));
      texts = found.texts;
      return found.days;
    },
    values: () => texts,
  };
  const options = {
    width,
    height: heightOf(width),
    scales: { x: { time: false }, y: { range: () => chart.range.map(measure("temperature").from) } },
    axes: [axis(dates), measured("temperature", "y", () => chart.range)],
    series: [{}, ...chart.lines.map(pen)],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx === null ? "" : toldDays(chart, u.cursor.idx))] },
  };
  return plot(host, options, [[], ...chart.lines.map(() => [])]);
}

/** Buckets of at least five pixels, the same for all stations. */
function showDays(chart, name, from, to) {
  if (!chart.u) return;
  const most = chart.u.bbox.width / devicePixelRatio / 5;
  const steps = chart.steps.map((station) => stepFor(station, to - from, most));
  const size = Math.max(...steps.map((step) => step.size));
  const start = Math.floor(from / size) * size;
  const xs = Array.from({ length: Math.ceil((to - start) / size) }, (_, n) => start + n * size);
  const values = chart.steps.map((station) => {
    const step = station.find((one) => one.size === size) ?? station.at(-1);
    return xs.map((day) => valueOf(step, name, (day - step.first) / size));
  });
  chart.range = rangeOf(values, false);
  Object.assign(chart, { xs, values, size });
  chart.u.batch(() => {
    chart.u.setData([xs.map((day) => day + size / 2), ...values.map((list) => shownIn("temperature", list))], false);
    chart.u.setScale("x", { min: from, max: to });
  });
}

function valueOf(step, name, bucket) {
  if (bucket < 0 || bucket >= step.length) return null;
  if (name !== "tavg") return orNull(meanOf(step, name, bucket));
  return orNull((meanOf(step, "tmax", bucket) + meanOf(step, "tmin", bucket)) / 2);
}

function toldDays({ lines, xs, values, size }, n) {
  const when = size === 1 ? dateOf(xs[n]) : `${dateOf(xs[n])} to ${dateOf(xs[n] + size - 1)}`;
  return `${when}: ${lines.map((line, i) => `${line.label} ${told(values[i][n], "temperature")}`).join(" · ")}`;
}
