"""An error in its recording: opened, zoomed to, selected and heard, beside a right example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.level_matching import LevelMatching
from gui.preferences import preferences

if TYPE_CHECKING:
    from core.library import Recording
    from gui.media import Media
    from gui.playback import Player
    from gui.session import Session

SHORTEST_S, LONGEST_S = 0.0, 30.0
"""Limits of the context."""

USUAL_CONTEXT_S = 1.0


@dataclass(frozen=True)
class Place:
    """A stretch of a recording."""

    original: str
    """Path in the database, or the full path."""
    start_s: float
    end_s: float


class ErrorListening(QObject):
    """Brings a place onto the screen and to the ears, as soon as its recording is there."""

    shown = Signal(object)
    """A `Place` that is in view now."""

    def __init__(self, session: Session, media: Media, player: Player) -> None:
        super().__init__(session)
        self._session, self._media, self._player = session, media, player
        kept = preferences()
        self._context_s = _number(kept.value("review/context_s"), USUAL_CONTEXT_S)
        self._plays = str(kept.value("review/plays", "true")).lower() != "false"
        self._wanted: Place | None = None
        self._to_play: Place | None = None
        self._shown: Place | None = None
        self._target: Place | None = None
        """What is compared is heard once both levels are known."""
        self.matching = LevelMatching(session, media, player)
        self.matching.changed.connect(self._go_to_target)
        session.project_changed.connect(lambda _project: self.forget())
        session.recording_changed.connect(self._on_recording_changed)
        session.time.duration_changed.connect(lambda _duration: self._go_on())
        media.details_changed.connect(lambda _details: self._go_on())
        media.audio_changed.connect(self._go_on)

    @property
    def context_s(self) -> float:
        """What is shown and heard on either side, in seconds."""
        return self._context_s

    @property
    def plays(self) -> bool:
        """Whether what is shown is heard, too."""
        return self._plays

    def set_context(self, context_s: float) -> None:
        """Change the context, now and later."""
        self._context_s = min(max(context_s, SHORTEST_S), LONGEST_S)
        preferences().setValue("review/context_s", self._context_s)

    def set_plays(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Hear what is shown, or only see it; now and later."""
        self._plays = on
        preferences().setValue("review/plays", on)
        if not on:
            self._to_play = None

    def compare(self, error: Place, example: Place, *, hears_example: bool) -> None:
        """Show and play one of the two, at the level of the other if that is wanted."""
        self.matching.begin(error, example)
        self._target = example if hears_example else error
        self._go_to_target()

    def end_comparing(self) -> None:
        """Hear everything as loud as before."""
        self._target = None
        self.matching.end()

    def show(self, place: Place, *, plays: bool | None = None) -> None:
        """Show a place, and play it in a loop; `plays` overrules what is usual."""
        self._shown = None
        self._wanted = place
        self._to_play = place if (self._plays if plays is None else plays) else None
        if self._player.is_playing:
            # A loop that plays would follow the selection.
            self._player.pause()
        if not is_of(self._session.recording, place):
            self._session.open_recording(place.original)
        self._go_on()

    def is_awaited(self, recording: Recording | None) -> bool:
        """Whether a place of this recording is about to be shown."""
        return self._wanted is not None and is_of(recording, self._wanted)

    def forget(self) -> None:
        """Show nothing that is still on its way."""
        self._wanted = self._to_play = self._shown = self._target = None

    def _on_recording_changed(self, recording: Recording | None) -> None:
        place = self._wanted or self._to_play or (self._shown if self._target else None)
        if place is not None and recording is not None and not is_of(recording, place):
            # Somebody else has opened another one.
            self.forget()

    def _go_on(self) -> None:
        time, place = self._session.time, self._wanted
        if place is not None and is_of(self._session.recording, place):
            # An end that lies past what is known so far waits for the rest.
            if time.duration_s <= 0 or (
                time.duration_s < place.end_s and self._media.details is None
            ):
                return
            self._wanted, self._shown = None, place
            time.set_range(place.start_s - self._context_s, place.end_s + self._context_s)
            time.select(place.start_s, place.end_s)
            self.shown.emit(place)
        if self._shown is not None and is_of(self._session.recording, self._shown):
            self.matching.measure(self._shown, self._context_s)
        self._play()

    def _go_to_target(self) -> None:
        """Show what is to be heard; before it the other one, if that has to be measured first."""
        missing, shown = self.matching.missing, self._shown
        target = self._target or (shown if missing is not None else None)
        if target is None:
            if shown is not None:
                self.matching.apply(shown)
            return
        place = target if missing is None else missing
        self._target = target if missing is not None else None
        is_there = place == shown and is_of(self._session.recording, place)
        if missing is None or not is_there:
            self.show(place, plays=missing is None)
        else:
            self._go_on()

    def _play(self) -> None:
        place = self._to_play
        if place is None or self._wanted is not None or self._player.source is None:
            return
        self._to_play = None
        if self._player.problem:
            # Nobody has pressed Play: where there is no sound, the errors are still to be seen.
            self._session.say(self._player.problem)
            return
        self.matching.apply(place)
        duration_s = self._session.time.duration_s
        start_s = max(place.start_s - self._context_s, 0.0)
        self._player.play_range(start_s, min(place.end_s + self._context_s, duration_s), loop=True)


def is_of(recording: Recording | None, place: Place) -> bool:
    """Whether it is the place's recording."""
    return recording is not None and place.original in {
        recording.database_path,
        str(recording.path),
    }


def _number(value: object, usual: float) -> float:
    try:
        return min(max(float(str(value)), SHORTEST_S), LONGEST_S)
    except ValueError:
        return usual
