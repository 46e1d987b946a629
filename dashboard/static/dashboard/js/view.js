// A range of days that is moved and zoomed: by dragging, pinching, wheel, keys and buttons.

const SHORTEST = 7;

/**
 * Return a view of the days from `first` to `end` (exclusive). `show(from, to, settled)` is called at every
 * step; `settled` says that it rests there.
 */
export function view(first, end, show) {
  const state = { from: first, to: end, frame: 0 };
  const longest = end - first;

  function set(from, to, settled = true) {
    const span = Math.min(Math.max(to - from, Math.min(SHORTEST, longest)), longest);
    const start = Math.min(Math.max(from + (to - from - span) / 2, first), end - span);
    Object.assign(state, settled ? wholeDays(start, span) : { from: start, to: start + span });
    show(state.from, state.to, settled);
  }

  const wholeDays = (start, span) => ({ from: Math.floor(start), to: Math.floor(start) + Math.round(span) });

  function glide(from, to) {
    cancelAnimationFrame(state.frame);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set(from, to);
    const [start, wasFrom, wasTo] = [performance.now(), state.from, state.to];
    const step = (now) => {
      const done = Math.min(1, (now - start) / 220);
      const part = 1 - (1 - done) ** 3;
      set(wasFrom + (from - wasFrom) * part, wasTo + (to - wasTo) * part, done === 1);
      if (done < 1) state.frame = requestAnimationFrame(step);
    };
    state.frame = requestAnimationFrame(step);
  }

  function jump([from, to]) {
    cancelAnimationFrame(state.frame); // whoever takes hold of it stops it
    set(from, to, false);
  }

  const zoomed = (factor, at = (state.from + state.to) / 2) => [
    at - (at - state.from) * factor,
    at + (state.to - at) * factor,
  ];
  const moved = (part) => {
    const wanted = (state.to - state.from) * part;
    const by = Math.min(Math.max(wanted, first - state.from), end - state.to);
    return [state.from + by, state.to + by];
  };

  return {
    state,
    set,
    glide,
    zoom: (factor, at) => glide(...zoomed(factor, at)),
    zoomNow: (factor, at) => jump(zoomed(factor, at)),
    move: (part) => glide(...moved(part)),
    moveNow: (part) => jump(moved(part)),
    rest: () => set(state.from, state.to),
    all: () => glide(first, end),
    /** Show so many days around the middle, or all that there are. */
    span: (days) => glide((state.from + state.to - days) / 2, (state.from + state.to + days) / 2),
  };
}

const KEYS = {
  ArrowLeft: (view) => view.move(-0.1),
  ArrowRight: (view) => view.move(0.1),
  PageUp: (view) => view.move(-1),
  PageDown: (view) => view.move(1),
  "+": (view) => view.zoom(0.5),
  "=": (view) => view.zoom(0.5),
  "-": (view) => view.zoom(2),
  Home: (view) => view.all(),
  0: (view) => view.all(),
};

const steering = new WeakMap();

/**
 * Let an element steer a view from now on: {view, dayAt(x), width(), clicked(day)}, or nothing (null). `dayAt` returns the day under a
 * position of the pointer, `width` the chart's; `clicked` is told the day that is clicked.
 */
export function steer(element, steered) {
  const listens = steering.has(element);
  steering.set(element, steered);
  if (listens) return;
  const now = () => steering.get(element);
  listenToKeys(element, now);
  listenToWheel(element, now);
  listenToPointers(element, now);
}

function listenToKeys(element, now) {
  element.addEventListener("keydown", (event) => {
    const act = event.target === element && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!act || !now()) return;
    event.preventDefault();
    act(now().view);
  });
}

/** The wheel belongs to the page until the chart was clicked; pinching on a touchpad comes with ctrlKey. */
function listenToWheel(element, now) {
  let resting;
  const turned = (event) => {
    if (!now()) return;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!sideways && !event.ctrlKey && !element.contains(document.activeElement)) return;
    event.preventDefault();
    const { view, dayAt, width } = now();
    const pixels = event.deltaMode ? 30 : 1;
    if (sideways) view.moveNow((event.deltaX * pixels) / width());
    else view.zoomNow(Math.exp(Math.max(-60, Math.min(60, event.deltaY * pixels)) / 250), dayAt(event.clientX));
    clearTimeout(resting);
    resting = setTimeout(view.rest, 200);
  };
  element.addEventListener("wheel", turned, { passive: false });
}

function listenToPointers(element, now) {
  const fingers = new Map();
  let start = 0;
  element.addEventListener("pointerdown", (event) => {
    if (event.button || !now()) return;
    start = event.clientX;
    fingers.set(event.pointerId, event.clientX);
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const { view, dayAt, width } = now();
    const before = spread(fingers);
    fingers.set(event.pointerId, event.clientX);
    const after = spread(fingers);
    if (before.wide > 10 && after.wide > 10) view.zoomNow(before.wide / after.wide, dayAt(after.middle));
    view.moveNow((before.middle - after.middle) / width());
  });
  const lifted = (event) => fingers.delete(event.pointerId) && !fingers.size && now().view.rest();
  element.addEventListener("pointerup", lifted);
  element.addEventListener("pointercancel", lifted);
  element.addEventListener("dblclick", (event) => now()?.view.zoom(0.4, now().dayAt(event.clientX)));
  element.addEventListener("click", (event) => {
    if (Math.abs(event.clientX - start) < 4) now()?.clicked?.(Math.floor(now().dayAt(event.clientX)));
  });
}

function spread(fingers) {
  const places = [...fingers.values()];
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return { middle: (low + high) / 2, wide: high - low };
}
