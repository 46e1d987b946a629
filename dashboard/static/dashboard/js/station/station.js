// The page of a station: its days are fetched once, and every section draws its part of them.

import { onReturn, read } from "../address.js";
import { ask } from "../ask.js";
import { accepted, isDate, ofYear, readDays, yearsOf } from "../days.js";
import { closeMenus } from "../offers.js";
import { RULES, bestPeriod, periodsOf } from "../normals.js";
import { SUMS } from "../seasons.js";
import { run } from "../sections.js";
import { PANELS } from "./panels.js";

const root = document.querySelector("[data-station]");
const defaults = {
  start: "",
  end: "",
  year: 0,
  normals: "",
  completeness: "usual",
  qc: "all",
  sum: "gdd_corn",
  date: "",
};

const page = {
  id: root.dataset.station,
  name: root.dataset.name || root.dataset.station,
  sections: PANELS,
  defaults,
  state: valid(read(defaults)),
  loaded: null,
  /** All days; the state knows its year and its normals when they are there. */
  async all() {
    page.loaded ??= load().catch((error) => {
      page.loaded = null;
      throw error;
    });
    return (await page.loaded).all;
  },
  /** The days, without those values that the reader leaves out. */
  async days() {
    await page.all();
    const { all, kept } = await page.loaded;
    return page.state.qc === "accepted" ? kept : all;
  },
  /** What an API call has to say so that it tells the same. */
  get basis() {
    return page.state.qc === "accepted" ? "accepted" : null;
  },
};

async function load() {
  const answer = await ask(`/data/stations/${page.id}/days`);
  performance.mark("days-arrived");
  const all = readDays(answer);
  offerYears(all);
  return { all, kept: accepted(all) };
}

/** What cannot be in the URL is as by default. */
function valid(state) {
  const [start, end] = [state.start, state.end].map((text) => (isDate(text) ? text : ""));
  const inOrder = !start || !end || start <= end;
  return {
    ...state,
    ...(inOrder ? { start, end } : { start: "", end: "" }),
    date: isDate(state.date) ? state.date : "",
    completeness: RULES[state.completeness] ? state.completeness : defaults.completeness,
    qc: state.qc === "accepted" ? "accepted" : "all",
    sum: SUMS[state.sum] ? state.sum : defaults.sum,
  };
}

// --- The years that there are -----------------------------------------------------------------

const select = (name) => document.querySelector(`select[data-state-of=${name}]`);

function offerYears(days) {
  const years = yearsOf(days);
  const periods = periodsOf(years);
  Object.assign(defaults, { year: fullest(days, years), normals: bestPeriod(years) });
  if (!years.includes(page.state.year)) page.state.year = defaults.year;
  if (!periods.includes(page.state.normals)) page.state.normals = defaults.normals;
  select("year").replaceChildren(...years.toReversed().map((year) => new Option(year, year)));
  select("normals").replaceChildren(...periods.map((period) => new Option(period.replace("-", "–"), period)));
  page.showControls();
}

/** The last year with a temperature on most of its days. */
function fullest(days, years) {
  const many = (year) => ofYear(days, "tmax", year).filter((value) => value === value).length;
  return years.findLast((year) => many(year) > 330) ?? years.at(-1) ?? 0;
}

for (const button of document.querySelectorAll("[data-year-by]")) {
  button.addEventListener("click", () => {
    const year = page.state.year + Number(button.dataset.yearBy);
    if ([...select("year").options].some((option) => Number(option.value) === year)) page.change({ year });
  });
}

onReturn(() => page.change(valid(read(defaults))));
closeMenus(document);
run(page);
