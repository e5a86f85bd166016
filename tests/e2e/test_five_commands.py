"""The commands of the pipeline in their order, on real recordings, as users type them."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict

import pandas as pd
import pytest
import soundfile

from tests.e2e.conftest import run

RATE_HZ = 8000
FRAME = 200
CLASSES = ("inaudible", "barely", "audible")


def counted_from_seconds(annotations, audio):
    """Labelled frames of each class, counted frame by frame from seconds and rate."""
    of_frame = defaultdict(set)
    lengths = {p.stem: soundfile.info(p).frames for p in audio.glob("*.wav")}
    with annotations.open() as file:
        for row in csv.DictReader(file):
            stem = row["file_name"].rsplit(".", 1)[0]
            first = round(float(row["start"]) * RATE_HZ)
            end = min(round(float(row["end"]) * RATE_HZ), lengths[stem])
            for n in range(lengths[stem] // FRAME):
                if n * FRAME >= first and (n + 1) * FRAME <= end:
                    of_frame[stem, n].add(row["class"])
    return Counter(next(iter(c)) for c in of_frame.values() if len(c) == 1)


def good(*arguments):
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("corpus", "n_recordings"), [("mix_cough", 84), ("real_speech", 14)])
def test_from_a_database_to_predictions(shared_data, tmp_path, corpus, n_recordings):
    data = shared_data / corpus
    transcoded, features, dataset = tmp_path / "t", tmp_path / "f.csv", tmp_path / "d.csv"
    model, predicted = tmp_path / "m.keras", tmp_path / "p.csv"

    made = good(
        "transcode",
        f"--database_location={data / 'loudsense.db'}",
        f"--data_destination={transcoded}",
        "--database_query=SELECT path FROM recording WHERE reviewed = 1;",
        f"--resample={RATE_HZ}",
        "--output_format=wav",
    )
    assert made["n_recordings"] == n_recordings
    extracted = good(
        "extract",
        f"--audio_location={transcoded}",
        f"--feature_csv_destination={features}",
        f"--frame_size={FRAME}",
    )
    assert extracted["n_recordings"] == n_recordings
    joined = good(
        "dataset",
        f"--input_features={features}",
        f"--annotations={data / 'annotations.csv'}",
        f"--out_csv={dataset}",
        f"--sample_rate={RATE_HZ}",
    )
    expected = counted_from_seconds(data / "annotations.csv", transcoded)
    assert joined["frames_per_class"] == {label: expected[label] for label in CLASSES}
    rows = pd.read_csv(dataset)
    assert rows.id.is_unique
    assert Counter(rows.target.map(CLASSES.__getitem__)) == expected

    trained = good(
        "train",
        f"--dataframe_dir={dataset}",
        f"--save_model_dir={model}",
        "--batch_size=50",
        "--epochs=2",
        "--validation_split=0.2",
    )
    assert trained["n_epochs"] == 2
    measured = good("evaluate", f"--model={model}", f"--dataframe_dir={dataset}")
    assert measured["n_frames"] == len(rows)
    assert measured["auc_audible_over_inaudible"] > 0.5
    if corpus == "real_speech":
        assert measured["per_class"]["barely"]["recall"] is None
    originals = sorted((data / "audio").iterdir())[:2]
    good("predict", f"--model={model}", f"--out_csv={predicted}", *originals)
    intervals = pd.read_csv(predicted)
    assert list(intervals) == ["recording", "start", "end", "class", "score"]
    assert set(intervals.recording) == {p.name for p in originals}


def test_torture_ends_as_its_manifest_says(shared_data, tmp_path):
    data = shared_data / "torture"
    done = run(
        "transcode",
        f"--database_location={data / 'loudsense.db'}",
        f"--data_destination={tmp_path}",
        f"--resample={RATE_HZ}",
        "--output_format=wav",
    )
    assert done.returncode == 3
    with (tmp_path / "manifest.csv").open() as file:
        became = {row["database_path"].rsplit("/", 1)[1]: row for row in csv.DictReader(file)}
    with (data / "manifest.csv").open() as file:
        expected = list(csv.DictReader(file))
    assert len(became) == len(expected)
    for row in expected:
        entry = became[row["file"]]
        if row["expect"] == "read":
            assert entry["status"] == "transcoded", (row, entry["reason"])
        if row["expect"] == "report":
            assert entry["status"] == "left out", row
            assert entry["reason"]
            assert f"audio/{row['file']}" in done.stderr
