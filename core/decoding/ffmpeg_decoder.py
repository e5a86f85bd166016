"""The decoder over FFmpeg's libraries (PyAV): MP3, and what libsndfile does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from core.decoding.containers import has_vbr_header
from core.decoding.decoders import AudioInfo, DecodeError, silence
from core.decoding.ffmpeg_frames import FrameRun, bits_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container.input import InputContainer
    from av.packet import Packet

    from core.decoding.containers import SourceFile
    from core.decoding.decoders import Block

GAP_S = 0.05
"""Time stamps are this inexact in sound files (WMA: 43 ms); what is longer is missing audio."""

LONGEST_GAPS_S = 3600.0
LONGEST_GAPS_UNTOLD_S = 60.0
"""Silence put in for missing audio, all in all, where a header tells the length and where none
does; a time stamp that wants more is taken for wrong."""

PROBE_BYTES = 32_768
"""What FFmpeg looks at; its own default of 5 MB takes 29 ms on every file."""

MOST_PACKETS_WITHOUT_SOUND = 200_000

_CONTAINERS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "webm"}
_LENGTH_GUESSED = {"aac", "ac3", "amr", "dts", "eac3", "loas", "mp3", "mpeg", "mpegts", "truehd"}
_TAGS = (b"ID3", b"TAG", b"APETAGEX", b"LYRICS")
"""What stands between the recordings in a file that several were copied into."""

_LOSSLESS = {"alac", "ape", "flac", "mlp", "tak", "truehd", "tta", "wavpack", "wmalossless"}


class FfmpegDecoder:
    """Decodes the first audio stream through FFmpeg, and keeps to its time.

    A packet that cannot be decoded is replaced by silence of its length, so that what follows
    stays where it was.

    Parameters
    ----------
    source : SourceFile
        The file.

    Raises
    ------
    DecodeError
        If FFmpeg does not read it, or nothing in it can be decoded.
    OSError
        If the file cannot be read.
    """

    def __init__(self, source: SourceFile) -> None:
        self._container, self._stream = _open(source)
        try:
            self.oddities: list[str] = []
            self.damage = ""
            self._n_failed = self._n_decoded = self._decoded_bytes = 0
            self._failed_since_frame = False
            self._first_packet = -1
            self._start_s = 0.0
            self._frames = self._decode()
            first = next(self._frames, None)
            self._first = self._expect(first)
            self.info = self._describe(source, self._first)
            self._time_base_s = float(self._first.time_base or 0)
            self._start_s = self._find_start(self._first)
        except BaseException:
            self._container.close()
            raise
        self._n_samples = self._n_silent = self._n_gaps = 0
        self._first_gap = -1

    def blocks(self, block_size: int) -> Iterator[Block]:
        """Decode to the end.

        Parameters
        ----------
        block_size : int
            Most samples in a block.

        Yields
        ------
        ndarray of float32, shape (n, n_channels)
            The samples, in order.

        Raises
        ------
        DecodeError
            If more of it fails than can be decoded, so that the rest would be noise.
        OSError
            If the file cannot be read.
        """
        run: FrameRun | None = None
        for frame, missing in self._placed_frames():
            if run is not None and not missing and run.add(frame):
                if run.n_samples >= block_size:
                    yield from run.full_blocks(block_size)
                continue
            if run is not None:
                yield from run.finish(block_size)
            yield from silence(missing, block_size, self.info.n_channels)
            run = FrameRun(frame, self.info)
            self._note_format(run)
        if run is not None:
            yield from run.finish(block_size)
        self._conclude()

    def close(self) -> None:
        """Let the decoder go; the file stays open."""
        self._frames.close()
        self._container.close()

    def _expect(self, first: AudioFrame | None) -> AudioFrame:
        if first is None:
            raise DecodeError(self.damage or "nothing in it can be decoded")
        return first

    def _decode(self) -> Generator[AudioFrame]:
        """Every frame that can be decoded."""
        from av.error import FFmpegError

        n_in_vain = 0
        packets = self._container.demux(self._stream)
        while n_in_vain < MOST_PACKETS_WITHOUT_SOUND:
            n_in_vain += 1
            try:
                packet = next(packets, None)
            except FFmpegError as error:
                self.damage = _reason(error)
                return
            if packet is None:
                return
            if self._first_packet < 0 and packet.pos is not None:
                self._first_packet = packet.pos
            try:
                frames = packet.decode()
            except FFmpegError:
                self._note_failure(packet)
                continue
            for frame in frames:
                if frame.samples:
                    yield frame
                    n_in_vain = 0
            if not n_in_vain:
                self._n_decoded += 1
                self._decoded_bytes += packet.size
                self._failed_since_frame = False
        self.damage = "it goes on and on without any sound"

    def _note_failure(self, packet: Packet[AudioStream]) -> None:
        self._n_failed += 1
        self._failed_since_frame = True
        if self._container.format.name not in _LENGTH_GUESSED or not self._n_decoded:
            return
        # These formats have no clock: all that is damaged comes as one packet, and counts as one.
        data = bytes(packet)
        if packet.duration and packet.time_base and not any(tag in data for tag in _TAGS):
            n_lost = round(packet.size * self._n_decoded / self._decoded_bytes)
            self._start_s -= max(0, n_lost - 1) * float(packet.duration * packet.time_base)

    def _placed_frames(self) -> Iterator[tuple[AudioFrame, int]]:
        """Each frame, and how many samples are missing before it."""
        frame: AudioFrame | None = self._first
        while frame is not None:
            missing = self._missing_before(frame)
            self._n_samples += missing
            yield frame, missing
            self._n_samples += round(frame.samples * self.info.sample_rate / frame.sample_rate)
            frame = next(self._frames, None)

    def _missing_before(self, frame: AudioFrame) -> int:
        pts = frame.pts
        if pts is None:
            return 0
        rate = self.info.sample_rate
        time_s = pts * self._time_base_s - self._start_s
        missing = round(time_s * rate) - self._n_samples
        if missing < -GAP_S * rate:
            self._start_s += missing / rate
            return 0
        least = frame.samples / 2 if self._failed_since_frame else GAP_S * rate
        if missing < least:
            return 0
        most_s = LONGEST_GAPS_UNTOLD_S if self.info.n_samples is None else LONGEST_GAPS_S
        if self._n_silent + missing > most_s * rate:
            at_s = self._n_samples / rate
            self._note(f"a time stamp jumps ahead at {at_s:.2f} s; what follows was joined on")
            self._start_s += missing / rate
            return 0
        if not self._n_gaps:
            self._first_gap = self._n_samples
        self._n_gaps += 1
        self._n_silent += missing
        return missing

    def _find_start(self, first: AudioFrame) -> float:
        """Time stamp of the recording's first sample, in seconds."""
        stream = self._stream
        if self._n_failed and stream.start_time is not None and stream.time_base is not None:
            return stream.start_time * float(stream.time_base)
        return (first.pts or 0) * self._time_base_s

    def _describe(self, source: SourceFile, first: AudioFrame) -> AudioInfo:
        stream, context = self._stream, self._stream.codec_context
        kind = self._container.format.name
        duration_s = None
        if stream.duration is not None and stream.time_base is not None:
            duration_s = stream.duration * float(stream.time_base)
        elif self._container.duration is not None:
            duration_s = self._container.duration / 1e6
        told = kind not in _LENGTH_GUESSED or (
            kind == "mp3" and has_vbr_header(source, first_packet=self._first_packet)
        )
        n_samples = None
        if told and duration_s is not None and duration_s > 0:
            n_samples = round(duration_s * first.sample_rate)
        codec = context.codec.canonical_name
        exact = codec in _LOSSLESS or codec.startswith("pcm_")
        return AudioInfo(
            sample_rate=first.sample_rate,
            n_channels=first.layout.nb_channels,
            n_samples=n_samples,
            duration_s=duration_s,
            container=_CONTAINERS.get(kind, kind),
            codec=codec,
            bits=bits_of(first) if exact else None,
        )

    def _note_format(self, run: FrameRun) -> None:
        if run.sample_rate != self.info.sample_rate:
            self._note(
                f"the sample rate changes from {self.info.sample_rate} to {run.sample_rate} Hz"
                f" at {self._n_samples / self.info.sample_rate:.2f} s; all is given at the first"
            )
        if run.n_channels != self.info.n_channels:
            self._note(
                f"the number of channels changes from {self.info.n_channels} to {run.n_channels}"
                f" at {self._n_samples / self.info.sample_rate:.2f} s"
            )

    def _note(self, oddity: str) -> None:
        """Keep an oddity; one of a kind is enough where a file has thousands."""
        kind = oddity.partition(" at ")[0]
        if not any(o.startswith(kind) for o in self.oddities):
            self.oddities.append(oddity)

    def _conclude(self) -> None:
        """Say what was lost, now that all is known."""
        rate = self.info.sample_rate
        if self._n_failed > self._n_decoded:
            reason = (
                f"{self._n_failed} of its {self._n_failed + self._n_decoded} packets are damaged"
            )
            raise DecodeError(reason)
        if self._n_gaps:
            lost_s, at_s = self._n_silent / rate, self._first_gap / rate
            places = "" if self._n_gaps == 1 else f" (the first of {self._n_gaps} places)"
            self.oddities.append(
                f"{lost_s:.2f} s are missing from {at_s:.2f} s on{places}: silence there"
            )
        if self.damage or self._failed_since_frame:
            self.oddities.append(f"damaged after {self._n_samples / rate:.2f} s")
        elif self._n_failed and not self._n_gaps:
            self.oddities.append(f"{self._n_failed} damaged packets")


