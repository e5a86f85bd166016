"""The label errors panel: labels that are probably wrong, listed, heard, mended or called right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.settings import LabelErrorConfig, settings_of
from gui.error_listening import Place, is_of
from gui.label_checking import RIGHT, LabelChecking
from gui.models.label_errors_model import GONE, Column, LabelErrorsModel
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from core.label_errors import KeptLabelErrors
    from core.progress import Progress
    from gui.actions import Actions
    from gui.session import Session

OPENING_MS = 120
"""A row is opened when one stays on it so long: holding the key down runs through the list."""

RESOLUTION = 1000
ROOM_PX = 12
"""Beside the text of a cell."""

NO_PROJECT = "Open a project: labels of it that are probably wrong are listed here."
NEVER_FOUND = (
    "Find labels that are probably wrong. The recordings are divided into parts (folds), and each "
    "is judged by a model that is trained on the others, with the parameters of the training: it "
    "takes as many trainings as there are folds."
)
NONE_LEFT = "No label is probably wrong"
STARTING = "Starting"
RUNNING = "A stage runs: label errors can be looked for when it has ended."


class LabelErrorsPanel(QWidget):
    """Lists probable label errors; a row that is chosen is opened and heard.

    Parameters
    ----------
    session : Session
        Whose project is looked at.
    actions : Actions
        Of the window.
    """

    place_wanted = Signal(object)
    """A `gui.error_listening.Place` that is to be seen and heard."""
    chosen_changed = Signal()
    """`chosen` is another one, or none."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("labelErrorsPanel")
        self._session, self._actions = session, actions
        self.checking = LabelChecking(session)
        self.model = LabelErrorsModel(session.theme.colors, self)
        self._chosen: int | None = None
        self._is_filling = False
        self._opening = QTimer(self, interval=OPENING_MS, singleShot=True)
        self._opening.timeout.connect(self._open_chosen)
        self.table = self._make_table()
        self._make_parts()
        self._lay_out()
        self.setFocusProxy(self.table)
        self._connect()
        self._show()

    @property
    def chosen(self) -> int | None:
        """Place of the span that is chosen, in what was found."""
        return self._chosen

    @property
    def chosen_place(self) -> Place | None:
        """Where that is, if its recording is open."""
        place = self._place()
        return place if place is not None and is_of(self._session.recording, place) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the key of “Label is right” to this list: elsewhere it marks errors of a model."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if watched is self.table and event.type() in kinds:
            is_own = event.key() == Qt.Key.Key_Y and not event.modifiers()  # pyright: ignore[reportAttributeAccessIssue]
            if is_own and event.type() == kinds[0]:
                event.accept()
                return True
            if is_own:
                self._actions["label_right"].trigger()
                return True
        return super().eventFilter(watched, event)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("labelErrorsTable")
        table.setAccessibleName("Label errors")
        table.setModel(self.model)
        show_as_rows(table)
        columns = table.horizontalHeader()
        columns.setSectionResizeMode(Column.RECORDING, QHeaderView.ResizeMode.Stretch)
        table.installEventFilter(self)
        return table

    def _make_parts(self) -> None:
        self._counts, self._trust, self._empty = Sentence(), Sentence(), Sentence()
        names = ("labelErrorsCounts", "labelErrorsTrust", "labelErrorsEmpty")
        for sentence, name in zip((self._counts, self._trust, self._empty), names, strict=True):
            sentence.setObjectName(name)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._start = _button("labelErrorsStart", "Find label errors")
        self._again = _button("labelErrorsAgain", "Find again")
        self._cancel = _button("labelErrorsCancel", "Cancel")
        self._cancel.setToolTip("End the search; what was found before stays")
        self._right = _button("labelErrorsRight", "Label is right")
        self._right.setToolTip(self._actions["label_right"].toolTip())
        self._shows_right = QCheckBox("Show labels called right")
        self._shows_right.setObjectName("labelErrorsShowRight")
        self._shows_right.setToolTip("List them, too: “Label is right” takes the mark away again")
        self._bar = QProgressBar()
        self._bar.setObjectName("labelErrorsProgress")
        self._bar.setRange(0, RESOLUTION)
        self._bar.setMaximumWidth(200)
        (folds,) = settings_of(LabelErrorConfig)
        self._folds = QSpinBox()
        self._folds.setObjectName("labelErrorsFolds")
        self._folds.setRange(round(folds.minimum or 2), round(folds.maximum or 2))
        self._folds.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._folds.setPrefix("Folds: ")
        self._folds.setToolTip(folds.help)
        self._folds.setAccessibleName("Folds")

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._counts, 1)
        # While that is empty, the others stand at the right all the same.
        above.addStretch()
        for widget in (self._bar, self._cancel, self._folds, self._again):
            above.addWidget(widget)
        below.addWidget(self._trust, 1)
        for widget in (self._shows_right, self._right):
            below.addWidget(widget)
        listed, nothing = QWidget(), QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addWidget(self._start, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(listed)
        self._pages.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(3)
        layout.addLayout(above)
        layout.addWidget(self._pages, 1)

    def _connect(self) -> None:
        session, actions, checking = self._session, self._actions, self.checking
        find = actions["find_label_errors"]
        find.enabledChanged.connect(lambda _on: self._enable())
        for button in (self._start, self._again):
            button.clicked.connect(find.trigger)
        actions["label_right"].triggered.connect(self._call_right)
        self._right.clicked.connect(actions["label_right"].trigger)
        self._cancel.clicked.connect(checking.cancel)
        self._shows_right.toggled.connect(lambda _on: self._show())
        self._folds.valueChanged.connect(self._on_folds)
        checking.changed.connect(self._show)
        checking.progressed.connect(self._on_progressed)
        session.project_changed.connect(lambda _project: self._show())
        session.settings_changed.connect(lambda _project: self._show_folds())
        session.theme.changed.connect(self.model.set_colors)
        session.closing.connect(self._opening.stop)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.activated.connect(lambda _index: self._open_chosen())

    def _show(self) -> None:
        """Show what is known, or why nothing is."""
        checking = self.checking
        kept, is_running = checking.kept, checking.is_running
        self._fill(kept)
        self._show_folds()
        self._pages.setCurrentIndex(1 if kept is None or not kept.found.spans else 0)
        self._say_counts(kept)
        self._say_trust(kept)
        self._say_why_empty(kept)
        for widget in (self._bar, self._cancel):
            widget.setVisible(is_running)
        if not is_running:
            self._bar.setValue(0)
        self._again.setVisible(kept is not None and not is_running)
        self._folds.setVisible(self._session.project is not None and not is_running)
        self._enable()

    def _fill(self, kept: KeptLabelErrors | None) -> None:
        is_other = kept is None or self.model.kept is None or kept.found != self.model.kept.found
        row = self.table.currentIndex().row()
        was_empty = not self.model.rowCount()
        self._is_filling = True
        self.model.show(kept, shows_right=self._shows_right.isChecked())
        if was_empty and self.model.rowCount():
            self.table.resizeColumnsToContents()
            # Nothing stands there at first.
            width_px = self.table.fontMetrics().horizontalAdvance(GONE) + ROOM_PX
            self.table.setColumnWidth(Column.STATE, width_px)
        chosen = None if is_other else self._chosen
        own = -1 if chosen is None else self.model.row_of(chosen)
        if own >= 0:
            self.table.selectRow(own)
        self._is_filling = False
        if own < 0 and chosen is not None and self.model.rowCount():
            # It was called right: on with the one that has come in its place.
            self.table.selectRow(min(max(row, 0), self.model.rowCount() - 1))
        elif own < 0:
            self._choose(None)

    def _say_counts(self, kept: KeptLabelErrors | None) -> None:
        error = self.checking.error
        if self.checking.is_running:
            self._counts.say(Tone.BUSY, STARTING)
        elif kept is None:
            self._counts.say(Tone.HELP, "")
        elif error is not None:
            self._counts.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
        else:
            found, tone, since = kept.found, Tone.HELP, ""
            n_right = sum(v == RIGHT for v in kept.verdicts)
            n_changed = sum(
                now != s.annotated for now, s in zip(kept.now, found.spans, strict=True)
            )
            if kept.stale:
                tone, since = Tone.ODD, f" Since then: {', '.join(kept.stale)}."
            self._counts.say(
                tone,
                f"Probably wrong: {len(found.spans) - n_right - n_changed:,}; mended: "
                f"{n_changed:,}; called right: {n_right:,}; of {found.n_recordings:,} "
                f"recordings.{since}",
            )

    def _say_trust(self, kept: KeptLabelErrors | None) -> None:
        if kept is None:
            self._trust.say(Tone.HELP, "")
            return
        found, interval = kept.found, kept.found.interval
        accuracy = f"{found.balanced_accuracy:.2f}"
        text = f"The models agree with the labels to a balanced accuracy of {accuracy}"
        if interval is not None:
            text += f" (95 %: {interval['low']:.2f} to {interval['high']:.2f})"
        text += ": the lower, the more of the list are their own errors."
        notes = "".join(f" {note}." for note in found.notes)
        self._trust.say(Tone.ODD if notes else Tone.HELP, text + notes)

    def _say_why_empty(self, kept: KeptLabelErrors | None) -> None:
        checking, error = self.checking, self.checking.error
        if self._session.project is None:
            self._empty.say(Tone.HELP, NO_PROJECT)
        elif checking.is_running:
            self._empty.say(Tone.HELP, NEVER_FOUND)
        elif error is not None:
            self._empty.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
        elif kept is not None:
            notes = "".join(f" {note}." for note in kept.found.notes)
            self._empty.say(Tone.GOOD, f"{NONE_LEFT}.{notes}")
        else:
            self._empty.say(Tone.HELP, NEVER_FOUND)
        is_shown = self._session.project is not None and not checking.is_running
        self._start.setVisible(is_shown and kept is None)

    def _show_folds(self) -> None:
        project = self._session.project
        if project is not None:
            self._is_filling = True
            self._folds.setValue(project.settings.label_errors.folds)
            self._is_filling = False

    def _on_folds(self, folds: int) -> None:
        if self._is_filling:
            return
        try:
            self._session.change_settings(label_errors=LabelErrorConfig(folds))
        except LoudnessError as error:
            self._session.errors.show(error, title="Folds")
            self._show_folds()

    def _enable(self) -> None:
        find = self._actions["find_label_errors"]
        for button in (self._start, self._again):
            button.setEnabled(find.isEnabled())
            button.setToolTip(find.toolTip() if find.isEnabled() else RUNNING)
        self._right.setEnabled(self._chosen is not None)
        self._folds.setEnabled(not self._session.read_only)

    def _on_progressed(self, progress: Progress) -> None:
        if progress.total and progress.unit == "folds":
            self._bar.setValue(round(RESOLUTION * progress.done / progress.total))
        self._counts.say(Tone.BUSY, progress.text)

    def _on_selected(self, *_: object) -> None:
        rows = self.table.selectionModel().selectedRows()
        if self._is_filling or not rows:
            return
        self._choose(self.model.place(rows[0].row()))
        self._opening.start()

    def _choose(self, place: int | None) -> None:
        if place != self._chosen:
            self._chosen = place
            self.chosen_changed.emit()
        self._enable()

    def _place(self) -> Place | None:
        kept = self.model.kept
        if kept is None or self._chosen is None:
            return None
        span = kept.found.spans[self._chosen]
        return Place(span.path, span.start_s, span.end_s)

    def _open_chosen(self) -> None:
        self._opening.stop()
        place = self._place()
        if place is not None:
            self.place_wanted.emit(place)

    def _call_right(self) -> None:
        kept = self.model.kept
        if kept is not None and self._chosen is not None:
            is_marked = kept.verdicts[self._chosen] == RIGHT
            self.checking.mark(self._chosen, is_right=not is_marked)


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button
