// Rows of the API, all of them at once.

import { Refused, ask } from "./ask.js";

/** The URL of an API call; parameters that are null are left out. */
export function apiUrl(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== "");
  return `${path}?${new URLSearchParams(given)}`.replaceAll("%2C", ",");
}

/** All rows of a call, in one answer: by pages the server would reckon them again and again. */
export const rows = (url, signal) => ask(`${url}&format=ndjson`, signal, lines);

async function lines(answer) {
  const text = await answer.text();
  try {
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } catch {
    throw new Refused("The answer broke off.");
  }
}
