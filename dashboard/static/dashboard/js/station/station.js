// The page of a station: its days are fetched once, and every panel draws its part of them.

import { onReturn, read, write } from "../address.js";
import { ask, fill } from "../ask.js";
import { accepted, isDate, ofYear, readDays, yearsOf } from "../days.js";
import { closeMenus } from "../offers.js";
import { SUMS } from "../seasons.js";
import { onUnits } from "../units.js";
import { PANELS } from "./panels.js";

const root = document.querySelector("[data-station]");
const DEFAULTS = { start: "", end: "", year: 0, normals: "1991-2020", qc: "all", sum: "gdd_corn", date: "" };

const page = {
  id: root.dataset.station,
  name: root.dataset.name || root.dataset.station,
  state: valid(read(DEFAULTS)),
  change,
  note,
  loaded: null,
  /** The days, without those values that the reader leaves out. */
  async days() {
    page.loaded ??= load().catch((error) => {
      page.loaded = null;
      throw error;
    });
    const { all, kept } = await page.loaded;
    return page.state.qc === "accepted" ? kept : all;
  },
  /** The parameters of API calls that say the same. */
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
    qc: state.qc === "accepted" ? "accepted" : "all",
    sum: SUMS[state.sum] ? state.sum : DEFAULTS.sum,
    normals: /^\d{4}-\d{4}$/.test(state.normals) ? state.normals : DEFAULTS.normals,
  };
}

/** Take up what a reader has changed: write it into the URL and draw what depends on it. */
function change(part, { push = false } = {}) {
  const names = Object.keys(part).filter((name) => part[name] !== page.state[name]);
  Object.assign(page.state, part);
  write(page.state, DEFAULTS, { push });
  showControls();
  for (const panel of PANELS) if (panel.uses.some((name) => names.includes(name))) refresh(panel);
}

/** Write into the URL what a panel shows already. */
function note(part) {
  Object.assign(page.state, part);
  write(page.state, DEFAULTS);
}

// --- Panels ---------------------------------------------------------------------------------

const seen = new Set();

function partsOf(panel) {
  const section = document.getElementById(panel.id);
  const part = (selector) => section.querySelector(selector);
  return {
    section,
    box: part(".box"),
    chart: part(".chart"),
    table: part(".as-table"),
    offers: part(".offers"),
    tell: teller(part(".readout")),
  };
}

/** Return what says a text in a line: what is pointed at, or as long as there is nothing, `rest`. */
function teller(line) {
  return (text, rest = line.dataset.rest ?? "") => {
    line.dataset.rest = rest;
    line.textContent = text || rest;
  };
}

function refresh(panel) {
  if (!seen.has(panel)) return;
  const parts = partsOf(panel);
  fill(parts.box, (signal) => panel.get(page, signal), (data) => panel.draw(page, parts, data));
}

/** Panels are drawn when they come near: the first one is not to wait for the others. */
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      const panel = PANELS.find(({ id }) => id === target.id);
      seen.add(panel);
      refresh(panel);
    }
  },
  { rootMargin: "300px" },
);

// --- Controls -------------------------------------------------------------------------------

const controls = document.querySelectorAll("[data-state-of]");

function showControls() {
  for (const control of controls) {
    const value = page.state[control.dataset.stateOf];
    if (control.type === "checkbox") control.checked = value === control.value;
    else control.value = value;
  }
}

for (const control of controls) {
  control.addEventListener("change", () => {
    const name = control.dataset.stateOf;
    const text = control.type === "checkbox" && !control.checked ? DEFAULTS[name] : control.value;
    change({ [name]: typeof DEFAULTS[name] === "number" ? Number(text) : text });
  });
}

function offerYears(days) {
  const years = yearsOf(days);
  DEFAULTS.year = fullest(days, years);
  if (!years.includes(page.state.year)) page.state.year = DEFAULTS.year;
  const select = document.querySelector("select[data-state-of=year]");
  select.replaceChildren(...years.toReversed().map((year) => new Option(year, year)));
  showControls();
}

/** The last year with a temperature on most of its days. */
function fullest(days, years) {
  const many = (year) => ofYear(days, "tmax", year).filter((value) => value === value).length;
  return years.findLast((year) => many(year) > 330) ?? years.at(-1) ?? 0;
}

for (const button of document.querySelectorAll("[data-year-by]")) {
  button.addEventListener("click", () => {
    const years = [...document.querySelector("select[data-state-of=year]").options].map((option) => Number(option.value));
    const year = page.state.year + Number(button.dataset.yearBy);
    if (years.includes(year)) change({ year });
  });
}

onReturn(() => change(valid(read(DEFAULTS))));
onUnits(() => PANELS.forEach(refresh));
closeMenus(document);
showControls();
for (const { id } of PANELS) watcher.observe(document.getElementById(id));
