"""Runs a project's stages one after the other, and keeps what is known of them up to date."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LoudnessError, StageCrashedError
from core.overview import overview_project, run_stage_briefly, train_again_briefly
from core.pace import Pace
from core.project import STAGES
from gui.stage_progress import STOPPING, StageProgress, progress_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.overview import ProjectOverview, StageReport
    from core.progress import Progress
    from core.project import Project
    from gui.closing import Work
    from gui.jobs import Job
    from gui.session import Session

_LOG = logging.getLogger("loudness")

SETTLE_MS = 150
"""Several changes in a row are one reason to look again."""

TITLES = {
    "transcode": "Transcode",
    "extract": "Extract features",
    "dataset": "Build dataset",
    "train": "Train",
    "evaluate": "Evaluate",
}
"""The stages, in plain words."""


class StageRuns(QObject):
    """Plans and runs the stages of the open project.

    While something runs, the project is held for writing: no other program can write to it.
    """

    overview_changed = Signal(object)
    """A `core.overview.ProjectOverview`, or None without a project."""
    looking_changed = Signal(bool)
    """Whether the stages are being looked at."""
    look_failed = Signal(object)
    """The project could not be looked at; a `LoudnessError`."""
    running_changed = Signal(bool)
    why_not_changed = Signal()
    """Something else began or ended that stages wait for."""
    stage_started = Signal(str)
    progressed = Signal(object)
    """A `StageProgress`."""
    epoch_ended = Signal(int, object)
    """An epoch of a training, from 1, and its metrics."""
    stoppable_changed = Signal(bool)
    """Whether a training runs that has a model to keep."""
    stage_ended = Signal(object)
    """A `core.overview.StageReport`."""
    stage_failed = Signal(str, object)
    """The stage and the exception."""
    stage_cancelled = Signal(str)
    idle = Signal()
    """Nothing runs any more, and the project is free again."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._overview: ProjectOverview | None = None
        self._look: Job | None = None
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._look_now)
        self._folder: Path | None = None
        self._todo: list[str] = []
        self._again = ""
        """Name of the run that is trained again, in place of the stage that trains."""
        self._stage = ""
        self._job: Job | None = None
        self._works: list[Work] = []
        self._hold = ExitStack()
        self._is_cancelling = self._is_stopping = False
        self._pace = Pace()
        self._epochs: dict[int, dict[str, float]] = {}
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.look)
        session.products_changed.connect(self.look)
        session.annotations_changed.connect(self._look_after)
        session.reviewed_changed.connect(self.look)
        self._on_project_changed(session.project)

    @property
    def overview(self) -> ProjectOverview | None:
        """What is known of the project, once it was looked at."""
        return self._overview

    @property
    def is_running(self) -> bool:
        """Whether a stage runs, or is being cancelled."""
        return self._folder is not None

    @property
    def why_not(self) -> str:
        """Why no stage can be run now; empty if one can."""
        if self._session.project is None:
            return "Open a project first."
        if self.is_running:
            return "A stage is running: wait for its end, or cancel it."
        for work in self._works:
            if work.is_running():
                return f"“{work.title}” is running: wait for its end, or cancel it."
        return self._session.read_only

    def give_way_to(self, work: Work) -> None:
        """Run no stage while something runs that holds the project as a stage does."""
        self._works.append(work)
        work.changed.connect(self.why_not_changed)

    @property
    def is_cancelling(self) -> bool:
        """Whether what runs was asked to end."""
        return self._is_cancelling

    @property
    def is_stopping(self) -> bool:
        """Whether the training that runs was asked to end with its best model."""
        return self._is_stopping

    @property
    def can_stop(self) -> bool:
        """Whether a training runs that has a model to keep."""
        is_training = self._stage == "train" and bool(self._epochs)
        return is_training and not (self._is_cancelling or self._is_stopping)

    @property
    def epochs(self) -> tuple[dict[str, float], ...]:
        """Metrics of each epoch, from 1, of the training that runs or ran last."""
        return tuple(self._epochs.values())

    @property
    def stage(self) -> str:
        """The stage that runs; empty if none does."""
        return self._stage

    @property
    def waiting(self) -> tuple[str, ...]:
        """Stages that come after the one that runs."""
        return tuple(self._todo)

    def run_all(self) -> None:
        """Run every stage that is stale."""
        self.run(STAGES)

    def run_until(self, stage: str) -> None:
        """Run a stage, and those before it that are stale."""
        self.run(STAGES[: STAGES.index(stage) + 1])

    def train_again(self, run: str) -> None:
        """Train with the parameters of a run on the labels as they are, beside that run."""
        self.run(STAGES[: STAGES.index("train") + 1], again=run)

    def run(self, stages: Sequence[str], *, again: str = "") -> None:
        """Run stages one after the other; those that are fresh are passed over."""
        project = self._session.project
        if project is None or self.why_not:
            return
        self._stop_looking()
        try:
            # What is in the file counts: it may have been edited by hand.
            self._session.refresh_settings()
            self._hold.enter_context(project.writing())
        except LoudnessError as error:
            self._session.errors.show(error, title="Run")
            self.look()
            return
        self._folder, self._todo, self._is_cancelling = project.folder, list(stages), False
        self._again = again
        self.running_changed.emit(True)
        self._run_next()

    def cancel(self) -> None:
        """End what runs, within 2 s; what is done is kept. `idle` tells when it has ended."""
        if not self.is_running or self._is_cancelling:
            return
        self._is_cancelling = True
        self._todo.clear()
        if self._job is not None:
            self._job.cancel()
        self._session.say(f"Cancelling: {TITLES[self._stage].lower()} …")
        self.progressed.emit(StageProgress(self._stage, None, "Cancelling …"))
        self.stoppable_changed.emit(False)

    def stop_and_keep_best(self) -> None:
        """End the training that runs with the best model so far; then go on with what waits."""
        if not self.can_stop or self._job is None:
            return
        self._is_stopping = True
        self._job.stop()
        self._session.say("Stopping the training: the best model so far is kept …")
        self.progressed.emit(StageProgress(self._stage, None, STOPPING))
        self.stoppable_changed.emit(False)

    def look(self, *_: object) -> None:
        """Look at the stages again, soon; while something runs, once that has ended."""
        self._stop_looking()
        if self._session.project is not None and not self.is_running:
            self._timer.start()
            self.looking_changed.emit(True)

    def _look_after(self, *_: object) -> None:
        """Look again, too: edits follow each other so quickly that none would ever be looked at."""
        if self._look is None:
            self.look()
        else:
            self._timer.start()

    def close(self) -> None:
        """Start nothing any more."""
        self._todo.clear()
        self._stop_looking()

    def _on_project_changed(self, _project: Project | None) -> None:
        self._stop_looking()
        self._todo.clear()
        self._overview = None
        self.overview_changed.emit(None)
        self.look()

    # Looking

    def _stop_looking(self) -> None:
        self._timer.stop()
        if self._look is not None:
            self._look.cancel()
            self._look = None
            self.looking_changed.emit(False)

    def _look_now(self) -> None:
        project = self._session.project
        if project is None or self.is_running:
            return
        if self._look is not None:
            self._timer.start()  # that which runs ends first: cancelled, its child would end, too
            return
        self._look = self._session.listing.submit(
            overview_project, project.folder, done=self._on_looked, failed=self._on_look_failed
        )

    def _on_looked(self, overview: ProjectOverview) -> None:
        self._look = None
        self._overview = overview
        self.looking_changed.emit(self._timer.isActive())
        self.overview_changed.emit(overview)
        project = self._session.project
        if project is not None and overview.settings != project.settings:
            try:
                self._session.refresh_settings()
            except LoudnessError as error:
                self.look_failed.emit(error)

    def _on_look_failed(self, error: Exception) -> None:
        self._look = None
        self.looking_changed.emit(False)
        if isinstance(error, LoudnessError):
            _LOG.warning("%s %s", error.message, error.hint)
            self.look_failed.emit(error)
        else:
            self._session.errors.show(error)

    # Running

    def _run_next(self) -> None:
        if not self._todo or self._folder is None:
            self._end()
            return
        self._stage = stage = self._todo.pop(0)
        self._pace, self._is_stopping = Pace(), False
        if stage == "train":
            self._epochs = {}
        self.stoppable_changed.emit(False)
        _LOG.info("%s: started", TITLES[stage])
        self.stage_started.emit(stage)
        is_again = stage == "train" and bool(self._again)
        self._job = self._session.stages.submit(
            train_again_briefly if is_again else run_stage_briefly,
            self._folder,
            self._again if is_again else stage,
            done=self._on_done,
            failed=self._on_failed,
            progressed=self._on_progressed,
            cancelled=self._on_cancelled,
        )

    def _on_progressed(self, progress: Progress) -> None:
        if not self._is_cancelling:
            self._take_epoch(progress)
            self.progressed.emit(self._in_words(progress))

    def _take_epoch(self, progress: Progress) -> None:
        # The supervisor of the child repeats its last word until there is another.
        epoch = round(progress.done)
        if not progress.metrics or epoch in self._epochs:
            return
        self._epochs[epoch] = progress.metrics
        self.epoch_ended.emit(epoch, progress.metrics)
        if len(self._epochs) == 1:
            self.stoppable_changed.emit(self.can_stop)

    def _in_words(self, progress: Progress) -> StageProgress:
        self._pace.update(progress, time.monotonic())
        return progress_in_words(
            self._stage,
            progress,
            self._pace,
            is_stopping=self._is_stopping,
            metrics=self._last_metrics(),
        )

    def _last_metrics(self) -> dict[str, float]:
        is_training = self._stage == "train" and bool(self._epochs)
        return list(self._epochs.values())[-1] if is_training else {}

    def _on_done(self, report: StageReport) -> None:
        _tell(report)
        self.stage_ended.emit(report)
        self._session.products_changed.emit()
        self._run_next()

    def _on_failed(self, error: Exception) -> None:
        stage = self._stage
        self._todo.clear()
        if isinstance(error, StageCrashedError):
            # The stage's name means something to the user, the function's does not.
            for function in (run_stage_briefly, train_again_briefly):
                name, title = function.__name__, f"“{TITLES[stage]}”"
                error.message = error.message.replace(name, title)
        _LOG.warning("%s: failed", TITLES[stage])
        self.stage_failed.emit(stage, error)
        self._session.products_changed.emit()
        self._end()
        self._session.errors.show(error, title=TITLES[stage])

    def _on_cancelled(self) -> None:
        stage = self._stage
        self._todo.clear()
        _LOG.info("%s: cancelled; what is done is kept", TITLES[stage])
        self.stage_cancelled.emit(stage)
        self._session.say(f"{TITLES[stage]}: cancelled. What is done is kept.")
        self._session.products_changed.emit()
        self._end()

    def _end(self) -> None:
        self._hold.close()
        self._folder, self._stage, self._job = None, "", None
        self._is_cancelling = self._is_stopping = False
        self.stoppable_changed.emit(False)
        self.running_changed.emit(False)
        self.look()
        self.idle.emit()


def _tell(report: StageReport) -> None:
    """Write to the log what a stage did."""
    title = TITLES[report.stage]
    if report.skipped:
        _LOG.info("%s: fresh, nothing to do", title)
    else:
        _LOG.info("%s: done in %.1f s", title, report.seconds)
    for line in report.lines:
        _LOG.info("    %s", line)
    for item in report.left_out:
        _LOG.warning("    left out: %s: %s", item.name, item.reason)
    if report.n_left_out > len(report.left_out):
        _LOG.warning("    … and %d more", report.n_left_out - len(report.left_out))
