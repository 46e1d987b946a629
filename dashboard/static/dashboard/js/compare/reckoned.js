// What is compared of days: a measure of each day, smoothed, added up, or of whole years.

import { ofYear, yearsOf } from "../days.js";
import { SUMS, addUp, last, sumOf } from "../seasons.js";

const MOST_MISSING = 15; // days; a year that lacks more is left out

export const MEASURES = {
  tavg: "Mean temperature",
  tmax: "Maximum temperature",
  tmin: "Minimum temperature",
};

/** The 366 values of a year, each the mean of so many days around it, if half of them are there. */
export function smoothed(days, year, measure, width) {
  const values = daily(days, year, measure);
  const half = Math.floor(width / 2);
  return values.map((_, n) => {
    const around = values.subarray(Math.max(0, n - half), n + half + 1).filter((value) => value === value);
    return around.length * 2 > width ? around.reduce((a, b) => a + b) / around.length : NaN;
  });
}

function daily(days, year, measure) {
  if (measure !== "tavg") return ofYear(days, measure, year);
  const [tmax, tmin] = [ofYear(days, "tmax", year), ofYear(days, "tmin", year)];
  return tmax.map((value, n) => (value + tmin[n]) / 2);
}

export const fallen = (days, year) => addUp(ofYear(days, "prcp", year));
export const summed = (days, year, sum) => sumOf(days, year, SUMS[sum]).sums;

/** A value of every year with at most 15 missing days: [[year, value or null]]. */
const complete = (days, missing, value) =>
  yearsOf(days).map((year) => [year, missing(year) <= MOST_MISSING ? value(year) : null]);

export function yearlyRain(days) {
  const missing = (year) => 365 - ofYear(days, "prcp", year).filter((value) => value === value).length;
  return complete(days, missing, (year) => last(fallen(days, year)));
}

export function yearlySums(days, sum) {
  return complete(
    days,
    (year) => sumOf(days, year, SUMS[sum]).missing,
    (year) => last(summed(days, year, sum)),
  );
}

/** What a table says of a line: means, totals, and how many days they are of. */
export function summaryOf(days, year, sum) {
  const years = year === null ? yearsOf(days) : [year];
  const all = (measure) =>
    years.flatMap((one) => Array.from(daily(days, one, measure)).filter((value) => value === value));
  const [tmax, tmin, prcp] = ["tmax", "tmin", "prcp"].map(all);
  const mean = (values) => (values.length ? values.reduce((a, b) => a + b) / values.length : null);
  const perYear = (pairs) => mean(pairs.map(([, value]) => value).filter((value) => value !== null));
  const rain = year === null ? perYear(yearlyRain(days)) : last(fallen(days, year));
  const sums = year === null ? perYear(yearlySums(days, sum)) : last(summed(days, year, sum));
  return { tmax: mean(tmax), tmin: mean(tmin), rain, sums, days: [tmax, tmin, prcp].map((values) => values.length) };
}
