// Colours for numbers. All of them keep their order for colour-blind readers.

const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"];
const BLUE_RED = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"];
const BROWN_GREEN = ["#543005", "#8c510a", "#bf812d", "#dfc27d", "#f6e8c3", "#f5f5f5", "#c7eae5", "#80cdc1", "#35978f", "#01665e", "#003c30"];
const THERMAL = ["#2c1e6b", "#31459c", "#2f74b5", "#4aa3c2", "#8fcbb9", "#e0e3a1", "#f6c65b", "#ee8f3c", "#d2542d", "#9b1f2e", "#5c0f2e"];
const RAIN = ["#f2f0d8", "#cfe3c0", "#9fd0b8", "#6bb8b6", "#4399b2", "#3277a5", "#31548f", "#30356e", "#251c47"];

export const SCALES = { viridis: VIRIDIS, anomaly: BLUE_RED, "rain-anomaly": BROWN_GREEN, thermal: THERMAL, rain: RAIN };

/** Colours for things beside each other (after Okabe and Ito), as custom properties of theme.css. */
export const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"];

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** 256 steps of a scale as [r, g, b]. */
export function steps(name, count = 256) {
  const stops = SCALES[name].map(rgb);
  return Array.from({ length: count }, (_, i) => {
    const place = (i / (count - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    return stops[low].map((part, channel) => Math.round(part + (stops[low + 1][channel] - part) * (place - low)));
  });
}

/** A function from a value to a CSS colour; what lies outside the domain has the colour of its end. */
export function scale(name, low, high) {
  const colors = steps(name).map((parts) => `rgb(${parts.join(" ")})`);
  const width = high - low || 1;
  return (value) => colors[Math.max(0, Math.min(255, Math.round(((value - low) / width) * 255)))];
}

/** A scale as the background of a legend. */
export const gradient = (name) => `linear-gradient(to right, ${SCALES[name].join(", ")})`;

/** Round numbers from low to high, about `count` of them. */
export function ticks(low, high, count = 5) {
  const raw = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(+(i * step).toPrecision(12));
  return found;
}
