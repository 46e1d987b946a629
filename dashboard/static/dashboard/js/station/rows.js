// Rows of the API, all pages of them.

import { ask } from "../ask.js";

/** The URL of an API call; parameters that are null are left out. */
export function apiUrl(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== "");
  return `${path}?${new URLSearchParams(given)}`.replaceAll("%2C", ",");
}

export async function rows(url, signal) {
  const found = [];
  for (let next = `${url}&page_size=1000`; next; ) {
    const answer = await ask(next, signal);
    found.push(...answer.results);
    next = answer.next && new URL(answer.next).pathname + new URL(answer.next).search;
  }
  return found;
}
