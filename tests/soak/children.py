"""Processes to be struck: forked where Django is loaded already, each with an archive of its own choice."""

import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
from multiprocessing import connection
from pathlib import Path

import environ
from django.core.management import execute_from_command_line
from django.db import DEFAULT_DB_ALIAS, connections

from weatherproj.databases import database_settings
from weatherproj.settings import BASE_DIR

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.soak.warm"])

one_at_a_time = threading.Lock()
"""Held where the end of a process is noticed, as starting another does, too: only once can it be told how."""

stopped = threading.Event()
"""Once set, nothing is started any more."""

PATIENCE = 10
"""Seconds within which what should happen soon has happened."""


def forked(target, *args):
    process = FORK.Process(target=target, args=args)
    with one_at_a_time:
        process.start()
    return process


def wait(process, seconds=None):
    """Wait for the end of a process; return its exit code, minus the signal if by one, None if it lives."""
    connection.wait([process.sentinel], seconds)
    with one_at_a_time:
        return process.exitcode


def ask(url, function, *args):
    """Return function(*args) as a process of its own reckons it, whose database is the one at a URL."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = forked(answer, sender, url, function, args)
    sender.close()
    try:
        result, error = receiver.recv()
    except EOFError:
        result, error = None, "it ended without a word"
    wait(process)
    if error:
        raise RuntimeError(f"{function}: {error}")
    return result


def answer(sender, url, function, args):
    use(url)
    try:
        sender.send((function(*args), None))
    except Exception:
        sender.send((None, traceback.format_exc()))
    connections.close_all()


def use(url):
    """Make the database at a URL that of this process, and it an ordinary one, not the server's child."""
    multiprocessing.set_start_method("fork", force=True)
    if hasattr(connections._connections, DEFAULT_DB_ALIAS):
        del connections[DEFAULT_DB_ALIAS]
    mine = {DEFAULT_DB_ALIAS: database_settings(environ.Env.db_url_config(url), BASE_DIR)}
    connections.settings = connections.configure_settings(mine)


def start(url, arguments, log, watch=None):
    """Start `manage.py ingest_weather --no-check` on the database at a URL; return the process.

    What it says goes into a file. `watch` is called in it first, and may set points to be struck at.
    """
    if stopped.is_set():
        raise RuntimeError("stopped")
    return forked(ingest, url, arguments, log, watch)


def ingest(url, arguments, log, watch):
    os.setsid()  # by this session all that belongs to the process is found
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    tempfile.tempdir = str(Path(log).parent)  # what a killed process leaves there goes with the rest
    use(url)
    if watch:
        watch()
    execute_from_command_line(["manage.py", "ingest_weather", "--no-check", *map(str, arguments)])


def soon(is_so, within=PATIENCE):
    """Say whether something becomes so within some seconds."""
    give_up = time.monotonic() + within
    while not is_so():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True
