"""What the features are: the choices that the numbers depend on, and which are possible."""

from __future__ import annotations

import operator
from dataclasses import dataclass, fields
from typing import Any, Self

from core.errors import FeatureError

N_MFCC = 13
N_MELBANDS = 24
N_HPCP = 12
N_PEAKS = 100

SPEC_VERSION = 1
"""Raised whenever the same audio and the same sizes would give other numbers."""

MINIMUM_FFT_SIZE = 1024
MINIMUM_FRAME_SIZE = 2

# Essentia's OnsetDetection lays 40 mel bands over 0 to 4000 Hz of 1025 bins, whatever is asked of
# it: below the lowest rate there are no 4000 Hz, above the highest a band has no bin of its own.
LOWEST_SAMPLE_RATE = 8000
HIGHEST_SAMPLE_RATE = 139_547

# MFCC lays 40 mel bands over 0 to 11000 Hz: with the 513 bins of the shortest FFT, and from the
# next rate on, a band has no bin of its own.
HIGHEST_SAMPLE_RATE_OF_MINIMUM_FFT = 105_557

_UNITS = {"sample_rate": "Hz", "frame_size": "samples", "hop_size": "samples", "version": ""}


@dataclass(frozen=True)
class FeatureSpec:
    """What is computed from each frame.

    Two specs are equal if the same audio gives the same numbers.

    Parameters
    ----------
    sample_rate : int
        Rate of the audio in Hz.
    frame_size : int
        Length of a frame in samples.
    hop_size : int
        Step from one frame to the next in samples; frame n starts at sample ``n * hop_size``.
    version : int
        Stands for all else that the numbers depend on: windows, bounds, order.

    Raises
    ------
    FeatureError
        If Essentia cannot compute such features; its hint says what would work.
    """

    sample_rate: int
    frame_size: int
    hop_size: int
    version: int = SPEC_VERSION

    def __post_init__(self) -> None:
        """Check that these features can be computed."""
        for f in fields(self):
            # NumPy's integers are made Python's, so that the spec can be written as JSON.
            object.__setattr__(self, f.name, operator.index(getattr(self, f.name)))
        self._check_version()
        self._check_sizes()
        self._check_rate()

    @property
    def fft_size(self) -> int:
        """Length of the zero-padded frame in samples: a power of two, 1024 or more."""
        return max(MINIMUM_FFT_SIZE, 1 << (self.frame_size - 1).bit_length())

    @property
    def n_bins(self) -> int:
        """Number of bins of a frame's spectrum, 0 Hz and half the sample rate included."""
        return self.fft_size // 2 + 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Every feature by its name, in the order in which they are computed and stored."""
        return (
            "loudness",
            *(f"mfcc_{i}" for i in range(N_MFCC)),
            *(f"melbands_{i}" for i in range(N_MELBANDS)),
            "onset_hfc",
            "onset_complex",
            "onset_flux",
            *(f"hpcp_{i}" for i in range(N_HPCP)),
        )

    def highest_frequency(self, default_hz: float) -> float:
        """Upper bound of an algorithm's frequency range.

        Parameters
        ----------
        default_hz : float
            Essentia's own default bound in Hz.

        Returns
        -------
        float
            In Hz; half the sample rate where the audio does not reach as high as the default.
        """
        return min(default_hz, self.sample_rate / 2)

    def to_dict(self) -> dict[str, int]:
        """Every field by its name.

        Returns
        -------
        dict of str to int
            Fit for JSON.
        """
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make a spec from what `to_dict` gave.

        Parameters
        ----------
        values : dict
            One whole number for each field.

        Returns
        -------
        FeatureSpec
            Equal to the one that `to_dict` was called on.

        Raises
        ------
        FeatureError
            If a field is missing, unknown or no whole number, or the features cannot be computed.
        """
        names = [f.name for f in fields(cls)]
        good = all(type(v) is int for v in values.values())
        if sorted(values) != sorted(names) or not good:
            msg = f"This is no description of features: {values}"
            raise FeatureError(msg, hint=f"Whole numbers are needed for {', '.join(names)}.")
        return cls(**values)

    def differences(self, other: FeatureSpec) -> list[str]:
        """Say what makes these features other than those.

        Parameters
        ----------
        other : FeatureSpec
            What this one is compared with.

        Returns
        -------
        list of str
            Such as ``"sample rate 8000 Hz instead of 16000 Hz"``; empty if the two are equal.
        """
        return [
            f"{name.replace('_', ' ')} {_quantity(mine, unit)} instead of {_quantity(yours, unit)}"
            for name, unit in _UNITS.items()
            if (mine := getattr(self, name)) != (yours := getattr(other, name))
        ]

    def _check_version(self) -> None:
        if self.version != SPEC_VERSION:
            msg = (
                f"Features of version {self.version} are not those of this program, {SPEC_VERSION}"
            )
            raise FeatureError(
                msg, hint="Extract them anew, or use the program they were made with."
            )

    def _check_sizes(self) -> None:
        if self.frame_size < MINIMUM_FRAME_SIZE:
            msg = f"A frame of {_quantity(self.frame_size, 'samples')} is too short for a window"
            raise FeatureError(
                msg, hint=f"The smallest frame size is {MINIMUM_FRAME_SIZE} samples."
            )
        if self.hop_size < 1:
            msg = f"A hop of {self.hop_size} samples leads to no next frame"
            raise FeatureError(msg, hint="The smallest hop size is 1 sample.")

    def _check_rate(self) -> None:
        if not LOWEST_SAMPLE_RATE <= self.sample_rate <= HIGHEST_SAMPLE_RATE:
            msg = f"Features cannot be computed at {self.sample_rate} Hz"
            hint = f"Transcode to a rate of {LOWEST_SAMPLE_RATE} to {HIGHEST_SAMPLE_RATE} Hz."
            raise FeatureError(msg, hint=hint)
        if (
            self.sample_rate > HIGHEST_SAMPLE_RATE_OF_MINIMUM_FFT
            and self.fft_size == MINIMUM_FFT_SIZE
        ):
            size = _quantity(self.frame_size, "samples")
            msg = f"Frames of {size} are too short for the mel bands at {self.sample_rate} Hz"
            hint = (
                f"Take a frame size of {MINIMUM_FFT_SIZE + 1} samples or more, "
                f"or transcode to {HIGHEST_SAMPLE_RATE_OF_MINIMUM_FFT} Hz or less."
            )
            raise FeatureError(msg, hint=hint)


def _quantity(value: int, unit: str) -> str:
    word = unit.removesuffix("s") if value == 1 else unit
    return f"{value} {word}".rstrip()
