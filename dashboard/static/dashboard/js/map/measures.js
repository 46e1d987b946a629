// What the map can show, in words, numbers and colours.

export const ELEMENTS = {
  tmax: { name: "Highest temperature", kind: "temperature", scale: "thermal" },
  tmin: { name: "Lowest temperature", kind: "temperature", scale: "thermal" },
  prcp: { name: "Precipitation", kind: "rain", scale: "rain" },
};

const MEANS = { tmax: "Mean daily highest temperature", tmin: "Mean daily lowest temperature", prcp: "Precipitation of a year" };

/** Everything that is drawn by: {title, kind, sign, scale, low, high (fixed, or found among the values)}. */
export function shown({ measure, element, year, period }) {
  const { name, kind, scale } = ELEMENTS[element];
  const normal = `${period}–${period + 29}`;
  const anomaly = element === "prcp"
    ? { kind: "percent", scale: "rain-anomaly", low: -60, high: 60 }
    : { kind: "difference", scale: "anomaly", low: -3, high: 3 };
  return {
    last: { title: `${name}, last value`, kind, scale },
    normal: { title: `${MEANS[element]}, normal ${normal}`, kind, scale },
    year: { title: `${MEANS[element]}, ${year}`, kind, scale },
    anomaly: { title: `${name}, ${year} against the normal ${normal}`, sign: true, ...anomaly },
    coverage: { title: `Days of ${year} with ${name.toLowerCase()}`, kind: "percent", scale: "viridis", low: 0, high: 100 },
  }[measure];
}

/** The URL of a measure's values. */
export function url({ measure, element, year, period }) {
  const asked = new URLSearchParams({ measure, element });
  if (["year", "anomaly", "coverage"].includes(measure)) asked.set("year", year);
  if (["normal", "anomaly"].includes(measure)) asked.set("start_year", period);
  return `/data/map?${asked}`;
}

export const hasYear = ({ measure }) => ["year", "anomaly", "coverage"].includes(measure);
export const hasPeriod = ({ measure }) => ["normal", "anomaly"].includes(measure);

/** The ends of a scale that all but the oddest values fit. */
export function domain(values, { low, high, kind }) {
  if (low !== undefined) return [low, high];
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (!sorted.length) return [0, 1];
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const step = kind === "rain" && at(0.98) > 100 ? 50 : 1;
  const ends = [Math.floor(at(0.02) / step) * step, Math.ceil(at(0.98) / step) * step];
  return ends[0] === ends[1] ? [ends[0] - step, ends[1] + step] : ends;
}
