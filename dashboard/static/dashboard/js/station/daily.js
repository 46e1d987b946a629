// Every day: temperatures as a band from the lowest to the highest, precipitation as bars below.

import { ELEMENTS, dateOf, lastDay, observation } from "../days.js";
import { axis, bars, finite, keep, measured, orNull, plot } from "../plot.js";
import { bucketsOf, meanOf, pyramid, stepFor } from "../pyramid.js";
import { color } from "../theme.js";
import { dateTicks } from "../ticks.js";
import { measure, told } from "../units.js";
import { steer, view } from "../view.js";
import { heat } from "./heat.js";

const HEIGHT = 420;
const RAIN = 0.24; // of the height
const LEAST = { degrees: 25, rain: 25 }; // what the axes span at least
const FLAGS_UP_TO = 1200; // days, beyond which single values are no longer seen

/**
 * Draw the days into `host` and let it be steered. `changed(from, to, settled)` is told of every range shown,
 * `pointed(text)` what is under the pointer, `picked(day)` the day that is clicked.
 */
export function drawDaily(host, days, { from, to, changed, pointed, picked }) {
  const chart = { days, steps: pyramid(days), extent: null, u: null, frame: 0 };
  const range = view(days.first, lastDay(days) + 1, (start, end, settled) => {
    show(chart, start, end);
    changed(start, end, settled);
  });
  range.set(from, to, false);
  keep(host, (width) => {
    chart.u = create(host, width, chart, (text) => pointed(text));
    show(chart, range.state.from, range.state.to);
    return chart.u;
  });
  const dayAt = (x) => chart.u.posToVal(x - chart.u.over.getBoundingClientRect().left, "x");
  steer(host, { view: range, dayAt, width: () => chart.u.over.clientWidth, clicked: picked });
  return range;
}

function create(host, width, chart, pointed) {
  const options = {
    width,
    height: width < 520 ? 320 : HEIGHT,
    scales: { x: { time: false }, t: { range: () => degreesRange(chart) }, mm: { range: () => rainRange(chart) } },
    axes: [
      dayAxis(width),
      measured("temperature", "t", () => [chart.extent.low, chart.extent.high]),
      measured("rain", "mm", () => [0, chart.extent.rain], { side: 1, count: 2, grid: { show: false } }),
    ],
    series: [
      {},
      { scale: "t", fill: (u) => heat(u, 0.42), points: { show: false }, paths: barsOf(chart, (row) => row.lowest) },
      { scale: "t", fill: (u) => heat(u), points: { show: false }, paths: barsOf(chart, (row) => row.meanLow) },
      { scale: "mm", fill: () => color("--prcp"), points: { show: false }, paths: barsOf(chart, () => 0) },
    ],
    hooks: {
      draw: [(u) => flags(u, chart)],
      setCursor: [(u) => pointed(u.cursor.idx === null ? "" : told1(chart, u.cursor.idx))],
    },
  };
  return plot(host, options, [[], [], [], []]);
}

function dayAxis(width) {
  let texts = [];
  return axis({
    size: 40,
    splits: (u, _, from, to) => {
      const found = dateTicks(from, to, Math.max(2, width / 70));
      texts = found.texts;
      return found.days;
    },
    values: () => texts,
  });
}

function barsOf(chart, lowOf) {
  return (u, series, from, to) =>
    bars((n) => lowOf(chart.rows[n]), chart.size, chart.size === 1 ? 0.12 : 0)(u, series, from, to);
}

/** Put the days from one to another into the chart: buckets of at least a pixel. */
function show(chart, from, to) {
  if (!chart.u) return;
  const step = stepFor(chart.steps, to - from, chart.u.bbox.width / devicePixelRatio / 1.1);
  const [start, end] = bucketsOf(step, from, to);
  Object.assign(chart, { step, start, size: step.size });
  const columns = columnsOf(chart, end);
  ease(chart, extentOf(step, start, end));
  chart.u.batch(() => {
    chart.u.setData(columns, false);
    chart.u.setScale("x", { min: from, max: to });
  });
}

