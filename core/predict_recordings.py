"""All frames of recordings of a project through a run: what is said of them is kept in the run.

What the project has already is used: features of the same audio and spec. Of other recordings
audio and features are made as the model needs them, and removed again.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from core.errors import LoudnessError, NothingToDoError, TableError
from core.folder_lock import writing_to
from core.left_out import LeftOut
from core.library import Selection
from core.predicted_frames import (
    PREDICTED_FOLDER,
    PredictedFrames,
    find_predicted,
    model_hash,
    stamp_of,
    table_of,
    why_stale,
    write_predicted,
)
from core.progress import Progress, ignore
from core.project import open_project
from core.recording_annotations import manifest_entries
from core.run_summary import MODEL_FILE, require_model
from core.settings import FeatureConfig, TranscodeConfig

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.checkpoint import Checkpoint, CheckpointInfo
    from core.features.table import FeatureTable
    from core.library import Recording
    from core.manifest import ManifestEntry
    from core.progress import Report
    from core.project import Project

STARTING = "Starting TensorFlow"
WORK_FOLDER = ".work"
GROUP = 32
"""So many recordings are transcoded, extracted and classified before the next ones: their audio
is on the disk meanwhile, and a cancelled run has lost no more."""

MADE_SHARES = {"transcode": (0.0, 0.4), "extract": (0.4, 0.3), "predict": (0.7, 0.3)}
"""Where each part of the work on a recording begins, and how much of it that is, roughly."""

KNOWN_SHARES = {"predict": (0.0, 1.0)}
"""The same where its features are there."""

DOING = {"transcode": "Transcoding", "extract": "Extracting features", "predict": "Classifying"}


@dataclass(frozen=True)
class PredictedRecordings:
    """What is kept of recordings.

    Parameters
    ----------
    frames : tuple of PredictedFrames
        One for each recording that was not left out, in their order.
    n_fresh : int
        Of these, how many had been predicted before and did not change.
    left_out : tuple of LeftOut
        Recordings that cannot be read, by their paths, and why.
    """

    frames: tuple[PredictedFrames, ...]
    n_fresh: int = 0
    left_out: tuple[LeftOut, ...] = ()


def predict_recordings(
    folder: Path, run: str, recordings: Sequence[Recording], *, report: Report = ignore
) -> PredictedRecordings:
    """Classify all frames of recordings with a run of their project, and keep what it says.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run.
    recordings : sequence of Recording
        Of the project's library, selected by its query or not.
    report : callable
        Progress; may raise `Cancelled`, which leaves those that are done.

    Returns
    -------
    PredictedRecordings
        A recording that cannot be read is listed there, and the others are classified.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    CheckpointError
        If the run is gone, or its model cannot be used.
    ProjectLockedError
        If another program predicts with this run.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    from core.checkpoint import read_checkpoint_info
    from core.learning.model_file import require_harmless

    project = open_project(folder)
    home = project.runs / run
    require_model(home)
    work = _Work(project, home, read_checkpoint_info(home / MODEL_FILE), model_hash(home))
    unique = {r.database_path: r for r in recordings}
    done: dict[str, PredictedFrames] = {}
    for k, recording in enumerate(unique.values()):
        report(Progress("predict", k, len(unique), "recordings", "Looking at what is there"))
        kept = find_predicted(home, recording.database_path)
        if kept is not None and not why_stale(kept, recording.path, work.model):
            done[recording.database_path] = kept
    n_fresh = len(done)
    todo = [r for r in unique.values() if r.database_path not in done]
    if todo:
        # Before hours of work, and before anything is written.
        require_harmless(home / MODEL_FILE)
        with writing_to(home / PREDICTED_FOLDER):
            work.predict(todo, report, total=len(unique))
        done |= work.done
    return PredictedRecordings(
        tuple(done[name] for name in unique if name in done), n_fresh, tuple(work.left_out)
    )


