// The sections of a comparison (see ../sections.js), in their order.

import { toDay, toISO, MONTHS } from "../formats.js";
import { isDate } from "../days.js";
import { anomaliesUrl, normalsCalls, normalsOf } from "../normals.js";
import { SUMS } from "../seasons.js";
import { tableFor } from "../tables.js";
import { measure, told } from "../units.js";
import { steer } from "../view.js";
import { take } from "../station/panel.js";
import { apiUrl, rows } from "../rows.js";
import { missingOf } from "../station/climate.js";
import { drawStripes, strongest, yearly } from "../station/stripes.js";
import { chosen } from "./chosen.js";
import { drawClimates } from "./climates.js";
import { drawCalendarLines, drawDayLines, drawYearLines } from "./charts.js";
import { MEASURES, fallen, smoothed, summaryOf, summed, yearlyRain, yearlySums } from "./reckoned.js";

const lined = ["station_id", "year"];

/** Draw what is one value a day of a year, or one a year. */
function drawSums(page, parts, { lines, days }, { title, kind, ofYear, ofYears }) {
  const pointed = parts.tell;
  const years = lines[0].year !== null;
  if (years)
    drawCalendarLines(
      parts.chart,
      lines,
      lines.map((line, n) => ofYear(days[n], line.year)),
      { kind, zero: true, pointed },
    );
  else drawYearLines(parts.chart, lines, days.map(ofYears), { kind, pointed });
  parts.tell("", years ? "As it adds up from 1 January." : "Every year with at most 15 missing days.");
  parts.chart.ariaLabel = `${title} of ${lines.map(({ label }) => label).join(", ")}. The table at the end compares them.`;
  take(page, parts, title, weatherCalls(lines), ["csv", "parquet"]);
}

/** The API calls that give the days of lines: one for each year, or one for a range of days. */
function weatherCalls(lines, range = {}) {
  const station_id = [...new Set(lines.map(({ id }) => id))].join();
  const years = [...new Set(lines.map(({ year }) => year))];
  if (years[0] === null) return [["", apiUrl("/api/weather", { station_id, ...range })]];
  return years.map((year) => [year, apiUrl("/api/weather", { station_id, year })]);
}

const temperature = {
  id: "temperature",
  uses: [...lined, "measure", "smooth", "start", "end"],
  get: (page) => page.days(),
  draw(page, parts, { lines, days }) {
    if (days.every(({ length }) => !length)) return "These stations have no observations.";
    const title = MEASURES[page.state.measure];
    parts.chart.ariaLabel = `${title} of ${lines.map(({ label }) => label).join(", ")}. The table at the end compares them.`;
    document.querySelector("[data-state-of=smooth]").hidden = lines[0].year === null;
    if (lines[0].year === null) return drawTimes(page, parts, title, lines, days);
    const { measure, smooth } = page.state;
    const values = lines.map((line, n) => smoothed(days[n], line.year, measure, smooth));
    steer(parts.chart, null);
    drawCalendarLines(parts.chart, lines, values, { kind: "temperature", pointed: parts.tell });
    parts.tell("", smooth > 1 ? `Means of ${smooth} days.` : "Single days.");
    take(page, parts, title, weatherCalls(lines), ["csv", "parquet"]);
  },
};

function drawTimes(page, parts, title, lines, days) {
  const { start, end } = page.state;
  const rested = (from, to) => {
    const [first, last] = [toISO(Math.floor(from)), toISO(Math.ceil(to) - 1)];
    parts.tell("", `${first} to ${last}. Drag or use the arrow keys to move, plus and minus to zoom.`);
    take(page, parts, title, weatherCalls(lines, { start: first, end: last }), ["csv", "parquet"]);
    return { start: first, end: last };
  };
  const view = drawDayLines(parts.chart, lines, days, {
    measure: page.state.measure,
    from: isDate(start) ? toDay(start) : null,
    to: isDate(end) ? toDay(end) + 1 : null,
    changed: (from, to, settled) => settled && page.note(rested(from, to)),
    pointed: parts.tell,
  });
  rested(view.state.from, view.state.to);
}

const rain = {
  id: "rain",
  uses: lined,
  get: (page) => page.days(),
  draw: (page, parts, found) =>
    drawSums(page, parts, found, { title: "Precipitation", kind: "rain", ofYear: fallen, ofYears: yearlyRain }),
};

const season = {
  id: "season",
  uses: [...lined, "sum"],
  get: (page) => page.days(),
  draw(page, parts, found) {
    const { sum } = page.state;
    drawSums(page, parts, found, {
      title: SUMS[sum].label,
      kind: "degree-days",
      ofYear: (days, year) => summed(days, year, sum),
      ofYears: (days) => yearlySums(days, sum),
    });
  },
};

// --- What the API reckons ---------------------------------------------------------------------

const same = (stations) => ({ station_id: stations.map(({ id }) => id).join() });

