// Warming stripes: a stripe a year, in the colour of its anomaly.

import { anomaliesUrl } from "../normals.js";
import { FONT, keep } from "../plot.js";
import { rows } from "../rows.js";
import { scale } from "../scales.js";
import { tableFor } from "../tables.js";
import { color } from "../theme.js";
import { measure, told } from "../units.js";
import { same, take } from "./panel.js";

const HEIGHT = 150;
const LABELS = 22;

/** The mean temperature's rows of /api/anomalies, one a year. */
export const yearly = (rows) => rows.filter((row) => row.month === null && row.element === "tavg");

/** The anomaly that has the darkest colour: the largest one, and at least 1 °C. */
export const strongest = (rows) => Math.max(1, ...rows.map((row) => Math.abs(row.anomaly ?? 0)));

export function drawStripes(host, rows, { pointed, picked, most = strongest(rows), height = HEIGHT }) {
  keep(host, (width) => {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = `display:block;width:${width}px;height:${height}px`;
    [canvas.width, canvas.height] = [width * devicePixelRatio, height * devicePixelRatio];
    host.append(canvas);
    paint(canvas.getContext("2d"), rows, width, height, most);
    const at = (event) => rows[Math.floor((event.offsetX / width) * rows.length)];
    canvas.addEventListener("pointermove", (event) => pointed(at(event) ? toldYear(at(event)) : ""));
    canvas.addEventListener("pointerleave", () => pointed(""));
    canvas.addEventListener("click", (event) => at(event) && picked(at(event).year));
    return null;
  });
}

function paint(ctx, rows, width, height, most) {
  ctx.scale(devicePixelRatio, devicePixelRatio);
  const colors = scale("anomaly", -most, most);
  const wide = width / rows.length;
  rows.forEach((row, n) => {
    const [left, right] = [Math.round(n * wide), Math.round((n + 1) * wide)];
    ctx.fillStyle = row.anomaly === null ? hatch(ctx) : colors(row.anomaly);
    ctx.fillRect(left, 0, right - left, height - LABELS);
  });
  ctx.font = FONT;
  ctx.fillStyle = color("--muted");
  ctx.textBaseline = "bottom";
  const every = [1, 2, 5, 10, 20, 50].find((step) => wide * step > 44) ?? 100;
  rows.forEach((row, n) => {
    if (row.year % every) return;
    ctx.textAlign = "center";
    const half = ctx.measureText(row.year).width / 2;
    ctx.fillText(row.year, Math.min(Math.max((n + 0.5) * wide, half), width - half), height);
  });
}

/** What stands for a year that has no anomaly. */
function hatch(ctx) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  pen.fillStyle = color("--sunken");
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = color("--normal");
  pen.lineWidth = 0.75;
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return ctx.createPattern(tile, "repeat");
}

export function toldYear(row) {
  if (row.anomaly === null) return `${row.year}: ${row.reason ?? "no value"}`;
  const anomaly = told(row.anomaly, "difference", { sign: true });
  const rank = `rank ${row.rank} of ${row.ranked_of}, 1 is the warmest`;
  return `${row.year}: ${told(row.value, "temperature")}, ${anomaly} from the normal; ${rank}`;
}

// --- The panel ------------------------------------------------------------------------------

export const stripesPanel = {
  id: "stripes",
  uses: ["normals", "completeness", "qc"],
  async get(page, signal) {
    await page.all(); // it says which normals there can be
    return rows(anomaliesUrl(page.state, same(page)), signal);
  },
  draw(page, parts, found) {
    const years = yearly(found);
    if (!years.some((row) => row.anomaly !== null)) {
      return `There is no year to compare with the normal: ${years[0]?.reason ?? "this station has no observations"}.`;
    }
    drawStripes(parts.chart, years, { pointed: parts.tell, picked: (year) => page.change({ year }, { push: true }) });
    parts.chart.ariaLabel = `A stripe for each year from ${years[0].year} to ${years.at(-1).year}: blue is colder than the normal, red is warmer.`;
    tableFor(parts.table, () => stripesTable(years));
    take(page, parts, "warming stripes", anomaliesUrl(page.state, same(page)), ["csv", "parquet"]);
  },
};

function stripesTable(years) {
  const unit = measure("temperature").unit;
  return {
    caption: "The mean temperature of every year",
    head: ["Year", `Mean, ${unit}`, `From the normal, ${unit}`, "Rank", "*Why there is none"],
    rows: years.map((row) => [
      String(row.year),
      told(row.value, "temperature", { unit: false }),
      told(row.anomaly, "difference", { unit: false, sign: true }),
      row.rank === null ? "–" : `${row.rank} of ${row.ranked_of}`,
      row.reason ?? "",
    ]),
  };
}
