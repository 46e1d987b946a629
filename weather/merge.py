"""What a file says, compared with what the archive has: what is new, what is corrected, what is gone."""

from dataclasses import dataclass, field
from datetime import date

from weather.formats import ELEMENTS, FLAGS
from weather.models import Observation, Revision
from weather.store import database, insert

FIELDS = ("date", *ELEMENTS, *FLAGS)
DAY_FIELDS = FIELDS[:4]

REVISION = (
    *("station_id", "date", "element", "old_value", "new_value", "old_flag", "new_flag"),
    *("old_source_file_id", "source_file_id"),
)
"""The columns of weather_revisions: without the ORM a tenth of the time for corrections in every month."""

MOST_DATES = 5000
"""Dates named in one statement: every database has a limit of parameters."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one must know of a file to compare what it says with what is there."""

    by_element: bool
    """As weather.formats.Parsed.by_element."""
    earlier: frozenset = frozenset()
    """The primary keys of the SourceFiles that are earlier readings of this file."""
    spans: dict = field(default_factory=dict)
    """{station's primary key: (first, last)}, ISO days, of what they changed."""
    prune: bool = False
    """Whether values that the file had, and has no more, are withdrawn."""

    @property
    def fields(self):
        return FIELDS if self.by_element else DAY_FIELDS


@dataclass(frozen=True, slots=True)
class Correction:
    """A day that becomes another one; old and new are (tmax, tmin, prcp, and their flags)."""

    day: date
    old: tuple
    new: tuple
    old_source_file_id: int
    said: bool
    """Whether the file speaks of the day."""


@dataclass(slots=True)
class Merge:
    """What merging the rows of one station would do, or did. `insert` is packed."""

    station: int | None
    insert: bytes
    inserted: int
    bare: bool = False
    """As weather.formats.Series.bare, of `insert`."""
    unchanged: int = 0
    corrections: list = field(default_factory=list)
    disappeared: int = 0
    withdrawn: int = 0
    days: tuple | None = None
    """The first and last day touched, ISO, if any."""

    @property
    def updated(self):
        return sum(correction.said for correction in self.corrections)


def compare(batch):
    """Return a Merge for each (station's primary key or None, Series, Comparison). Nothing is written.

    No station is in a batch twice, and the Comparisons are of files in one format.
    """
    present = rows_present(batch)
    return [compare_one(key, series, present.get(key), comparison) for key, series, comparison in batch]


def rows_present(batch):
    """Return {station's primary key: rows} of the stations in a batch, for the days that matter."""
    batch = [(key, series, comparison) for key, series, comparison in batch if key]
    if not batch:
        return {}
    spans = [(series.first, series.last) for _, series, _ in batch if series.rows]
    spans += [comparison.spans[key] for key, _, comparison in batch if key in comparison.spans]
    firsts, lasts = zip(*spans, strict=True)
    return database().present([key for key, _, _ in batch], min(firsts), max(lasts), batch[0][2].fields)


def compare_one(key, series, present, comparison):
    if not present:
        days = (series.first, series.last) if series.rows else None
        return Merge(key, series.text, series.rows, series.bare, days=days)
    form = database()
    rows, there = set(rows_said(series, comparison)), set(present)
    differing, lost = rows - there, {form.date(row) for row in there - rows}
    new = sorted(row for row in differing if form.date(row) not in lost)
    said = {form.date(row): form.said(row) for row in differing if form.date(row) in lost}
    if comparison.earlier:
        said = dict.fromkeys(lost) | said  # and nothing is said of a day that is there and not in the file
    merge = Merge(key, form.join(new), len(new))
    correct(merge, {form.day(day): what for day, what in said.items()}, comparison)
    merge.unchanged = series.rows - merge.inserted - merge.updated
    touched = [*(form.day(form.date(row)) for row in new), *(c.day for c in merge.corrections)]
    merge.days = (min(touched).isoformat(), max(touched).isoformat()) if touched else None
    return merge


def rows_said(series, comparison):
    """Return the rows of a Series, with flags if its format carries them."""
    if not series.bare:
        return database().rows(series.text, len(comparison.fields))
    return database().with_no_flags(database().rows(series.text, len(DAY_FIELDS)))


def correct(merge, said, comparison):
    """Add to a Merge what becomes of days that are there, from {day: what is said of it now, or None}."""
    days = list(said)
    for i in range(0, len(days), MOST_DATES):
        there = Observation.objects.filter(station=merge.station, date__in=days[i : i + MOST_DATES])
        rows = list(there.values_list(*FIELDS, "source_file_id"))
        gone_from = values_gone(merge.station, rows, said, comparison) if comparison.earlier else {}
        for day, *old, old_file in rows:
            gone = gone_from.get(day, ())
            merge.disappeared += len(gone)
            withdrawn = gone if comparison.prune else ()
            merge.withdrawn += len(withdrawn)
            new = becomes(old, said[day], comparison, withdrawn)
            if new != tuple(old):
                merge.corrections.append(Correction(day, tuple(old), new, old_file, said[day] is not None))


