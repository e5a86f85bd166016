# Essentia has no type information: whatever its objects return is unknown to the type checker.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The features as Essentia's own objects compute them, frame by frame: the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import FeatureError
from core.features.spec import N_HPCP, N_MELBANDS, N_MFCC, N_PEAKS
from core.timebase import count_frames, frame_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.features.spec import FeatureSpec

    FloatArray = NDArray[np.float32]

# Essentia's own defaults for the upper ends of its frequency ranges, in Hz.
MELBANDS_BOUND_HZ = 22_050.0
MFCC_BOUND_HZ = 11_000.0
PEAKS_BOUND_HZ = 5000.0

LARGEST_SAMPLE = 1e15
"""Above it the energy of a long frame would not fit in single precision."""


class UnusableSampleError(ValueError):
    """A sample is not finite, or too large to be squared; Essentia might never return from it.

    Parameters
    ----------
    position : int
        Sample that cannot be used, counted from the start of the recording.
    value : float
        Its value.
    """

    def __init__(self, position: int, value: float) -> None:
        super().__init__(position, value)
        self.position = position
        self.value = value

    def __str__(self) -> str:
        return f"sample {self.position} is {self.value}"


def check_samples(samples: FloatArray, *, first_position: int = 0) -> None:
    """Refuse samples from which no features can be computed.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,)
        Audio; full scale is 1.
    first_position : int
        Position of the first of them in the recording, to name the one that is refused.

    Raises
    ------
    UnusableSampleError
        If a sample is NaN, infinite or absurdly large.
    TypeError
        If `samples` is not one-dimensional float32.
    """
    if samples.dtype != np.float32 or samples.ndim != 1:
        msg = f"samples must be float32 in one dimension, not {samples.dtype} in {samples.ndim}"
        raise TypeError(msg)
    # Written so that NaN, which compares false with everything, is refused.
    usable = np.abs(samples) <= LARGEST_SAMPLE
    if not usable.all():
        where = int(np.argmin(usable))
        raise UnusableSampleError(first_position + where, float(samples[where]))


def load_essentia() -> Any:  # noqa: ANN401  an untyped module
    """Import Essentia's standard mode, without its line on the screen; it takes a second.

    Returns
    -------
    module
        ``essentia.standard``.
    """
    import essentia

    # The line is written while `standard` is imported, and again by objects that adapt.
    essentia.log.infoActive = False
    import essentia.standard

    return essentia.standard


@dataclass(frozen=True)
class EssentiaObjects:
    """One configured Essentia object for each step from a frame to its features.

    Parameters
    ----------
    loudness : object
        Loudness of the frame; like the others, called with and returning float32.
    window, fft, polar : object
        The windowed and padded frame, its spectrum, and that as magnitude and phase.
    mfcc, melbands : object
        Of the magnitude.
    onset_hfc, onset_complex, onset_flux : object
        Of magnitude and phase, and of those of the frames before.
    peaks, hpcp : object
        Peaks of the magnitude, and the pitch classes of those.
    """

    loudness: Any
    window: Any
    fft: Any
    polar: Any
    mfcc: Any
    melbands: Any
    onset_hfc: Any
    onset_complex: Any
    onset_flux: Any
    peaks: Any
    hpcp: Any


def make_objects(spec: FeatureSpec) -> EssentiaObjects:
    """Configure Essentia as the spec says; whatever is not named here has Essentia's default.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.

    Returns
    -------
    EssentiaObjects
        New objects, their onset detection at the start of a recording.

    Raises
    ------
    FeatureError
        If Essentia refuses the spec.
    """
    es = load_essentia()
    rate, n_bins = spec.sample_rate, spec.n_bins
    peaks_bound_hz = spec.highest_frequency(PEAKS_BOUND_HZ)
    mel = {"sampleRate": rate, "inputSize": n_bins}
    try:
        return EssentiaObjects(
            loudness=es.Loudness(),
            window=es.Windowing(
                type="hann", size=spec.frame_size, zeroPadding=spec.fft_size - spec.frame_size
            ),
            fft=es.FFT(size=spec.fft_size),
            polar=es.CartesianToPolar(),
            mfcc=es.MFCC(
                **mel,
                numberCoefficients=N_MFCC,
                highFrequencyBound=spec.highest_frequency(MFCC_BOUND_HZ),
            ),
            melbands=es.MelBands(
                **mel,
                numberBands=N_MELBANDS,
                highFrequencyBound=spec.highest_frequency(MELBANDS_BOUND_HZ),
            ),
            onset_hfc=es.OnsetDetection(method="hfc", sampleRate=rate),
            onset_complex=es.OnsetDetection(method="complex", sampleRate=rate),
            onset_flux=es.OnsetDetection(method="flux", sampleRate=rate),
            peaks=es.SpectralPeaks(sampleRate=rate, maxFrequency=peaks_bound_hz, maxPeaks=N_PEAKS),
            hpcp=es.HPCP(sampleRate=rate, maxFrequency=peaks_bound_hz, size=N_HPCP),
        )
    except RuntimeError as error:
        msg = f"Essentia cannot compute {spec.frame_size} samples at {rate} Hz: {error}"
        raise FeatureError(msg, hint="Take longer frames, or transcode to a lower rate.") from error


