"""docs/definitions.md says what the code does: the same words, and figures that are reckoned again."""

import re

import pytest
from django.conf import settings

from stats.climate.catalogue import INDICES
from stats.climate.indices_api import table
from tests.stats.climate.made import series, values

pytestmark = pytest.mark.once

PAGE = (settings.BASE_DIR / "docs/definitions.md").read_text()
CLIMATE = re.search(r"^## Climate\n.*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[0]
CELL = r" *(-?[0-9.]+|-) *\|"


def column(name):
    """Return the tenths of a row of the seven days."""
    row = re.search(rf"^\| {name}, [^|]*\|({CELL}){{7}}$", CLIMATE, re.MULTILINE)[0]
    cells = row.split("|")[2:-1]
    return [None if cell.strip() == "-" else round(10 * float(cell)) for cell in cells]


EXAMPLES = re.findall(rf"^\| `(\w+)` \|{CELL}", CLIMATE, re.MULTILINE)


def test_page_has_the_definitions_of_the_code():
    assert table() in CLIMATE


def test_every_index_has_an_example():
    by_percentile = set(re.findall("`(\\w+)`", CLIMATE.partition("#### Percentiles by hand")[2]))
    assert {name for name, _ in EXAMPLES} | by_percentile >= set(INDICES)


@pytest.mark.parametrize(("name", "value"), EXAMPLES)
def test_example_by_hand(name, value):
    week = series("2001-07-01", *map(column, ("TMAX", "TMIN", "PRCP")))
    assert values(week, name) == {2001: float(value)}
