"""How annotations lie to the sound: recordings ranked by suspicion, opened, and corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMetaMethod, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.annotations.edits import apply_offset_and_stretch
from gui.aligning import Aligning
from gui.models.alignment_model import AlignmentModel, Column, interval_text
from gui.panels.alignment_shift import ShiftFields
from gui.reasons import enable
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.align_recording import RecordingAlignment
    from core.annotations.edits import Edit, Signature
    from core.progress import Progress
    from gui.actions import Actions
    from gui.session import Session

NO_PROJECT = "Open a project: whether its annotations lie where the sound changes is listed here."
NEVER_CHECKED = "See whether annotations lie where the sound changes, or are shifted."
CHECKING = "Checking"
SHIFT = "Move all annotations of this recording by offset and factor; can be undone"
PREVIEW = "Draw dashed in the waveform where the annotations would be"
RESOLUTION = 1000


class AlignmentPanel(QWidget):
    """Lists recordings by how their annotations lie; a row that is chosen opens its recording.

    Parameters
    ----------
    session : Session
        Whose project is checked.
    actions : Actions
        Of the window.
    """

    edit_wanted = Signal(object)
    """A function that makes an `Edit` of the open recording, as `Editing.submit` takes it: of what
    holds its annotations (``stored``: by id; ``bounds``), and a `Signature`."""
    preview_wanted = Signal(object)
    """Such a function, whose edit is to be drawn and not made; or None."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("alignmentPanel")
        self._session = session
        self._is_filling = False
        self.aligning = Aligning(session)
        self._estimated_of: RecordingAlignment | None = None
        self.model = AlignmentModel(self)
        self.table = self._make_table()
        self._lay_out()
        self.setFocusProxy(self.table)
        actions["check_alignment"].triggered.connect(self.aligning.run)
        for button in (self._start, self._again):
            button.clicked.connect(actions["check_alignment"].trigger)
        self._cancel.clicked.connect(self.aligning.cancel)
        self._apply.clicked.connect(self._on_apply)
        self.fields.changed.connect(self._on_fields)
        self.aligning.changed.connect(self._show_check)
        self.aligning.progressed.connect(self._on_progressed)
        session.recording_changed.connect(self._leave)
        session.read_only_changed.connect(self._enable)
        session.project_changed.connect(self._show_check)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self._show_check()

    @property
    def chosen(self) -> RecordingAlignment | None:
        """What the chosen row is about."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.found(rows[0].row()) if rows else None

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("alignmentTable")
        table.setAccessibleName("Alignment")
        table.setModel(self.model)
        show_as_rows(table)
        table.setToolTip("Choose a row to open its recording")
        columns = table.horizontalHeader()
        columns.setSectionResizeMode(Column.RECORDING, QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        self._counts, self._advice, self._empty = Sentence(), Sentence(), Sentence()
        names = ("alignmentCounts", "alignmentAdvice", "alignmentEmpty")
        for sentence, name in zip((self._counts, self._advice, self._empty), names, strict=True):
            sentence.setObjectName(name)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._again = self._make_button("alignmentAgain", "Check again", "Check all recordings")
        self._start = self._make_button("alignmentStart", "Check alignment", "Check all recordings")
        self._cancel = self._make_button(
            "alignmentCancel", "Cancel", "End the check; what is known stays"
        )
        self._apply = self._make_button("alignmentApply", "Shift annotations", SHIFT)
        self.fields = ShiftFields()
        self._bar = QProgressBar()
        self._bar.setObjectName("alignmentProgress")
        self._bar.setRange(0, RESOLUTION)
        self._bar.setMaximumWidth(200)
        above = QHBoxLayout()
        above.addWidget(self._counts, 1)
        for widget in (self._bar, self._cancel, self._again):
            above.addWidget(widget)
        below = QHBoxLayout()
        below.addWidget(self._advice, 1)
        below.addWidget(self.fields)
        below.addWidget(self._apply)
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

    def _make_button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setToolTip(tip)
        return button

    def _show_check(self, *_: object) -> None:
        aligning, chosen = self.aligning, self.chosen
        check, is_running = aligning.check, aligning.is_running
        was_empty = not self.model.rowCount()
        self._is_filling = True
        self.model.show(check.recordings if check else (), aligning.is_old)
        if check is not None and was_empty:
            self.table.resizeColumnsToContents()
        row = self.model.row_of(chosen.recording) if chosen else -1
        if row >= 0:
            self.table.selectRow(row)
        self._is_filling = False
        self._pages.setCurrentIndex(0 if self.model.rowCount() else 1)
        self._say_counts()
        self._say_why_empty()
        for widget in (self._bar, self._cancel):
            widget.setVisible(is_running)
        if not is_running:
            self._bar.setValue(0)
        self._again.setVisible(bool(self.model.rowCount()) and not is_running)
        self._enable()

    def _say_counts(self) -> None:
        check, error = self.aligning.check, self.aligning.error
        if error is not None and check is not None:
            self._counts.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
            return
        if check is None:
            self._counts.say(Tone.HELP, "")
            return
        n_recordings = len(check.recordings)
        texts = [
            f"{check.n_suspicious:,} of {n_recordings:,} recordings suspicious",
            f"of {check.n_unknown:,} nothing can be told",
        ]
        if check.typical_shift_s is not None:
            texts.append(f"median shift {check.typical_shift_s:+.3f} s")
        if check.left_out:
            first = check.left_out[0]
            texts.append(f"{len(check.left_out):,} left out ({first.name}: {first.reason})")
        tone = Tone.ODD if check.n_suspicious or check.left_out else Tone.GOOD
        self._counts.say(tone, ", ".join(texts) + ".")

    def _say_why_empty(self) -> None:
        aligning = self.aligning
        error = aligning.error
        if self._session.project is None:
            self._empty.say(Tone.HELP, NO_PROJECT)
        elif aligning.is_running:
            self._empty.say(Tone.BUSY, CHECKING)
        elif error is not None:
            self._empty.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
        else:
            self._empty.say(Tone.HELP, NEVER_CHECKED)
        self._start.setVisible(self._session.project is not None and not aligning.is_running)

    def _on_progressed(self, progress: Progress) -> None:
        if progress.total:
            self._bar.setValue(round(RESOLUTION * progress.done / progress.total))

    def _on_chosen(self, *_: object) -> None:
        if self._is_filling:
            return
        found = self.chosen
        if found is not None:
            self._session.open_recording(found.recording)
            self._estimated_of = None
        self._enable()

    def _leave(self, *_: object) -> None:
        """Another recording: what was previewed was of the one before."""
        self.fields.preview.setChecked(False)
        self._enable()

    def _enable(self, *_: object) -> None:
        found = self.chosen
        if found is not None and found != self._estimated_of:
            # Once: what is typed afterwards stays.
            self._estimated_of = found
            told = found.alignment.verdict != "cannot tell"
            values = (found.alignment.offset_s, found.alignment.stretch) if told else (0.0, 1.0)
            self.fields.show_estimate(*values)
        self._advice.say(Tone.HELP, _advice(found) if found else "")
        why_not = self._why_not(found)
        self.fields.setVisible(found is not None)
        nothing = "Offset 0 and factor 1 move nothing." if self.fields.is_nothing else ""
        enable(self._apply, SHIFT, why_not or nothing)
        enable(self.fields.preview, PREVIEW, why_not or nothing)

    def _why_not(self, found: RecordingAlignment | None) -> str:
        """Why nothing can be shifted now; empty if it can."""
        recording = self._session.recording
        if found is None:
            return "Choose a recording in the list first."
        if recording is None or recording.database_path != found.recording:
            return "The recording of this row is not open."
        if self.aligning.is_old(found.recording):
            return "Its annotations have changed: it is being checked again."
        # Where nobody stores edits, there is nothing to be pressed.
        if not self.isSignalConnected(QMetaMethod.fromSignal(self.edit_wanted)):
            return "Nothing can be edited here."
        return self._session.read_only

    def _on_fields(self) -> None:
        self._enable()
        fields = self.fields
        is_shown = fields.preview.isChecked() and not self._why_not(self.chosen)
        self.preview_wanted.emit(self._shifted() if is_shown and not fields.is_nothing else None)

    def _on_apply(self) -> None:
        if self.chosen is not None:
            make = self._shifted()
            self.fields.preview.setChecked(False)
            self.edit_wanted.emit(make)

    def _shifted(self) -> Callable[[Any, Signature], Edit]:
        """What makes the edit that the numbers stand for, as they are now."""
        offset_s, stretch = self.fields.offset_s, self.fields.stretch

        def make(sheet: Any, by: Signature) -> Edit:  # noqa: ANN401  of whoever stores edits
            return apply_offset_and_stretch(
                tuple(sheet.stored.values()),
                offset_s=offset_s,
                stretch=stretch,
                bounds=sheet.bounds,
                by=by,
            )

        return make


def _advice(found: RecordingAlignment) -> str:
    """What a row says, in sentences."""
    values = found.alignment
    texts: list[str] = []
    if found.is_late:
        texts.append(
            f"The transcoded recording is off by {found.transcode_lag_s:+.3f} s: transcode it anew."
        )
    if found.lag_problem:
        texts.append(f"{found.lag_problem}.")
    if values.shift_s is None:
        texts.append("There are too few edges between classes.")
    elif values.verdict == "cannot tell":
        texts.append("The sound around the edges does not tell where they should be.")
    else:
        when = "later" if values.shift_s >= 0 else "earlier"
        texts.append(
            f"The sound changes {abs(values.shift_s):.3f} s {when} than the annotations "
            f"(95 %: {interval_text(found)} s)."
        )
        if values.drift is not None:
            texts.append(f"This grows by {1000 * values.drift:+.2f} ms each second.")
    return " ".join(texts)
