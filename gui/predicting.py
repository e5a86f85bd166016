"""Predicts recordings that are open, one after the other, and tells how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import StageCrashedError
from core.predict_recordings import predict_recordings
from gui.stage_progress import STARTING_TENSORFLOW

if TYPE_CHECKING:
    from core.library import Recording
    from core.predict_recordings import PredictedRecordings
    from core.progress import Progress
    from gui.jobs import Job
    from gui.media import Media
    from gui.session import Session

TITLE = "Predict this recording"
WAITING = "Waiting for its turn"
CANCELLING = "Cancelling"


@dataclass
class UnderWay:
    """A recording that is being predicted, or waits for that."""

    job: Job
    text: str = WAITING
    share: float | None = None
    """0 to 1; None while that is not known."""


class Predicting(QObject):
    """Has the run that is shown predict all frames of recordings; they are kept in the run."""

    changed = Signal()
    """A prediction began, went on or ended."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__(session)
        self._session, self._media = session, media
        self._under_way: dict[str, UnderWay] = {}
        self._problems: dict[str, str] = {}
        session.project_changed.connect(self._forget)

    @property
    def now(self) -> UnderWay | None:
        """How far the open recording is; None if it is not being predicted."""
        recording = self._session.recording
        return self._under_way.get(recording.database_path) if recording else None

    @property
    def problem(self) -> str:
        """Why the open recording could not be predicted; empty if nothing went wrong."""
        recording = self._session.recording
        return self._problems.get(recording.database_path, "") if recording else ""

    @property
    def can_predict(self) -> bool:
        """Whether there is a run, and something that it has not said of the open recording."""
        details = self._media.details
        if details is None or self._session.recording is None or self.now is not None:
            return False
        name = details.run.name if details.run else ""
        return not details.are_all_predicted and any(run.name == name for run in details.runs)

    def predict(self) -> None:
        """Predict the open recording with the run that is shown."""
        project, recording = self._session.project, self._session.recording
        run = self._media.details.run if self._media.details else None
        if project is None or recording is None or run is None or not self.can_predict:
            return
        name = recording.database_path
        self._problems.pop(name, None)
        job = self._session.stages.submit(
            predict_recordings,
            project.folder,
            run.name,
            (recording,),
            done=partial(self._on_done, recording),
            failed=partial(self._on_failed, recording),
            progressed=partial(self._on_progressed, name),
            cancelled=partial(self._end, name),
        )
        self._under_way[name] = UnderWay(job)
        self.changed.emit()

    def cancel(self) -> None:
        """End the prediction of the open recording, within 2 s; nothing of it is left."""
        if (now := self.now) is not None:
            now.job.cancel()
            now.text, now.share = CANCELLING, None
            self.changed.emit()

    def _on_progressed(self, name: str, progress: Progress) -> None:
        under_way = self._under_way.get(name)
        if under_way is None or under_way.job.is_cancelled:
            return
        under_way.share = progress.done / progress.total if progress.total else None
        under_way.text = progress.text or "Predicting"
        if progress.text == STARTING_TENSORFLOW:
            # Nothing is counted meanwhile: the bar is to move all the same.
            under_way.text, under_way.share = f"{progress.text}, this takes some seconds", None
        self.changed.emit()

    def _on_done(self, recording: Recording, done: PredictedRecordings) -> None:
        if done.left_out:
            self._problems[recording.database_path] = done.left_out[0].reason
        else:
            self._session.say(f"{recording.name} is predicted.")
        self._end(recording.database_path)
        self._session.predictions_changed.emit()

    def _on_failed(self, recording: Recording, error: Exception) -> None:
        self._end(recording.database_path)
        if isinstance(error, StageCrashedError):
            # What it does means something to the user, the function's name does not.
            error.message = error.message.replace(predict_recordings.__name__, "the prediction")
        self._session.errors.show(error, title=TITLE)

    def _end(self, name: str) -> None:
        self._under_way.pop(name, None)
        self.changed.emit()

    def _forget(self, _project: object) -> None:
        """Another project has other recordings, though they may be called the same."""
        self._under_way.clear()
        self._problems.clear()
        self.changed.emit()
