"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import storage
from core.errors import StorageError
from core.settings import FeatureConfig
from core.storage import read_json, replacing, sha256_of, to_json, write_json


def test_a_file_is_replaced_when_it_is_whole(tmp_path):
    path = tmp_path / "new" / "folder" / "a.txt"
    with replacing(path) as part:
        assert part.parent == path.parent
        assert part.name == ".a.txt.part"
        part.write_text("first")
        assert not path.exists()
    with replacing(path) as part:
        part.write_text("second")
        assert path.read_text() == "first"
    assert path.read_text() == "second"
    assert os.listdir(path.parent) == ["a.txt"]  # noqa: PTH208


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt()])
def test_what_is_not_whole_leaves_the_last_good_file(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("good")

    def fail():
        with replacing(path) as part:
            part.write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert path.read_text() == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_told_in_words(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("good")

    def fill():
        with replacing(path) as part:
            part.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="The disk is full"):
        fill()
    assert path.read_text() == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_another_error_of_the_system_stays_what_it_is(tmp_path):
    def fail():
        with replacing(tmp_path / "a.txt"):
            raise OSError(errno.EBADF, "a bug")

    with pytest.raises(OSError, match="a bug"):
        fail()


def test_a_file_in_the_way_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="in the way"):
        write_json(tmp_path / "file" / "a.json", {})
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_way_of_a_file(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(StorageError, match="in the way"):
        write_json(tmp_path / "a.json", {})
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_the_first_error_is_told_even_if_tidying_fails(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(errno.EROFS, "read-only")

    def fail():
        with replacing(tmp_path / "a.txt") as part:
            part.write_text("half")
            monkeypatch.setattr(storage.Path, "unlink", refuse)
            msg = "the first"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="the first"):
        fail()


def test_hash_of_a_file(tmp_path):
    content = bytes(range(256)) * 5000
    (tmp_path / "a").write_bytes(content)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(content).hexdigest()


def test_json_file_with_any_name_in_it(tmp_path):
    value = {"path": "/a\udcff/ü\n", "n": [1, 2.5, None]}
    write_json(tmp_path / "a.json", value)
    assert json.loads((tmp_path / "a.json").read_text(encoding="ascii")) == value


@dataclass
class Inner:
    path: Path


@dataclass
class Outer:
    inner: tuple[Inner, ...]
    by_number: dict[int, float]


def test_results_become_json():
    value = Outer((Inner(Path("/a/b")),), {1: 0.5})
    assert to_json(value) == {"inner": [{"path": "/a/b"}], "by_number": {"1": 0.5}}
    assert to_json([FeatureConfig()]) == [{"frame_size": 200, "hop_size": None}]
    assert to_json(None) is None
    assert to_json(Inner) is Inner


@pytest.mark.parametrize("content", [None, "{", "[1]", '"text"', b"\xff"])
def test_json_that_is_absent_or_damaged_is_as_if_it_were_not_there(tmp_path, content):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert read_json(path) == {}


def test_json_is_read_as_it_was_written(tmp_path):
    write_json(tmp_path / "x.json", {"a": [1, None]})
    assert read_json(tmp_path / "x.json") == {"a": [1, None]}
