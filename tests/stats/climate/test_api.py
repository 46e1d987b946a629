"""The climate endpoints: rows, pages, what is refused, what is empty, exports."""

import csv
import io

import orjson
import pytest

from stats.climate.catalogue import INDICES
from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db

ALEDO, YORK, EMPTY = "USC00110072", "USC00259510", "USC00130112"
URLS = {
    "normals": "/api/normals?start_year=1985&end_year=1985&completeness=simple",
    "anomalies": "/api/anomalies?normal_start=1985&normal_end=1985&completeness=simple",
    "freezes": "/api/normals/freezes?start_year=1985&end_year=1985&completeness=simple",
    "records": "/api/records?",
    "indices": "/api/indices?index=fd,gdd,frost_free&completeness=simple",
    "indices by month": "/api/indices?index=txx,gdd&frequency=monthly&completeness=simple",
}
KEYS = {
    "normals": ("station_id", "element", "month"),
    "freezes": ("station_id", "percentile"),
    "anomalies": ("station_id", "element", "year", "month"),
    "records": ("station_id", "element", "kind", "month"),
    "indices": ("station_id", "index", "year", "month"),
}


@pytest.fixture
def archive():
    """Two stations with two days each, one without position, and one without observations."""
    aledo = make_station(ALEDO, latitude=41, longitude=-90)
    york = make_station(YORK)
    make_observations(aledo, ("1985-01-01", 100, -10, 94), tmin_flag="I")
    make_observations(aledo, ("1986-02-02", 120, 0, None))
    make_observations(york, ("1985-01-01", 50, -20, 0), ("1985-07-02", None, None, None))
    make_station(EMPTY, observed=False)


