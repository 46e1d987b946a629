"""Chunks of files one after the other, or several at once; another process reads ahead."""

import ctypes
import fcntl
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import copy_context
from queue import SimpleQueue

from django.db import connection

MOST_JOBS = 4
"""Chunks of files entered at once where the machine has as many processors; --jobs can say more."""

PATIENCE = 8
"""Seconds that what is being entered gets to finish when the run ends before its time. Whatever takes longer
ends with the process: the database takes its transaction back."""

PIPE = 1 << 20
"""Bytes the pipe holds. With Linux's usual 64 KB both processes wait for one another all through a file."""

FEW = 4
"""So few files are not worth a process."""


def possible_jobs(wanted):
    """Return how many files are entered at once: SQLite has one writer, a transaction one connection.

    MySQL can, but gains nothing from it.
    """
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        return 1
    several = min(MOST_JOBS, os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    return wanted or several


def each(files, read, gather, enter, jobs):
    """Yield enter(chunk) for all chunks that `gather` makes of read(file) for all files, as they are done.

    Neither `read` nor `gather` touches a database. Closing, or an error, ends what runs after the chunk it is
    at.
    """
    chunks = gather(read(file) for file in files)
    if len(files) > FEW and can_fork():
        chunks = made_ahead(chunks)
    with closing(chunks):
        yield from map(enter, chunks) if jobs == 1 else at_once(chunks, enter, jobs)


def can_fork():
    """Say whether a process may be forked: not on macOS, nor beside threads, nor by a daemon's child."""
    alone = threading.active_count() == 1 and not multiprocessing.current_process().daemon
    return sys.platform == "linux" and alone


def made_ahead(chunks):
    """Return an iterator of chunks that another process makes while this one enters others.

    It is ahead by what the pipe holds and one chunk more.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with suppress(OSError):  # more than a user may have: then it goes piece by piece
        fcntl.fcntl(sender.fileno(), fcntl.F_SETPIPE_SZ, PIPE)
    fork = multiprocessing.get_context("fork")
    reader = fork.Process(target=send_all, args=(chunks, receiver, sender), daemon=True)
    reader.start()
    sender.close()
    return receive_all(receiver, reader)


def receive_all(receiver, reader):
    try:
        while chunk := receiver.recv():
            yield chunk
    except EOFError:
        reader.join()
        raise RuntimeError(f"the process that reads the files died with {reader.exitcode}") from None
    finally:
        receiver.close()
        reader.terminate()  # it may be in the middle of a download that nobody waits for any more
        reader.join()


def send_all(chunks, receiver, sender):
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that temporary files go
    receiver.close()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for chunk in chunks:
            sender.send(chunk)
        sender.send(None)


def end_with_parent():
    """Be killed when the parent dies: as long as this process lives, its copies of the parent's connections
    and locks are open, and the database takes the parent for alive."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def one_ahead(items):
    """Yield items; a thread makes the next one while one is used."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item


def at_once(chunks, enter, jobs):
    """Yield enter(chunk) for all chunks, by as many threads as jobs, each with a connection of its own.

    Threads are enough: the database works while they wait for it.
    """
    todo, done = Shared(chunks), SimpleQueue()
    work = (work_off, todo, enter, done)
    # Each with its own copy of the context: what it logs is of this run.
    threads = [threading.Thread(target=copy_context().run, args=work, daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    try:
        while jobs:
            result = done.get()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                jobs -= 1
            else:
                yield result
    finally:
        todo.stop()
        patience = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0, patience - time.monotonic()))


def work_off(todo, work, done):
    """Put the result of work for each of what is left to do, or the error that ended it, and at last None."""
    try:
        for item in todo:
            done.put(work(item))
    except BaseException as error:
        done.put(error)
    finally:
        connection.close()
        done.put(None)


class Shared:
    """An iterator for several threads, that any of them can end."""

    def __init__(self, items):
        self.items, self.lock, self.stopped = iter(items), threading.Lock(), False

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            if self.stopped:
                raise StopIteration
            return next(self.items)

    def stop(self):
        self.stopped = True  # without the lock: somebody may hold it for the length of a download
