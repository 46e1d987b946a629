// The stations and years that are compared, each with a button to take it away.

import { SERIES } from "../scales.js";
import { dashOf } from "./charts.js";
import { listOf } from "./lines.js";

/** Draw the list of stations, that of years, and the legends. */
export function drawChosen(page, lines, names) {
  const stations = listOf(page.state.station_id);
  const years = listOf(page.state.year);
  chips(
    "#stations",
    stations,
    (id) => names.get(id) || id,
    (rest) => page.change({ station_id: rest }, { push: true }),
  );
  chips(
    "#years",
    years,
    (year) => year,
    (rest) => page.change({ year: rest }, { push: true }),
  );
  const climates = stations.map((id, n) => ({ color: SERIES[n], label: names.get(id) || id }));
  for (const legend of document.querySelectorAll(".lines"))
    legend.replaceChildren(...(legend.dataset.of === "stations" ? climates : lines).map(key));
}

function chips(selector, values, labelOf, changed) {
  document.querySelector(selector).replaceChildren(
    ...values.map((value) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "×";
      button.ariaLabel = `Take ${labelOf(value)} away`;
      button.addEventListener("click", () => changed(values.filter((other) => other !== value).join()));
      const item = document.createElement("li");
      item.append(labelOf(value), button);
      return item;
    }),
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** A line in its colour and its dashes, with its name. */
function key(line, n) {
  const picture = document.createElementNS(SVG, "svg");
  const stroke = document.createElementNS(SVG, "line");
  const set = (element, attributes) =>
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  set(picture, { width: 34, height: 10, "aria-hidden": "true" });
  set(stroke, { x1: 0, x2: 34, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": dashOf(n).join(" ") });
  stroke.style.stroke = `var(${line.color})`;
  picture.append(stroke);
  const item = document.createElement("li");
  item.append(picture, ` ${line.label}`);
  return item;
}
