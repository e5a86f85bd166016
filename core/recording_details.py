"""Everything about one recording that a window shows: what it is, and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.drawing_cache import file_stamp
from core.errors import LoudnessError, RecordingError
from core.progress import Progress, ignore
from core.project import open_project
from core.recording_annotations import FoundAnnotations, find_annotations, manifest_entries

if TYPE_CHECKING:
    from pathlib import Path

    from core.annotations.csv import Annotation
    from core.annotations.stored import StoredAnnotation
    from core.features.spec import FeatureSpec
    from core.library import Recording
    from core.manifest import ManifestEntry
    from core.progress import Report
    from core.project import Project
    from core.recording_predictions import RunOfRecording


@dataclass(frozen=True)
class RecordingDetails:
    """One recording of a project.

    Parameters
    ----------
    recording : Recording
        As the library has it.
    stem : str
        Its name in tables: that of its transcoded file, or of the original where there is none.
    sample_rate : int
        Of the original, in Hz; 0 if it cannot be read.
    n_channels : int
        Of the original; 0 if it cannot be read.
    n_samples : int or None
        Length of the original at its own rate, as its header tells it; None where it tells none.
    duration_s : float or None
        The same in seconds, or else a guess; None where there is not even that.
    codec : str
        Container and codec of the original, such as ``"wav/pcm_16"``.
    problem : str
        Why the original cannot be read; empty if it can.
    transcoded : Path or None
        The transcoded file.
    transcoded_rate : int
        In Hz; 0 if there is none.
    transcoded_samples : int
        Length of the transcoded file; 0 if there is none.
    transcoded_problem : str
        Why there is none; empty if there is one.
    is_left_out : bool
        Whether it was to be transcoded, and could not be.
    oddities : str
        What was odd about the original when it was transcoded, separated by semicolons.
    spec : FeatureSpec or None
        Of the features; None where there are none.
    n_frames : int
        Frames that have features.
    features : Path or None
        The recording's own table of features.
    features_problem : str
        Why there are no features; empty if there are.
    original_stamp, transcoded_stamp, features_stamp, predictions_stamp : str
        By which a change of these files is noticed; empty where there is none.
    classes : tuple of str
        From the quietest to the loudest.
    annotations : tuple of Annotation
        Those of this recording, by their start.
    stored_annotations : tuple of StoredAnnotation
        The same as they can be edited, and those of classes that the project does not know.
    annotation_name : str
        What a new annotation calls the recording.
    annotations_problem : str
        Why there are none, or not all; empty if nothing is wrong.
    run : Path or None
        Folder of the trained model whose predictions are shown.
    run_is_current : bool
        Whether it was trained on the project's dataset, with its settings.
    runs : tuple of RunOfRecording
        Those whose predictions can be shown, the current one first, then the newest.
    predictions : Path or None
        What the run says of all frames of the recording, if that is kept and still of it; else its
        table of evaluated frames, if these are those of the features.
    predictions_problem : str
        Why there are no predictions; empty if there are.
    predictions_grid : FeatureSpec or None
        On which the predicted frames lie; it need not be that of the features.
    n_predicted : int
        Frames of the recording on that grid.
    are_all_predicted : bool
        Whether all of them are predicted, not only those that were evaluated.
    """

    recording: Recording
    stem: str
    sample_rate: int = 0
    n_channels: int = 0
    n_samples: int | None = None
    duration_s: float | None = None
    codec: str = ""
    problem: str = ""
    transcoded: Path | None = None
    transcoded_rate: int = 0
    transcoded_samples: int = 0
    transcoded_problem: str = ""
    is_left_out: bool = False
    oddities: str = ""
    spec: FeatureSpec | None = None
    n_frames: int = 0
    features: Path | None = None
    features_problem: str = ""
    original_stamp: str = ""
    transcoded_stamp: str = ""
    features_stamp: str = ""
    predictions_stamp: str = ""
    classes: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    stored_annotations: tuple[StoredAnnotation, ...] = ()
    annotation_name: str = ""
    annotations_problem: str = ""
    run: Path | None = None
    run_is_current: bool = False
    runs: tuple[RunOfRecording, ...] = ()
    predictions: Path | None = None
    predictions_problem: str = ""
    predictions_grid: FeatureSpec | None = None
    n_predicted: int = 0
    are_all_predicted: bool = False


@dataclass(frozen=True)
class _Probed:
    """What the file itself tells."""

    sample_rate: int = 0
    n_channels: int = 0
    n_samples: int | None = None
    duration_s: float | None = None
    codec: str = ""
    problem: str = ""


@dataclass(frozen=True)
class _Transcoded:
    """What the manifest tells."""

    transcoded: Path | None = None
    transcoded_rate: int = 0
    transcoded_samples: int = 0
    transcoded_problem: str = ""
    is_left_out: bool = False
    oddities: str = ""


@dataclass(frozen=True)
class _Features:
    """What the features tell."""

    spec: FeatureSpec | None = None
    n_frames: int = 0
    features: Path | None = None
    features_problem: str = ""


def describe_recording(
    project_folder: Path, recording: Recording, *, run: str = "", report: Report = ignore
) -> RecordingDetails:
    """Find out about a recording whatever a window shows of it.

    Parameters
    ----------
    project_folder : Path
        The project.
    recording : Recording
        One of its recordings.
    run : str
        Name of the run whose predictions are wanted; see `core.recording_predictions`.
    report : callable
        Called between the steps and while the database is read; may raise `Cancelled`.

    Returns
    -------
    RecordingDetails
        Nothing is written. What is missing or damaged is a sentence there.

    Raises
    ------
    ProjectError
        If there is no project, or it cannot be read.
    SettingsError
        If one of its settings is wrong.
    """
    from core.recording_predictions import shown_predictions

    project = open_project(project_folder)
    report(Progress("describe", text=f"Looking at {recording.name}"))
    probed = _probe(recording.path)
    entries, manifest_problem = _manifest(project.transcoded)
    entry = entries.get(str(recording.path)) or _moved_entry(entries, recording)
    transcoded = _transcoded(project, entry, manifest_problem)
    stem = entry.stem if entry and entry.file else recording.path.stem
    features = _features(project, stem, entry)
    report(Progress("describe", text=f"Looking at {recording.name}"))
    found = _annotations(project, recording, entries, report)
    predicted = shown_predictions(
        project, recording, spec=features.spec, n_frames=features.n_frames, run=run
    )
    return RecordingDetails(
        recording,
        stem,
        original_stamp=file_stamp(recording.path),
        transcoded_stamp=file_stamp(transcoded.transcoded),
        features_stamp=file_stamp(features.features),
        predictions_stamp=file_stamp(predicted.predictions),
        classes=tuple(project.settings.annotations.classes),
        annotations=found.annotations,
        stored_annotations=found.stored,
        annotation_name=found.name,
        annotations_problem=found.problem,
        **{**vars(probed), **vars(transcoded), **vars(features), **vars(predicted)},
    )


def sentence(error: LoudnessError) -> str:
    """Say an error and what can be done about it, for a place where a box would be too much.

    Parameters
    ----------
    error : LoudnessError
        An error of the user's world.

    Returns
    -------
    str
        Message and hint.
    """
    message = error.message if error.message.endswith((".", "?", "!")) else f"{error.message}."
    return f"{message} {error.hint}".strip()


def _probe(path: Path) -> _Probed:
    from core.audio import probe

    try:
        info = probe(path)
    except RecordingError as error:
        return _Probed(problem=sentence(error))
    codec = f"{info.container}/{info.codec}"
    return _Probed(info.sample_rate, info.n_channels, info.n_samples, info.duration_s, codec)


def _manifest(folder: Path) -> tuple[dict[str, ManifestEntry], str]:
    """The manifest's entries by original, and why there are none."""
    try:
        return manifest_entries(folder), ""
    except LoudnessError as error:
        return {}, sentence(error)


