// What is shown, to take away: CSV and Parquet from the API, the picture from the canvas, and the API call.

import { color } from "./theme.js";

/**
 * Fill `<details class="offers">`: `calls` are the API calls (path and query) by what they give, `formats` those
 * they have beside JSON, `picture` {host, title, note} the chart, if there is one.
 */
export function offer(details, { calls, formats = [], picture }) {
  const list = details.querySelector("ul");
  list.replaceChildren(
    ...(picture ? [entry(pictureButton(picture))] : []),
    ...calls.flatMap(([name, url]) => [entry(...downloads(name, url, formats)), entry(call(url))]),
  );
}

/** Let every menu of a page close by Escape and by a click elsewhere. */
export function closeMenus(root) {
  const open = () => root.querySelectorAll("details.offers[open]");
  root.addEventListener("click", (event) =>
    open().forEach((menu) => menu.contains(event.target) || (menu.open = false)),
  );
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

function entry(...children) {
  const item = document.createElement("li");
  item.append(...children);
  return item;
}

const NAMES = { csv: "CSV", parquet: "Parquet", ndjson: "NDJSON" };

function downloads(name, url, formats) {
  const links = formats.flatMap((format) => [" ", download(format, `${url}&format=${format}`)]);
  return [name, ...links].filter(Boolean);
}

function download(format, url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.textContent = NAMES[format];
  return link;
}

function call(url) {
  const link = document.createElement("a");
  link.href = url;
  const code = document.createElement("code");
  code.textContent = new URL(url, location.href).href;
  link.append("API call", code);
  return link;
}

function pictureButton({ host, title, note }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "PNG";
  button.addEventListener("click", () => save(paint(host, title(), note()), `${title()}.png`));
  return button;
}

const MARGIN = 24;
const HEAD = 52;
const FOOT = 34;

/** Return a canvas with what the canvases of a chart show, a title above and a note below. */
export function paint(host, title, note) {
  const dots = devicePixelRatio;
  const box = host.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = (box.width + 2 * MARGIN) * dots;
  canvas.height = (box.height + HEAD + FOOT) * dots;
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = color("--surface");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  for (const part of host.querySelectorAll("canvas")) {
    const place = part.getBoundingClientRect();
    ctx.drawImage(part, (place.left - box.left + MARGIN) * dots, (place.top - box.top + HEAD) * dots);
  }
  ctx.scale(dots, dots);
  ctx.fillStyle = color("--text");
  ctx.font = "600 18px system-ui, sans-serif";
  ctx.fillText(title, MARGIN, 32, box.width);
  ctx.fillStyle = color("--muted");
  ctx.font = "12px system-ui, sans-serif";
  ctx.fillText(note, MARGIN, box.height + HEAD + FOOT - 13, box.width);
  return canvas;
}

function save(canvas, name) {
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name.replace(/[^\p{L}\p{N}.]+/gu, "-");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
