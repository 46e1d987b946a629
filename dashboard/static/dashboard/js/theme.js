// Colours for what is drawn on canvas: those of theme.css, as they are now.

const dark = matchMedia("(prefers-color-scheme: dark)");
const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

export const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";

/** The colour of a custom property, "--tmax", as rgb(): canvas knows neither var() nor light-dark(). */
export function color(name, alpha = 1) {
  probe.style.color = `var(${name})`;
  const rgb = getComputedStyle(probe).color;
  return alpha === 1 ? rgb : rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

/** Call `redraw` whenever the theme changes, by the switch or by the system. */
export function onTheme(redraw) {
  document.addEventListener("weather:theme", redraw);
}

export function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("weather-theme", theme);
  } catch {
    // a browser that keeps nothing: it holds for this page
  }
  document.dispatchEvent(new CustomEvent("weather:theme"));
}

dark.addEventListener("change", () => document.dispatchEvent(new CustomEvent("weather:theme")));
