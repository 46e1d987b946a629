"""A job of AWS Glue that loads whole archives: NOAA's files by year, CSV or Parquet, sorted anew by station.

    load.py --source s3://noaa-ghcn-pds/csv.gz/by_year/ --prepared s3://bucket/prepared/2026-03/ [--form csv]
            [--parts 400] [--DATABASE_URL ... --DATABASE_SECRET ... and whatever else settings are]

By-year files cannot be entered side by side: each has every station, whose rows its transaction locks. So
Spark gathers the lines of a station, as they are, into files in the form by station, which have no station in
common; then its executors are workers of one queued run of these. Ledger, statistics and balance are those of
every ingest: a value leads to its file, that to the prepared folder, and `<prepared>_sources` to NOAA's.
"""

import argparse
import json
import os
import sys
import time
from itertools import pairwise

PATIENCE = 3
"""How often all executors may end with something left, as after a lost machine, before the job fails."""

COLUMNS = ("ID", "DATE", "ELEMENT", "DATA_VALUE", "M_FLAG", "Q_FLAG", "S_FLAG", "OBS_TIME")


def main(words):
    from pyspark.sql import SparkSession

    options, environment = options_of(words)
    spark = SparkSession.builder.appName("weather-load").getOrCreate()
    lines = prepare(spark, options)
    run = begin(options.prepared, environment)
    for _ in range(PATIENCE):
        work(spark, run, environment)
        if told := outcome(run):
            sys.stdout.write(json.dumps({"lines": lines, **told}) + "\n")
            return 0 if told["status"] == "succeeded" else 1
    sys.stderr.write(f"run {run} has files left: start the job again, or let workers end it\n")
    return 1


def options_of(words):
    """Return the options, and the settings among the words as an environment. Glue adds words of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--prepared", required=True)
    parser.add_argument("--form", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--parts", type=int, default=400)
    options, others = parser.parse_known_args(words)
    options.prepared = options.prepared.rstrip("/")
    pairs = pairwise(others)
    environment = {name[2:]: value for name, value in pairs if name.startswith("--") and name[2:].isupper()}
    return options, environment | {"WEATHER_ALLOWED_SOURCES": parts_of(options.prepared)}


def parts_of(prepared):
    return f"{prepared}/part-*"


# --- Spark's part ----------------------------------------------------------------------------


def prepare(spark, options):
    """Write the lines of all files anew, those of a station together and in order; return how many."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    lines = READERS[options.form](spark, options.source)
    written = Observation()
    told = [[file] for file in sorted(lines.inputFiles())]
    (
        lines.observe(written, f.count(f.lit(1)).alias("lines"))
        .repartition(options.parts, f.substring("value", 1, 11))
        .sortWithinPartitions("value")
        .write.text(options.prepared, compression="gzip")
    )
    spark.createDataFrame(told, "uri string").coalesce(1).write.json(f"{options.prepared}_sources")
    return written.get["lines"]


def read_csv(spark, source):
    """Return lines as they are, whatever is in them; headers and blank lines are none."""
    from pyspark.sql import functions as f

    lines = spark.read.text(source.split(","))
    return lines.filter((f.trim("value") != "") & ~f.col("value").startswith("ID,DATE,"))


def read_parquet(spark, source):
    from pyspark.sql import functions as f

    rows = spark.read.parquet(*source.split(","))
    known = [name for name in COLUMNS if name in rows.columns]  # OBS_TIME is not in all of them
    texts = [f.coalesce(f.col(name).cast("string"), f.lit("")) for name in known]
    texts[1] = f.regexp_replace(texts[1], "-", "")
    return rows.select(f.concat_ws(",", *texts).alias("value"))


READERS = {"csv": read_csv, "parquet": read_parquet}


# --- The archive's part ----------------------------------------------------------------------


def set_up(environment):
    """Make the application ready in this process, on whichever machine that is."""
    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")
    import django

    django.setup()
    import weatherproj.celery  # noqa: F401 so that workers hear of the run, too, where there is a broker


def begin(prepared, environment):
    """Open a queued run of the prepared files, or find the one that goes on; return its number."""
    set_up(environment)
    from weather import work
    from weather.models import IngestRun

    names = [parts_of(prepared)]
    run = work.begin(names) or IngestRun.objects.filter(sources=names, queued=True, status="running").get()
    return run.pk


def work(spark, run, environment):
    """Have every core of the executors work on a run until nothing is left to claim."""
    cores = spark.sparkContext.defaultParallelism
    tasks = spark.sparkContext.parallelize(range(cores), cores)
    tasks.foreachPartition(lambda _: work_here(run, environment))


def work_here(run, environment):
    """Be a worker of a run until all that is left of it is claimed by others."""
    set_up(environment)
    from django.db import connections

    from weather import work
    from weather.models import IngestRun

    this = IngestRun.objects.get(pk=run)
    try:
        while this.status == "running" and not (this.listed and not due(this)):
            work.work_on(run, lambda: False)
            this.refresh_from_db()
            time.sleep(0 if this.listed else 1)
    finally:
        connections.close_all()


def due(run):
    return run.work.filter(claimed_by=None).exists()


def outcome(run):
    """Return how a run ended, or None while it has not: what a lost machine left behind is due again then."""
    from django.conf import settings

    from weather import work
    from weather.models import IngestRun

    work.sweep(settings.WEATHER_SWEEP_SECONDS)
    run = IngestRun.objects.get(pk=run)
    if run.status == "running":
        return None
    names = ("files", "quarantined", *run.COUNTS, *run.BESIDE)
    counts = {name: getattr(run, name) for name in names}
    return {"run": run.pk, "status": run.status, **counts, "seconds": round(run.seconds, 1)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
