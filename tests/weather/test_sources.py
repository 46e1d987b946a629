import os

import pytest

from weather.sources import RawFile, SourceError, find, fingerprint


def names(files):
    return [file.name for file in files]


def test_folder_gives_its_files_in_order(tmp_path):
    for name in ("b.txt", "sub/c.txt", "a.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert names(find([str(tmp_path)])) == ["a.txt", "b.txt", "c.txt"]


def test_glob_file_and_folder_give_each_file_once(tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.csv").touch()
    assert names(find([f"{tmp_path}/*.txt", f"{tmp_path}/a.txt", f"{tmp_path}/"])) == ["a.txt", "b.csv"]


def test_name_with_brackets_is_no_glob(tmp_path):
    (tmp_path / "a[1].txt").touch()
    assert names(find([f"{tmp_path}/a[1].txt"])) == ["a[1].txt"]


def test_relative_path_becomes_absolute(tmp_path, monkeypatch):
    (tmp_path / "a.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert find(["a.txt"]) == [RawFile(str(tmp_path / "a.txt"))]


def test_missing_source_stands_beside_the_others(tmp_path):
    (tmp_path / "a.txt").touch()
    assert names(find([str(tmp_path), str(tmp_path / "missing")])) == ["a.txt", "missing"]


@pytest.mark.parametrize("source", ["missing", "*.txt", "."])
def test_nothing_to_read_is_an_error(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="no files in "):
        find([source])


def test_fifo_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "USC00110072.txt")
    with pytest.raises(OSError, match="not a regular file"):
        RawFile(str(tmp_path / "USC00110072.txt")).read()


def test_fingerprint_is_of_the_content():
    assert fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
