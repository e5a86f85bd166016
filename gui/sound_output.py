"""The sound card: which there are, the stream to one of them, and when its sound is heard."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QObject, Signal

from core.errors import LoudnessError
from core.playout import Playout
from gui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.progress import Report

LATENCY_S = 0.12
"""The card holds so much sound in advance: a window that stalls for 50 ms is not heard."""

LONGEST_DELAY_S = 5.0
"""A card that says that its sound is later than this does not know."""

EARS = 2
COMMON_RATES_HZ = (48_000, 44_100)


NO_DEVICE = "There is no sound device."


class SoundError(LoudnessError):
    """Sound cannot be played."""


@dataclass(frozen=True)
class Device:
    """A place where sound comes out; `name` is what the user sees and what is remembered."""

    name: str
    index: int
    n_channels: int
    sample_rate: int


_Devices = tuple[tuple[Device, ...], str]
"""Those there are, and the name of the system's own choice."""


@dataclass(eq=False)
class _Stream:
    """A stream that is open; `is_over` once the card has ended it, or a bug has."""

    stream: Any
    playout: Playout
    device: Device
    clock: tuple[int, float] = (0, 0.0)
    n_underruns: int = 0
    is_over: bool = False
    bug: Exception | None = None


class SoundOutput(QObject):
    """Plays what a `Playout` gives; whatever may take its time is done in a thread.

    Signals tell of what was asked for, in the order in which it was asked.
    """

    devices_changed = Signal()
    """The list was looked at again."""
    opened = Signal(object)
    """The `Playout` that is to be told what is heard."""
    failed = Signal(object)
    """The `SoundError` why there is no stream."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane("sound card", isolated=False, parent=self)
        self._lane.job_failed.connect(self.failed)
        self._n_wanted = self._n_unwanted = self._n_opened = 0
        self._card = _Card()
        self._current: _Stream | None = None
        self.devices: tuple[Device, ...] = ()
        self.default_name = ""
        self.problem = ""
        self.is_known = False

    @property
    def playout(self) -> Playout | None:
        """What is open to be told what is heard."""
        return self._current.playout if self._current else None

    @property
    def device_name(self) -> str:
        """Where sound comes out now."""
        return self._current.device.name if self._current else ""

    @property
    def n_underruns(self) -> int:
        """How often the card ran out of sound, since the stream was opened."""
        return self._current.n_underruns if self._current else 0

    @property
    def is_over(self) -> bool:
        """Whether the card has ended the stream by itself."""
        return self._current is not None and self._current.is_over

    @property
    def bug(self) -> Exception | None:
        """What went wrong in the card's thread."""
        return self._current.bug if self._current else None

    def heard_sample(self) -> float | None:
        """Number of the sample that is heard now; negative before the first one."""
        current = self._current
        if current is None or current.is_over:
            return None
        sample, at_s = current.clock
        if not at_s:
            return -1.0
        heard = sample + (current.stream.time - at_s) * current.playout.sample_rate
        # A card that has run dry plays nothing until it gets more.
        return min(heard, float(current.playout.n_samples))

    def look_for_devices(self) -> None:
        """Look again which devices there are."""
        self._lane.submit(self._card.look, done=self._take_devices, failed=self._on_not_known)

    def open(self, device_name: str, sample_rates: Sequence[int]) -> None:
        """Open a stream in place of the one that is open.

        Parameters
        ----------
        device_name : str
            Empty for the system's own choice.
        sample_rates : sequence of int
            In Hz; the first that the device takes.
        """
        self.close()
        self._n_wanted += 1
        self._lane.submit(
            self._card.open,
            device_name,
            tuple(sample_rates),
            done=self._take,
            failed=self._on_not_opened,
        )

    def close(self) -> None:
        """Close the stream; what it still had to say is cut off."""
        self._n_unwanted = self._n_wanted
        if self._current is not None:
            current, self._current = self._current, None
            self._lane.submit(self._card.close, current)

    def end(self) -> None:
        """Close everything, and wait for it."""
        self._lane.close()
        self._card.end()
        self._current = None

    def _take(self, result: tuple[_Stream, _Devices]) -> None:
        current, devices = result
        self._take_devices(devices)
        self._n_opened += 1
        if self._n_opened <= self._n_unwanted:
            self._lane.submit(self._card.close, current)
            return
        self._current = current
        self.opened.emit(self._current.playout)

    def _on_not_opened(self, error: Exception) -> None:
        self._n_opened += 1
        if self._n_opened > self._n_unwanted:
            self.failed.emit(error)

    def _on_not_known(self, error: Exception) -> None:
        if not isinstance(error, SoundError):
            self.failed.emit(error)
            return
        self.problem = str(error)
        self.is_known = True
        self.devices_changed.emit()

    def _take_devices(self, result: _Devices) -> None:
        self.devices, self.default_name = result
        self.problem = "" if self.devices else NO_DEVICE
        self.is_known = True
        self.devices_changed.emit()


