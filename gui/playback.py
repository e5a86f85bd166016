"""The player: what is heard of the open recording, from where to where, and where it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.errors import LoudnessError
from core.listening import measure
from core.peaks import PeakReader
from core.playout import SHORTEST_LOOP_S
from gui.listening import Listening
from gui.preferences import preferences
from gui.sound_output import SoundError
from gui.sounding import Sounding, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.playout import Mark
    from gui.media import Media
    from gui.session import Session

TICK_MS = 25
IDLE_MS = 2000
"""So long a card that plays nothing is kept, so that going on is immediate."""

PATIENCE_MS = 3000
"""A card that has not begun to play by then is said to be slow."""

SETTLE_MS = 150
"""While a selection is being dragged, the loop waits for it."""

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
SLOWEST, FASTEST = SPEEDS[0], SPEEDS[-1]

Region = tuple[float, float]


class Player(QObject):
    """Plays the open recording, which may be of any length and may still be being decoded."""

    state_changed = Signal()
    """It plays, pauses or stops, or can or cannot play."""
    sound_changed = Signal()
    """Speed, pitch, loop or device are others."""
    notice = Signal(str)
    """A sentence for the status line."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__(session)
        self._session, self._media, self._time = session, media, session.time
        self.listening = Listening(self)
        self._sounding = Sounding(session, self)
        self.output = self._sounding.output
        self._readers: list[PeakReader] = []
        self.uses_transcoded = self._loops_wanted = False
        self._speed, self._keeps_pitch = 1.0, True
        self._device_name = str(preferences().value("playback/device", ""))
        self._is_playing = self._is_ending = self._is_waiting = False
        self._region: Region | None = None
        self._loops = False
        self._began_s = 0.0
        self._n_underruns = 0
        self._tick = _timer(self, TICK_MS, self._look, once=False)
        self._idle = _timer(self, IDLE_MS, self._let_go)
        self._slow = _timer(self, PATIENCE_MS, self._tell_slow)
        self._settled = _timer(self, SETTLE_MS, self._take_region)
        session.recording_changed.connect(self._on_recording_changed)
        media.audio_changed.connect(self._on_audio_changed)
        self._time.seek_requested.connect(self.seek)
        self._time.selection_changed.connect(lambda _selection: self._on_selection_changed())
        self._set_level()
        self.output.failed.connect(self._on_failed)
        self.output.devices_changed.connect(self.state_changed)
        self.listening.changed.connect(self._set_level)

    @property
    def is_playing(self) -> bool:
        """Whether something is heard, or about to be."""
        return self._is_playing

    @property
    def can_stop(self) -> bool:
        """Whether something plays, or is paused elsewhere than where it began."""
        return self._is_playing or self._is_ending or self._began_s != self._time.playhead_s

    @property
    def problem(self) -> str:
        """Why nothing can be played, in a sentence; empty if it can."""
        return self.output.problem

    @property
    def loops(self) -> bool:
        """Whether selection or recording are played again and again."""
        return self._loops_wanted

    @property
    def speed(self) -> float:
        """Seconds of the recording that are heard in a second."""
        return self._speed

    @property
    def keeps_pitch(self) -> bool:
        """Whether the pitch stays at other speeds."""
        return self._keeps_pitch

    @property
    def device_name(self) -> str:
        """The output device that was chosen; empty for the system's own choice."""
        return self._device_name

    @property
    def source(self) -> PeakReader | None:
        """What is heard of the media: the other one where there is only one."""
        original, transcoded = self._media.original, self._media.transcoded
        first, second = (transcoded, original) if self.uses_transcoded else (original, transcoded)
        return first if first is not None else second

    def toggle(self) -> None:
        """Play, or pause."""
        if self._is_playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from the playhead on; with the loop on, the selection or everything for ever."""
        region = self._time.selection if self._loops_wanted else None
        at_s = self._time.playhead_s
        if region is not None and not region[0] <= at_s < region[1]:
            at_s = region[0]
        elif at_s >= self._time.duration_s:
            at_s = 0.0
        self._start(at_s, region, loop=self._loops_wanted)

    def play_range(self, start_s: float, end_s: float, loop: bool = False) -> None:  # noqa: FBT001, FBT002  as panels call it
        """Play a range, once or for ever."""
        self._start(start_s, (start_s, end_s), loop=loop)

    def pause(self) -> None:
        """Stop where the sound is."""
        if self._is_playing:
            self._is_ending = not self._sounding.is_opening
            self._halt()

    def stop(self) -> None:
        """Stop, and go back to where playing began."""
        self._is_ending = False
        self._halt()
        self._time.move_playhead(self._began_s)
        self.state_changed.emit()

    def seek(self, time_s: float) -> None:
        """Go elsewhere; where something plays, it goes on from there."""
        self._is_ending = False
        self._time.move_playhead(time_s)
        if not self._is_playing:
            self._tick.stop()
            self._began_s = time_s
            self.state_changed.emit()
            return
        if self._region is not None and not self._region[0] <= time_s < self._region[1]:
            self._region, self._loops = None, self._loops_wanted
        self._arrange(time_s)

    def set_loop(self, on: bool) -> None:  # noqa: FBT001  as an action has it
        """Play the selection or the recording again and again, or only once."""
        if on != self._loops_wanted:
            self._loops_wanted = on
            self.sound_changed.emit()
            self._take_region()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        speed = min(max(round(speed, 2), SLOWEST), FASTEST)
        if speed != self._speed:
            self._speed = speed
            self.sound_changed.emit()
            self._arrange()

    def step_speed(self, step: int) -> None:
        """Go to the next speed of the list, up or down."""
        others = [s for s in SPEEDS if (s > self._speed if step > 0 else s < self._speed)]
        if others:
            self.set_speed(min(others) if step > 0 else max(others))

    def set_keeps_pitch(self, on: bool) -> None:  # noqa: FBT001  as an action has it
        """Keep the pitch at other speeds, or let it go with them."""
        if on != self._keeps_pitch:
            self._keeps_pitch = on
            self.sound_changed.emit()
            self._arrange()

    def set_transcoded(self, on: bool) -> None:  # noqa: FBT001  as an action has it
        """Hear the transcoded recording in place of the original, at the same moment."""
        if on != self.uses_transcoded:
            self.uses_transcoded = on
            self._measure()
            self._arrange()

    def choose_device(self, name: str) -> None:
        """Play through another output device, now and later; empty for the system's own choice."""
        self._device_name = name
        preferences().setValue("playback/device", name)
        self.sound_changed.emit()
        if self._is_playing:
            self._arrange()
        else:
            self._let_go()

    def close(self) -> None:
        """Stop, and let everything go."""
        self._is_playing = self._is_ending = False
        for timer in (self._tick, self._idle, self._slow, self._settled):
            timer.stop()
        self._sounding.end()
        self._close_readers()

    def _start(self, at_s: float, region: Region | None, *, loop: bool) -> None:
        if self.source is None:
            return
        if region is not None:
            region = (region[0], max(region[1], region[0] + SHORTEST_LOOP_S))
        self._region, self._loops, self._began_s = region, loop, at_s
        self._is_playing, self._is_ending, self._is_waiting = True, False, False
        self._n_underruns = self.output.n_underruns
        self._time.move_playhead(at_s)
        self._idle.stop()
        self._slow.start()
        self._tick.start()
        self._measure()
        self._arrange(at_s)
        self.state_changed.emit()

    def _arrange(self, at_s: float | None = None) -> None:
        """Have heard what is wanted now; left out, from where the sound is."""
        if not self._is_playing:
            return
        try:
            reader = self._own_reader()
        except LoudnessError as error:
            self._halt()
            self._session.errors.show(error, title="Play")
            return
        wanted = Wanted(
            reader,
            self._region,
            loops=self._loops,
            speed=self._speed,
            keeps_pitch=self._keeps_pitch,
            device_name=self._device_name,
        )
        self._sounding.play(wanted, at_s, self._time.playhead_s)

    def _own_reader(self) -> PeakReader:
        """A reader that nobody closes while it is heard."""
        source = self.source
        if source is None:
            raise SoundError("The recording is not there any more.")  # noqa: EM101, TRY003  a sentence
        if self._readers:
            last = self._readers[-1]
            if (last.folder, last.meta.identity) == (source.folder, source.meta.identity):
                return last
        reader = PeakReader(source.folder)
        self._readers.append(reader)
        return reader

    def _halt(self) -> None:
        """Stop the sound; where it stopped is still to be heard if `_is_ending`."""
        was_playing, self._is_playing = self._is_playing, False
        self._slow.stop()
        self._sounding.hush()
        if not self._is_ending:
            self._tick.stop()
        self._idle.start()
        if was_playing:
            self.state_changed.emit()

    def _let_go(self) -> None:
        if not self._is_playing:
            self._idle.stop()
            self._sounding.let_go()
            self._close_readers()

    def _close_readers(self) -> None:
        for reader in self._readers:
            reader.close()
        self._readers = []

    def _look(self) -> None:
        """Look what is heard now."""
        output = self.output
        if output.bug is not None or output.is_over:
            self._on_lost()
            return
        heard = self._sounding.heard()
        if heard is None:
            return
        mark, time_s = heard
        self._slow.stop()
        self._tell_underruns()
        self._tell_waiting(mark)
        self._time.move_playhead(time_s)
        if mark.is_end:
            self._is_ending = False
            self._tick.stop()
            if self._is_playing:
                self._halt()
            else:
                self.state_changed.emit()
        elif self._is_playing:
            self._sounding.look_ahead(time_s)

    def _tell_underruns(self) -> None:
        n_underruns = self.output.n_underruns
        if n_underruns > self._n_underruns:
            self._n_underruns = n_underruns
            self.notice.emit("The sound was interrupted: the computer is too busy.")

    def _tell_waiting(self, mark: Mark) -> None:
        if mark.is_waiting and not self._is_waiting:
            self.notice.emit("Waiting for the recording to be decoded this far …")
        self._is_waiting = mark.is_waiting

    def _tell_slow(self) -> None:
        if self._sounding.is_opening:
            self.notice.emit("The sound device does not answer.")

    def _on_lost(self) -> None:
        """The card has gone, or what feeds it has a bug."""
        bug, name = self.output.bug, self.output.device_name
        self._is_ending = False
        self._halt()
        self._let_go()
        if bug is None:
            msg = f"The sound device “{name}” has gone."
            bug = SoundError(msg, hint="Connect it again, or choose another beside the volume.")
        self._session.errors.show(bug, title="Play")

    def _on_failed(self, error: Exception) -> None:
        self._is_ending = False
        self._halt()
        self._session.errors.show(error, title="Play")
        self.output.look_for_devices()

    def _on_recording_changed(self, recording: object) -> None:
        self._is_ending, self._began_s = False, 0.0
        self._halt()
        self.listening.set_loudness(None)
        if recording is not None and not self.output.is_known:
            self.output.look_for_devices()

    def _on_audio_changed(self) -> None:
        source = self.source
        if self._is_playing and source is None:
            self._is_ending = False
            self._halt()
        elif self._readers and source is not None:
            last = self._readers[-1]
            if last.folder != source.folder:
                self._arrange()
            elif last.meta.identity == source.meta.identity:
                last.refresh()
            else:
                # The file is another one now.
                self._is_ending = False
                self._halt()
        if source is None or source.is_complete or not self._is_playing:
            self._measure()

    def _on_selection_changed(self) -> None:
        if self._is_playing and self._loops:
            self._settled.start()

    def _take_region(self) -> None:
        """Loop over what is selected now; the sound goes on where it is, if that is within."""
        if self._is_playing:
            self._loops = self._loops_wanted
            self._region = self._time.selection if self._loops else None
            self._arrange()

    def _measure(self) -> None:
        source = self.source
        self.listening.set_loudness(measure(source) if source is not None else None)

    def _set_level(self) -> None:
        self._sounding.set_level(self.listening.gain, is_limited=self.listening.is_limited)


def _timer(
    parent: QObject, interval_ms: int, call: Callable[[], None], *, once: bool = True
) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(interval_ms)
    timer.setSingleShot(once)
    timer.setTimerType(Qt.TimerType.CoarseTimer if once else Qt.TimerType.PreciseTimer)
    timer.timeout.connect(call)
    return timer
