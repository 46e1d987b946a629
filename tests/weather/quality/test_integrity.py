import numpy as np
import pytest

from tests.weather.quality.days import place, places, series, years
from weather.quality.integrity import bounds, duplicate, frequent, naught, streak

pytestmark = pytest.mark.once


def test_naught_is_0_fahrenheit_twice_in_the_us():
    values, days = series("2000-01-01", tmax=[-178, -178, -177, 0], tmin=[-178, -179, -178, 0])
    assert places(naught(values, days, fahrenheit=True)) == {"tmax": [0], "tmin": [0]}


def test_naught_is_0_celsius_twice_elsewhere():
    values, days = series("2000-01-01", tmax=[-178, 0, 0], tmin=[-178, 0, -1])
    assert places(naught(values, days, fahrenheit=False)) == {"tmax": [1], "tmin": [1]}


def test_year_like_another_year_is_a_duplicate():
    values, days = years(2001, 2003)
    values[1, days.years == 2003] = values[1, days.years == 2001]
    assert set(days.years[duplicate(values, days)[1]]) == {2001, 2003}


def test_years_like_each_other_but_for_a_day_are_months_that_are_duplicates():
    values, days = years(2001, 2003)
    values[1, days.years == 2003] = values[1, days.years == 2001]
    values[1, place(days, "2003-07-04")] += 1
    failed = duplicate(values, days)[1]
    assert failed.sum() == 2 * (365 - 31)
    assert 7 not in days.months[failed]


def test_leap_day_does_not_keep_a_year_from_being_a_duplicate():
    values, days = series("2003-01-01", days=731)
    no_leap_day = (days.months != 2) | (days.days != 29)
    # Months too dry to be compared by themselves: only the year is.
    values[2] = 0
    values[2, no_leap_day & np.isin(days.months * 100 + days.days, [101, 302, 503])] = 7
    assert set(days.years[duplicate(values, days)[2]]) == {2003, 2004}
    values[2, place(days, "2004-05-03")] = 8
    assert places(duplicate(values, days)) == {}


def test_month_like_the_same_month_of_another_year_is_a_duplicate():
    values, days = years(2001, 2003)
    values[0, (days.years == 2003) & (days.months == 5)] = values[
        0, (days.years == 2001) & (days.months == 5)
    ]
    failed = duplicate(values, days)[0]
    assert set(zip(days.years[failed], days.months[failed], strict=True)) == {(2001, 5), (2003, 5)}


def test_month_like_another_one_of_its_year_is_a_duplicate_as_far_as_the_shorter_goes():
    values, days = years(2001, 2001)
    january, february = days.months == 1, days.months == 2
    values[0, february] = values[0, january][:28]
    assert duplicate(values, days)[0].sum() == 31 + 28
    values, days = years(2001, 2001)
    values[0, days.months == 4] = values[0, january][:30]
    values[0, place(days, "2001-04-30")] += 1
    assert not duplicate(values, days).any()


def test_month_like_another_month_of_another_year_is_none():
    values, days = years(2001, 2002)
    values[0, (days.years == 2002) & (days.months == 3)] = values[
        0, (days.years == 2001) & (days.months == 1)
    ]
    assert not duplicate(values, days).any()


def test_months_are_duplicates_only_if_they_miss_the_same_days():
    values, days = years(2001, 2002)
    one, other = ((days.years == year) & (days.months == 5) for year in (2001, 2002))
    values[0, place(days, "2001-05-09")] = np.nan
    values[0, other] = values[0, one]
    assert duplicate(values, days)[0].sum() == 60
    values[0, place(days, "2002-05-10")] = np.nan
    assert not duplicate(values, days).any()


@pytest.mark.parametrize(("wet", "failed"), [(3, 62), (2, 0)])
def test_months_need_3_days_with_precipitation_to_be_duplicates(wet, failed):
    month = [12] * wet + [0] * (31 - wet)
    values, days = series("2001-07-01", prcp=[*month, *month])  # July and August
    assert duplicate(values, days)[2].sum() == failed


@pytest.mark.parametrize(("there", "failed"), [(10, 20), (9, 0)])
def test_months_need_10_temperatures_to_be_duplicates(there, failed):
    month = [*range(there), *[None] * (31 - there)]
    values, days = series("2001-07-01", tmax=[*month, *month])
    assert duplicate(values, days)[0].sum() == failed


@pytest.mark.parametrize(("same", "failed"), [(10, 31), (9, 0)])
def test_maximum_and_minimum_equal_on_10_days_fail_the_month(same, failed):
    tmax = list(range(62))
    values, days = series("2001-07-01", tmax=tmax, tmin=[*tmax[:same], *(t - 50 for t in tmax[same:])])
    assert duplicate(values, days).sum(axis=1).tolist() == [failed, failed, 0]


def test_bounds_are_the_records_of_the_world():
    values, days = series("2000-01-01", tmax=[577, 578], tmin=[-894, -895], prcp=[0, -1, 18_288, 18_289])
    assert places(bounds(values, days)) == {"tmax": [1], "tmin": [1], "prcp": [1, 3]}


@pytest.mark.parametrize(("length", "failed"), [(20, [0, *range(2, 21)]), (19, [])])
def test_streak_passes_over_days_without_a_value(length, failed):
    values, days = series("2000-01-01", tmax=[50, None, *[50] * (length - 1), 51])
    assert places(streak(values, days)).get("tmax", []) == failed


def test_streak_of_precipitation_passes_over_dry_days():
    values, days = series("2000-01-01", prcp=[3, 0] * 20 + [0] * 30)
    assert places(streak(values, days)) == {"prcp": list(range(0, 40, 2))}


def rain_of_july(*amounts):
    """Return 20 years of July with rain of 1 to 31 tenths, and other amounts from the 12th of the last on."""
    values, days = series("2001-01-01", days=20 * 366)
    july = days.months == 7
    values[2, july] = days.days[july]
    start = place(days, "2020-07-12")
    values[2, start : start + len(amounts)] = amounts
    return values, days, start


@pytest.mark.parametrize(
    ("amounts", "failed"),
    [
        ([29, 1, 29, 2, 29, 3, 29, 4, 29, 5], [0, 2, 4, 6, 8]),  # 5 of 10, 29 above the 90th percentile
        ([28, 1, 28, 2, 28, 3, 28, 4, 28, 5], []),  # 28 below it on the 20th
        ([25, 25, 25, 25, 25, 25, 25, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6]),  # 7 of 10, above the 70th
        ([29, 1, 29, 2, 29, 3, 29, 4, 6, 5], []),  # 4 of 10
    ],
)
def test_frequent_amounts_fail_the_less_the_more_usual_they_are(amounts, failed):
    values, days, start = rain_of_july(*amounts)
    assert places(frequent(values, days)).get("prcp", []) == [start + p for p in failed]


def test_frequent_amounts_pass_where_too_little_is_known():
    values, days = series("2001-07-01", prcp=[200] * 9 + [5] * 10)
    assert not frequent(values, days).any()