class EssentiaFrames:
    """Compute the features of a recording by Essentia's own objects, one frame after the other.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.

    Raises
    ------
    FeatureError
        If Essentia refuses the spec.
    """

    def __init__(self, spec: FeatureSpec) -> None:
        self.spec = spec
        self._objects = make_objects(spec)

    def reset(self) -> None:
        """Forget the frames before: the next one is the first of a recording."""
        for onset in (
            self._objects.onset_hfc,
            self._objects.onset_complex,
            self._objects.onset_flux,
        ):
            onset.reset()

    def frames(self, samples: FloatArray) -> FloatArray:
        """Compute the features of all complete frames of a recording.

        Parameters
        ----------
        samples : ndarray of float32, shape (n_samples,)
            The whole recording; full scale is 1.

        Returns
        -------
        ndarray of float32, shape (n_frames, n_features)
            In the order of ``spec.columns``.

        Raises
        ------
        UnusableSampleError
            If a sample is NaN, infinite or absurdly large.
        """
        check_samples(samples)
        size, hop = self.spec.frame_size, self.spec.hop_size
        n_frames = count_frames(samples.size, frame_size=size, hop_size=hop)
        features = np.empty((n_frames, len(self.spec.columns)), dtype=np.float32)
        self.reset()
        for n, start in enumerate(frame_starts(n_frames, hop_size=hop)):
            features[n] = self.frame(samples[start : start + size])
        return features

    def frame(self, frame: FloatArray) -> FloatArray:
        """Compute the features of the next frame.

        Parameters
        ----------
        frame : ndarray of float32, shape (frame_size,)
            Finite samples; full scale is 1.

        Returns
        -------
        ndarray of float32, shape (n_features,)
            In the order of ``spec.columns``.
        """
        return features_of_frame(self._objects, frame)

    def hpcp(self, frame: FloatArray) -> FloatArray:
        """Compute the harmonic pitch class profile of a frame, which depends on no other frame.

        Parameters
        ----------
        frame : ndarray of float32, shape (frame_size,)
            Finite samples; full scale is 1.

        Returns
        -------
        ndarray of float32, shape (12,)
            From 0 to 1, the pitch class A first.
        """
        objects = self._objects
        magnitude, _ = objects.polar(objects.fft(objects.window(frame)))
        return objects.hpcp(*objects.peaks(magnitude))


def features_of_frame(objects: EssentiaObjects, frame: FloatArray) -> FloatArray:
    """Compute the features of a frame by objects whose onset detection thereby moves on.

    Parameters
    ----------
    objects : EssentiaObjects
        What computes them.
    frame : ndarray of float32, shape (frame_size,)
        Finite samples; full scale is 1.

    Returns
    -------
    ndarray of float32, shape (n_features,)
        In the order of ``FeatureSpec.columns``.
    """
    magnitude, phase = objects.polar(objects.fft(objects.window(frame)))
    _, mfcc = objects.mfcc(magnitude)
    return np.concatenate(
        [
            [objects.loudness(frame) / frame.size],
            mfcc,
            objects.melbands(magnitude),
            [
                objects.onset_hfc(magnitude, phase),
                objects.onset_complex(magnitude, phase),
                objects.onset_flux(magnitude, phase),
            ],
            objects.hpcp(*objects.peaks(magnitude)),
        ],
        dtype=np.float32,
        casting="same_kind",
    )
