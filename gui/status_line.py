"""The line at the bottom: what was said last, for a while, and how far the stage is that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QStatusBar

from gui.sentence import Sentence, Tone
from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from gui.session import Session
    from gui.stage_progress import StageProgress
    from gui.stage_runs import StageRuns

SHOWN_MS = 12_000
"""Nobody is still reading by then, and later it would be taken for what is so now."""


class StatusLine(QObject):
    """Writes on a status bar.

    Parameters
    ----------
    session : Session
        Says things.
    runs : StageRuns
        Seen here whatever panel is in front.
    bar : QStatusBar
        Where it is written.
    """

    def __init__(self, session: Session, runs: StageRuns, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._is_over = False
        self._said, self._running = QLabel(), QLabel()
        self._said.setObjectName("statusSaid")
        self._running.setObjectName("statusRunning")
        bar.addWidget(self._said, 1)
        bar.addPermanentWidget(self._running)
        self._sign = Sentence()
        self._sign.setObjectName("readOnlySign")
        self._sign.setWordWrap(False)
        bar.addPermanentWidget(self._sign)
        session.read_only_changed.connect(lambda: self._sign.say(Tone.ODD, session.read_only))
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._said.clear)
        session.said.connect(self._say)
        session.unsaid.connect(self._unsay)
        session.project_changed.connect(lambda _project: self._forget())
        session.closing.connect(self._end)
        runs.progressed.connect(self._show_progress)
        runs.idle.connect(self._running.clear)

    def _end(self) -> None:
        """What is said while things end, nobody reads any more."""
        self._is_over = True
        self._forget()

    def _say(self, text: str) -> None:
        if self._is_over:
            return
        self._said.setText(text)
        self._timer.start()

    def _unsay(self, text: str) -> None:
        if self._said.text() == text:
            self._forget()

    def _forget(self) -> None:
        self._timer.stop()
        self._said.clear()

    def _show_progress(self, progress: StageProgress) -> None:
        parts = [TITLES[progress.stage]]
        if progress.fraction is not None:
            parts.append(f"{progress.fraction:.0%}")
        parts.append(progress.time_left or progress.doing)
        self._running.setText(", ".join(part for part in parts if part))
