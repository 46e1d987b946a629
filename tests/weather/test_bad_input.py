"""Every kind of bad input goes through the ingest, and becomes what tests.weather.bad_input says."""

import pytest

from tests.factories import write_wx
from tests.weather.bad_input import CASES
from weather.ingest import ingest
from weather.models import Observation, RejectedLine, SourceFile

pytestmark = pytest.mark.django_db

ELEMENTS = ("tmax", "tmin", "prcp")
OTHER = "USC00110187"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bad_input_becomes_its_verdict_beside_a_good_file(tmp_path, case):
    path = tmp_path / case.name
    path.write_bytes(case.bytes)
    write_wx(tmp_path, OTHER, "19850101 1 2 3")
    run = ingest([str(tmp_path)])
    file = SourceFile.objects.get(uri=str(path))
    assert (file.status, file.reason) == ("quarantined" if case.refusal else "ingested", case.refusal)
    assert told(Observation.objects.filter(source_file=file)) == [
        row.replace(" ...", "") for row in case.rows
    ]
    lines = RejectedLine.objects.filter(source_file=file)
    assert dict(lines.values_list("line_number", "reason")) == case.rejected
    assert (run.read, run.quarantined) == (file.read + 1, bool(case.refusal))
    assert (file.inserted, file.rejected, file.updated) == (len(case.rows), len(case.rejected), 0)
    assert file.read == file.inserted + file.unchanged + file.rejected


def told(observations):
    """Return observations as tests.weather.bad_input tells them."""
    fields = ("station__station_id", "date", *ELEMENTS, *(f"{element}_flag" for element in ELEMENTS))
    rows = observations.order_by("station__station_id", "date").values_list(*fields)
    return [row_told(station_id, day, row[:3], row[3:]) for station_id, day, *row in rows]


def row_told(station_id, day, values, flags):
    shown = ("-9999" if value is None else str(value) for value in values)
    flagged = "".join(flag or "." for flag in flags) if any(flags) else ""
    return " ".join([station_id, day.isoformat().replace("-", ""), *shown, *filter(None, [flagged])])
