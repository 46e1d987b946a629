// The panels of a station's page, in their order.
//
// get(page, signal) fetches; draw(page, parts, data) draws, and returns a text where there is nothing to draw;
// `uses` are the names of the page's state it depends on.

import { availabilityPanel } from "./calendar.js";
import { climatePanel } from "./climate.js";
import { dailyPanel } from "./daily_panel.js";
import { frostPanel } from "./frost.js";
import { sourcesPanel } from "./origins.js";
import { recordsPanel } from "./records.js";
import { seasonPanel } from "./season.js";
import { stripesPanel } from "./stripes.js";
import { yearPanel } from "./year.js";

export const PANELS = [
  ...[dailyPanel, yearPanel, climatePanel, stripesPanel, seasonPanel, frostPanel],
  ...[recordsPanel, availabilityPanel, sourcesPanel],
];
