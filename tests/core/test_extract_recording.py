"""The features of one recording in a file of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core import extract_recording as module
from core.errors import FeatureError, RecordingError, StorageError
from core.extract_recording import AudioItem, Part, extract_recording, is_fresh, read_part
from core.features.batched import BatchedFrames
from core.features.spec import FeatureSpec
from core.features.table import PART_KEY, feature_schema, to_matrix
from core.progress import Cancelled, ignore
from core.settings import FeatureConfig
from core.storage import sha256_of
from core.table_meta import RecordingMeta
from core.tables import TableWriter, read_table
from tests.core.stage_inputs import CancelAt, make_audio

CONFIG = FeatureConfig(frame_size=200)


def item_of(path, **values):
    known = {"original": "/in/a.ogg", "database_path": "a.ogg", "sha256": "abc", "stamp": ""}
    return AudioItem(path.stem, str(path), **{**known, **values})


@pytest.fixture
def parts(tmp_path):
    return tmp_path / "parts"


def extract(path, parts, config=CONFIG, **values):
    return extract_recording(item_of(path, **values), config=config, parts=parts, report=ignore)


def test_every_complete_frame_is_a_row(tmp_path, parts):
    path = make_audio(tmp_path / "a.wav", 1399)
    part = extract(path, parts)
    assert part == Part(
        RecordingMeta("a", str(path), 1399, 6, "/in/a.ogg", "a.ogg", "abc"),
        FeatureSpec(8000, 200, 200),
    )
    rows = read_table(parts / "a.parquet")
    assert rows["id"].to_pylist() == [f"a_f{n}" for n in range(6)]
    assert rows["end_sample"].to_pylist() == [200, 400, 600, 800, 1000, 1200]
    frames = BatchedFrames(part.spec)
    samples = soundfile.read(path, dtype="float32")[0]
    expected = np.concatenate([frames.push(samples), frames.finish()])
    assert np.array_equal(to_matrix(rows, part.spec.columns), expected)
    assert read_part(parts, "a") == part
    assert [p.name for p in parts.iterdir()] == ["a.parquet"]


@pytest.mark.parametrize("n_samples", [200, 400, 1024 * 5, 1024 * 5 + 199])
def test_blocks_do_not_show(tmp_path, parts, monkeypatch, n_samples):
    path = make_audio(tmp_path / "a.wav", n_samples)
    config = FeatureConfig(frame_size=200, hop_size=70)
    whole = extract(path, parts, config)
    rows = read_table(parts / "a.parquet")
    monkeypatch.setattr(module, "BLOCK_SAMPLES", 1024)
    assert extract(path, parts, config) == whole
    blocks = read_table(parts / "a.parquet")
    assert blocks.drop(list(whole.spec.columns)).equals(rows.drop(list(whole.spec.columns)))
    assert whole.recording.n_rows == len(blocks) == (n_samples - 200) // 70 + 1


def test_audio_that_no_manifest_tells_of_is_hashed(tmp_path, parts):
    path = make_audio(tmp_path / "a.wav")
    recording = extract(path, parts, sha256="", stamp="1-2").recording
    assert recording.sha256 == sha256_of(path)
    assert recording.identity == "1-2"


def test_audio_of_several_channels_is_mixed(tmp_path, parts):
    samples = np.random.default_rng(0).standard_normal((1000, 2)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    soundfile.write(tmp_path / "b.wav", samples.mean(axis=1), 8000, subtype="FLOAT")
    columns = extract(tmp_path / "a.wav", parts).spec.columns
    extract(tmp_path / "b.wav", parts)
    a, b = (to_matrix(read_table(parts / f"{n}.parquet"), columns) for n in "ab")
    assert np.array_equal(a, b)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_is_told_with_its_place(tmp_path, parts, value):
    samples = np.zeros(8000, np.float32)
    samples[4567] = value
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    with pytest.raises(RecordingError, match=r"sample 4567 \(0\.571 s\) is not a finite number"):
        extract(tmp_path / "a.wav", parts)
    assert list(parts.iterdir()) == []


def test_no_sample_that_is_beyond_all_measure_gets_through(tmp_path, parts, monkeypatch):
    """Also if the decoder's own check should let it pass."""
    samples = np.zeros(8000, np.float32)
    samples[4567] = 1e16
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    with pytest.raises(RecordingError, match="sample 4567"):
        extract(tmp_path / "a.wav", parts)
    monkeypatch.setattr("core.mono.LARGEST_SAMPLE", 1e20)
    with pytest.raises(RecordingError, match=r"sample of 1e\+16, number 4567"):
        extract(tmp_path / "a.wav", parts)
    assert list(parts.iterdir()) == []


