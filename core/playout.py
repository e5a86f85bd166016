"""What goes to the sound card, sample by sample: where it comes from, fades, seams and level.

The sound card's thread asks for blocks, the window's thread says what is to be heard. Neither ever
waits for the other: what is said is handed over as one object.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.tracks import soft_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.tracks import Leg, Samples

FADE_S = 0.005
"""Long enough that nothing clicks, short enough that nothing is missed."""

RESUME_S = 0.25
"""Where audio that is still being made ran out, it goes on when so much more is there."""

SHORTEST_LOOP_S = 0.001
"""A shorter one is no pitch that anybody hears, and would keep the processor busy."""

MARKS = 2048
"""More jumps than this are never on their way to the ears at once."""


class Mark(NamedTuple):
    """From which sample on what is heard; until the next mark, time goes on evenly.

    Parameters
    ----------
    sample : int
        Counted as they went to the sound card.
    time_s : float
        Place in the recording.
    step_s : float
        Seconds of the recording from one sample to the next; 0 in silence.
    is_end : bool
        Whether everything has been played.
    is_waiting : bool
        Whether audio is awaited.
    """

    sample: int
    time_s: float
    step_s: float
    is_end: bool = False
    is_waiting: bool = False


class Wish(NamedTuple):
    """What is to be heard from now on.

    Parameters
    ----------
    leg : Leg or None
        None for silence.
    sample : int or None
        Where to begin, in samples of the leg's track; None to go on from where the sound is.
    """

    leg: Leg | None
    sample: int | None = None


@dataclass
class _Voice:
    """One thing that is heard, and how far it is faded in and out.

    Parameters
    ----------
    leg : Leg
        What is heard now.
    position : int
        In samples of the leg's track.
    fade : ndarray of float32, shape (n_fade,)
        From 0 to 1.
    n_channels : int
        1 or 2.
    """

    leg: Leg
    position: int
    fade: Samples
    n_channels: int
    n_risen: int = 0
    n_fallen: int = -1
    is_starved: bool = False
    is_over: bool = False
    marks: list[Mark] = field(default_factory=list[Mark])

    @property
    def time_s(self) -> float:
        """Place in the recording of the sample that comes next.

        Returns
        -------
        float
            In seconds.
        """
        return self.leg.track.time_at(self.position)

    def add_to(self, out: Samples, sample: int) -> None:
        """Mix the next samples into a block.

        Parameters
        ----------
        out : ndarray of float32, shape (n_samples, n_channels)
            What was there is kept.
        sample : int
            Number of the block's first sample, for the marks.
        """
        filled = 0
        while filled < len(out) and not self.is_over:
            piece = self._piece(len(out) - filled, sample + filled)
            if piece is None:
                break
            out[filled : filled + len(piece)] += self._faded(piece)
            filled += len(piece)

    def mark(self, sample: int, *, is_end: bool = False) -> None:
        """Take note of where the sound is, and whether it goes on.

        Parameters
        ----------
        sample : int
            Number of the sample that comes next.
        is_end : bool
            Whether none comes.
        """
        moves = not (is_end or self.is_starved)
        step_s = self.leg.track.step_s if moves else 0.0
        self.marks.append(
            Mark(sample, self.time_s, step_s, is_end=is_end, is_waiting=self.is_starved)
        )

    def _piece(self, n_most: int, sample: int) -> Samples | None:
        """The next samples without a jump inside; None if there are none for now."""
        if self.position >= self.leg.end and not self._go_on(sample):
            return None
        leg = self.leg
        n_there = leg.track.n_samples
        if self.is_starved:
            n_wanted = min(leg.end - self.position, round(RESUME_S * leg.track.sample_rate))
            if n_there - self.position < n_wanted:
                return None
            self.is_starved, self.n_risen = False, 0
            self.mark(sample)
        stop = min(self.position + n_most, leg.end)
        runs_dry = stop > n_there
        stop = min(stop, n_there)
        if stop <= self.position:
            self._starve(sample)
            return None
        piece = self._with_seam(self.position, stop)
        if runs_dry:
            n_fade = min(len(self.fade), len(piece))
            piece[-n_fade:] *= self.fade[:n_fade][::-1, np.newaxis]
        self.position = stop
        if runs_dry:
            self._starve(sample + len(piece))
        return piece

    def _go_on(self, sample: int) -> bool:
        """Step over to what follows."""
        leg = self.leg
        if leg.follow is not None:
            self.leg, self.position = leg.follow, leg.follow.start
            self.mark(sample)
            return self.position < self.leg.end
        if leg.is_last:
            self.is_over = True
            self.mark(sample, is_end=True)
        else:
            self._starve(sample)
        return False

    def _starve(self, sample: int) -> None:
        if not self.is_starved:
            self.is_starved = True
            self.mark(sample)

    def _with_seam(self, start: int, stop: int) -> Samples:
        """Samples of the leg; its end is faded into what comes before that which follows."""
        leg = self.leg
        samples = leg.track.read(start, stop, self.n_channels)
        n_fade = min(len(self.fade), max(1, (leg.end - leg.start) // 2))
        seam = leg.end - n_fade
        if stop <= seam:
            return samples
        first = max(start, seam)
        places = np.arange(first - seam, stop - seam) + 1
        rise = _curve(places / (n_fade + 1))[:, np.newaxis]
        tail = samples[first - start :]
        tail *= 1 - rise
        if leg.follow is not None:
            begin = leg.follow.start - n_fade + (first - seam)
            tail += rise * leg.follow.track.read(begin, begin + len(tail), self.n_channels)
        return samples

    def _faded(self, piece: Samples) -> Samples:
        n_fade = len(self.fade)
        if self.n_risen < n_fade:
            rise = self.fade[self.n_risen : self.n_risen + len(piece)]
            piece[: len(rise)] *= rise[:, np.newaxis]
            self.n_risen += len(rise)
        if self.n_fallen >= 0:
            fall = 1 - self.fade[self.n_fallen : self.n_fallen + len(piece)]
            piece[: len(fall)] *= fall[:, np.newaxis]
            piece[len(fall) :] = 0
            self.n_fallen += len(fall)
            self.is_over = self.n_fallen >= n_fade
        return piece


class Playout:
    """Fills the sound card's blocks.

    Parameters
    ----------
    sample_rate : int
        In Hz; every track that is heard has it.
    n_channels : int
        1 or 2.
    """

    def __init__(self, *, sample_rate: int, n_channels: int) -> None:
        self.sample_rate = sample_rate
        self.n_channels = n_channels
        self.gain = 1.0
        """Factor for the samples; a change is spread over a block."""
        self.is_limited = False
        """Whether samples are kept from clipping by `soft_limit`."""
        self.n_samples = 0
        """How many samples went to the sound card."""
        self.marks: deque[Mark] = deque([Mark(0, 0.0, 0.0)], maxlen=MARKS)
        self._fade = _curve(np.arange(1, round(FADE_S * sample_rate) + 1) / (FADE_S * sample_rate))
        self._wish = self._heeded = Wish(None)
        self._voice: _Voice | None = None
        self._falling: list[_Voice] = []
        self._gain_before = 1.0

    def play(self, leg: Leg, sample: int | None = None) -> None:
        """Have something heard from now on, in place of what is heard.

        Parameters
        ----------
        leg : Leg
            What.
        sample : int, optional
            Where to begin, in samples of the leg's track; left out, it goes on from where the
            sound is, or at the leg's start if that is not within.
        """
        self._wish = Wish(leg, sample)

    def stop(self) -> None:
        """Have nothing heard any more."""
        self._wish = Wish(None)

    def heard(self, sample: float) -> tuple[Mark, float]:
        """Tell what was sent to the sound card.

        Parameters
        ----------
        sample : float
            Number of a sample, counted as they were sent.

        Returns
        -------
        mark : Mark
            The last one before it.
        time_s : float
            Its place in the recording.
        """
        marks = list(self.marks)
        mark = marks[0]
        for later in reversed(marks):
            if later.sample <= sample:
                mark = later
                break
        return mark, mark.time_s + max(0.0, sample - mark.sample) * mark.step_s

    def fill(self, out: Samples) -> None:
        """Give the next block; called by the sound card's thread alone.

        Parameters
        ----------
        out : ndarray of float32, shape (n_samples, n_channels)
            Is overwritten.
        """
        out.fill(0)
        if self._voice is None and not self._falling:
            # From silence on, another level needs no ramp.
            self._gain_before = self.gain
        wish = self._wish
        if wish is not self._heeded:
            self._heeded = wish
            self._heed(wish)
        for voice in (*self._falling, self._voice):
            if voice is not None:
                voice.add_to(out, self.n_samples)
        self._falling = [voice for voice in self._falling if not voice.is_over]
        if self._voice is not None:
            self.marks.extend(self._voice.marks)
            self._voice.marks.clear()
            if self._voice.is_over:
                self._voice = None
        self._level(out)
        self.n_samples += len(out)

    def _heed(self, wish: Wish) -> None:
        before = self._voice
        if before is not None:
            before.n_fallen = 0
            self._falling.append(before)
        self._voice = None
        if wish.leg is not None:
            position = _beginning(wish.leg, wish.sample, before)
            self._voice = _Voice(wish.leg, position, self._fade, self.n_channels)
            self._voice.mark(self.n_samples)
        elif before is not None:
            before.mark(self.n_samples, is_end=True)
            self.marks.extend(before.marks)

    def _level(self, out: Samples) -> None:
        gain = self.gain
        before, self._gain_before = self._gain_before, gain
        if gain != before:
            ramp = np.linspace(before, gain, len(out) + 1, dtype=np.float32)[1:]
            out *= ramp[:, np.newaxis]
        elif gain != 1:
            out *= np.float32(gain)
        if self.is_limited:
            soft_limit(out)


def _beginning(leg: Leg, sample: int | None, before: _Voice | None) -> int:
    if sample is None:
        sample = leg.start if before is None else leg.track.sample_at(before.time_s)
        if not leg.start <= sample < leg.end:
            return leg.start
    return sample


def _curve(places: NDArray[np.float64]) -> Samples:
    """Half a period of a cosine, from 0 to 1: it and its mirror image add up to 1."""
    return (0.5 - 0.5 * np.cos(np.pi * places)).astype(np.float32)
