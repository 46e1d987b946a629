"""The quality checks against reading what they check, on each database, in the same process."""

import json
import tempfile

from benchmarks.ingest import SERVER, manage, python
from benchmarks.report import Row
from tests.services import postgresql

LONGEST = 15
"""Seconds for 1.7 million rows."""

TIMED = """
import json, time
from weather.models import Observation, Station
from weather.quality.checking import check
from weather.series import load

def seconds(what):
    start = time.perf_counter()
    what()
    return time.perf_counter() - start

keys = list(Station.objects.filter(observed=True).order_by("station_id").values_list("pk", flat=True))
with_letters = Observation.objects.exclude(tmax_check=None, tmin_check=None, prcp_check=None)
with_letters.update(tmax_check=None, tmin_check=None, prcp_check=None)
print(json.dumps([
    seconds(lambda: [load(key) for key in keys]),
    seconds(lambda: check(Station.objects.all(), spatial=False)),
    seconds(lambda: check(Station.objects.all(), spatial=False)),
]))
"""


def measure(data, runs):
    """Yield rows for PostgreSQL and SQLite: the checks of stations' own series, the first time and again."""
    with postgresql(**SERVER) as url:
        yield from compare("PostgreSQL", url, data, runs)
    with tempfile.TemporaryDirectory() as folder:
        yield from compare("SQLite", f"sqlite:///{folder}/weather.sqlite3", data, runs)


def compare(name, url, data, runs):
    manage(url, "migrate", "--verbosity=0")
    manage(url, "ingest_weather", str(data), "--no-check")
    timed = [json.loads(python(url, "manage.py", "shell", "--no-imports", "-c", TIMED)) for _ in range(runs)]
    reading, first, again = map(list, zip(*timed, strict=True))
    yield Row(f"{name}, quality checks without neighbours, against reading the table", first, reading, 10)
    yield Row(f"{name}, the same once more, nothing to write", again, reading, 10)
    yield Row(f"{name}, quality checks without neighbours, all rows", first, [LONGEST] * runs, 1)
