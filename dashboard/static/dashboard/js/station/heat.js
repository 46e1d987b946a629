// Colours that say how warm it is, the same on every axis of temperature.

import { scale } from "../scales.js";
import { measure } from "../units.js";

const COLDEST = -30;
const HOTTEST = 40;
const ENDS = 0.12; // of the scale, too dark to be told from a dark page

/** Return what fills a chart whose temperatures are on the scale "t". */
export function heat(u, alpha = 1) {
  const t = measure("temperature").from;
  const [top, bottom] = [u.valToPos(t(HOTTEST), "t", true), u.valToPos(t(COLDEST), "t", true)];
  const gradient = u.ctx.createLinearGradient(0, top, 0, bottom);
  const colors = scale("thermal", 1 + ENDS, -ENDS);
  for (let stop = 0; stop <= 10; stop++) gradient.addColorStop(stop / 10, fade(colors(stop / 10), alpha));
  return gradient;
}

const fade = (rgb, alpha) => rgb.replace(")", ` / ${alpha})`);
