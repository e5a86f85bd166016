"""What the demo's recordings are to be: every property dealt evenly, none giving another away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.demo.backgrounds import BACKGROUND_KINDS
from core.demo.encoding import FILE_FORMATS
from core.demo.events import EVENT_KINDS
from core.demo.recording import SNR_RANGES_DB, RecordingPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.demo.encoding import FileFormat

_T = TypeVar("_T")

DURATION_RANGE_S = (10.0, 20.0)
SAMPLE_RATES = (8000, 16000, 22050, 44100, 48000)

_SECONDS_PER_EVENT = 2.2
_EVENT_SHARES = {"audible": 0.45, "barely": 0.3, "inaudible": 0.25}
_RECORDINGS_PER_UNREVIEWED = 10
_RECORDINGS_PER_STEREO = 4
# Beside it, seeds end in the number of a recording, which never gets this high.
_PLAN_STREAM = 2**31


@dataclass(frozen=True)
class LibraryEntry:
    """One recording's place in the library.

    Parameters
    ----------
    plan : RecordingPlan
        How it sounds.
    file_format : FileFormat
        How it is stored.
    fold : int
        0 or 1: recordings to train on, and to test on.
    reviewed : bool
        Whether the library's owner has heard it.
    """

    plan: RecordingPlan
    file_format: FileFormat
    fold: int
    reviewed: bool


def plan_library(n_recordings: int, *, seed: int) -> list[LibraryEntry]:
    """Decide what each recording is to be.

    Parameters
    ----------
    n_recordings : int
        How many.
    seed : int
        The same seed gives the same library.

    Returns
    -------
    list of LibraryEntry
        In the order of the library.
    """
    rng = np.random.default_rng((seed, _PLAN_STREAM))
    # Folds and backgrounds are dealt as pairs, so that neither fold lacks a background.
    places = _deal(
        [(fold, kind) for kind in BACKGROUND_KINDS for fold in (0, 1)], n_recordings, rng
    )
    formats = _deal(FILE_FORMATS, n_recordings, rng)
    rates = _deal(SAMPLE_RATES, n_recordings, rng)
    kinds = _deal(EVENT_KINDS, n_recordings, rng)
    channels = _deal([1] * (_RECORDINGS_PER_STEREO - 1) + [2], n_recordings, rng)
    n_unreviewed = max(1, n_recordings // _RECORDINGS_PER_UNREVIEWED)
    unreviewed = set(rng.permutation(n_recordings)[:n_unreviewed].tolist())
    n_seen: Counter[tuple[int, bool]] = Counter()
    entries: list[LibraryEntry] = []
    for i, (fold, background) in enumerate(places):
        reviewed = i not in unreviewed
        duration_s = round(float(rng.uniform(*DURATION_RANGE_S)), 1)
        plan = RecordingPlan(
            file_name=f"{background.site.replace(' ', '_')}_{i + 1:02d}.{formats[i].extension}",
            sample_rate=rates[i],
            n_channels=channels[i],
            duration_s=duration_s,
            background=background,
            event_kinds=tuple({kinds[i]: 0, EVENT_KINDS[rng.integers(len(EVENT_KINDS))]: 0}),
            labels=_labels(duration_s, n_seen[fold, reviewed], rng),
            seed=(seed, i),
        )
        n_seen[fold, reviewed] += 1
        entries.append(LibraryEntry(plan, formats[i], fold, reviewed))
    return entries


def _deal(values: Sequence[_T], n_recordings: int, rng: np.random.Generator) -> list[_T]:
    """Each value equally often, in random order."""
    return [values[int(i) % len(values)] for i in rng.permutation(n_recordings)]


def _labels(duration_s: float, turn: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Classes of a recording's events; one class by turns, so that none is ever missing."""
    names = list(SNR_RANGES_DB)
    n_others = round(duration_s / _SECONDS_PER_EVENT) - 1
    others = rng.choice(names, n_others, p=[_EVENT_SHARES[name] for name in names])
    labels = [names[turn % len(names)], *(str(name) for name in others)]
    return tuple(labels[int(i)] for i in rng.permutation(len(labels)))
