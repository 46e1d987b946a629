import os
import pickle
import socket

import pytest

from weather.sources import Refused, SourceError, find, fingerprint


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"this is {name}")
    return folder


def names(files):
    return [file.name for file in files]


def refusal(file, spool):
    with pytest.raises(Refused) as refused:
        file.fetch(spool)
    return str(refused.value)


# --- What is found ---------------------------------------------------------------------------


def test_folder_gives_its_files_in_order(tmp_path):
    write(tmp_path, "b.txt", "sub/c.txt", "a.txt", ".hidden", ".git/config")
    assert [file.uri for file in find([str(tmp_path)])] == [
        f"{tmp_path}/{name}" for name in ("a.txt", "b.txt", "sub/c.txt")
    ]


def test_glob_file_and_folder_give_each_file_once(tmp_path):
    write(tmp_path, "a.txt", "b.csv")
    assert names(find([f"{tmp_path}/*.txt", f"{tmp_path}/a.txt", f"{tmp_path}/"])) == ["a.txt", "b.csv"]


def test_glob_expands_the_folders_it_matches(tmp_path):
    write(tmp_path, "2001/a.txt", "2002/sub/b.txt", "old/c.txt")
    assert names(find([f"{tmp_path}/20*"])) == ["a.txt", "b.txt"]
    assert names(find([f"{tmp_path}/**/[bc].txt"])) == ["b.txt", "c.txt"]


def test_name_with_brackets_is_no_glob(tmp_path, monkeypatch):
    write(tmp_path / "x[1]", "a[1].txt", "b.txt")
    assert names(find([f"{tmp_path}/x[1]/a[1].txt"])) == ["a[1].txt"]
    assert names(find([f"{tmp_path}/x[1]/b*"])) == ["b.txt"]
    monkeypatch.chdir(tmp_path / "x[1]")
    assert [file.uri for file in find(["b*"])] == [f"{tmp_path}/x[1]/b.txt"]


def test_relative_path_becomes_absolute(tmp_path, monkeypatch):
    write(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    assert find(["a.txt"]) == find([f"{tmp_path}/a.txt"]) == find([f"/{tmp_path}//./a.txt"])


def test_missing_source_stands_beside_the_others(tmp_path):
    write(tmp_path, "a.txt")
    found, missing, unmatched = find([str(tmp_path), f"{tmp_path}/missing", f"{tmp_path}/x*"])
    assert (found.name, missing.name, unmatched.name) == ("a.txt", "missing", "x*")
    for file in (missing, unmatched):
        with pytest.raises(FileNotFoundError):
            file.fetch(tmp_path)


@pytest.mark.parametrize("source", ["missing", "*.txt", "."])
def test_nothing_to_read_is_an_error(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="no files in "):
        find([source])


@pytest.mark.parametrize(
    "source", ["", "gs://bucket/key", "https://host/file", "s3://", "s3:///key", "a\0b", "\ud800"]
)
def test_what_is_no_source_is_an_error(source):
    with pytest.raises(SourceError, match="expected a file, a folder, a glob or s3://bucket/prefix, got "):
        find([source])


def test_name_is_without_gz(tmp_path):
    write(tmp_path, "a.txt.gz", "b.csv.GZ", "c.gz.txt")
    assert names(find([str(tmp_path)])) == ["a.txt", "b.csv", "c.gz.txt"]


def test_file_can_be_handed_to_another_process(tmp_path):
    (file,) = find([str(write(tmp_path, "a.txt"))])
    content = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(file)).fetch(tmp_path)))
    assert content.read() == b"this is a.txt"


def test_name_that_is_no_text_can_be_stored(tmp_path):
    (tmp_path / os.fsdecode(b"\xff\n\xc3\xa9.txt")).write_text("text")
    (file,) = find([str(tmp_path)])
    assert (file.uri, file.name) == (f"{tmp_path}/\\xff\né.txt", "\\xff\né.txt")
    assert file.fetch(tmp_path).read() == b"text"


