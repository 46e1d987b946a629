"""Small files that are entered together: the same as one by one, and none the worse for the others."""

from datetime import UTC, datetime
from itertools import chain, repeat

import pytest
from django.db import DataError, OperationalError, connection, transaction

from tests.factories import write_wx
from tests.factories_ghcn import write_by_year
from tests.soak.contents import content, differing
from weather import entry
from weather import ingest as ingest_module
from weather.chunks import MOST_SECONDS, chunks
from weather.entry import BATCH_ROWS, BATCH_STATIONS
from weather.formats import Parsed, Series
from weather.ingest import ingest
from weather.ledger import Reading
from weather.models import Archive, Observation, SourceFile

IDS = [f"USC001100{number:02}" for number in range(20)]


def reading(name, *stations, rows=1, **fields):
    series = [Series(station, b"", rows, "1985-01-01", "1985-01-01") for station in stations]
    parsed = Parsed(series, rows * len(stations), 0, [], rows) if stations else None
    fields = {"format": "wx"} | fields
    return Reading(name, name, datetime(2020, 1, 1, tzinfo=UTC), parsed=parsed, **fields)


def names(readings):
    """Return the chunks of some readings, each as one text, as they come after those of 1, 2 and 4 files."""
    before = [reading(str(number), f"before {number}") for number in range(7)]
    made = ["".join(one.uri for one in chunk) for chunk in chunks(iter(before + readings), 1000, 1)]
    assert made[:3] == ["0", "12", "3456"]
    return made[3:]


@pytest.mark.once
@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([reading("a", "A"), reading("b", "B"), reading("c", "C")], ["abc"]),
        ([reading("a", "A"), reading("b", "A"), reading("c", "C")], ["a", "bc"]),
        ([reading("a", "A", "B"), reading("b", "B", "C")], ["a", "b"]),
        ([reading("a", "A"), reading("a", "B")], ["a", "a"]),
        ([reading("a", "A"), reading("b", "B", format="ghcn-dly")], ["a", "b"]),
        ([reading("a", "A"), reading("b", refusal="no"), reading("c", "C")], ["b", "ac"]),
        ([reading("a", "A"), reading("b", known=True), reading("c", "C")], ["b", "ac"]),
        ([reading("a", "A"), reading("b", content="large"), reading("c", "C")], ["a", "b", "c"]),
        ([reading("a", "A", rows=BATCH_ROWS - 1), reading("b", "B"), reading("c", "C")], ["ab", "c"]),
        ([reading("a", *range(BATCH_STATIONS - 1)), reading("b", "B"), reading("c", "C")], ["ab", "c"]),
        ([reading("a", "A", rows=BATCH_ROWS + 1), reading("b", "B")], ["a", "b"]),
        ([], []),
    ],
)
def test_what_goes_in_together(readings, expected):
    assert names(readings) == expected


@pytest.mark.once
@pytest.mark.parametrize(
    ("files", "jobs", "sizes"),
    [
        (1, 1, [1]),
        (4, 2, [1, 1, 1, 1]),
        (20, 1, [1, 2, 4, 5, 3, 2, 2, 1]),
        (20, 2, [1, 2, 4, 3, 3, 2, 2, 1, 1, 1]),
    ],
)
def test_chunks_are_shared_out(files, jobs, sizes):
    readings = [reading("x", station) for station in IDS[:files]]
    for number, one in enumerate(readings):
        one.uri = str(number)
    assert [len(chunk) for chunk in chunks(iter(readings), files, jobs)] == sizes


@pytest.mark.once
def test_what_is_read_does_not_wait_for_long(monkeypatch):
    now = chain(repeat(0, 8), [MOST_SECONDS / 2, MOST_SECONDS + 1], repeat(MOST_SECONDS + 2))
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    assert names([reading("a", "A"), reading("b", "B"), reading("c", "C")]) == ["ab", "c"]


@pytest.mark.once
def test_what_is_read_does_not_wait_while_known_files_come(monkeypatch):
    now = chain(repeat(0, 9), repeat(MOST_SECONDS + 1))
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    assert names([reading("a", "A"), reading("b", known=True), reading("c", "C")]) == ["a", "b", "c"]


def write_all(folder, tmax, days):
    for number, station in enumerate(IDS):
        lines = [f"198501{day:02} {tmax} {number} 0" for day in range(1, days + 1)]
        write_wx(folder, station, *lines, *["nonsense"] * (number == 3))


def history(folder):
    """Ingest files, then corrections with days that are gone, then files that lose and swap stations;
    return what the archive says then."""
    for tmax, days in (1, 3), (2, 2):
        write_all(folder, tmax, days)
        ingest([str(folder / f"{station}.txt") for station in IDS], prune=True)
    for stations in ("01", "23", "45", "67"), ("08", "12", "45", "67"):
        paths = [write_years(folder / f"{n}.csv", map(int, two)) for n, two in enumerate(stations)]
        ingest(paths, prune=True)
    ledger = SourceFile.objects.order_by("id").values_list("uri", "generation", "station__station_id")
    return content(), list(ledger)


