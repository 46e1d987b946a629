import numpy as np
import pytest

from tests.weather.quality.days import days_from, place, places, years
from weather.quality.spatial import Neighbours, allowed, anomalies, corroboration, regression
from weather.quality.usual import Usual

pytestmark = pytest.mark.once


def neighbours(*stations):
    """Return Neighbours with the values and Days of the station they are compared with."""
    padded = [np.pad(values, ((0, 0), (1, 1)), constant_values=np.nan) for values, _ in stations]
    far = [np.array([anomalies(values[e], days) for e in (0, 1)]) for values, days in stations]
    far = [np.pad(a, ((0, 0), (1, 1)), constant_values=np.nan) for a in far]
    return Neighbours(np.array(padded), np.array(far), [Usual.rain(v[2], d) for v, d in stations])


def region(stations, first=1996, last=2005):
    """Return (values, Days) of a station, and of others: the same weather, shifted, and a little noise."""
    values, days = years(first, last)
    others = []
    for number in range(stations):
        noise = np.random.default_rng(number).integers(-10, 11, values.shape)
        others.append((np.where(values == 0, 0, np.maximum(values + 5 * number + noise, -999)), days))
    return values, days, others


def test_temperature_unlike_that_of_the_neighbours_fails():
    values, days, others = region(3)
    there = place(days, "2001-05-14")
    values[0, there] += 200
    values[1, there + 40] += 60
    assert places(regression(values, days, neighbours=neighbours(*others))) == {"tmax": [there]}


def test_two_neighbours_are_too_few():
    values, days, others = region(2)
    values[0, 1000] += 400
    assert not regression(values, days, neighbours=neighbours(*others)).any()
    assert not corroboration(values, days, neighbours=neighbours(*others)).any()


def test_weather_of_the_day_before_is_no_error():
    values, days, others = region(3)
    values[0, 1000:1060] += (
        1  # not quite the same: what comes a day later is compared with its neighbour's day
    )
    values[0, 1030] += 150
    for neighbour, _ in others:
        neighbour[0, 1031] += 150
    assert not regression(values, days, neighbours=neighbours(*others)).any()


def test_39_pairs_are_too_few():
    values, days, others = region(3)
    there = place(days, "2001-05-14")
    values[0, there] += 200
    month = slice(place(days, "2001-04-16"), place(days, "2001-06-16"))  # May, with 15 days on either side
    lost = np.delete(np.arange(61), 28)[: 61 - 39]
    values[0, month] = np.where(np.isin(np.arange(61), lost), np.nan, values[0, month])
    assert not regression(values, days, neighbours=neighbours(*others)).any()
    values[0, month.start + lost[0]] = others[0][0][0, month.start + lost[0]]
    assert places(regression(values, days, neighbours=neighbours(*others))) == {"tmax": [there]}


def test_neighbours_that_do_not_agree_expect_nothing():
    values, days, others = region(3)
    there = place(days, "2001-05-14")
    values[0, there] += 200
    strange = [(np.roll(other, 500 + 100 * n, axis=1), days) for n, (other, _) in enumerate(others)]
    assert not regression(values, days, neighbours=neighbours(*strange))[0, there]


def test_anomaly_that_no_neighbour_has_fails():
    values, days, others = region(3)
    month = (days.years == 2001) & (days.months == 5)
    values[0, month & (days.days != 14)] = np.nan  # too few pairs for a regression
    there = place(days, "2001-05-14")
    values[0, there] += 200
    near = neighbours(*others)
    assert places(corroboration(values, days, neighbours=near)) == {"tmax": [there]}
    near.anomalies[2, 0, there + 2] += 150  # one of them has most of it, the day after
    assert places(corroboration(values, days, neighbours=near)) == {}


def test_only_the_nearest_7_with_values_corroborate():
    values, days, others = region(8)
    there = place(days, "2001-05-14")
    values[0, there] += 200
    near = neighbours(*others)
    near.anomalies[7, 0, there + 1] += 200
    assert corroboration(values, days, neighbours=near)[0, there]
    near.anomalies[0, 0, there : there + 3] = np.nan
    assert not corroboration(values, days, neighbours=near)[0, there]


def test_precipitation_may_differ_by_269_mm_and_less_the_rarer_it_is():
    assert allowed(np.nan, [50.0]) == allowed(50.0, [np.nan]) == allowed(50.0, [40.0, 60.0]) == 2692.4
    # 100 %: 269.24 - 45.72 ln 100 = 58.69 mm; 50 %: 90.38 mm.
    assert allowed(100.0, [0.0, 0.0]) == pytest.approx(586.9, abs=0.05)
    assert allowed(90.0, [20.0, 40.0]) == pytest.approx(903.8, abs=0.05)


@pytest.mark.parametrize(("amount", "failed"), [(600, True), (580, False)])
def test_rain_where_all_neighbours_are_dry(amount, failed):
    values, days, others = region(3)
    there = place(days, "2001-05-14")
    values[2, there] = amount
    for neighbour, _ in others:
        neighbour[2, there - 1 : there + 2] = 0
    result = corroboration(values, days, neighbours=neighbours(*others))
    assert places(result).get("prcp", []) == ([there] if failed else [])


def test_series_of_one_day_passes():
    days = days_from("2000-02-29", 1)
    near = neighbours(*[(np.full((3, 1), 900.0), days)] * 3)
    values = np.array([[0.0], [0.0], [0.0]])
    assert not regression(values, days, neighbours=near).any()
