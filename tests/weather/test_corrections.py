"""What becomes of values that a file corrects, has no more, or has from another file."""

import datetime

import pytest

from stats.models import YearlyStats
from tests.factories import write_wx
from weather.ingest import ingest
from weather.models import Change, Observation, Revision, SourceFile

pytestmark = pytest.mark.django_db

ID = "USC00110072"


def take(folder, *lines, **options):
    write_wx(folder, ID, *lines)
    return ingest([str(folder)], **options)


def days():
    return {
        str(date): tuple(values)
        for date, *values in Observation.objects.values_list("date", "tmax", "tmin", "prcp")
    }


def beside(run):
    return run.disappeared, run.withdrawn


def test_day_gone_from_its_file_is_reported_and_stays(tmp_path):
    take(tmp_path, "19850101 1 2 -9999", "19850102 3 4 5")
    run = take(tmp_path, "19850102 3 4 5")
    assert (run.read, run.unchanged, *beside(run)) == (1, 1, 2, 0)
    assert days() == {"1985-01-01": (1, 2, None), "1985-01-02": (3, 4, 5)}
    assert Revision.objects.count() == 0


def test_day_gone_is_withdrawn_with_prune(tmp_path):
    take(tmp_path, "19850101 1 2 -9999", "19850102 3 4 5")
    run = take(tmp_path, "19850102 3 4 5", prune=True)
    assert (run.read, run.updated, run.unchanged, *beside(run)) == (1, 0, 1, 2, 2)
    assert days() == {"1985-01-01": (None, None, None), "1985-01-02": (3, 4, 5)}
    file = SourceFile.objects.get(run=run)
    assert set(Observation.objects.filter(source_file=file).values_list("date", flat=True)) == {
        datetime.date(1985, 1, 1)
    }
    changes = Revision.objects.order_by("element").values_list(
        "element", "old_value", "new_value", "source_file"
    )
    assert list(changes) == [("tmax", 1, None, file.pk), ("tmin", 2, None, file.pk)]
    assert YearlyStats.objects.get().tmax_sum == 3


def test_what_was_withdrawn_disappears_once(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5")
    take(tmp_path, "19850102 3 4 5", prune=True)
    assert beside(take(tmp_path, "19850102 3 4 6", prune=True)) == (0, 0)
    assert beside(take(tmp_path, "19850101 1 2 0", "19850102 3 4 6")) == (0, 0)
    assert days() == {"1985-01-01": (1, 2, 0), "1985-01-02": (3, 4, 6)}


def test_file_that_ends_earlier_has_lost_its_last_days(tmp_path):
    take(tmp_path, "19850101 1 2 0", "20001231 3 4 5")
    assert beside(take(tmp_path, "19850101 1 2 0")) == (3, 0)


def test_days_of_another_file_have_not_disappeared(tmp_path):
    for folder, line in (("a", "19850101 1 2 0"), ("b", "19850102 3 4 5")):
        (tmp_path / folder).mkdir()
        take(tmp_path / folder, line)
    assert beside(take(tmp_path / "b", "19850103 3 4 5", prune=True)) == (3, 3)
    assert days() == {
        "1985-01-01": (1, 2, 0),
        "1985-01-02": (None, None, None),
        "1985-01-03": (3, 4, 5),
    }


def take_csv(path, *lines, **options):
    path.write_text("".join(f"{ID},{line},,,0,\n" for line in lines))
    return ingest([str(path)], **options)


def test_values_of_another_file_on_the_same_day_have_not_disappeared(tmp_path):
    take(tmp_path, "19850101 1 2 3")
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    take_csv(a, "19850101,TMAX,5", "19850102,TMAX,6")  # and so the row is a's
    assert beside(take_csv(b, "19850102,PRCP,7", "19850103,PRCP,8")) == (0, 0)  # and that of the 2nd b's
    assert beside(take_csv(b, "19850103,PRCP,9", prune=True)) == (1, 1)
    assert beside(take_csv(a, "19850102,TMAX,6", prune=True)) == (1, 1)
    assert days() == {
        "1985-01-01": (None, 2, 3),
        "1985-01-02": (6, None, None),
        "1985-01-03": (None, None, 9),
    }


def test_value_disappears_also_where_another_file_has_the_row(tmp_path):
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    take_csv(a, "19850101,TMAX,1", "19850102,TMAX,2")
    take_csv(b, "19850101,PRCP,3")
    assert beside(take_csv(a, "19850102,TMAX,2")) == (1, 0)


def test_what_disappeared_before_is_withdrawn_by_a_run_that_prunes(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5")
    take(tmp_path, "19850102 3 4 5")
    assert ingest([str(tmp_path)]).skipped == 1
    assert beside(ingest([str(tmp_path)], prune=True)) == (3, 3)
    assert ingest([str(tmp_path)], prune=True).skipped == 1
    assert days() == {"1985-01-01": (None, None, None), "1985-01-02": (3, 4, 5)}


def test_nothing_is_withdrawn_that_may_stand_in_a_rejected_line(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5")
    run = take(tmp_path, "19850101 1 2x 0", "19850102 3 4 5", prune=True)
    assert (run.rejected, *beside(run)) == (1, 3, 0)
    assert ingest([str(tmp_path)], prune=True).skipped == 1
    assert beside(take(tmp_path, "19850102 3 4 5", prune=True)) == (3, 3)


def test_dry_run_foresees_what_prune_would_withdraw(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5")
    assert beside(take(tmp_path, "19850102 3 4 5", prune=True, dry_run=True)) == (3, 3)
    assert len(days()) == 2
    assert Revision.objects.count() == 0


def test_flag_from_elsewhere_stays_with_its_value(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5")
    Observation.objects.update(tmax_flag="I", prcp_flag="D")
    take(tmp_path, "19850101 1 2 0", "19850102 9 4 5")
    assert list(Observation.objects.order_by("date").values_list("tmax", "tmax_flag", "prcp_flag")) == [
        (1, "I", "D"),
        (9, None, "D"),
    ]
    revision = Revision.objects.get()
    assert (revision.old_value, revision.new_value, revision.old_flag, revision.new_flag) == (3, 9, "I", None)


def test_every_file_says_what_it_changed(tmp_path):
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 5", "20001231 0 0 0")
    take(tmp_path, "19850101 1 2 0", "19850102 3 4 6", "19850103 3 4 5", "20001231 0 0 0")
    changes = Change.objects.order_by("source_file_id").values_list(
        "station__station_id", "first", "last", "inserted", "updated"
    )
    assert [(station, str(first), str(last), *counts) for station, first, last, *counts in changes] == [
        (ID, "1985-01-01", "2000-12-31", 3, 0),
        (ID, "1985-01-02", "1985-01-03", 1, 1),
    ]


def test_files_are_entered_in_the_order_of_generations(tmp_path):
    for tmax in (1, 2, 3):
        take(tmp_path, f"19850101 {tmax} 2 0")
    times, generations = zip(
        *SourceFile.objects.order_by("id").values_list("entered_at", "generation"), strict=True
    )
    assert generations == (1, 2, 3)
    assert sorted(times) == list(times)
    assert SourceFile.objects.generation_at(times[1]) == 2
