"""What an export is as an answer: headers, refusals, compression, and how it ends."""

import csv
import gzip
import io
import logging

import orjson
import pandas
import polars
import pyarrow.parquet
import pytest

from rest import exports
from rest.exports import BROKEN_OFF
from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db

ALEDO = "USC00110072"
PATHS = ("weather", "weather/stats", "weather/stats/monthly")
CURSOR = "PlVTQzAwMTEwMDcyLDE5ODUtMDEtMDE"
TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


@pytest.fixture
def archive():
    make_observations(make_station(state="IL"), ("1985-01-01", -22, None, 0), ("1986-06-30", 300, 100, 4))


def body(response):
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def get(client, query, **headers):
    return client.get(f"/api/weather{query}", headers=headers)


@pytest.mark.parametrize("format", TYPES)
def test_format_is_chosen_by_parameter_or_accept(client, archive, format):
    chosen, accepted = get(client, f"?format={format}"), get(client, "", accept=exports.MEDIA_TYPES[format])
    assert chosen["Content-Type"] == accepted["Content-Type"] == TYPES[format]
    assert body(chosen) == body(accepted)
    assert "Accept" in chosen["Vary"].split(", ")
    assert "Accept" in accepted["Vary"].split(", ")


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("*/*", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv, */*;q=0.1", TYPES["csv"]),
        ("application/x-ndjson;q=0.9, text/csv;q=0.1", TYPES["ndjson"]),
        ("text/csv; charset=utf-8", TYPES["csv"]),
        ("application/json;q=0.5;v=1, text/csv;header=present;Q=0.6", TYPES["csv"]),
        ('text/csv; header="a"; q=0, application/json', "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_accept_chooses_what_it_likes_best(client, archive, accept, format):
    response = get(client, "", accept=accept)
    assert response["Content-Type"] == format
    assert "Accept" in response["Vary"].split(", ")


def test_parameter_wins_over_accept(client, archive):
    response = get(client, "?format=json", accept="text/csv")
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["stations", "ingest/runs", "changes?since=0"])
def test_other_lists_are_json_whatever_is_accepted(client, archive, path):
    response = client.get(f"/api/{path}", headers={"accept": "text/csv"})
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("parameter", ["page_size=10", "count=exact", f"cursor={CURSOR}"])
@pytest.mark.parametrize("format", TYPES)
def test_everything_has_no_pages(client, archive, format, parameter):
    response = get(client, f"?format={format}&{parameter}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    message = "is for pages; this format gives everything at once"
    assert response.json()["errors"] == [{"parameter": parameter.partition("=")[0], "detail": message}]


def test_refusals_come_before_the_first_byte(client, archive):
    response = get(client, "?format=csv&station_id=USC00000000")
    assert response.status_code == 400
    assert response.json()["detail"] == "station_id: unknown station USC00000000"
    response = get(client, "?format=xml")
    assert response.json()["detail"] == "format: expected json or csv or ndjson or parquet, got 'xml'"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("weather?format=csv", "weather.csv"),
        ("weather?format=ndjson&state=il&year=1985", "weather-il-1985.ndjson"),
        ("weather/?start=1985-01-01&format=parquet&state=IL", "weather-start-1985-01-01-IL.parquet"),
        ("weather/stats?format=csv&bbox=-100,40,-95,43", "weather-stats-bbox-100-40-95-43.csv"),
        ("weather/stats/monthly?format=csv&month=7", "weather-stats-monthly-month-7.csv"),
        (
            f"weather?format=csv&station_id={','.join([ALEDO] * 9)}",
            f"weather{f'-{ALEDO}' * 9}"[:100] + ".csv",
        ),
    ],
)
def test_file_is_named_after_what_is_in_it(client, archive, url, name):
    response = client.get(f"/api/{url}")
    assert body(response)
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("format", ["csv", "ndjson"])
def test_gzip_where_it_is_taken(client, archive, format):
    plain = get(client, f"?format={format}")
    packed = get(client, f"?format={format}", accept_encoding="br, gzip;q=0.8")
    assert ("Content-Encoding" in plain, packed["Content-Encoding"]) == (False, "gzip")
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding, Accept"
    assert gzip.decompress(body(packed)) == body(plain)


@pytest.mark.parametrize("encodings", ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, br", "x-gzipped"])
def test_no_gzip_where_it_is_not(client, archive, encodings):
    assert "Content-Encoding" not in get(client, "?format=csv", accept_encoding=encodings)


def test_parquet_is_compressed_already_and_says_its_length(client, archive):
    response = get(client, "?format=parquet", accept_encoding="gzip")
    assert "Content-Encoding" not in response
    assert int(response["Content-Length"]) == len(body(response))


@pytest.mark.parametrize("format", TYPES)
def test_head_asks_for_the_version_alone(client, archive, format, django_assert_num_queries):
    client.defaults["HTTP_X_REQUEST_ID"] = "one"
    got = get(client, f"?format={format}", accept_encoding="gzip")
    assert body(got)
    with django_assert_num_queries(1):
        head = client.head(f"/api/weather?format={format}", headers={"accept-encoding": "gzip"})
    assert (head.status_code, b"".join(head.streaming_content)) == (200, b"")
    assert dict(head.items()) == {name: value for name, value in got.items() if name != "Content-Length"}


def broken(export):
    yield b"station_id,date\nUSC00110072,1985-01-01\n"
    raise RuntimeError("the disk is full")


@pytest.fixture
def failing(monkeypatch):
    monkeypatch.setattr(exports, "CHUNKS", {"csv": broken, "ndjson": broken})


def all_that_comes(response):
    came = []
    with pytest.raises(RuntimeError, match="the disk is full"):
        came.extend(response.streaming_content)
    return b"".join(came)


@pytest.mark.parametrize("format", ["csv", "ndjson"])
def test_broken_answer_is_logged_and_says_so(client, archive, failing, format, caplog):
    came = all_that_comes(get(client, f"?format={format}"))
    assert came.endswith(BROKEN_OFF[format])
    [record] = [record for record in caplog.records if record.name == "rest.exports"]
    assert record.levelno == logging.ERROR
    assert record.getMessage() == f"/api/weather?format={format} broke off"


def test_no_reader_takes_a_broken_answer_for_a_whole_one(client, archive, failing):
    came = all_that_comes(get(client, "?format=csv"))
    with pytest.raises(pandas.errors.ParserError):
        pandas.read_csv(io.BytesIO(came))
    with pytest.raises(polars.exceptions.PolarsError):
        polars.read_csv(came)
    with pytest.raises(csv.Error):
        list(csv.reader(io.StringIO(came.decode()), strict=True))
    with pytest.raises(ValueError, match="Expected object or value"):
        pandas.read_json(io.BytesIO(BROKEN_OFF["ndjson"]), lines=True)
    packed = all_that_comes(get(client, "?format=csv", accept_encoding="gzip"))
    with pytest.raises(EOFError):
        gzip.decompress(packed)


def test_what_fails_at_once_is_an_error(client, archive, monkeypatch):
    def failing(export):
        raise RuntimeError("the database is away")
        yield

    monkeypatch.setattr(exports, "CHUNKS", {"csv": failing})
    client.raise_request_exception = False
    assert get(client, "?format=csv").status_code == 500


def test_parquet_has_types(client, archive):
    table = pyarrow.parquet.read_table(io.BytesIO(body(get(client, "?format=parquet"))))
    types = {field.name: str(field.type) for field in table.schema}
    texts = dict.fromkeys(["tmax_flag", "tmin_flag", "prcp_flag"], "string")
    numbers = dict.fromkeys(["tmax_c", "tmin_c", "prcp_mm"], "double")
    assert types == {"station_id": "string", "date": "date32[day]"} | numbers | texts
    page = get(client, "").json()["results"]
    assert [row | {"date": row["date"].isoformat()} for row in table.to_pylist()] == page


@pytest.mark.parametrize(
    ("path", "query"),
    [
        *((path, query) for path in PATHS for query in ("", "&year=1985", "&state=NE")),
        ("weather", "&qc=accepted"),
        ("weather", "&as_of=0"),
        ("weather/stats/monthly", "&month=6"),
    ],
)
def test_rows_are_those_of_the_pages(client, archive, path, query):
    rows = client.get(f"/api/{path}?page_size=1000{query}").json()["results"]
    streamed = body(client.get(f"/api/{path}?format=ndjson{query}"))
    assert streamed == b"".join(orjson.dumps(row) + b"\n" for row in rows)
    table = list(csv.DictReader(io.StringIO(body(client.get(f"/api/{path}?format=csv{query}")).decode())))
    assert table == [{name: text(value) for name, value in row.items()} for row in rows]
    parquet = pyarrow.parquet.read_table(io.BytesIO(body(client.get(f"/api/{path}?format=parquet{query}"))))
    lists_as_text = [
        {n: " ".join(v) or None if isinstance(v, list) else v for n, v in r.items()} for r in rows
    ]
    assert orjson.loads(orjson.dumps(parquet.to_pylist())) == lists_as_text


def text(value):
    """Return what stands in CSV for a value of JSON."""
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
