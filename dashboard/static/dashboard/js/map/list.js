// The stations that are seen, as a table: what the map says to those who do not see it, and to the keyboard.

import { told } from "../units.js";

const MOST = 100;

/** Fill the table with the stations by number; `data` has the columns, `values` may be missing. */
export function list(table, numbers, data, values, shown, dates, rising) {
  const with_ = numbers.filter((i) => values[i] !== null);
  with_.sort((a, b) => (rising ? values[a] - values[b] : values[b] - values[a]));
  const rows = [...with_, ...numbers.filter((i) => values[i] === null)];
  table.caption.textContent = caption(numbers.length, with_.length);
  table.tBodies[0].replaceChildren(...rows.slice(0, MOST).map((i) => row(i, data, values[i], shown, dates?.[i])));
}

function caption(all, known) {
  const without = all - known ? `, ${(all - known).toLocaleString("en")} without a value` : "";
  return `${all.toLocaleString("en")} in view${without}${all > MOST ? `; the first ${MOST}` : ""}`;
}

function row(i, { station_id: ids, name, state }, value, { kind, sign }, date) {
  const line = document.createElement("tr");
  const link = Object.assign(document.createElement("a"), { href: `/stations/${ids[i]}`, textContent: name[i] || ids[i] });
  const first = document.createElement("th");
  first.scope = "row";
  first.append(link, Object.assign(document.createElement("small"), { textContent: state[i] ? ` ${state[i]}` : "" }));
  const cell = Object.assign(document.createElement("td"), { className: "number", textContent: told(value, kind, { sign }) });
  if (date) cell.title = date;
  line.append(first, cell);
  return line;
}
