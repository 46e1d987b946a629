// What the panels of a station's page have in common.

import { offer } from "../offers.js";
import { apiUrl } from "./rows.js";

export const NOTHING = "This station has no observations.";

/** Offer what a panel shows: the API call, or several by what they give, their other formats, the chart's picture. */
export function take(page, { chart, offers }, title, calls, formats) {
  const picture = chart.querySelector("canvas") && {
    host: chart,
    title: () => `${page.name}: ${title}`,
    note: () => `${page.id} · ${location.host}`,
  };
  offer(offers, { calls: typeof calls === "string" ? [["", calls]] : calls, formats, picture });
}

export function normalsUrl(page) {
  const [start_year, end_year] = page.state.normals.split("-");
  return apiUrl("/api/normals", { station_id: page.id, start_year, end_year, basis: page.basis });
}
