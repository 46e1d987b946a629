// Pages made of sections that each fetch and draw their part. A section is
// {id, uses, get(page, signal), draw(page, parts, data)}: `get` fetches, `draw` draws, or returns a text where there
// is nothing to draw, and `uses` are the names of the page's state that it depends on.

import { write } from "./address.js";
import { fill } from "./ask.js";
import { onUnits } from "./units.js";

/**
 * Run a page: {state, defaults, sections}. It gets change(part, {push}), which takes up what a reader has
 * changed, and note(part), which only writes into the URL what is shown already.
 */
export function run(page) {
  const seen = new Set();
  const refresh = (section) => {
    if (!seen.has(section)) return;
    const parts = partsOf(section);
    fill(
      parts.box,
      (signal) => section.get(page, signal),
      (data) => section.draw(page, parts, data),
    );
  };
  page.note = (part) => {
    Object.assign(page.state, part);
    write(page.state, page.defaults);
  };
  page.change = (part, { push = false } = {}) => {
    const names = Object.keys(part).filter((name) => part[name] !== page.state[name]);
    Object.assign(page.state, part);
    write(page.state, page.defaults, { push });
    page.showControls();
    page.sections.filter(({ uses }) => uses.some((name) => names.includes(name))).forEach(refresh);
  };
  page.showControls = controlsOf(page);
  onUnits(() => page.sections.forEach(refresh));
  page.showControls();
  whenNear(page.sections, (section) => {
    seen.add(section);
    refresh(section);
  });
}

function partsOf(section) {
  const part = (selector) => document.getElementById(section.id).querySelector(selector);
  return {
    section: document.getElementById(section.id),
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

/** Sections are drawn when they come near: the first one is not to wait for the others. */
function whenNear(sections, act) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
        watcher.unobserve(target);
        act(sections.find(({ id }) => id === target.id));
      }
    },
    { rootMargin: "300px" },
  );
  for (const { id } of sections) watcher.observe(document.getElementById(id));
}

/** Let `<select data-state-of="year">` and checkboxes change the state; return what shows it in them. */
function controlsOf(page) {
  const controls = document.querySelectorAll("[data-state-of]");
  for (const control of controls) {
    const name = control.dataset.stateOf;
    control.addEventListener("change", () => {
      const text = control.type === "checkbox" && !control.checked ? page.defaults[name] : control.value;
      page.change({ [name]: typeof page.defaults[name] === "number" ? Number(text) : text });
    });
  }
  return () => {
    for (const control of controls) {
      const value = page.state[control.dataset.stateOf];
      if (control.type === "checkbox") control.checked = value === control.value;
      else control.value = value;
    }
  };
}
