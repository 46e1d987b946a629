"""`make soak SOAK_MINUTES=60`: the whole house serves and ingests while its parts are killed, one a minute.

Every fourth minute is quiet: the same reads, nothing to ingest, nothing killed. What the others may cost is
measured against these. In the end the archive must be what an undisturbed ingest of the same files makes.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import django

from tests.services import ENVIRONMENT
from tests.soak.report import BACK, Report, quiet

RATE = 100
"""Requests a second."""

CHANGING = 60
"""How many stations get another version of their file in each minute that is not quiet."""

LEAD = 10
"""Seconds before a minute in which the files of its run are put where it finds them."""

LOOK, STILL = 2, 10
"""Seconds from one look at everything to the next; if so many, the machine itself stood still."""


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.soak.live", description=__doc__)
    parser.add_argument("minutes", type=int)
    parser.add_argument("--data", type=Path, help="a folder in the wx format, the stations that stay")
    options = parser.parse_args()
    if options.minutes == 0:
        return
    os.environ |= ENVIRONMENT | {"DATABASE_URL": "sqlite:///:memory:"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "weatherproj.settings"
    django.setup()
    from tests.soak.__main__ import real_data
    from tests.soak.house import house

    with tempfile.TemporaryDirectory(prefix="soak-") as folder, house(Path(folder)) as it:
        files = sorted((options.data or real_data()).glob("*.txt"))
        rows = Soak(it, files, options.minutes).run()
        if not all(good for *_, good in rows):
            kept = shutil.copytree(folder, tempfile.mkdtemp(prefix="soak-logs-"), dirs_exist_ok=True)
            say(f"What the processes said is kept in {kept}")
    width = max(len(row[0]) for row in rows)
    for what, found, bound, good in rows:
        say(f"{what:{width}}  {found}{f'  (bound: {bound})' if bound else ''}{'' if good else '  MISS'}")
    sys.exit(not all(good for *_, good in rows))


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Soak:
    def __init__(self, house, files, minutes):
        from tests.soak.gauges import Gauges

        self.house, self.files, self.minutes = house, files, minutes
        self.gauges, self.version, self.outages = Gauges(house), 0, []
        self.looks, self.stood_still = [], []
        self.ended = threading.Event()

    def run(self):
        """Return the rows of the report: (what, found, bound, whether that holds)."""
        from tests.soak.load import readers

        questions = self.prepare()
        watch = threading.Thread(target=self.watch, daemon=True)
        watch.start()
        with readers(self.house.port, questions, RATE) as answers:
            self.began = next_minute()
            for minute in range(self.minutes):
                self.spend(minute)
            time.sleep(max(0, self.began + self.minutes * 60 - time.time()))
        self.ended.set()
        watch.join()
        share, settled = answers.pop(), self.settle()
        return Report(self, answers).rows(settled, share)

    # --- Before ----------------------------------------------------------------------------------

    def prepare(self):
        """Fill the archive and start the house; return the questions."""
        from tests.soak import archives, house, questions, verdicts, workers

        self.house.ask(archives.migrate)
        self.house.ask(verdicts.ingested, list(map(str, self.files)))
        self.put()
        for name in self.house.commands:
            self.house.start(name)
        house.wait_until_well(self.house)
        assert children_soon(lambda: self.good_runs(), 150), (self.house.folder / "worker.log").read_text()
        self.house.ask(workers.checked)  # afterwards only changing stations are, which have no neighbours
        changing = questions.changing(CHANGING)
        get = partial(body_of, self.house.url)
        return [*questions.staying(self.files, get), *changing]

    def put(self):
        """Put another version of every changing file where the next run finds it."""
        from tests.soak import house, questions

        self.version += 1
        for number in range(CHANGING):
            body = questions.file_of(number, self.version).encode()
            key = f"{questions.station_id(number)}.txt"
            self.house.bucket.put_object(Bucket=house.BUCKET, Key=key, Body=body)

    # --- Meanwhile -------------------------------------------------------------------------------

    def spend(self, minute):
        start = self.began + minute * 60
        time.sleep(max(0, start - LEAD - time.time()))
        if not quiet(minute):
            self.put()
            time.sleep(max(0, start + random.uniform(0, 10) - time.time()))
            what = self.next_strike()
            self.outages.append((what, *self.house.strike(what)))
            away, back = (when(time) for time in self.outages[-1][1:])
            say(f"{away} {what} struck, back at {back}")

    def next_strike(self):
        """Return what is struck next: all parts in turn, in another order every time."""
        from tests.soak.house import OUTAGE

        if len(self.outages) % len(OUTAGE) == 0:
            self.turn = random.sample(list(OUTAGE), len(OUTAGE))
        return self.turn[len(self.outages) % len(OUTAGE)]

    def watch(self):
        while not self.ended.wait(LOOK):
            now = time.time()
            self.house.look_after()
            self.gauges.look()
            if self.looks and now > self.looks[-1] + STILL:
                self.stood_still.append((self.looks[-1], now + STILL))
            self.looks.append(now)

    # --- After -----------------------------------------------------------------------------------

    def good_runs(self):
        return self.house.ask(good_runs)

    def settle(self):
        """Wait for a run after the last change; return rows about runs and about the archive."""
        last = time.time()
        children_soon(lambda: any(began > last for began, _ in self.good_runs()), 60 + 2 * BACK)
        runs = self.good_runs()
        for name in ("beat", "worker"):
            self.house.kill(name)
        late = max(self.lateness(runs, minute) for minute in range(self.minutes))
        allowed = BACK + sweep()
        busy = sum(ended - began for began, ended in runs if began >= self.began) / (self.minutes * 60)
        wrong = self.house.ask(faults_of_archive)
        same = self.house.ask(digest_of) == self.expected()
        return [
            ("runs", f"{len(runs)} good, ingesting {busy:.0%} of the time", "", True),
            ("slowest run after it was due, or could be", f"{late:.0f} s", f"{allowed} s", late <= allowed),
            ("archive", "; ".join(wrong) or "its books balance", "", not wrong),
            ("digest", "as undisturbed" if same else "another one", "as undisturbed", same),
        ]

    def lateness(self, runs, minute):
        """Return how many seconds after it was due, or could be, the run of a minute had succeeded."""
        due = self.began + minute * 60
        done = min((ended for began, ended in runs if began >= due), default=float("inf"))
        could = [back for what, away, back in self.outages if what != "web" and away < done and back > due]
        return done - max([due, *could])

    def expected(self):
        """Return the digest of an archive into which nothing but the last version of all files has come."""
        from tests.soak import questions
        from tests.soak.archives import archive

        moved = self.house.folder / "last"
        moved.mkdir()
        last = [str(questions.write(moved, number, self.version)) for number in range(CHANGING)]
        with archive(self.house.database) as target:
            target.ingest([*map(str, self.files), *last])
            return target.ask(digest_of)


def children_soon(is_so, seconds):
    """Say whether something becomes so within some seconds; what asks may fail meanwhile."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if is_so():
            return True
        time.sleep(1)
    return False


def next_minute():
    return (time.time() // 60 + 1) * 60 + 60 * (time.time() % 60 > 60 - 2 * LEAD)


def when(seconds):
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}"


def body_of(url, path):
    with urllib.request.urlopen(url + path) as answer:
        return answer.read()


def sweep():
    from tests.soak.house import SWEEP

    return SWEEP


# --- Asked in a process whose database is that of the house --------------------------------------


def good_runs():
    from weather.models import IngestRun

    runs = IngestRun.objects.filter(status="succeeded", queued=True).values_list("started_at", "finished_at")
    return [(began.timestamp(), ended.timestamp()) for began, ended in runs]


def faults_of_archive():
    from tests.soak.contents import faults

    return list(faults())


def digest_of():
    from stats.digest import digest

    return digest()


if __name__ == "__main__":
    main()
