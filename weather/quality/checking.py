"""The checks on the stations of the archive: those whose observations changed, or those asked for.

A station's own series comes first, then what needs its neighbours, each for a few stations in one
transaction that also remakes what is derived from accepted values. Two marks of a station say what is due;
they are set and taken away in the transactions that make it so. Nothing is forgotten by a crash, and several
may work at once. What comes out depends on what the archive holds, not on the order in which it came.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from django.db import OperationalError, transaction
from django.db.models import Q

from weather.doorbell import ring_to_check
from weather.entry import take_time
from weather.ingest import ATTEMPTS, is_deadlock
from weather.locks import try_lock
from weather.merge import MOST_DATES
from weather.models import ELEMENTS, Archive, Observation, Station
from weather.quality.checks import LATE, checked, late_checks, own_checks
from weather.quality.counts import keep_counts
from weather.quality.neighbours import Surroundings
from weather.series import load
from weather.signals import letters_changed

log = logging.getLogger(__name__)

BATCH = 8
"""Stations checked in one transaction, which holds them: half a second."""

LOCK = 0
"""The number of the lock that a worker holds while it checks. Others are those of weather.work."""

SLICE = 600
"""Seconds after which a worker that has more to check goes to the end of the queue."""


@dataclass(slots=True)
class Checked:
    """What was done: how many stations, and by letter how many values got it and lost it."""

    stations: set = field(default_factory=set)
    given: Counter = field(default_factory=Counter)
    taken: Counter = field(default_factory=Counter)
    seconds: float = 0.0
    left: int = 0
    """How many stations are due, where it was stopped."""

    def told(self):
        """Say it in a line."""
        given, taken = (
            ", ".join(f"{n:,} {letter}" for letter, n in sorted(letters.items())) or "none"
            for letters in (self.given, self.taken)
        )
        left = f"; stopped, {self.left:,} stations left" if self.left else ""
        stations = f"{len(self.stations):,} stations checked"
        return f"{stations}, letters set: {given}; taken away: {taken}, in {self.seconds:.1f} s{left}"


def check(stations=None, *, spatial=True, stopping=lambda: False, progress=None):
    """Check stations, a queryset (None: all that are due); return what was Checked.

    Without `spatial` what needs neighbours stays due. After every transaction `stopping()` is asked and
    `progress(stations, of)` called.
    """
    done, begun = Checked(), time.monotonic()
    if stations is None and not anything_due():
        return done
    surroundings = Surroundings()
    asked = None if stations is None else set(stations.filter(observed=True).values_list("pk", flat=True))
    for stage, mark in ((check_own, "check_due"), (check_late, "spatial_due"))[: 1 + spatial]:
        keys = in_order(mark, asked)
        for start in range(0, len(keys), BATCH):
            if stopping():
                done.left = len(keys) - start
                break
            batch = keys[start : start + BATCH]
            attempt(stage, batch, surroundings, asked or (), done)
            if progress:
                progress(start + len(batch), len(keys))
    done.seconds = time.monotonic() - begun
    log.info("quality: %s", done.told())
    return done


def check_in_turn(stopping):
    """Check what is due, a worker's turn of it, unless another one does; say what was done."""
    until = time.monotonic() + SLICE
    with try_lock(LOCK) as free:
        if not free:
            return "another worker is at it"
        done = check(stopping=lambda: stopping() or time.monotonic() >= until)
    if done.left:
        ring_to_check()
    return done.told()


def anything_due():
    """Say whether any station is due."""
    return Station.objects.filter(Q(check_due=True) | Q(spatial_due=True), observed=True).exists()


def in_order(mark, asked):
    """Return the keys of the stations that are due, or of those asked for, in the order of their ids."""
    stations = Station.objects.filter(observed=True).order_by("station_id").values_list("pk", mark)
    if asked is None:
        return [key for key, _ in stations.filter(**{mark: True})]
    return [key for key, marked in stations if key in asked or (marked and mark == "spatial_due")]


def attempt(stage, batch, surroundings, asked, done):
    """Check a batch of stations, again if the database ended the transaction to break a deadlock."""
    for left in reversed(range(ATTEMPTS)):
        try:
            with transaction.atomic():
                take_time()
                work = stage(batch, surroundings, asked)
                generation = work.close()
        except OperationalError as error:
            if not left or not is_deadlock(error):
                raise
            continue
        surroundings.renew(ours=generation)
        done.stations.update(work.stations)
        done.given.update(work.given)
        done.taken.update(work.taken)
        return


