// The first page: a map of the stations by a measure, a slider through the years, and the stations in view.

import L from "../vendor/leaflet.js";
import { read, write, onReturn } from "./address.js";
import { ask, fill, state as setState } from "./ask.js";
import { legend } from "./map/legend.js";
import { list, unplaced } from "./map/list.js";
import { domain, hasPeriod, hasYear, shown, url } from "./map/measures.js";
import * as outlines from "./map/outlines.js";
import { Points } from "./map/points.js";
import { search } from "./map/search.js";
import { slider } from "./map/years.js";
import { steps } from "./scales.js";
import { color, onTheme } from "./theme.js";
import { onUnits, told } from "./units.js";
import { date } from "./formats.js";

const FINE = 6; // who zooms in so far gets fine coasts: they weigh more than all the rest of the page
const box = document.querySelector("#map-box");
const files = document.querySelector("#map").dataset;
const table = document.querySelector("#in-view");
const tip = document.querySelector("#tip");

const map = L.map("map", { minZoom: 2, maxZoom: 13, zoomSnap: 0.5, worldCopyJump: false, maxBounds: [[-85, -220], [85, 220]] });
map.attributionControl.setPrefix(false).addAttribution("Natural Earth · US Census");
map.createPane("outlines").style.zIndex = 300; // under the stations
const renderer = L.svg({ padding: 0.5, pane: "outlines" });

let data; // the stations, in columns
let points;
let values = [];
let dates;
let defaults;
let chosen;
let scale = [0, 1];
let scaleOf = "";
let rising = false;
let years;

async function begin() {
  map.setView([40, -95], 4);
  await fill(box, (signal) => ask("/data/stations", signal), start);
}

async function start(stations) {
  data = stations;
  const placed = data.latitude.filter((latitude) => latitude !== null).length;
  if (!data.station_id.length) return "No observations yet. Ingest a folder: manage.py ingest_weather <folder>";
  if (!placed) return "No station has a position yet: manage.py ingest_stations with NOAA's ghcnd-stations.txt gives them.";
  const long = data.years.year.length >= 24;
  defaults = { element: "tmax", measure: long ? "normal" : "year", year: data.years.year.at(-1), period: data.period[0], at: "" };
  chosen = read(defaults);
  years = slider(document.querySelector("#years"), data.years, (year) => change({ year }));
  points = new Points(data.latitude, data.longitude).addTo(map);
  unplaced(document.querySelector("#unplaced"), data);
  look();
  controls();
  show();
  await load();
  decorate();
}

/** Look where the URL says, or at all stations. */
function look() {
  const [latitude, longitude, zoom] = chosen.at.split(",").map(Number);
  if (chosen.at && Number.isFinite(latitude + longitude + zoom)) return map.setView([latitude, longitude], zoom, { animate: false });
  const places = data.latitude.map((latitude, i) => [latitude, data.longitude[i]]).filter(([latitude]) => latitude !== null);
  map.fitBounds(L.latLngBounds(places), { padding: [24, 24], maxZoom: 9, animate: false });
}

async function load() {
  const answer = await ask(url(chosen), (load.going = restarted(load.going)).signal);
  if (answer.value.length !== data.station_id.length) return location.reload(); // the archive has changed meanwhile
  ({ value: values, date: dates } = answer);
  const about = shown(chosen);
  const of = [chosen.measure, chosen.element, chosen.period].join();
  if (of !== scaleOf) [scale, scaleOf] = [domain(values, about), of]; // it stays while the slider moves
  paint();
}

function restarted(going) {
  going?.abort();
  return new AbortController();
}

function paint() {
  const about = shown(chosen);
  const [low, high] = scale;
  const places = values.map((value) => (value === null ? null : (value - low) / (high - low)));
  const colors = steps(about.scale, Points.BUCKETS).map((parts) => `rgb(${parts.join(" ")})`);
  points.paint(places, colors, { ring: color("--text", 0.45), none: color("--muted", 0.7) });
  legend(document.querySelector("#legend"), about, scale, values.includes(null) && why());
  const none = values.every((value) => value === null);
  document.querySelector("#nothing").textContent = none ? nothing() : "";
  tell();
}

const RULE = "no value: a month lacks more than 5 days";

function why() {
  if (chosen.measure === "last" || chosen.measure === "coverage") return "no value";
  return hasPeriod(chosen) ? `${RULE}, or fewer than 24 of 30 years` : RULE;
}

function nothing() {
  if (chosen.measure === "normal") return "No station has 24 of these 30 years. Choose another period.";
  if (chosen.measure === "anomaly") return "No station has this year whole, and a normal of this period.";
  return "No station has enough days for this: a month lacks at most five.";
}

function tell() {
  list(table, points.inView(), data, values, shown(chosen), dates, rising);
}

