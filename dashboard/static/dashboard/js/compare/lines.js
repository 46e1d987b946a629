// What is compared: up to six lines, each a station or a year of one, in colours of their own.

import { Refused, ask } from "../ask.js";
import { readDays } from "../days.js";
import { SERIES } from "../scales.js";

export const MOST = SERIES.length;

/** The stations and the years of a comparison, as the URL has them. */
export const listOf = (text) => [...new Set(text.split(",").filter(Boolean))];

/** There is nothing to compare, for a reason that the reader can mend. */
export class Nothing extends Refused {}

/** Return what is wrong with so many stations and years, or null. */
export function refusal(stations, years) {
  if (!stations.length) return "Add a station to begin.";
  const many = stations.length * Math.max(1, years.length);
  if (many <= MOST) return null;
  const product = years.length ? `${stations.length} × ${years.length} = ${many}` : many;
  return `At most ${MOST} lines can be told from each other, and these are ${product}. Take some away.`;
}

/** Return {id, year or null, label, color (a custom property), name} of every line. */
export function linesOf(stations, years, names) {
  const pairs = stations.flatMap((id) => (years.length ? years.map((year) => [id, Number(year)]) : [[id, null]]));
  return pairs.map(([id, year], n) => ({
    ...{ id, year, name: names.get(id) || id, color: SERIES[n] },
    label: labelOf(names.get(id) || id, year, stations.length),
  }));
}

function labelOf(name, year, stations) {
  if (year === null) return name;
  return stations > 1 ? `${name} ${year}` : String(year);
}

const kept = new Map();

/** The days of a station, fetched once; null if there is no such station. */
export function daysOf(id) {
  if (!kept.has(id)) {
    const loading = ask(`/data/stations/${encodeURIComponent(id)}/days`).then(readDays, (error) => {
      if (error.status !== 404) throw error;
      return null;
    });
    loading.catch(() => kept.delete(id));
    kept.set(id, loading);
  }
  return kept.get(id);
}

/** {id: name} of stations that are known. */
export async function namesOf(stations) {
  const answer = await ask(`/api/stations?station_id=${stations.join()}&page_size=${MOST}`);
  return new Map(answer.results.map(({ station_id, name }) => [station_id, name]));
}
