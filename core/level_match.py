"""Two stretches of sound brought to one level, so that the ear compares more than loudness."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.listening import DB_PER_FACTOR, MOST_GAIN_DB
from core.peaks import PeakReader
from core.progress import Progress, ignore
from core.timebase import seconds_to_samples
from core.tracks import for_ears

if TYPE_CHECKING:
    from pathlib import Path

    from core.progress import Report

BLOCK_SAMPLES = 1 << 20
EARS = 2


@dataclass(frozen=True)
class StretchLevel:
    """How loud a stretch of a recording is.

    Parameters
    ----------
    rms : float
        Root mean square of its samples about their mean, over both ears; full scale is 1.
    peak : float
        Largest sample of what is played of it, without sign.
    """

    rms: float
    peak: float


@dataclass(frozen=True)
class LevelMatch:
    """What an error and a right example are raised by; negative is lowered.

    Parameters
    ----------
    error_db, example_db : float
        In decibels.
    left_db : float
        What the example is still too quiet by (negative: too loud), since no more than 50 dB are
        made up for; infinite where one of the two is silent, so that nothing is.
    """

    error_db: float = 0.0
    example_db: float = 0.0
    left_db: float = 0.0


def measure_stretch(
    folder: Path, start_s: float, end_s: float, *, context_s: float = 0.0, report: Report = ignore
) -> StretchLevel:
    """Measure a stretch of what can be heard of a recording.

    The root mean square is a level for a stretch of any length; the loudness of EBU R 128 is not
    defined for less than 0.4 s, and an error may be a frame of 25 ms.

    Parameters
    ----------
    folder : Path
        Decoded audio, as `core.peaks` reads it.
    start_s, end_s : float
        What is measured, in seconds.
    context_s : float
        What is played on either side, in seconds: it counts for the peak alone.
    report : callable
        May raise `Cancelled`.

    Returns
    -------
    StretchLevel
        Zeros where nothing is there.

    Raises
    ------
    ProjectError
        If the folder has gone, or is damaged.
    """
    with PeakReader(folder) as reader:
        rate = reader.meta.sample_rate
        start, end, context = (
            seconds_to_samples(s, sample_rate=rate) for s in (start_s, end_s, context_s)
        )
        first, last = max(start - context, 0), min(end + context, reader.n_samples)
        n_ears = EARS if reader.meta.n_channels == EARS else 1
        sums, squares, n_samples, peak = np.zeros(n_ears), np.zeros(n_ears), 0, 0.0
        for at in range(first, last, BLOCK_SAMPLES):
            report(Progress("level", text="Measuring the level"))
            block = for_ears(reader.samples(at, min(at + BLOCK_SAMPLES, last)), n_ears)
            peak = max(peak, float(np.abs(block).max()))
            inner = block[max(start - at, 0) : max(end - at, 0)].astype(np.float64)
            sums += inner.sum(axis=0)
            squares += (inner**2).sum(axis=0)
            n_samples += len(inner)
    if not n_samples:
        return StretchLevel(0.0, peak)
    variance = np.maximum(squares / n_samples - (sums / n_samples) ** 2, 0.0)
    return StretchLevel(math.sqrt(float(variance.mean())), peak)


def match_levels(error: StretchLevel, example: StretchLevel, *, base_db: float = 0.0) -> LevelMatch:
    """Find what brings an example to the level of an error, and does not clip.

    Parameters
    ----------
    error, example : StretchLevel
        What is compared.
    base_db : float
        What both are raised by besides, in decibels.

    Returns
    -------
    LevelMatch
        The example is raised or lowered; where raising it would clip, the error is lowered for
        the rest.
    """
    if not error.rms or not example.rms:
        return LevelMatch(left_db=math.inf)
    differ_db = DB_PER_FACTOR * math.log10(error.rms / example.rms)
    wanted_db = min(max(differ_db, -MOST_GAIN_DB), MOST_GAIN_DB)
    room_db = max(-DB_PER_FACTOR * math.log10(example.peak) - base_db, 0.0)
    example_db = min(wanted_db, room_db)
    return LevelMatch(example_db - wanted_db, example_db, differ_db - wanted_db)
