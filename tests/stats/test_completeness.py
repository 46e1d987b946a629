from datetime import date

import numpy as np
import pytest

from stats import completeness
from stats.completeness import MEAN, SUM, Months, lengths, longest_gap, months, why_not, why_year_not

pytestmark = pytest.mark.once


def mask(days, *missing):
    """Return the mask of a month of so many days, all there but those on these days of the month."""
    return ((1 << days) - 1) & ~sum(1 << day - 1 for day in missing)


NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def whole_year(year, **others):
    """Return the masks of a year without a missing day, but for {month as jan ...: mask}."""
    lengths = completeness.month_lengths(year)
    return [others.get(name, mask(days)) for name, days in zip(NAMES, lengths, strict=True)]


@pytest.mark.parametrize(
    ("missing", "days", "gap"),
    [
        ([], 31, 0),
        ([1], 31, 1),
        ([31], 31, 1),
        ([1, 2, 30, 31], 31, 2),
        ([28], 28, 1),
        ([29], 29, 1),
        ([5, 6, 7, 9, 10, 11, 12], 30, 4),
        (range(1, 32), 31, 31),
        (range(1, 29), 28, 28),
    ],
)
def test_longest_gap_is_the_longest_run_of_missing_days(missing, days, gap):
    assert longest_gap(mask(days, *missing), days) == gap


@pytest.mark.parametrize(
    ("rule", "missing", "kind", "reason"),
    [
        ("simple", range(2, 32), MEAN, None),
        ("simple", range(1, 32), MEAN, "no value"),
        ("noaa", [], MEAN, None),
        ("noaa", [1, 2, 3, 10, 31], MEAN, None),
        ("noaa", [1, 3, 5, 7, 9, 11], MEAN, "6 of 31 days missing, noaa allows 5"),
        ("noaa", [1, 2, 3, 4], MEAN, "4 days in a row missing, noaa allows 3"),
        ("noaa", [28, 29, 30, 31], MEAN, "4 days in a row missing, noaa allows 3"),
        ("noaa", [1, 2, 3, 10, 31], SUM, None),
        ("noaa", range(1, 32), MEAN, "no value"),
        ("wmo", [1, 2, 3, 4, 10, 11, 12, 13, 20, 31], MEAN, None),
        ("wmo", range(1, 23, 2), MEAN, "11 of 31 days missing, wmo allows 10"),
        ("wmo", [27, 28, 29, 30, 31], MEAN, "5 days in a row missing, wmo allows 4"),
        ("wmo", [], SUM, None),
        ("wmo", [15], SUM, "1 of 31 days missing, wmo allows 0"),
    ],
)
def test_rule_of_a_month_at_its_edge(rule, missing, kind, reason):
    assert why_not(rule, mask(31, *missing), 31, kind) == reason


def test_february_counts_its_own_days():
    assert why_not("noaa", mask(28, 25, 26, 27), 28) is None
    assert why_not("noaa", mask(28), 29) is None  # the 29th alone is missing
    assert why_not("noaa", mask(25), 29) == "4 days in a row missing, noaa allows 3"


def test_year_needs_every_month():
    assert why_year_not("noaa", 2001, whole_year(2001, feb=mask(28, 1, 2, 3))) is None
    some = whole_year(2001, feb=mask(28, 1, 2, 3, 4), dec=0)
    assert why_year_not("noaa", 2001, some) == "noaa not met by month 2, 12"
    assert why_year_not("wmo", 2001, some) == "wmo not met by month 12"
    assert why_year_not("wmo", 2001, some, SUM) == "wmo not met by month 2, 12"


def test_simple_year_needs_one_value():
    assert why_year_not("simple", 2001, [0] * 11 + [1]) is None
    assert why_year_not("simple", 2001, [0] * 12) == why_year_not("noaa", 2001, [0] * 12) == "no value"


def of_year(year, kind=MEAN, **months):
    """Return (longest gap, names of the rules met) of a year that is whole but for some months."""
    some = Months(np.array([whole_year(year, **months)]), lengths(np.array([year])))
    [gap], [bits] = some.gap_of_year(), some.rules_of_year(kind)
    return gap, completeness.names(int(bits))


@pytest.mark.parametrize(("year", "days"), [(2000, 366), (2001, 365), (1900, 365)])
def test_gap_of_a_year_runs_over_the_ends_of_months(year, days):
    assert of_year(year) == (0, ["simple", "noaa", "wmo"])
    assert of_year(year, **dict.fromkeys(NAMES, 0)) == (days, [])
    around_february = {"jan": mask(31, 30, 31), "feb": 0, "mar": mask(31, 1)}
    assert of_year(year, **around_february) == (days - 337 + 3, ["simple"])


@pytest.mark.parametrize(
    ("missing", "kind", "rules"),
    [
        ([1, 2, 3], MEAN, ["simple", "noaa", "wmo"]),
        ([1, 2, 3, 4], MEAN, ["simple", "wmo"]),
        ([1, 2, 3, 4, 5], MEAN, ["simple"]),
        ([1, 2, 3], SUM, ["simple", "noaa"]),
    ],
)
def test_rules_of_a_year_are_those_of_its_worst_month(missing, kind, rules):
    year = of_year(2001, kind, feb=mask(28, 28), jul=mask(31, *missing))
    assert year == (len(missing), rules)


def test_series_becomes_months():
    present = np.ones(366, bool)
    present[[0, 1, 30, 59]] = False  # 31 December, 1 and 30 January, 28 February
    some = months(date(1999, 12, 31), present)
    assert some.masks.shape == (2, 12)
    assert some.masks[0].tolist() == [0] * 12
    assert some.masks[1].tolist() == whole_year(2000, jan=mask(31, 1, 30), feb=mask(29, 28), dec=mask(31, 31))
    assert some.missing[1].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (some.gap[0].tolist(), some.days[0].tolist()) == (some.days[0].tolist(), some.missing[0].tolist())


@pytest.mark.parametrize("rule", completeness.RULES)
@pytest.mark.parametrize("kind", [MEAN, SUM])
def test_series_and_masks_meet_the_same_rules(rule, kind):
    present = np.random.default_rng(1).random(4000) > np.repeat(np.linspace(0, 0.5, 40), 100)
    some = months(date(1983, 3, 7), present)
    one_by_one = [
        [
            why_not(rule, mask, days, kind) is None
            for mask, days in zip(*map(np.ndarray.tolist, row), strict=True)
        ]
        for row in zip(some.masks, some.days, strict=True)
    ]
    assert some.met(rule, kind).tolist() == one_by_one
    assert {True, False} == {is_met for row in one_by_one for is_met in row}
