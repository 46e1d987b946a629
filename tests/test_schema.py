"""The schema is valid, and the API keeps to it whatever is asked."""

import datetime
import io
import os

import orjson
import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, settings

from rest.cursors import Position, encode
from rest.docs import document
from rest.exports import OF_PAGES
from stats.climate.indices_api import NEEDS as NEEDS_BOTH
from stats.climate.indices_api import TAKEN_BY
from stats.stations import NEEDS
from tests.factories import make_observations, make_run, make_source_file, make_station
from weather.models import Archive, Change, Inventory, RejectedLine, Revision

STATIONS = ["USC00110072", "USC00259510"]
DAY = datetime.date(1985, 1, 1)
BEFORE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
RUN = 1000
STREAMED = {"csv", "ndjson", "parquet"}
CASES = int(os.environ.get("TEST_SCHEMA_CASES") or 150)
"""How many an operation is asked in each way. 1000 makes more than 10,000 in all."""

KEYS = {
    "/api/weather": (STATIONS[0], DAY),
    "/api/changes": (1, STATIONS[0], DAY),
    "/api/quality": ("K",),
    "/api/weather/stats": (STATIONS[0], 1985),
    "/api/weather/stats/monthly": (STATIONS[0], 1985, 1),
    "/api/summaries/monthly": (STATIONS[0], 1985, 1),
    "/api/summaries/yearly": (STATIONS[0], 1985),
    "/api/normals": (STATIONS[0], 0, 1),
    "/api/normals/freezes": (STATIONS[0], 50),
    "/api/anomalies": (STATIONS[0], 0, 1985, 1),
    "/api/records": (STATIONS[0], 0, 1),
    "/api/indices": (STATIONS[0], "fd", 1985, 0),
    "/api/stations": (0, STATIONS[0]),
    "/api/ingest/runs": (RUN + 1,),
}


def test_schema_is_valid_and_made_without_warnings():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_nothing_is_null_by_a_word_of_openapi_3_0():
    assert document().count(b'"nullable"') == 0
    assert orjson.loads(document())["components"]["schemas"]["Change"]["properties"]["was"]["oneOf"] == [
        {"$ref": "#/components/schemas/Was"},
        {"type": "null"},
    ]


# Too many ids make a query string too long before they are counted: 414 refuses them, too.
REFUSED = {"checks": {"negative_data_rejection": {"expected-statuses": ["400", "404", "405", "414"]}}}

schema = schemathesis.openapi.from_dict(
    orjson.loads(document()), config=schemathesis.Config.from_dict(REFUSED)
)


@schema.hook
def map_case(context, case):
    """Make of a query that the schema allows one that this archive can answer.

    No schema can say which stations and cursors there are, that a range starts before it ends, nor that what
    is streamed has no pages.
    What the schema forbids is sent as it is.
    """
    if case.meta.generation.mode.is_positive and case.query and case.query.get("format") in STREAMED:
        case.query = {name: value for name, value in case.query.items() if name not in OF_PAGES}
    if case.meta.generation.mode.is_positive and case.query:
        possible = {
            "station_id": STATIONS,
            "cursor": encode(Position(KEYS.get(case.operation.path, ()), backward=False)),
            "bbox": "170,-10.5,-170,10",
            "since": "0",
            "as_of": "2026-01-01T06:00Z",
            "near": "41.5,-90",
            "has": "tmax",
        }
        if case.operation.path == "/api/stations":
            case.query |= {NEEDS[name]: possible[NEEDS[name]] for name in NEEDS if name in case.query}
        case.query |= {name: value for name, value in possible.items() if name in case.query}
        case.query |= CLIMATE.get(case.operation.path, lambda query: {})(case.query)
        for start, end in (("start", "end"), ("start_year", "end_year")):
            if start in case.query and end in case.query:
                case.query[start], case.query[end] = sorted((case.query[start], case.query[end]))
    if case.meta.generation.mode.is_positive and case.path_parameters:
        known = {"station_id": STATIONS[0], "id": RUN}
        case.path_parameters = {name: known[name] for name in case.path_parameters}
    return case


def normals_possible(query):
    """Return the years of a query of normals that are in order with what is not in it and has a default."""
    names = ("start_year", "end_year", "normal_start", "normal_end")
    return {name: 2000 for name in names if name in query}


def indices_possible(query):
    """Return what has to be otherwise in a query of indices: pairs of parameters, and their order."""
    possible = {"base": "10C", "cap": "86F", "season_start": "10-01", "season_end": "04-30"}
    possible |= {"base_start_year": 1981, "base_end_year": 2010}
    given = {name for name in possible if name in query}
    both = given | {NEEDS_BOTH[name] for name in given if name in NEEDS_BOTH}
    monthly = {"index": ["gdd", "txx"]} if query.get("frequency") == "monthly" else {}
    if TAKEN_BY.keys() & query.keys():  # by one of these
        monthly = {"index": ["gdd", "frost_free", "dry_spell", "wsdi"], "frequency": "yearly"}
    return {name: possible[name] for name in both} | monthly


CLIMATE = {
    "/api/normals": normals_possible,
    "/api/normals/freezes": normals_possible,
    "/api/anomalies": normals_possible,
    "/api/indices": indices_possible,
}


@pytest.fixture
def api(db, application):
    """The application, with two stations and a run of two files, of which the second corrected a value."""
    run = make_run(id=RUN)
    old, file = (make_source_file(run, generation=n, entered_at=BEFORE) for n in (1, 2))
    for station_id in STATIONS:
        station = make_station(station_id, state="IL", latitude=41, longitude=-90)
        days = ("1985-01-01", -22, -128, 94), ("1985-01-02", None, None, None)
        make_observations(station, *days, source_file=file)
        Change.objects.create(source_file=file, station=station, first=DAY, last=DAY, inserted=1, updated=1)
        both = {"station": station, "date": DAY, "old_source_file": old, "source_file": file}
        Revision.objects.create(element="tmax", old_value=5, new_value=-22, **both)
        Inventory.objects.create(station=station, element="prcp", first_year=1901, last_year=2026)
    Archive.objects.update(generation=2)
    RejectedLine.objects.create(source_file=file, line_number=1, reason="no date", text="")
    return application


@schema.parametrize()
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_api_keeps_to_its_schema(case, api):
    case.call_and_validate(app=api)


def test_api_keeps_to_its_schema_along_its_links(api):
    """What one answer says, such as a station id, is asked for next."""

    class Walk(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"app": api}

    Walk.run(settings=settings(max_examples=CASES // 5, stateful_step_count=6, deadline=None))
