"""Workers and beats at a queued run, killed, ended, doubled, their broker emptied: the archive is exact.

The trials return {trial: what is wrong}: nothing if all is well.
"""

import os
import random
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tests.processes import alive
from tests.served import ask, served
from tests.services import free_port, postgresql_server, valkey
from tests.soak import children
from tests.soak.archives import execute
from tests.soak.children import soon
from tests.soak.workers import PATIENCE, fresh, site
from weather import work
from weather.models import Archive, IngestRun

END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
INGEST, EVERY_SECOND = "weather.tasks.ingest_source", "every second"


def scheduled():
    """Write schedules into the table: one from the environment, due an hour ago, and one of every second."""
    hourly = CrontabSchedule.objects.create(minute="0", hour="*")
    task = PeriodicTask(name=settings.FROM_ENVIRONMENT, task=INGEST, crontab=hourly)
    task.last_run_at = timezone.now() - timedelta(hours=2)
    task.save()
    second = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name=EVERY_SECOND, task=INGEST, interval=second)


def minutes():
    """Return in which minutes runs began."""
    return [time.minute for time in IngestRun.objects.values_list("started_at", flat=True)]


# --- Trials ----------------------------------------------------------------------------------


def two_beats(site):
    """Two beats send the same, every second: one run a minute, however many were sent."""
    site.target.ask(scheduled)
    with site.running("worker 1", "beat 1", "beat 2", WEATHER_SCHEDULE="0 * * * *") as (_, *beats):
        site.ended()  # what is wrong counts when no other run can begin: another minute may have come
        wrong = []
        if not soon(lambda: all(f"Sending due task {EVERY_SECOND}" in beat.said() for beat in beats)):
            wrong.append("one of the beats sent nothing")
        if not any(f"Sending due task {settings.FROM_ENVIRONMENT}" in beat.said() for beat in beats):
            wrong.append("the schedule from the environment was not kept")
        for beat in beats:
            beat.strike()
        wrong += site.ended()
    began = site.target.ask(minutes)
    return wrong + ([f"runs began in the minutes {began}"] if len(began) > len(set(began)) else [])


def two_workers(site):
    """Two workers share one run."""
    with site.running("worker 1", "worker 2") as workers:
        site.send("ingest_source", site.folder)
        wrong = site.ended()
        several = site.target.url.startswith("sqlite") or all(
            "weather.tasks.work[" in w.said() for w in workers
        )
        return wrong + ([] if several else ["one of the workers did nothing"])


def ten_of_one(site):
    """The same task ten times: one run."""
    with site.running("worker 1", "worker 2") as workers:
        site.send("ingest_source", site.folder, times=10)
        wrong = site.ended()
        soon(lambda: sum(worker.said().count("already running") for worker in workers) >= 9)
        asked = sum(worker.said().count("already running") for worker in workers)
        if asked != 9 or len(site.statuses()) != 1:
            wrong.append(f"{asked} of them had nothing to do, runs: {site.statuses()}")
        return wrong + site.ended()


def struck(site, sent):
    """The only worker gets a signal at a random moment of the run; another one goes on."""
    with site.running("worker 1") as [worker]:
        site.send("ingest_source", site.folder)
        assert soon(lambda: " to do" in worker.said(), PATIENCE), worker.said()
        time.sleep(random.uniform(0, 0.1))
        site.struck()
        code, took = worker.strike(sent), time.monotonic() - site.struck_at
    wrong = []
    if sent == signal.SIGTERM and (code or took > 30):
        wrong.append(f"ended with {code} after {took:.0f} s: {worker.said()[-300:]}")
    if "succeeded" in site.statuses():
        wrong.append("the run had ended before: nothing was tried")
    with site.running("worker 2", "beat 1"):
        return wrong + site.ended()


def task_struck(site):
    """The process that does the task is killed at a random moment; its worker goes on."""
    with site.running("worker 1", "beat 1") as [worker, _]:
        site.send("ingest_source", site.folder)
        assert soon(lambda: " to do" in worker.said(), PATIENCE), worker.said()
        time.sleep(random.uniform(0, 0.1))
        site.struck()
        for pid in set(alive(worker.pid)) - {worker.pid}:
            os.kill(pid, signal.SIGKILL)
        return site.ended() + ([] if "WorkerLostError" in worker.said() else ["no task was lost"])


