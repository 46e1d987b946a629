import numpy as np
import pytest

from tests.weather.quality.days import place, places, series, years
from weather.quality.outliers import climatological, gap

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("value", "failed"), [(399, []), (400, [110])])
def test_gap_of_10_degrees_parts_a_temperature_from_all_of_its_month(value, failed):
    julys = np.tile(np.arange(200, 301), 2)[:124]
    values, days = series("2001-07-01", days=4 * 365)
    values[0, days.months == 7] = julys
    there = np.flatnonzero(days.months == 7)
    values[0, there[110]] = value
    assert np.flatnonzero(gap(values, days)[0]).tolist() == [there[place] for place in failed]


def test_gap_fails_all_that_lies_beyond_it_on_both_sides():
    values, days = series("2001-07-01", days=4 * 365)
    there = np.flatnonzero(days.months == 7)
    values[1, there] = 100
    values[1, there[:5]] = [300, 310, -10, 0, 199]
    assert np.flatnonzero(gap(values, days)[1]).tolist() == there[:4].tolist()


@pytest.mark.parametrize(("amount", "failed"), [(3005, 1), (3004, 0)])
def test_gap_of_300_mm_parts_precipitation_from_all_of_its_month(amount, failed):
    values, days = series("2001-07-01", days=4 * 365)
    there = np.flatnonzero(days.months == 7)
    values[2, there] = 5
    values[2, there[3]] = amount
    assert gap(values, days).sum() == failed


def test_gap_among_few_values_is_none():
    values, days = series("2001-07-01", tmax=[0, 101, 202, 303])
    assert not gap(values, days).any()


def spread(value):
    """Return 10 years whose biweight standard deviation is known, with one other value."""
    values, days = years(1991, 2000)
    there = place(days, "1995-07-10")
    values[0] = np.where(np.arange(values.shape[1]) % 2, 90, 110)
    values[0, there] = value
    return values, days, there


def test_outlier_is_6_standard_deviations_from_the_mean():
    # 110 and 90 in turn: median 100, deviation 10, u = 1/7.5, sd = 10 w² / (w (1 - 5u²)) with w = 1 - u².
    w, u2 = 1 - 1 / 7.5**2, 1 / 7.5**2
    sd = 10 * w / (1 - 5 * u2)
    assert 6 * sd == pytest.approx(64.7, abs=0.05)
    values, days, there = spread(100 + 64)
    assert places(climatological(values, days)).get("tmax") is None
    values, days, there = spread(100 + 66)
    assert places(climatological(values, days))["tmax"] == [there]


@pytest.mark.parametrize(
    ("amount", "tmax", "tmin", "failed"),
    [
        (450, 20, -10, True),
        (449, 20, -10, False),
        (250, 0, -10, True),
        (249, 0, -10, False),
        (250, None, -10, False),
    ],
)
def test_precipitation_is_9_times_the_95th_percentile_in_frost_5_times(amount, tmax, tmin, failed):
    values, days = series("2001-03-01", prcp=[50] * 31, days=31)
    values[2, 15] = amount
    values[:2, 15] = [np.nan if tmax is None else tmax, tmin]
    assert climatological(values, days)[2, 15] == failed


def test_precipitation_passes_among_fewer_than_20_days():
    values, days = series("2001-03-01", prcp=[50] * 18 + [5000])
    assert not climatological(values, days).any()