def write_years(path, numbers):
    rows = dict.fromkeys([(IDS[number], "19850101") for number in numbers], (7, None, 9, "I  "))
    return str(write_by_year(path, rows))


@pytest.mark.django_db
def test_together_is_as_one_by_one(tmp_path, monkeypatch):
    with transaction.atomic():
        together = history(tmp_path)
        transaction.set_rollback(True)
    monkeypatch.setattr(ingest_module, "chunks", lambda readings, **options: ([one] for one in readings))
    single = history(tmp_path)
    assert (differing(single[0], together[0]), single[1]) == ([], together[1])
    assert Archive.objects.get().generation == len(together[1]) == 46


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("no luck"), DataError("no luck")])
def test_bad_file_among_good_ones_is_quarantined_alone(tmp_path, monkeypatch, error):
    write_all(tmp_path, 1, 2)
    bad = SourceFile.objects.filter(uri=str(tmp_path / f"{IDS[2]}.txt"))
    balance = SourceFile.balance

    def refuse(file, *args):
        if file.uri.endswith(f"{IDS[2]}.txt"):
            raise error
        balance(file, *args)

    monkeypatch.setattr(SourceFile, "balance", refuse)
    run = ingest([str(tmp_path)])
    assert (run.files, run.quarantined, run.inserted, run.rejected) == (20, 1, 38, 1)
    reason = f"unexpected error, see the log: {type(error).__name__}: no luck"
    assert list(bad.values_list("status", "reason")) == [("quarantined", reason)]
    generations = SourceFile.objects.ingested().order_by("generation").values_list("generation", flat=True)
    assert list(generations) == list(range(1, 20))
    monkeypatch.undo()
    assert ingest([str(tmp_path)]).inserted == 2


@pytest.mark.django_db
def test_deadlock_of_files_together_has_them_entered_one_by_one(tmp_path, monkeypatch):
    write_all(tmp_path, 1, 2)
    enter, sizes = ingest_module.enter, []

    def victim(files, *args, **options):
        sizes.append(len(files))
        if len(files) > 1:
            raise OperationalError(1213, "Deadlock found when trying to get lock")
        return enter(files, *args, **options)

    monkeypatch.setattr(ingest_module, "enter", victim)
    run = ingest([str(tmp_path)])
    assert (run.quarantined, run.inserted) == (0, 40)
    assert sum(size for size in sizes if size == 1) == 20


@pytest.mark.django_db
def test_files_that_another_run_took_meanwhile_are_skipped_among_others(tmp_path, monkeypatch):
    write_all(tmp_path, 1, 2)
    ingest([str(tmp_path / f"{station}.txt") for station in IDS[::2]])
    monkeypatch.setattr(ingest_module, "known_files", lambda **options: {})  # as it was when both began
    told = []
    run = ingest([str(tmp_path)], progress=lambda total, outcome: told.append(outcome.source_file))
    assert (run.files, run.skipped, run.inserted) == (20, 10, 20)
    assert [file and file.uri[-15:-4] for file in told] == [
        station if number % 2 else None for number, station in enumerate(IDS)
    ]


@pytest.mark.django_db
def test_new_file_may_say_nothing_beside_one_that_another_run_took(tmp_path, monkeypatch, caplog):
    for number in range(6):
        element = "SNOW" if number % 2 else "TMAX"
        (tmp_path / f"{number}.csv").write_text(f"{IDS[number]},19850101,{element},1,,,0,\n")
    ingest([str(tmp_path / "[024].csv")])
    monkeypatch.setattr(ingest_module, "known_files", lambda **options: {})
    run = ingest([str(tmp_path)])
    assert (run.files, run.skipped, run.left_out, run.inserted) == (6, 3, 3, 0)
    assert "one by one" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_jobs_share_few_files(tmp_path, monkeypatch):
    write_all(tmp_path, 1, 2)
    take, sizes = ingest_module.take, []

    def taking(readings, **options):
        sizes.append(len(readings))
        return take(readings, **options)

    monkeypatch.setattr(ingest_module, "take", taking)
    run = ingest([str(tmp_path)], jobs=2)
    assert (run.inserted, run.rejected) == (40, 1)
    assert (sum(sizes), max(sizes)) == (20, 5 if connection.vendor == "sqlite" else 4)


def test_large_file_is_entered_in_batches(db, tmp_path, monkeypatch):
    for place in ("weather.sources.content.LARGE", "weather.sources.local.LARGE"):
        monkeypatch.setattr(place, 1000)
    monkeypatch.setattr(entry, "BATCH_STATIONS", 2)
    stations = [f"USC0011007{n}" for n in range(5)]
    rows = {(one, f"2000010{day}"): (day, 0, 0, "   ") for one in stations for day in range(1, 9)}
    write_by_year(tmp_path / "2000.csv", rows)
    batches, add = [], entry.add
    monkeypatch.setattr(entry, "add", lambda batch, keys: batches.append(len(batch)) or add(batch, keys))
    run = ingest([str(tmp_path)])
    assert (run.inserted, run.rejected, Observation.objects.count()) == (40, 0, 40)
    assert batches == [2, 2, 1]