def test_a_recording_shorter_than_a_frame(tmp_path, parts):
    path = make_audio(tmp_path / "a.wav", 199)
    with pytest.raises(RecordingError, match="has 199 samples, fewer than a frame of 200"):
        extract(path, parts)
    assert list(parts.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"", b"no audio"])
def test_what_is_no_audio(tmp_path, parts, content):
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"a\.wav"):
        extract(path, parts)


def test_a_rate_that_features_cannot_have(tmp_path, parts):
    with pytest.raises(FeatureError, match="cannot be computed at 4000 Hz"):
        extract(make_audio(tmp_path / "a.wav", rate=4000), parts)


def test_a_full_disk(tmp_path, parts, monkeypatch):
    def write(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TableWriter, "write", write)
    with pytest.raises(StorageError, match="The disk is full"):
        extract(make_audio(tmp_path / "a.wav"), parts)
    assert list(parts.iterdir()) == []


def test_cancelling_leaves_nothing_half_done(tmp_path, parts):
    path = make_audio(tmp_path / "a.wav")
    before = extract(path, parts)
    with pytest.raises(Cancelled):
        extract_recording(item_of(path), config=CONFIG, parts=parts, report=CancelAt("a"))
    assert [p.name for p in parts.iterdir()] == ["a.parquet"]
    assert read_part(parts, "a") == before


PART = Part(RecordingMeta("a", "/t/a.wav", 400, 2, sha256="abc"), FeatureSpec(8000, 200, 200))


@pytest.mark.parametrize(
    ("changed", "fresh"),
    [
        ({}, True),
        ({"original": "/elsewhere/a.ogg"}, True),
        ({"sha256": "xyz"}, False),
        ({"stamp": "1-2"}, False),
        ({"path": "/u/a.wav"}, False),
    ],
)
def test_features_are_fresh_while_the_audio_is_the_same(changed, fresh):
    item = replace(item_of(Path("/t/a.wav")), **changed)
    assert is_fresh(PART, item, CONFIG) is fresh


@pytest.mark.parametrize(
    ("config", "fresh"),
    [
        (FeatureConfig(200, 200), True),
        (FeatureConfig(200, 100), False),
        (FeatureConfig(400), False),
    ],
)
def test_features_are_fresh_while_the_settings_are_the_same(config, fresh):
    assert is_fresh(PART, item_of(Path("/t/a.wav")), config) is fresh


@pytest.mark.parametrize(
    "note",
    [
        None,
        "",
        "[]",
        "{}",
        json.dumps({"recording": {}, "spec": PART.spec.to_dict()}),
        json.dumps({"recording": vars(PART.recording), "spec": {}}),
        json.dumps(
            {"recording": vars(PART.recording), "spec": {**PART.spec.to_dict(), "version": 99}}
        ),
    ],
)
def test_what_is_not_ours_is_made_again(tmp_path, note):
    with TableWriter(tmp_path / "a.parquet", feature_schema(()), parquet=True) as writer:
        if note is not None:
            writer.annotate(PART_KEY, note)
    assert read_part(tmp_path, "a") is None


@pytest.mark.parametrize("content", [b"", b"rubbish", b"PAR1 and PAR1"])
def test_what_cannot_be_read_is_made_again(tmp_path, content):
    (tmp_path / "a.parquet").write_bytes(content)
    assert read_part(tmp_path, "a") is None
    assert read_part(tmp_path, "nowhere") is None
