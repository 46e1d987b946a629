// The climates of stations: of every month the normal high and low as lines, precipitation as bars beside each other.

import { MONTHS } from "../formats.js";
import { axis, bars, keep, measured, orNull, plot } from "../plot.js";
import { SERIES } from "../scales.js";
import { color } from "../theme.js";
import { measure, told } from "../units.js";
import { dashOf } from "./charts.js";

const RAIN = 0.34; // of the height

/** `rows` are those of /api/normals for all stations. */
export function drawClimates(host, stations, rows, pointed) {
  const of = (id, element) =>
    MONTHS.map(
      (_, n) =>
        rows.find((row) => row.station_id === id && row.month === n + 1 && row.element === element)?.normal ?? null,
    );
  const climates = stations.map(({ id, name }, n) => ({
    ...{ name, color: SERIES[n], dash: dashOf(n) },
    ...{ tmax: of(id, "tmax"), tmin: of(id, "tmin"), prcp: of(id, "prcp") },
  }));
  keep(host, (width) => create(host, width, climates, pointed));
}

function create(host, width, climates, pointed) {
  const known = climates.flatMap(({ tmax, tmin }) => [...tmax, ...tmin]).filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(1, ...known)];
  const rain = Math.max(1, ...climates.flatMap(({ prcp }) => prcp));
  const [t, mm] = [measure("temperature").from, measure("rain").from];
  const shown = (values, change) => values.map((value) => (value === null ? null : orNull(change(value))));
  const options = {
    width,
    height: 360,
    scales: {
      x: { time: false, range: [-0.6, 11.6] },
      t: { range: [t(low - ((high - low) * (RAIN + 0.04)) / (1 - RAIN - 0.04)), t(high)] },
      mm: { range: [0, mm(rain) / RAIN] },
    },
    axes: [
      axis({
        splits: () => MONTHS.map((_, n) => n),
        values: () => MONTHS.map((name) => (width < 520 ? name[0] : name)),
        grid: { show: false },
        size: 28,
      }),
      measured("temperature", "t", () => [low, high]),
      measured("rain", "mm", () => [0, rain], { side: 1, count: 2, grid: { show: false } }),
    ],
    series: [{}, ...climates.flatMap((climate, n) => [line(climate), line(climate), bar(climate, n, climates.length)])],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx === null ? "" : toldMonth(climates, u.cursor.idx))] },
  };
  const data = climates.flatMap(({ tmax, tmin, prcp }) => [shown(tmax, t), shown(tmin, t), shown(prcp, mm)]);
  return plot(host, options, [MONTHS.map((_, n) => n), ...data]);
}

const line = ({ color: name, dash }) => ({
  scale: "t",
  stroke: () => color(name),
  width: 2,
  dash,
  points: { show: false },
});

/** The bar of one of several stations beside each other. */
function bar({ color: name }, n, many) {
  const wide = 0.8 / many;
  return {
    scale: "mm",
    fill: () => color(name, 0.8),
    points: { show: false },
    paths: bars(() => 0, wide, 0, (n - (many - 1) / 2) * wide),
  };
}

function toldMonth(climates, month) {
  const texts = climates.map(
    ({ name, tmax, tmin, prcp }) =>
      `${name} ${told(tmin[month], "temperature")} to ${told(tmax[month], "temperature")}, ${told(prcp[month], "rain")}`,
  );
  return `${MONTHS[month]}: ${texts.join(" · ")}`;
}