def get(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.content
    return response.json()


def both(url):
    return f"{url}&station_id={YORK},{ALEDO}"


@pytest.mark.parametrize("name", URLS)
def test_rows_are_in_the_order_promised(client, archive, name):
    rows = get(client, both(URLS[name]) + "&page_size=1000")["results"]
    assert [row["station_id"] for row in rows] == sorted(row["station_id"] for row in rows)
    assert {row["station_id"] for row in rows} == {ALEDO, YORK}
    keys = [tuple(row[field] for field in KEYS[name.partition(" ")[0]]) for row in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", URLS)
def test_pages_lead_through_all_rows_and_back(client, archive, name):
    url = both(URLS[name])
    rows = get(client, url + "&page_size=1000")["results"]
    page = get(client, url + "&page_size=7&count=exact")
    assert page["count"] == len(rows) > 7
    pages = [page]
    while pages[-1]["next"]:
        pages.append(get(client, pages[-1]["next"]))
    assert [row for page in pages for row in page["results"]] == rows
    back = [pages[-1]]
    while back[-1]["previous"]:
        back.append(get(client, back[-1]["previous"]))
    assert [page["results"] for page in back] == [page["results"] for page in reversed(pages)]


def test_indices_of_a_year(client, archive):
    answer = get(client, f"/api/indices?station_id={ALEDO}&index=fd&completeness=simple")
    assert answer == {
        "next": None,
        "previous": None,
        "results": [
            {
                "station_id": ALEDO,
                "index": "fd",
                "year": year,
                "month": None,
                "value": value,
                "unit": "days",
                "parameters": None,
                "start_date": None,
                "end_date": None,
                "days_used": 1,
                "days_expected": 365,
                "reason": None,
            }
            for year, value in ((1985, 1), (1986, 0))
        ],
    }


def test_accepted_leaves_out_what_has_a_flag(client, archive):
    (row, _) = get(client, f"/api/indices?station_id={ALEDO}&index=fd&completeness=simple&basis=accepted")[
        "results"
    ]
    assert (row["value"], row["days_used"], row["reason"]) == (None, 0, "no value")
    records = get(client, f"/api/records?station_id={ALEDO}&basis=accepted&month=1")["results"]
    assert [row["value"] for row in records] == [10.0, 10.0, None, None, 9.4]


def test_rule_by_default_leaves_no_value_of_a_single_day(client, archive):
    answer = get(client, f"/api/indices?station_id={ALEDO}&index={','.join(INDICES)}&page_size=1000")
    assert {row["value"] for row in answer["results"]} == {None}
    assert {row["index"] for row in answer["results"]} == set(INDICES)


def test_station_without_position_is_taken_for_a_northern_one(client, archive):
    for query, says in (("", "north (assumed)"), ("&hemisphere=south", "south")):
        rows = get(client, f"/api/indices?station_id={YORK}&index=gsl{query}")["results"]
        assert {row["parameters"] for row in rows} == {f"hemisphere={says}"}
    (row,) = get(client, f"/api/indices?station_id={ALEDO}&index=gsl&year=1985")["results"]
    assert row["parameters"] == "hemisphere=north"


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("normals", "station_id", "is required"),
        (
            f"normals?station_id={'A' * 5}",
            "station_id",
            "expected a station id such as USC00110072, got 'AAAAA'",
        ),
        ("normals?station_id=USC00000000", "station_id", "unknown station USC00000000"),
        (
            "records?station_id=" + ",".join(f"USC{n:08}" for n in range(101)),
            "station_id",
            "has 101 values; at most 100 are taken at once",
        ),
        (
            f"normals?station_id={ALEDO}&start_year=2021",
            "start_year",
            "is after end_year: 2021 > 2020 (by default)",
        ),
        (
            f"normals?station_id={ALEDO}&end_year=1980",
            "end_year",
            "is before start_year: 1980 < 1991 (by default)",
        ),
        (
            f"normals?station_id={ALEDO}&start_year=1990&end_year=1980",
            "start_year",
            "is after end_year: 1990 > 1980",
        ),
        (f"normals?station_id={ALEDO}&completeness=etccdi", "completeness", None),
        (f"normals?station_id={ALEDO}&basis=raw", "basis", "expected all or accepted, got 'raw'"),
        (
            f"anomalies?station_id={ALEDO}&normal_start=2021",
            "normal_start",
            "is after normal_end: 2021 > 2020 (by default)",
        ),
        (
            f"anomalies?station_id={ALEDO}&normal_end=1990",
            "normal_end",
            "is before normal_start: 1990 < 1991 (by default)",
        ),
        (f"anomalies?station_id={ALEDO}&month=13", "month", None),
        (
            f"normals/freezes?station_id={ALEDO}&end_year=1990",
            "end_year",
            "is before start_year: 1990 < 1991 (by default)",
        ),
        (f"normals/freezes?station_id={ALEDO}&threshold=cold", "threshold", None),
        (f"records?station_id={ALEDO}&year=1985", "year", None),
        (f"indices?station_id={ALEDO}", "index", "is required"),
        (f"indices?station_id={ALEDO}&index=xyz", "index", None),
        (f"indices?station_id={ALEDO}&index=fd&start_year=1986&end_year=1985", "start_year", None),
        (
            f"indices?station_id={ALEDO}&index=gdd&base=warm",
            "base",
            "expected a temperature such as 10, 10C or 50F, got 'warm'",
        ),
        (
            f"indices?station_id={ALEDO}&index=gdd&base=50F&cap=10C",
            "cap",
            "is not above the base: 10C <= 50F",
        ),
        (f"indices?station_id={ALEDO}&index=gdd&cap=9.99", "cap", "is not above the base: 9.99C <= 10C"),
        (f"indices?station_id={ALEDO}&index=rnnmm&threshold_mm=1e9", "threshold_mm", None),
        (f"indices?station_id={ALEDO}&index=rnnmm&threshold_mm=-1", "threshold_mm", None),
        (f"indices?station_id={ALEDO}&index=gdd&season_start=02-30&season_end=04-01", "season_start", None),
        (
            f"indices?station_id={ALEDO}&index=gdd&season_end=04-01",
            "season_end",
            "says something only with season_start",
        ),
        (f"indices?station_id={ALEDO}&index=gdd&season_start=04-02&season_end=04-01", "season_end", None),
        (f"indices?station_id={ALEDO}&index=wsdi&base_start_year=1961", "base_start_year", None),
        (
            f"indices?station_id={ALEDO}&index=wsdi&base_start_year=1991&base_end_year=1990",
            "base_start_year",
            None,
        ),
        (
            f"indices?station_id={ALEDO}&index=wsdi&base_start_year=1&base_end_year=1990",
            "base_end_year",
            "makes 1,990 years; at most 100 are a base",
        ),
        (
            f"indices?station_id={ALEDO}&index=fd,gdd&frequency=monthly",
            "frequency",
            "there are no months of fd",
        ),
        (f"indices?station_id={ALEDO}&index=fd&state=IL", "state", None),
        (
            f"indices?station_id={ALEDO}&index=fd,gdd&threshold=28F",
            "threshold",
            "says something only of frost_free",
        ),
        (
            f"indices?station_id={ALEDO}&index=gdd_corn,fd&base=50F",
            "base",
            "says something only of gdd, hdd, cdd",
        ),
        (f"indices?station_id={ALEDO}&index=hdd,gdd_corn&cap=86F", "cap", "says something only of gdd"),
        (
            f"indices?station_id={ALEDO}&index=cdd&threshold_mm=1",
            "threshold_mm",
            "says something only of dry_spell, wet_spell, rnnmm",
        ),
        (
            f"indices?station_id={ALEDO}&index=fd&hemisphere=north",
            "hemisphere",
            "says something only of frost_free, gsl",
        ),
        (
            f"indices?station_id={ALEDO}&index=fd&season_start=04-01&season_end=09-30",
            "season_start",
            "says something only of gdd, gdd_corn, hdd, cdd",
        ),
        (
            f"indices?station_id={ALEDO}&index=fd&base_start_year=1961&base_end_year=1990",
            "base_start_year",
            "says something only of tn10p, tx10p, tn90p, tx90p, wsdi, csdi, r95ptot, r99ptot",
        ),
    ],
)
def test_what_is_refused_is_named(client, archive, query, parameter, detail):
    response = client.get(f"/api/{query}")
    assert response.status_code == 400, response.content
    (error,) = response.json()["errors"]
    assert error["parameter"] == parameter
    assert detail in (None, error["detail"])


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (f"normals?station_id={EMPTY}", "no_data_of_station"),
        (f"records?station_id={EMPTY}", "no_data_of_station"),
        (f"indices?station_id={EMPTY}&index=fd", "no_data_of_station"),
        (f"normals?station_id={ALEDO}", "no_data_in_range"),
        (f"anomalies?station_id={ALEDO}&year=1999", "no_data_in_range"),
        (f"indices?station_id={ALEDO}&index=fd&end_year=1900", "no_data_in_range"),
    ],
)
def test_empty_answers_say_why(client, archive, query, reason):
    answer = get(client, f"/api/{query}")
    assert (answer["results"], answer["empty"]["reason"]) == ([], reason)


@pytest.mark.parametrize("name", URLS)
def test_exports_have_the_rows_of_the_pages(client, archive, name):
    url = both(URLS[name])
    rows = get(client, url + "&page_size=1000")["results"]
    response = client.get(url + "&format=ndjson")
    lines = b"".join(response.streaming_content).splitlines()
    assert [orjson.loads(line) for line in lines] == rows
    response = client.get(url + "&format=csv")
    table = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert list(table[0]) == list(rows[0])
    assert [row["station_id"] for row in table] == [row["station_id"] for row in rows]
    response = client.get(url + "&format=parquet")
    assert b"".join(response.streaming_content).startswith(b"PAR1")


def test_file_is_named_by_the_list(client, archive):
    response = client.get(f"/api/records?station_id={ALEDO}&format=csv")
    response.close()
    assert response["Content-Disposition"] == f'attachment; filename="weather-records-{ALEDO}.csv"'


def test_answer_is_that_of_the_archive_until_it_changes(client, archive):
    url = f"/api/records?station_id={ALEDO}"
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