const climate = {
  id: "climate",
  uses: ["station_id", "normals", "completeness"],
  async get(page, signal) {
    const { stations } = await page.days();
    return { stations, found: await normalsOf(normalsCalls(page.state, same(stations)), signal) };
  },
  draw(page, parts, { stations, found }) {
    if (!found.some(({ normal }) => normal !== null)) {
      return `There are no normals of ${page.state.normals.replace("-", "–")}: ${found[0]?.reason ?? "these stations have no observations"}.`;
    }
    drawClimates(parts.chart, stations, found, parts.tell);
    parts.tell("", stations.map((station) => lackingOf(station, found, page.state.normals)).filter(Boolean).join(" "));
    parts.chart.ariaLabel = "The normals of every month. The table below has them.";
    tableFor(parts.table, () => climateTable(stations, found));
    take(page, parts, "climate", normalsCalls(page.state, same(stations)), ["csv", "parquet"]);
  },
};

/** Say why a station has not all of its lines and bars; nothing if it has. */
function lackingOf({ id, name }, found, period) {
  const own = found.filter((row) => row.station_id === id);
  const lacking = own.length ? missingOf(own) : `no observations in ${period.replace("-", "–")}.`;
  return lacking && `${name}: ${lacking}`;
}

function climateTable(stations, found) {
  const value = (id, month, element, kind) =>
    told(found.find((row) => row.station_id === id && row.month === month && row.element === element)?.normal, kind, {
      unit: false,
    });
  const [t, mm] = [measure("temperature").unit, measure("rain").unit];
  return {
    caption: `Normal high and low, ${t}, and precipitation, ${mm}`,
    head: ["Month", ...stations.flatMap(({ name }) => [`${name}: high`, "low", "precipitation"])],
    rows: MONTHS.map((name, n) => [
      name,
      ...stations.flatMap(({ id }) => [
        value(id, n + 1, "tmax", "temperature"),
        value(id, n + 1, "tmin", "temperature"),
        value(id, n + 1, "prcp", "rain"),
      ]),
    ]),
  };
}

const stripes = {
  id: "stripes",
  uses: ["station_id", "normals", "completeness"],
  async get(page, signal) {
    const { stations } = await page.days();
    return { stations, found: yearly(await rows(anomaliesUrl(page.state, same(stations)), signal)) };
  },
  draw(page, parts, { stations, found }) {
    if (!found.some(({ anomaly }) => anomaly !== null))
      return `There is no year to compare with a normal: ${found[0]?.reason ?? "no observations"}.`;
    const years = found.map(({ year }) => year);
    const [first, last] = [Math.min(...years), Math.max(...years)];
    parts.chart.replaceChildren();
    for (const { id, name } of stations) {
      const host = document.createElement("div");
      parts.chart.append(Object.assign(document.createElement("h3"), { textContent: name }), host);
      const own = found.filter((row) => row.station_id === id);
      if (own.every(({ anomaly }) => anomaly === null)) {
        host.append(`There is no year to compare with a normal: ${own[0]?.reason ?? "no observations"}.`);
        continue;
      }
      drawStripes(host, aligned(found, id, first, last), {
        most: strongest(found),
        height: 84,
        pointed: (text) => parts.tell(text && `${name}, ${text}`),
        picked: () => {},
      });
    }
    parts.chart.ariaLabel =
      "A stripe for each year and station: blue is colder than the station's normal, red is warmer.";
    take(page, parts, "warming stripes", anomaliesUrl(page.state, same(stations)), ["csv", "parquet"]);
  },
};

/** A station's rows, one for every year from the first to the last of all stations. */
function aligned(found, id, first, last) {
  const own = new Map(found.filter((row) => row.station_id === id).map((row) => [row.year, row]));
  return Array.from(
    { length: last - first + 1 },
    (_, n) => own.get(first + n) ?? { year: first + n, anomaly: null, reason: "no observations" },
  );
}

const table = {
  id: "summary",
  uses: [...lined, "sum"],
  get: (page) => page.days(),
  draw(page, parts, { lines, days }) {
    const { sum } = page.state;
    parts.table.open = true;
    tableFor(parts.table, () => summaryTable(lines, days, sum));
    take(page, parts, "summary", weatherCalls(lines), ["csv", "parquet"]);
  },
};

function summaryTable(lines, days, sum) {
  const [t, mm, dd] = ["temperature", "rain", "degree-days"].map((kind) => measure(kind).unit);
  const many = lines[0].year === null;
  return {
    caption: many ? "Means of all days, and of the years with at most 15 missing days" : "The years compared",
    head: [
      "",
      `Mean high, ${t}`,
      `Mean low, ${t}`,
      `Precipitation, ${mm}`,
      `${SUMS[sum].label}, ${dd}`,
      "Days with high",
      "low",
      "precipitation",
    ],
    rows: lines.map((line, n) => {
      const { tmax, tmin, rain, sums, days: counted } = summaryOf(days[n], line.year, sum);
      const value = (number, kind) => told(number, kind, { unit: false });
      return [
        line.label,
        ...[value(tmax, "temperature"), value(tmin, "temperature"), value(rain, "rain"), value(sums, "degree-days")],
        ...counted.map((number) => number.toLocaleString("en")),
      ];
    }),
  };
}

export const SECTIONS = [chosen, temperature, rain, season, climate, stripes, table];
