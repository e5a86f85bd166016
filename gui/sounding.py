"""Has heard what is wanted: opens the sound card, has renditions made, and puts them in a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.rendition import RenditionSpec
from core.tracks import Leg, Track
from gui.renditions import Rendition, Renditions
from gui.sound_output import SoundOutput

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.peaks import PeakReader
    from core.playout import Mark
    from gui.session import Session

CHUNK_S = 60.0
"""At another speed, so much is made at a time; making it takes a tenth of a second."""

AHEAD_S = 20.0
"""The next chunk is asked for when no more than this is left to be heard."""

AROUND_S = 0.25
"""A chunk has so much around it, for its filters to settle and for seams."""

HIGHEST_RATE_HZ = 48_000
"""What is played faster than recorded needs more samples a second, but no more than these."""

NO_END = 2**62


@dataclass(frozen=True)
class Wanted:
    """What is to be heard, in seconds of the recording; without a region, all of it."""

    reader: PeakReader
    region: tuple[float, float] | None
    loops: bool
    speed: float
    keeps_pitch: bool
    device_name: str

    @property
    def sample_rate(self) -> int:
        """What the sound card is asked for."""
        rate = self.reader.meta.sample_rate
        if self.keeps_pitch or self.speed <= 1:
            return rate
        return min(round(rate * self.speed), max(rate, HIGHEST_RATE_HZ))

    @property
    def whole(self) -> tuple[float, float]:
        """Start and end; the end of a recording that is still being decoded is not known."""
        if self.region is not None:
            return self.region
        reader = self.reader
        known = reader.is_complete
        return 0.0, reader.n_samples / reader.meta.sample_rate if known else math.inf

    def chunk_from(self, at_s: float) -> Chunk:
        """What is to be made, at another speed, to be heard from there on."""
        start_s, end_s = self.whole
        if self.loops and (end_s - start_s) / self.speed <= CHUNK_S:
            return Chunk(start_s, end_s, is_last=False, is_loop=True)
        stop_s = min(at_s + CHUNK_S * self.speed, end_s)
        return Chunk(at_s, stop_s, is_last=stop_s >= end_s and not self.loops, is_loop=False)

    def chunk_after(self, chunk: Chunk) -> Chunk:
        """What is to be made next."""
        start_s, end_s = self.whole
        return self.chunk_from(start_s if chunk.stop_s >= end_s else chunk.stop_s)


@dataclass(frozen=True)
class Chunk:
    """A stretch of the recording, in seconds."""

    start_s: float
    stop_s: float
    is_last: bool
    is_loop: bool

    def leg(self, track: Track) -> Leg:
        """The same in samples of what was made."""
        leg = Leg(
            track,
            track.sample_at(self.start_s),
            track.sample_at(self.stop_s),
            is_last=self.is_last,
        )
        leg.follow = leg if self.is_loop else None
        return leg


class Sounding(QObject):
    """What is heard now, and what is on its way to be."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.output = SoundOutput(self)
        self._renditions = Renditions(session, self)
        self._wanted: Wanted | None = None
        self._at_s: float | None = None
        self._heeded_from = 0
        self._stream_of: tuple[str, int] | None = None
        self._is_opening = False
        self._leg: Leg | None = None
        self._chunk: Chunk | None = None
        self._spec: RenditionSpec | None = None
        self._level = (1.0, False)
        self._now_s = 0.0
        self.output.opened.connect(lambda _playout: self._on_opened())
        self.output.failed.connect(lambda _error: self._forget_stream())

    @property
    def is_opening(self) -> bool:
        """Whether the sound card is being opened."""
        return self._is_opening

    def play(self, wanted: Wanted, at_s: float | None, now_s: float) -> None:
        """Have something heard from now on.

        Parameters
        ----------
        wanted : Wanted
            What.
        at_s : float or None
            Where to begin; None to go on from where the sound is, which is at about `now_s`.
        now_s : float
            Where the playhead is.
        """
        self._wanted = wanted
        if at_s is not None:
            self._at_s = at_s
        stream_of = (wanted.device_name, wanted.sample_rate)
        if self._stream_of != stream_of:
            self._stream_of = stream_of
            self._at_s = now_s if self._at_s is None else self._at_s
            self._is_opening = True
            self.output.open(wanted.device_name, [wanted.sample_rate])
        self._now_s = now_s
        if not self._is_opening:
            self._begin()

    def set_level(self, gain: float, *, is_limited: bool) -> None:
        """Change the factor for the samples, and whether they are kept from clipping."""
        self._level = (gain, is_limited)
        playout = self.output.playout
        if playout is not None:
            playout.gain, playout.is_limited = self._level

    def hush(self) -> None:
        """Have nothing heard any more."""
        self._wanted = self._spec = self._leg = None
        self._at_s = None
        if self.output.playout is not None:
            self.output.playout.stop()
        if self._is_opening:
            self.let_go()

    def let_go(self) -> None:
        """Close the sound card, and forget what was made."""
        self.output.close()
        self._forget_stream()
        self._renditions.clear()

    def end(self) -> None:
        """Let everything go, and wait for it."""
        self._wanted = self._spec = self._leg = None
        self.output.end()
        self._forget_stream()
        self._renditions.clear()

    def heard(self) -> tuple[Mark, float] | None:
        """The last mark before what is heard now, and the time in the recording.

        None while nothing of what was asked for last is heard.
        """
        playout, sample = self.output.playout, self.output.heard_sample()
        if playout is None or sample is None or self._at_s is not None:
            return None
        mark, time_s = playout.heard(sample)
        return (mark, time_s) if mark.sample >= self._heeded_from else None

    def look_ahead(self, time_s: float) -> None:
        """Have the next chunk made, when it will soon be needed."""
        wanted, chunk, leg = self._wanted, self._chunk, self._leg
        if wanted is None or chunk is None or leg is None or self._spec is not None:
            return
        if leg.follow is not None or leg.is_last:
            return
        left_s = (chunk.stop_s - time_s) / wanted.speed
        if not wanted.loops and chunk.stop_s >= wanted.whole[1]:
            # Only now is it known where the recording ends.
            leg.is_last = True
        elif left_s < AHEAD_S:
            self._ask(wanted.chunk_after(chunk), self._append)

    def _on_opened(self) -> None:
        self._is_opening = False
        # Before anything is heard.
        gain, is_limited = self._level
        self.set_level(gain, is_limited=is_limited)
        if self._wanted is not None:
            self._begin()

    def _forget_stream(self) -> None:
        self._stream_of = None
        self._is_opening = False

    def _begin(self) -> None:
        wanted, playout = self._wanted, self.output.playout
        if wanted is None or playout is None:
            return
        self._spec = None
        if wanted.speed != 1 or playout.sample_rate != wanted.reader.meta.sample_rate:
            at_s = self._now_s if self._at_s is None else self._at_s
            self._ask(wanted.chunk_from(at_s), self._hear)
            return
        track = Track(wanted.reader)
        start_s, end_s = wanted.whole if wanted.region else (0.0, math.inf)
        stop = track.sample_at(end_s) if math.isfinite(end_s) else NO_END
        leg = Leg(track, track.sample_at(start_s), stop, is_last=not wanted.loops)
        leg.follow = leg if wanted.loops else None
        self._hear(leg, None)

    def _hear(self, leg: Leg, chunk: Chunk | None) -> None:
        playout = self.output.playout
        if playout is None:
            return
        sample = None
        if self._at_s is not None:
            sample = max(leg.start, leg.track.sample_at(self._at_s))
            self._heeded_from = playout.n_samples
        self._at_s = None
        self._leg, self._chunk = leg, chunk
        playout.play(leg, sample)

    def _append(self, leg: Leg, chunk: Chunk | None) -> None:
        if self._leg is not None:
            self._leg.follow = leg
            self._leg, self._chunk = leg, chunk

    def _ask(self, chunk: Chunk, take: Callable[[Leg, Chunk], None]) -> None:
        wanted, playout = self._wanted, self.output.playout
        if wanted is None or playout is None:
            return
        rate = wanted.reader.meta.sample_rate
        stop_s = chunk.stop_s + AROUND_S * wanted.speed
        spec = RenditionSpec(
            wanted.reader.folder,
            max(0, math.floor((chunk.start_s - AROUND_S) * rate)),
            math.ceil(stop_s * rate),
            speed=wanted.speed,
            keeps_pitch=wanted.keeps_pitch,
            sample_rate=playout.sample_rate,
        )
        self._spec = spec

        def ready(rendition: Rendition) -> None:
            if self._spec is spec and rendition.track is not None:
                self._spec = None
                take(chunk.leg(rendition.track), chunk)

        self._renditions.ask(spec, rate, ready)