def sessions_ended(site):
    """The database ends every session at a random moment, as when it starts anew; the worker goes on."""
    if not site.target.url.startswith("postgres"):
        return []  # the others have no word for it
    with site.running("worker 1", "beat 1") as [worker, _]:
        site.send("ingest_source", site.folder)
        assert soon(lambda: " to do" in worker.said(), PATIENCE), worker.said()
        time.sleep(random.uniform(0, 0.1))
        site.struck()
        site.target.ask(execute, END_SESSIONS)
        return site.ended()


def database_killed(site, postgresql):
    """The database is killed under ingest and reads, and started again; nothing else is."""
    place = {"DATABASE_URL": site.target.url}
    with (
        (site.target.folder / "web.log").open("w") as log,
        site.running("worker 1", "beat 1") as [worker, _],
        served(log, **place) as url,
    ):
        with Reads(f"{url}/api/weather?page_size=1") as reads:
            site.send("ingest_source", site.folder)
            assert soon(lambda: " to do" in worker.said(), PATIENCE), worker.said()
            time.sleep(random.uniform(0, 0.3))
            postgresql.kill()
            time.sleep(1)
            postgresql.start()
            site.struck()
            wrong = reads.until_well() + site.ended()
        return wrong + reads.wrong()


class Reads:
    """Somebody who reads one page again and again, for the length of a `with`."""

    def __init__(self, url):
        self.url, self.answers, self.enough = url, [], threading.Event()
        self.thread = threading.Thread(target=self.read)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.enough.set()
        self.thread.join()

    def read(self):
        while not self.enough.wait(0.02):
            self.answers.append(ask(self.url)[0])

    def until_well(self):
        """Return what is wrong if reads are not answered within 30 s."""
        before = len(self.answers)
        return [] if soon(lambda: 200 in self.answers[before + 1 :], 30) else ["503 for 30 s"]

    def wrong(self):
        """Return what is wrong with the answers: an outage was not seen, or was more than that."""
        seen = set(self.answers)
        return [] if seen == {200, 503} else [f"answers were {sorted(seen)}"]


def ended_in_a_file(site):
    """The worker gets SIGTERM while a file takes its time: it ends within 30 s, another one does the file."""
    if site.target.url.startswith("sqlite"):
        return []  # its one writer would keep everybody waiting
    holder = children.forked(hold_archive, site.target.url)
    with site.running("worker 1") as [worker]:
        site.send("ingest_source", site.folder)
        assert soon(lambda: " to do" in worker.said(), PATIENCE), worker.said()
        time.sleep(2)
        began = time.monotonic()
        code, took = worker.strike(signal.SIGTERM), time.monotonic() - began
    holder.kill()
    wrong = [] if 20 < took < 30 else [f"ended with {code} after {took:.0f} s: {worker.said()[-300:]}"]
    with site.running("worker 2", "beat 1"):
        return wrong + site.ended()


def hold_archive(url):
    """Keep every file waiting, before it ends, for a minute."""
    children.use(url)
    with transaction.atomic():
        Archive.objects.select_for_update().get()
        time.sleep(60)


def broker_emptied(site):
    """The broker ends, a run is queued of which nobody hears, the broker comes back without its data."""
    place = {"port": free_port(), "requirepass": "only for this test"}
    with ExitStack() as stack:
        with valkey(**place) as url:
            again = replace(site, redis=url)
            stack.enter_context(again.running("worker 1", "beat 1"))
        site.target.ask(queue, [site.folder])
        stack.enter_context(valkey(**place))
        again.struck()
        return again.ended()


def queue(names):
    return work.begin(names).pk


TRIALS = {
    "two beats": two_beats,
    "two workers": two_workers,
    "ten of one": ten_of_one,
    "SIGKILL": lambda site: struck(site, signal.SIGKILL),
    "SIGTERM": lambda site: struck(site, signal.SIGTERM),
    "broker emptied": broker_emptied,
}
LONG_TRIALS = {
    "SIGKILL of the task": task_struck,
    "SIGTERM in a long file": ended_in_a_file,
    "sessions ended": sessions_ended,
}


class Trials(dict):
    """{round: what is wrong}, and how long it took each time until all was well again."""

    recovered = ()


def repeated(server, folder, trial, rounds):
    """Try something several times on an archive of its own."""
    found = Trials()
    with site(server, folder) as here:
        for n in range(rounds):
            fresh(here)
            found[f"round {n + 1}"] = trial(here)
        found.recovered = here.recovered
    return found


def repeated_on_its_own(folder, trial, rounds):
    """The same on a PostgreSQL server of its own, which the trial gets, too: trial(site, server)."""
    durable = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    with postgresql_server(**durable) as (url, server):
        return repeated(url, folder, lambda here: trial(here, server), rounds)
