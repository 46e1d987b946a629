// Stations or years beside each other: which ones stands in the URL.

import { onReturn, read } from "../address.js";
import { Refused } from "../ask.js";
import { yearsOf } from "../days.js";
import { search } from "../map/search.js";
import { closeMenus } from "../offers.js";
import { RULES, bestPeriod, periodsOf } from "../normals.js";
import { SUMS } from "../seasons.js";
import { run } from "../sections.js";
import { daysOf, linesOf, listOf, namesOf, refusal } from "./lines.js";
import { drawChosen } from "./chosen.js";
import { MEASURES } from "./reckoned.js";
import { SECTIONS } from "./sections.js";

const defaults = {
  ...{ station_id: "", year: "", measure: "tavg", smooth: 15, sum: "gdd_corn" },
  ...{ normals: "", completeness: "usual", start: "", end: "" },
};

const page = {
  name: "Comparison",
  sections: SECTIONS,
  defaults,
  state: valid(read(defaults)),
  get id() {
    return page.state.station_id.replaceAll(",", ", ");
  },
  /** {lines, days (those of each line), stations: [{id, name}]}; throw Refused with what is wrong. */
  async days() {
    const { stations, years } = chosen();
    const wrong = refusal(stations, years);
    if (wrong) throw new Refused(wrong);
    const [names, ...loaded] = await Promise.all([namesOf(stations), ...stations.map(daysOf)]);
    const lines = linesOf(stations, years, names);
    offerPeriods(loaded);
    drawChosen(page, lines, names);
    return {
      lines,
      days: lines.map(({ id }) => loaded[stations.indexOf(id)]),
      stations: stations.map((id) => ({ id, name: names.get(id) || id })),
    };
  },
};

function valid(state) {
  return {
    ...state,
    station_id: listOf(state.station_id).join(),
    year: listOf(state.year)
      .filter((year) => /^\d{1,4}$/.test(year))
      .join(),
    measure: MEASURES[state.measure] ? state.measure : defaults.measure,
    smooth: [1, 7, 15, 31].includes(state.smooth) ? state.smooth : defaults.smooth,
    completeness: RULES[state.completeness] ? state.completeness : defaults.completeness,
    sum: SUMS[state.sum] ? state.sum : defaults.sum,
  };
}

const chosen = () => ({ stations: listOf(page.state.station_id), years: listOf(page.state.year) });

function offerPeriods(loaded) {
  const years = [...new Set(loaded.flatMap(yearsOf))].sort((a, b) => a - b);
  const periods = periodsOf(years);
  defaults.normals = bestPeriod(years);
  if (!periods.includes(page.state.normals)) page.state.normals = defaults.normals;
  const select = document.querySelector("select[data-state-of=normals]");
  select.replaceChildren(...periods.map((period) => new Option(period.replace("-", "–"), period)));
  page.showControls();
}

// --- Stations and years to add ------------------------------------------------------------------

const field = document.querySelector("#add-station");
const byId = (text) => (/^[A-Z]{2}[0-9A-Z]{9}$/.test(text) ? [{ station_id: text, name: "" }] : []);
search(field, document.querySelector("#add-found"), byId, ({ station_id }) => {
  field.value = "";
  page.change({ station_id: [...listOf(page.state.station_id), station_id].join() }, { push: true });
});

const yearForm = document.querySelector("#add-year");
yearForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const year = yearForm.elements.year.value;
  yearForm.elements.year.value = "";
  const years = [...new Set([...listOf(page.state.year), year])].sort();
  if (/^\d{1,4}$/.test(year)) page.change({ year: years.join() }, { push: true });
});

onReturn(() => page.change(valid(read(defaults))));
closeMenus(document);
drawChosen(page, [], new Map());
run(page);
