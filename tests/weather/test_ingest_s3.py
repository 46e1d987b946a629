"""From S3 into the archive, through a faulty server (tests/s3.py)."""

import gzip

import pytest

from tests.factories import write_wx
from weather import raw_archive
from weather.ingest import ingest
from weather.models import Observation, SourceFile

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.django_db

RANDOM = {"fault": ["500", "503", "drop", "reset", "short", "cut"], "rate": 0.1}
NONE = {"fault": ""}


@pytest.fixture
def wx_files(s3, tmp_path):
    """Files of 20 stations, in a folder and, every other one gzipped, on S3; the folder."""
    (tmp_path / "wx").mkdir()
    for number in range(20):
        days = [f"2000{month:02}01 {number} {-month} {number * month}" for month in range(1, 13)]
        path = write_wx(tmp_path / "wx", f"USC0011{number:04}", *days)
        zipped = number % 2
        text = path.read_bytes()
        s3.put(f"wx/{path.name}{'.gz' * zipped}", gzip.compress(text) if zipped else text)
    return tmp_path / "wx"


def counts(run):
    return {name: getattr(run, name) for name in ("read", "inserted", "unchanged", "rejected", "quarantined")}


def reasons(run):
    files = SourceFile.objects.filter(run=run, status="quarantined").order_by("uri")
    return {str(file): file.reason for file in files}


def downloads(faults):
    return [
        request.rpartition("/")[2]
        for request, _ in faults()
        if request.startswith("GET") and "?" not in request
    ]


def test_what_comes_through_random_faults_is_what_the_folder_holds(s3, faults, wx_files):
    faults(RANDOM)
    run = ingest([f"{s3.uri}/wx"])
    assert any(fault for _, fault in faults())
    everything = {"read": 240, "rejected": 0, "quarantined": 0}
    assert (run.status, counts(run)) == ("succeeded", everything | {"inserted": 240, "unchanged": 0})
    assert counts(ingest([str(wx_files)])) == everything | {"inserted": 0, "unchanged": 240}
    assert Observation.objects.count() == 240


def test_unchanged_objects_are_not_even_read(s3, faults, wx_files):
    ingest([f"{s3.uri}/wx"])
    faults(NONE)
    run = ingest([f"{s3.uri}/wx"])
    assert (run.files, run.skipped, downloads(faults)) == (20, 20, [])


def test_object_written_anew_with_the_same_bytes_is_read_once_more_only(s3, faults, wx_files):
    ingest([f"{s3.uri}/wx"])
    copy_in_parts(s3, "wx/USC00110000.txt")
    faults(NONE)
    for expected in (["USC00110000.txt"], ["USC00110000.txt"]):
        run = ingest([f"{s3.uri}/wx"])
        assert (run.skipped, downloads(faults)) == (20, expected)


def copy_in_parts(s3, key):
    """Upload an object anew, so that its ETag becomes another."""
    upload = {"Bucket": s3.name, "Key": key}
    body = s3.get(key)
    upload["UploadId"] = s3.client.create_multipart_upload(**upload)["UploadId"]
    part = s3.client.upload_part(**upload, PartNumber=1, Body=body)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})


def test_permanent_faults_are_reported_and_mended_by_the_next_run(s3, faults, wx_files):
    faults(
        {"fault": "404", "match": "GET .*0000.txt$"},
        {"fault": "403", "match": "GET .*0002.txt$"},
        {"fault": "500", "match": "GET .*0004.txt$"},
        {"fault": "cut", "match": "GET .*0006.txt$"},
    )
    run = ingest([f"{s3.uri}/wx"])
    assert (run.status, run.quarantined, run.inserted) == ("succeeded", 4, 16 * 12)
    told = reasons(run)
    assert told["USC00110000.txt"] == "cannot be read: gone since it was listed"
    assert told["USC00110002.txt"].startswith("cannot be read: S3 denies it (AccessDenied): check ")
    assert told["USC00110004.txt"] == "cannot be read: S3 answered 500 InternalError"
    assert told["USC00110006.txt"].startswith("cannot be read: the download broke off 4 times, at last: ")
    faults(RANDOM)
    run = ingest([f"{s3.uri}/wx"])
    assert (run.quarantined, run.skipped, run.inserted) == (0, 16, 4 * 12)


def test_object_that_changes_while_it_is_ingested_is_entered_as_it_is_then(s3, faults, wx_files):
    new = "20000101\t9\t9\t9\n"
    faults({"fault": "replace", "match": "GET .*0000.txt$", "times": 1, "body": new})
    ingest([f"{s3.uri}/wx"])
    file = SourceFile.objects.get(uri=f"{s3.uri}/wx/USC00110000.txt")
    assert (file.size, file.read) == (len(new), 1)
    assert ingest([f"{s3.uri}/wx"]).skipped == 20


def test_damaged_gzip_on_s3_refused(s3, wx_files):
    s3.put("wx/USC00110001.txt.gz", s3.get("wx/USC00110001.txt.gz")[:-5])
    run = ingest([f"{s3.uri}/wx"])
    assert reasons(run) == {
        "USC00110001.txt.gz": "ends in the middle of its gzip data: copy or download it again"
    }


def test_what_is_entered_is_kept(s3, wx_files, settings):
    settings.WEATHER_RAW_ARCHIVE = f"{s3.uri}/kept"
    ingest([f"{s3.uri}/wx"])
    for file in SourceFile.objects.all():
        with raw_archive.open_kept(file.fingerprint) as kept:
            assert kept.read() == s3.get(file.uri.removeprefix(f"{s3.uri}/"))


def test_what_cannot_be_kept_is_not_entered(s3, wx_files, settings):
    settings.WEATHER_RAW_ARCHIVE = f"{s3.uri}-not/kept"
    run = ingest([f"{s3.uri}/wx"])
    assert counts(run) == {"read": 0, "inserted": 0, "unchanged": 0, "rejected": 0, "quarantined": 20}
    assert all(
        reason.startswith(f"cannot be read: cannot be kept in {s3.uri}-not/kept: ")
        for reason in reasons(run).values()
    )
