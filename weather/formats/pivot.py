"""From elements to days. What the lines of a file say waits as records, on disk where they are many; rows are
made of the records of a batch of stations at once, which bounds the memory of a file of any size."""

import tempfile
from functools import cache
from itertools import pairwise

import numpy as np

from weather.formats import ELEMENTS, FLAGS, HIGHEST, MISSING
from weather.formats.element_lines import OTHER
from weather.formats.fields import iso

RECORD = np.dtype(
    [
        ("station", "<u4"),
        ("date", "<u4"),
        ("line", "<u4"),
        ("value", "<i2"),
        ("element", "u1"),
        ("flag", "u1"),
    ]
)
"""A value that a line says. `station` is a place among ids, `line` the number of the line."""

IN_MEMORY = 8 << 20
"""Bytes that need no file."""
BATCH = 500_000
"""Records of which rows are made at once."""
BATCH_STATIONS = 1 << 16
"""Stations of which rows are made at once: their places fit 16 bits, which are sorted in no time."""
READ = 1 << 20
"""Records read at once."""

NONE = int(MISSING)


class Told:
    """What lines say of our elements: records in the order of the lines, which wait in a file."""

    def __init__(self, spool):
        self.spool, self.file = spool, temporary_file(spool)
        self.places, self.counts, self.left_out = {}, np.zeros(0, np.int64), 0
        """{station's id: its place in the order in which they came}, their numbers of records, and how many
        lines say another element."""

    def close(self):
        self.file.close()

    def add(self, said):
        """Add Columns."""
        ours = said.elements != OTHER
        kept = np.flatnonzero(ours & (said.values != NONE))
        records = np.empty(len(kept), RECORD)
        mine = np.array([self.places.setdefault(station_id, len(self.places)) for station_id in said.ids])
        every = (mine[said.stations], said.dates, said.lines, said.values, said.elements, said.flags)
        for name, column in zip(RECORD.names, every, strict=True):
            records[name] = column[kept]
        self.file.write(records.view(np.uint8))
        self.left_out += len(ours) - np.count_nonzero(ours)
        counts = np.bincount(records["station"], minlength=len(self.places))
        counts[: len(self.counts)] += self.counts
        self.counts = counts

    def batches(self):
        """Yield (ids, records) of batches of stations in the order of their ids: `station` is now a place
        among these."""
        ids = sorted(self.places)
        places = np.array([self.places[station_id] for station_id in ids], np.int64)
        ranks, part_of = np.argsort(places), np.zeros(len(places), np.uint16)
        parts = list(spans(self.counts[places]))
        for number, (first, last) in enumerate(parts):
            part_of[places[first:last]] = number
        for number, (first, last) in enumerate(parts):
            if number == 1:  # sorted while somebody uses what the first part says
                self.regroup(part_of)
            records = self.read(self.counts[places[first:last]].sum()) if number else self.first(part_of)
            records["station"] = ranks[records["station"]] - first
            yield ids[first:last], records

    def first(self, part_of):
        """Return the records of the first part of the stations; `part_of` has the part of each."""
        return np.concatenate([records[part_of[records["station"]] == 0] for records in self.pieces()])

    def regroup(self, part_of):
        """Put the records of each part behind those of the part before, those of the first nowhere."""
        sizes = np.bincount(part_of, self.counts).astype(np.int64)
        begins = np.cumsum(sizes) - sizes - sizes[0]
        target = temporary_file(self.spool)
        for records in self.pieces():
            parts = part_of[records["station"]]
            records = records[np.argsort(parts, kind="stable")]
            counts = np.bincount(parts, minlength=len(sizes))
            for number, piece in enumerate(np.split(records, np.cumsum(counts)[:-1])):
                if number:
                    target.seek(begins[number] * RECORD.itemsize)
                    target.write(piece.view(np.uint8))
            begins += counts
        self.file.close()
        self.file = target
        self.file.seek(0)

    def pieces(self):
        """Yield all records, many at once."""
        self.file.seek(0)
        while len(records := self.read(READ)):
            yield records

    def read(self, records):
        """Return the next records of the file."""
        found = np.empty(records, RECORD)
        return found[: self.file.readinto(found.view(np.uint8)) // RECORD.itemsize]


def temporary_file(spool):
    """Return a file in the folder `spool`, in memory as long as it is small. It goes when it is closed."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY, dir=spool)


def spans(counts):
    """Yield (first, behind the last) place of batches of stations with so many records."""
    first = records = 0
    for place, count in enumerate(counts.tolist()):
        if first < place and (records + count > BATCH or place - first == BATCH_STATIONS):
            yield first, place
            first, records = place, 0
        records += count
    if records:
        yield first, len(counts)


class Days:
    """The days of which records speak."""

    def __init__(self, records):
        self.records = records = in_order(records)
        new = changes(records["station"], records["date"])
        self.of_record = np.cumsum(new) - 1
        self.stations, self.dates = records["station"][new], records["date"][new]
        place = self.of_record, records["element"]
        self.values = np.full((len(self.dates), len(ELEMENTS)), NONE, np.int32)
        self.values[place] = records["value"]
        self.flags = np.zeros_like(self.values, np.uint8)
        self.flags[place] = records["flag"]

    def once(self):
        """Say whether no element of a day is said twice."""
        return np.count_nonzero(self.values != NONE) == len(self.records)

    def several_times(self):
        """Return (line, station, day, element, value, flag) of such months of a station in which an element
        of a day is said several times, in order of month and line."""
        records = self.records
        cells = self.of_record * len(ELEMENTS) + records["element"]
        months = records["station"] * np.int64(1_000_000) + records["date"] // 100
        several = np.isin(months, months[np.bincount(cells)[cells] > 1])
        records, months = records[several], months[several]
        records = records[np.lexsort((records["element"], records["date"], records["line"], months))]
        names = ("line", "station", "date", "element", "value", "flag")
        rows = zip(*(records[name].tolist() for name in names), strict=True)
        return [(*when, ELEMENTS[element], value, flag) for *when, element, value, flag in rows]

    def series(self):
        """Yield (place of a station, text, rows, first and last day, whether it is bare) as in
        weather.formats.Series."""
        rows, columns = self.rows(), list(self.flags.T)
        starts = np.flatnonzero(changes(self.stations)).tolist()
        for first, end in pairwise((*starts, len(self.stations))):
            some, bare = rows[first:end], not self.flags[first:end].any()
            text = some.tobytes() if bare else flagged(some, [flags[first:end] for flags in columns])
            days = (iso(f"{self.dates[place]:08}") for place in (first, end - 1))
            yield self.stations[first], text, end - first, *days, bare

    def rows(self):
        """Return the rows without flags, as columns of text."""
        rows = np.empty(len(self.dates), row(ELEMENTS))
        years, months_and_days = np.divmod(self.dates, 10_000)
        rows["year"], rows["month_and_day"] = four_digits()[years], four_digits()[months_and_days]
        for element, values in zip(ELEMENTS, self.values.T, strict=True):
            rows[f"before_{element}"], rows[element] = b"\t", values_as_text()[values - NONE]
        rows["end"] = b"\n"
        return rows


@cache
def row(names):
    """Return the type of a row as weather.formats has it, its fields padded on the left."""
    fields = [part for name in names for part in ((f"before_{name}", "S1"), (name, "S5"))]
    return np.dtype([("year", "S4"), ("month_and_day", "S4"), *fields, ("end", "S1")])


def flagged(days, flags):
    """Return the text of rows with the codes of their flags, three arrays."""
    rows = np.empty(len(days), row(ELEMENTS + FLAGS))
    for name in days.dtype.names:
        rows[name] = days[name]
    for name, codes in zip(FLAGS, flags, strict=True):
        rows[f"before_{name}"], rows[name] = b"\t", flags_as_text()[codes]
    return rows.tobytes().replace(b" ", b"")  # a letter may have no padding


def in_order(records):
    """Return records by station and day, those of a day as they came."""
    dates, keys = records["date"], [records["station"]]
    if (dates[1:] < dates[:-1]).any():  # as files by year have no days
        keys = [dates & 0xFFFF, dates >> 16, *keys]
    return records[np.lexsort([key.astype(np.uint16) for key in keys])]


def changes(*columns):
    """Say for each row of columns whether it differs from the row before."""
    new = np.zeros(len(columns[0]), bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new


@cache
def four_digits():
    return np.array([b"%04d" % number for number in range(10_000)])


@cache
def values_as_text():
    return np.array([b"%5d" % value for value in range(NONE, HIGHEST + 1)])


@cache
def flags_as_text():
    return np.array([MISSING, *(b"%5c" % code for code in range(1, 128))])
