"""What PostgreSQL makes of every combination of filters on 17 million rows: never a scan of them.

It is told so (PostgreSQL 18 has functions for it): a small part is there, spread over stations and years
as the whole would be. On the whole, 17,385,900 rows that take 46 s to make, every plan goes by station too.
"""

import datetime
import itertools
import json
import re

import pytest
from django.db import connection

from rest.cursors import Position, encode

__test__ = connection.vendor == "postgresql"

STATIONS = 1700
ROWS = {
    "weather_observations": STATIONS * 10_227,
    "weather_yearly_stats": STATIONS * 30,
    "weather_monthly_stats": STATIONS * 360,
}
"""The tables that must not be scanned, and how many rows they are said to have."""
PROBES = {f"SELECT 1 FROM {table} LIMIT 1" for table in ROWS}
"""What an empty answer asks to explain itself: the first row there is, wherever."""
FIRST, LAST, MIDDLE = "TST00000001", f"TST{STATIONS:08}", f"TST{STATIONS // 2:08}"
FILL = f"""
    INSERT INTO weather_stations
        (station_id, name, state, country, latitude, longitude, observed, check_due, spatial_due)
        SELECT format('TST%s', lpad(n::text, 8, '0')), '', (ARRAY['IL', 'IN', 'NE', 'IA', 'OH'])[n % 5 + 1],
            'TS', 38 + n % 50 / 10.0, -104 + n / 100.0, true, false, false
        FROM generate_series(1, {STATIONS}) n;
    INSERT INTO weather_observations (station_id, date, tmax, tmin, prcp, source_file_id)
        SELECT id, date '1985-01-01' + (n * 365 + id) % 10957, 1, 0, 0, 1
        FROM weather_stations, generate_series(1, 30) n ORDER BY 1, 2;
    INSERT INTO weather_yearly_stats
        (station_id, basis, year, days_expected, days_tmax, days_tmin, days_prcp)
        SELECT id, 'all', year, 365, 0, 0, 0
        FROM weather_stations, generate_series(1985, 2014) year ORDER BY 1, 3;
    INSERT INTO weather_monthly_stats
        (station_id, basis, year, month, days_expected, days_tmax, days_tmin, days_prcp)
        SELECT id, 'all', year, month, 30, 0, 0, 0
        FROM weather_stations, generate_series(1985, 2014, 2) year, generate_series(1, 12, 6) month
        ORDER BY 1, 3, 4;
"""

STATION_FILTERS = [
    {},
    {"station_id": MIDDLE},
    {"station_id": ",".join((FIRST, MIDDLE, LAST))},
    {"state": "NE"},
    {"bbox": "-100,39,-95,42"},
    {"state": "IL,OH", "bbox": "-100,39,-95,42"},
]
YEARS = [
    {},
    {"year": "1999"},
    {"start_year": "1990"},
    {"end_year": "2009"},
    {"start_year": "1990", "end_year": "2009"},
]
DAYS = [
    *YEARS,
    {"date": "1999-07-04"},
    {"start": "1990-01-01"},
    {"end": "2009-12-31"},
    {"start": "1990-01-01", "end": "2009-12-31"},
    {"start": "1999-07-01", "end": "1999-07-31"},
]
MONTHS = [{}, {"month": "7"}]
QUALITY = [{}, {"qc": "accepted"}]
PAGES = [{}, {"page_size": "1000"}, {"count": "exact"}]


def cursors(*key):
    position = Position((MIDDLE, *key), backward=False)
    return [{}, {"cursor": encode(position)}, {"cursor": encode(position._replace(backward=True))}]


ENDPOINTS = {
    "/api/weather": [STATION_FILTERS, DAYS, QUALITY, cursors(datetime.date(1999, 7, 4)), PAGES],
    "/api/weather/stats": [STATION_FILTERS, YEARS, cursors(1999), PAGES],
    "/api/weather/stats/monthly": [STATION_FILTERS, YEARS, MONTHS, cursors(1999, 7), PAGES],
}


TELL = """
    SELECT pg_restore_relation_stats('schemaname', n.nspname::text, 'relname', c.relname::text,
        'relpages', c.relpages, 'reltuples', %s::real)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = %s::regclass OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %s::regclass)
"""


@pytest.fixture
def millions(transactional_db):
    """Fill the tables and tell the planner, for the length of a test, that they have ROWS.

    Not in a transaction: ANALYZE is not taken back with it, and other tests would get other plans.
    """
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute(f"ANALYZE weather_stations, {', '.join(ROWS)}")
        for table, rows in ROWS.items():
            cursor.execute(TELL, [rows, table, table])
        cursor.execute("SET enable_bitmapscan = off")  # cheap only where there are few pages on disk
        yield
        cursor.execute("RESET enable_bitmapscan")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_filter_makes_it_scan(client, millions, endpoint):
    scanned = []
    for filters in itertools.product(*ENDPOINTS[endpoint]):
        query = {name: value for part in filters for name, value in part.items()}
        scanned += [(query, node) for plan in plans(client, endpoint, query) for node in scans(plan)]
    assert scanned == []


SCANS = {
    "weather_observations WHERE date = '1999-07-04'": True,
    "weather_stations s JOIN weather_observations o ON o.station_id = s.id ORDER BY o.date": True,
    "weather_observations ORDER BY station_id, date LIMIT 100": True,
    "weather_yearly_stats ORDER BY id LIMIT 100": True,
    "weather_monthly_stats WHERE month = 7 LIMIT 100": True,
    "weather_observations WHERE station_id = 7 ORDER BY tmax LIMIT 100": True,
    "weather_observations WHERE station_id = 7 ORDER BY date LIMIT 100": False,
}


def test_scans_are_seen(millions):
    plans = {sql: explained(f"SELECT * FROM {sql}", []) for sql in SCANS}
    assert {sql: any(scans(plan)) for sql, plan in plans.items()} == SCANS


def plans(client, endpoint, query):
    """Return how the large tables are asked in one request."""
    asked = []

    def note(execute, sql, parameters, many, context):
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        response = client.get(endpoint, query)
    assert response.status_code == 200, (query, response.content)
    asked = [(sql, values) for sql, values in asked if re.search("|".join(ROWS), sql) and sql not in PROBES]
    assert asked, query
    return [explained(sql, parameters) for sql, parameters in asked]


def explained(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        [[plan]] = cursor.fetchall()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def scans(node, ordered=False):
    """Yield the nodes of a plan that reach a large table otherwise than station by station.

    Or that are sorted: then a station is read whole, or all of them, before the page is cut.
    """
    if node.get("Relation Name") in ROWS and (ordered or not by_station(node)):
        yield {key: value for key, value in node.items() if key != "Plans"}
    ordered = node["Node Type"].endswith("Sort") or (ordered and node["Node Type"] != "Limit")
    for child in node.get("Plans", []):
        yield from scans(child, ordered)


def by_station(node):
    return re.search(r"\bstation_id = ", node.get("Index Cond", ""))
