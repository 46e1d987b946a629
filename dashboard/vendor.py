"""Copy what the pages are drawn with out of npm's packages: `python -m dashboard.vendor node_modules`.

Nothing is bundled. A library becomes one module that can be imported, an atlas keeps only its lines.
"""

import json
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "static/dashboard/vendor"

SCRIPTS = {
    "leaflet.js": ("leaflet/dist/leaflet.js", "window.L"),
    "uplot.js": ("uplot/dist/uPlot.iife.min.js", "uPlot"),
}
"""A script as its maker minified it, and the name in it that a module gives away."""

COPIES = {
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images": "leaflet/dist/images",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "leaflet-licence.txt": "leaflet/LICENSE",
    "uplot-licence.txt": "uplot/LICENSE",
}

ATLASES = {
    "countries.json": ("world-atlas/countries-110m.json", "land"),
    "countries-fine.json": ("world-atlas/countries-50m.json", "land"),
    "states.json": ("us-atlas/states-10m.json", "nation"),
}
"""Natural Earth and the US Census in TopoJSON: every arc is a coast or a border, drawn once. Of its objects
only that is kept which is filled."""


def copy(modules, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, (path, export) in SCRIPTS.items():
        lines = (modules / path).read_text().rstrip().split("\n")
        kept = [line for line in lines if not line.startswith("//# sourceMappingURL")]
        (folder / name).write_text("\n".join([*kept, f"export default {export};", ""]))
    for name, path in COPIES.items():
        take = shutil.copytree if (modules / path).is_dir() else shutil.copy
        take(modules / path, folder / name)
    for name, (path, filled) in ATLASES.items():
        kept = outlines(json.loads((modules / path).read_text()), filled)
        (folder / name).write_text(json.dumps(kept, separators=(",", ":")))


def outlines(atlas, filled):
    """Return what is drawn of a topology: its arcs and, of one of its objects, the rings made of them."""
    (shape,) = atlas["objects"][filled]["geometries"]
    rings = [ring for polygon in shape["arcs"] for ring in polygon]
    return {"transform": atlas["transform"], "arcs": atlas["arcs"], "rings": rings}


if __name__ == "__main__":
    copy(Path(sys.argv[1]), FOLDER)
