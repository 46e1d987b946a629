// Normals: their periods, 30 years that end in a year with a 0, and how the API is asked for them.

import { apiUrl, rows } from "./rows.js";

/**
 * When a month is complete enough: for each choice the API's rule for temperatures and that for precipitation.
 * By WMO's a total lacks no day at all, which leaves few stations a normal.
 */
export const RULES = {
  usual: ["wmo", "noaa"],
  wmo: ["wmo", "wmo"],
  noaa: ["noaa", "noaa"],
  simple: ["simple", "simple"],
};

const isRain = ({ element }) => element === "prcp";

/** Return what normals are asked for by: [[what, URL]], one call or one each for temperatures and precipitation. */
export function normalsCalls({ normals, completeness }, parameters) {
  const [start_year, end_year] = normals.split("-");
  const [temperature, rain] = RULES[completeness];
  const url = (rule) => apiUrl("/api/normals", { ...parameters, start_year, end_year, completeness: rule });
  if (temperature === rain) return [["", url(rain)]];
  return [
    ["Temperatures", url(temperature)],
    ["Precipitation", url(rain)],
  ];
}

/** The rows of such calls: of each call those that it is for. */
export async function normalsOf(calls, signal) {
  const [temperatures, rain] = await Promise.all(calls.map(([, url]) => rows(url, signal)));
  return rain ? [...temperatures.filter((row) => !isRain(row)), ...rain.filter(isRain)] : temperatures;
}

/** The call for the anomalies, of which the temperatures are drawn. */
export function anomaliesUrl({ normals, completeness }, parameters) {
  const [normal_start, normal_end] = normals.split("-");
  return apiUrl("/api/anomalies", { ...parameters, normal_start, normal_end, completeness: RULES[completeness][0] });
}

/** Return the periods "1991-2020" that have years in common with some, the latest first. */
export function periodsOf(years) {
  if (!years.length) return [];
  const last = Math.ceil(years.at(-1) / 10) * 10;
  const ends = [];
  for (let end = last; end - 29 <= last && end >= years[0]; end -= 10) ends.push(end);
  return ends.map((end) => `${end - 29}-${end}`);
}

/** Return the period that has most of some years, the later one of equals. */
export function bestPeriod(years) {
  const within = (period) =>
    years.filter((year) => year >= Number(period.slice(0, 4)) && year <= Number(period.slice(5))).length;
  return periodsOf(years).toSorted((a, b) => within(b) - within(a))[0] ?? "1991-2020";
}
