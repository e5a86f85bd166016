"""What to annotate next: recordings by how unsure the model is of them, opened where it is most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.bar_delegate import BarDelegate
from gui.models.queue_model import SHARE_ROLE, Column, QueueModel
from gui.queueing import Queueing
from gui.sentence import Sentence, Tone
from gui.stage_progress import STARTING_TENSORFLOW
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from core.annotation_queue import AnnotationQueue, QueueRow
    from core.progress import Progress
    from gui.actions import Actions
    from gui.session import Session

NO_PROJECT = "Open a project: what to annotate next is listed here."
NO_RUN = "There is no model yet. Annotate a few recordings and train one: it can rank the others."
NEVER_RANKED = "Have the model rank what is not annotated, what it is most unsure of first."
READING = "Reading what is ranked"
RANKING = "Ranking"
ALL_DONE = "Every recording is annotated or reviewed."
ALL_RANKED_DONE = "Every recording that was ranked is annotated or reviewed by now."
RESOLUTION = 1000
SAMPLES = {
    Column.UNCERTAINTY: "Uncertainty 0",
    Column.PLACE: "00:00.0 - 00:00.0 ",
    Column.LENGTH: "000:00.0 ",
}
"""Texts that the columns have room for."""

RECORDING_PX = 260


class AnnotateNextPanel(QWidget):
    """Lists recordings that are not annotated; a double click opens one.

    Parameters
    ----------
    session : Session
        Whose project's recordings are ranked.
    actions : Actions
        Of the window.
    """

    front_wanted = Signal()
    """There is something to be done here before the next can be opened."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("annotateNextPanel")
        self._session = session
        self._action = actions["rank_recordings"]
        self.queueing = Queueing(session)
        self.model = QueueModel(self)
        self.table = self._make_table()
        self._make_parts()
        self._lay_out()
        self.setFocusProxy(self.table)
        for button in (self._start, self._again):
            button.clicked.connect(self._action.trigger)
        self._action.changed.connect(self._enable)
        self._cancel.clicked.connect(self.queueing.cancel)
        self._next.clicked.connect(actions["next_in_queue"].trigger)
        self._reviewed.toggled.connect(self.queueing.include_reviewed)
        self.queueing.changed.connect(self._show_queue)
        self.queueing.progressed.connect(self._on_progressed)
        self.queueing.missing.connect(self.front_wanted)
        session.recording_changed.connect(self._follow)
        self.table.activated.connect(lambda index: self._open(index.row()))
        self._show_queue()

    @property
    def chosen(self) -> QueueRow | None:
        """What the chosen row is about."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.item(rows[0].row()) if rows else None

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("queueTable")
        table.setAccessibleName("What to annotate next")
        table.setModel(self.model)
        show_as_rows(table)
        table.setToolTip("Double click or Enter opens a recording where the model is most unsure")
        table.setItemDelegateForColumn(Column.UNCERTAINTY, BarDelegate(SHARE_ROLE, table))
        columns = table.horizontalHeader()
        columns.setSectionResizeMode(Column.EXPECTED, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(Column.RECORDING, RECORDING_PX)
        for column, sample in SAMPLES.items():
            table.setColumnWidth(column, table.fontMetrics().horizontalAdvance(sample) + 16)
        return table

    def _make_parts(self) -> None:
        self._counts, self._stale, self._empty = Sentence(), Sentence(), Sentence()
        for sentence, name in (
            (self._counts, "queueCounts"),
            (self._stale, "queueStale"),
            (self._empty, "queueEmpty"),
        ):
            sentence.setObjectName(name)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._start = _button("queueStart", "Rank recordings")
        self._again = _button("queueAgain", "Rank again")
        self._cancel = _button(
            "queueCancel", "Cancel", "End the ranking; the next one goes on where this one was"
        )
        self._next = _button("queueNext", "Next in queue")
        self._next.setToolTip(
            "Open the first, then what comes behind the one that was opened last from here (Q)"
        )
        self._reviewed = QCheckBox("Reviewed ones, too")
        self._reviewed.setObjectName("queueReviewed")
        self._reviewed.setToolTip(
            "Also list recordings that are marked as reviewed and have no annotation"
        )
        self._bar = QProgressBar()
        self._bar.setObjectName("queueProgress")
        self._bar.setRange(0, RESOLUTION)
        self._bar.setMaximumWidth(200)
        self._doing = Sentence()
        self._doing.setObjectName("queueDoing")

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self._counts, 1)
        for widget in (self._doing, self._bar, self._cancel, self._reviewed, self._again):
            above.addWidget(widget)
        above.addWidget(self._next)
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addWidget(self._start, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(3)
        layout.addLayout(above)
        layout.addWidget(self._stale)
        layout.addWidget(self._pages, 1)

    def _show_queue(self) -> None:
        queueing, chosen = self.queueing, self.chosen
        queue, is_ranking = queueing.queue, queueing.is_ranking
        self.model.show(queue.items if queue else ())
        if chosen is not None:
            self._choose(chosen.recording)
        self._follow()
        has_rows = bool(self.model.rowCount())
        self._pages.setCurrentIndex(0 if has_rows else 1)
        self._counts.say(Tone.HELP, _counts(queue) if queue else "")
        self._say_what_is_wrong(queue)
        self._say_why_empty(queue)
        for widget in (self._bar, self._cancel):
            widget.setVisible(is_ranking)
        self._doing.say(Tone.BUSY, RANKING if is_ranking else "")
        if is_ranking and self._bar.maximum():
            self._bar.setRange(0, RESOLUTION)
        self._again.setVisible(has_rows and not is_ranking)
        self._next.setVisible(has_rows)
        self._reviewed.setVisible(bool(queue and queue.run))
        self._enable()

    def _say_what_is_wrong(self, queue: AnnotationQueue | None) -> None:
        error = self.queueing.error
        if error is not None and self.model.rowCount():
            self._stale.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
        elif queue is not None and queue.why_stale:
            self._stale.say(Tone.ODD, f"{queue.why_stale}: rank them again.")
        elif queue is not None and queue.left_out:
            first, n = queue.left_out[0], len(queue.left_out)
            text = f"{n:,} could not be ranked ({first.name}: {first.reason.rstrip('.')})."
            self._stale.say(Tone.ODD, text)
            self._stale.setToolTip("\n".join(f"{x.name}: {x.reason}" for x in queue.left_out[:30]))
        else:
            self._stale.say(Tone.HELP, "")

    def _say_why_empty(self, queue: AnnotationQueue | None) -> None:
        queueing, error = self.queueing, self.queueing.error
        tone, text = Tone.HELP, NEVER_RANKED
        if self._session.project is None:
            text = NO_PROJECT
        elif queueing.is_ranking:
            tone, text = Tone.BUSY, RANKING
        elif error is not None:
            tone, text = Tone.WRONG, f"{error.message}. {error.hint}".strip()
        elif queue is None:
            tone, text = Tone.BUSY, READING if queueing.is_reading else ""
        elif not queue.n_to_do:
            tone, text = Tone.GOOD, ALL_DONE
        elif not queue.newest:
            text = NO_RUN
        elif queue.rows:
            text = ALL_RANKED_DONE
        self._empty.say(tone, text)
        can_start = text not in {NO_PROJECT, READING, RANKING, ALL_DONE, NO_RUN, ""}
        self._start.setVisible(can_start)

    def _enable(self) -> None:
        """Where it cannot be ranked now, the buttons say why."""
        can = self._action.isEnabled() and not self.queueing.is_ranking
        tip = "Have the model rank all recordings that are not annotated"
        for button in (self._start, self._again):
            button.setEnabled(can)
            button.setToolTip(tip if can else f"{tip}: when nothing else runs")

    def _on_progressed(self, progress: Progress) -> None:
        if not self.queueing.is_ranking:
            return
        text = progress.text or RANKING
        self._bar.setRange(0, 0 if text == STARTING_TENSORFLOW else RESOLUTION)
        if progress.total and text != STARTING_TENSORFLOW:
            self._bar.setValue(round(RESOLUTION * progress.done / progress.total))
        self._doing.say(Tone.BUSY, text)
        if not self.model.rowCount():
            self._empty.say(Tone.BUSY, text)

    def _follow(self, *_: object) -> None:
        """Have the recording that is open chosen, if it is listed."""
        recording = self._session.recording
        if recording is not None:
            self._choose(recording.database_path)

    def _choose(self, recording: str) -> None:
        row = self.model.row_of(recording)
        if row >= 0:
            self.table.selectRow(row)

    def _open(self, row: int) -> None:
        self.queueing.open(self.model.item(row))


def _button(name: str, text: str, tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button


def _counts(queue: AnnotationQueue) -> str:
    texts = [f"{queue.n_annotated:,} of {queue.n_recordings:,} annotated"]
    if queue.n_only_reviewed:
        texts.append(f"{queue.n_only_reviewed:,} more reviewed")
    if queue.run:
        texts.append(f"{len(queue.items):,} in the queue")
        if queue.n_unranked:
            texts.append(f"{queue.n_unranked:,} not ranked")
    return ", ".join(texts) + "."
