"""Features and annotations joined: every frame and every annotation is accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.annotations.store import content_hash
from core.build_dataset import build_dataset
from core.dataset import load_dataset
from core.errors import (
    AnnotationError,
    DatasetError,
    NothingToDoError,
    StorageError,
    TableError,
)
from core.features.spec import FeatureSpec
from core.features.table import FeatureTable, feature_rows, feature_schema
from core.left_out import LeftOut
from core.progress import Cancelled
from core.settings import AnnotationConfig
from core.storage import sha256_of
from core.table_meta import RecordingMeta, TableMeta, meta_path, read_meta, write_meta
from core.tables import TableWriter
from core.timebase import count_frames
from tests.core.stage_inputs import files_in

CLASSES = ("inaudible", "barely", "audible")
CONFIG = AnnotationConfig()
RATE_HZ = 8000
N_SAMPLES = {"a": 8120, "b": 4000, "c": 4000}
"""Lengths: 1.015 s and 0.5 s."""


def make_features(path, *, frame_size=200, hop_size=200, lengths=None, **changes):
    """A table of random features of recordings of known lengths."""
    spec = FeatureSpec(RATE_HZ, frame_size, hop_size)
    rng = np.random.default_rng(1)
    recordings = []
    with TableWriter(path, feature_schema(spec.columns), parquet=path.suffix != ".csv") as writer:
        for name, n_samples in (lengths or N_SAMPLES).items():
            n_frames = count_frames(n_samples, frame_size=frame_size, hop_size=hop_size)
            matrix = rng.standard_normal((n_frames, len(spec.columns))).astype(np.float32)
            writer.write(feature_rows(name, f"/t/{name}.wav", matrix, spec=spec))
            recordings.append(
                RecordingMeta(
                    name, f"/t/{name}.wav", n_samples, n_frames, f"/in/{name}.ogg", f"{name}.ogg"
                )
            )
    meta = TableMeta(
        "features", RATE_HZ, frame_size, hop_size, spec.to_dict(), tuple(recordings), "hash"
    )
    write_meta(path, replace(meta, **changes))
    return path


@pytest.fixture
def features(tmp_path):
    return make_features(tmp_path / "features.parquet")


@pytest.fixture
def build(tmp_path, features):
    def build_it(*rows, config=CONFIG, source=features, table=None, **options):
        annotations = tmp_path / "annotations.csv"
        annotations.write_text("\n".join(["file_name,start,end,class", *rows, ""]))
        table = table or tmp_path / "dataset.csv"
        return build_dataset(source, annotations, config, table=table, **options)

    return build_it


def frames_of(path):
    """Labelled frames of each recording: number -> class."""
    dataset = load_dataset(Path(path))
    found = defaultdict(dict)
    columns = dataset.recording_index, dataset.start_samples, dataset.targets
    for k, start, target in zip(*(c.tolist() for c in columns), strict=True):
        found[dataset.meta.recordings[k].name][start // dataset.meta.hop_size] = target
    return dict(found)


def accounted_for(result):
    """Each row of the table of annotations is used, elsewhere or left out with its reason."""
    lines = [x for x in result.left_out if x.name.startswith("line ")]
    stretches = [x for x in result.left_out if not x.name.startswith("line ")]
    assert len(stretches) == result.problems.get("conflict", 0)
    assert result.n_annotations == result.n_used + result.n_elsewhere + len(lines)
    assert sum(result.problems.values()) == len(result.left_out)
    assert all(x.reason for x in result.left_out)


def test_annotated_frames_become_rows(build, features, tmp_path):
    result = build("a.ogg,0,0.05,inaudible", "b.ogg,0.1,0.15,audible", "a.ogg,0.5,0.575,barely")
    assert frames_of(result.table) == {"a": {0: 0, 1: 0, 20: 1, 21: 1, 22: 1}, "b": {4: 2, 5: 2}}
    assert result.frames_per_class == {"inaudible": 2, "barely": 3, "audible": 2}
    assert (result.n_frames, result.n_recordings) == (7, 2)
    assert (result.n_annotations, result.n_used, result.n_elsewhere) == (3, 3, 0)
    assert (result.left_out, result.clipped, result.problems) == ((), (), {})
    accounted_for(result)
    source = FeatureTable(features)
    rows = load_dataset(Path(result.table))
    assert np.array_equal(rows.features[:5], source.matrix("a", rows.columns)[[0, 1, 20, 21, 22]])


def test_what_it_was_made_from_stands_beside_it(build, features, tmp_path):
    result = build("a.ogg,0.5,9,audible", "a.ogg,0,0.05,inaudible")
    table = Path(result.table)
    meta = read_meta(table)
    assert meta.kind == "dataset"
    assert meta.classes == CLASSES
    assert meta.config == CONFIG.to_dict()
    assert meta.sha256 == sha256_of(table)
    assert meta.annotations == {"a": [(0, 400, 0), (4000, 8120, 2)]}
    assert meta.source == {
        "path": str(features),
        "sha256": "hash",
        "annotations": str(tmp_path / "annotations.csv"),
        "annotations_sha256": sha256_of(tmp_path / "annotations.csv"),
        "annotations_content": content_hash(
            [("a.ogg", 0.5, 9.0, "audible"), ("a.ogg", 0.0, 0.05, "inaudible")]
        ),
    }
    (recording,) = meta.recordings
    assert recording == replace(read_meta(features).recordings[0], n_rows=2 + 20)


@pytest.mark.parametrize("hop_size", [70, 200, 333])
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_counts_are_those_that_seconds_and_rate_give(build, tmp_path, hop_size, ending):
    source = make_features(tmp_path / f"f{ending}", hop_size=hop_size)
    rng = np.random.default_rng(hop_size)
    rows = [
        (name, start, start + length, CLASSES[target])
        for name in N_SAMPLES
        for start, length, target in zip(
            rng.uniform(-0.2, 1.2, 12).tolist(),
            rng.exponential(0.1, 12).tolist(),
            rng.integers(0, 3, 12).tolist(),
            strict=True,
        )
    ]
    result = build(
        *(f"{n}.ogg,{s!r},{e!r},{label}" for n, s, e, label in rows),
        source=source,
        table=tmp_path / f"d{ending}",
    )
    expected, n_conflicts = count_by_hand(rows, N_SAMPLES, 200, hop_size)
    assert frames_of(result.table) == {k: v for k, v in expected.items() if v}
    counts = Counter(t for frames in expected.values() for t in frames.values())
    assert result.frames_per_class == {c: counts[k] for k, c in enumerate(CLASSES)}
    assert result.n_conflicting_frames == n_conflicts
    assert result.problems["outside the recording"]
    assert result.clipped
    assert n_conflicts
    accounted_for(result)


def count_by_hand(rows, lengths, frame_size, hop_size, rate=RATE_HZ):
    """Labels and conflicts, from seconds and rate, by asking every frame."""
    labels, n_conflicts = {}, 0
    by_name = defaultdict(list)
    for name, start_s, end_s, label in rows:
        by_name[name].append((round(start_s * rate), round(end_s * rate), CLASSES.index(label)))
    for name, n_samples in lengths.items():
        labels[name] = {}
        for n, start in enumerate(range(0, n_samples - frame_size + 1, hop_size)):
            end = start + frame_size
            classes = {t for a, b, t in by_name[name] if a <= start and end <= min(b, n_samples)}
            if len(classes) == 1:
                labels[name][n] = classes.pop()
            n_conflicts += len(classes) > 1
    return labels, n_conflicts


def test_edges_are_rounded_half_to_even(build):
    # 0.5 and 1.5 samples, and 200.5 samples, which is too short for a frame from sample 0.
    result = build(
        f"a.ogg,{0.5 / RATE_HZ!r},{200.5 / RATE_HZ!r},audible",
        f"b.ogg,{1.5 / RATE_HZ!r},{400.5 / RATE_HZ!r},audible",
    )
    assert frames_of(result.table) == {"a": {0: 2}, "b": {1: 2}}


def test_an_end_past_the_audio_is_clipped_and_told(build):
    result = build("a.ogg,0.9,5,audible", "b.ogg,-1,0.05,barely", "c.ogg,-1e30,1e30,inaudible")
    assert frames_of(result.table) == {
        "a": dict.fromkeys(range(36, 40), 2),
        "b": {0: 1, 1: 1},
        "c": dict.fromkeys(range(20), 0),
    }
    assert [x.name.split(" (")[0] for x in result.clipped] == ["line 2", "line 3", "line 4"]
    assert result.clipped[0].reason == "clipped, since a is 1.015 s long"
    assert result.n_used == 3
    accounted_for(result)


def test_an_annotation_of_the_whole_recording_is_not_clipped(build):
    result = build("a.ogg,0,1.015,audible")
    assert (result.n_frames, result.clipped) == (40, ())


def test_what_is_clipped_to_nothing_is_left_out_only(build):
    result = build("b.ogg,0,0.1,audible", "a.ogg,1.005,5,audible")
    assert result.problems == {"no frame": 1}
    assert result.clipped == ()
    accounted_for(result)


@pytest.mark.parametrize("edges", ["1.015,2", "5,6", "-2,-1", "-1,0", "1e30,2e30"])
def test_an_annotation_outside_is_left_out(build, edges):
    result = build("b.ogg,0,0.1,audible", f"a.ogg,{edges},audible")
    assert result.problems == {"outside the recording": 1}
    (left_out,) = result.left_out
    assert left_out.name.startswith("line 3 (a.ogg")
    assert left_out.reason == "a is 1.015 s long"
    assert result.n_used == 1
    accounted_for(result)


@pytest.mark.parametrize("edges", ["0,0.0249", "0.01,0.04", "1,1.015", "0.1,0.10001"])
def test_an_annotation_that_takes_in_no_frame_is_left_out(build, edges):
    result = build("b.ogg,0,0.1,audible", f"a.ogg,{edges},audible")
    assert result.problems == {"no frame": 1}
    assert "no frame whole" in result.left_out[0].reason
    assert frames_of(result.table) == {"b": dict.fromkeys(range(4), 2)}
    accounted_for(result)


def test_conflicts_are_left_out_counted_and_listed(build):
    result = build(
        "a.ogg,0,0.2,audible",
        "a.ogg,0.1,0.3,barely",
        "a.ogg,0.15,0.25,barely",
        "a.ogg,0.5,0.6,audible",
        "a.ogg,0.5,0.6,audible",
        "b.ogg,0,0.5,inaudible",
        "b.ogg,0.1,0.125,audible",
    )
    assert frames_of(result.table) == {
        "a": {
            **dict.fromkeys(range(4), 2),
            **dict.fromkeys(range(8, 12), 1),
            **dict.fromkeys(range(20, 24), 2),
        },
        "b": {n: 0 for n in range(20) if n != 4},
    }
    assert result.n_conflicting_frames == 5
    assert result.problems == {"conflict": 2}
    assert result.left_out == (
        LeftOut("a, 0.100 to 0.200 s", "4 frames lie in annotations of different classes"),
        LeftOut("b, 0.100 to 0.125 s", "1 frame lies in annotations of different classes"),
    )
    assert result.n_used == 7
    accounted_for(result)


def test_rows_that_are_no_annotations_are_listed(build):
    result = build(
        "a.ogg,0,0.1,audible", "a.ogg,0,0.1,loud", "a.ogg,x,1,audible", "a.ogg,2,1,barely"
    )
    assert result.problems == {"not an annotation": 3}
    assert [x.name for x in result.left_out] == ["line 3", "line 4", "line 5"]
    assert (result.n_annotations, result.n_used) == (4, 1)
    accounted_for(result)


def test_annotations_of_other_recordings_are_counted_no_more(build):
    result = build("a.ogg,0,0.1,audible", "z.ogg,0,0.1,audible", "aa.ogg,0,1,barely")
    assert (result.n_elsewhere, result.left_out) == (2, ())
    accounted_for(result)


def test_an_ambiguous_file_is_left_out_with_its_candidates(tmp_path, build):
    recordings = read_meta(make_features(tmp_path / "f.parquet")).recordings
    same = [
        replace(r, original=f"/{r.name}/op.ogg", database_path=f"{r.name}/op.ogg")
        for r in recordings
    ]
    source = make_features(tmp_path / "f.parquet", recordings=tuple(same))
    result = build("op.ogg,0,0.1,audible", "b/op.ogg,0,0.1,audible", source=source)
    assert result.problems == {"ambiguous file": 1}
    (left_out,) = result.left_out
    assert "/a/op.ogg and /b/op.ogg and /c/op.ogg" in left_out.reason
    assert frames_of(result.table) == {"b": dict.fromkeys(range(4), 2)}
    accounted_for(result)


def test_a_recording_that_is_known_but_absent_takes_its_annotations_with_it(tmp_path, build):
    absent = (("/in/a.wav", "a.wav"), ("/x/op.wav", "x/op.wav"), ("/y/op.wav", "y/op.wav"))
    source = make_features(tmp_path / "f.parquet", absent=absent)
    rows = ["a.wav,0,0.1,audible", "op.wav,0,1,audible", "a.ogg,0,0.1,barely", "a,0,0.1,audible"]
    result = build(*rows, source=source)
    assert result.n_elsewhere == 2
    assert result.problems == {"ambiguous file": 1}
    assert frames_of(result.table) == {"a": dict.fromkeys(range(4), 1)}
    accounted_for(result)


def test_own_names_of_columns_and_classes(build, tmp_path):
    config = AnnotationConfig(
        file_column="Datei", classes=("quiet", "loud"), class_names={"audible": "loud"}
    )
    annotations = tmp_path / "a.csv"
    annotations.write_text("Datei;start;end;class\na.ogg;0;0,1;audible\na.ogg;0,5;0,6;quiet\n")
    table = tmp_path / "d.parquet"
    result = build_dataset(tmp_path / "features.parquet", annotations, config, table=table)
    assert result.frames_per_class == {"quiet": 4, "loud": 4}
    assert read_meta(table).classes == ("quiet", "loud")


def test_another_rate_is_an_error_that_names_both(build):
    with pytest.raises(DatasetError, match="made at 8000 Hz, not at 16000 Hz") as caught:
        build("a.ogg,0,0.1,audible", sample_rate=16_000)
    assert "--sample_rate=8000" in caught.value.hint
    assert build("a.ogg,0,0.1,audible", sample_rate=8000).n_frames == 4


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        (["z.ogg,0,1,audible"], "files such as z.ogg, the features are of files such as /in/a.ogg"),
        (["a.ogg,0,0.01,audible"], "line 2 (a.ogg, 0 to 0.01 s): it takes in no frame"),
        (["a.ogg,0,0.1,audible", "a.ogg,0,0.1,barely"], "a, 0.000 to 0.100 s: 4 frames"),
    ],
)
def test_nothing_labelled_is_an_error(build, tmp_path, rows, hint):
    with pytest.raises(NothingToDoError, match="Not one frame is labelled") as caught:
        build(*rows)
    assert hint in caught.value.hint
    assert not (tmp_path / "dataset.csv").exists()


def test_wrong_inputs(build, tmp_path):
    with pytest.raises(TableError, match="There is no table of features"):
        build("a.ogg,0,0.1,audible", source=tmp_path / "nowhere.csv")
    with pytest.raises(TableError, match="neither CSV nor Parquet"):
        build("a.ogg,0,0.1,audible", table=tmp_path / "d.npy")
    with pytest.raises(AnnotationError, match="no usable annotation"):
        build()
    with pytest.raises(AnnotationError, match="cannot be read"):
        build_dataset(
            tmp_path / "features.parquet", tmp_path / "no.csv", CONFIG, table=tmp_path / "d.csv"
        )


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_the_last_good_dataset_stays(build, tmp_path, kind):
    table = tmp_path / "made" / f"d{kind}"
    build("a.ogg,0,0.1,audible", "b.ogg,0,0.1,barely", table=table)
    whole = files_in(table.parent)

    def report(progress):
        if progress.done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        build("a.ogg,0,0.2,audible", "b.ogg,0,0.2,barely", table=table, report=report)
    assert files_in(table.parent) == whole
    meta_path(tmp_path / "features.parquet").unlink()
    with pytest.raises(TableError):
        build("a.ogg,0,0.2,audible", table=table)
    assert files_in(table.parent) == whole


def test_the_same_again_is_the_same_bytes(build, tmp_path):
    table = tmp_path / "made" / "d.parquet"
    seen = []
    build("a.ogg,0,0.1,audible", "b.ogg,0,0.1,barely", table=table, report=seen.append)
    whole = files_in(table.parent)
    build("a.ogg,0,0.1,audible", "b.ogg,0,0.1,barely", table=table)
    assert files_in(table.parent) == whole
    assert [(p.stage, p.done, p.total) for p in seen] == [("dataset", k, 2) for k in range(3)]


def test_a_full_disk(build, tmp_path, monkeypatch):
    def write(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TableWriter, "write", write)
    before = files_in(tmp_path)
    with pytest.raises(StorageError, match="The disk is full"):
        build("a.ogg,0,0.1,audible")
    assert set(files_in(tmp_path)) == {*before, "annotations.csv"}


def test_five_recordings_of_very_different_lengths(build, tmp_path):
    lengths = {"a": 200, "b": 199 + 200, "c": 80_000, "d": 200, "e": 4001}
    source = make_features(tmp_path / "f.csv", lengths=lengths)
    result = build(*(f"{n},0,100,audible" for n in lengths), source=source)
    found = {name: len(frames) for name, frames in frames_of(result.table).items()}
    assert found == {"a": 1, "b": 1, "c": 400, "d": 1, "e": 20}
