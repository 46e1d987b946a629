"""Texts are the same on every database, and nothing that begins is left running."""

import threading

import orjson
import pytest
from django.db import connection

from rest.keyset import Rows, Selection
from rest.streams import copied, csv_chunks, ndjson_chunks
from rest.unpaged import Column, Export, statements
from tests.factories import make_observations, make_station
from weather.formats import HIGHEST, LOWEST

pytestmark = pytest.mark.django_db

OWNERS = Rows(
    table="weather_observations",
    reference="station_id",
    key=("date",),
    span=(1, 2),
    columns=(),
    owners="weather_stations",
    owner_name="station_id",
)


def export(*columns, owners=()):
    """Return the Export of a station, its days and other columns, of which sql is of weather_observations."""
    keys = (Column("station_id", "text", "s.station_id"), Column("date", "date", "o.date"))
    return Export(OWNERS, Selection(1, 2, owners=list(owners)), (*keys, *columns))


def lines(chunks):
    return b"".join(chunks).decode().splitlines()


TENTHS = [*range(LOWEST, LOWEST + 100), *range(-1100, 1101), *range(HIGHEST - 100, HIGHEST + 1)]
SOME = [("1 = 1", [])]


@pytest.mark.parametrize("owners", [[], SOME])
def test_tenths_are_written_as_in_json(owners):
    """From the array of texts as by arithmetic, where the database has both."""
    days = [(f"{1000 + n}-01-01", value, None, None) for n, value in enumerate(TENTHS)]
    make_observations(make_station(), *days)
    tmax = export(Column("tmax_c", "tenths", "o.tmax"), owners=owners)
    shown = [orjson.dumps(value / 10).decode() for value in TENTHS]
    assert [line.split(",")[2] for line in lines(csv_chunks(tmax))[1:]] == shown
    assert [orjson.loads(line)["tmax_c"] for line in lines(ndjson_chunks(tmax))] == [v / 10 for v in TENTHS]
    assert [line.partition('"tmax_c":')[2] for line in lines(ndjson_chunks(tmax))] == [
        f"{s}}}" for s in shown
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_is_a_formula(first):
    name = f'{first}1,"x"'
    make_observations(make_station(name=name), ("1985-01-01", -1, None, None))
    names, quoted = export(Column("name", "text", NAME)), name.replace('"', '""')
    assert b"".join(csv_chunks(names)).endswith(f"""USC00110072,1985-01-01,"'{quoted}"\n""".encode())
    assert b"".join(csv_chunks(names, guarded=False)).endswith(f"""1985-01-01,"{quoted}"\n""".encode())
    assert [orjson.loads(line)["name"] for line in lines(ndjson_chunks(names))] == [name]


NAME = "(SELECT max(name) FROM weather_stations)"


@pytest.mark.parametrize("name", ["ALEDO", "A -1", "'=1", "1 MILE N", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_other_texts_are_left_alone(name):
    make_observations(make_station(name=name), ("1985-01-01", -1, None, None))
    names = export(Column("name", "text", NAME))
    assert lines(csv_chunks(names)) == ["station_id,date,name", f"USC00110072,1985-01-01,{name}"]


def test_no_rows_leave_the_header():
    assert list(csv_chunks(export())) == [b"station_id,date\n"]
    assert list(ndjson_chunks(export())) == []


@pytest.mark.parametrize("chunks", [csv_chunks, ndjson_chunks])
def test_connection_is_free_after_an_answer_nobody_wants(chunks):
    make_observations(make_station(), *[(f"{year}-01-01", 1, 1, 1) for year in range(1000, 4000)])
    begun = chunks(export(Column("flag", "text", "o.tmax_flag")))
    assert next(begun)
    begun.close()
    assert "copy" not in [thread.name for thread in threading.enumerate()]


if connection.vendor == "postgresql":  # COPY is its own

    def test_stations_are_walked_in_order_by_the_primary_key():
        make_observations(make_station(), ("1985-01-01", 1, 1, 1))
        [(sql, parameters)] = statements(export(Column("tmax_c", "tenths", "o.tmax")))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # else it scans tables as small as these
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert plan.startswith("Nested Loop")
        assert "Index Scan using weather_observations_pkey on weather_observations o" in plan
        assert "Sort" not in plan

    def endless(select="n"):
        numbers = "SELECT generate_series(1, 1000000000000) AS n"  # in FROM they would be stored first
        return copied(f"SELECT {select} FROM ({numbers}) numbers", [], "FORMAT csv")

    @pytest.mark.django_db(transaction=True)
    def test_query_is_cancelled_when_nobody_wants_the_rest():
        begun = endless()
        assert next(begun).startswith(b"1\n2\n3\n")
        begun.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        assert "copy" not in [thread.name for thread in threading.enumerate()]

    @pytest.mark.django_db(transaction=True)
    def test_failure_in_the_middle_comes_behind_what_was_right():
        rows, failure = [], None
        try:
            for chunk in endless("1 / (300000 - n)"):
                rows.append(chunk)
        except Exception as error:
            failure = error
        assert b"".join(rows).count(b"\n") == 299_999
        assert str(failure).startswith("division by zero")
