// Refreshes how far running runs are every two seconds; when one has ended, the page is loaded again.
"use strict";

const PAUSE = 2000;

async function refresh(element) {
  try {
    const response = await fetch(element.dataset.progress);
    const run = response.ok ? await response.json() : null;
    if (run && run.status !== "running") {
      location.reload();
      return;
    }
    if (run) {
      element.textContent = run.text;
    }
  } catch {
    // The server is away; it is asked again.
  }
  setTimeout(refresh, PAUSE, element);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-progress]").forEach((element) => setTimeout(refresh, PAUSE, element));
});
