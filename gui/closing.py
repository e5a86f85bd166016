"""Before something is closed: the question while a stage runs, and the wait for the last edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import SignalInstance

    from gui.editing import Editing
    from gui.session import Session
    from gui.stage_runs import StageRuns

BOX = "closeBox"
EDIT_BOX = "closeEditBox"

PATIENCE_MS = 5_000
"""So long an edit is waited for before it is asked what to do."""


@dataclass(frozen=True)
class Work:
    """Something that takes long, besides the stages, and is not ended without a question."""

    title: str
    is_running: Callable[[], bool]
    cancel: Callable[[], None]
    changed: SignalInstance
    """It may have ended."""


def may_close(
    window: QWidget,
    runs: StageRuns,
    then: Callable[[], object] | None = None,
    others: Sequence[Work] = (),
) -> bool:
    """Whether nothing runs; if something does, ask, and once it was cancelled do what comes then.

    Parameters
    ----------
    window : QWidget
        Where the question stands before.
    runs : StageRuns
        What may be running.
    then : callable, optional
        Tried again when nothing runs any more; the window's `close` if left out.
    others : sequence of Work
        What else may be running.
    """
    title = TITLES.get(runs.stage, runs.stage)
    works = [Work(title, lambda: runs.is_running, runs.cancel, runs.idle), *others]
    running = [work for work in works if work.is_running()]
    if not running:
        return True
    asked = window.findChild(QMessageBox, BOX)
    if asked is not None:
        asked.raise_()
        return False
    box = QMessageBox(window)
    box.setObjectName(BOX)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A stage is running" if runs.is_running else "Something is running")
    box.setText(f"“{running[0].title}” is running: cancel it and close?")
    box.setInformativeText(
        "Recordings that are done are kept, and not done again; a training begins anew."
    )
    stop = box.addButton("Cancel it and &close", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("&Keep running", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)

    def answered() -> None:
        if box.clickedButton() is stop:
            _cancel(works, then or window.close)

    box.finished.connect(answered)
    box.open()
    return False


def _cancel(works: Sequence[Work], then: Callable[[], object]) -> None:
    """End what runs, and do what comes then."""
    running = [work for work in works if work.is_running()]
    if not running:
        then()
        return

    def look() -> None:
        if not any(work.is_running() for work in running):
            for work in running:
                work.changed.disconnect(look)
            # Later: whoever else waits for this has its turn before everything is closed.
            QTimer.singleShot(0, then)

    for work in running:
        work.changed.connect(look)
    for work in running:
        work.cancel()


class LastEdits(QObject):
    """Has what is closed wait for edits that are still being stored, so that none is lost unsaid.

    Parameters
    ----------
    window : QWidget
        Where the question stands before, should it take long.
    session : Session
        Says that it waits.
    editing : Editing
        Stores edits.
    """

    def __init__(self, window: QWidget, session: Session, editing: Editing) -> None:
        super().__init__(window)
        self._window, self._session, self._editing = window, session, editing
        self._then: Callable[[], object] | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._ask)
        editing.settled.connect(self._on_settled)
        # What could not be stored is told in a box, which is to be read.
        session.errors.shown.connect(self._stay)
        session.closing.connect(self._stay)

    def are_stored(self, then: Callable[[], object] | None = None) -> bool:
        """Whether nothing is being stored; if something is, do what comes then once it is.

        `then` is the window's `close` if left out.
        """
        if not self._editing.is_busy:
            return True
        if self._then is None:
            self._session.say("Storing the last edit, then closing …")
            self._patience.start()
        self._then = then or self._window.close
        return False

    def _on_settled(self) -> None:
        then = self._then
        if then is not None and not self._editing.is_busy:
            self._stay()
            # Later: whoever else waits for this has its turn before everything is closed.
            QTimer.singleShot(0, self, then)

    def _stay(self, *_: object) -> None:
        self._then = None
        self._patience.stop()
        box = self._window.findChild(QMessageBox, EDIT_BOX)
        if box is not None:
            box.close()

    def _ask(self) -> None:
        box = QMessageBox(self._window)
        box.setObjectName(EDIT_BOX)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("An edit is being stored")
        box.setText("The last edit is still being stored. Close without it?")
        box.setInformativeText("Those before it are on the disk; the last one may be lost.")
        lose = box.addButton("Close &without it", QMessageBox.ButtonRole.DestructiveRole)
        wait = box.addButton("&Wait", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        box.setEscapeButton(wait)
        lose.clicked.connect(self._close_without)
        # Whichever way it is closed: the edit is waited for, and it is asked again.
        box.finished.connect(self._on_answered)
        box.open()

    def _on_answered(self, _result: int) -> None:
        if self._then is not None:
            self._patience.start()

    def _close_without(self) -> None:
        then = self._then
        self._stay()
        self._editing.give_up()
        if then is not None:
            then()
