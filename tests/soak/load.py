"""Readers in a process of their own: so many requests a second, however long the answers take."""

import http.client
import itertools
import multiprocessing
import random
import threading
import time
from contextlib import contextmanager
from typing import NamedTuple

from tests.soak.questions import Seen

READERS = 16
TIMEOUT = 20
"""Seconds that an answer may take."""


class Answer(NamedTuple):
    due: float
    """When it was to be asked: what an answer takes counts from here, so a stall is seen by all behind it."""
    took: float
    status: int
    """0: the connection broke, also when it was asked once more."""
    wrong: str
    path: str


@contextmanager
def readers(port, questions, rate):
    """Have questions asked at a rate for the length of a `with`; yield a list that has the Answers after it,
    and then, as the last item, the share of a processor that the readers took."""
    context = multiprocessing.get_context("spawn")
    stop, (receiver, sender) = context.Event(), context.Pipe(duplex=False)
    process = context.Process(target=read, args=(port, questions, rate, stop, sender), daemon=True)
    process.start()
    answers = []
    try:
        yield answers
    finally:
        stop.set()
        answers.extend(map(Answer._make, receiver.recv()))
        answers.append(receiver.recv())
        process.join()


def read(port, questions, rate, stop, sender):
    turns, began = itertools.count(), time.time()
    lock, seen = threading.Lock(), Seen()
    answers = []

    def one_reader():
        reader = Reader(port, seen)
        while not stop.is_set():
            with lock:
                due = began + next(turns) / rate
            time.sleep(max(0, due - time.time()))
            answers.append(tuple(reader.ask(random.choice(questions), due)))

    threads = [threading.Thread(target=one_reader, daemon=True) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.send(answers)
    sender.send(time.process_time() / (time.time() - began))


class Reader:
    """A client that keeps its connection, and asks once more where that turns out to be lost."""

    def __init__(self, port, seen):
        self.seen = seen
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def ask(self, question, due):
        before = self.seen.newest(question)
        for _ in range(2):
            try:
                self.connection.request("GET", question.path)
                with self.connection.getresponse() as response:
                    status, body = response.status, response.read()
                break
            except (OSError, http.client.HTTPException):
                self.connection.close()
                status, body = 0, b""
        wrong = self.seen.wrong(question, body, before) if status == 200 else ""
        return Answer(due, time.time() - due, status, wrong, question.path)
