"""Statistics of accepted values: those with a quality letter, of the source or our own, are left out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stats.compute import recompute, recompute_accepted
from stats.models import MonthlyStats, YearlyStats
from tests.factories import make_observations, make_station
from weather.models import Observation

pytestmark = pytest.mark.django_db


def months(station, basis):
    rows = MonthlyStats.objects.filter(station=station, basis=basis).order_by("year", "month")
    return list(rows.values_list("year", "month", "tmax_sum", "days_tmax", "tmax_mask", "prcp_sum"))


def years(station, basis):
    rows = YearlyStats.objects.filter(station=station, basis=basis).order_by("year")
    return list(
        rows.values_list("year", "tmax_sum", "tmax_max", "tmax_max_date__month", "tmax_gap", "prcp_sum")
    )


@pytest.fixture
def station():
    """A day in each of three months of 1985, and in one of 1986."""
    station = make_station()
    make_observations(
        station,
        ("1985-01-01", 10, 0, 5),
        ("1985-02-02", 50, 0, 6),
        ("1985-03-03", 50, 0, 7),
        ("1986-01-01", 20, 0, 8),
    )
    return station


def flag(station, day, recompute=recompute_accepted, **letters):
    Observation.objects.filter(station=station, date=day).update(**letters)
    recompute([station.pk], 1985, 1986)


def test_without_letters_there_is_nothing_to_store(station):
    recompute([station.pk], 1985, 1986)
    assert (months(station, "accepted"), years(station, "accepted")) == ([], [])


@pytest.mark.parametrize("recompute", [recompute, recompute_accepted])
@pytest.mark.parametrize("letter", [{"tmax_flag": "S"}, {"tmax_check": "X"}])
def test_only_periods_with_a_letter_are_stored(station, letter, recompute):
    flag(station, "1985-03-03", recompute, **letter)
    assert months(station, "accepted") == [(1985, 3, None, 0, 0, 7)]
    assert years(station, "accepted") == [(1985, 60, 50, 2, 365 - 33, 18)]
    assert years(station, "all") == [(1985, 110, 50, 3, 365 - 62, 18), (1986, 20, 20, 1, 364, 8)]


def test_letter_of_one_element_leaves_the_others(station):
    flag(station, "1985-02-02", prcp_check="X")
    assert months(station, "accepted") == [(1985, 2, 50, 1, 2, None)]
    assert years(station, "accepted") == [(1985, 110, 50, 3, 365 - 62, 12)]


def test_a_year_of_only_refused_values_has_none(station):
    flag(station, "1986-01-01", tmax_flag="S", tmin_flag="S", prcp_check="X")
    year = YearlyStats.objects.get(year=1986, basis="accepted")
    assert (year.days_tmax, year.tmax_sum, year.tmin_min_date, year.prcp_gap, year.prcp_rules) == (
        *(0, None, None),
        *(365, 0),
    )


@pytest.mark.parametrize("letters", [True, False])
def test_what_has_lost_its_letter_goes(station, letters):
    flag(station, "1985-02-02", tmax_flag="S")
    Observation.objects.update(tmax_flag=None)
    recompute([station.pk], 1985, 1986, letters=letters)
    assert (months(station, "accepted"), years(station, "accepted")) == ([], [])
    assert len(months(station, "all")) == 4


def test_letters_that_cannot_have_come_are_not_looked_for(station):
    with CaptureQueriesContext(connection) as asked:
        recompute([station.pk], 1985, 1986, letters=False)
    assert [query["sql"] for query in asked if "tmax_check" in query["sql"]] == []


def test_other_years_are_left_alone(station):
    flag(station, "1985-02-02", tmax_flag="S")
    Observation.objects.update(tmax_flag="S")
    recompute_accepted([station.pk], 1986, 1986)
    assert [row[:2] for row in months(station, "accepted")] == [(1985, 2), (1986, 1)]


def test_archive_from_before_there_were_masks(station):
    MonthlyStats.objects.update(tmax_mask=None, tmin_mask=None, prcp_mask=None)
    flag(station, "1985-03-03", tmax_flag="S")
    assert years(station, "accepted") == [(1985, 60, 50, 2, 365 - 33, 18)]
    assert not MonthlyStats.objects.filter(tmax_mask=None).exists()
