// Round dates along an axis of days, from decades to single days.

import { dayOf, yearOf } from "./days.js";
import { MONTHS, toISO } from "./formats.js";

const STEPS = [
  ...[1, 2, 5, 10].map((size) => ({ size, of: daysBetween, tell: tellDay })),
  ...[1, 3, 6].map((size) => ({ size: size * 30.5, months: size, of: monthsBetween, tell: tellMonth })),
  ...[1, 2, 5, 10, 20, 50].map((size) => ({ size: size * 365.25, years: size, of: yearsBetween, tell: tellYear })),
];

/** Return {days, texts}: at most about `most` ticks from one day to another. */
export function dateTicks(from, to, most) {
  const step = STEPS.find(({ size }) => (to - from) / size <= most) ?? STEPS.at(-1);
  const days = step.of(from, to, step);
  return { days, texts: days.map((day, n) => step.tell(day, n === 0)) };
}

const monthOf = (day) => Number(toISO(day).slice(-5, -3));
const dayOfMonth = (day) => Number(toISO(day).slice(-2));
const rangeOf = (first, last, step) => {
  const start = Math.ceil(first / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((last - start) / step) + 1) }, (_, n) => start + n * step);
};

function yearsBetween(from, to, { years }) {
  const days = rangeOf(yearOf(from), yearOf(to), years).map((year) => dayOf(year, 1, 1));
  return days.filter((day) => day >= from);
}

function monthsBetween(from, to, { months }) {
  const number = (day) => yearOf(day) * 12 + monthOf(day) - 1;
  const days = rangeOf(number(from), number(to), months).map((n) => dayOf(Math.floor(n / 12), (n % 12) + 1, 1));
  return days.filter((day) => day >= from);
}

/** The 1st of a month, and every so many days after it as long as the next 1st is not near. */
function daysBetween(from, to, { size }) {
  const days = [];
  for (let day = Math.ceil(from); day <= to; day++) {
    const number = dayOfMonth(day) - 1;
    if (number % size === 0 && (size < 5 || number < 28)) days.push(day);
  }
  return days;
}

function tellYear(day) {
  return String(yearOf(day));
}

function tellMonth(day, first) {
  const month = monthOf(day);
  return first || month === 1 ? `${MONTHS[month - 1]}\n${yearOf(day)}` : MONTHS[month - 1];
}

function tellDay(day, first) {
  const number = dayOfMonth(day);
  return first || number === 1 ? `${number}\n${MONTHS[monthOf(day) - 1]} ${yearOf(day)}` : String(number);
}
