"""The list of a project: read, surveyed, read again; the last good one stays."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from core.listing_files import META_NAME
from gui.library_listing import LibraryListing


@pytest.fixture
def listing(session):
    return LibraryListing(session)


def _done(listing, session):
    return lambda: listing.is_complete and not listing.text and not session.listing.is_busy


def test_list_and_states_come_one_after_the_other(listing, session, qtbot, project_folder):
    seen = []
    listing.restarted.connect(lambda: seen.append(("list", listing.states is None)))
    listing.states_changed.connect(lambda: seen.append(("states", listing.states is None)))
    session.open_project(project_folder)
    listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=15_000)
    assert seen[0] == ("list", True)
    assert seen[-1] == ("states", False)
    assert listing.reader.n_rows == listing.states.n_rows == 5
    assert listing.reader.folder.parent == project_folder / "cache" / "listing"
    assert (listing.reader.folder / "name.rank").exists()


def test_a_failed_reading_keeps_the_last_list(listing, session, qtbot, project_folder):
    session.open_project(project_folder)
    listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=15_000)
    (project_folder.parent / "loudsense.db").write_bytes(b"nonsense")
    listing.read()
    qtbot.waitUntil(lambda: listing.error is not None)
    assert "is not an SQLite database" in listing.error.message
    assert listing.reader.n_rows == 5


def test_only_the_last_of_several_readings_counts(listing, session, qtbot, project_folder):
    session.open_project(project_folder)
    restarts = []
    listing.restarted.connect(lambda: restarts.append(listing.reader))
    for _ in range(3):
        listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=20_000)
    assert len(restarts) == 1
    listing.clear()
    assert (listing.reader, listing.states, restarts[-1]) == (None, None, None)


def test_the_list_on_the_screen_stays_until_another_is(
    listing, session, qtbot, project_folder, monkeypatch
):
    session.open_project(project_folder)
    listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=15_000)
    shown = listing.reader.folder
    # As if each were overtaken by the next before its first rows came.
    monkeypatch.setattr(listing, "_map", lambda _name: None)
    for _ in range(2):
        listing.read()
        qtbot.waitUntil(_done(listing, session), timeout=15_000)
    assert listing.reader.folder == shown
    assert (shown / META_NAME).exists()
    monkeypatch.undo()
    listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=15_000)
    assert {p.name for p in shown.parent.iterdir()} == {shown.name, listing.reader.folder.name}


@contextmanager
def _read_only(folder):
    """Nobody may write there: root neither, who needs a mount for that."""
    if os.geteuid():
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if subprocess.run([mount, "--bind", folder, folder], check=False).returncode:
        pytest.skip("this machine lets nobody mount a folder")
    try:
        subprocess.run([mount, "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        # The child may still look at it.
        subprocess.run([umount, "--lazy", folder], check=True)


def test_a_read_only_project_is_listed_elsewhere(listing, session, qtbot, project_folder):
    with _read_only(project_folder):
        with pytest.raises(OSError, match=r"ermission|ead-only"):
            (project_folder / "x").touch()
        _check_listed_elsewhere(listing, session, qtbot, project_folder)


def test_a_project_without_room_for_a_cache_is_listed_elsewhere(
    listing, session, qtbot, project_folder
):
    (project_folder / "cache").write_text("in the way")
    _check_listed_elsewhere(listing, session, qtbot, project_folder)


def _check_listed_elsewhere(listing, session, qtbot, project_folder):
    session.open_project(project_folder)
    listing.read()
    qtbot.waitUntil(_done(listing, session), timeout=15_000)
    assert listing.reader.n_rows == listing.states.n_rows == 5
    assert not listing.reader.folder.is_relative_to(project_folder)
