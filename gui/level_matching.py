"""Error and right example at one level while they are compared: measured, applied, and told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.level_match import LevelMatch, match_levels, measure_stretch
from core.timebase import seconds_to_samples
from gui.preferences import preferences

if TYPE_CHECKING:
    from core.level_match import StretchLevel
    from core.peaks import PeakReader
    from gui.error_listening import Place
    from gui.jobs import Job
    from gui.media import Media
    from gui.playback import Player
    from gui.session import Session

LEAST_TOLD_DB = 0.05
MINUS = "\N{MINUS SIGN}"
MEASURING = "Measuring the levels"
AS_RECORDED = "Both are heard as they were recorded."
ALIKE = "Both are equally loud."
SILENT = "One of the two is silent: the levels are left as they are."
COMMON = "Each recording is brought to the common listening level."

Key = tuple["Place", bool]


class LevelMatching(QObject):
    """Measures two places, one after the other as they are opened, and sets the gain of each."""

    changed = Signal()
    """More is known, or levels are matched no longer."""

    def __init__(self, session: Session, media: Media, player: Player) -> None:
        super().__init__(session)
        self._session, self._media, self._player = session, media, player
        self._is_on = str(preferences().value("review/matches_levels", "true")).lower() != "false"
        self._pair: tuple[Place, Place] | None = None
        self._levels: dict[Key, StretchLevel] = {}
        self._base_db = 0.0
        self._job: Job | None = None
        self._measured: Key | None = None

    @property
    def is_on(self) -> bool:
        """Whether levels are matched while one compares."""
        return self._is_on

    @property
    def match(self) -> LevelMatch | None:
        """What both are raised by; None while that is not known, or not wanted."""
        if not self._is_on or self._pair is None or self.missing is not None:
            return None
        error, example = (self._levels[self._key(place)] for place in self._pair)
        return match_levels(error, example, base_db=self._base_db)

    @property
    def missing(self) -> Place | None:
        """What has to be opened in order to be measured; None if nothing."""
        if self._pair is None or not self._is_on:
            return None
        return next((p for p in self._pair if self._key(p) not in self._levels), None)

    @property
    def words(self) -> str:
        """What is done to the levels."""
        if not self._is_on or self._pair is None:
            return COMMON if self._player.listening.normalises else AS_RECORDED
        match = self.match
        return MEASURING if match is None else _words(match)

    def set_on(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Match levels, now and later, or leave them."""
        if on != self._is_on:
            self._is_on = on
            preferences().setValue("review/matches_levels", on)
            if not on:
                self._player.listening.set_match(None)
            self.changed.emit()

    def begin(self, error: Place, example: Place) -> None:
        """Compare an error with an example."""
        if self._pair != (error, example):
            self.end()
            self._pair = (error, example)

    def end(self) -> None:
        """Compare no longer: everything is as loud as before."""
        self._pair, self._levels = None, {}
        self._stop()
        self._player.listening.set_match(None)

    def measure(self, place: Place, context_s: float) -> None:
        """Measure a place of the recording that is open, once it is decoded so far."""
        key, source = self._key(place), self._source()
        is_wanted = self._is_on and self._pair is not None and place in self._pair
        if not is_wanted or source is None or key in self._levels or key == self._measured:
            return
        rate = source.meta.sample_rate
        end = seconds_to_samples(place.end_s + context_s, sample_rate=rate)
        if source.n_samples < end and not source.is_complete:
            return
        self._stop()
        self._measured = key
        self._job = self._session.drawing.submit(
            measure_stretch,
            source.folder,
            place.start_s,
            place.end_s,
            context_s=context_s,
            done=lambda level: self._on_measured(key, level),
            failed=self._on_failed,
        )

    def apply(self, place: Place) -> None:
        """Raise or lower what is heard from now on, which is this place."""
        match, pair = self.match, self._pair
        if match is None or pair is None or place not in pair:
            self._player.listening.set_match(None)
            return
        gain_db = match.error_db if place == pair[0] else match.example_db
        self._player.listening.set_match(self._base_db + gain_db)

    def _key(self, place: Place) -> Key:
        return place, self._player.uses_transcoded

    def _source(self) -> PeakReader | None:
        """What will be heard: not the transcoded recording that stands in for a while."""
        source, media = self._player.source, self._media
        stands_in = not self._player.uses_transcoded and source is media.transcoded
        return None if stands_in and not media.original_problem else source

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._measured = None

    def _on_measured(self, key: Key, level: StretchLevel) -> None:
        self._job = self._measured = None
        if self._pair is not None:
            if key[0] == self._pair[0]:
                # Where recordings are brought to a common level, the error stays as it was heard.
                self._base_db = self._player.listening.common_db or 0.0
            self._levels[key] = level
            self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.end()
        self._session.errors.show(error, title="Match levels")
        self.changed.emit()


def _words(match: LevelMatch) -> str:
    if math.isinf(match.left_db):
        return SILENT
    example_db, error_db = match.example_db, match.error_db
    if abs(error_db) >= LEAST_TOLD_DB:
        told = f"Example {example_db:+.1f} dB, error {error_db:+.1f} dB to match without clipping."
    elif abs(example_db) >= LEAST_TOLD_DB:
        how = "raised" if example_db > 0 else "lowered"
        told = f"Example {how} by {abs(example_db):.1f} dB to match."
    else:
        told = ALIKE
    if abs(match.left_db) >= LEAST_TOLD_DB:
        told += f" They still differ by {abs(match.left_db):.1f} dB."
    return told.replace("-", MINUS)