/** Take a part of the state, write it into the URL and draw. */
function change(part) {
  chosen = { ...chosen, ...part };
  write(chosen, defaults);
  show();
  load().catch((error) => {
    if (error.name !== "AbortError") document.querySelector("#nothing").textContent = error.message;
  });
}

/** Let the controls show what is chosen. */
function show() {
  for (const name of ["element", "measure", "period"]) document.querySelector(`#${name}`).value = chosen[name];
  document.querySelector("#period").closest(".field").hidden = !hasPeriod(chosen);
  document.querySelector("#years").hidden = !hasYear(chosen);
  if (!hasYear(chosen)) years.stop();
  years.set(chosen.year);
}

function controls() {
  const periods = document.querySelector("#period");
  const [last] = data.period;
  const starts = new Set([1961, 1971, 1981, 1991, last, chosen.period]);
  periods.replaceChildren(...[...starts].sort().map((start) => new Option(`${start}–${start + 29}`, start)));
  document.querySelector("#element").addEventListener("change", (event) => change({ element: event.target.value }));
  document.querySelector("#measure").addEventListener("change", (event) => change({ measure: event.target.value }));
  periods.addEventListener("change", () => change({ period: +periods.value }));
  document.querySelector("#order").addEventListener("click", order);
  search(document.querySelector("#search"), document.querySelector("#found"), byId, goTo);
}

function order({ currentTarget }) {
  rising = !rising;
  currentTarget.textContent = rising ? "Lowest first" : "Highest first";
  tell();
}

function byId(start) {
  const found = [];
  data.station_id.forEach((id, i) => {
    if (id.startsWith(start)) found.push({ station_id: id, name: data.name[i], state: data.state[i] });
  });
  return found;
}

/** Show a station that was searched for: on the map if it is there, or else its page. */
function goTo({ station_id }) {
  const i = data.station_id.indexOf(station_id);
  if (i < 0 || data.latitude[i] === null) return location.assign(`/stations/${station_id}`);
  map.setView([data.latitude[i], data.longitude[i]], Math.max(map.getZoom(), 8));
  popup(i);
}

function popup(i) {
  const about = shown(chosen);
  const content = document.createElement("div");
  const link = Object.assign(document.createElement("a"), { href: `/stations/${data.station_id[i]}`, textContent: data.name[i] || data.station_id[i] });
  const value = Object.assign(document.createElement("p"), { className: "value", textContent: told(values[i], about.kind, about) });
  const more = [about.title, dates?.[i] && date(dates[i]), data.station_id[i]].filter(Boolean).join(" · ");
  content.append(link, value, Object.assign(document.createElement("small"), { textContent: more }));
  L.popup({ closeButton: true, maxWidth: 260 }).setLatLng([data.latitude[i], data.longitude[i]]).setContent(content).openOn(map);
}

function hover({ containerPoint }) {
  const i = points ? points.near(containerPoint) : -1;
  tip.hidden = i < 0;
  map.getContainer().style.cursor = i < 0 ? "" : "pointer";
  if (i < 0) return;
  const about = shown(chosen);
  tip.textContent = `${data.name[i] || data.station_id[i]}: ${told(values[i], about.kind, about)}`;
  tip.style.transform = `translate(${containerPoint.x + 14}px, ${containerPoint.y + 14}px)`;
}

map.on("mousemove", hover);
map.on("mouseout movestart", () => (tip.hidden = true));
map.on("click", ({ containerPoint }) => {
  const i = points ? points.near(containerPoint) : -1;
  if (i >= 0) popup(i);
});
map.on("moveend", () => {
  if (!points || !values.length) return;
  const { lat, lng } = map.getCenter();
  chosen.at = `${lat.toFixed(3)},${lng.toFixed(3)},${map.getZoom()}`;
  if (moved) write(chosen, defaults);
  tell();
});
let moved = false;
map.on("dragstart zoomstart keydown", () => (moved = true));

/** Coasts and borders come after the stations: they are larger than all the rest. */
async function decorate() {
  let coarse;
  const draw = async (file) => outlines.draw(map, await ask(file), renderer);
  const finely = async () => {
    if (map.getZoom() < FINE) return;
    map.off("zoomend", finely);
    const fine = await draw(files.fine);
    coarse?.remove();
    states?.eachLayer((layer) => layer.bringToFront?.());
    return fine;
  };
  coarse = await draw(files.countries);
  const states = data.latitude.some((latitude, i) => latitude > 18 && data.longitude[i] < -66) ? await draw(files.states) : null;
  map.on("zoomend", finely);
}

onUnits(() => data && points && paint());
onTheme(() => data && points && paint());
onReturn(() => {
  chosen = read(defaults);
  show();
  look();
  load();
});

begin().catch((error) => setState(box, "error", error.message));