def test_long_name_refused_under_a_name_of_its_own(tmp_path):
    folder = tmp_path / "/".join(["x" * 200] * 4)
    write(folder, "a.txt", "b.txt")
    a, b = find([str(tmp_path)])
    assert len(a.uri) == len(b.uri) == 700
    assert a.uri != b.uri
    assert refusal(a, tmp_path) == (
        f"its name has {len(str(folder / 'a.txt'))} characters: shorten it to 700, folders included"
    )


# --- What is refused -------------------------------------------------------------------------


def test_fifo_socket_and_device_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        files = find([str(tmp_path), "/dev/zero"])
        reasons = {file.name: refusal(file, tmp_path) for file in files}
    assert reasons == dict.fromkeys(["fifo", "socket", "zero"], "is not a regular file: leave it out")


def test_link_that_leads_out_refused_in_folder_and_glob(tmp_path):
    write(tmp_path, "outside/secret.txt", "data/a.txt")
    (tmp_path / "data/b.txt").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "data/c").symlink_to(tmp_path / "outside")
    (tmp_path / "data/d.txt").symlink_to("a.txt")
    for source in (f"{tmp_path}/data", f"{tmp_path}/data/*"):
        a, b, c, d = find([source])
        assert (a.fetch(tmp_path).read(), d.fetch(tmp_path).read()) == (b"this is data/a.txt",) * 2
        assert refusal(b, tmp_path) == (
            f"leads out of the folder {tmp_path}/data, to {tmp_path}/outside/secret.txt: "
            "to have it read, name that file itself"
        )
        assert refusal(c, tmp_path).startswith(f"leads out of the folder {tmp_path}/data, to ")


def test_link_named_itself_may_lead_anywhere(tmp_path):
    write(tmp_path, "outside/a.txt", "data/b.txt")
    (tmp_path / "data/link.txt").symlink_to(tmp_path / "outside/a.txt")
    (tmp_path / "folder").symlink_to(tmp_path / "outside")
    for sources in (
        [f"{tmp_path}/data", f"{tmp_path}/data/link.txt"],
        [f"{tmp_path}/data/link.txt", f"{tmp_path}/data"],
    ):
        assert [file.fetch(tmp_path).read() for file in find(sources)] == [
            b"this is data/b.txt",
            b"this is outside/a.txt",
        ]
    (file,) = find([f"{tmp_path}/folder"])
    assert (file.uri, file.fetch(tmp_path).size) == (f"{tmp_path}/folder/a.txt", 21)


def test_link_to_a_folder_within_gives_its_files_once(tmp_path):
    write(tmp_path, "2001/a.txt")
    (tmp_path / "latest").symlink_to("2001")
    assert [file.uri for file in find([f"{tmp_path}/l*"])] == [f"{tmp_path}/latest/a.txt"]
    (tmp_path / "2001/loop").symlink_to("..")
    assert [file.uri for file in find([str(tmp_path)])] == [f"{tmp_path}/2001/a.txt"]


def test_file_that_becomes_a_link_refused(tmp_path):
    write(tmp_path, "outside/secret.txt", "data/a.txt")
    (file,) = find([f"{tmp_path}/data"])
    (tmp_path / "data/a.txt").unlink()
    (tmp_path / "data/a.txt").symlink_to(tmp_path / "outside/secret.txt")
    assert refusal(file, tmp_path).startswith("leads out of the folder ")


def test_dangling_and_circular_links_say_so(tmp_path):
    (tmp_path / "a.txt").symlink_to("nowhere")
    (tmp_path / "b.txt").symlink_to("b.txt")
    for file, message in zip(find([str(tmp_path)]), ["No such file", "Too many levels"], strict=True):
        with pytest.raises(OSError, match=message):
            file.fetch(tmp_path)


