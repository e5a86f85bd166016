# soxr and PyAV ship no type information that is exact.
# pyright: reportUnknownMemberType=false
"""Makes audio that is to be heard at another speed, or at the sound card's own rate."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from core.errors import StorageError
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.progress import Progress, ignore
from core.tracks import for_ears

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.progress import Report
    from core.tracks import Samples

BLOCK_S = 0.5
WAIT_S = 0.05
"""How often audio that is still being decoded is looked at."""

SETTLE_S = 0.3
"""Longer than any filter remembers."""

SLOWEST_STEP = 0.5
"""FFmpeg's atempo goes no slower; what is slower takes two of them."""

EARS = 2

WINDOWS_PER_S = 24
"""atempo's window is the power of two at or above a 24th of a second (FFmpeg, af_atempo.c)."""

EARLY_SHARE = 0.38
"""By so much of its window, on average, is early what atempo gives (measured with bursts)."""


@dataclass(frozen=True)
class RenditionSpec:
    """What is to be made.

    Parameters
    ----------
    source : Path
        A folder of peaks, which may still be growing.
    start_sample, stop_sample : int
        Range of it.
    speed : float
        Seconds of the source that are heard in a second, 0.25 to 2.
    keeps_pitch : bool
        Whether the pitch stays; otherwise it goes with the speed, as that of a tape.
    sample_rate : int
        In Hz, of what is made.
    """

    source: Path
    start_sample: int
    stop_sample: int
    speed: float
    keeps_pitch: bool
    sample_rate: int


def render(spec: RenditionSpec, folder: Path, *, report: Report = ignore) -> bool:
    """Make a rendition, which can be heard while it grows.

    Its sample k is what the source has at ``start_sample / rate + k * speed / sample_rate``
    seconds.
    It ends early if the folder is removed, which says that nobody wants it any more.

    Parameters
    ----------
    spec : RenditionSpec
        What is to be made.
    folder : Path
        Becomes a folder of peaks, of one or two channels. It exists already.
    report : callable
        Told a `Progress` after each block; may raise `Cancelled`.

    Returns
    -------
    bool
        Whether it is complete.

    Raises
    ------
    ProjectError
        If the source cannot be read.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    with PeakReader(spec.source) as reader:
        n_channels = min(EARS, reader.meta.n_channels)
        meta = PeakMeta(spec.sample_rate, n_channels, "float32")
        if not folder.exists():
            return False
        try:
            with PeakWriter(folder, meta) as writer:
                for block in _changed(spec, reader, n_channels, report):
                    if not folder.exists():
                        raise FileNotFoundError(folder)
                    writer.push(block)
        except (OSError, StorageError):
            if folder.exists():
                raise
            return False
        return True


def _changed(
    spec: RenditionSpec, reader: PeakReader, n_channels: int, report: Report
) -> Iterator[Samples]:
    source_rate = reader.meta.sample_rate
    steps: list[Stretcher | Converter] = []
    rate = float(source_rate)
    if not spec.keeps_pitch:
        rate *= spec.speed
    elif spec.speed != 1:
        steps.append(Stretcher(source_rate, n_channels, speed=spec.speed))
    if rate != spec.sample_rate:
        steps.append(Converter(rate, spec.sample_rate, n_channels))
    # Filters settle in silence before, and silence behind pushes out what they still hold.
    silence = np.zeros((round(SETTLE_S * source_rate), n_channels), dtype=np.float32)
    per_sample = spec.sample_rate / (source_rate * spec.speed)
    n_in, n_out = 0, -round(len(silence) * per_sample)
    for block in itertools.chain([silence], _blocks(spec, reader, n_channels, report)):
        n_in += len(block)
        result = block
        for step in steps:
            result = step.push(result)
        n_out += len(result)
        yield result[max(0, len(result) - max(0, n_out)) :]
    rest = silence
    for step in steps:
        rest = np.concatenate([step.push(rest), step.finish()])
    n_left = round((n_in - len(silence)) * per_sample) - n_out
    yield rest[max(0, -n_out) :][: max(0, n_left + min(0, n_out))]


def _blocks(
    spec: RenditionSpec, reader: PeakReader, n_channels: int, report: Report
) -> Iterator[Samples]:
    """Give the source's blocks, waiting for those that are not decoded yet."""
    size = math.ceil(BLOCK_S * reader.meta.sample_rate)
    at, stop = spec.start_sample, spec.stop_sample
    while at < stop:
        report(
            Progress(
                "sound",
                done=float(at - spec.start_sample),
                total=float(stop - spec.start_sample),
                unit="samples",
                text="Preparing the sound",
            )
        )
        upto = min(at + size, stop, reader.n_samples)
        if upto > at:
            yield for_ears(reader.samples(at, upto), n_channels)
            at = upto
        elif reader.is_complete:
            return
        else:
            time.sleep(WAIT_S)
            # An empty block lets the caller see whether anybody is still waiting.
            yield np.zeros((0, n_channels), dtype=np.float32)
            reader.refresh()


