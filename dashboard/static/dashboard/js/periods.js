// Periods of normals: 30 years that end in a year with a 0.

const ENOUGH = 24; // of its 30 years, by WMO-No. 1203

/** Return the periods "1991-2020" that have years in common with some, the latest first. */
export function periodsOf(years) {
  if (!years.length) return [];
  const last = Math.ceil(years.at(-1) / 10) * 10;
  const ends = [];
  for (let end = last; end - 29 <= last && end >= years[0]; end -= 10) ends.push(end);
  return ends.map((end) => `${end - 29}-${end}`);
}

/** Return the latest period that has enough of some years, or the one that has most. */
export function bestPeriod(years) {
  const periods = periodsOf(years);
  const many = (period) => years.filter((year) => year >= Number(period.slice(0, 4)) && year <= Number(period.slice(5))).length;
  return periods.find((period) => many(period) >= ENOUGH) ?? periods.toSorted((a, b) => many(b) - many(a))[0] ?? "1991-2020";
}
