// The time slider: years, over bars that tell how many stations have data in each.

const STEP = 700; // milliseconds a year while it plays

export function slider(box, { year: years, stations }, chosen) {
  const range = box.querySelector("input[type=range]");
  const shown = box.querySelector("output");
  const play = box.querySelector("button");
  const [first, last] = [years[0], years.at(-1)];
  Object.assign(range, { min: first, max: last });
  bars(box.querySelector(".bars"), years, stations);
  let timer = null;

  function set(year) {
    range.value = Math.max(first, Math.min(last, year));
    shown.textContent = range.value;
    range.setAttribute("aria-valuetext", range.value);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.setAttribute("aria-pressed", "false");
  }

  range.addEventListener("input", () => {
    set(+range.value);
    chosen(+range.value);
  });
  range.addEventListener("pointerdown", stop);
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      set(+range.value >= last ? first : +range.value + 1);
      chosen(+range.value);
    }, STEP);
  });
  return { set, stop };
}

function bars(box, years, stations) {
  const most = Math.max(...stations);
  const counts = new Map(years.map((year, i) => [year, stations[i]]));
  const parts = [];
  for (let year = years[0]; year <= years.at(-1); year++) {
    const bar = document.createElement("i");
    bar.style.height = `${(100 * (counts.get(year) ?? 0)) / most}%`;
    parts.push(bar);
  }
  box.replaceChildren(...parts);
}