function columnsOf(chart, end) {
  const { step, start } = chart;
  const [t, mm] = [measure("temperature").from, measure("rain").from];
  const columns = [[], [], [], []];
  chart.rows = [];
  for (let n = start; n < end; n++) {
    chart.rows.push({ lowest: orNull(t(step.lowest[n])), meanLow: orNull(t(meanOf(step, "tmin", n))) });
    columns[0].push(step.first + (n + 0.5) * step.size);
    columns[1].push(orNull(t(step.highest[n])));
    columns[2].push(orNull(t(meanOf(step, "tmax", n))));
    columns[3].push(step.prcp[n] < 0 ? null : mm(step.prcp[n]));
  }
  return columns;
}

// --- The axes follow what is shown ----------------------------------------------------------

function extentOf(step, start, end) {
  let [low, high, rain] = [Infinity, -Infinity, LEAST.rain];
  for (let n = start; n < end; n++) {
    if (step.lowest[n] < low) low = step.lowest[n];
    if (step.highest[n] > high) high = step.highest[n];
    if (step.prcp[n] > rain) rain = step.prcp[n];
  }
  if (low > high) [low, high] = [0, 0];
  const more = Math.max(0, LEAST.degrees - (high - low)) / 2;
  return { low: low - more, high: high + more, rain };
}

/** Come nearer to an extent with every frame, until it is reached. */
function ease(chart, wanted) {
  cancelAnimationFrame(chart.frame);
  const still = !chart.extent || matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.extent = still ? wanted : between(chart.extent, wanted, 0.2);
  if (chart.extent === wanted) return;
  chart.frame = requestAnimationFrame(() => {
    ease(chart, wanted);
    const { min, max } = chart.u.scales.x;
    chart.u.setScale("x", { min, max });
  });
}

function between(now, wanted, part) {
  const names = Object.keys(wanted);
  if (names.every((name) => Math.abs(wanted[name] - now[name]) < 0.1)) return wanted;
  return Object.fromEntries(names.map((name) => [name, now[name] + (wanted[name] - now[name]) * part]));
}

function degreesRange({ extent: { low, high } }) {
  const t = measure("temperature").from;
  return [t(low - ((high - low) * (RAIN + 0.04)) / (1 - RAIN - 0.04)), t(high)];
}

const rainRange = ({ extent: { rain } }) => [0, measure("rain").from(rain) / RAIN];

/** Mark the values that have a quality flag, as long as single days can be seen. */
function flags(u, { days }) {
  const { min, max } = u.scales.x;
  if (max - min > FLAGS_UP_TO) return;
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = color("--flagged");
  for (let day = Math.max(days.first, Math.floor(min)); day < Math.min(max, lastDay(days) + 1); day++) {
    ELEMENTS.forEach((element) => {
      if (!days.flags[element][day - days.first]) return;
      const kind = element === "prcp" ? "rain" : "temperature";
      const value = measure(kind).from(days[element][day - days.first]);
      const y = u.valToPos(value, element === "prcp" ? "mm" : "t", true);
      if (Number.isFinite(y)) dot(ctx, u.valToPos(day + 0.5, "x", true), y);
    });
  }
  ctx.restore();
}

function dot(ctx, x, y) {
  ctx.beginPath();
  ctx.arc(x, y, 3 * devicePixelRatio, 0, 7);
  ctx.fill();
}

// --- In words -------------------------------------------------------------------------------

function told1({ days, step, start }, index) {
  const n = start + index;
  const first = step.first + n * step.size;
  if (step.size === 1) return toldDay(observation(days, first), first);
  const last = Math.min(first + step.size - 1, lastDay(days));
  const when = `${dateOf(Math.max(first, days.first))} to ${dateOf(last)}`;
  if (!(step.lowest[n] <= step.highest[n]) && step.prcp[n] < 0) return `${when}: no values`;
  const temperature = `${told(orNull(step.lowest[n]), "temperature")} to ${told(orNull(step.highest[n]), "temperature")}`;
  return `${when}: ${temperature}, wettest day ${told(step.prcp[n] < 0 ? null : step.prcp[n], "rain")}`;
}

/** What is known of a day, in one line. */
export function toldDay(found, day) {
  if (!found) return `${dateOf(day)}: no observation`;
  const kinds = ["temperature", "temperature", "rain"];
  const texts = found.values.map((value, n) => {
    const flag = found.flags[n] ? ` (flag ${found.flags[n]})` : "";
    return `${["high", "low", "precipitation"][n]} ${told(orNull(value), kinds[n])}${flag}`;
  });
  return `${dateOf(day)}: ${texts.join(", ")}`;
}
