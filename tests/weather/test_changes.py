"""What changed since: each station-day once, under the file that changed it last."""

import datetime
import itertools

import pytest

from rest.cursors import Position, encode
from tests.factories import make_observations, make_source_file, make_station
from tests.factories_ghcn import write_by_year
from tests.histories import (
    ALEDO,
    NO_FLAGS,
    YORK,
    cost,
    enter,
    pages,
    take,
)
from weather.models import Archive, Change, Revision, SourceFile

pytestmark = pytest.mark.django_db


def changes(client, query):
    """Return (generation of the archive, rows) of all pages, rows without flags and uri."""
    answers = list(pages(client, f"/api/changes?{query}"))
    rows = [row for answer in answers for row in answer["results"]]
    return answers[-1]["generation"], [short(**row) for row in rows]


def short(generation, station_id, date, change, tmax_c, tmin_c, prcp_mm, was, **others):
    return (generation, station_id, date[-2:], change, (tmax_c, tmin_c, prcp_mm), was)


@pytest.mark.parametrize("url", ["/api/changes", "/api/changes/"])
def test_change_is_shown_with_values_and_what_they_were(client, tmp_path, url):
    take(tmp_path, ALEDO, "19850101 -22 -128 94", "19850102 1 2 -9999")
    take(tmp_path, ALEDO, "19850101 -22 -127 94", "19850102 1 2 -9999")
    shown = {"station_id": ALEDO, "uri": str(tmp_path / f"{ALEDO}.txt")} | NO_FLAGS
    second = {"date": "1985-01-02", "tmax_c": 0.1, "tmin_c": 0.2, "prcp_mm": None}
    first = {"date": "1985-01-01", "tmax_c": -2.2, "tmin_c": -12.7, "prcp_mm": 9.4}
    assert client.get(f"{url}?since=0").json() == {
        "generation": 2,
        "next": None,
        "previous": None,
        "results": [
            shown | second | {"generation": 1, "change": "added", "was": None},
            shown
            | first
            | {"generation": 2, "change": "corrected", "was": {"tmin_c": -12.8, "tmin_flag": None}},
        ],
    }


def test_day_corrected_again_comes_once(client, tmp_path):
    for value in (1, 2, 3):
        take(tmp_path, ALEDO, f"19850101 {value} 0 0")
    row = (3, ALEDO, "01", "corrected", (0.3, 0.0, 0.0), {"tmax_c": 0.2, "tmax_flag": None})
    for since in (0, 1, 2):
        assert changes(client, f"since={since}") == (3, [row])
    assert changes(client, "since=3") == (3, [])


def test_withdrawn_day_has_no_value_left(client, tmp_path):
    take(tmp_path, ALEDO, "19850101 1 -9999 0", "19850102 1 2 3")
    take(tmp_path, ALEDO, "19850102 1 2 3", prune=True)
    was = {"tmax_c": 0.1, "tmax_flag": None, "prcp_mm": 0.0, "prcp_flag": None}
    assert changes(client, "since=1") == (2, [(2, ALEDO, "01", "withdrawn", (None, None, None), was)])


def test_day_that_has_lost_one_value_is_corrected(client, tmp_path):
    take(tmp_path, ALEDO, "19850101 1 2 3")
    take(tmp_path, ALEDO, "19850101 1 -9999 3")
    was = {"tmin_c": 0.2, "tmin_flag": None}
    assert changes(client, "since=1") == (2, [(2, ALEDO, "01", "corrected", (0.1, None, 0.3), was)])


def test_second_file_of_a_station_takes_over_what_it_corrects(client, tmp_path):
    take(tmp_path / "a", ALEDO, "19850101 1 1 1", "19850102 1 1 1", "19850103 1 1 1")
    take(tmp_path / "b", ALEDO, "19850102 2 1 1", "19850104 1 1 1")
    answer = client.get("/api/changes?since=0").json()["results"]
    assert [(row["uri"].split("/")[-2], row["date"][-2:], row["change"]) for row in answer] == [
        ("a", "01", "added"),
        ("a", "03", "added"),
        ("b", "02", "corrected"),
        ("b", "04", "added"),
    ]


