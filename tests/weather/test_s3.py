"""S3 as a source, on a real server (tests/s3.py)."""

import dataclasses
import gzip
import hashlib

import pytest

from tests.failures import failure
from weather import tasks, work
from weather.models import IngestRun
from weather.sources import Refused, SourceError, find
from weather.sources import s3 as source

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

TEXT = b"19850101\t-22\t-128\t94\n" * 1000


def keys(*sources, **options):
    return [file.path for file in find(list(sources), **options)]


# --- What is listed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (
            "",
            [
                "other/a.txt",
                "wx-old/e.txt",
                "wx/a.txt",
                "wx/b.csv",
                "wx/sub/c.txt",
                "wx/sub/d.txt.gz",
                "wxyz",
            ],
        ),
        (
            "/",
            [
                "other/a.txt",
                "wx-old/e.txt",
                "wx/a.txt",
                "wx/b.csv",
                "wx/sub/c.txt",
                "wx/sub/d.txt.gz",
                "wxyz",
            ],
        ),
        ("/wx", ["wx/a.txt", "wx/b.csv", "wx/sub/c.txt", "wx/sub/d.txt.gz"]),
        ("/wx/", ["wx/a.txt", "wx/b.csv", "wx/sub/c.txt", "wx/sub/d.txt.gz"]),
        ("/wx*", ["wx-old/e.txt", "wx/a.txt", "wx/b.csv", "wx/sub/c.txt", "wx/sub/d.txt.gz", "wxyz"]),
        ("/wxyz", ["wxyz"]),
        ("/wx/*.txt", ["wx/a.txt"]),
        ("/w?/[ab].*", ["wx/a.txt", "wx/b.csv"]),
        ("/**/*.txt", ["other/a.txt", "wx-old/e.txt", "wx/a.txt", "wx/sub/c.txt"]),
        ("/*/sub", ["wx/sub/c.txt", "wx/sub/d.txt.gz"]),
    ],
)
def test_source_stands_for_its_objects(s3, what, expected):
    for key in (
        "wx/a.txt",
        "wx/b.csv",
        "wx/sub/c.txt",
        "wx/sub/d.txt.gz",
        "wxyz",
        "wx-old/e.txt",
        "other/a.txt",
    ):
        s3.put(key)
    for key in ("wx/.hidden", "wx/.git/config"):
        s3.put(key)
    s3.put("wx/folder/", b"")
    assert keys(s3.uri + what) == expected


def test_object_is_known_by_name_version_and_size(s3):
    uri = s3.put("wx/USC00110072.txt.gz", TEXT)
    (file,) = find([uri])
    assert (file.uri, file.name, file.size) == (uri, "USC00110072.txt", len(TEXT))
    assert file.version == hashlib.md5(TEXT).hexdigest()
    assert find([f"{s3.uri}/wx/"]) == find([f"{s3.uri}/wx/*", uri]) == [file]


@pytest.mark.parametrize(
    "key", ["a b.txt", "é/日本.txt", "a+b%20c%2Fd.txt", "a&b=c?d#e.txt", "x[1]/a*.txt", ".a"]
)
def test_key_may_have_any_character(s3, tmp_path, key):
    for uri in (s3.put(key, TEXT), s3.uri if key != ".a" else f"{s3.uri}/.a"):
        (file,) = find([uri])
        assert (file.uri, file.fetch(tmp_path).read()) == (f"{s3.uri}/{key}", TEXT)


def test_more_objects_than_a_page_holds(s3, many_objects):
    many_objects([f"wx/{number:04}.txt" for number in range(2_100)])
    assert keys(f"{s3.uri}/wx") == [f"wx/{number:04}.txt" for number in range(2_100)]


def test_missing_object_stands_beside_the_others(s3, tmp_path):
    s3.put("a.txt")
    a, missing = find([f"{s3.uri}/a.txt", f"{s3.uri}/missing"])
    assert a.fetch(tmp_path).read() == b"x"
    assert failure(missing.fetch, tmp_path, kind=Refused) == "there is no such object, and none below it"


@pytest.mark.parametrize("what", ["", "/missing", "/wx*"])
def test_nothing_there_is_an_error(s3, what):
    assert failure(find, [s3.uri + what], kind=SourceError) == f"no files in {s3.uri}{what}"


def test_missing_bucket_is_an_error(s3):
    uri = f"{s3.uri}-not/wx"
    assert failure(find, [uri], kind=SourceError) == f"cannot list {uri}: there is no such bucket"


def test_impossible_bucket_is_an_error(s3):
    assert "Invalid bucket name" in failure(find, ["s3://not a bucket/wx"], kind=SourceError)


