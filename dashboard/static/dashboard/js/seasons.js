// What adds up over a year, day by day: degree days. As /api/indices reckons them: a day without both
// temperatures adds nothing, and is counted as missing.

import { ofYear } from "./days.js";

export const SUMS = {
  gdd_corn: { label: "Corn growing degree days, 86/50 °F", ofDay: corn },
  gdd: { label: "Growing degree days above 10 °C (50 °F)", ofDay: above(10) },
  hdd: { label: "Heating degree days below 65 °F (18.3 °C)", ofDay: below(55 / 3) },
  cdd: { label: "Cooling degree days above 65 °F (18.3 °C)", ofDay: above(55 / 3) },
};

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function corn(tmax, tmin) {
  return (clamp(tmax, 10, 30) + clamp(tmin, 10, 30)) / 2 - 10;
}

function above(base) {
  return (tmax, tmin) => Math.max(0, (tmax + tmin) / 2 - base);
}

function below(base) {
  return (tmax, tmin) => Math.max(0, base - (tmax + tmin) / 2);
}

/** Return {sums, missing}: what has added up by each of a year's 366 days, and how many of them are missing. */
export function sumOf(days, year, { ofDay }) {
  const [tmax, tmin] = [ofYear(days, "tmax", year), ofYear(days, "tmin", year)];
  const sums = new Float64Array(366).fill(NaN);
  let [sum, missing, last] = [0, 0, -1];
  for (let n = 0; n < 366; n++) {
    const added = ofDay(tmax[n], tmin[n]);
    if (added === added) [sum, last] = [sum + added, n];
    else if (n !== 59 || isLeap(year)) missing++;
    sums[n] = sum;
  }
  return { sums: sums.fill(NaN, last + 1), missing };
}

export const isLeap = (year) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;

/** Return by each day of the year the lowest, the median and the highest of several sums. */
export function spreadOf(lists) {
  const low = new Float64Array(366).fill(NaN);
  const [middle, high] = [low.slice(), low.slice()];
  for (let n = 0; n < 366; n++) {
    const sorted = lists
      .map((list) => list[n])
      .filter((v) => v === v)
      .sort((a, b) => a - b);
    if (sorted.length) [low[n], middle[n], high[n]] = [sorted[0], median(sorted), sorted.at(-1)];
  }
  return { low, middle, high };
}

function median(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The last of the values that are there; null without any. */
export const last = (values) => values.findLast((value) => value === value) ?? null;

/** Return by each day of the year what has added up of an element's values. */
export function addUp(values) {
  let [sum, last] = [0, -1];
  const sums = values.map((value, n) => {
    if (value === value) [sum, last] = [sum + value, n];
    return sum;
  });
  return sums.fill(NaN, last + 1);
}
