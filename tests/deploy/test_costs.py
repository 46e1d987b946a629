"""The sums of docs/costs.md."""

import re

import pytest
from django.conf import settings

from tests.deploy.templates import NAMES, template

pytestmark = pytest.mark.once

PAGE = (settings.BASE_DIR / "docs/costs.md").read_text()


def rows():
    """Return (price, quantities of the three sizes) of every row, and the sums."""
    table = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:1] == "|"
    ]
    end = next(i for i, cells in enumerate(table) if cells[0] == "**sum**")
    priced = [(float(cells[1]), [number(cell) for cell in cells[2:]]) for cells in table[2:end]]
    return priced, [number(cell) for cell in table[end][2:]]


def number(cell):
    return float(cell.strip("*").replace(",", "") or 0)


def test_sums_are_those_of_their_columns():
    priced, sums = rows()
    assert len(priced) > 20
    assert [round(sum(price * quantities[i] for price, quantities in priced)) for i in range(3)] == sums


def test_switches_are_parameters_of_the_templates_named():
    named = re.findall(r"`(\w+)=([\w.-]+)`(?:, [\w-]+[.]yaml)? \(([\w-]+)[.]yaml\)", PAGE)
    assert len(named) >= 6
    for parameter, value, name in named:
        allowed = template(name)["Parameters"][parameter].get("AllowedValues", [value])
        assert value in map(str, allowed)


def test_files_named_are_there():
    assert set(re.findall(r"([\w-]+)[.]yaml", PAGE)) - set(NAMES) == set()
