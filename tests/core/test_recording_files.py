"""Files of many recordings: the same answers as asking for each."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import recording_files
from core.library import Library
from core.recording_files import RecordingFiles
from core.settings import LibraryConfig
from tests.core.made_database import database_in

PARTS = st.sampled_from(["a", "b", "a.wav", ".", "..", "A.WAV", "dead", "new", "", "x" * 300])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    for folder in ("a", "b/a", "new/a"):
        (root / folder).mkdir(parents=True)
    for name in ("a/a.wav", "b/a/a.wav", "new/a/b", "a.wav"):
        (root / name).touch()
    (root / "dead").symlink_to(root / "nowhere")
    (root / "a" / "b").symlink_to(root / "a.wav")
    database_in(root)
    return root


@settings(max_examples=40)
@given(paths=st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), max_size=30))
@pytest.mark.parametrize("one_by_one", [0, 100])
def test_answers_are_those_of_the_library(root, paths, one_by_one):
    relinked = {str(root / "b"): str(root / "new"), str(root / "b" / "b"): "/else", "/": "/far"}
    library = Library(LibraryConfig(str(root / "x.db"), relinked=relinked))
    before, recording_files.ASKED_ONE_BY_ONE = recording_files.ASKED_ONE_BY_ONE, one_by_one
    try:
        files = RecordingFiles(library)
        for path in [*paths, *(f"{root}/{p}" for p in paths)]:
            if path.strip():
                located = files.locate(path)
                assert located == str(library.locate(path))
                assert files.is_file(located) == os.path.isfile(located)  # noqa: PTH113
                assert files.is_there(located) == os.path.exists(located)  # noqa: PTH110
    finally:
        recording_files.ASKED_ONE_BY_ONE = before


def test_a_folder_is_read_once(root, monkeypatch):
    read = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: read.append(path) or scandir(path))
    files = RecordingFiles(Library(LibraryConfig(str(root / "x.db"))))
    assert [files.is_file(f"{root}/a/{k}.wav") for k in range(50)] == [False] * 50
    assert files.is_file(f"{root}/a/a.wav")
    assert read == [f"{root}/a"]
