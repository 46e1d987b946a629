import datetime
import hashlib
import re
from itertools import pairwise
from statistics import mean

import pytest
from django.core.management import CommandError, call_command

from weather.formats import STATION_ID
from weather.generate import station_id, station_lines

PERIOD = {"first_year": 1991, "last_year": 2020, "seed": 0}
WHOLE_FAHRENHEIT = {round((f - 32) * 50 / 9) for f in range(-100, 151)}


def rows(number=1, **period):
    """Return a station's days as (date, tmax, tmin, prcp), None for missing."""
    lines = "".join(station_lines(number, **PERIOD | period)).splitlines()
    return [(date, *(None if v == -9999 else v for v in map(int, vs))) for date, *vs in map(str.split, lines)]


def test_same_seed_gives_the_same_bytes_everywhere():
    text = "".join(station_lines(5, 1999, 2001, 42)).encode()
    assert text.startswith(b"19990901\t  244\t  144\t    0\n19990902\t  211\t  111\t    0\n")
    assert (
        hashlib.sha256(text).hexdigest() == "8b246b5c253afda6385a1c21fcdd4e5e95208d01377bf2cdfa5bc4ba6c592f41"
    )


def test_another_seed_gives_other_weather():
    assert rows(seed=1) != rows(seed=2)


def test_stations_differ():
    cold, warm = sorted(mean(tmax for _, tmax, _, _ in rows(n) if tmax is not None) for n in (1, 2))
    assert warm - cold > 5


def test_every_line_has_the_layout_of_the_real_files():
    line = re.compile(r"\d{8}\t[ \d-]{5}\t[ \d-]{5}\t[ \d-]{5}\n")
    lines = list(filter(None, station_lines(1, **PERIOD)))
    assert [text for text in lines if not line.fullmatch(text)] == []


def test_days_are_sorted_and_inside_the_period():
    dates = [date for date, *_ in rows(first_year=1896, last_year=1904)]
    assert dates == sorted(set(dates))
    assert dates[0][:4] == "1896"
    assert dates[-1][:4] == "1904"
    assert "18960229" in dates
    assert "19000228" in dates
    assert "19000229" not in dates


def test_temperatures_are_whole_fahrenheit():
    values = {value for _, tmax, tmin, _ in rows() for value in (tmax, tmin)} - {None}
    assert values - WHOLE_FAHRENHEIT == set()
    assert -500 < min(values) < -100
    assert 300 < max(values) < 500


def test_july_is_warmer_than_january():
    january, july = (mean(t for d, t, *_ in rows() if d[4:6] == m and t is not None) for m in ("01", "07"))
    assert 200 < july - january < 400


def test_warm_days_follow_warm_days():
    days = [(d, tmax) for d, tmax, *_ in rows() if d[4:6] == "07" and tmax is not None]
    normal = mean(tmax for _, tmax in days)
    warm = [after > normal for (_, tmax), (_, after) in pairwise(days) if tmax > normal]
    assert 0.6 < mean(warm) < 0.9


def test_rain_is_skewed_and_comes_in_spells():
    rain = [prcp for *_, prcp in rows() if prcp is not None]
    wet = [prcp for prcp in rain if prcp]
    after_wet = [after > 0 for prcp, after in pairwise(rain) if prcp]
    assert 0.2 < len(wet) / len(rain) < 0.35
    assert mean(after_wet) > 1.3 * len(wet) / len(rain)
    assert mean(wet) > 1.5 * sorted(wet)[len(wet) // 2]


def test_some_values_are_missing_and_some_days_reversed():
    days = [day for number in range(1, 6) for day in rows(number)]
    assert {tuple(v is None for v in values) for _, *values in days} == {
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (True, True, False),
        (True, True, True),
    }
    reversed_days = [d for d, tmax, tmin, _ in days if None not in (tmax, tmin) and tmin > tmax]
    assert 0 < len(reversed_days) < len(days) / 1000


def test_days_weeks_and_months_are_absent():
    gaps = set()
    for number in range(1, 11):
        days = [datetime.date.fromisoformat(date) for date, *_ in rows(number)]
        gaps |= {(after - day).days - 1 for day, after in pairwise(days)}
    assert 1 in gaps
    assert any(14 <= gap < 60 for gap in gaps)
    assert any(gap > 180 for gap in gaps)


def test_every_fifth_station_opens_in_mid_period():
    assert [rows(number)[0][0] > "1995" for number in range(1, 11)] == [False, False, False, False, True] * 2


def test_station_ids_are_valid_and_of_no_country():
    assert re.fullmatch(STATION_ID, station_id(1))
    assert station_id(1) == "ZZ000000001"


def test_command_writes_a_file_a_station(tmp_path, capsys):
    call_command("generate_weather", tmp_path / "new", stations=2, start=2001, end=2002)
    texts = [(tmp_path / "new" / f"ZZ00000000{n}.txt").read_bytes() for n in (1, 2)]
    assert texts == ["".join(station_lines(n, 2001, 2002, 0)).encode() for n in (1, 2)]
    lines, size = sum(t.count(b"\n") for t in texts), sum(map(len, texts))
    assert capsys.readouterr().out == (
        f"2 files, {lines:,} lines, {size:,} bytes of generated weather in {tmp_path / 'new'}\n"
    )


def test_command_with_more_stations_leaves_the_first_as_they_were(tmp_path):
    call_command("generate_weather", tmp_path, stations=1)
    first = (tmp_path / "ZZ000000001.txt").read_bytes()
    call_command("generate_weather", tmp_path, stations=40)  # enough for several processes
    assert (tmp_path / "ZZ000000001.txt").read_bytes() == first
    assert len(list(tmp_path.iterdir())) == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stations": 0}, "stations: expected 1 to 1000000, got 0"),
        ({"stations": -1}, "stations: expected 1 to 1000000, got -1"),
        ({"start": 2021}, "start 2021 is after end 2020"),
        ({"start": 1699}, "start: expected a year from 1700 to 2199, got 1699"),
        ({"end": 2200}, "end: expected a year from 1700 to 2199, got 2200"),
    ],
)
def test_command_refuses_wrong_numbers(tmp_path, options, message):
    with pytest.raises(CommandError, match=f"^{message}$"):
        call_command("generate_weather", tmp_path / "new", **options)
    assert not (tmp_path / "new").exists()


def test_command_refuses_a_folder_with_other_data(tmp_path):
    (tmp_path / "USC00110072.txt").write_text("real")
    with pytest.raises(CommandError, match=r"1 other \.txt files, such as USC00110072\.txt"):
        call_command("generate_weather", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["USC00110072.txt"]


def test_command_refuses_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("generate_weather", tmp_path / "file")
