"""Ended at random moments. The trials return {moment: what is wrong}: nothing where the promises hold."""

import os
import random
import signal
import time
from contextlib import suppress
from functools import partial

from tests.soak.archives import archive, empty
from tests.soak.children import wait
from tests.soak.contents import content
from tests.soak.verdicts import Expected, aftermath


def end_at_random(server, sources, owner, sent, times):
    """End an ingest into an empty archive at random moments, spread over the time that it takes.

    `owner` is {station id: URI of its file}.
    """
    with archive(server) as target:
        duration, new = undisturbed(target, sources)
        moments = [(n + random.random()) / times * duration for n in range(times)]
        expected = Expected({}, new, owner)
        return {f"{moment:.4f} s": end_at(target, sources, expected, sent, moment) for moment in moments}


def undisturbed(target, sources):
    """Return how long an ingest takes, in seconds, and what the archive says after it."""
    began = time.monotonic()
    wait(target.start(sources))
    return time.monotonic() - began, target.ask(content)


def end_at(target, sources, expected, sent, moment):
    """End an ingest into an empty archive by a signal at a moment, in seconds; return what is wrong then."""
    process = started(target, sources, moment)
    with suppress(ProcessLookupError):  # it has just come to its end
        os.kill(process.pid, sent)
    if sent == signal.SIGKILL and wait(process) == 0:  # the end came first
        return end_at(target, sources, expected, sent, moment * 0.95)
    wrong = target.end(process, sent)
    judge = partial(aftermath, abandoned=sent == signal.SIGKILL)
    return wrong + target.ask(judge, expected, [], sources)


def started(target, sources, moment):
    """Return an ingest that has run until a moment; sooner, where it would have ended by then."""
    while True:
        target.ask(empty)
        process = target.start(sources)
        if wait(process, moment) is None:
            return process
        moment *= 0.95
