// What the panels of a station's page have in common.

import { offer } from "../offers.js";

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

/** What the API is asked beside the normals, so that it tells of the same values. */
export const same = (page) => ({ station_id: page.id, basis: page.basis });
