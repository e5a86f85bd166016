"""One recording becomes mono, 16 bit, at one rate, in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.audio import family, open_audio, probe
from core.errors import RecordingError
from core.mono import mono_blocks
from core.pcm_writer import HIGHEST_FLAC_RATE_HZ, LARGEST_RIFF_BYTES, PcmWriter, TooLongError
from core.progress import Progress, ignore
from core.resample import Resampler
from core.storage import replacing, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from core.audio import AudioReader
    from core.progress import Report
    from core.settings import TranscodeConfig

SAMPLE_RATES_HZ = (100, 10_000_000)
"""A header with a rate outside tells nonsense; infrasound and hydrophones lie inside."""

_WAV = "WAV"
_RF64 = "RF64"


@dataclass(frozen=True)
class TranscodedRecording:
    """What a recording was and what it became.

    Parameters
    ----------
    sample_rate_in, sample_rate_out : int
        In Hz.
    n_samples_in, n_samples_out : int
        Lengths in samples of one channel.
    n_channels : int
        Channels of the original.
    codec : str
        Container and codec of the original, such as ``"wav/pcm_16"``.
    n_clipped : int
        Samples of the result that were beyond full scale.
    oddities : tuple of str
        What was odd about the original, in plain words.
    output_format : str
        ``"wav"``, ``"flac"`` or ``"aiff"``.
    sha256 : str
        Hash of the result's file.
    """

    sample_rate_in: int
    sample_rate_out: int
    n_samples_in: int
    n_samples_out: int
    n_channels: int
    codec: str
    n_clipped: int
    oddities: tuple[str, ...]
    output_format: str
    sha256: str


def output_suffix(source: Path, config: TranscodeConfig) -> str:
    """Tell the ending of the name that a recording's transcoded file will have.

    Parameters
    ----------
    source : Path
        The original.
    config : TranscodeConfig
        How it will be transcoded.

    Returns
    -------
    str
        ``".wav"``, ``".flac"`` or ``".aiff"``.

    Raises
    ------
    RecordingError
        If the original's own format is wanted, and there is no such file or it cannot be read.
    """
    return f".{_output_format(source, config)}"


def transcode_recording(
    source: Path, destination: Path, config: TranscodeConfig, *, report: Report = ignore
) -> TranscodedRecording:
    """Transcode one recording; memory does not depend on its length.

    Parameters
    ----------
    source : Path
        The original.
    destination : Path
        The result, with the ending that `output_suffix` tells; replaced when it is whole.
    config : TranscodeConfig
        How to transcode.
    report : callable
        Progress, after each block; may raise `Cancelled`, which leaves nothing behind.

    Returns
    -------
    TranscodedRecording
        What went in, what came out and what was odd.

    Raises
    ------
    RecordingError
        If it cannot be decoded, has no such channel, a sample that is no finite number or a rate
        that cannot be, or does not fit into the format.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    report(Progress("transcode", unit="samples", recording=str(source)))
    wanted = _output_format(source, config)
    for container in (_WAV, _RF64) if wanted == "wav" else (wanted.upper(),):
        try:
            return _Job(source, destination, config, report).run(container)
        except TooLongError:
            # Found out on the way, where no header told the length: from the start once more.
            continue
    raise _does_not_fit(source, f"{wanted.upper()} cannot hold more than 4 GiB")


@dataclass(frozen=True)
class _Job:
    source: Path
    destination: Path
    config: TranscodeConfig
    report: Report

    def run(self, container: str) -> TranscodedRecording:
        with open_audio(self.source) as reader:
            rate_out = self._rate_out(reader, container)
            expected = reader.n_samples or round((reader.info.duration_s or 0) * reader.sample_rate)
            if container == _WAV:
                n_bytes = 2 * expected * rate_out / reader.sample_rate
                container = _WAV if n_bytes < LARGEST_RIFF_BYTES else _RF64
            with replacing(self.destination) as part:
                with PcmWriter(part, sample_rate=rate_out, container=container) as writer:
                    n_samples_in = self._convert(reader, writer, rate_out=rate_out, total=expected)
                    if not writer.n_samples:
                        self._refuse_short(reader, n_samples_in, rate_out)
                sha256 = sha256_of(part)
            return TranscodedRecording(
                sample_rate_in=reader.sample_rate,
                sample_rate_out=rate_out,
                n_samples_in=n_samples_in,
                n_samples_out=writer.n_samples,
                n_channels=reader.n_channels,
                codec=f"{reader.container}/{reader.codec}",
                n_clipped=writer.n_clipped,
                oddities=self._oddities(reader, container),
                output_format=_family_of(container),
                sha256=sha256,
            )

    def _convert(self, reader: AudioReader, writer: PcmWriter, *, rate_out: int, total: int) -> int:
        """Decode, mix, resample and write; return how many samples went in."""
        resampler = Resampler(rate_in=reader.sample_rate, rate_out=rate_out)
        n_samples = 0
        for block in mono_blocks(reader, channel=self.config.channel):
            n_samples += len(block)
            writer.write(resampler.push(block))
            progress = Progress(
                "transcode", n_samples, total, "samples", recording=str(self.source)
            )
            self.report(progress)
        writer.write(resampler.finish())
        return n_samples

    def _rate_out(self, reader: AudioReader, container: str) -> int:
        lowest, highest = SAMPLE_RATES_HZ
        if not lowest <= reader.sample_rate <= highest:
            msg = f"{self.source.name} says that its sample rate is {reader.sample_rate} Hz"
            hint = f"Recordings have {lowest} to {highest} Hz: correct its header."
            raise RecordingError(msg, path=self.source, hint=hint)
        rate_out = self.config.sample_rate or reader.sample_rate
        if container == "FLAC" and rate_out > HIGHEST_FLAC_RATE_HZ:
            raise _does_not_fit(self.source, f"FLAC cannot hold a sample rate of {rate_out} Hz")
        return rate_out

    def _refuse_short(self, reader: AudioReader, n_samples: int, rate_out: int) -> None:
        msg = (
            f"{self.source.name} is too short: {n_samples} samples at {reader.sample_rate} Hz"
            f" are none at {rate_out} Hz"
        )
        raise RecordingError(msg, path=self.source, hint="Leave it out.")

    def _oddities(self, reader: AudioReader, container: str) -> tuple[str, ...]:
        is_kept = self.config.output_format is None
        own = family(self.source) if is_kept else ""
        if not is_kept or own == _family_of(container):
            return tuple(reader.oddities)
        return (*reader.oddities, f"written as wav, since {own or reader.container} cannot be kept")


def _family_of(container: str) -> str:
    return "wav" if container == _RF64 else container.lower()


def _output_format(source: Path, config: TranscodeConfig) -> str:
    if config.output_format is not None:
        return config.output_format
    own = family(source)
    if own == "flac":
        rate = config.sample_rate or probe(source).sample_rate
        return own if rate <= HIGHEST_FLAC_RATE_HZ else "wav"
    return own or "wav"


def _does_not_fit(source: Path, reason: str) -> RecordingError:
    msg = f"{source.name} does not fit into its new format: {reason}"
    return RecordingError(msg, path=source, hint="Choose wav, or a lower sample rate.")
