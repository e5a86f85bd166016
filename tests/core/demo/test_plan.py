"""The demo's properties are dealt evenly."""

from __future__ import annotations

import pytest

from core.demo.encoding import FILE_FORMATS
from core.demo.plan import plan_library
from core.demo.recording import SNR_RANGES_DB


@pytest.mark.parametrize("n_recordings", [8, 24, 40])
@pytest.mark.parametrize("seed", range(5))
def test_reviewed_recordings_of_each_fold_have_every_class(n_recordings, seed, monkeypatch):
    # Even if chance never drew but one of them.
    shares = {"audible": 1.0, "barely": 0.0, "inaudible": 0.0}
    monkeypatch.setattr("core.demo.plan._EVENT_SHARES", shares)
    entries = plan_library(n_recordings, seed=seed)
    for fold in (0, 1):
        mine = [e for e in entries if e.fold == fold and e.reviewed]
        assert {label for e in mine for label in e.plan.labels} == set(SNR_RANGES_DB)
    assert len({e.plan.file_name for e in entries}) == n_recordings
    assert all(10 <= e.plan.duration_s <= 20 for e in entries)


def test_formats_and_rates_are_mixed():
    entries = plan_library(40, seed=0)
    assert {e.file_format for e in entries} == set(FILE_FORMATS)
    assert {e.plan.sample_rate for e in entries} == {8000, 16000, 22050, 44100, 48000}
    assert sum(not e.reviewed for e in entries) == 4
