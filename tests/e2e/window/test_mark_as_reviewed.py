"""R marks the open recording as reviewed in the user's own database; the list and count follow."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from PySide6.QtCore import Qt

from gui.sentence import Sentence


def _marks(database):
    with closing(sqlite3.connect(database)) as connection:
        return [bool(v) for (v,) in connection.execute("SELECT reviewed FROM recording")]


def test_r_toggles_the_mark(annotator):
    window = annotator.window
    database = window.session.project.settings.library.database
    listing = window.library.listing
    annotator.wait(lambda: listing.states is not None and not listing.text)
    counts = window.findChild(Sentence, "libraryCounts")
    n = sum(_marks(database))
    annotator.wait(lambda: f"{n} of 5 reviewed" in counts.sentence)
    annotator.key(Qt.Key.Key_R)
    annotator.wait(lambda: f"{n - 1} of 5 reviewed" in counts.sentence)
    assert sum(_marks(database)) == n - 1
    annotator.wait(lambda: not listing.text and not window.session.listing.is_busy)
    assert f"{n - 1} of 5 reviewed" in counts.sentence
    annotator.key(Qt.Key.Key_R)
    annotator.wait(lambda: f"{n} of 5 reviewed" in counts.sentence)
    assert sum(_marks(database)) == n


def test_a_locked_database_is_a_message(annotator):
    window = annotator.window
    database = window.session.project.settings.library.database
    before = _marks(database)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with annotator.qtbot.waitSignal(window.session.errors.shown, timeout=20_000) as shown:
            annotator.key(Qt.Key.Key_R)
        connection.execute("ROLLBACK")
    assert "locked" in shown.args[0]
    assert _marks(database) == before
    for box in window.session.errors.boxes:
        box.close()


def test_the_count_of_annotations_follows_an_edit(annotator):
    window = annotator.window
    listing = window.library.listing
    annotator.wait(lambda: listing.states is not None and not listing.text)
    assert int(listing.states.annotations[window.library.current]) == 3
    annotator.drag(6.5, 7.5)
    annotator.wait_for(4)
    annotator.wait(lambda: int(listing.states.annotations[window.library.current]) == 4)
