"""The recipes are true: each block of them is run, against a server that has days of two stations."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from tests.curl import stand_in
from tests.factories import write_wx
from tests.served import manage, served

pytestmark = pytest.mark.once

RECIPES = (settings.BASE_DIR / "docs/recipes.md").read_text()
BLOCKS = re.findall(r"(?ms)^### ([^\n]*)$(?:(?!^###).)*?^```(sh|python)\n(.*?)^```$", RECIPES)


def test_every_block_is_run():
    assert len(BLOCKS) == len(re.findall("(?m)^```[a-z]", RECIPES)) == 4


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A server that has days of two stations."""
    folder = tmp_path_factory.mktemp("archive")
    database = {"DATABASE_URL": f"sqlite:///{folder}/weather.sqlite3"}
    for station_id in ("USC00110072", "USC00259510"):
        days = [f"1995{month:02}01 0 -128 0" for month in range(1, 13)]
        write_wx(folder, station_id, *days, "19960101 15 -9999 94")
    manage("migrate", "--verbosity=0", **database)
    manage("ingest_weather", f"{folder}/*.txt", **database)
    with served(**database) as url:
        yield url


def run(language, block, url, folder):
    block = block.replace("http://127.0.0.1:8000", url)
    command = ["sh", "-e", "-c", block] if language == "sh" else [sys.executable, "-W", "error", "-c", block]
    path = {"PATH": f"{os.environ['PATH']}:{stand_in(folder / 'bin')}"}
    options = {"cwd": folder, "env": os.environ | path, "check": True, "timeout": 60}
    return subprocess.run(command, capture_output=True, text=True, **options).stdout


SAID = {
    "curl": "",
    "pandas": "station_id\nUSC00110072    0.0\nUSC00259510    0.0\nName: tmax_c, dtype: float64\n",
    "DuckDB": "[('USC00110072', 1.5), ('USC00259510', 1.5)]\n",
}


@pytest.mark.parametrize(("name", "language", "block"), BLOCKS, ids=[name for name, *_ in BLOCKS])
def test_recipe_works(url, tmp_path, name, language, block):
    said = run(language, block, url, tmp_path)
    assert said == SAID[name] if name in SAID else "│ USC00259510 ┆ 0.0" in said
    if name == "curl":
        rows = (tmp_path / "weather.csv").read_text().splitlines()
        assert (len(rows), rows[1]) == (25, "USC00110072,1995-01-01,0.0,-12.8,0.0,,,")
        assert len((tmp_path / "stats.csv").read_text().splitlines()) == 5


READERS = """
import pandas, polars
from urllib.request import urlopen
url = "http://127.0.0.1:8000/api/weather?format="
tables = [
    pandas.read_csv(url + "csv", parse_dates=["date"]),
    pandas.read_json(url + "ndjson", lines=True),
    pandas.read_parquet(url + "parquet"),
    polars.read_csv(urlopen(url + "csv"), try_parse_dates=True).to_pandas(),
    polars.read_parquet(urlopen(url + "parquet")).to_pandas(),
]
for table in tables:
    dates = pandas.to_datetime(table.date).dt.strftime("%Y-%m-%d")
    tmax, prcp = table.tmax_c, table.prcp_mm
    print(len(table), dates.iloc[12], tmax.dtype, tmax.sum(), prcp.dtype, prcp.sum())
"""


def test_every_reader_reads_the_same(url, tmp_path):
    said = run("python", READERS, url, tmp_path).splitlines()
    assert said == ["26 1996-01-01 float64 3.0 float64 18.8"] * 5
