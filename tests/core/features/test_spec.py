"""What a feature spec says, what it refuses, and that Essentia refuses the same."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from core.errors import FeatureError
from core.features import spec as spec_module
from core.features.essentia_frames import EssentiaFrames, load_essentia
from core.features.spec import FeatureSpec

SPEC = FeatureSpec(sample_rate=8000, frame_size=200, hop_size=100)


def test_columns_stand_in_the_order_of_the_tables():
    columns = SPEC.columns
    assert len(columns) == len(set(columns)) == 1 + 13 + 24 + 3 + 12
    assert columns[0] == "loudness"
    assert columns[1] == "mfcc_0"
    assert columns[13:15] == ("mfcc_12", "melbands_0")
    assert columns[37:42] == (
        "melbands_23",
        "onset_hfc",
        "onset_complex",
        "onset_flux",
        "hpcp_0",
    )
    assert columns[-1] == "hpcp_11"


@pytest.mark.parametrize(
    ("frame_size", "fft_size"),
    [(2, 1024), (1024, 1024), (1025, 2048), (2048, 2048), (2049, 4096), (65_536, 65_536)],
)
def test_fft_size_is_a_power_of_two_from_1024_on(frame_size, fft_size):
    spec = FeatureSpec(sample_rate=44_100, frame_size=frame_size, hop_size=1)
    assert spec.fft_size == fft_size
    assert spec.n_bins == fft_size // 2 + 1


def test_upper_bounds_end_at_half_the_sample_rate():
    assert SPEC.highest_frequency(11_000) == 4000
    assert SPEC.highest_frequency(3000) == 3000


def test_survives_json():
    assert FeatureSpec.from_dict(json.loads(json.dumps(SPEC.to_dict()))) == SPEC


def test_numpy_integers_become_python_integers():
    spec = FeatureSpec(np.int64(8000), np.int32(200), np.int64(100))
    assert spec == SPEC
    json.dumps(spec.to_dict())


@pytest.mark.parametrize(
    "values",
    [
        {},
        {**SPEC.to_dict(), "window": 1},
        {**SPEC.to_dict(), "hop_size": 100.0},
        {**SPEC.to_dict(), "hop_size": None},
        {**SPEC.to_dict(), "hop_size": True},
        {k: v for k, v in SPEC.to_dict().items() if k != "version"},
        {**SPEC.to_dict(), "version": 2},
    ],
)
def test_refuses_what_is_no_description(values):
    with pytest.raises(FeatureError) as caught:
        FeatureSpec.from_dict(values)
    assert caught.value.hint


def test_differences_are_words():
    other = FeatureSpec(sample_rate=16_000, frame_size=200, hop_size=1)
    assert SPEC.differences(SPEC) == []
    assert SPEC.differences(other) == [
        "sample rate 8000 Hz instead of 16000 Hz",
        "hop size 100 samples instead of 1 sample",
    ]


@pytest.mark.parametrize("change", [{"sample_rate": 8001}, {"frame_size": 201}, {"hop_size": 101}])
def test_every_field_counts(change):
    other = dataclasses.replace(SPEC, **change)
    assert other != SPEC
    assert len(SPEC.differences(other)) == 1


@pytest.mark.parametrize(
    ("sizes", "would_work"),
    [
        ({"frame_size": 1}, "2 samples"),
        ({"frame_size": 0}, "2 samples"),
        ({"frame_size": -5}, "2 samples"),
        ({"hop_size": 0}, "1 sample"),
        ({"sample_rate": 0}, "8000"),
        ({"sample_rate": 7999}, "8000"),
        ({"sample_rate": 384_000}, "139547"),
        ({"sample_rate": 139_548, "frame_size": 4096}, "139547"),
        ({"sample_rate": 106_000}, "1025 samples"),
        ({"sample_rate": 105_558, "frame_size": 1024}, "105557 Hz"),
    ],
)
def test_what_is_impossible_is_refused_with_what_would_work(sizes, would_work):
    with pytest.raises(FeatureError) as caught:
        dataclasses.replace(SPEC, **sizes)
    assert would_work in caught.value.hint


@pytest.mark.parametrize("frame_size", [2, 3, 5, 200, 201, 1023, 1103, 16_384, 65_535])
@pytest.mark.parametrize("sample_rate", [8000, 11_025, 44_100, 96_000, 105_557])
def test_what_is_accepted_essentia_computes(sample_rate, frame_size):
    spec = FeatureSpec(sample_rate=sample_rate, frame_size=frame_size, hop_size=frame_size)
    noise = np.random.default_rng(0).standard_normal(frame_size).astype(np.float32)
    features = EssentiaFrames(spec).frames(noise)
    assert features.shape == (1, len(spec.columns))
    assert np.isfinite(features).all()


@pytest.mark.parametrize("sample_rate", [105_558, 128_000, 139_547])
def test_highest_rates_work_with_longer_frames(sample_rate):
    spec = FeatureSpec(sample_rate=sample_rate, frame_size=1025, hop_size=1025)
    assert EssentiaFrames(spec).frames(np.ones(1025, np.float32)).shape[0] == 1


@pytest.mark.parametrize("sample_rate", [100, 4000, 7999, 139_548, 192_000, 384_000])
def test_rates_that_are_refused_essentia_refuses(sample_rate):
    with pytest.raises(RuntimeError, match="OnsetDetection"):
        load_essentia().OnsetDetection(method="complex", sampleRate=sample_rate)


@pytest.mark.parametrize("sample_rate", [105_558, 128_000, 139_547])
def test_frames_that_are_refused_essentia_refuses(sample_rate):
    with pytest.raises(RuntimeError, match="number of spectrum bins is insufficient"):
        load_essentia().MFCC(sampleRate=sample_rate, inputSize=513, highFrequencyBound=11_000)


def test_refusal_by_essentia_itself_is_an_error_for_the_user(monkeypatch):
    monkeypatch.setattr(spec_module, "LOWEST_SAMPLE_RATE", 100)
    with pytest.raises(FeatureError, match="Essentia cannot compute"):
        EssentiaFrames(dataclasses.replace(SPEC, sample_rate=4000))


def test_spec_is_light_to_import():
    code = (
        "import sys, core.features.spec; "
        "print([m for m in ('essentia', 'scipy', 'pandas', 'PySide6') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
