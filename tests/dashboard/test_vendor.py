"""What is taken out of npm's packages."""

import json

import pytest
from django.conf import settings

from dashboard.vendor import SCRIPTS, outlines

pytestmark = pytest.mark.once

LOCK = json.loads((settings.BASE_DIR / "dashboard/package-lock.json").read_text())


def test_lock_file_names_no_registry():
    assert "resolved" not in str(LOCK)
    assert "://" not in str(LOCK)


def test_lock_file_has_the_fingerprint_of_every_package():
    packages = {name: package for name, package in LOCK["packages"].items() if name}
    assert {path.split("/")[0] for path, _ in SCRIPTS.values()} < {name.split("/")[1] for name in packages}
    assert [
        name for name, package in packages.items() if not package["integrity"].startswith("sha512-")
    ] == []


def test_atlas_keeps_its_lines_and_what_is_filled():
    land = {
        "type": "GeometryCollection",
        "geometries": [{"type": "MultiPolygon", "arcs": [[[0, 1]], [[-2]]]}],
    }
    countries = {"type": "GeometryCollection", "geometries": [{"properties": {"name": "Nowhere"}}]}
    arcs = [[[0, 0], [1, 0]], [[1, 0], [-1, 1], [0, -1]]]
    atlas = {"transform": {"scale": [1, 1]}, "arcs": arcs, "objects": {"land": land, "countries": countries}}
    assert outlines(atlas, "land") == {"transform": {"scale": [1, 1]}, "arcs": arcs, "rings": [[0, 1], [-2]]}
