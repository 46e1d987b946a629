"""Statistics of everything, made anew, against the bare GROUP BY into a table of the same server.

The baseline has sums, counts and extremes by month and by year, without the dates of extremes, without masks,
keys, or anything that another database would understand. Both leave out deleting what was there before.
"""

import time
from contextlib import closing

import psycopg2

from benchmarks.ingest import SERVER, ingest, manage, python
from benchmarks.report import Row
from tests.services import postgresql

BARE = """CREATE TABLE bare_{part} AS SELECT station_id, {key},
    count(tmax) AS days_tmax, count(tmin) AS days_tmin, count(prcp) AS days_prcp,
    sum(tmax) AS tmax_sum, sum(tmin) AS tmin_sum, sum(prcp) AS prcp_sum,
    max(tmax) AS tmax_max, min(tmin) AS tmin_min, max(prcp) AS prcp_max
    FROM weather_observations GROUP BY {group}"""
MONTHS = BARE.format(part="monthly", key="date_trunc('month', date) AS month", group="1, 2")
YEARS = BARE.format(part="yearly", key="extract(year FROM date) AS year", group="1, 2")

# As an ingest does it: some stations to a transaction.
OURS = """
import time
from django.db import transaction
from stats.compute import recompute
from weather.models import Station
keys = list(Station.objects.order_by("pk").values_list("pk", flat=True))
start = time.perf_counter()
for place in range(0, len(keys), 10):
    with transaction.atomic():
        recompute(keys[place : place + 10], 1985, 2014, letters=False)
print(time.perf_counter() - start)
"""


def measure(data, runs):
    """Yield the row for PostgreSQL."""
    with postgresql(**SERVER) as url:
        manage(url, "migrate", "--verbosity=0")
        ingest(url, data, 2)
        execute(url, "VACUUM ANALYZE")
        mine, bare = [], []
        for _ in range(runs):
            bare.append(timed(url, MONTHS, YEARS))
            execute(url, "DROP TABLE bare_monthly, bare_yearly")
            execute(url, "TRUNCATE weather_monthly_stats, weather_yearly_stats")
            mine.append(float(python(url, "manage.py", "shell", "--no-imports", "-c", OURS)))
    yield Row("PostgreSQL, statistics of everything, against a bare GROUP BY", mine, bare, 1.2)


def timed(url, *statements):
    start = time.perf_counter()
    for statement in statements:
        execute(url, statement)
    return time.perf_counter() - start


def execute(url, statement):
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # VACUUM wants no transaction
        with connection.cursor() as cursor:
            cursor.execute(statement)
