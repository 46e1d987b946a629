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

const link = (id, name) =>
  Object.assign(document.createElement("a"), { href: `/stations/${id}`, textContent: name || id });

function row(i, { station_id: ids, name, state }, value, { kind, sign }, date) {
  const line = document.createElement("tr");
  const first = document.createElement("th");
  first.scope = "row";
  first.append(link(ids[i], name[i]), Object.assign(document.createElement("small"), { textContent: state[i] ? ` ${state[i]}` : "" }));
  const cell = Object.assign(document.createElement("td"), { className: "number", textContent: told(value, kind, { sign }) });
  if (date) cell.title = date;
  line.append(first, cell);
  return line;
}

const MOST_UNPLACED = 10;

/** Name the stations that no map can show, since nobody has said where they are. */
export function unplaced(line, { station_id: ids, name, latitude }) {
  const numbers = ids.map((_, i) => i).filter((i) => latitude[i] === null);
  const links = numbers.slice(0, MOST_UNPLACED).flatMap((i) => [", ", link(ids[i], name[i])]);
  const more = numbers.length - MOST_UNPLACED;
  line.hidden = !numbers.length;
  line.replaceChildren(
    numbers.length === 1 ? "1 station has no position, so it is not on the map: " : `${numbers.length.toLocaleString("en")} stations have no position, so they are not on the map: `,
    ...links.slice(1),
    more > 0 ? ` and ${more.toLocaleString("en")} more.` : ".",
  );
}