def _moved_entry(entries: dict[str, ManifestEntry], recording: Recording) -> ManifestEntry | None:
    """The entry of a recording that was elsewhere when it was transcoded."""
    same = [e for e in entries.values() if e.database_path == recording.database_path]
    try:
        n_bytes = recording.path.stat().st_size
    except (OSError, ValueError):
        # It has gone from there, too.
        return next(iter(same), None)
    return next((e for e in same if e.original_bytes == n_bytes), None)


def _transcoded(project: Project, entry: ManifestEntry | None, problem: str) -> _Transcoded:
    if problem:
        return _Transcoded(transcoded_problem=problem)
    if entry is None:
        return _Transcoded(transcoded_problem="Not transcoded yet.")
    if entry.status == "left out":
        return _Transcoded(transcoded_problem=_why_left_out(entry), is_left_out=True)
    path = project.transcoded / entry.file
    if not entry.file or not path.is_file():
        # An entry that is no longer selected keeps its file, if it ever had one.
        return _Transcoded(
            transcoded_problem=f"The transcoded file {path} is gone. Transcode again."
        )
    return _Transcoded(path, entry.sample_rate, entry.n_samples, oddities=entry.oddities)


def _why_left_out(entry: ManifestEntry) -> str:
    return f"Left out when transcoding: {entry.reason}."


def _features(project: Project, stem: str, entry: ManifestEntry | None) -> _Features:
    path = project.features / f"{stem}.parquet"
    if entry is not None and entry.status == "left out":
        return _Features(features_problem=_why_left_out(entry))
    if entry is None or not path.is_file():
        return _Features(features_problem="No features extracted yet.")
    from core.extract_recording import read_part

    part = read_part(project.features, stem)
    if part is None:
        return _Features(features_problem=f"The features in {path} are damaged. Extract again.")
    if part.recording.identity != entry.sha256:
        return _Features(
            features_problem="The features are of an earlier transcoded file. Extract again."
        )
    return _Features(part.spec, part.recording.n_rows, path)


def _annotations(
    project: Project, recording: Recording, entries: dict[str, ManifestEntry], report: Report
) -> FoundAnnotations:
    try:
        return find_annotations(project, recording, entries, report=report)
    except LoudnessError as error:
        return FoundAnnotations((), (), sentence(error), recording.database_path)
