// Records: the highest and lowest of all years and of every month.

import { date } from "../formats.js";
import { table } from "../tables.js";
import { told } from "../units.js";
import { NOTHING, take } from "./panel.js";
import { apiUrl, rows } from "../rows.js";

const COLUMNS = [
  ["tmax", "highest", "Highest maximum"],
  ["tmax", "lowest", "Lowest maximum"],
  ["tmin", "highest", "Highest minimum"],
  ["tmin", "lowest", "Lowest minimum"],
  ["prcp", "highest", "Most precipitation"],
];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];

/** Draw rows of /api/records as a table; `linkOf(date)` is where a date leads to. */
export function drawRecords(host, rows, linkOf) {
  const find = (month, element, kind) =>
    rows.find((row) => row.month === month && row.element === element && row.kind === kind);
  const line = (name, month) => [name, ...COLUMNS.map(([element, kind]) => record(find(month, element, kind), linkOf))];
  const made = table({
    caption: captionOf(rows),
    head: ["", ...COLUMNS.map(([, , name]) => name)],
    rows: [line("All year", null), ...MONTHS.map((name, n) => line(name, n + 1))],
  });
  host.replaceChildren(made);
}

/** Rows without a record have no years, which are not to be taken for the year 0. */
function captionOf(rows) {
  const known = rows.filter((row) => row.value !== null);
  const first = Math.min(...known.map((row) => row.first_year));
  const last = Math.max(...known.map((row) => row.last_year));
  const days = first === last ? `all days of ${first}` : `all days from ${first} to ${last}`;
  return `Of ${days}; a date opens the day, +1 says that another day had the same.`;
}

function record(row, linkOf) {
  const cell = document.createElement("span");
  if (!row || row.value === null) return "–";
  cell.append(told(row.value, row.element === "prcp" ? "rain" : "temperature"));
  const last = row.dates.at(-1);
  const link = document.createElement("a");
  link.href = linkOf(last);
  link.dataset.date = last;
  link.textContent = date(last);
  const when = document.createElement("small");
  when.append(link, ...others(row.dates.slice(0, -1)));
  cell.append(" ", when);
  return cell;
}

/** How many other days had the same, and which. */
function others(dates) {
  if (!dates.length) return [];
  const more = document.createElement("span");
  more.textContent = `+${dates.length}`;
  more.title = dates.map(date).join(", ");
  return [" ", more];
}

// --- The panel ------------------------------------------------------------------------------

const recordsUrl = (page) => apiUrl("/api/records", { station_id: page.id, basis: page.basis });

export const recordsPanel = {
  id: "records",
  uses: ["qc"],
  get: (page, signal) => rows(recordsUrl(page), signal),
  draw(page, parts, found) {
    if (!found.some((row) => row.value !== null)) return NOTHING;
    drawRecords(parts.chart, found, (day) => `?date=${day}&start=${day.slice(0, 7)}-01&end=${day}#daily`);
    take(page, parts, "records", recordsUrl(page), ["csv", "parquet"]);
  },
};
