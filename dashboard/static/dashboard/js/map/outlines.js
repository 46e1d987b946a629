// Coasts and borders under the stations: Natural Earth and the US Census, as dashboard/vendor.py keeps them.

import L from "../../vendor/leaflet.js";

/** The lines and the filled rings of a topology, as [latitude, longitude]. */
export function decode({ transform, arcs, rings }) {
  const { scale: [sx, sy], translate: [tx, ty] } = transform;
  const lines = arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => [(y += dy) * sy + ty, (x += dx) * sx + tx]);
  });
  const line = (arc) => (arc < 0 ? lines[~arc].toReversed() : lines[arc]);
  return { lines, rings: rings.map((ring) => ring.flatMap((arc, at) => (at ? line(arc).slice(1) : line(arc)))) };
}

/** Add an atlas to a map; the classes say how theme.css paints it. Return the layer. */
export function draw(map, atlas, renderer) {
  const { lines, rings } = decode(atlas);
  const inert = { renderer, interactive: false };
  return L.layerGroup([
    L.polygon(rings.map((ring) => [ring]), { ...inert, className: "land", stroke: false, fillOpacity: 1 }),
    L.polyline(lines.filter((line) => !edgeOfTheWorld(line)), { ...inert, className: "outline", weight: 1 }),
  ]).addTo(map);
}

/** Where land is cut at 180° and at the South Pole there is no coast. */
function edgeOfTheWorld(line) {
  return line.every(([latitude, longitude]) => Math.abs(longitude) > 179.99 || latitude < -89.9);
}
