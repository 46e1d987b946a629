"""Statistics of months and years: what they are made of, and when they are made anew."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from stats.compute import recompute
from stats.digest import digest
from stats.models import MonthlyStats, YearlyStats
from tests.factories import make_observations, make_station
from weather.models import Station

pytestmark = pytest.mark.django_db


def values(statistics, *left_out):
    fields = [
        field.name for field in statistics._meta.fields if field.name not in ("id", "station", *left_out)
    ]
    return {field: getattr(statistics, field) for field in fields}


def date(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def few_days():
    """Three days in two months of a year, the last of them without tmax and prcp."""
    make_observations(
        make_station(),
        ("1985-01-01", -22, -128, 94),
        ("1985-01-31", -22, None, 0),
        ("1985-02-28", None, -130, None),
    )


def test_month_of_a_few_days(few_days):
    january, _ = MonthlyStats.objects.order_by("month")
    assert values(january) == {
        "basis": "all",
        "year": 1985,
        "month": 1,
        "days_expected": 31,
        "days_tmax": 2,
        "days_tmin": 1,
        "days_prcp": 2,
        "tmax_sum": -44,
        "tmin_sum": -128,
        "prcp_sum": 94,
        "tmax_max": -22,
        "tmax_max_date": date("1985-01-31"),
        "tmin_min": -128,
        "tmin_min_date": date("1985-01-01"),
        "prcp_max": 94,
        "prcp_max_date": date("1985-01-01"),
        "tmax_mask": 1 | 1 << 30,
        "tmin_mask": 1,
        "prcp_mask": 1 | 1 << 30,
    }


def test_month_without_values_of_an_element(few_days):
    _, february = MonthlyStats.objects.order_by("month")
    assert values(february) == {
        "basis": "all",
        "year": 1985,
        "month": 2,
        "days_expected": 28,
        "days_tmax": 0,
        "days_tmin": 1,
        "days_prcp": 0,
        "tmax_sum": None,
        "tmin_sum": -130,
        "prcp_sum": None,
        "tmax_max": None,
        "tmax_max_date": None,
        "tmin_min": -130,
        "tmin_min_date": date("1985-02-28"),
        "prcp_max": None,
        "prcp_max_date": None,
        "tmax_mask": 0,
        "tmin_mask": 1 << 27,
        "prcp_mask": 0,
    }


def test_year_of_a_few_days(few_days):
    assert values(YearlyStats.objects.get()) == {
        "basis": "all",
        "year": 1985,
        "days_expected": 365,
        "days_tmax": 2,
        "days_tmin": 2,
        "days_prcp": 2,
        "tmax_sum": -44,
        "tmin_sum": -258,
        "prcp_sum": 94,
        "tmax_max": -22,
        "tmax_max_date": date("1985-01-31"),
        "tmin_min": -130,
        "tmin_min_date": date("1985-02-28"),
        "prcp_max": 94,
        "prcp_max_date": date("1985-01-01"),
        "tmax_gap": 334,
        "tmin_gap": 306,
        "prcp_gap": 334,
        "tmax_rules": 1,
        "tmin_rules": 1,
        "prcp_rules": 1,
    }


def test_rain_of_days_without_temperature_counts():
    make_observations(make_station(), ("1985-01-01", None, None, 50), ("1985-01-02", 10, 0, 50))
    assert YearlyStats.objects.get().prcp_sum == 100


def test_year_of_only_missing_values_is_null_not_zero():
    make_observations(make_station(), ("1985-01-01", None, None, None))
    year = YearlyStats.objects.get()
    assert (year.days_prcp, year.prcp_sum, year.tmax_max, year.tmin_min_date) == (0, None, None, None)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_first_and_last_day_of_the_calendar(day):
    make_observations(make_station(), (day, 1, 2, 3))
    month = MonthlyStats.objects.get()
    assert (month.days_expected, month.tmax_max_date, month.prcp_sum) == (31, date(day), 3)


@pytest.mark.parametrize(
    ("year", "days", "february"), [(1900, 365, 28), (2000, 366, 29), (2004, 366, 29), (2001, 365, 28)]
)
def test_days_expected_follow_the_calendar(year, days, february):
    make_observations(make_station(), (f"{year}-02-01", 1, 1, 1))
    assert (YearlyStats.objects.get().days_expected, MonthlyStats.objects.get().days_expected) == (
        days,
        february,
    )


def test_extremes_take_the_last_date_on_ties():
    make_observations(
        make_station(),
        ("2000-02-28", 300, -300, 0),
        ("2000-02-29", 300, -300, 0),
        ("2000-07-01", 299, -299, 500),
        ("2000-12-30", 300, -298, 500),
        ("2000-12-31", 299, -300, 499),
    )
    year = YearlyStats.objects.get()
    assert [year.tmax_max_date, year.tmin_min_date, year.prcp_max_date] == [
        date("2000-12-30"),
        date("2000-12-31"),
        date("2000-12-30"),
    ]
    february = MonthlyStats.objects.get(month=2)
    assert [february.tmax_max_date, february.tmin_min_date, february.prcp_max_date] == [
        date("2000-02-29")
    ] * 3


def test_extreme_values_of_the_column_survive():
    make_observations(
        make_station(), ("1985-12-31", 32767, -9998, 32767), ("1985-12-01", -9998, 32767, -9998)
    )
    month = MonthlyStats.objects.get()
    assert (month.tmax_max, month.tmax_max_date) == (32767, date("1985-12-31"))
    assert (month.tmin_min, month.tmin_min_date) == (-9998, date("1985-12-31"))
    assert (month.prcp_max, month.prcp_sum) == (32767, 22769)


def test_only_the_asked_stations_and_years_change():
    first, second = make_station(), make_station("USC00110187")
    for station in (first, second):
        make_observations(station, ("1985-01-01", 1, 1, 1), ("1986-01-01", 2, 2, 2))
    YearlyStats.objects.update(tmax_sum=99)
    recompute([first.pk], 1986, 1986)
    rows = YearlyStats.objects.order_by("station__station_id", "year")
    assert list(rows.values_list("station__station_id", "year", "tmax_sum")) == [
        ("USC00110072", 1985, 99),
        ("USC00110072", 1986, 2),
        ("USC00110187", 1985, 99),
        ("USC00110187", 1986, 99),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [0, 1])
def test_stations_side_by_side_are_worked_on_at_once(first):
    if connection.vendor == "sqlite":  # it has one writer
        return
    stations = [make_station(station_id) for station_id in ("USC00110072", "USC00110187")]
    for station in stations:
        make_observations(station, ("1985-01-01", 1, 1, 1), ("1986-12-31", 2, 2, 2))

    def aside(station):
        try:
            return recompute([station.pk], 1985, 1986)
        finally:
            connection.close()

    with ThreadPoolExecutor() as other, transaction.atomic():
        recompute([stations[first].pk], 1985, 1986)
        assert other.submit(aside, stations[not first]).result(timeout=10) == (2, 2)


def test_statistics_of_days_that_are_gone_go_too():
    station = make_station()
    make_observations(station, ("1985-01-01", 1, 1, 1), ("1986-01-01", 2, 2, 2))
    station.observations.filter(date__year=1985).delete()
    recompute([station.pk], 1985, 1986)
    assert [list(model.objects.values_list("year", flat=True)) for model in (YearlyStats, MonthlyStats)] == [
        [1986]
    ] * 2


def test_compute_stats_makes_all_anew(capsys):
    make_observations(make_station(), ("1985-01-01", 1, 1, 1), ("1986-01-01", 2, 2, 2))
    make_station("USC00110187", observed=False)
    YearlyStats.objects.all().delete()
    call_command("compute_stats")
    assert capsys.readouterr().out == "1 stations, 2 yearly and 2 monthly statistics\n"
    assert YearlyStats.objects.count() == 2


def test_compute_stats_makes_some_anew(capsys):
    make_observations(make_station(), ("1985-01-01", 1, 1, 1), ("1986-01-01", 2, 2, 2))
    YearlyStats.objects.update(tmax_sum=99)
    call_command("compute_stats", "--station", "USC00110072", "--year", "1986")
    assert list(YearlyStats.objects.order_by("year").values_list("tmax_sum", flat=True)) == [99, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--station", "USC00000000"], "unknown station: USC00000000"),
        (["--year", "0"], "expected a year from 1 to 9999, got '0'"),
        (["--year", "abc"], "expected a year from 1 to 9999, got 'abc'"),
    ],
)
def test_compute_stats_refuses(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("compute_stats", *arguments)


def test_database_refuses_a_sum_without_days():
    make_observations(make_station(), ("1985-01-01", 1, 1, 1))
    with pytest.raises(IntegrityError):
        YearlyStats.objects.update(days_tmax=0)


def test_compute_stats_removes_those_of_days_that_are_gone():
    station = make_station()
    make_observations(station, ("1985-01-01", 1, 1, 1), ("1990-01-01", 2, 2, 2))
    station.observations.filter(date__year=1990).delete()
    gone = make_station("USC00110187")
    make_observations(gone, ("1985-01-01", 1, 1, 1))
    gone.observations.all().delete()
    call_command("compute_stats")
    for model in (YearlyStats, MonthlyStats):
        assert list(model.objects.values_list("station__station_id", "year")) == [("USC00110072", 1985)]


def test_stations_without_data_do_not_change_the_digest():
    make_observations(make_station(), ("1985-01-01", 1, 1, 1))
    before = digest()
    make_station("USC00110187")
    assert digest() == before


@pytest.mark.django_db(transaction=True)
def test_compute_stats_waits_for_a_file_of_the_station():
    wait = {
        "postgresql": "SET lock_timeout = '100ms'",
        "mysql": "SET innodb_lock_wait_timeout = 1",
    }
    if connection.vendor not in wait:  # one writer
        return
    make_observations(make_station(), ("1985-01-01", 1, 1, 1))

    def compute():
        with connection.cursor() as cursor:
            cursor.execute(wait[connection.vendor])
        try:
            call_command("compute_stats")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Station.lock(["USC00110072"])
        with pytest.raises(OperationalError):
            other.submit(compute).result()
