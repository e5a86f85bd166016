"""Whether annotations lie where the sound changes: a shift and a drift, and how sure they are.

Each edge between a quieter and a louder class is laid over the sound at every lag, and tells how
likely each lag is. Together the edges give a posterior distribution of the lag of the recording,
as subtitles are laid over speech by correlation (ffsubsync, https://github.com/smacke/ffsubsync),
but with three things that annotations ask for:

- Sounds begin at once and die away: where an event ends is far less certain than where it begins.
  The metrics of sound event detection allow for that, too: 200 ms at onsets, up to half of an
  event's length at offsets (Mesaros, Heittola and Virtanen, "Metrics for polyphonic sound event
  detection", Applied Sciences 6(6):162, 2016).
- Neighbouring frames say the same thing, so that their likelihoods are tempered, as those of a
  composite likelihood are (Pace, Salvan and Sartori, Statistica Sinica 21, 2011).
- Some edges are plainly wrong: each may, with a small probability, tell nothing at all.

The constants were chosen on one half of recordings with known truth, and tried on the others:
`tests/benchmarks/bench_alignment.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.annotations.drift import HALF_DRIFTS_S, drift_surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.annotations.csv import Annotation

    Array = NDArray[np.floating[Any]]

HOP_S = 0.005
"""Step of the sound's level, and of lags."""

RANGE_S = 2.0
"""Lags are looked for so far to both sides."""

TOLERANCE_S = 0.05
"""People set edges no better: annotations that are less off are right."""

WIDEST_S = 0.2
"""Where the lag is not known to within that, nothing is said of it."""

ACCUSED_BELOW = 0.02
"""Annotations are suspicious if they are right with a smaller probability."""

FEWEST_EDGES = 2
FEWEST_FOR_DRIFT = 6
DRIFT_EVIDENCE = 20.0
"""So many times better must edges be explained with a drift than without ("strong": Kass and
Raftery, "Bayes factors", JASA 90(430), 1995)."""

_SMOOTHED_FRAMES = 7
_LOUD_S, _QUIET_S = 0.3, 0.5  # so much of both sides of an edge is looked at
_LONGEST_GAP_S, _MOST_OVERLAP_S = 0.5, 0.05  # within these annotations are neighbours
_TEMPER = 4.0
_STEEPNESS, _MOST_EVIDENCE, _LEAST_STEP_DB = 0.5, 3.0, 1.0
_RISE_SPREAD_S, _FALL_SPREAD_S, _FALL_EARLY_S = 0.02, 0.2, 0.05
_RISE_ASTRAY, _FALL_ASTRAY = 0.1, 0.3
_INTERVAL = (0.025, 0.975)

Verdict = Literal["aligned", "suspicious", "cannot tell"]


@dataclass(frozen=True)
class Edge:
    """A place where annotations say that the sound becomes louder or quieter.

    Parameters
    ----------
    time_s : float
        From the start of the recording.
    rises : bool
        Whether the louder class is behind it.
    loud_s, quiet_s : float
        How long the louder and the quieter side last.
    """

    time_s: float
    rises: bool
    loud_s: float
    quiet_s: float


@dataclass(frozen=True)
class Alignment:
    """How annotations of a recording lie to its sound.

    Parameters
    ----------
    verdict : str
        ``"aligned"``, ``"suspicious"``, or ``"cannot tell"``.
    n_edges : int
        From so many edges.
    shift_s : float or None
        So much later than the annotations the sound changes, in the middle of the edges; negative
        is earlier. The likeliest value, also where it cannot be told; None without edges.
    low_s, high_s : float or None
        Within these it lies with a probability of 0.95.
    drift : float or None
        So much later it becomes with each second; None where none is to be seen.
    drift_low, drift_high : float or None
        Within these it lies with a probability of 0.95; None with less than `FEWEST_FOR_DRIFT`
        edges.
    probability_aligned : float or None
        That the annotations are right to within `TOLERANCE_S`.
    offset_s : float
        A time t of the annotations becomes ``offset_s + stretch * t`` to lie where the sound does.
    stretch : float
        See `offset_s`.
    """

    verdict: Verdict
    n_edges: int
    shift_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    drift: float | None = None
    drift_low: float | None = None
    drift_high: float | None = None
    probability_aligned: float | None = None
    offset_s: float = 0.0
    stretch: float = 1.0


