# Essentia has no type information: whatever its objects return is unknown to the type checker.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Essentia's linear steps as matrices, found out by feeding it unit signals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.features.essentia_frames import load_essentia, make_objects
from core.features.spec import N_MFCC

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.features.essentia_frames import EssentiaObjects
    from core.features.spec import FeatureSpec

    FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Probes:
    """What Essentia's linear steps do to a frame, as arrays of float32 that nobody changes.

    Parameters
    ----------
    window : ndarray of float32, shape (frame_size,)
        Factor of each sample of a frame.
    mel_filters : ndarray of float32, shape (n_mfcc_bands + 24, n_bins)
        Power spectrum to the energies in MFCC's bands, then in those of MelBands.
    dct : ndarray of float32, shape (n_mfcc_bands, 13)
        Decibels in MFCC's bands to its coefficients.
    hfc : ndarray of float32, shape (n_bins,)
        Weight of each bin's magnitude in the high frequency content.
    """

    window: FloatArray
    mel_filters: FloatArray
    dct: FloatArray
    hfc: FloatArray

    @property
    def n_mfcc_bands(self) -> int:
        """Number of mel bands that MFCC is computed from."""
        return self.dct.shape[0]


@lru_cache(maxsize=8)
def probe(spec: FeatureSpec) -> Probes:
    """Find out what Essentia's linear steps do; kept for the next time within the process.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.

    Returns
    -------
    Probes
        Shared by all who ask for the same spec.

    Raises
    ------
    FeatureError
        If Essentia refuses the spec.
    """
    objects = make_objects(spec)
    mel_filters, hfc = _spectral_weights(objects, spec.n_bins)
    n_mfcc_bands = objects.mfcc.paramValue("numberBands")
    arrays = _window(objects, spec.frame_size), mel_filters, _dct(n_mfcc_bands), hfc
    for array in arrays:
        array.setflags(write=False)
    return Probes(*arrays)


def _window(objects: EssentiaObjects, frame_size: int) -> FloatArray:
    padded = objects.window(np.ones(frame_size, dtype=np.float32))
    # Zero phase: the frame's second half comes first, its first half at the very end.
    half = frame_size // 2
    return np.concatenate([padded[padded.size - half :], padded[: frame_size - half]])


def _spectral_weights(objects: EssentiaObjects, n_bins: int) -> tuple[FloatArray, FloatArray]:
    """Probe mel filters, shape (n_bands, n_bins), and the weights of HFC, shape (n_bins,)."""
    unit = np.zeros(n_bins, dtype=np.float32)
    no_phase = np.zeros(n_bins, dtype=np.float32)
    filters: list[FloatArray] = []
    hfc = np.empty(n_bins, dtype=np.float32)
    for i in range(n_bins):
        unit[i] = 1.0
        mfcc_bands, _ = objects.mfcc(unit)
        filters.append(np.concatenate([mfcc_bands, objects.melbands(unit)]))
        hfc[i] = objects.onset_hfc(unit, no_phase)
        unit[i] = 0.0
    return np.stack(filters, axis=1), hfc


def _dct(n_bands: int) -> FloatArray:
    transform = load_essentia().DCT(inputSize=n_bands, outputSize=N_MFCC)
    return np.stack([transform(row) for row in np.eye(n_bands, dtype=np.float32)])
