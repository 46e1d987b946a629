// What all charts have in common: uPlot in the colours of the page, drawn anew when something around changes.

import uPlot from "../vendor/uplot.js";
import { MONTH_STARTS, shortDate } from "./days.js";
import { MONTHS } from "./formats.js";
import { ticks } from "./scales.js";
import { color, onTheme } from "./theme.js";
import { measure, onUnits } from "./units.js";

export const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

const kept = new Map();

/**
 * Keep a chart drawn: `make(width)` draws into the empty host, now and whenever its width, the units or the
 * theme change, and returns something with `destroy`. Calling it again puts another chart in its place.
 */
export function keep(host, make) {
  if (!kept.has(host)) watch(host);
  kept.set(host, { ...kept.get(host), make });
  redraw(host);
}

function redraw(host) {
  const entry = kept.get(host);
  entry.chart?.destroy?.();
  host.replaceChildren();
  entry.width = host.clientWidth;
  entry.chart = entry.width ? entry.make(entry.width) : null;
}

function watch(host) {
  kept.set(host, {});
  new ResizeObserver(() => {
    if (host.clientWidth !== kept.get(host).width) requestAnimationFrame(() => redraw(host));
  }).observe(host);
}

const redrawAll = () => [...kept.keys()].forEach(redraw);
onTheme(redrawAll);
onUnits(redrawAll);

/** A uPlot without legend and dragging, of which `options` say the rest. */
export function plot(host, options, data) {
  const quiet = {
    legend: { show: false },
    cursor: { drag: { x: false, y: false, setScale: false }, points: { show: false }, y: false },
    padding: [10, 8, 0, 0],
  };
  return new uPlot({ ...quiet, ...options, cursor: { ...quiet.cursor, ...options.cursor } }, data, host);
}

export function axis(options) {
  const line = { stroke: color("--grid"), width: 1 };
  return { stroke: color("--muted"), font: FONT, grid: line, ticks: { show: false }, gap: 6, size: 44, ...options };
}

/** An axis of a kind of number (see units.js), marked only between the metric values that `range()` returns. */
export function measured(kind, scale, range, options = {}) {
  const { from, unit } = measure(kind);
  return axis({
    scale,
    splits: () => ticks(...range().map(from), options.count ?? 5),
    values: (_, splits) => splits.map((value, n) => mark(value) + (n === splits.length - 1 ? ` ${unit}` : "")),
    size: (u) => (u.width < 520 ? 44 : 56),
    ...options,
  });
}

const mark = (value) => String(Math.round(value * 100) / 100).replace("-", "\u2212");

/** The axis of a calendar year, of 366 days. */
export function calendarAxis(width, options = {}) {
  const names = MONTHS.map((name) => (width < 480 ? name[0] : name));
  const days = MONTH_STARTS.map((start) => start + 15);
  return axis({ splits: () => days, values: () => names, grid: { show: false }, size: 28, ...options });
}

/** Return a path builder: a bar for every point from `low(n)` to its value, `width` wide on the x scale, beside it by `shift`. */
export function bars(low, width = 1, gap = 0, shift = 0) {
  return (u, series, from, to) => {
    const [path, scale] = [new Path2D(), u.series[series].scale];
    const [xs, tops] = [u.data[0], u.data[series]];
    const half = width / 2;
    for (let n = from; n <= to; n++) {
      const [top, bottom] = [tops[n], low(n)];
      if (top === null || bottom === null) continue;
      const left = Math.round(u.valToPos(xs[n] + shift - half, "x", true));
      const right = Math.round(u.valToPos(xs[n] + shift + half, "x", true));
      const [high, deep] = [u.valToPos(top, scale, true), u.valToPos(bottom, scale, true)];
      const wide = right - left;
      path.rect(
        left,
        Math.min(high, deep),
        wide > 4 ? wide - Math.max(1, wide * gap) : Math.max(wide, 1),
        thickness(high, deep),
      );
    }
    return { fill: path, stroke: null };
  };
}

const thickness = (high, deep) => Math.max(Math.abs(deep - high), 1.5 * devicePixelRatio);

export const finite = (values) => Array.from(values).filter(Number.isFinite);
export const orNull = (value) => (Number.isFinite(value) ? value : null);

/** The date under the cursor of a calendar year. */
export const dateAt = (u) => shortDate(u.data[0][u.cursor.idx]);
