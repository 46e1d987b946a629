// A station's days in ever coarser steps, so that a chart of decades draws no more than one of a month:
// step k has a bucket for every 2^k days with the lowest and highest value, and what the means are made of.
//
// A bucket without a temperature has Infinity as its lowest and -Infinity as its highest, one without
// precipitation has -1. Plain loops: they run once, before anything could have been optimised.

const FEWEST = 64;

/** Return the steps, finest first. */
export function pyramid(days) {
  const steps = [finest(days)];
  while (steps.at(-1).length > FEWEST) steps.push(coarser(steps.at(-1)));
  return steps;
}

/** Return the finest step in which `span` days are at most `most` buckets. */
export function stepFor(steps, span, most) {
  return steps.find((step) => span / step.size <= most) ?? steps.at(-1);
}

/** Return the numbers of the first bucket that a range of days touches and of the one after the last. */
export function bucketsOf(step, from, to) {
  const number = (day) => Math.min(Math.max((day - step.first) / step.size, 0), step.length);
  return [Math.floor(number(from)), Math.ceil(number(to))];
}

/** Return the mean of "tmax" or "tmin" in a bucket, NaN where there is none. */
export const meanOf = (step, element, n) => step[`${element}Sum`][n] / step[`${element}Days`][n];

function emptyStep(size, first, length) {
  const column = (value) => new Float64Array(length).fill(value);
  return {
    ...{ size, first, length },
    ...{ lowest: column(Infinity), highest: column(-Infinity), prcp: column(-1) },
    ...{ tmaxSum: column(0), tmaxDays: column(0), tminSum: column(0), tminDays: column(0) },
  };
}

function finest({ first, length, tmax, tmin, prcp }) {
  const step = emptyStep(1, first, length);
  for (let n = 0; n < length; n++) {
    const [high, low] = [tmax[n], tmin[n]];
    if (high === high) {
      step.tmaxSum[n] = step.highest[n] = step.lowest[n] = high;
      step.tmaxDays[n] = 1;
    }
    if (low === low) {
      step.tminSum[n] = low;
      step.tminDays[n] = 1;
      if (low < step.lowest[n]) step.lowest[n] = low;
      if (low > step.highest[n]) step.highest[n] = low;
    }
    if (prcp[n] >= 0) step.prcp[n] = prcp[n];
  }
  return step;
}

/** Buckets begin at multiples of their size, whatever the first day is: they stay where they are. */
function coarser(fine) {
  const size = fine.size * 2;
  const first = Math.floor(fine.first / size) * size;
  const shift = first < fine.first ? 1 : 0;
  const step = emptyStep(size, first, (fine.length + shift + 1) >> 1);
  for (let n = 0; n < fine.length; n++) {
    const bucket = (n + shift) >> 1;
    if (fine.lowest[n] < step.lowest[bucket]) step.lowest[bucket] = fine.lowest[n];
    if (fine.highest[n] > step.highest[bucket]) step.highest[bucket] = fine.highest[n];
    if (fine.prcp[n] > step.prcp[bucket]) step.prcp[bucket] = fine.prcp[n];
    step.tmaxSum[bucket] += fine.tmaxSum[n];
    step.tmaxDays[bucket] += fine.tmaxDays[n];
    step.tminSum[bucket] += fine.tminSum[n];
    step.tminDays[bucket] += fine.tminDays[n];
  }
  return step;
}
