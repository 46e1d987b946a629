"""Whatever bytes a file holds: the ingest ends, its books balance, nothing else in the archive changes."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stats.digest import digest
from tests.factories import write_wx
from weather.ingest import ingest
from weather.models import RejectedLine, SourceFile, Station

ID, OTHER = "USC00110072", "USC00110187"

dates = st.dates().map(lambda date: f"{date.year:04}{date:%m%d}".encode())
fields = st.one_of(
    st.integers(-40000, 40000).map(lambda value: b"%5d" % value), st.just(b"-9999"), st.binary(max_size=6)
)
lines = st.one_of(
    st.tuples(dates, fields, fields, fields).map(b"\t".join),
    st.binary(max_size=40),
    st.just(b"19850101\t1\t2\t3"),
)
files = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.lists(lines, max_size=12), st.sampled_from([b"\n", b"\r\n", b"\r"])).map(
        lambda text: text[1].join(text[0])
    ),
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b"\x00" * 100)
@example(b"19850101\t1\t2\t3\n" + b"\x00" * 100)
@example(b"00000101\t1\t2\t3\n99991231\t1\t2\t3\n00010101\t1\t2\t3")
@given(files)
def test_any_file_ends_with_balanced_books_and_leaves_the_rest_alone(tmp_path, content):
    if not Station.objects.filter(station_id=OTHER).exists():
        write_wx(tmp_path, OTHER, "19850101 1 2 3", "20000229 -9999 -9999 0")
        ingest([str(tmp_path / f"{OTHER}.txt")])
    before = rest()
    path = tmp_path / f"{ID}.txt"
    path.write_bytes(content)
    run = ingest([str(path)], force=True)
    file = SourceFile.objects.get(run=run)
    assert run.read == run.inserted + run.updated + run.unchanged + run.rejected
    assert RejectedLine.objects.filter(source_file=file).count() == run.rejected
    assert (file.status == "quarantined") == (run.quarantined == 1) == (run.read == 0)
    assert not file.reason.startswith("unexpected")
    assert run.read <= content.count(b"\n") + 1
    assert rest() == before


def rest():
    return digest(Station.objects.filter(station_id=OTHER))