def loudness_edges(annotations: Sequence[Annotation], duration_s: float) -> list[Edge]:
    """Find where annotations say that the sound becomes louder or quieter.

    Parameters
    ----------
    annotations : sequence of Annotation
        Of one recording.
    duration_s : float
        Its length.

    Returns
    -------
    list of Edge
        Edges of the louder of two neighbours. What lies between annotations is quieter than any
        class but the lowest. Ends of the recording are no edges.
    """
    ordered = sorted(annotations, key=lambda a: a.start_s)
    starts = np.array([a.start_s for a in ordered])
    ends = np.array([a.end_s for a in ordered])
    targets = np.array([a.target for a in ordered])
    edges: list[Edge] = []
    for start_s, end_s, target in zip(starts, ends, targets, strict=True):
        for rises, time_s in ((True, start_s), (False, end_s)):
            if target == 0 or not HOP_S < time_s < duration_s - HOP_S:
                continue
            gaps = start_s - ends if rises else starts - end_s
            is_beside = (gaps >= -_MOST_OVERLAP_S) & (
                (starts < start_s) if rises else (ends > end_s)
            )
            quiet_s = time_s if rises else duration_s - time_s
            if is_beside.any():
                nearest = np.flatnonzero(is_beside)[np.argmin(gaps[is_beside])]
                gap_s = max(float(gaps[nearest]), 0.0)
                quiet_s = gap_s
                if gap_s <= _LONGEST_GAP_S:
                    if targets[nearest] >= target:
                        continue
                    quiet_s += float(ends[nearest] - starts[nearest])
            edges.append(Edge(float(time_s), rises, float(end_s - start_s), float(quiet_s)))
    return sorted(edges, key=lambda e: e.time_s)


def edge_profiles(level_db: Array, first_s: float, loud_share: float, edges: list[Edge]) -> Array:
    """Say of each edge how well each lag fits to a stretch of sound.

    Parameters
    ----------
    level_db : ndarray of float64, shape (n_frames,)
        How far the sound stands out from its background, every `HOP_S`.
    first_s : float
        Where the first of these frames begins.
    loud_share : float
        What part of this stretch is annotated with other than the lowest class, 0 to 1.
    edges : list of Edge
        Some of those within the stretch.

    Returns
    -------
    ndarray of float64, shape (n_edges, n_lags)
        Tempered logarithms of likelihoods, up to a constant, for each of `lags_s`.
    """
    evidence = _evidence(level_db, loud_share)
    # Against a frame of which nothing is known; far outside of the recording nothing is said.
    loud, quiet = (np.log(2.0) - np.logaddexp(0.0, -s * evidence) for s in (1.0, -1.0))
    summed = [np.concatenate([[0.0], np.cumsum(side)]) for side in (loud, quiet)]
    steps = np.arange(len(lags_s())) - len(lags_s()) // 2
    profiles = np.empty((len(edges), len(steps)))

    def total(side: Array, first: NDArray[np.int64], n_frames: int) -> Array:
        ends = np.clip(np.stack([first, first + n_frames]), 0, len(side) - 1)
        return side[ends[1]] - side[ends[0]]

    for k, edge in enumerate(edges):
        n_loud = _frames(min(edge.loud_s, _LOUD_S))
        n_quiet = _frames(min(edge.quiet_s, _QUIET_S))
        at = _frames(edge.time_s - first_s) + steps
        loud_from, quiet_from = (at, at - n_quiet) if edge.rises else (at - n_loud, at)
        profiles[k] = total(summed[0], loud_from, n_loud)
        profiles[k] += total(summed[1], quiet_from, n_quiet)
    return profiles / _TEMPER


def lags_s() -> Array:
    """The lags that are looked at.

    Returns
    -------
    ndarray of float64, shape (n_lags,)
        In seconds, from `-RANGE_S` to `RANGE_S`.
    """
    n_side = _frames(RANGE_S)
    return np.arange(-n_side, n_side + 1) * HOP_S


