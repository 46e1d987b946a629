// The scale of the map in words and numbers.

import { gradient, ticks } from "../scales.js";
import { measure } from "../units.js";
import { number } from "../formats.js";

export function legend(box, shown, [low, high], missing) {
  const { from, unit } = measure(shown.kind);
  const [a, b] = [from(low), from(high)];
  box.querySelector(".title").textContent = `${shown.title}${unit ? `,\u00a0${unit}` : ""}`;
  box.querySelector(".bar").style.background = gradient(shown.scale);
  const marks = ticks(a, b, 4).map((tick) => {
    const mark = document.createElement("span");
    mark.style.left = `${(100 * (tick - a)) / (b - a)}%`;
    mark.textContent = number(tick, Number.isInteger(tick) ? 0 : 1, shown.sign);
    return mark;
  });
  box.querySelector(".ticks").replaceChildren(...marks);
  const none = box.querySelector(".none");
  none.hidden = !missing;
  none.textContent = missing || "";
}
