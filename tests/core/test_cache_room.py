"""A cache stays within its limit, and what is wanted stays."""

from __future__ import annotations

import os
import shutil
from types import SimpleNamespace

import pytest

from core import cache_room
from core.cache_room import forget, make_room, mark_used
from core.folder_lock import writing_to


@pytest.fixture
def entries(tmp_path):
    """Five folders of 1000 bytes in a cache, the first the longest unused."""
    folders = [tmp_path / "cache" / name for name in "edcba"]
    for k, folder in enumerate(folders):
        folder.mkdir(parents=True)
        (folder / "samples.raw").write_bytes(bytes(400))
        (folder / "peaks.raw").write_bytes(bytes(600))
        os.utime(folder, ns=(k + 1, k + 1))
    return folders


def there(entries):
    return [folder.exists() for folder in entries]


def test_the_longest_unused_go_first_and_no_more_than_needed(entries):
    assert make_room(entries[4], limit_bytes=3000) == 2000
    assert there(entries) == [False, False, True, True, True]


def test_within_the_limit_nothing_goes(entries):
    assert make_room(entries[4], limit_bytes=5000) == 0
    assert all(there(entries))


def test_what_is_wanted_stays_however_old_and_large(entries):
    assert make_room(entries[0], limit_bytes=0) == 4000
    assert there(entries) == [True, False, False, False, False]


def test_what_was_used_again_is_no_longer_old(entries):
    mark_used(entries[0])
    make_room(entries[4], limit_bytes=3000)
    assert there(entries) == [True, False, False, True, True]


def test_what_is_being_made_stays(entries):
    with writing_to(entries[0]):
        make_room(entries[4], limit_bytes=4000)
    assert there(entries) == [True, False, True, True, True]


def test_the_limit_is_a_share_of_a_small_disk(entries, monkeypatch):
    """4000 bytes are free beside the cache's 5000: half of all that is 4500."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4000))
    assert make_room(entries[4]) == 1000
    monkeypatch.setattr(cache_room, "LARGEST_BYTES", 2500)
    assert make_room(entries[4]) == 2000


def test_files_beside_the_folders_do_no_harm(entries):
    (entries[0].parent / "note.txt").write_text("mine")
    (entries[1] / "a folder of mine").mkdir()
    assert make_room(entries[4], limit_bytes=0) == 3000
    assert (entries[0].parent / "note.txt").exists()


def test_a_cache_that_is_not_there(tmp_path):
    assert make_room(tmp_path / "cache" / "a") == 0
    mark_used(tmp_path / "cache" / "a")
    forget(tmp_path / "cache" / "a")