def test_server_out_of_reach_is_an_error(s3, new_client, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setattr(source, "REQUESTS", 1)
    message = failure(find, [f"{s3.uri}/wx"], kind=SourceError)
    assert message.startswith(f"cannot list {s3.uri}/wx: Could not connect to the endpoint URL: ")


def test_missing_credentials_are_an_error(s3, new_client, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert failure(find, [f"{s3.uri}/wx"], kind=SourceError) == (
        f"cannot list {s3.uri}/wx: no credentials for S3: "
        "check AWS_ACCESS_KEY_ID or AWS_PROFILE and its rights; a public bucket is read with "
        "--no-sign-request or if WEATHER_PUBLIC_BUCKETS names it"
    )


def test_public_bucket_read_without_credentials(s3, new_client, monkeypatch, tmp_path):
    s3.client.put_bucket_acl(Bucket=s3.name, ACL="public-read")
    s3.put("csv/by_year/1763.csv", TEXT, ACL="public-read")
    s3.put("csv.gz/by_year/1763.csv.gz", gzip.compress(TEXT), ACL="public-read")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    files = find([f"{s3.uri}/csv*/by_year/17*"], unsigned=True)
    assert [(file.name, file.fetch(tmp_path).read()) for file in files] == [("1763.csv", TEXT)] * 2


@pytest.mark.django_db
def test_public_bucket_is_ingested_without_credentials_by_schedule(s3, new_client, monkeypatch, settings):
    s3.client.put_bucket_acl(Bucket=s3.name, ACL="public-read")
    s3.put("wx/USC00110072.txt", TEXT, ACL="public-read")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    settings.WEATHER_PUBLIC_BUCKETS = [s3.name]
    settings.WEATHER_SOURCE = f"{s3.uri}/wx"
    settings.WEATHER_ALLOWED_SOURCES = [settings.WEATHER_SOURCE]
    tasks.ingest_source()
    run = IngestRun.objects.get()
    work.work_on(run.pk, lambda: False)
    assert list(run.source_files.values_list("status", "uri")) == [
        ("ingested", f"{s3.uri}/wx/USC00110072.txt")
    ]


def test_private_object_is_denied_without_credentials(s3, tmp_path):
    (file,) = find([s3.put("a.txt")])
    unsigned = dataclasses.replace(file, unsigned=True)
    assert failure(unsigned.fetch, tmp_path).startswith("S3 denies it (")


def test_only_allowed_prefixes_are_listed(s3):
    s3.put("raw/a.txt")
    s3.put("raw-other/b.txt")
    assert keys(f"{s3.uri}/raw", allowed=[f"{s3.uri}/raw"]) == ["raw/a.txt"]
    with pytest.raises(SourceError, match="is not in WEATHER_ALLOWED_SOURCES"):
        find([f"{s3.uri}/raw-other/"], allowed=[f"{s3.uri}/raw"])


def test_key_with_dots_refused_where_a_folder_is_listed(s3, tmp_path, many_objects):
    many_objects(["raw/../secret.txt"])
    (file,) = find([f"{s3.uri}/raw"])
    assert failure(file.fetch, tmp_path, kind=Refused).startswith("leads out of the folder ")


# --- What is read ----------------------------------------------------------------------------


def test_content_of_an_object(s3, tmp_path):
    (file,) = find([s3.put("wx/a.txt", TEXT)])
    read = file.fetch(tmp_path)
    assert (read.size, read.fingerprint, read.version) == (
        len(TEXT),
        hashlib.sha256(TEXT).hexdigest(),
        file.version,
    )
    assert (read.head(), read.read(), read.large) == (TEXT, TEXT, False)
    read.check()
    read.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stored", [TEXT, gzip.compress(TEXT)])
def test_large_object_goes_to_a_file_that_goes_when_closed(s3, tmp_path, monkeypatch, stored):
    monkeypatch.setattr(source, "LARGE", 20)
    monkeypatch.setattr("weather.sources.content.LARGE", 20)
    (file,) = find([s3.put("wx/a.txt", stored)])
    read = file.fetch(tmp_path)
    assert (read.fingerprint, read.large) == (hashlib.sha256(stored).hexdigest(), True)
    assert (read.read(), read.plain().parent) == (TEXT, tmp_path)
    read.close()
    assert list(tmp_path.iterdir()) == []


def test_object_over_the_limit_refused_without_being_read(s3, tmp_path, settings):
    settings.WEATHER_MAX_FILE_MB = 0
    (file,) = find([s3.put("wx/a.txt")])
    assert failure(file.fetch, tmp_path, kind=Refused).startswith("has more than 0 MB: ")


def test_object_that_changed_since_it_was_listed_is_read_as_it_is(s3, tmp_path):
    (file,) = find([s3.put("wx/a.txt", b"old")])
    s3.put("wx/a.txt", TEXT)
    read = file.fetch(tmp_path)
    assert (read.read(), read.version) == (TEXT, hashlib.md5(TEXT).hexdigest())


def test_object_that_went_since_it_was_listed(s3, tmp_path):
    (file,) = find([s3.put("wx/a.txt")])
    s3.delete("wx/a.txt")
    assert failure(file.fetch, tmp_path) == "gone since it was listed"
