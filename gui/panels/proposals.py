"""The proposals of the open recording: a table, and what is done with many of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QGridLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.models.proposals_model import Column, ProposalsModel
from gui.preferences import preferences
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.media import Media
    from gui.predicting import Predicting
    from gui.proposing import Proposing
    from gui.session import Session

MEASURED_ROWS = 50
LEAST_COLUMN_PX = 44
STEP = 0.05
USUAL_ACCEPTED, USUAL_DISMISSED = 0.9, 0.6
ACCEPTED_KEY, DISMISSED_KEY = "proposals/accepted", "proposals/dismissed"

NO_RECORDING = "Open a recording in the library: what a run proposes to annotate is listed here."
NO_MODEL = "No model trained yet: a run is needed to propose anything."
READING = "Reading the predictions"
NOT_PREDICTED = "The run {} has not predicted all of this recording: nothing is proposed yet."
NOTHING_LEFT = "Nothing is left to propose: all that {} predicts here is annotated or dismissed."


class ProposalsPanel(QWidget):
    """Lists proposals; the row that is chosen is selected and brought into view."""

    play_wanted = Signal(float, float)
    """Start and end in seconds of what the user wants to hear."""

    def __init__(
        self, session: Session, actions: Actions, media: Media, proposing: Proposing
    ) -> None:
        super().__init__()
        self.setObjectName("proposalsPanel")
        self._session, self._actions, self._media = session, actions, media
        self._proposing = proposing
        self._predicting: Predicting | None = None
        self._is_following = False
        self.model = ProposalsModel(session.theme.colors, self)
        self.table = self._make_table()
        self._empty, self._counts, self._read_only = Sentence(), Sentence(), Sentence()
        self._empty.setObjectName("proposalsEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._counts.setObjectName("proposalsCounts")
        self._read_only.setObjectName("proposalsReadOnly")
        self._predict = QToolButton()
        self._predict.setObjectName("proposalsPredict")
        self._predict.setDefaultAction(actions["predict_recording"])
        self._predict.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.least, self.accept_all = _threshold(ACCEPTED_KEY, USUAL_ACCEPTED, "proposalsAccept")
        self.below, self.dismiss_all = _threshold(
            DISMISSED_KEY, USUAL_DISMISSED, "proposalsDismiss"
        )
        self.restore = QPushButton()
        self.restore.setObjectName("proposalsRestore")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        actions.add_to_proposals(self.table)
        self._show()

    def predict_with(self, predicting: Predicting) -> None:
        """Tell how far a prediction is."""
        self._predicting = predicting
        predicting.changed.connect(self._show_state)
        self._show_state()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("proposalsTable")
        table.setAccessibleName("Proposals")
        table.setModel(self.model)
        show_as_rows(table)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setToolTip(
            "Choose a row to see it in the recording; Enter accepts it, a digit with another class,"
            " Del dismisses it; double-click it to hear it"
        )
        columns = table.horizontalHeader()
        columns.setResizeContentsPrecision(MEASURED_ROWS)
        columns.setMinimumSectionSize(LEAST_COLUMN_PX)
        # All four are seen, however narrow the panel is.
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        columns.setSectionResizeMode(Column.CLASS, QHeaderView.ResizeMode.ResizeToContents)
        columns.setSortIndicator(Column.START, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        table.selectionModel().selectionChanged.connect(self._on_row_chosen)
        table.doubleClicked.connect(self._on_double_clicked)
        return table

    def _lay_out(self) -> None:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addWidget(self._predict, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(nothing)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (field, button) in enumerate(
            ((self.least, self.accept_all), (self.below, self.dismiss_all))
        ):
            grid.addWidget(field, row, 0)
            grid.addWidget(button, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self._pages, 1)
        layout.addLayout(grid)
        layout.addWidget(self.restore)
        layout.addWidget(self._read_only)
        layout.addWidget(self._counts)

    def _connect(self) -> None:
        proposing, session = self._proposing, self._session
        proposing.changed.connect(self._show)
        proposing.chosen_changed.connect(self._follow_choice)
        session.theme.changed.connect(self.model.set_colors)
        session.read_only_changed.connect(self._show_state)
        session.recording_changed.connect(self._show_state)
        session.project_changed.connect(self._show_state)
        for field, key in ((self.least, ACCEPTED_KEY), (self.below, DISMISSED_KEY)):
            field.valueChanged.connect(lambda value, k=key: preferences().setValue(k, value))
            field.valueChanged.connect(self._show_buttons)
        self.accept_all.clicked.connect(lambda: proposing.accept_all(self.least.value()))
        self.dismiss_all.clicked.connect(lambda: proposing.dismiss_all(self.below.value()))
        self.restore.clicked.connect(proposing.restore)

    def _show(self) -> None:
        self._is_following = True
        self.model.show(self._proposing.proposals)
        self._is_following = False
        self._show_state()
        self._follow_choice()

    def _show_state(self, *_: object) -> None:
        has_rows = self.model.rowCount() > 0
        self._pages.setCurrentIndex(0 if has_rows else 1)
        details = self._media.details
        self._empty.say(*self._why_empty(details))
        is_missing = details is not None and not details.are_all_predicted
        has_run = details is not None and details.run is not None
        self._predict.setVisible(is_missing and has_run and not self._is_predicting)
        self._counts.say(Tone.HELP, self._counts_text())
        is_open = self._session.project is not None and self._session.recording is not None
        self._read_only.say(Tone.ODD, self._proposing.why_not if is_open else "")
        self._show_buttons()

    @property
    def _is_predicting(self) -> bool:
        return self._predicting is not None and self._predicting.now is not None

    def _why_empty(self, details: RecordingDetails | None) -> tuple[Tone, str]:
        if self._session.project is None or self._session.recording is None:
            return Tone.HELP, NO_RECORDING
        now = self._predicting.now if self._predicting else None
        if now is not None or details is None or self._proposing.is_looking:
            return Tone.BUSY, now.text if now else READING
        name = details.run.name if details.run else ""
        if self._predicting is not None and self._predicting.problem:
            return Tone.WRONG, f"It could not be predicted: {self._predicting.problem}"
        if details.are_all_predicted:
            return Tone.GOOD, NOTHING_LEFT.format(name)
        return Tone.HELP, NOT_PREDICTED.format(name) if name else NO_MODEL

    def _counts_text(self) -> str:
        proposals, predicted = self._proposing.proposals, self._proposing.predicted
        if predicted is None:
            return ""
        n_rows, n_dismissed = len(proposals), len(predicted.dismissals)
        parts = [f"{n_rows:,} {'proposal' if n_rows == 1 else 'proposals'}"] if n_rows else []
        parts += [f"{n_dismissed:,} dismissed"] if n_dismissed else []
        return ", ".join(parts)

    def _show_buttons(self, *_: object) -> None:
        proposals, predicted = self._proposing.proposals, self._proposing.predicted
        why_not, scores = self._proposing.why_not, proposals.scores
        least, below = self.least.value(), self.below.value()
        n_sure, n_unsure = int((scores >= least).sum()), int((scores < below).sum())
        n_dismissed = len(predicted.dismissals) if predicted else 0
        for part in (self.least, self.below, self.accept_all, self.dismiss_all):
            part.setVisible(len(proposals) > 0)
        self.restore.setVisible(n_dismissed > 0)
        for button, text, tip, n in (
            (self.accept_all, f"Accept all of at least {least:.2f} ({n_sure:,})",
             "Make annotations of all proposals with this score or a higher one", n_sure),
            (self.dismiss_all, f"Dismiss all below {below:.2f} ({n_unsure:,})",
             "Have all proposals with a lower score be none any more", n_unsure),
            (self.restore, f"Propose the dismissed again ({n_dismissed:,})",
             "Propose again what was dismissed of this run and recording", n_dismissed),
        ):  # fmt: skip
            button.setText(text)
            button.setEnabled(n > 0 and not why_not)
            button.setToolTip(f"{tip}\n{why_not or 'One step, that can be undone'}")

    def _on_row_chosen(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if not self._is_following and rows:
            self._proposing.choose(self.model.place(rows[0].row()))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        one = self._proposing.proposals[self.model.place(index.row())]
        self.play_wanted.emit(one.start_s, one.end_s)

    def _follow_choice(self) -> None:
        """Choose the row of what is chosen, or none."""
        row = self.model.row_of(self._proposing.chosen)
        self._is_following = True
        if row < 0:
            self.table.clearSelection()
        elif row not in {i.row() for i in self.table.selectionModel().selectedRows()}:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))
        self._is_following = False


def _threshold(key: str, usual: float, name: str) -> tuple[QDoubleSpinBox, QPushButton]:
    """A field for a score, and the button of what is done by it."""
    field = QDoubleSpinBox()
    field.setObjectName(f"{name}Score")
    field.setAccessibleName("Score")
    field.setToolTip("Score, 0 to 1")
    field.setRange(0.0, 1.0)
    field.setDecimals(2)
    field.setSingleStep(STEP)
    try:
        field.setValue(float(str(preferences().value(key, usual))))
    except ValueError:
        field.setValue(usual)
    button = QPushButton()
    button.setObjectName(name)
    return field, button
