// Runs before anything is drawn: light or dark as was chosen on the pages, or else as the system has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("weather-theme");
  } catch {
    // a browser that keeps nothing
  }
  const show = () => {
    const theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    root.dataset.theme = theme;
    root.classList.toggle("dark-mode", theme === "dark"); // what Swagger UI's own stylesheet goes by
  };
  show();
  dark.addEventListener("change", show);
})();
