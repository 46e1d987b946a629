// What every page has: the switches of its head, and numbers in the units of the reader.

import { ago } from "./formats.js";
import * as theme from "./theme.js";
import * as units from "./units.js";

for (const radio of document.querySelectorAll("input[name=units]")) {
  radio.checked = radio.value === units.system();
  radio.addEventListener("change", () => units.choose(radio.value));
}

const button = document.querySelector("#theme");

function show() {
  button.setAttribute("aria-pressed", String(theme.isDark()));
}

button?.addEventListener("click", () => theme.choose(theme.isDark() ? "light" : "dark"));
if (button) {
  theme.onTheme(show);
  show();
}

units.convert(document);
for (const time of document.querySelectorAll("time[data-ago]")) {
  time.title = time.textContent;
  time.textContent = ago(time.dateTime);
}