def locked(keys):
    """Lock stations, in the order of their ids as the ingest does; return {primary key: Station}."""
    stations = Station.objects.filter(pk__in=keys).order_by("station_id").select_for_update()
    return {station.pk: station for station in stations}


def check_own(batch, surroundings, asked):
    """Check stations by themselves; if anything changed, they and their neighbours are to be compared."""
    near = {key: surroundings.near(key) for key in batch}
    stations, work = locked({*batch, *chain.from_iterable(near.values())}), Work()
    todo = [stations[key] for key in batch if key in asked or stations[key].check_due]
    for station in todo:
        if series := work.begin(station):
            checks = own_checks(fahrenheit=station.country == "US")
            letters = checked(series, np.zeros_like(series.flags), checks)
            now = own_letters(series)
            work.keep(station, series, np.where(letters == 0, np.where(late(now), now, 0), letters))
    anew = [station.pk for station in todo if station.check_due or station.pk in work.changed]
    compared = {*anew, *chain.from_iterable(near[key] for key in anew)}
    mark(stations, compared, spatial_due=True)
    mark(stations, [station.pk for station in todo], check_due=False)
    return work


def check_late(batch, surroundings, asked):
    """Compare stations with their neighbours."""
    stations, work = locked(batch), Work()
    surroundings.renew()
    todo = [stations[key] for key in batch if key in asked or stations[key].spatial_due]
    for station in todo:
        if series := work.begin(station):
            now = own_letters(series)
            checks = late_checks(surroundings.neighbours(station.pk, series))
            work.keep(station, series, checked(series, np.where(late(now), 0, now), checks))
    mark(stations, [station.pk for station in todo], spatial_due=False)
    return work


def own_letters(series):
    """Return the letters that are not the source's."""
    return np.where(series.source == 0, series.flags, 0)


def late(letters):
    return np.isin(letters, list(LATE))


def mark(stations, keys, **marks):
    """Set a mark of those stations that have it otherwise."""
    [(name, value)] = marks.items()
    others = [key for key in keys if key in stations and getattr(stations[key], name) != value]
    if others:
        Station.objects.filter(pk__in=others).update(**marks)


class Work:
    """What one transaction finds and writes."""

    def __init__(self):
        self.stations, self.changed, self.years = [], set(), set()
        self.given, self.taken, self.counted = Counter(), Counter(), False

    def begin(self, station):
        """Return the Series of a station, None without observations."""
        self.stations.append(station.pk)
        series = load(station.pk)
        if series is None:
            self.counted |= keep_counts(station.pk, None, None)
        return series

    def keep(self, station, series, letters):
        """Write the letters of a station that are not there yet, and count them."""
        now = own_letters(series)
        differs = now != letters
        if differs.any():
            self.changed.add(station.pk)
            self.years.update(series.days[differs.any(axis=0)].astype("M8[Y]").astype(int) + 1970)
            self.given += tally(letters[differs])
            self.taken += tally(now[differs])
            write(station.pk, series.days, letters, differs)
        self.counted |= keep_counts(station.pk, series, letters)

    def close(self):
        """Let what is derived follow; return the archive's new generation, None if nothing changed."""
        if self.changed:
            years = {"first_year": int(min(self.years)), "last_year": int(max(self.years))}
            letters_changed.send(Station, stations=sorted(self.changed), **years)
        return Archive.advance() if self.changed or self.counted else None


def tally(letters):
    codes, counts = np.unique(letters[letters > 0], return_counts=True)
    return Counter({chr(code): int(count) for code, count in zip(codes, counts, strict=True)})


def write(station, days, letters, differs):
    """Give values of a station other letters, or take them away: a statement for each element and letter."""
    observations = Observation.objects.filter(station=station)
    for element, of_element, changed in zip(ELEMENTS, letters, differs, strict=True):
        for code in np.unique(of_element[changed]):
            dates = days[changed & (of_element == code)].astype(object)
            for start in range(0, len(dates), MOST_DATES):
                some = observations.filter(date__in=dates[start : start + MOST_DATES])
                some.update(**{f"{element}_check": chr(code) if code else None})
