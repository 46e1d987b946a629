"""Lists that Python makes, whole: the same formats as those that one statement gives."""

import datetime
import threading

import duckdb
import orjson
import pytest
from django.db import connection
from rest_framework import serializers

from rest.exports import CHUNKS
from rest.parquet import made
from rest.unpaged import Made, batches, columns_made
from tests.factories import make_station
from weather.models import Station

pytestmark = pytest.mark.django_db


class RowSerializer(serializers.Serializer):
    name = serializers.CharField()
    day = serializers.DateField()
    number = serializers.IntegerField()
    value = serializers.FloatField()
    years = serializers.ListField(child=serializers.IntegerField())


DAY = datetime.date(1985, 1, 1)
ROWS = [("=1+1", DAY, 1, 0.0, [1991, 1992]), ("b", None, None, None, [])]


@pytest.fixture
def export():
    return Made(columns_made(RowSerializer), lambda: iter([ROWS[:1], [], ROWS[1:]]))


def test_csv_has_a_list_as_text(export):
    text = b"".join(CHUNKS["csv"](export)).decode()
    assert text == "name,day,number,value,years\n'=1+1,1985-01-01,1,0.0,1991 1992\nb,,,,\n"


def test_ndjson_has_the_objects_of_json(export):
    lines = b"".join(CHUNKS["ndjson"](export)).splitlines()
    names = ("name", "day", "number", "value", "years")
    shown = [dict(zip(names, row, strict=True)) for row in ROWS]
    assert [orjson.loads(line) for line in lines] == [shown[0] | {"day": "1985-01-01"}, shown[1]]


def test_parquet_has_types(export, tmp_path):
    path = tmp_path / "rows.parquet"
    with made(export) as file:
        path.write_bytes(file.read())
    with duckdb.connect() as asked:
        found = asked.execute(f"SELECT * FROM '{path}'").fetchall()
        types = [row[1] for row in asked.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    assert found == [("=1+1", DAY, 1, 0.0, "1991 1992"), ("b", None, None, None, None)]
    assert types == ["VARCHAR", "DATE", "INTEGER", "DOUBLE", "VARCHAR"]


def test_nothing_is_only_a_head(export):
    nothing = Made(export.columns, lambda: iter([]))
    assert b"".join(CHUNKS["csv"](nothing)) == b"name,day,number,value,years\n"


def names_one_by_one():
    """Return a Made that asks for the name of the only station twice."""
    names = Station.objects.values_list("name")
    return Made((), lambda: (list(names.all()) for _ in range(2)))


@pytest.mark.django_db(transaction=True)
def test_connection_is_left_as_it_was():
    make_station(name="ALEDO")
    begun = batches(names_one_by_one())
    assert next(begun) == [("ALEDO",)]
    begun.close()
    Station.objects.update(name="YORK")
    assert list(batches(names_one_by_one())) == [[("YORK",)], [("YORK",)]]


if connection.vendor != "sqlite":  # whose tests have one connection

    @pytest.mark.django_db(transaction=True)
    def test_all_is_of_one_state_whatever_is_written_meanwhile():
        make_station(name="ALEDO")

        def rename():
            Station.objects.update(name="YORK")
            connection.close()

        begun = batches(names_one_by_one())
        assert next(begun) == [("ALEDO",)]
        writer = threading.Thread(target=rename)
        writer.start()
        writer.join()
        assert list(begun) == [[("ALEDO",)]]
        assert Station.objects.get().name == "YORK"