def values_gone(station, rows, said, comparison):
    """Return {day: indexes of the elements that the file gave, and of which it says nothing any more}."""
    gone = {day: missing_now(old, said[day], comparison) for day, *old, _ in rows}
    gone = {day: places for day, places in gone.items() if places}
    first, later = givers(station, list(gone))
    files = {day: first.get(day, file) for day, *_, file in rows}
    return {
        day: [i for i in places if later.get((day, ELEMENTS[i]), files[day]) in comparison.earlier]
        for day, places in gone.items()
    }


def givers(station, days):
    """Return what revisions know of the files that gave values: {day: the file that gave it its first ones}
    and {(day, element): the file that said its value last}. Of other days the row itself names the file."""
    first, later = {}, {}
    revisions = Revision.objects.filter(station=station, date__in=days).order_by("id") if days else ()
    for revision in revisions:
        first.setdefault(revision.date, revision.old_source_file_id)
        later[revision.date, revision.element] = revision.source_file_id
    return first, later


def missing_now(old, said, comparison):
    """Return the indexes of the elements that are there and of which the file says nothing any more."""
    if said is not None and not comparison.by_element:
        return ()
    return [i for i in range(3) if old[i] is not None and (said is None or said[i] is None)]


def becomes(old, said, comparison, withdrawn):
    """Return the (values, flags) of a day after a file has said what it says of it."""
    values, flags = list(old[:3]), list(old[3:])
    for i in range(3):
        if i in withdrawn:
            values[i] = flags[i] = None
        elif said is None or (comparison.by_element and said[i] is None):
            continue
        elif comparison.by_element:
            values[i], flags[i] = said[i], said[i + 3]
        elif values[i] != said[i]:  # what came with flags from elsewhere keeps them as long as it is the same
            values[i], flags[i] = said[i], None
    return (*values, *flags)


def apply(merges, fields):
    """Write [(Merge, primary key of its SourceFile)], the new rows of which have these fields.

    Raise ValueError if the database counts otherwise than the Merges do.
    """
    corrected = [(merge, file) for merge, file in merges if merge.corrections]
    if corrected:
        correct_rows(corrected)
    expected = sum(merge.inserted for merge, _ in merges)
    inserted = insert_rows(merges, fields, bare=False) + insert_rows(merges, DAY_FIELDS, bare=True)
    if inserted != expected:
        raise ValueError(f"{expected} days are new, the database took {inserted}")


def insert_rows(merges, fields, bare):
    """Insert the new rows that are, or are not, without flags; return how many."""
    new = [
        (merge.station, file, merge.insert) for merge, file in merges if merge.inserted and merge.bare == bare
    ]
    return insert(new, fields)


def correct_rows(merges):
    """Put what is corrected in the place of what was, with revisions."""
    rows = [row for merge, file in merges for row in revisions(merge, file)]
    database().write("weather_revisions", REVISION, rows)
    expected, went = (
        sum(len(merge.corrections) for merge, _ in merges),
        sum(withdraw(merge) for merge, _ in merges),
    )
    came = insert([replacements(merge, file) for merge, file in merges], FIELDS)
    if not went == came == expected:
        raise ValueError(f"{expected} days are corrected: {went} went, {came} came in their place")


def revisions(merge, file):
    """Yield what a Merge corrects as rows of weather_revisions."""
    for correction in merge.corrections:
        old, new = correction.old, correction.new
        for i, element in enumerate(ELEMENTS):
            if (old[i], old[i + 3]) != (new[i], new[i + 3]):
                values = (old[i], new[i], old[i + 3], new[i + 3])
                day = correction.day.isoformat()
                yield (merge.station, day, element, *values, correction.old_source_file_id, file)


def replacements(merge, file):
    """Return the new rows of corrected days as (station's primary key, SourceFile's, packed)."""
    form = database()
    rows = [form.row(correction.day, correction.new) for correction in merge.corrections]
    return merge.station, file, form.join(rows)


def withdraw(merge):
    """Remove the observations of which a Merge has corrections; return how many."""
    days = [correction.day for correction in merge.corrections]
    there = Observation.objects.filter(station=merge.station)
    return sum(
        there.filter(date__in=days[i : i + MOST_DATES]).delete()[0] for i in range(0, len(days), MOST_DATES)
    )
