// The sections of a station's page (see sections.js), in their order.

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
