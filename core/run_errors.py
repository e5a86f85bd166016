"""What a run gets wrong, found once when it is evaluated, and kept beside its predictions."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.assessment import NEAR_EDGE_S
from core.error_spans import EdgeFinder, EvaluatedFrames, SpanColumns, SpanKeys, join_frames
from core.storage import replacing, sha256_of
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from core.table_meta import TableMeta

KEPT_FILE, KEPT_FORMAT = "errors.npz", 1
HEADER = "header"
N_BINS = 20
BIN_EDGES = tuple(k / N_BINS for k in range(N_BINS + 1))
"""Of the histogram of scores; the last bin has both of its edges."""


@dataclass(frozen=True, kw_only=True)
class RunErrors:
    """What a run gets wrong.

    Parameters
    ----------
    keys : SpanKeys
        Names of recordings and classes, and the rate at which samples count.
    originals : tuple of str
        Of each recording the path in the database, or the full path where there was none.
    is_trained_on : ndarray of bool, shape (n_recordings,)
        Which recordings the model was trained on.
    confusion : ndarray of int64, shape (2, n_classes, n_classes)
        Frames of recordings that it was not trained on, then of those that it was: annotated class
        by row, predicted class by column.
    errors : SpanColumns
        Error spans, worst first.
    start_s, end_s : ndarray of float64, shape (n_errors,)
        Their edges, in seconds.
    edge_s : ndarray of float32, shape (n_errors,)
        How far from the nearest edge of an annotation the farthest of their frames is, in seconds.
    histogram : ndarray of int64, shape (n_classes, N_BINS)
        Errors of each annotated class by their score: bin k begins at `BIN_EDGES[k]`.
    examples : SpanColumns
        Of each recording and class the longest and surest span that is right.
    """

    keys: SpanKeys
    originals: tuple[str, ...]
    is_trained_on: NDArray[np.bool_]
    confusion: NDArray[np.int64]
    errors: SpanColumns
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    edge_s: NDArray[np.float32]
    histogram: NDArray[np.int64]
    examples: SpanColumns

    @property
    def is_near_edge(self) -> NDArray[np.bool_]:
        """Whether all frames of an error are within 0.1 s of an annotation's edge."""
        return self.edge_s <= NEAR_EDGE_S

    def example_for(self, error: int) -> SpanColumns | None:
        """Find what is right to compare an error with.

        Parameters
        ----------
        error : int
            Place of the error.

        Returns
        -------
        SpanColumns or None
            One span that is annotated with the same class: of the same recording if there is one,
            else the longest and surest of all; its middle, if it is longer than the error.
        """
        examples, errors = self.examples, self.errors
        alike = np.flatnonzero(examples.annotated == errors.annotated[error])
        if not len(alike):
            return None
        is_own = examples.recording[alike] == errors.recording[error]
        weight = examples.n_frames[alike] * examples.score[alike]
        found = examples.take(alike[np.lexsort((weight, is_own))[-1:]])
        too_long = found.end_sample - found.start_sample
        too_long = np.maximum(too_long - errors.end_sample[error] + errors.start_sample[error], 0)
        start = found.start_sample + too_long // 2
        return replace(
            found, start_sample=start, end_sample=found.end_sample - too_long + too_long // 2
        )


def find_run_errors(
    frames: EvaluatedFrames, meta: TableMeta, *, trained_on: Collection[str]
) -> RunErrors:
    """Join what is wrong into spans, and count.

    Parameters
    ----------
    frames : EvaluatedFrames
        All frames of a dataset.
    meta : TableMeta
        Of the dataset.
    trained_on : collection of str
        Names of the recordings that the model was trained on.

    Returns
    -------
    RunErrors
        Nothing is written.
    """
    names = tuple(r.name for r in meta.recordings)
    is_trained_on = np.array([name in trained_on for name in names], dtype=bool)
    spans = join_frames(frames, hop_size=meta.hop_size, frame_size=meta.frame_size)
    is_wrong = spans.is_wrong
    errors = spans.take(is_wrong)
    edge_s = _edge_distances(frames, np.flatnonzero(frames.is_wrong), errors, meta)
    order = errors.worst_first(names)
    return _complete(
        keys=SpanKeys(names, meta.classes, meta.sample_rate),
        originals=tuple(r.database_path or r.original for r in meta.recordings),
        is_trained_on=is_trained_on,
        confusion=_confusion(frames, is_trained_on, len(meta.classes)),
        errors=errors.take(order),
        edge_s=edge_s[order],
        examples=_examples(spans.take(~is_wrong), len(meta.classes)),
    )


