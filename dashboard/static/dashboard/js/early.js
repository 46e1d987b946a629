// Runs before anything is drawn: the theme and the units that were chosen, or that the URL asks for.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(`weather-${name}`);
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  const asked = new URLSearchParams(location.search).get("units");
  const units = ["metric", "us"].includes(asked) ? asked : kept("units");
  const theme = kept("theme");
  root.dataset.units = units === "us" ? "us" : "metric";
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  root.classList.add("js");
})();
