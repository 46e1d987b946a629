// The stations and years that are compared, each with a button to take it away, and what is wrong with them.

import { SERIES } from "../scales.js";
import { dashOf } from "./charts.js";
import { Nothing, listOf } from "./lines.js";

/** The first section (see ../sections.js). What is wrong with the choice is said here, once, in place of the others. */
export const chosen = {
  id: "chosen",
  uses: ["station_id", "year"],
  async get(page) {
    try {
      return await page.days();
    } catch (error) {
      if (error instanceof Nothing) return { lines: [], stations: [], unknown: [], nothing: error.message };
      throw error;
    }
  },
  draw(page, parts, { lines, stations, unknown, nothing }) {
    document.querySelector("#compared").hidden = Boolean(nothing);
    drawChosen(page, stations, lines);
    parts.tell("", unknown.length ? `There is no station ${unknown.join(", ")}.` : "");
    return nothing;
  },
};

/** Draw the list of stations, that of years, and the legends. */
function drawChosen(page, stations, lines) {
  const names = new Map(stations.map(({ id, name }) => [id, name]));
  chips(page, "#stations", "station_id", (id) => names.get(id) ?? id);
  chips(page, "#years", "year", (year) => year);
  const climates = stations.map(({ name }, n) => ({ color: SERIES[n], label: name }));
  for (const legend of document.querySelectorAll(".lines"))
    legend.replaceChildren(...(legend.dataset.of === "stations" ? climates : lines).map(key));
}

function chips(page, selector, name, labelOf) {
  document.querySelector(selector).replaceChildren(
    ...listOf(page.state[name]).map((value) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "×";
      button.ariaLabel = `Take ${labelOf(value)} away`;
      button.addEventListener("click", () => {
        const rest = listOf(page.state[name]).filter((other) => other !== value); // of what is chosen by then
        page.change({ [name]: rest.join() }, { push: true });
      });
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
