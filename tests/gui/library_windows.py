"""What tests of the library panel do with it and with its database."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def change_database(project_folder, *statements):
    with closing(sqlite3.connect(project_folder.parent / "loudsense.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def names(panel):
    return [panel.model.index(row, 1).data() for row in range(panel.model.rowCount())]


def wait_until_known(panel, qtbot):
    """Until the list and the states are complete and sorted."""
    listing = panel.listing
    qtbot.waitUntil(
        lambda: listing.is_complete and not listing.text and not panel._session.listing.is_busy,
        timeout=20_000,
    )
    qtbot.waitUntil(lambda: not panel._session.finding.is_busy, timeout=20_000)
