// The days of a station as columns in °C, °C and mm, NaN where there is no value.
// A `day` is a number of days from 1970-01-01, a `place` a number of days from the station's first.

import { MONTHS, date, toDay, toISO } from "./formats.js";

export const ELEMENTS = ["tmax", "tmin", "prcp"];
const FIELDS = { tmax: "tmax_c", tmin: "tmin_c", prcp: "prcp_mm" };
const MILLISECONDS = 86_400_000;

/** Make of the answer of /data/stations/{station_id}/days what the charts draw. */
export function readDays(answer) {
  const length = answer.tmax_c.length;
  const days = {
    stationId: answer.station_id,
    first: answer.first ? toDay(answer.first) : 0,
    length,
    flags: {},
    source: new Int32Array(length),
    readings: new Map(answer.readings.map((reading) => [reading.id, reading])),
  };
  for (const element of ELEMENTS) {
    days[element] = Float64Array.from(answer[FIELDS[element]], (value) => value ?? NaN);
    days.flags[element] = letters(answer.flags[element], length);
  }
  for (const [place, many, reading] of answer.spans) days.source.fill(reading, place, place + many);
  return days;
}

function letters(byLetter, length) {
  const codes = new Uint8Array(length);
  for (const [letter, places] of Object.entries(byLetter)) {
    for (const place of places) codes[place] = letter.charCodeAt(0);
  }
  return codes;
}

/** The same days without the values that have a quality flag. */
export function accepted(days) {
  const kept = { ...days };
  for (const element of ELEMENTS) {
    kept[element] = days[element].map((value, place) => (days.flags[element][place] ? NaN : value));
  }
  return kept;
}

export const lastDay = (days) => days.first + days.length - 1;

/** Say whether a text is a day of the calendar, YYYY-MM-DD. */
export const isDate = (text) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(toDay(text)) && toISO(toDay(text)) === text;

/** What is known of one day; null where there is no observation. */
export function observation(days, day) {
  const place = day - days.first;
  if (!(place >= 0 && place < days.length && days.source[place])) return null;
  const flags = ELEMENTS.map((element) => String.fromCharCode(days.flags[element][place]).replace("\0", ""));
  return {
    day,
    values: ELEMENTS.map((element) => days[element][place]),
    flags,
    reading: days.readings.get(days.source[place]),
  };
}

// --- The calendar ---------------------------------------------------------------------------

export const yearOf = (day) => new Date(day * MILLISECONDS).getUTCFullYear();
export const dayOf = (year, month, day) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.getTime() / MILLISECONDS;
};

/** 4 Jul 1995 */
export const dateOf = (day) => date(toISO(day));

const LEAP = dayOf(2000, 1, 1);
/** Where the months begin in a calendar of 366 days, in which every date has one place in all years. */
export const MONTH_STARTS = MONTHS.map((_, month) => dayOf(2000, month + 1, 1) - LEAP);

/** 4 Jul, of a place in the calendar of 366 days. */
export function shortDate(place) {
  const date = new Date((LEAP + Math.round(place)) * MILLISECONDS);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** The years of the days, first to last. */
export function yearsOf(days) {
  if (!days.length) return [];
  const first = yearOf(days.first);
  return Array.from({ length: yearOf(lastDay(days)) - first + 1 }, (_, n) => first + n);
}

/** An element's 366 values of a year, by their place in the calendar; NaN where there is none. */
export function ofYear(days, element, year) {
  const values = new Float64Array(366).fill(NaN);
  const start = dayOf(year, 1, 1);
  const length = dayOf(year + 1, 1, 1) - start;
  for (let n = 0; n < length; n++) {
    const value = days[element][start + n - days.first];
    if (value !== undefined) values[length === 365 && n >= 59 ? n + 1 : n] = value;
  }
  return values;
}
