"""The question before something is closed while a stage runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.stage_runs import StageRuns

BOX = "closeBox"


def may_close(window: QWidget, runs: StageRuns, then: Callable[[], object] | None = None) -> bool:
    """Whether nothing runs; if something does, ask, and once it was cancelled do what comes then.

    Parameters
    ----------
    window : QWidget
        Where the question stands before.
    runs : StageRuns
        What may be running.
    then : callable, optional
        Tried again when nothing runs any more; the window's `close` if left out.
    """
    if not runs.is_running:
        return True
    asked = window.findChild(QMessageBox, BOX)
    if asked is not None:
        asked.raise_()
        return False
    box = QMessageBox(window)
    box.setObjectName(BOX)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A stage is running")
    box.setText(f"“{TITLES.get(runs.stage, runs.stage)}” is running: cancel it and close?")
    box.setInformativeText(
        "Recordings that are done are kept, and not done again; a training begins anew."
    )
    stop = box.addButton("Cancel it and &close", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("&Keep running", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)

    def close_now() -> None:
        (then or window.close)()

    def answered() -> None:
        if box.clickedButton() is not stop:
            return
        if runs.is_running:
            runs.idle.connect(
                # Later: whoever else waits for this has its turn before everything is closed.
                lambda: QTimer.singleShot(0, close_now),
                Qt.ConnectionType.SingleShotConnection,
            )
            runs.cancel()
        else:
            close_now()

    box.finished.connect(answered)
    box.open()
    return False
