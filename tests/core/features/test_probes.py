"""The probed matrices do what Essentia does, and nobody can change them."""

from __future__ import annotations

import numpy as np
import pytest

from core.features.essentia_frames import make_objects
from core.features.probes import probe
from core.features.spec import FeatureSpec

SPECS = [
    FeatureSpec(sample_rate=8000, frame_size=200, hop_size=200),
    FeatureSpec(sample_rate=44_100, frame_size=1103, hop_size=441),
]


@pytest.mark.parametrize("spec", SPECS)
def test_window_is_in_the_order_of_the_samples(spec):
    window = np.hanning(spec.frame_size)
    np.testing.assert_allclose(probe(spec).window, 2 * window / window.sum(), atol=1e-7)


@pytest.mark.parametrize("spec", SPECS)
def test_linear_steps_are_those_of_essentia(spec):
    probes, objects = probe(spec), make_objects(spec)
    magnitude = np.random.default_rng(0).random(spec.n_bins, dtype=np.float32)
    mfcc_bands, mfcc = objects.mfcc(magnitude)
    bands = probes.mel_filters @ magnitude**2
    np.testing.assert_allclose(bands[: probes.n_mfcc_bands], mfcc_bands, rtol=1e-5)
    np.testing.assert_allclose(bands[probes.n_mfcc_bands :], objects.melbands(magnitude), rtol=1e-5)
    np.testing.assert_allclose(20 * np.log10(mfcc_bands) @ probes.dct, mfcc, atol=1e-4)
    hfc = objects.onset_hfc(magnitude, np.zeros_like(magnitude))
    assert probes.hfc @ magnitude == pytest.approx(hfc, rel=1e-5)


def test_shared_and_read_only():
    probes = probe(SPECS[0])
    assert probe(FeatureSpec(**SPECS[0].to_dict())) is probes
    for array in (probes.window, probes.mel_filters, probes.dct, probes.hfc):
        assert array.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
