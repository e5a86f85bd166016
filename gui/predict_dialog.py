"""Recordings through a run: asks which, by what and where to, and has a child do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.audio_folder import AUDIO_SUFFIXES
from core.errors import StageCrashedError
from core.run_prediction import predict_with_run, runs_to_predict_with
from core.runs import list_runs
from gui.sentence import Sentence, Tone
from gui.stage_progress import STARTING_TENSORFLOW
from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.library import Recording
    from core.progress import Progress
    from core.run_prediction import RunPrediction
    from core.run_summary import RunSummary
    from gui.jobs import Job
    from gui.session import Session

TITLE = "Predict recordings"
FOLDER = "predictions"
WIDTH_PX = 680
LEFT_OUT_PX = 160
RUN_LETTERS = 40
BAR_STEPS = 1000
MOST_SHOWN = 500
MOST_NAMED = 3
NO_RUN = "The project has no run yet: train a model first."


class PredictDialog(QDialog):
    """Predicts recordings with a run of the open project.

    Parameters
    ----------
    session : Session
        Whose project's runs are offered.
    selected : sequence of Recording
        Recordings that are selected in the library.
    parent : QWidget, optional
        Where it stands before.
    """

    def __init__(
        self, session: Session, selected: Sequence[Recording], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("predictDialog")
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._selected = session, tuple(selected)
        self._files: tuple[Path, ...] = ()
        self._looking: Job | None = None
        self._job: Job | None = None
        self._make_fields()
        self._make_outcome()
        self._lay_out()
        self._connect()
        self.resize(WIDTH_PX, self.sizeHint().height())
        self._list_runs()

    def choose_files(self, files: Sequence[str]) -> None:
        """Predict these files."""
        self._files = tuple(map(Path, files))
        names = ", ".join(path.name for path in self._files[:MOST_NAMED])
        n_more = len(self._files) - MOST_NAMED
        more = f" and {n_more:,} more" if n_more > 0 else ""
        self._of_files.setText(f"&Files: {names.replace('&', '&&')}{more}")
        self._of_files.setChecked(True)
        self._check()

    def reject(self) -> None:
        """Cancel what runs; without that, close."""
        if self._job is None:
            super().reject()
            return
        self._job.cancel()
        self._cancel.setEnabled(False)
        self._say(Tone.BUSY, "Cancelling")

    # Parts

    def _make_fields(self) -> None:
        self._run = QComboBox()
        self._run.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._run.setMinimumContentsLength(RUN_LETTERS)
        n = len(self._selected)
        self._of_selection = QRadioButton(f"&Selected in the library: {_recordings(n)}")
        self._of_query = QRadioButton("&All that the project's query selects")
        self._of_files = QRadioButton("&Files: none chosen yet")
        self._choose = QPushButton("C&hoose …")
        self._table = QLineEdit()
        self._table.setAccessibleName("Table of predictions")
        self._browse = QPushButton("&Browse …")
        self._with_labels = QCheckBox("A&udacity labels beside it, a text file for each recording")
        for name, part in {
            "predictRun": self._run,
            "predictSelection": self._of_selection,
            "predictQuery": self._of_query,
            "predictFiles": self._of_files,
            "predictChoose": self._choose,
            "predictTable": self._table,
            "predictBrowse": self._browse,
            "predictLabels": self._with_labels,
        }.items():
            part.setObjectName(name)
        for button in (self._choose, self._browse):
            button.setAutoDefault(False)
        self._of_selection.setEnabled(n > 0)
        (self._of_selection if n else self._of_query).setChecked(True)

    def _make_outcome(self) -> None:
        self._bar = QProgressBar()
        self._bar.setObjectName("predictBar")
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._sentence = Sentence()
        self._sentence.setObjectName("predictSentence")
        self._left_out = QTreeWidget()
        self._left_out.setObjectName("predictLeftOut")
        self._left_out.setRootIsDecorated(False)
        self._left_out.setUniformRowHeights(True)
        self._left_out.setHeaderLabels(["Left out", "Why"])
        self._left_out.setColumnWidth(0, WIDTH_PX * 2 // 5)
        self._left_out.setMinimumHeight(LEFT_OUT_PX)
        self._left_out.hide()
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self._ok, self._cancel = map(self._buttons.button, (kinds.Ok, kinds.Cancel))
        self._ok.setText("&Predict")
        self._ok.setEnabled(False)

    def _lay_out(self) -> None:
        files, table, what = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        files.addWidget(self._of_files, stretch=1)
        files.addWidget(self._choose)
        what.addWidget(self._of_selection)
        what.addWidget(self._of_query)
        what.addLayout(files)
        table.addWidget(self._table, stretch=1)
        table.addWidget(self._browse)
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("&Run", self._run)
        form.addRow("Recordings", what)
        form.addRow("Table", table)
        form.addRow("", self._with_labels)
        layout = QVBoxLayout(self)
        layout.addWidget(self._form)
        layout.addWidget(self._bar)
        layout.addWidget(self._sentence)
        layout.addWidget(self._left_out, stretch=1)
        layout.addStretch()
        layout.addWidget(self._buttons)

    def _connect(self) -> None:
        self._run.currentIndexChanged.connect(self._on_run)
        self._table.textChanged.connect(self._check)
        for button in (self._of_selection, self._of_query, self._of_files):
            button.toggled.connect(self._check)
        self._choose.clicked.connect(self._ask_files)
        self._browse.clicked.connect(self._ask_table)
        self._buttons.accepted.connect(self._predict)
        self._buttons.rejected.connect(self.reject)
        self.finished.connect(self._stop_looking)

    # What is asked for

    def _list_runs(self) -> None:
        project = self._session.project
        if project is None:
            return
        self._say(Tone.BUSY, "Looking at the runs")
        self._looking = self._session.listing.submit(
            list_runs, project.folder, done=self._show_runs, failed=self._on_failed
        )

    def _show_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self._looking = None
        for run in runs_to_predict_with(runs):
            self._run.addItem(_described(run), run.name)
        self._check()

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def _on_run(self) -> None:
        """Offer a table named as the run, unless the user has typed another."""
        project = self._session.project
        if project is not None and not self._table.isModified():
            self._table.setText(str(project.folder / FOLDER / f"{self._run.currentData()}.csv"))
        self._check()

    def _check(self) -> None:
        """Whether it can begin, and what is to be known before."""
        if self._job is not None or self._looking is not None:
            return
        self._left_out.hide()
        problem, table = "", self._out_csv()
        if not self._run.count():
            problem = NO_RUN
        elif self._of_files.isChecked() and not self._files:
            problem = "Choose the files to be predicted."
        elif table is None:
            problem = "Say where the table is to be written."
        elif table.is_dir():
            problem = f"{table} is a folder: name a file in it."
        self._ok.setEnabled(not problem)
        if problem:
            self._say(Tone.ODD, problem)
        elif table is not None and table.exists():
            self._say(Tone.ODD, "This table is there already: it will be replaced.")
        else:
            self._say(Tone.PLAIN, "")

    def _out_csv(self) -> Path | None:
        text = self._table.text().strip()
        if not text:
            return None
        path = Path(text).expanduser().absolute()
        return path if path.suffix or path.is_dir() else path.with_suffix(".csv")

    def _ask_files(self) -> None:
        dialog = QFileDialog(self, "Recordings to be predicted")
        dialog.setObjectName("predictFilesDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        patterns = " ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES))
        dialog.setNameFilters([f"Recordings ({patterns})", "All files (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.choose_files)
        dialog.open()

    def _ask_table(self) -> None:
        dialog = QFileDialog(self, "Table of predictions", self._table.text())
        dialog.setObjectName("predictTableDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Table (*.csv)"])
        dialog.setDefaultSuffix(".csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take_table)
        dialog.open()

    def _take_table(self, path: str) -> None:
        self._table.setText(path)
        self._table.setModified(True)

    # Predicting

    def _predict(self) -> None:
        project, table = self._session.project, self._out_csv()
        if project is None or table is None:
            return
        audio: tuple[Path, ...] | tuple[Recording, ...] | None = None
        if not self._of_query.isChecked():
            audio = self._files if self._of_files.isChecked() else self._selected
        self._begin_or_end(is_running=True)
        self._say(Tone.BUSY, "Starting")
        self._job = self._session.stages.submit(
            predict_with_run,
            project.folder,
            self._run.currentData(),
            audio,
            out_csv=table,
            with_labels=self._with_labels.isChecked(),
            done=self._on_done,
            failed=self._on_failed,
            progressed=self._on_progressed,
            cancelled=self._on_cancelled,
        )

    def _begin_or_end(self, *, is_running: bool) -> None:
        self._job = None
        self._left_out.hide()
        self._bar.setRange(0, 0)
        self._bar.setVisible(is_running)
        self._form.setEnabled(not is_running)
        self._ok.setEnabled(not is_running)
        self._cancel.setEnabled(True)
        self._cancel.setText("&Cancel" if is_running else "&Close")

    def _on_progressed(self, progress: Progress) -> None:
        doing = TITLES.get(progress.stage, "Predict")
        if progress.text == STARTING_TENSORFLOW:
            doing = f"{progress.text}, this takes some seconds"
        elif progress.total:
            doing = f"{doing}: {int(progress.done):,} of {progress.total:,.0f} {progress.unit}"
        self._bar.setRange(0, BAR_STEPS if progress.total else 0)
        if progress.total:
            self._bar.setValue(round(BAR_STEPS * min(progress.done / progress.total, 1)))
        self._say(Tone.BUSY, doing.rstrip())

    def _on_done(self, done: RunPrediction) -> None:
        self._begin_or_end(is_running=False)
        n_out = len(done.left_out)
        text = f"{_recordings(done.result.n_recordings)} predicted: {done.result.table}"
        if done.labels is not None:
            text += f"\nAudacity labels: {done.labels}"
        if n_out:
            text += f"\n{_recordings(n_out)} left out:"
        self._say(Tone.ODD if n_out else Tone.GOOD, text)
        self._session.say(f"The predictions are saved as {done.result.table}")
        self._session.predictions_changed.emit()
        self._left_out.clear()
        for item in done.left_out[:MOST_SHOWN]:
            row = QTreeWidgetItem([_printable(item.name), _printable(item.reason)])
            for column in range(2):
                row.setToolTip(column, row.text(column))
            self._left_out.addTopLevelItem(row)
        if n_out > MOST_SHOWN:
            self._left_out.addTopLevelItem(QTreeWidgetItem([f"and {n_out - MOST_SHOWN:,} more"]))
        self._left_out.setVisible(n_out > 0)
        self._cancel.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._looking = None
        self._begin_or_end(is_running=False)
        self._check()
        if isinstance(error, StageCrashedError):
            # What it does means something to the user, the function's name does not.
            error.message = error.message.replace(predict_with_run.__name__, "the prediction")
        self._session.errors.show(error, title=TITLE)

    def _on_cancelled(self) -> None:
        self._begin_or_end(is_running=False)
        # Those that were done before are kept.
        self._session.predictions_changed.emit()
        self._say(Tone.PLAIN, "Cancelled. Predicting the same again goes on from there.")

    def _say(self, tone: Tone, text: str) -> None:
        self._sentence.say(tone, _printable(text))


def _described(run: RunSummary) -> str:
    parts = [run.name]
    if run.is_current:
        parts.append("current")
    score = run.metrics.get("balanced_accuracy")
    if score is not None:
        parts.append(f"balanced accuracy {score:.3f}")
    return ", ".join(parts)


def _recordings(n: int) -> str:
    return f"{n:,} recording" if n == 1 else f"{n:,} recordings"


def _printable(text: str) -> str:
    """A name may be of any bytes; Qt's texts are Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()