class _Card:
    """sounddevice; all but `end` is called by the lane's thread, one call after the other."""

    open_anywhere: ClassVar[list[_Stream]] = []
    """A stream that nobody holds is freed, and its thread then calls what is no more."""

    def __init__(self) -> None:
        self._open: list[_Stream] = []

    def look(self, *, report: Report) -> _Devices:
        """Which devices there are; those that came or went are seen only while nothing is open."""
        del report
        return _devices(_library(fresh=not self.open_anywhere))

    def open(
        self, name: str, sample_rates: tuple[int, ...], *, report: Report
    ) -> tuple[_Stream, _Devices]:
        """Open a stream."""
        del report
        try:
            current, devices = _open(_library(), name, sample_rates)
        except SoundError:
            # The list is of the moment when the library was started; a device may have come since.
            fresh = not self.open_anywhere
            current, devices = _open(_library(fresh=fresh), name, sample_rates)
        self._open.append(current)
        self.open_anywhere.append(current)
        return current, devices

    def close(self, current: _Stream, *, report: Report) -> None:
        """Close a stream."""
        del report
        self._open.remove(current)
        self._let_go(current)

    def end(self) -> None:
        """Close what is open, when the lane has ended."""
        for current in self._open:
            self._let_go(current)
        self._open = []

    def _let_go(self, current: _Stream) -> None:
        _close(current)
        self.open_anywhere.remove(current)


def _library(*, fresh: bool = False) -> Any:  # noqa: ANN401  sounddevice ships no types
    """sounddevice, which sees other devices than at its start only when it is started anew."""
    try:
        library: Any = importlib.import_module("sounddevice")
    except OSError as error:
        msg = "There is no sound: the library PortAudio is missing."
        raise SoundError(
            msg, hint="Install the package libportaudio2, then start again."
        ) from error
    if fresh:
        library._terminate()  # noqa: SLF001  there is no public way
        library._initialize()  # noqa: SLF001
    return library


def _devices(library: Any) -> _Devices:  # noqa: ANN401
    found = tuple(
        Device(
            str(values["name"]),
            int(values["index"]),
            int(values["max_output_channels"]),
            round(values["default_samplerate"]),
        )
        for values in library.query_devices()
        if values["max_output_channels"] > 0
    )
    default = library.default.device[1]
    name = next((device.name for device in found if device.index == default), "")
    return found, name or (found[0].name if found else "")


def _open(
    library: Any,  # noqa: ANN401
    name: str,
    sample_rates: tuple[int, ...],
) -> tuple[_Stream, _Devices]:
    devices, default_name = _devices(library)
    if not devices:
        raise SoundError(NO_DEVICE, hint="Connect one; everything but playing works without.")
    wanted = name or default_name
    device = next((device for device in devices if device.name == wanted), None)
    if device is None:
        msg = f"The sound device “{name}” is not there."
        raise SoundError(msg, hint="Connect it, or choose another one beside the volume.")
    reason = ""
    for rate in dict.fromkeys((*sample_rates, device.sample_rate, *COMMON_RATES_HZ)):
        n_channels = min(EARS, device.n_channels)
        playout = Playout(sample_rate=rate, n_channels=n_channels)
        current = _Stream(None, playout, device)
        try:
            current.stream = library.OutputStream(
                samplerate=rate,
                channels=n_channels,
                dtype="float32",
                device=device.index,
                latency=LATENCY_S,
                callback=_callback(current, library),
                finished_callback=partial(_end, current),
            )
            current.stream.start()
        except (library.PortAudioError, ValueError) as error:
            reason = str(error.args[0] if error.args else error)
            if current.stream is not None:
                current.stream.close(ignore_errors=True)
            continue
        return current, (devices, default_name)
    msg = f"The sound device “{device.name}” cannot be opened: {reason}"
    raise SoundError(msg, hint="Is another program using it? Or choose another device.")


def _callback(current: _Stream, library: Any) -> Callable[..., None]:  # noqa: ANN401
    """What the card's thread calls for each block."""
    playout, latency_s = current.playout, LATENCY_S

    def fill(out: Any, n_samples: int, times: Any, status: Any) -> None:  # noqa: ANN401
        del n_samples
        now_s, at_s = times.currentTime, times.outputBufferDacTime
        if not 0 <= at_s - now_s < LONGEST_DELAY_S:
            at_s = now_s + latency_s
        current.clock = (playout.n_samples, at_s)
        if status.output_underflow:
            current.n_underruns += 1
        try:
            playout.fill(out)
        except Exception as error:
            out.fill(0)
            current.bug = error
            raise library.CallbackAbort from error

    return fill


def _end(current: _Stream) -> None:
    current.is_over = True


def _close(current: _Stream) -> None:
    # Whatever the card says to this, it is not heard any more.
    current.stream.abort(ignore_errors=True)
    current.stream.close(ignore_errors=True)
