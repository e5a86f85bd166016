"""A trained model and new recordings of any format and rate become predictions."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from core.audio_folder import AUDIO_SUFFIXES
from core.errors import NothingToDoError
from core.extract import extract
from core.library import Recording, Selection
from core.progress import Progress, ignore
from core.settings import FeatureConfig, TranscodeConfig
from core.storage import replacing
from core.timebase import samples_to_seconds
from core.transcode import transcode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from core.executor import Execution
    from core.learning.classify import Prediction
    from core.left_out import LeftOut
    from core.progress import Report

COLUMNS = ("recording", "start", "end", "class", "score")


@dataclass(frozen=True)
class PredictResult:
    """What a run of the stage gave.

    Parameters
    ----------
    table : str
        The table of predictions.
    n_recordings : int
        Recordings that were classified.
    n_intervals : int
        Rows of the table.
    seconds_per_class : dict of str to float
        How much of the recordings is predicted to be of each class.
    left_out : tuple of LeftOut
        Recordings that could not be classified, and why.
    """

    table: str
    n_recordings: int
    n_intervals: int
    seconds_per_class: dict[str, float]
    left_out: tuple[LeftOut, ...] = ()


def predict(
    model: Path,
    audio: Sequence[Path],
    *,
    out_csv: Path,
    execution: Execution | None = None,
    report: Report = ignore,
) -> PredictResult:
    """Classify recordings, as intervals with scores.

    The recordings are transcoded and their features extracted as those were that the model was
    trained on.

    Parameters
    ----------
    model : Path
        The trained model, ``.keras`` or ``.h5``.
    audio : sequence of Path
        Recordings of any format and rate, or folders of them.
    out_csv : Path
        The table to be written: recording, start, end (seconds), class, score. A recording is
        named by its base name, or by its path where several share that.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    PredictResult
        A recording that cannot be read is listed there, and the run goes on.

    Raises
    ------
    CheckpointError
        If the model cannot be used.
    NothingToDoError
        If there is no recording, or all were left out.
    StorageError
        If the disk is full.
    """
    from core.checkpoint import read_checkpoint_info
    from core.learning.model_file import require_harmless

    info = read_checkpoint_info(model)
    # Before hours of work, and before anything is written.
    require_harmless(model)
    recordings = _recordings(audio)
    # Beside the result, so that a run that was killed goes on from there.
    work = out_csv.with_name(f".{out_csv.name}.work")
    transcoded = transcode(
        Selection(recordings),
        TranscodeConfig(
            sample_rate=info.spec.sample_rate,
            output_format="wav",
            channel=info.transcode.get("channel", 0),
        ),
        destination=work / "audio",
        execution=execution,
        report=report,
    )
    extracted = extract(
        work / "audio",
        FeatureConfig(frame_size=info.spec.frame_size, hop_size=info.spec.hop_size),
        table=work / "features",
        execution=execution,
        report=report,
    )
    predictions = _classify(model, work / "features", report)
    left_out = transcoded.left_out + extracted.left_out
    result = write_predictions(out_csv, predictions, classes=info.classes, left_out=left_out)
    shutil.rmtree(work)
    return result


def _recordings(audio: Sequence[Path]) -> tuple[Recording, ...]:
    found: dict[Path, Recording] = {}
    for given in audio:
        inside = sorted(
            p for p in given.rglob("*") if p.suffix.lower() in AUDIO_SUFFIXES and p.is_file()
        )
        for path in inside if given.is_dir() else [given]:
            found.setdefault(path.absolute(), Recording(str(path), path.absolute()))
    if not found:
        msg = "There is no recording to classify"
        raise NothingToDoError(msg, hint="Name audio files, or folders with audio files.")
    return tuple(found.values())


def _classify(model: Path, features: Path, report: Report) -> dict[str, list[Prediction]]:
    """Predictions by the recordings' names for the user."""
    from core.checkpoint import load_checkpoint
    from core.features.table import FeatureTable
    from core.learning.classify import ending_by, frame_probabilities, to_intervals

    report(Progress("predict", text="Starting TensorFlow"))
    checkpoint = load_checkpoint(model)
    table = FeatureTable(features)
    recordings = table.meta.recordings
    names = names_for_user([r.original for r in recordings])
    predictions: dict[str, list[Prediction]] = {}
    for k, recording in enumerate(recordings):
        within = partial(_report_within, report, k, len(recordings), recording.name)
        within(Progress("predict"))
        probabilities = frame_probabilities(checkpoint, table, recording.name, report=within)
        rate = table.meta.sample_rate
        intervals = to_intervals(
            probabilities,
            classes=checkpoint.info.classes,
            hop_size=table.meta.hop_size,
            sample_rate=rate,
        )
        length_s = samples_to_seconds(recording.n_samples, sample_rate=rate)
        predictions[names[k]] = ending_by(intervals, length_s)
    report(Progress("predict", len(names), len(names), "recordings"))
    return predictions


def _report_within(
    report: Report, n_done: int, n_recordings: int, name: str, progress: Progress
) -> None:
    """Tell how far the run is from how far one recording is."""
    fraction = progress.done / progress.total if progress.total else 0.0
    report(Progress("predict", n_done + fraction, n_recordings, "recordings", name))


def names_for_user(originals: Sequence[str]) -> list[str]:
    """What the user calls each recording: its base name where no other has it, else its path.

    Parameters
    ----------
    originals : sequence of str
        Paths of the recordings.

    Returns
    -------
    list of str
        In their order.
    """
    base_names = [PurePath(original).name for original in originals]
    counts = Counter(base_names)
    return [
        name if counts[name] == 1 else original
        for name, original in zip(base_names, originals, strict=True)
    ]


def write_predictions(
    out_csv: Path,
    predictions: Mapping[str, Sequence[Prediction]],
    *,
    classes: Sequence[str],
    left_out: tuple[LeftOut, ...],
) -> PredictResult:
    """Write the table of predictions.

    Parameters
    ----------
    out_csv : Path
        Where it goes.
    predictions : mapping of str to sequence of Prediction
        By the recordings' names.
    classes : sequence of str
        From the quietest to the loudest.
    left_out : tuple of LeftOut
        Recordings that could not be classified, and why.

    Returns
    -------
    PredictResult
        What was written.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    with (
        replacing(out_csv) as part,
        part.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, intervals in predictions.items():
            for p in intervals:
                # Microseconds: finer than a sample at any rate that audio has.
                edges = f"{p.start_s:.6f}", f"{p.end_s:.6f}"
                writer.writerow([name, *edges, p.label, f"{p.score:.4f}"])
    return PredictResult(
        table=str(out_csv),
        n_recordings=len(predictions),
        n_intervals=sum(len(p) for p in predictions.values()),
        seconds_per_class=_seconds(classes, predictions),
        left_out=left_out,
    )


def _seconds(
    classes: Sequence[str], predictions: Mapping[str, Sequence[Prediction]]
) -> dict[str, float]:
    """How much of the recordings is predicted to be of each class."""
    totals = dict.fromkeys(classes, 0.0)
    for intervals in predictions.values():
        for p in intervals:
            totals[p.label] += p.end_s - p.start_s
    return {label: round(seconds, 3) for label, seconds in totals.items()}
