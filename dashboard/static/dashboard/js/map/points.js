// Stations on one canvas: 60,000 of them are drawn in the time of a frame or two.

import L from "../../vendor/leaflet.js";

const BUCKETS = 64;
const REACH = 12; // pixels around the pointer in which a station is found

export const Points = L.Renderer.extend({
  initialize(latitudes, longitudes) {
    L.Renderer.prototype.initialize.call(this, { padding: 0.3 });
    this._placed = Array.from(latitudes, (latitude, i) => (latitude === null ? null : [latitude, longitudes[i]]));
    this._bucket = new Int16Array(latitudes.length).fill(-1);
    this._colors = [];
  },

  onAdd(map) {
    const n = this._placed.length;
    this._x = new Float64Array(n).fill(NaN);
    this._y = new Float64Array(n).fill(NaN);
    this._placed.forEach((place, i) => {
      if (place) ({ x: this._x[i], y: this._y[i] } = map.project(place, 0));
    });
    L.Renderer.prototype.onAdd.call(this, map);
  },

  /** Colour the stations: places from 0 to 1 on a scale of BUCKETS colours, null for none. */
  paint(places, colors, { ring, none }) {
    places.forEach((place, i) => {
      this._bucket[i] = place === null ? -1 : Math.max(0, Math.min(BUCKETS - 1, Math.floor(place * BUCKETS)));
    });
    Object.assign(this, { _colors: colors, _ring: ring, _none: none });
    if (this._map) this._draw();
  },

  /** The number of the station next to a point of the container, or -1. */
  near({ x, y }) {
    const { origin, scale } = this._frame();
    const corner = this._map.containerPointToLayerPoint([x, y]);
    let best = REACH ** 2;
    let found = -1;
    for (let i = 0; i < this._x.length; i++) {
      const distance = (this._x[i] * scale - origin.x - corner.x) ** 2 + (this._y[i] * scale - origin.y - corner.y) ** 2;
      if (distance <= best) [best, found] = [distance, i];
    }
    return found;
  },

  /** The numbers of the stations that are seen. */
  inView() {
    const { origin, scale } = this._frame();
    const min = this._map.containerPointToLayerPoint([0, 0]).add(origin).divideBy(scale);
    const max = this._map.containerPointToLayerPoint(this._map.getSize()).add(origin).divideBy(scale);
    const seen = [];
    for (let i = 0; i < this._x.length; i++) {
      if (this._x[i] >= min.x && this._x[i] <= max.x && this._y[i] >= min.y && this._y[i] <= max.y) seen.push(i);
    }
    return seen;
  },

  _frame() {
    return { origin: this._map.getPixelOrigin(), scale: this._map.getZoomScale(this._map.getZoom(), 0) };
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "points";
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
  },

  _updatePaths() {}, // there are none: Leaflet's own renderers have them

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.width = size.x * ratio;
    this._container.height = size.y * ratio;
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this._context.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
    this._draw();
  },

  _draw() {
    const { _context: context, _bounds: { min, max } } = this;
    context.clearRect(min.x, min.y, max.x - min.x, max.y - min.y);
    const radius = this._radius();
    const paths = this._paths(radius);
    context.lineWidth = radius < 3 ? 0 : 1;
    context.strokeStyle = this._none;
    if (paths[-1]) context.stroke(paths[-1]);
    context.strokeStyle = this._ring;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (!paths[bucket]) continue;
      context.fillStyle = this._colors[bucket];
      context.fill(paths[bucket]);
      if (radius >= 3) context.stroke(paths[bucket]);
    }
  },

  _radius() {
    const n = this._x.length;
    const closer = Math.max(0, this._map.getZoom() - 4) * 0.75;
    return Math.min(8, (n < 1000 ? 4.5 : n < 10_000 ? 2.5 : 1.25) + closer);
  },

  _paths(radius) {
    const { origin, scale } = this._frame();
    const { min, max } = this._bounds;
    const paths = {};
    for (let i = 0; i < this._x.length; i++) {
      const x = this._x[i] * scale - origin.x;
      const y = this._y[i] * scale - origin.y;
      if (!(x >= min.x && x <= max.x && y >= min.y && y <= max.y)) continue;
      const path = (paths[this._bucket[i]] ??= new Path2D());
      if (radius < 3) {
        path.rect(x - radius, y - radius, radius * 2, radius * 2);
      } else {
        path.moveTo(x + radius, y);
        path.arc(x, y, radius, 0, 7);
      }
    }
    return paths;
  },
});

Points.BUCKETS = BUCKETS;
