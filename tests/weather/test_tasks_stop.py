"""A run that is asked to stop ends at its next file, whether queued or of the command."""

import pytest

from tests.weather.conftest import never
from weather import ingest, ledger, work
from weather.models import IngestRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]


def test_run_that_is_to_stop_ends_at_the_next_file(folder, monkeypatch):
    monkeypatch.setattr(ingest, "every_second", lambda asked: asked)
    run = work.begin([str(folder)])
    work.listed_now(run)
    asked = iter([False, True])
    monkeypatch.setattr(IngestRun, "stop_asked", lambda self: next(asked))
    IngestRun.objects.update(stop=True)
    assert work.work_on(run.pk, never) == "interrupted"
    run.refresh_from_db()
    assert (run.source_files.count(), run.work.count()) == (1, 0)
    assert (run.error, run.skipped) == ("stopped; what is missing, the next run takes", 0)


def test_command_ends_at_the_next_file_when_asked(folder, monkeypatch):
    monkeypatch.setattr(ingest, "every_second", lambda asked: asked)
    with pytest.raises(ledger.Stopped):
        ingest.ingest([str(folder)], progress=lambda *_: IngestRun.objects.update(stop=True))
    run = IngestRun.objects.get()
    assert (run.status, run.source_files.count()) == ("interrupted", 1)
    assert run.error == "stopped; what is finished is in, the next run takes the rest"


def test_database_is_asked_about_the_stop_once_a_second(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(ingest, "time", clock)
    asked = []
    ask = ingest.every_second(lambda: asked.append(clock.now) or True)
    answers = []
    for clock.now in (0.1, 0.9, 1.0, 1.5, 2.5):
        answers.append(ask())
    assert (answers, asked) == ([False, False, True, False, True], [1.0, 2.5])
