// °C and mm, as everything arrives, or °F and inches, as the reader chooses.
//
// A kind says what a number is: "temperature" (°C), "difference" (of temperatures, K), "rain" (mm),
// "degree-days" (K·d), "height" (m), "percent", "days".

import { number } from "./formats.js";

const KINDS = {
  temperature: {
    metric: { unit: "°C", digits: 1, from: (c) => c, back: (c) => c },
    us: { unit: "°F", digits: 1, from: (c) => c * 1.8 + 32, back: (f) => (f - 32) / 1.8 },
  },
  difference: {
    metric: { unit: "°C", digits: 1, from: (k) => k, back: (k) => k },
    us: { unit: "°F", digits: 1, from: (k) => k * 1.8, back: (f) => f / 1.8 },
  },
  rain: {
    metric: { unit: "mm", digits: 1, from: (mm) => mm, back: (mm) => mm },
    us: { unit: "in", digits: 2, from: (mm) => mm / 25.4, back: (inches) => inches * 25.4 },
  },
  "degree-days": {
    metric: { unit: "°C·d", digits: 0, from: (k) => k, back: (k) => k },
    us: { unit: "°F·d", digits: 0, from: (k) => k * 1.8, back: (f) => f / 1.8 },
  },
  height: {
    metric: { unit: "m", digits: 0, from: (m) => m, back: (m) => m },
    us: { unit: "ft", digits: 0, from: (m) => m / 0.3048, back: (ft) => ft * 0.3048 },
  },
};
const SAME = {
  percent: { unit: "%", digits: 0, from: (x) => x, back: (x) => x },
  days: { unit: "days", digits: 0, from: (x) => x, back: (x) => x },
  plain: { unit: "", digits: 0, from: (x) => x, back: (x) => x },
};

export const system = () => document.documentElement.dataset.units;

/** How a kind of number is shown now: {unit, digits, from(metric), back(shown)}. */
export function measure(kind) {
  return KINDS[kind]?.[system()] ?? SAME[kind];
}

/** A metric value as text, with its unit: "21.4 °C". Missing is "–". */
export function told(value, kind, { digits, sign = false, unit = true } = {}) {
  if (value === null || value === undefined) return "–";
  const shown = measure(kind);
  const text = number(shown.from(value), digits ?? shown.digits, sign);
  return unit && shown.unit ? `${text}${shown.unit === "%" ? "" : "\u00a0"}${shown.unit}` : text;
}

/** Call `redraw` whenever the reader changes the units. */
export function onUnits(redraw) {
  document.addEventListener("weather:units", redraw);
}

export function choose(units) {
  document.documentElement.dataset.units = units;
  keep(units);
  const url = new URL(location);
  if (url.searchParams.has("units")) {
    url.searchParams.set("units", units);
    history.replaceState(null, "", url);
  }
  convert(document);
  document.dispatchEvent(new CustomEvent("weather:units"));
}

function keep(units) {
  try {
    localStorage.setItem("weather-units", units);
  } catch {
    // a browser that keeps nothing: it holds for this page
  }
}

/** Write what the server has written in metric units, <data value="21.4" data-kind="temperature">, anew. */
export function convert(root) {
  for (const element of root.querySelectorAll("data[data-kind]")) {
    const { kind, digits, sign, unit } = element.dataset;
    const value = element.value === "" ? null : Number(element.value);
    const options = { sign: sign !== undefined, unit: unit !== "none" };
    element.textContent = told(value, kind, digits === undefined ? options : { ...options, digits: +digits });
  }
  for (const element of root.querySelectorAll("[data-unit-of]")) {
    element.textContent = measure(element.dataset.unitOf).unit;
  }
}
