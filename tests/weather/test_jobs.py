import os
import signal
import threading
import time
from collections import Counter
from contextlib import closing
from functools import partial

import pytest

from weather.jobs import Shared, at_once, can_fork, each, made_ahead, one_ahead

FILES = list(range(20))


def one_by_one(readings):
    return ([reading] for reading in readings)


def double(number):
    return 2 * number, os.getpid()


def ahead(read):
    return made_ahead(one_by_one(map(read, FILES)))


def test_files_are_read_in_order_by_another_process():
    readings = [reading for [reading] in ahead(double)]
    assert [number for number, _ in readings] == [2 * file for file in FILES]
    assert os.getpid() not in {process for _, process in readings}


def test_reader_is_only_a_chunk_ahead(tmp_path):
    def read(file):
        (tmp_path / str(file)).touch()
        return b"x" * 1_000_000

    readings = ahead(read)
    next(readings)
    time.sleep(0.3)
    assert len(list(tmp_path.iterdir())) <= 3
    readings.close()


def test_reader_ends_when_nobody_asks_any_more():
    readings = ahead(lambda file: (os.getpid(), b"x" * 1_000_000))
    [(process, _)] = next(readings)
    readings.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_death_of_the_reader_is_told():
    def die(file):
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(RuntimeError, match="the process that reads the files died with -9"):
        list(ahead(die))


def test_process_with_threads_is_not_forked():
    assert can_fork()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not can_fork()
        assert {process for _, process in each(FILES, double, one_by_one, lambda chunk: chunk[0], 1)} == {
            os.getpid()
        }
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_file_is_entered_once(jobs):
    assert sorted(each(FILES, partial(pow, 2), one_by_one, sum, jobs)) == [2**n for n in FILES]


def test_error_in_a_thread_ends_them_all():
    entered = []

    def enter(number):
        entered.append(number)
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"):
        list(at_once((number for number in range(1000)), enter, 2))
    assert len(entered) < 1000


def test_next_item_is_made_by_a_thread_while_one_is_used():
    made = Counter()

    def items():
        for number in range(3):
            made[threading.current_thread()] += 1
            yield number

    with closing(one_ahead(items())) as several:
        assert next(several) == 0
    assert (made.pop(threading.current_thread(), 0), *made.values()) == (0, 2)
    assert list(one_ahead(items())) == [0, 1, 2]


def test_error_of_an_item_made_ahead_comes_in_its_place():
    several = one_ahead(1 // (1 - number) for number in range(2))
    assert next(several) == 1
    with pytest.raises(ZeroDivisionError):
        next(several)


def test_those_who_stop_do_not_wait_for_one_who_reads():
    reads, go_on = threading.Event(), threading.Event()

    def items():
        yield 1
        reads.set()
        go_on.wait()
        yield 2

    shared, taken = Shared(items()), []
    thread = threading.Thread(target=lambda: taken.extend(shared))
    thread.start()
    reads.wait()
    shared.stop()
    go_on.set()
    thread.join()
    assert taken == [1, 2]
    assert list(shared) == []
