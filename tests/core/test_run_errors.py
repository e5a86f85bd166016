"""What a run gets wrong is the same, whether it was kept or is found anew."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import fields

import numpy as np
import pytest

from core.error_spans import SpanColumns
from core.project import open_project
from core.review import Review, read_review
from core.run_errors import (
    KEPT_FILE,
    RunErrors,
    find_run_errors,
    keep_run_errors,
    kept_run_errors,
)
from core.table_meta import read_meta
from tests.made_review import RUN, change_meta, make_tables_project

WRONG = (("rec0", 2, 6, 2), ("rec0", 10, 12, 0, 0.6), ("rec1", 9, 10, 2), ("rec2", 15, 20, 1, 0.8))


@pytest.fixture
def project(tmp_path):
    return make_tables_project(tmp_path / "project", WRONG)


@pytest.fixture
def predictions(project):
    return project / "runs" / RUN / "predictions.parquet"


def same(found, expected):
    """Whether all that is told of a run is equal, to the last bit."""
    for field in fields(RunErrors):
        one, other = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(one, SpanColumns):
            pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
        else:
            pairs = [(one, other)]
        for a, b in pairs:
            if isinstance(a, np.ndarray):
                assert a.dtype == b.dtype, field.name
                assert np.array_equal(a, b), field.name
            else:
                assert a == b, field.name
    return True


def keep(project, predictions):
    found = read_review(project)
    keep_run_errors(found, predictions)
    return found


def test_what_is_kept_is_what_was_found(project, predictions):
    found = keep(project, predictions)
    assert same(kept_run_errors(predictions), found)
    assert same(read_review(project), found)


@pytest.mark.parametrize("wrong", [(), WRONG[:1]])
def test_few_or_no_errors_are_kept_too(tmp_path, wrong):
    project = make_tables_project(tmp_path / "project", wrong)
    predictions = project / "runs" / RUN / "predictions.parquet"
    found = keep(project, predictions)
    assert same(kept_run_errors(predictions), found)


def test_what_is_kept_is_read_without_the_predictions(project, predictions, monkeypatch):
    found = keep(project, predictions)
    monkeypatch.setattr("core.review._read_frames", None)
    assert same(read_review(project), found)


def test_a_copied_project_keeps_them(project, predictions, tmp_path):
    found = keep(project, predictions)
    os.utime(predictions, ns=(1, 1))
    assert same(kept_run_errors(predictions), found)
    copy = shutil.copytree(project, tmp_path / "copy")
    assert same(kept_run_errors(copy / predictions.relative_to(project)), found)


def test_those_of_other_predictions_are_not_taken(project, predictions):
    keep(project, predictions)
    content = bytearray(predictions.read_bytes())
    content[len(content) // 2] ^= 1
    predictions.write_bytes(bytes(content))
    os.utime(predictions, ns=(1, 1))
    assert kept_run_errors(predictions) is None


def test_what_is_absent_damaged_or_does_not_fit_is_not_taken(project, predictions):
    assert kept_run_errors(predictions) is None
    keep(project, predictions)
    kept = predictions.with_name(KEPT_FILE)
    whole = kept.read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2], whole[:-40]):
        kept.write_bytes(content)
        assert kept_run_errors(predictions) is None
    arrays = dict(np.load(_written(kept, whole)))
    for name in ("errors_score", "errors_recording", "edge_s", "is_trained_on", "header"):
        np.savez(kept, **{n: a for n, a in arrays.items() if n != name})
        assert kept_run_errors(predictions) is None, name
    for name, value in (
        ("errors_recording", arrays["errors_recording"] + 3),
        ("errors_predicted", arrays["errors_predicted"] - 9),
        ("errors_score", arrays["errors_score"][1:]),
        ("confusion", arrays["confusion"][:1]),
        ("header", np.frombuffer(b"[]", dtype=np.uint8)),
    ):
        np.savez(kept, **{**arrays, name: value})
        assert kept_run_errors(predictions) is None, name


def _written(path, content):
    path.write_bytes(content)
    return path


def test_objects_in_the_file_are_never_made(project, predictions, tmp_path):
    keep(project, predictions)
    kept = predictions.with_name(KEPT_FILE)
    arrays = dict(np.load(kept))
    np.savez(kept, **{**arrays, "edge_s": np.array([{}] * len(arrays["edge_s"]), dtype=object)})
    assert kept_run_errors(predictions) is None
    with zipfile.ZipFile(kept, "w") as file:
        file.writestr("header.npy", b"cos\nsystem\n(S'touch made'\ntR.")
    assert kept_run_errors(predictions) is None


def test_a_past_run_is_told_where_the_dataset_has_changed(project, predictions):
    found = keep(project, predictions)
    change_meta(project, sha256="another")
    review = read_review(project, run=RUN)
    assert isinstance(review, Review)
    assert same(review, found)
    assert not review.is_current


def test_an_error_is_found_by_its_own_frames(project):
    # The same by hand: whatever the dataset is, frames in the order of its rows.
    review = read_review(project)
    meta = read_meta(open_project(project).dataset)
    from core.review import _read_frames

    frames = _read_frames(project / "runs" / RUN / "predictions.parquet", meta)
    assert same(find_run_errors(frames, meta, trained_on={"rec0"}), review)
    assert review.errors.n_frames.sum() == frames.is_wrong.sum()
