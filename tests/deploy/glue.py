"""The job of AWS Glue on Spark of this machine, against the command that ingests (`make test-glue`).

Not named test_*.py: it needs pyspark and Java, and no other run collects it.
"""

import gzip
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from deploy.bundle import main as make_bundle
from tests.served import manage
from tests.services import ENVIRONMENT, postgresql

STATIONS = ["USC00110072", "AGE00147704", "USC00110187", "ASN00001000", "CA001234567"]
BOOKS = """
from weather.models import *
run = IngestRun.objects.get()
print(run.status, run.files, run.quarantined, run.read, run.inserted, run.rejected, run.left_out)
print(sum(f.read for f in SourceFile.objects.all()), run.source_files.count())
print(SourceFile.objects.get(pk=Observation.objects.first().source_file_id).uri)
"""


def by_year(folder, year, header):
    """Write a by-year file as NOAA does: all elements of a day of all stations, line by line."""
    lines = ["ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME"] if header else []
    for month in range(1, 13):
        for number, station in enumerate(STATIONS):
            for day in range(1, 29):
                date = f"{year}{month:02}{day:02}"
                flag = "X" if day == 28 else ""
                lines.append(f"{station},{date},TMAX,{month * 10 + number},,{flag},S,0700")
                lines.append(f"{station},{date},TMIN,{-day},,,S,0700")
                lines.append(f"{station},{date},SNOW,0,,,S,")
                if day % 2:
                    lines.append(f"{station},{date},PRCP,{day},T,,S,")
    lines += ["USC00110072,19990230,TMAX,1,,,S,", "nonsense"] if year == 1999 else []
    (folder / f"{year}.csv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by_year")
    for year in (1998, 1999, 2000):
        by_year(folder, year, header=year != 1999)
    return folder


@pytest.fixture
def database():
    with postgresql() as url:
        manage("migrate", "--verbosity=0", DATABASE_URL=url)
        yield url


@pytest.fixture(scope="module")
def expected(raw):
    """The digest of what the command makes of the same files."""
    with postgresql() as url:
        manage("migrate", "--verbosity=0", DATABASE_URL=url)
        code = subprocess.run(
            [sys.executable, "manage.py", "ingest_weather", raw],
            cwd=settings.BASE_DIR,
            env=os.environ | ENVIRONMENT | {"DATABASE_URL": url},
        ).returncode
        assert code == 3  # two lines are rejected
        return manage("archive_digest", DATABASE_URL=url)


def load(folder, database, source, *words):
    """Run the job as Glue does: the script by itself, the code from the bundle; return what it prints."""
    make_bundle(folder / "bundle.zip")
    job = folder / "load.py"
    job.write_bytes((settings.BASE_DIR / "deploy/glue/load.py").read_bytes())
    arguments = ["--source", str(source), "--prepared", str(folder / "prepared"), "--parts", "3", *words]
    glue = ["--JOB_NAME", "weather-load", "--enable-metrics", "true"]
    given = {name: value for name, value in ENVIRONMENT.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    environment = os.environ | {"PYTHONPATH": str(folder / "bundle.zip"), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment |= {"MASTER": "local[2]", "PYSPARK_PYTHON": sys.executable}
    for name in given:
        environment.pop(name, None)
    settings_given = ["--DATABASE_URL", database, "--SECRET_KEY", "only for this test"]
    command = [sys.executable, job, *arguments, *glue, *settings_given]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_csv_by_year_ends_in_the_same_archive(raw, database, expected, tmp_path):
    code, told = load(tmp_path, database, raw)
    lines = 3 * 12 * len(STATIONS) * (28 * 3 + 14) + 2
    assert (code, told["lines"], told["status"]) == (0, lines, "succeeded")
    assert (told["inserted"], told["rejected"]) == (3 * 12 * 28 * len(STATIONS), 2)
    assert told["read"] == told["inserted"] + told["updated"] + told["unchanged"] + told["rejected"]
    assert manage("archive_digest", DATABASE_URL=database) == expected
    books = manage("shell", "--no-imports", "-c", BOOKS, DATABASE_URL=database).splitlines()
    assert books[0] == f"succeeded 3 0 {told['read']} {told['inserted']} 2 {told['left_out']}"
    assert books[1] == f"{told['read']} 3"
    assert books[2].startswith(str(tmp_path / "prepared/part-"))
    [sources] = (tmp_path / "prepared_sources").glob("part-*.json")
    assert [f"{year}.csv.gz" in sources.read_text() for year in (1998, 1999, 2000)] == [True] * 3


def write_parquet(raw, folder):
    """Write the by-year files as NOAA's Parquet: a folder for a year, in it one for an element."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    texts = "ID string, DATE string, ELEMENT string, DATA_VALUE int, M_FLAG string, Q_FLAG string"
    rows = spark.read.csv(str(raw), schema=f"{texts}, S_FLAG string, OBS_TIME string")
    rows = rows.filter("ID NOT IN ('ID', 'nonsense')").selectExpr("*", "substring(DATE, 1, 4) AS YEAR")
    rows.write.partitionBy("YEAR", "ELEMENT").parquet(str(folder))
    spark.stop()


def test_parquet_by_year_does_too(raw, database, expected, tmp_path):
    write_parquet(raw, tmp_path / "by_year")
    code, told = load(tmp_path, database, tmp_path / "by_year", "--form", "parquet")
    assert (code, told["inserted"], told["rejected"]) == (0, 3 * 12 * 28 * len(STATIONS), 1)
    assert manage("archive_digest", DATABASE_URL=database) == expected
