"""How the annotations of one recording lie to its sound, and its sound to that of the original."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.alignment import (
    HOP_S,
    RANGE_S,
    Alignment,
    edge_profiles,
    estimate_alignment,
    lags_s,
    loudness_edges,
)
from core.audio import open_audio
from core.errors import RecordingError
from core.mono import mono_blocks
from core.progress import Progress, ignore
from core.sound_level import band_levels, prominence
from core.timebase import samples_to_seconds, seconds_to_samples
from core.transcode_lag import measure_lag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from core.annotations.csv import Annotation
    from core.progress import Report

    Samples = NDArray[np.float32]

STRETCH_S = 60.0
"""Backgrounds are taken to be the same for about so long."""

MARGIN_S = RANGE_S + 3.0


@dataclass(frozen=True)
class AlignmentItem:
    """A recording whose alignment is wanted.

    Parameters
    ----------
    original, database_path : str
        Full path of the original, and the path as the database has it.
    transcoded : str
        The transcoded file.
    n_samples : int
        Its length.
    sample_rate : int
        Its rate, in Hz.
    channel : int
        Which channel of the original it is, counted from 1; 0 is the mean of all.
    annotations : tuple of Annotation
        Those of this recording.
    """

    original: str
    database_path: str
    transcoded: str
    n_samples: int
    sample_rate: int
    channel: int
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True)
class RecordingAlignment:
    """What was found about a recording.

    Parameters
    ----------
    recording : str
        The path as the database has it.
    duration_s : float
        Its length.
    alignment : Alignment
        How its annotations lie.
    transcode_lag_s : float or None
        So much later is the transcoded recording than the original; None if that cannot be told.
    lag_problem : str
        Why the original could not be compared; empty if it could.
    """

    recording: str
    duration_s: float
    alignment: Alignment
    transcode_lag_s: float | None = None
    lag_problem: str = ""

    @property
    def is_suspicious(self) -> bool:
        """Whether the annotations, or the transcoded audio, seem to be shifted."""
        return self.alignment.verdict == "suspicious" or self.is_late

    @property
    def is_late(self) -> bool:
        """Whether the transcoded audio lies by at least a step of the levels off its original."""
        return abs(self.transcode_lag_s or 0.0) >= HOP_S


def align_recording(item: AlignmentItem, *, report: Report = ignore) -> RecordingAlignment:
    """Find out how the annotations of a recording lie; runs in a process of its own.

    Parameters
    ----------
    item : AlignmentItem
        The recording.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    RecordingAlignment
        That the original cannot be read is said there.

    Raises
    ------
    RecordingError
        If the transcoded recording cannot be read.
    """
    duration_s = samples_to_seconds(item.n_samples, sample_rate=item.sample_rate)
    with open_audio(Path(item.transcoded)) as reader:
        alignment = align_sound(
            _told(mono_blocks(reader), item, report),
            item.annotations,
            sample_rate=reader.sample_rate,
            n_samples=item.n_samples,
        )
    lag_s, problem = None, ""
    try:
        lag_s = measure_lag(Path(item.original), Path(item.transcoded), channel=item.channel)
    except RecordingError as error:
        problem = error.message
    return RecordingAlignment(item.database_path, duration_s, alignment, lag_s, problem)


def align_sound(
    blocks: Iterable[Samples],
    annotations: tuple[Annotation, ...],
    *,
    sample_rate: int,
    n_samples: int,
) -> Alignment:
    """Find out how annotations lie to a sound.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (n,)
        The sound, mono.
    annotations : tuple of Annotation
        Of this sound.
    sample_rate : int
        In Hz.
    n_samples : int
        Length of the sound.

    Returns
    -------
    Alignment
        With the verdict.
    """
    duration_s = samples_to_seconds(n_samples, sample_rate=sample_rate)
    edges = loudness_edges(annotations, duration_s)
    profiles = np.zeros((len(edges), len(lags_s())))
    times_s = np.array([edge.time_s for edge in edges])
    length_s = duration_s / max(1, round(duration_s / STRETCH_S))
    for start_s, stop_s, sound in _stretches(blocks, length_s, sample_rate):
        here = np.flatnonzero((times_s >= start_s) & (times_s < stop_s))
        if not len(here):
            continue
        first_s = max(0.0, start_s - MARGIN_S)
        level_db = prominence(band_levels(sound, sample_rate=sample_rate, hop_s=HOP_S))
        if not len(level_db):
            continue
        share = _loud_share(annotations, first_s, len(level_db))
        profiles[here] = edge_profiles(level_db, first_s, share, [edges[k] for k in here])
    return estimate_alignment(edges, profiles)


def _stretches(
    blocks: Iterable[Samples], length_s: float, sample_rate: int
) -> Iterator[tuple[float, float, Samples]]:
    """Cut sound into stretches, each with a margin of its neighbours on both sides.

    Yields start and end of each stretch, and the sound from `MARGIN_S` before to that after it.
    """
    held = np.empty(0, dtype=np.float32)
    held_from, k = 0, 0

    def sample(seconds: float) -> int:
        return max(0, seconds_to_samples(seconds, sample_rate=sample_rate))

    for block in blocks:
        held = np.concatenate([held, block])
        while held_from + len(held) >= sample((k + 1) * length_s + MARGIN_S):
            first = sample(k * length_s - MARGIN_S)
            stop = sample((k + 1) * length_s + MARGIN_S)
            yield k * length_s, (k + 1) * length_s, held[first - held_from : stop - held_from]
            k += 1
            keep = sample(k * length_s - MARGIN_S)
            held, held_from = held[keep - held_from :], keep
    end = held_from + len(held)
    while sample(k * length_s) < end:
        first = sample(k * length_s - MARGIN_S)
        stop = sample((k + 1) * length_s + MARGIN_S)
        yield k * length_s, (k + 1) * length_s, held[first - held_from : stop - held_from]
        k += 1


def _loud_share(annotations: tuple[Annotation, ...], first_s: float, n_frames: int) -> float:
    """What part of a stretch is annotated with other than the lowest class."""
    is_loud = np.zeros(n_frames, dtype=bool)
    for a in annotations:
        if a.target > 0:
            first, stop = (
                round(min(max(t - first_s, 0.0) / HOP_S, n_frames)) for t in (a.start_s, a.end_s)
            )
            is_loud[first:stop] = True
    return float(is_loud.mean())


def _told(blocks: Iterator[Samples], item: AlignmentItem, report: Report) -> Iterator[Samples]:
    """The same blocks; each is a sign of life."""
    n_done = 0
    for block in blocks:
        report(Progress("align", n_done, item.n_samples, "samples", item.database_path))
        yield block
        n_done += len(block)