def keep_run_errors(found: RunErrors, predictions: Path) -> None:
    """Write what a run gets wrong beside its predictions, to be read in a moment.

    Parameters
    ----------
    found : RunErrors
        What it gets wrong.
    predictions : Path
        The table of predictions; by its bytes it is noticed later whether it is still the same.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    status = predictions.stat()
    header = {
        "format": KEPT_FORMAT,
        "predictions_bytes": status.st_size,
        "predictions_modified_ns": status.st_mtime_ns,
        "predictions_sha256": sha256_of(predictions),
        "recordings": found.keys.recordings,
        "classes": found.keys.classes,
        "sample_rate": found.keys.sample_rate,
        "originals": found.originals,
    }
    arrays = {
        HEADER: np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
        "is_trained_on": found.is_trained_on,
        "confusion": found.confusion,
        "edge_s": found.edge_s,
        **_columns("errors", found.errors),
        **_columns("examples", found.examples),
    }
    with replacing(predictions.with_name(KEPT_FILE)) as part, part.open("wb") as file:
        # Not compressed: reading it would take as long as finding it.
        np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]


def kept_run_errors(predictions: Path) -> RunErrors | None:
    """Read what was written beside predictions.

    Parameters
    ----------
    predictions : Path
        The table of predictions.

    Returns
    -------
    RunErrors or None
        None if nothing is there, if it is of other predictions, or if it is damaged.
    """
    try:
        with (
            predictions.with_name(KEPT_FILE).open("rb") as opened,
            np.load(opened, allow_pickle=False) as file,
        ):
            header = json.loads(_array(file, HEADER).tobytes())
            if header["format"] != KEPT_FORMAT or not _is_of(predictions, header):
                return None
            found = _complete(
                keys=SpanKeys(
                    tuple(header["recordings"]), tuple(header["classes"]), header["sample_rate"]
                ),
                originals=tuple(header["originals"]),
                is_trained_on=_array(file, "is_trained_on"),
                confusion=_array(file, "confusion"),
                errors=_spans("errors", file),
                edge_s=_array(file, "edge_s"),
                examples=_spans("examples", file),
            )
            return found if _fits(found) else None
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile):
        return None


def _complete(**known: Any) -> RunErrors:  # noqa: ANN401  what is kept of the fields
    """With what follows from the rest."""
    errors: SpanColumns = known["errors"]
    keys: SpanKeys = known["keys"]
    start_s, end_s = (
        samples_to_seconds(samples, sample_rate=keys.sample_rate)
        for samples in (errors.start_sample, errors.end_sample)
    )
    histogram = _histogram(errors, len(keys.classes))
    return RunErrors(**known, start_s=start_s, end_s=end_s, histogram=histogram)


def _is_of(predictions: Path, header: dict[str, Any]) -> bool:
    status = predictions.stat()
    if status.st_size != header["predictions_bytes"]:
        return False
    # A project that was copied has other times, and the same bytes.
    return (
        status.st_mtime_ns == header["predictions_modified_ns"]
        or sha256_of(predictions) == header["predictions_sha256"]
    )


def _fits(found: RunErrors) -> bool:
    """Whether all columns are of one length, and mean recordings and classes that there are."""
    n_recordings, n_classes = len(found.keys.recordings), len(found.keys.classes)
    lengths = (len(found.originals), len(found.is_trained_on), len(found.edge_s))
    if lengths != (n_recordings, n_recordings, len(found.errors)):
        return False
    if found.confusion.shape != (2, n_classes, n_classes):
        return False
    return all(
        len({len(getattr(spans, f.name)) for f in fields(spans)}) == 1
        and _is_below(spans.recording, n_recordings)
        and _is_below(spans.annotated, n_classes)
        and _is_below(spans.predicted, n_classes)
        for spans in (found.errors, found.examples)
    )


def _is_below(places: NDArray[np.integer], n: int) -> bool:
    return not len(places) or bool(places.min() >= 0 and places.max() < n)


def _columns(prefix: str, spans: SpanColumns) -> dict[str, NDArray[Any]]:
    return {f"{prefix}_{f.name}": getattr(spans, f.name) for f in fields(spans)}


def _spans(prefix: str, file: Any) -> SpanColumns:  # noqa: ANN401  numpy's
    return SpanColumns(**{f.name: _array(file, f"{prefix}_{f.name}") for f in fields(SpanColumns)})


def _array(file: Any, name: str) -> NDArray[Any]:  # noqa: ANN401  numpy's
    found = file[name]
    if not isinstance(found, np.ndarray):
        # What has not NumPy's signature is given as bytes.
        msg = f"{name} is no array"
        raise TypeError(msg)
    return found  # pyright: ignore[reportUnknownVariableType]


def _confusion(
    frames: EvaluatedFrames, is_trained_on: NDArray[np.bool_], n_classes: int
) -> NDArray[np.int64]:
    cells = frames.annotated.astype(np.int32) * n_classes + frames.predicted
    cells += is_trained_on.astype(np.int32)[frames.recordings] * n_classes**2
    counts = np.bincount(cells, minlength=2 * n_classes**2).astype(np.int64)
    return counts.reshape(2, n_classes, n_classes)


def _edge_distances(
    frames: EvaluatedFrames, wrong: NDArray[np.int64], errors: SpanColumns, meta: TableMeta
) -> NDArray[np.float32]:
    """Of each error the distance of the frame that is farthest from any edge, in seconds."""
    if not len(errors):
        return np.empty(0, dtype=np.float32)
    finder = EdgeFinder([r.name for r in meta.recordings], meta.annotations)
    centres = frames.start_samples[wrong] + meta.frame_size / 2
    distances = finder.distances(frames.recordings[wrong], centres)
    starts = np.cumsum(errors.n_frames) - errors.n_frames
    return (np.maximum.reduceat(distances, starts) / meta.sample_rate).astype(np.float32)


def _histogram(errors: SpanColumns, n_classes: int) -> NDArray[np.int64]:
    bins = np.searchsorted(BIN_EDGES[1:-1], errors.score, side="right")
    cells = errors.annotated.astype(np.int64) * N_BINS + bins
    return np.bincount(cells, minlength=n_classes * N_BINS).reshape(n_classes, N_BINS)


def _examples(right: SpanColumns, n_classes: int) -> SpanColumns:
    """Of each recording and class the longest and surest span that is right."""
    kinds = right.recording.astype(np.int64) * n_classes + right.annotated
    order = np.lexsort((-right.n_frames * right.score, kinds))
    _, first = np.unique(kinds[order], return_index=True)
    return right.take(order[first])