def test_what_was_holds_flags_too(client):
    station = make_station(ALEDO)
    old, new = (make_source_file(generation=generation) for generation in (1, 2))
    make_observations(station, ("1985-01-01", 1, 2, 3), source_file=new, tmax_flag="I")
    day = datetime.date(1985, 1, 1)
    Change.objects.create(source_file=new, station=station, first=day, last=day, inserted=0, updated=1)
    both = {"station": station, "date": day, "old_source_file": old, "source_file": new}
    Revision.objects.create(element="tmax", old_value=1, new_value=1, new_flag="I", **both)
    Revision.objects.create(element="prcp", new_value=3, old_flag="X", **both)
    Archive.objects.update(generation=2)
    [row] = client.get("/api/changes?since=1").json()["results"]
    assert (row["change"], row["tmax_flag"], row["prcp_flag"]) == ("corrected", "I", None)
    assert row["was"] == {"tmax_c": 0.1, "tmax_flag": None, "prcp_mm": None, "prcp_flag": "X"}


def test_file_of_many_stations_is_walked_through(client, tmp_path):
    """More than a page takes, of stations that were not made in the order of their ids, and of which a later
    file corrected all days of some."""
    days = [(f"USC0011{n:04}", f"198501{day:02}") for n in range(9) for day in range(1, 4)]
    corrected = [(station_id, day) for station_id, day in days if station_id[-1] not in "078"]
    take(tmp_path, "USC00110004", "19850101 1 1 1", "19850104 1 1 1")
    enter(write_by_year(tmp_path / "1985.csv", dict.fromkeys(days, (1, 2, 3, "I  "))))
    enter(write_by_year(tmp_path / "again.csv", dict.fromkeys(corrected, (1, 2, 3, " G "))))
    later = [(1, "USC00110004", "19850104")]
    later += [(2, *day) for day in days if day not in corrected]
    later += [(3, *day) for day in corrected]
    later = [(*key, f"1985-01-{day[6:]}") for *key, day in later]
    for size in (1, 2, 3, 7, 100):
        walked = list(pages(client, f"/api/changes?since=0&page_size={size}"))
        assert [keys(answer) for answer in walked] == [later[i : i + size] for i in range(0, 28, size)]
        back = list(pages(client, walked[-1]["previous"], "previous"))
        assert [keys(answer) for answer in back] == [keys(answer) for answer in walked[-2::-1]]


def test_page_is_a_few_queries(client, archive, django_assert_num_queries):
    """The version, the generation, twice, the files, their changes, the rows, and the revisions."""
    with django_assert_num_queries(7):
        client.get("/api/changes?since=2&page_size=1")


def test_unchanged_file_changes_nothing(client, tmp_path):
    take(tmp_path, ALEDO, "19850101 1 2 3")
    take(tmp_path, ALEDO, "19850101 1 2 3", force=True)
    assert changes(client, "since=1") == (2, [])


def test_empty_archive_has_no_changes(client):
    answer = client.get("/api/changes?since=0&count=exact").json()
    assert answer == {"count": 0, "generation": 0, "next": None, "previous": None, "results": []}


@pytest.fixture
def archive(tmp_path):
    """York before Aledo, then Aledo corrected and both added to, at six, seven and so on."""
    make_station(ALEDO, state="IL", latitude=41.2, longitude=-90.74)
    make_station(YORK, state="NE", latitude=40.87, longitude=-97.59)
    take(tmp_path, YORK, "19850101 1 1 1", "19850103 1 1 1")
    take(tmp_path, ALEDO, "19850101 1 1 1", "19850102 1 1 1", "19860101 1 1 1")
    take(tmp_path, ALEDO, "19850101 1 1 1", "19850102 2 1 1", "19850105 1 1 1", "19860101 1 1 1")
    take(tmp_path, YORK, "19850101 1 1 1", "19850102 1 1 1", "19850103 1 1 2")
    for file in SourceFile.objects.all():
        file.entered_at = datetime.datetime(2026, 1, 1, 5 + file.generation, tzinfo=datetime.UTC)
        file.save()


ALL = [
    (1, YORK, "1985-01-01"),
    (2, ALEDO, "1985-01-01"),
    (2, ALEDO, "1986-01-01"),
    (3, ALEDO, "1985-01-02"),
    (3, ALEDO, "1985-01-05"),
    (4, YORK, "1985-01-02"),
    (4, YORK, "1985-01-03"),
]


