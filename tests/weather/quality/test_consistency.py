import numpy as np
import pytest

from tests.weather.quality.days import places, series
from weather.quality.consistency import internal, lagged_range, mega, spike

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("tmax", "failed"), [(89, {"tmax": [1], "tmin": [1]}), (90, {})])
def test_maximum_more_than_1_degree_below_the_minimum_of_its_day(tmax, failed):
    values, days = series("2000-02-28", tmax=[200, tmax, 200], tmin=[50, 100, 50])
    assert places(internal(values, days)) == failed


@pytest.mark.parametrize(("tmax", "failed"), [(89, {"tmax": [0], "tmin": [1]}), (90, {})])
def test_maximum_more_than_1_degree_below_the_minimum_of_the_next_day(tmax, failed):
    values, days = series("2000-02-28", tmax=[tmax, 200], tmin=[50, 100])
    assert places(internal(values, days)) == failed


@pytest.mark.parametrize(("tmin", "failed"), [(111, {"tmax": [1], "tmin": [0]}), (110, {})])
def test_minimum_more_than_1_degree_above_the_maximum_of_the_next_day(tmin, failed):
    values, days = series("2000-02-28", tmax=[200, 100], tmin=[tmin, 50])
    assert places(internal(values, days)) == failed


def test_value_in_most_contradictions_fails_alone():
    # 300 is above the maximum of its day and of the next one: without it nothing is wrong.
    values, days = series("2000-01-01", tmax=[100, 110, 120, 130], tmin=[50, 300, 60, 70])
    assert places(internal(values, days)) == {"tmin": [1]}


def test_what_is_left_is_looked_at_again():
    values, days = series("2000-01-01", tmax=[100, 110, 120, None, 10], tmin=[50, 300, 60, None, 80])
    assert places(internal(values, days)) == {"tmax": [4], "tmin": [1, 4]}


def test_missing_days_are_no_neighbours():
    values, days = series("2000-01-01", tmax=[0, None, 300], tmin=[-10, None, 290])
    assert places(internal(values, days)) == {}


@pytest.mark.parametrize(
    ("before", "after", "failed"), [(-150, -150, [1]), (-149, -150, []), (-150, None, [])]
)
def test_spike_is_25_degrees_from_both_sides(before, after, failed):
    values, days = series("2000-01-01", tmin=[before, 100, after])
    assert places(spike(values, days)).get("tmin", []) == failed


def test_maximum_40_degrees_above_all_minima_around():
    values, days = series("2000-01-01", tmax=[300, 300, 400, 300], tmin=[50, -10, 0, -20])
    assert places(lagged_range(values, days)) == {"tmax": [2], "tmin": [1, 2, 3]}
    values[1, 3] = 1
    assert places(lagged_range(values, days)) == {}


def test_minimum_40_degrees_below_all_maxima_around():
    values, days = series("2000-01-01", tmax=[100, 110, 90, 0], tmin=[0, -310, 0, 0])
    assert places(lagged_range(values, days)) == {"tmax": [0, 1, 2], "tmin": [1]}
    values[1, 1] = -309
    assert places(lagged_range(values, days)) == {}


@pytest.mark.parametrize(("length", "failed"), [(140, {"tmax": [0]}), (139, {})])
def test_maximum_below_the_lowest_minimum_of_its_month(length, failed):
    values, days = series("2001-01-01", tmax=[9], days=5 * 365)
    values[1, np.flatnonzero(days.months == 1)[-length:]] = 10
    assert places(mega(values, days)) == failed
    values[0, 0] = 10
    assert places(mega(values, days)) == {}


def test_minimum_above_the_highest_maximum_of_its_month():
    values, days = series("2001-01-01", tmin=[None, 201], days=5 * 365)
    values[0, days.months == 1] = 200
    assert places(mega(values, days)) == {"tmin": [1]}
