"""A trained model and new recordings become predictions."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest
import soundfile

from core.build_dataset import build_dataset
from core.errors import CheckpointError, NothingToDoError
from core.extract import extract
from core.library import Library
from core.predict import predict
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from core.train import train
from core.transcode import transcode
from tests.made_library import make_library


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model that has learnt to tell a loud tone from noise."""
    home = tmp_path_factory.mktemp("model")
    library = make_library(home / "library", n_recordings=6, seconds=7.0)
    selection = Library(LibraryConfig(str(library.database))).select()
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    transcode(selection, config, destination=home / "t")
    extract(home / "t", FeatureConfig(), table=home / "f.parquet")
    annotations = AnnotationConfig(str(library.annotations))
    build_dataset(home / "f.parquet", library.annotations, annotations, table=home / "d.parquet")
    train(home / "d.parquet", home / "m.keras", TrainConfig(epochs=8, validation_split=0.25))
    return home / "m.keras"


@pytest.fixture
def tone(tmp_path):
    """Another rate and another format than the model's: noise, and a loud tone from 2 to 4 s."""
    rate_hz = 22_050
    time_s = np.arange(6 * rate_hz) / rate_hz
    samples = 0.005 * np.random.default_rng(8).standard_normal(len(time_s))
    loud = (time_s >= 2) & (time_s < 4)
    samples[loud] += 0.4 * np.sin(2 * np.pi * 700 * time_s[loud])
    (tmp_path / "audio").mkdir()
    path = tmp_path / "audio" / "tone.flac"
    soundfile.write(path, np.stack([samples, samples], axis=1), rate_hz)
    return path


def rows_of(table):
    with table.open(newline="") as file:
        return list(csv.DictReader(file))


def test_intervals_tile_the_recording_and_find_the_tone(model, tone, tmp_path):
    out = tmp_path / "out" / "p.csv"
    result = predict(model, [tone], out_csv=out)
    rows = rows_of(out)
    assert list(rows[0]) == ["recording", "start", "end", "class", "score"]
    assert {r["recording"] for r in rows} == {"tone.flac"}
    assert float(rows[0]["start"]) == 0.0
    assert float(rows[-1]["end"]) == 6.0
    for left, right in itertools.pairwise(rows):
        assert left["end"] == right["start"]
        assert left["class"] != right["class"]
    assert all(0.3 < float(r["score"]) <= 1 for r in rows)
    audible = [r for r in rows if r["class"] == "audible"]
    within = [min(4, float(r["end"])) - max(2, float(r["start"])) for r in audible]
    assert sum(max(0, s) for s in within) > 1.8
    assert result.seconds_per_class["audible"] < 2.3
    assert sum(result.seconds_per_class.values()) == pytest.approx(6.0)
    assert list(out.parent.iterdir()) == [out]


def test_folders_are_searched_and_what_is_broken_is_listed(model, tone, tmp_path):
    broken = tone.parent / "broken.wav"
    broken.write_bytes(b"RIFF")
    result = predict(model, [tone.parent, tone], out_csv=tmp_path / "p.csv")
    assert result.n_recordings == 1
    assert [item.name for item in result.left_out] == [str(broken)]


def test_recordings_of_one_base_name_are_told_apart_by_their_paths(model, tone, tmp_path):
    twin = tmp_path / "twin" / tone.name
    twin.parent.mkdir()
    twin.write_bytes(tone.read_bytes())
    predict(model, [tone, twin], out_csv=tmp_path / "p.csv")
    assert {r["recording"] for r in rows_of(tmp_path / "p.csv")} == {str(tone), str(twin)}


def test_no_recording_is_an_error(model, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToDoError, match="no recording"):
        predict(model, [tmp_path / "empty"], out_csv=tmp_path / "p.csv")


def test_what_is_no_model_is_refused_before_anything_is_done(tone, tmp_path):
    stranger = tmp_path / "stranger.keras"
    stranger.write_bytes(b"no model")
    with pytest.raises(CheckpointError):
        predict(stranger, [tone], out_csv=tmp_path / "p.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["audio", "stranger.keras"]
