"""What is usual, against numpy's and the definition's own reckoning on the days themselves."""

import numpy as np
import pytest

from tests.weather.quality.days import series, years
from weather.quality.usual import Usual

pytestmark = pytest.mark.once


def around(values, days, column, half):
    """Return the values of the days around a column by looking at each."""
    distance = np.abs(days.columns - column)
    near = np.minimum(distance, 366 - distance) <= half
    return values[near & np.isfinite(values)]


@pytest.mark.parametrize("column", [0, 58, 59, 60, 200, 365])
def test_percentiles_are_numpys(column):
    values, days = years(1999, 2003)
    wet = around(values[2], days, column, 14)
    wet = wet[wet > 0]
    usual = Usual.rain(values[2], days)
    for percent in (0, 30, 50, 95, 100):
        assert usual.percentile(percent)[column] == pytest.approx(np.percentile(wet, percent))
    assert usual.rank(column, np.median(wet)) == pytest.approx(50, abs=2)
    assert (usual.rank(column, 0), usual.rank(column, 1e6)) == (0, 100)


@pytest.mark.parametrize("column", [0, 59, 200, 365])
def test_biweight_is_that_of_lanzante(column):
    values, days = years(1991, 2003)
    values[0, 3::40] += 400
    x = around(values[0], days, column, 7)
    middle = np.median(x)
    u = (x - middle) / (7.5 * np.median(np.abs(x - middle)))
    near = np.abs(u) < 1
    d, w = (x - middle)[near], 1 - u[near] ** 2
    mean = middle + (d * w**2).sum() / (w**2).sum()
    sd = np.sqrt(len(x) * (d**2 * w**4).sum()) / abs((w * (1 - 5 * u[near] ** 2)).sum())
    assert Usual.temperatures(values[0], days).biweight()[:, column] == pytest.approx([mean, sd])


def test_where_most_values_are_the_same_it_is_the_mean():
    values, days = series("2001-07-01", tmax=[100] * 14 + [250])
    values, days = (
        np.tile(values, 10),
        type(days)(*(np.tile(a, 10) for a in (days.years, days.months, days.days, days.columns))),
    )
    mean, sd = Usual.temperatures(values[0], days).biweight()[:, days.columns[7]]
    assert (mean, sd) == pytest.approx((110, np.std(values[0], ddof=1)))


def test_too_few_values_are_not_usual():
    values, days = series("2001-07-01", tmax=range(99), prcp=[5] * 19)
    assert np.isnan(Usual.temperatures(values[0], days).biweight()).all()
    usual = Usual.rain(values[2], days)
    assert np.isnan(usual.percentile(95)).all()
    assert np.isnan(usual.rank(days.columns[0], 5))


def test_no_values_at_all():
    values, days = series("2001-07-01", days=1)
    assert np.isnan(Usual.temperatures(values[0], days).biweight()).all()
    assert np.isnan(Usual.rain(values[2], days).percentile(95)).all()
