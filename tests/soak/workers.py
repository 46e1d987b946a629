"""Workers and beats as processes, on an archive and a broker of their own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from celery import Celery
from django.conf import settings
from django_celery_beat.models import PeriodicTask
from redis import Redis

from tests.services import ENVIRONMENT, valkey
from tests.soak.archives import Target, archive, empty
from tests.soak.children import soon
from tests.soak.contents import content, differing
from tests.soak.files import NEW
from tests.soak.verdicts import state
from weather.models import IngestRun, SourceFile, Work
from weather.quality.checking import anything_due, check

PATIENCE = 40
FILES = 60


@dataclass
class Site:
    """An archive, its broker, and a folder of files that are to be ingested."""

    target: Target
    redis: str
    folder: str
    expected: dict
    struck_at: float = 0
    recovered: list = field(default_factory=list)
    """Seconds from every strike, or from when what was struck was back, until all was as it must be."""

    @contextmanager
    def running(self, *names, **environment):
        """Run workers and beats for the length of a `with`; yield them when they are ready."""
        with ExitStack() as stack:
            processes = [stack.enter_context(self.process(name, environment)) for name in names]
            for process in processes:
                assert soon(lambda p=process: p.is_ready(), PATIENCE), process.said()
            yield processes

    @contextmanager
    def process(self, name, environment):
        what = name.split()[0]
        options = {"worker": ["--pool=prefork", "--concurrency=1"], "beat": ["--max-interval=1"]}[what]
        command = [sys.executable, "-m", "celery", "-A", "weatherproj", what, "--loglevel=INFO", *options]
        # Sixty files are few: a claim is two of them, and a sweep comes each second.
        defaults = {"WEATHER_FAN_OUT": "10", "WEATHER_SWEEP_SECONDS": "1", "LOG_LEVEL": "INFO"}
        defaults |= {"WEATHER_SOURCE": self.folder, "WEATHER_ALLOWED_SOURCES": self.folder}
        places = {"DATABASE_URL": self.target.url, "REDIS_URL": self.redis, "TMPDIR": str(self.target.folder)}
        log = self.target.folder / f"{name}.log"
        with log.open("w") as out:
            process = Process(
                command,
                cwd=settings.BASE_DIR,
                env=os.environ | ENVIRONMENT | defaults | places | environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        process.log = log
        try:
            yield process
        finally:
            process.strike()

    def send(self, task, *arguments, times=1):
        """Queue a task so many times, as beat would."""
        with Celery(broker=self.redis, set_as_current=False) as app:
            for _ in range(times):
                app.send_task(
                    f"weather.tasks.{task}", arguments, queue="weather", headers={"asked": time.time()}
                )

    def struck(self):
        """Note that something has just been struck, or is back."""
        self.struck_at = time.monotonic()

    def ended(self):
        """Return what is wrong when every run has ended, which it must soon."""
        if not soon(lambda: set(self.statuses()) == {"succeeded"}, PATIENCE):
            return [f"runs: {self.statuses()}, {self.target.ask(left)} files left"]
        if self.struck_at:
            self.recovered.append(time.monotonic() - self.struck_at)
            self.struck_at = 0
        if not soon(lambda: not self.target.ask(anything_due), PATIENCE):
            return ["stations are due that nobody checks"]
        now, faults = self.target.ask(state)
        wrong = [f"not exact: {table}" for table in differing(now, self.expected)]
        return faults + wrong + self.target.ask(refused)

    def statuses(self):
        time.sleep(0.1)
        return self.target.ask(statuses)


class Process(subprocess.Popen):
    """A worker or a beat."""

    def said(self):
        return self.log.read_text()

    def is_ready(self):
        return " ready." in self.said() or "beat: Starting" in self.said()

    def strike(self, sent=signal.SIGKILL):
        """Send a signal to it, SIGKILL to all of its processes; return its exit code."""
        if self.poll() is None:
            (os.killpg if sent == signal.SIGKILL else os.kill)(self.pid, sent)
        return self.wait(PATIENCE)


@contextmanager
def site(server, folder):
    """Yield a Site on a database server; its files are written into a folder."""
    NEW.files(folder, FILES)
    with archive(server) as target, valkey() as redis:
        target.ingest([str(folder)])
        yield Site(target, redis, str(folder), target.ask(checked))


def checked():
    """Check what came; return what the archive says then."""
    check()
    return content()


def statuses():
    return list(IngestRun.objects.order_by("id").values_list("status", flat=True))


def refused():
    return list(SourceFile.objects.exclude(reason="").values_list("reason", flat=True))


def left():
    return Work.objects.count()


def fresh(site):
    """Make a site as it was when it was new."""
    site.target.ask(forget)
    Redis.from_url(site.redis).flushall()


def forget():
    empty()
    PeriodicTask.objects.all().delete()
