"""The review panel: what the model gets wrong, listed, seen, heard and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.review_marks import VERDICTS
from core.review_rows import HELD_OUT, TRAINED_ON
from gui.error_listening import ErrorListening, Place, is_of
from gui.models.error_spans_model import ErrorSpansModel
from gui.panels.review_details import ReviewDetails
from gui.panels.review_filters import ReviewFilters
from gui.panels.review_parts import make_run_box, place_of, side_by_side
from gui.panels.review_table import ErrorsTable
from gui.reviewing import Reviewing
from gui.sentence import Sentence, Tone
from gui.views.confusion import ConfusionView

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.media import Media
    from gui.playback import Player
    from gui.session import Session

OPENING_MS = 120
"""A row is opened when one stays on it so long: holding the key down runs through the list."""

CONFIRMING = "right"
"""The verdict after which there is nothing to be done about a label."""

WIDTHS = (250, 530, 215)
CURRENT = " (current)"
NO_PROJECT = "Open a project: what its model gets wrong is listed here."
READING = "Reading what the model predicted"
NONE_WRONG = "The model is right in every frame of these recordings."
NONE_FIT = "No error fits the filters."
NO_EXAMPLE = "No frame of this class is right: there is nothing to compare with."


class ReviewPanel(QWidget):
    """Shows the errors of the current run, or of one that is chosen."""

    train_again_wanted = Signal(str)
    """A run, whose labels were corrected."""
    chosen_changed = Signal()
    """`chosen` is another one."""

    def __init__(self, session: Session, actions: Actions, media: Media, player: Player) -> None:
        super().__init__()
        self.setObjectName("reviewPanel")
        self._session, self._actions, self._media = session, actions, media
        self.reviewing = Reviewing(session)
        self.listening = ErrorListening(session, media, player)
        self._chosen: int | None = None
        self._is_comparing, self._example = False, ""
        self._cell: tuple[str, str] | None = None
        """Classes of a cell that is to be shown once the errors are read."""
        self._is_following = False
        colors = session.theme.colors
        self.model = ErrorSpansModel(colors, self)
        self.table = ErrorsTable(self.model)
        self.filters = ReviewFilters(colors)
        self.details = ReviewDetails(session, actions, self.listening)
        self.matrix = ConfusionView()
        self.matrix.setObjectName("reviewMatrix")
        self.matrix.set_colors(colors)
        self.run_box = make_run_box()
        self._opening = QTimer(self, interval=OPENING_MS, singleShot=True)
        self._opening.timeout.connect(self._open_chosen)
        self._lay_out()
        self.setFocusProxy(self.table)
        self._connect()
        self._show_review()

    @property
    def chosen(self) -> int | None:
        """Place of the error that is chosen in the review."""
        return self._chosen

    @property
    def chosen_place(self) -> Place | None:
        """Where the error is that is chosen, if its recording is open."""
        review, error = self.model.review, self._chosen
        if review is None or error is None:
            return None
        place = place_of(review, review.errors, error)
        return place if is_of(self._session.recording, place) else None

    @property
    def chosen_prediction(self) -> str:
        """Name of the class that the model gave the error that is chosen."""
        review, error = self.model.review, self._chosen
        if review is None or error is None:
            return ""
        return review.keys.classes[int(review.errors.predicted[error])]

    def choose_cell(self, annotated: str, predicted: str) -> None:
        """List the errors of a cell, once they are read."""
        self._cell = (annotated, predicted)
        self._take_cell()

    def step(self, by: int) -> None:
        """Choose the error so many rows below."""
        row = self.table.currentIndex().row() + by
        if 0 <= row < self.model.rowCount():
            self.table.selectRow(row)

    def close_down(self) -> None:
        """Open nothing any more; the window closes."""
        self._opening.stop()

    def _lay_out(self) -> None:
        self._empty, self._counts = Sentence(), Sentence()
        self._empty.setObjectName("reviewEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._counts.setObjectName("reviewCounts")
        self._counts.setWordWrap(False)
        # However much there is to say, the panel does not get wider than the window.
        self._counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._run = QPushButton("Run all")
        self._run.setObjectName("reviewRunAll")
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addWidget(self._run, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(side_by_side(self._make_list(), self.details, WIDTHS[1:]))
        self._pages.addWidget(nothing)
        # Beside both pages: where the current run cannot be reviewed, a past one can be chosen.
        parts = side_by_side(self._make_matrix(), self._pages, (WIDTHS[0], sum(WIDTHS[1:])))
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addWidget(parts)

    def _make_matrix(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.run_box)
        self._axes = QLabel("Rows: annotated; columns: predicted")
        column.addWidget(self._axes)
        column.addWidget(self.matrix, 1)
        return side

    def _make_list(self) -> QWidget:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.addWidget(self._counts, 1)
        below.addWidget(self.filters.open_only)
        column.addLayout(below)
        return middle

    def _connect(self) -> None:
        session, actions = self._session, self._actions
        self.reviewing.changed.connect(self._show_review)
        self.reviewing.marks_changed.connect(self._show_marks)
        self._media.details_changed.connect(self.reviewing.follow)
        self.run_box.activated.connect(self._on_run_chosen)
        self.filters.changed.connect(self._on_filters_changed)
        self.matrix.cell_clicked.connect(self.choose_cell)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.activated.connect(lambda _index: self._open_chosen(plays=True))
        self.listening.matching.changed.connect(self._show_levels)
        self.details.note_written.connect(self._on_note)
        self._run.clicked.connect(actions["run_all"].trigger)
        actions["next_error"].triggered.connect(lambda: self.step(1))
        actions["previous_error"].triggered.connect(lambda: self.step(-1))
        actions["compare"].triggered.connect(self._compare)
        actions["train_again"].triggered.connect(self._train_again)
        for verdict in VERDICTS:
            actions[f"mark_{verdict}"].triggered.connect(lambda _on, v=verdict: self._mark(v))
        session.theme.changed.connect(self._set_colors)
        session.closing.connect(self.close_down)

    def _set_colors(self, colors: object) -> None:
        for part in (self.model, self.matrix, self.filters.histogram):
            part.set_colors(colors)  # pyright: ignore[reportArgumentType]
        self._show_details()

    def _on_run_chosen(self, row: int) -> None:
        runs = self.reviewing.runs
        if 0 <= row < len(runs):
            # Who looks at the current one wants to see the one that comes after it.
            self.reviewing.choose_run("" if runs[row].is_current else runs[row].folder.name)

    def _show_runs(self) -> None:
        reviewing, box = self.reviewing, self.run_box
        names = [run.folder.name for run in reviewing.runs]
        texts = [f"{run.folder.name}{CURRENT if run.is_current else ''}" for run in reviewing.runs]
        if texts != [box.itemText(k) for k in range(box.count())]:
            box.clear()
            box.addItems(texts)
        shown = reviewing.review.run if reviewing.review else reviewing.run
        wanted = reviewing.run or shown
        box.setCurrentIndex(names.index(wanted) if wanted in names else -1)
        box.setVisible(bool(names))
        review = reviewing.review
        self._media.choose_run("" if review is None or review.is_current else review.run)

    def _show_review(self) -> None:
        """Show the errors that are known, or why there are none."""
        reviewing = self.reviewing
        review = reviewing.review
        self._show_runs()
        self._axes.setVisible(review is not None)
        if review is not self.model.review:
            self._opening.stop()
            self._choose(None)
            self.filters.show_review(review)
            self.model.show(review)
            self.model.want(self.filters.wanted)
        self._show_matrix()
        self._take_cell()
        self._show_counts()
        if review is not None and reviewing.error is None:
            self._pages.setCurrentIndex(0)
            return
        tone, text = Tone.HELP, reviewing.why_none
        if reviewing.error is not None:
            error = reviewing.error
            tone, text = Tone.WRONG, f"{error.message}. {error.hint}".strip()
        elif self._session.project is None:
            text = NO_PROJECT
        elif not text:
            tone, text = Tone.BUSY, READING
        self._empty.say(tone, text)
        self._run.setVisible(bool(reviewing.why_none))
        self._pages.setCurrentIndex(1)

    def _show_matrix(self) -> None:
        review = self.reviewing.review
        if review is None:
            self.matrix.show_counts((), ())
            return
        sides = {HELD_OUT: review.confusion[0], TRAINED_ON: review.confusion[1]}
        counts = sides.get(self.filters.split, review.confusion.sum(axis=0))
        if self.matrix.matrix.counts != (shown := counts.tolist()):
            self.matrix.show_counts(review.keys.classes, shown)
        changed = self.model.changed_frames
        places = {HELD_OUT: slice(0, 1), TRAINED_ON: slice(1, 2)}
        changed = changed[places.get(self.filters.split, slice(None))].sum(axis=0)
        if self.matrix.matrix.changed != changed.tolist():
            self.matrix.matrix.show_changed(changed.tolist())

    def _take_cell(self) -> None:
        review = self.reviewing.review
        if self._cell is None or review is None:
            return
        annotated, predicted = self._cell
        self._cell = None
        classes = review.keys.classes
        if annotated in classes and predicted in classes:
            self.filters.choose_cell(classes.index(annotated), classes.index(predicted))

    def _on_filters_changed(self) -> None:
        self.model.want(self.filters.wanted)
        self._show_matrix()
        self._follow()
        self._show_counts()

    def _follow(self) -> None:
        """Keep what is chosen, if it is still listed."""
        row = -1 if self._chosen is None else self.model.row_of(self._chosen)
        self._is_following = True
        if row >= 0:
            self.table.selectRow(row)
        else:
            self.table.clearSelection()
        self._is_following = False
        if row < 0:
            self._choose(None)

    def _show_counts(self) -> None:
        n_shown, n_frames = self.model.rowCount(), self.model.n_frames
        review = self.reviewing.review
        if review is None:
            return
        text = f"{n_shown:,} of {len(review.errors):,} errors, {n_frames:,} frames"
        if progress := self.model.progress:
            text += f"; {progress}"
        if not len(review.errors):
            text = NONE_WRONG
        elif not n_shown:
            text = NONE_FIT
        if self.reviewing.is_reading:
            text = READING
        self._counts.say(Tone.BUSY if self.reviewing.is_reading else Tone.HELP, text)
        self._counts.setToolTip(text)

    def _on_selected(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if self._is_following or not rows:
            return
        self._choose(self.model.error(rows[0].row()))
        self._opening.start()

    def _choose(self, error: int | None) -> None:
        self._end_comparing()
        if error != self._chosen:
            self._chosen = error
            self.chosen_changed.emit()
        self._show_details()

    def _show_details(self) -> None:
        review, error = self.model.review, self._chosen
        if review is None or error is None:
            self.details.show_error(None, 0, None)
        else:
            self.details.show_error(review, error, self.model.mark(error))
        self._show_levels()

    def _open_chosen(self, *, plays: bool | None = None) -> None:
        review, error = self.model.review, self._chosen
        if review is not None and error is not None:
            self._opening.stop()
            self.listening.show(place_of(review, review.errors, error), plays=plays)

    def _compare(self, on: bool) -> None:  # noqa: FBT001  a signal's
        review, error = self.model.review, self._chosen
        if review is None or error is None:
            return
        example = review.example_for(error)
        if example is None:
            self._session.say(NO_EXAMPLE)
            self._actions["compare"].setChecked(False)
            return
        places = place_of(review, review.errors, error), place_of(review, example, 0)
        name = review.keys.recordings[int(example.recording[0])].encode("utf-8", "replace").decode()
        where = f"{places[1].start_s:.3f} to {places[1].end_s:.3f} s"
        self._example = f"Right example in {name}\n{where}" if on else ""
        self._is_comparing = True
        self._opening.stop()
        self.listening.compare(*places, hears_example=on)
        self._show_levels()

    def _show_levels(self) -> None:
        """Say what is compared, and what is done to its level."""
        words = self.listening.matching.words if self._is_comparing else ""
        self.details.show_compared(words, example=self._example)

    def _end_comparing(self) -> None:
        self._actions["compare"].setChecked(False)
        self._is_comparing, self._example = False, ""
        self.listening.end_comparing()

    def _train_again(self) -> None:
        if self.reviewing.review is not None:
            self.train_again_wanted.emit(self.reviewing.review.run)

    def _mark(self, verdict: str) -> None:
        if self._chosen is None:
            return
        mark = self.model.mark(self._chosen)
        taken_away = mark is not None and mark.verdict == verdict
        # The buttons show what is kept, not what is asked for.
        self._actions[f"mark_{verdict}"].setChecked(taken_away)
        self.reviewing.mark(self._chosen, "" if taken_away else verdict, self.details.note)
        if verdict == CONFIRMING and not taken_away and self.details.goes_on:
            self.step(1)

    def _on_note(self, note: str) -> None:
        mark = self.model.mark(self._chosen) if self._chosen is not None else None
        if mark is not None and self._chosen is not None:
            self.reviewing.mark(self._chosen, mark.verdict, note)

    def _show_marks(self) -> None:
        if self.reviewing.review is not None:
            self.model.show_marks(self.reviewing.review)
            self._show_matrix()
            self._show_counts()
            self._show_details()
