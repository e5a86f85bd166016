"""Filtering and sorting while one types: the newest wish counts, and none is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import StorageError
from core.listing_search import Wanted, find_rows, prepare_search

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from gui.session import Session

    Request = tuple[Path, Path | None, Wanted]


class LibrarySearch(QObject):
    """Asks a child for rows of the list; of several wishes while it works, the last is kept."""

    found = Signal(object, object)
    """Folder of the list, and rows of it as an array of int32."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._waiting: Request | None = None
        self._is_busy = False
        self._is_wanted = False

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._is_wanted

    def prepare(self) -> None:
        """Have the child start before anybody waits for it."""
        self._session.finding.submit(prepare_search)

    def ask(self, listing: Path, states: Path | None, wanted: Wanted) -> None:
        """Have rows found; earlier wishes are dropped."""
        self._is_wanted = True
        self._waiting = (listing, states, wanted)
        # A child that is cancelled has to be started anew: it is sooner let finish.
        if not self._is_busy:
            self._start()

    def drop(self) -> None:
        """Want nothing any longer."""
        self._waiting, self._is_wanted = None, False

    def _start(self) -> None:
        if self._waiting is None:
            return
        (listing, states, wanted), self._waiting = self._waiting, None
        self._is_busy = True
        self._session.finding.submit(
            find_rows,
            listing,
            states,
            wanted,
            done=lambda rows: self._on_found(listing, rows),
            failed=self._on_failed,
            cancelled=self._on_cancelled,
        )

    def _on_found(self, listing: Path, rows: NDArray[np.int32]) -> None:
        self._is_busy = False
        if self._waiting is not None:
            self._start()
        elif self._is_wanted:
            self._is_wanted = False
            self.found.emit(listing, rows)

    def _on_failed(self, error: Exception) -> None:
        self._is_busy = self._is_wanted = False
        if self._waiting is not None:
            self._start()
        elif not isinstance(error, StorageError):
            # A list that has gone was replaced by another, which will be asked for.
            self._session.errors.show(error)

    def _on_cancelled(self) -> None:
        self._is_busy = self._is_wanted = False
        self._waiting = None
