from datetime import date

import numpy as np
import pytest

from tests.factories import make_observations, make_station
from weather import series

pytestmark = pytest.mark.django_db


def test_every_calendar_day_has_a_place():
    station = make_station()
    make_observations(station, ("2000-02-28", 10, -5, 0), ("2000-03-01", None, -7, 254))
    loaded = series.load(station.pk)
    assert loaded.first == date(2000, 2, 28)
    assert loaded.days.astype(str).tolist() == ["2000-02-28", "2000-02-29", "2000-03-01"]
    nan = np.nan
    np.testing.assert_array_equal(loaded.values, [[10, nan, nan], [-5, nan, -7], [0, nan, 254]])


def test_accepted_leaves_out_what_has_a_flag():
    station = make_station()
    make_observations(station, ("2000-01-01", 10, -5, 0))
    make_observations(station, ("2000-01-02", 20, -4, 3), tmin_flag="I")
    loaded = series.load(station.pk)
    assert loaded.flags.tolist() == [[0, 0], [0, ord("I")], [0, 0]]
    np.testing.assert_array_equal(loaded.accepted().values, [[10, 20], [-5, np.nan], [0, 3]])


def test_the_letter_that_counts_is_that_of_the_source():
    station = make_station()
    make_observations(station, ("2000-01-01", 10, -5, 0), tmax_flag="S", tmax_check="O", prcp_check="X")
    loaded = series.load(station.pk)
    assert loaded.flags.tolist() == [[ord("S")], [0], [ord("X")]]
    assert loaded.source.tolist() == [[ord("S")], [0], [0]]


def test_only_the_days_asked_for():
    station = make_station()
    make_observations(station, ("2000-01-01", 1, 1, 1), ("2000-01-02", 2, 2, 2), ("2000-01-03", 3, 3, 3))
    loaded = series.load(station.pk, date(2000, 1, 2), date(2000, 1, 2))
    assert (loaded.first, loaded.values.tolist()) == (date(2000, 1, 2), [[2], [2], [2]])


def test_a_station_without_observations_has_no_series():
    assert series.load(make_station().pk) is None
