// Stations or years beside each other: which ones stands in the URL.

import { onReturn, read } from "../address.js";
import { yearsOf } from "../days.js";
import { search } from "../map/search.js";
import { closeMenus } from "../offers.js";
import { RULES, bestPeriod, periodsOf } from "../normals.js";
import { SUMS } from "../seasons.js";
import { run } from "../sections.js";
import { Nothing, daysOf, linesOf, listOf, namesOf, refusal } from "./lines.js";
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
  state: given(),
  get id() {
    return page.state.station_id.replaceAll(",", ", ");
  },
  /** {lines, days (those of each line), stations: [{id, name}], unknown: [ids]}; throw Nothing with what is wrong. */
  async days() {
    const { stations: asked, years } = chosen();
    const wrong = refusal(asked, years);
    if (wrong) throw new Nothing(wrong);
    const found = await Promise.all(asked.map(daysOf));
    const [stations, loaded] = [asked.filter((_, n) => found[n]), found.filter(Boolean)];
    const unknown = asked.filter((_, n) => !found[n]);
    if (!stations.length) throw new Nothing(`There is no station ${unknown.join(", ")}.`);
    const names = await namesOf(stations);
    const lines = linesOf(stations, years, names);
    offerPeriods(loaded);
    return {
      lines,
      unknown,
      days: lines.map(({ id }) => loaded[stations.indexOf(id)]),
      stations: stations.map((id) => ({ id, name: names.get(id) || id })),
    };
  },
};

/** The state that the URL asks for. Stations and years may be repeated, as in the API. */
function given() {
  const all = (name) => new URLSearchParams(location.search).getAll(name).join();
  return valid({ ...read(defaults), station_id: all("station_id"), year: all("year") });
}

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
  const years = loaded.flatMap(yearsOf).sort((a, b) => a - b); // each as often as there are stations with it
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

onReturn(() => page.change(given()));
closeMenus(document);
run(page);