def _open(source: SourceFile) -> tuple[InputContainer, AudioStream]:
    """Open with a short look, and with FFmpeg's own long one where that was not enough."""
    reason = ""
    for options in ({"probesize": str(PROBE_BYTES)}, {}):
        source.seek(0)
        try:
            return _open_once(source, options)
        except DecodeError as error:
            reason = str(error)
    raise DecodeError(reason)


def _open_once(source: SourceFile, options: dict[str, str]) -> tuple[InputContainer, AudioStream]:
    import av
    from av.error import FFmpegError

    # Playlists and the like are recordings only in that they name other files, or the network's.
    options = {**options, "protocol_whitelist": "none"}
    try:
        container = av.open(source, "r", options=options, metadata_errors="replace")
    except FFmpegError as error:
        raise DecodeError(_reason(error)) from error
    try:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            reason = "it holds no audio"
        elif not _has_decoder(stream):
            reason = "there is no decoder for its audio"
        elif not stream.codec_context.sample_rate:
            reason = "its header tells no sample rate"
        else:
            _configure(stream)
            return container, stream
    except BaseException:
        container.close()
        raise
    container.close()
    raise DecodeError(reason)


def _has_decoder(stream: AudioStream) -> bool:
    # It is None where FFmpeg does not know the codec, whatever PyAV's types say.
    return cast("object", stream.codec_context) is not None


def _configure(stream: AudioStream) -> None:
    context = stream.codec_context
    # Recordings are decoded side by side in processes; and one thread names the packet that fails.
    context.thread_count = 1
    if context.codec.canonical_name in _LOSSLESS:
        # Without it a frame whose checksum is wrong comes out as a burst of noise.
        context.options = {**context.options, "err_detect": "crccheck+explode"}


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    if text == "Invalid data found when processing input":
        return "it is in no format that is known, or its header is damaged"
    if text == "End of file":
        return "it ends before any audio begins"
    return text[:1].lower() + text[1:]