def keys(answer):
    return [(row["generation"], row["station_id"], row["date"]) for row in answer["results"]]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("since=0", ALL),
        ("since=2", ALL[3:]),
        ("since=4", []),
        ("since=2026-01-01T06:00Z", ALL[1:]),
        ("since=2026-01-01T06:59:59.999999", ALL[1:]),
        ("since=2026-01-01T07:00:00", ALL[3:]),
        ("since=2026-01-01T08:00%2B01:00", ALL[3:]),
        ("since=2026-01-01T08:00+01:00", ALL[3:]),
        ("since=2026-01-01T00:00-07:00", ALL[3:]),
        ("since=2026-01-01", ALL),
        ("since=2026-01-02", []),
        ("since=9999-12-31", []),
        (f"since=0&station_id={YORK}", [ALL[0], *ALL[5:]]),
        (f"since=1&station_id={YORK},{ALEDO}", ALL[1:]),
        ("since=0&state=IL", ALL[1:5]),
        ("since=0&state=ZZ", []),
        ("since=0&bbox=-100,40,-95,43", [ALL[0], *ALL[5:]]),
        ("since=0&date=1985-01-02", [ALL[3], ALL[5]]),
        ("since=3&date=1985-01-02", [ALL[5]]),
        ("since=0&start=1985-01-03&end=1985-12-31", [ALL[4], ALL[6]]),
        ("since=0&year=1986", [ALL[2]]),
        ("since=0&year=1985&start_year=1986", []),
    ],
)
def test_query_selects(client, archive, query, rows):
    assert [row for answer in pages(client, f"/api/changes?{query}") for row in keys(answer)] == rows
    assert client.get(f"/api/changes?{query}&count=exact").json()["count"] == len(rows)


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
def test_pages_are_walked_both_ways(client, archive, size):
    walked = list(pages(client, f"/api/changes?since=0&page_size={size}"))
    assert [keys(answer) for answer in walked] == [ALL[i : i + size] for i in range(0, len(ALL), size)]
    back = list(pages(client, walked[-1]["previous"], "previous"))
    assert [keys(answer) for answer in back] == [keys(answer) for answer in walked[-2::-1]]


@pytest.mark.parametrize("backward", [False, True])
def test_page_starts_anywhere(client, archive, backward):
    rows = ALL[1:]
    ids, days = ["AAA00000000", ALEDO, "ZZZ99999999"], ["0001-01-01", "1985-01-02", "9999-12-31"]
    for at in itertools.product([0, 1, 2, 3, 999_999_999], ids, days):
        cursor = encode(Position(at, backward))
        answer = client.get(f"/api/changes?since=1&page_size=2&cursor={cursor}").json()
        beyond = [row for row in rows if row < at][-2:] if backward else [row for row in rows if row > at][:2]
        assert keys(answer) == beyond, at


NO_MOMENT = "expected a generation or a time such as 2026-01-01T06:00Z, got '{}'"
NOT_YET = "generation 20260101 has not come yet: it is 0 now; a date is written 2026-01-01"


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {"since": "is required"}),
        ("since=", {"since": NO_MOMENT.format("")}),
        ("since=-1", {"since": NO_MOMENT.format("-1")}),
        ("since=2026-02-30", {"since": NO_MOMENT.format("2026-02-30")}),
        ("since=2026-01-01T25:00", {"since": NO_MOMENT.format("2026-01-01T25:00")}),
        ("since=0001-01-01T00:00%2B14:00", {"since": NO_MOMENT.format("0001-01-01T00:00+14:00")}),
        ("since=20260101", {"since": NOT_YET}),
        ("since=0&station_id=USC00000000", {"station_id": "unknown station USC00000000"}),
        ("since=0&since=1", {"since": "given 2 times; it takes one value"}),
        ("since=0&cursor=x", {"cursor": "expected a cursor taken from next or previous, got 'x'"}),
    ],
)
def test_impossible_query_is_refused(client, query, errors):
    response = client.get(f"/api/changes?{query}")
    assert response.status_code == 400
    assert {error["parameter"]: error["detail"] for error in response.json()["errors"]} == errors


def test_parameter_of_another_endpoint_is_unknown(client):
    response = client.get("/api/changes?qc=all&since=0")
    assert [error["parameter"] for error in response.json()["errors"]] == ["qc"]


@pytest.mark.parametrize("query", ["since=0", "since=8", "since=12&start=1985-01-03"])
def test_page_costs_the_same_in_a_larger_archive(client, tmp_path, query):
    def ask():
        answer = client.get(f"/api/changes?{query}&page_size=3").json()
        assert len(answer["results"]) == 3

    ids = [f"USC0011{n:04}" for n in range(32)]
    few, many = ([f"198501{day:02} 1 1 1" for day in range(1, last)] for last in (5, 9))
    for station_id in ids[:8] + ids[:8]:
        take(tmp_path, station_id, *(many if (tmp_path / f"{station_id}.txt").exists() else few))
    ask()  # what is done once
    before = cost(ask)
    for station_id in ids[8:]:
        take(tmp_path, station_id, *few)
        take(tmp_path, station_id, *many)
    assert cost(ask) <= before * 1.1
