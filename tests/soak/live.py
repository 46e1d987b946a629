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
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import django

from tests.services import ENVIRONMENT

RATE = 100
"""Requests a second."""

CHANGING = 60
"""How many stations get another version of their file in each minute that is not quiet."""

EVERY = 4
"""Of so many minutes one is quiet."""

SLOWER = 2
"""How many times the quiet p95 that of the other minutes may be."""

BACK = 30
"""Seconds after which everything works again, once what was away is back."""

LEAD = 10
"""Seconds before a minute in which the files of its run are put where it finds them."""

LOOK, STILL = 2, 10
"""Seconds from one look at everything to the next; if so many, the machine itself stood still."""

GRACE = 5
"""Seconds after the death of a web worker in which connections to it break off."""


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
        share, late = answers.pop(), self.settle()
        return [*self.told_of_answers(answers), *late, *self.told_of_gauges(), *self.told_of_rest(share)]

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

    # --- The report ------------------------------------------------------------------------------

    def told_of_answers(self, answers):
        answers = [one for one in answers if 0 <= one.due - self.began < self.minutes * 60]
        good = [one for one in answers if one.status == 200 and not self.stood_still_at(one.due)]
        calm = [one.took for one in good if quiet(self.minute(one))]
        loud = [one.took for one in good if not quiet(self.minute(one))]
        ratio = percentile(loud, 95) / percentile(calm, 95)
        wrong = [f"{one.wrong}: {one.path}" for one in answers if one.wrong]
        bad = [one for one in answers if one.status != 200 and not self.excused(one)]
        yield "answers", f"{len(answers):,}, {len(answers) / self.minutes / 60:.1f} a second", "", True
        yield "quiet minutes", milliseconds(calm), "", True
        yield "other minutes", milliseconds(loud), "", True
        yield "p95 against the quiet one", f"{ratio:.2f}", f"{SLOWER}", ratio <= SLOWER
        yield "wrong answers", f"{len(wrong)} {'; '.join(wrong[:3])}", "0", not wrong
        yield "answers that are no 200", told_by_status(answers), "", True
        yield "of these without excuse", f"{len(bad)} {bad[:3] or ''}", "0", not bad
        yield from self.told_of_outages(answers)

    def stood_still_at(self, moment):
        return any(began <= moment <= ended for began, ended in self.stood_still)

    def minute(self, answer):
        return int((answer.due - self.began) // 60)

    def excused(self, answer):
        """Say whether an answer may be none: 503 while the database is away, nothing as a worker dies."""
        end = answer.due + answer.took
        kind, after = ("database", BACK) if answer.status == 503 else ("web", GRACE)
        return answer.status in (0, 503) and any(
            what == kind and away <= end and answer.due <= back + after for what, away, back in self.outages
        )

    def told_of_outages(self, answers):
        """Yield how often each part was struck, and how long it took until all was well after it was back."""
        counts = Counter(what for what, *_ in self.outages)
        failed = [one.due + one.took for one in answers if one.status != 200]
        for kind, times in sorted(counts.items()):
            took = [
                max([0, *(end - back for end in failed if back <= end < self.next_outage(back))])
                for what, _, back in self.outages
                if what == kind
            ]
            found = f"{times} times, well after {median(took):.1f} s, at most {max(took):.1f} s"
            yield f"{kind} struck", found, f"{BACK} s", max(took) <= BACK

    def next_outage(self, moment):
        return min((away for _, away, _ in self.outages if away > moment), default=float("inf"))

    def told_of_gauges(self):
        strikes = len(self.outages)
        for what, early, late, flat in self.gauges.rows(strikes):
            yield what, f"{early:.0f}, in the end {late:.0f}", "flat", flat

    def told_of_rest(self, share):
        restarts = self.house.restarts
        yield "ended by themselves", "; ".join(restarts) or "none", "none", not restarts
        yield "the machine stood still", f"{len(self.stood_still)} times (not counted above)", "", True
        yield "the readers themselves", f"{share:.0%} of a processor", "", True


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


def quiet(minute):
    return minute % EVERY == 0


def when(seconds):
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * share // 100)] if values else float("nan")


def milliseconds(values):
    parts = (f"p{share} {percentile(values, share) * 1000:.1f}" for share in (50, 95, 99))
    return f"{len(values):,} answers, {', '.join(parts)} ms"


def told_by_status(answers):
    counts = Counter(one.status or "broken off" for one in answers if one.status != 200)
    return ", ".join(f"{status}: {times:,}" for status, times in counts.items()) or "none"


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