class Converter:
    """Converts from one sample rate to another, block by block; the filter's delay is taken out.

    Parameters
    ----------
    rate_in, rate_out : float
        In Hz.
    n_channels : int
        Number of channels.
    """

    def __init__(self, rate_in: float, rate_out: float, n_channels: int) -> None:
        import soxr

        self._n_channels = n_channels
        self._stream = soxr.ResampleStream(
            rate_in, rate_out, n_channels, dtype="float32", quality="HQ"
        )

    def push(self, block: Samples) -> Samples:
        """Convert the next samples.

        Parameters
        ----------
        block : ndarray of float32, shape (n_samples, n_channels)
            At the rate that comes in.

        Returns
        -------
        ndarray of float32, shape (n_samples_out, n_channels)
            What is ready.
        """
        return self._chunk(block, last=False)

    def finish(self) -> Samples:
        """Convert what is left inside.

        Returns
        -------
        ndarray of float32, shape (n_samples_out, n_channels)
            The end.
        """
        return self._chunk(np.zeros((0, self._n_channels), dtype=np.float32), last=True)

    def _chunk(self, block: Samples, *, last: bool) -> Samples:
        flat = block[:, 0] if self._n_channels == 1 else block
        result = self._stream.resample_chunk(np.ascontiguousarray(flat), last=last)
        return cast("Samples", result.reshape(-1, self._n_channels))


class Stretcher:
    """Changes the speed and keeps the pitch, by FFmpeg's ``atempo``.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    n_channels : int
        1 or 2.
    speed : float
        0.25 to 2.

    References
    ----------
    W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA)",
    ICASSP 1993, which ``atempo`` follows.
    """

    def __init__(self, sample_rate: int, n_channels: int, *, speed: float) -> None:
        import av
        import av.error
        import av.filter

        self._av = av
        self._nothing_now = (av.error.BlockingIOError, av.error.EOFError)
        self._sample_rate = sample_rate
        self._n_channels = n_channels
        self._layout = "mono" if n_channels == 1 else "stereo"
        self._n_pushed = 0
        window = 2 ** math.ceil(math.log2(sample_rate / WINDOWS_PER_S))
        n_early = round(EARLY_SHARE * window / speed)
        self._head = np.zeros((n_early, n_channels), dtype=np.float32)
        graph = av.filter.Graph()
        chain: list[Any] = [
            graph.add_abuffer(format="flt", sample_rate=sample_rate, layout=self._layout)
        ]
        n_steps = 1 if speed >= SLOWEST_STEP else 2
        chain += [graph.add("atempo", f"{speed ** (1 / n_steps):.9f}") for _ in range(n_steps)]
        chain.append(graph.add("abuffersink"))
        for before, after in itertools.pairwise(chain):
            before.link_to(after)
        graph.configure()
        self._graph = graph

    def push(self, block: Samples) -> Samples:
        """Stretch the next samples.

        Parameters
        ----------
        block : ndarray of float32, shape (n_samples, n_channels)
            Finite samples.

        Returns
        -------
        ndarray of float32, shape (n_samples_out, n_channels)
            What is ready.
        """
        if not len(block):
            return block
        flat = np.ascontiguousarray(block).reshape(1, -1)
        frame = self._av.AudioFrame.from_ndarray(flat, format="flt", layout=self._layout)
        frame.sample_rate = self._sample_rate
        frame.pts = self._n_pushed
        self._n_pushed += len(block)
        self._graph.push(frame)
        return self._pull()

    def finish(self) -> Samples:
        """Stretch what is left inside.

        Returns
        -------
        ndarray of float32, shape (n_samples_out, n_channels)
            The end.
        """
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> Samples:
        blocks, self._head = [self._head], self._head[:0]
        while True:
            try:
                frame: Any = self._graph.pull()
            except self._nothing_now:
                return np.concatenate(blocks)
            blocks.append(frame.to_ndarray().reshape(-1, self._n_channels))