def test_folder_that_cannot_be_listed_refused(tmp_path, monkeypatch):
    write(tmp_path, "a.txt", "closed/b.txt")
    scandir = os.scandir

    def denied(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    a, closed = find([str(tmp_path)])
    assert (a.name, closed.name) == ("a.txt", "closed")
    assert refusal(closed, tmp_path) == "cannot be listed: Permission denied"


# --- What is allowed where no operator names it ----------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "source"),
    [
        ("data", "data"),
        ("data", "data/sub/c.txt"),
        ("data/", "data/sub/../*.txt"),
        ("data", "data/missing"),
        ("data/*.txt", "data/*.txt"),
        ("data/*.txt", "data/a.txt"),
        ("*/sub", "data/sub/*"),
        ("data/x[1]", "data/x[1]/a.txt"),
        ("", "data"),
    ],
)
def test_what_lies_in_an_allowed_folder_is_found(tmp_path, allowed, source):
    write(tmp_path, "data/a.txt", "data/sub/c.txt", "data/x[1]/a.txt", "other.txt")
    assert find(
        [f"{tmp_path}/{source}", f"{tmp_path}/other.txt"],
        allowed=[f"{tmp_path}/{allowed}", f"{tmp_path}/other.txt"],
    )


@pytest.mark.parametrize(
    ("allowed", "source"),
    [
        ("data", "database/b.txt"),
        ("data", "dat*"),
        ("data", "data/../database/b.txt"),
        ("data", "data/*/../../database/b.txt"),
        ("data", "data/link.txt"),
        ("data", "data/folder/b.txt"),
        ("data", "data/folder/*"),
        ("data", ""),
        ("data/*.txt", "data/b.csv"),
        ("data/*.txt", "data/sub/a.txt"),
        ("data/x[1]", "data/x1/a.txt"),
        ("data", "missing"),
    ],
)
def test_what_lies_elsewhere_is_an_error(tmp_path, allowed, source):
    write(tmp_path, "data/a.txt", "database/b.txt", "data/x[1]/a.txt", "data/x1/a.txt")
    (tmp_path / "data/link.txt").symlink_to(tmp_path / "database/b.txt")
    (tmp_path / "data/folder").symlink_to(tmp_path / "database")
    with pytest.raises(SourceError) as error:
        find([f"{tmp_path}/{source}"], allowed=[f"{tmp_path}/{allowed}"])
    assert str(error.value) == (
        f"{tmp_path}/{source} is not in WEATHER_ALLOWED_SOURCES ({tmp_path}/{allowed}): "
        "add its folder or s3:// prefix there, or ingest it by the command ingest_weather"
    )


def test_nothing_is_allowed_by_an_empty_list(tmp_path):
    with pytest.raises(SourceError, match="which is empty"):
        find([str(write(tmp_path, "a.txt"))], allowed=[])


def test_link_in_an_allowed_folder_cannot_lead_out(tmp_path):
    write(tmp_path, "data/a.txt", "secret.txt")
    (tmp_path / "data/link.txt").symlink_to("../secret.txt")
    _, link = find([f"{tmp_path}/data"], allowed=[f"{tmp_path}/data"])
    assert refusal(link, tmp_path).startswith("leads out of the folder ")


@pytest.mark.parametrize(
    ("allowed", "source", "holds"),
    [
        ("s3://b/raw", "s3://b/raw/x.txt", True),
        ("s3://b/raw/", "s3://b/raw", True),
        ("s3://b", "s3://b/any/*.txt", True),
        ("s3://b/raw", "s3://b/raw/U*", True),
        ("s3://b/20*/raw", "s3://b/2001/raw/x", True),
        ("s3://b/raw*", "s3://b/raw*", True),
        ("s3://b/raw", "s3://b/raw-other/x.txt", False),
        ("s3://b/raw", "s3://b/raw*", False),
        ("s3://b/raw", "s3://b/raw/../secret", False),
        ("s3://b/raw", "s3://b", False),
        ("s3://b", "s3://bb", False),
        ("/b", "s3://b", False),
        ("s3://b", "/b", False),
    ],
)
def test_prefix_on_s3_allows_by_component(allowed, source, holds):
    from weather.sources.allowed import holds as is_held

    assert is_held(allowed, source) is holds


def test_fingerprint_is_of_the_content():
    assert fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