@dataclass
class _Work:
    """What is being done with one run."""

    project: Project
    run: Path
    info: CheckpointInfo
    model: str
    done: dict[str, PredictedFrames] = field(default_factory=dict[str, PredictedFrames])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])

    def predict(self, todo: Sequence[Recording], report: Report, *, total: int) -> None:
        """Classify recordings: first those whose features are there, then the others in groups."""
        n_before = total - len(todo)
        names = {r.path: name for r in todo if (name := self._known_features(r))}
        known = [r for r in todo if r.path in names]
        if known and self._table is not None:
            told = _Told(report, n_before, len(known), total, KNOWN_SHARES)
            rows = [(r, names[r.path], self._entries[str(r.path)]) for r in known]
            self._classify(self._table, rows, told)
            n_before += len(known)
        place = self.run / PREDICTED_FOLDER / WORK_FOLDER
        others = [r for r in todo if r.path not in names]
        for start in range(0, len(others), GROUP):
            group = others[start : start + GROUP]
            told = _Told(report, n_before, len(group), total, MADE_SHARES)
            # A killed run may have left something behind.
            shutil.rmtree(place, ignore_errors=True)
            try:
                self._make_and_classify(group, place, told)
            finally:
                shutil.rmtree(place, ignore_errors=True)
            n_before += len(group)

    def _make_and_classify(self, group: Sequence[Recording], place: Path, report: Report) -> None:
        """Have audio and features made as the model needs them."""
        from core.extract import extract
        from core.features.table import FeatureTable
        from core.transcode import transcode

        spec, by_path = self.info.spec, {str(r.path): r for r in group}
        wanted = TranscodeConfig(spec.sample_rate, "wav", self.info.transcode.get("channel", 0))
        frames = FeatureConfig(frame_size=spec.frame_size, hop_size=spec.hop_size)
        audio, features = place / "audio", place / "features"
        try:
            transcoded = transcode(
                Selection(tuple(group)), wanted, destination=audio, report=report
            )
            self._leave_out(group, transcoded.left_out)
            extracted = extract(audio, frames, table=features, report=report)
        except NothingToDoError as error:
            self._leave_out(group, error.left_out)
            return
        self._leave_out(group, extracted.left_out)
        entries = {e.stem: e for e in manifest_entries(audio).values()}
        table = FeatureTable(features)
        rows = [
            (by_path[entry.original], r.name, entry)
            for r in table.meta.recordings
            if (entry := entries.get(r.name))
        ]
        self._classify(table, rows, report)

    def _leave_out(self, group: Sequence[Recording], left_out: Sequence[LeftOut]) -> None:
        """List what a stage left out, by paths: each stage has its own names for a recording."""
        paths = {r.database_path: str(r.path) for r in group}
        self.left_out += [replace(item, name=paths.get(item.name, item.name)) for item in left_out]

    def _classify(
        self,
        table: FeatureTable,
        rows: Sequence[tuple[Recording, str, ManifestEntry]],
        report: Report,
    ) -> None:
        """Classify recordings that a table of features has under a name, and keep the result."""
        from core.learning.classify import frame_probabilities

        if "_checkpoint" not in self.__dict__:
            report(Progress("predict", text=STARTING))
        checkpoint = self._checkpoint
        for k, (recording, name, entry) in enumerate(rows):
            within = partial(_tell_within, report, k, len(rows), name)
            within(Progress("predict"))
            probabilities = frame_probabilities(checkpoint, table, name, report=within)
            # Not into a run that somebody has deleted meanwhile.
            require_model(self.run)
            frames = PredictedFrames(
                table_of(self.run, recording.database_path),
                recording.database_path,
                original=entry.original_stamp,
                model=self.model,
                classes=self.info.classes,
                spec=self.info.spec,
                n_frames=len(probabilities),
                n_samples=entry.n_samples,
            )
            write_predicted(frames, probabilities)
            self.done[recording.database_path] = frames

    def _known_features(self, recording: Recording) -> str:
        """Under which name the project has the features that the model needs; empty if it has none.

        They are of the original as it is now, of the model's spec and of the same channel.
        """
        from core.extract_recording import read_part

        entry = self._entries.get(str(recording.path))
        if entry is None or self._table is None or not entry.sha256:
            return ""
        settings, channel = (
            json.loads(entry.settings or "{}"),
            self.info.transcode.get("channel", 0),
        )
        is_changed = stamp_of(recording.path) not in {"", entry.original_stamp}
        if is_changed or settings.get("channel", 0) != channel:
            return ""
        part = read_part(self.project.features, entry.stem)
        if part is None or part.spec != self.info.spec or part.recording.identity != entry.sha256:
            return ""
        return entry.stem if entry.stem in self._extracted else ""

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        from core.checkpoint import load_checkpoint

        return load_checkpoint(self.run / MODEL_FILE)

    @cached_property
    def _entries(self) -> dict[str, ManifestEntry]:
        # Without a manifest that can be read there is nothing to be used again.
        with suppress(LoudnessError):
            return manifest_entries(self.project.transcoded)
        return {}

    @cached_property
    def _extracted(self) -> set[str]:
        return {r.name for r in self._table.meta.recordings} if self._table else set()

    @cached_property
    def _table(self) -> FeatureTable | None:
        from core.features.spec import FeatureSpec
        from core.features.table import FeatureTable

        with suppress(TableError):
            table = FeatureTable(self.project.features)
            return table if FeatureSpec.from_dict(table.meta.features) == self.info.spec else None
        return None


@dataclass(frozen=True)
class _Told:
    """Tells how far all recordings are from how far a group is with one part of its work."""

    report: Report
    n_before: int
    n_group: int
    total: int
    shares: dict[str, tuple[float, float]]

    def __call__(self, progress: Progress) -> None:
        start, share = self.shares.get(progress.stage, (0.0, 1.0))
        fraction = min(1.0, progress.done / progress.total) if progress.total else 0.0
        done = self.n_before + self.n_group * (start + share * fraction)
        text = progress.text if progress.text == STARTING else DOING.get(progress.stage, "")
        self.report(Progress("predict", done, self.total, "recordings", text, progress.recording))


def _tell_within(
    report: Report, n_done: int, n_recordings: int, name: str, progress: Progress
) -> None:
    """Tell how far a group is from how far one recording is."""
    fraction = progress.done / progress.total if progress.total else 0.0
    report(Progress("predict", n_done + fraction, n_recordings, "recordings", recording=name))