def estimate_alignment(edges: list[Edge], profiles: Array) -> Alignment:
    """Tell from all edges of a recording how its annotations lie.

    Parameters
    ----------
    edges : list of Edge
        All of them.
    profiles : ndarray of float64, shape (n_edges, n_lags)
        What `edge_profiles` gives for them.

    Returns
    -------
    Alignment
        With the verdict.
    """
    if len(edges) < FEWEST_EDGES:
        return Alignment("cannot tell", len(edges))
    tells = np.stack([_tell(p, rises=e.rises) for p, e in zip(profiles, edges, strict=True)])
    times_s = np.array([e.time_s for e in edges])
    middle_s, half_s = float(times_s.min() + times_s.max()) / 2, float(np.ptp(times_s)) / 2
    logs = drift_surface(tells, (times_s - middle_s) / max(half_s, HOP_S), hop_s=HOP_S)
    surface = np.exp(logs - logs.max())
    still = len(HALF_DRIFTS_S) // 2
    has_room = len(edges) >= FEWEST_FOR_DRIFT and half_s > RANGE_S
    evidence = surface.sum() / len(surface) / max(surface[still].sum(), np.finfo(float).tiny)
    drifts = has_room and bool(evidence > DRIFT_EVIDENCE)
    shifts = surface.sum(axis=0) if drifts else np.exp(logs[still] - logs[still].max())
    shift_s, low_s, high_s = _summary(shifts, lags_s())
    drift, drift_low, drift_high = (
        (value / half_s for value in _summary(surface.sum(axis=1), HALF_DRIFTS_S))
        if has_room
        else (None, None, None)
    )
    is_near = np.abs(lags_s()) <= TOLERANCE_S + HOP_S / 2
    if drifts:
        is_slow = np.abs(HALF_DRIFTS_S) <= TOLERANCE_S
        right = float(surface[np.ix_(is_slow, is_near)].sum() / surface.sum())
    else:
        drift = None
        right = float(shifts[is_near].sum() / shifts.sum())
    verdict: Verdict = "suspicious" if right < ACCUSED_BELOW else "aligned"
    if high_s - low_s > WIDEST_S:
        verdict = "cannot tell"
    slope = drift or 0.0
    return Alignment(
        verdict=verdict,
        n_edges=len(edges),
        shift_s=shift_s,
        low_s=low_s,
        high_s=high_s,
        drift=drift,
        drift_low=drift_low,
        drift_high=drift_high,
        probability_aligned=right,
        offset_s=shift_s - slope * middle_s,
        stretch=1.0 + slope,
    )


def _frames(seconds: float) -> int:
    return round(seconds / HOP_S)


def _evidence(level_db: Array, loud_share: float) -> Array:
    """Log odds of each frame that it is loud.

    The threshold is where so much of the sound is louder as the annotations say, wherever they say
    that it is: it does not depend on how they are shifted.
    """
    around = _SMOOTHED_FRAMES // 2
    padded = np.pad(level_db, around, mode="edge")
    level = np.convolve(padded, np.full(_SMOOTHED_FRAMES, 1 / _SMOOTHED_FRAMES), "valid")
    threshold = float(np.quantile(level, 1.0 - min(max(loud_share, 0.02), 0.98)))
    is_loud = level >= threshold
    step_db = 0.0 if is_loud.all() else float(level[is_loud].mean() - level[~is_loud].mean())
    scale_db = max(step_db / 2, _LEAST_STEP_DB)
    odds = _STEEPNESS * (level - threshold) / scale_db
    return np.clip(odds, -_MOST_EVIDENCE, _MOST_EVIDENCE)


def _tell(profile: Array, *, rises: bool) -> Array:
    """What an edge tells of the recording's lag, as logarithms of probabilities."""
    likely = np.exp(profile - profile.max())
    likely /= likely.sum()
    spread_s, early_s = (_RISE_SPREAD_S, 0.0) if rises else (_FALL_SPREAD_S, _FALL_EARLY_S)
    n_side = _frames(4 * spread_s + early_s)
    # A sound that has died away before its annotation ends tells of a later lag than it seems.
    off = (np.arange(-n_side, n_side + 1) * HOP_S - early_s) / spread_s
    kernel = np.exp(-0.5 * off**2)
    likely = np.convolve(likely, kernel / kernel.sum())[n_side : n_side + len(profile)]
    astray = _RISE_ASTRAY if rises else _FALL_ASTRAY
    return np.log((1.0 - astray) * likely + astray / len(profile))


def _summary(weights: Array, values: Array) -> tuple[float, float, float]:
    """Likeliest value, and the ends of the interval."""
    cumulative = np.cumsum(weights) / weights.sum()
    low, high = np.minimum(np.searchsorted(cumulative, _INTERVAL), len(values) - 1)
    found = (np.argmax(weights), low, high)
    likeliest, least, most = (round(float(values[k]), 9) for k in found)
    return likeliest, least, most
