"""The predictions of one recording are found in the table of all."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import prediction_rows
from core.errors import TableError
from core.evaluate import prediction_schema
from core.prediction_rows import PredictionRows, read_predictions
from core.tables import TableWriter

CLASSES = ("inaudible", "barely", "audible")
HOP = 100


def write_predictions(path, frames, classes=CLASSES, *, hop_size=HOP):
    """A table as `evaluate` writes it; returns frames and probabilities by recording."""
    random = np.random.default_rng(3)
    kept = {name: np.array(numbers, dtype=np.int64) for name, numbers in frames.items()}
    probabilities = {
        name: random.dirichlet(np.ones(len(classes)), len(numbers)).astype(np.float32)
        for name, numbers in kept.items()
    }
    schema = prediction_schema(classes)
    starts = np.concatenate(list(kept.values())) * hop_size
    table = np.concatenate(list(probabilities.values()))
    names = [name for name, numbers in kept.items() for _ in numbers]
    columns = [
        *([f"{n}_f" for n in names], names, starts, starts + hop_size),
        *(np.zeros(len(names)), table.argmax(axis=1), *np.ascontiguousarray(table.T)),
    ]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    with TableWriter(path, schema, parquet=True) as writer:
        writer.write(pa.Table.from_arrays(arrays, schema=schema))
    return kept, probabilities


@pytest.fixture(params=[3, 131_072])
def block_rows(request, monkeypatch):
    """Recordings that end in the middle of a block, at its end, and reach over several."""
    monkeypatch.setattr(prediction_rows, "BLOCK_ROWS", request.param)


def test_each_recording_has_its_own_rows(tmp_path, block_rows):
    path = tmp_path / "p.parquet"
    frames, probabilities = write_predictions(
        path, {"rec1": range(10), "rec10": [4, 7, 8], "rec2": [0, 1, 2, 900]}
    )
    for name, numbers in frames.items():
        rows = read_predictions(path, name, CLASSES, hop_size=HOP)
        np.testing.assert_array_equal(rows.frames, numbers)
        np.testing.assert_array_equal(rows.probabilities, probabilities[name])
        np.testing.assert_array_equal(rows.targets, probabilities[name].argmax(axis=1))


def test_a_recording_that_was_not_evaluated_has_none(tmp_path):
    path = tmp_path / "p.parquet"
    write_predictions(path, {"rec1": range(10)})
    rows = read_predictions(path, "rec", CLASSES, hop_size=HOP)
    assert rows.runs().shape == (0, 3)
    np.testing.assert_array_equal(rows.dense(0, 5), np.zeros((5, 3)))


def test_classes_go_by_their_names(tmp_path):
    """The project may have got others since the run was trained."""
    path = tmp_path / "p.parquet"
    _, probabilities = write_predictions(path, {"a": range(50)}, ("quiet", "barely", "audible"))
    rows = read_predictions(path, "a", ("audible", "inaudible", "barely"), hop_size=HOP)
    np.testing.assert_array_equal(rows.probabilities[:, 0], probabilities["a"][:, 2])
    np.testing.assert_array_equal(rows.probabilities[:, 1], 0)
    np.testing.assert_array_equal(rows.probabilities[:, 2], probabilities["a"][:, 1])
    best = probabilities["a"].argmax(axis=1)
    np.testing.assert_array_equal(rows.targets, np.array([-1, 2, 0])[best])
    covered = sum(stop - first for first, stop, _ in rows.runs().tolist())
    assert covered == np.count_nonzero(best)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(-1, 2)), max_size=30, unique_by=lambda x: x[0]
    )
)
def test_runs_are_as_long_as_they_can_be_and_cover_every_frame_once(pairs):
    pairs.sort()
    frames = np.array([f for f, _ in pairs], dtype=np.int64)
    targets = np.array([t for _, t in pairs], dtype=np.int64)
    rows = PredictionRows(frames, targets, np.zeros((len(pairs), 3), dtype=np.float32))
    runs = rows.runs().tolist()
    covered = [(f, target) for first, stop, target in runs for f in range(first, stop)]
    assert covered == [p for p in pairs if p[1] >= 0]
    for (_, stop, target), (first, _, following) in itertools.pairwise(runs):
        assert stop < first or target != following


@given(st.sets(st.integers(0, 50), max_size=30), st.integers(0, 50), st.integers(0, 50))
def test_blocks_have_zeros_where_nothing_was_predicted(numbers, start, length):
    frames = np.array(sorted(numbers), dtype=np.int64)
    probabilities = np.linspace(0.1, 1, len(frames) * 2, dtype=np.float32).reshape(-1, 2)
    rows = PredictionRows(frames, np.zeros(len(frames), dtype=np.int64), probabilities)
    whole = np.zeros((200, 2), dtype=np.float32)
    whole[frames] = probabilities
    np.testing.assert_array_equal(rows.dense(start, start + length), whole[start : start + length])


def test_what_is_no_table_of_predictions_is_one_sentence(tmp_path):
    path = tmp_path / "p.parquet"
    with pytest.raises(TableError, match="cannot be read as a table of predictions"):
        read_predictions(path, "a", CLASSES, hop_size=HOP)
    write_predictions(path, {"a": [1]})
    with pytest.raises(TableError, match="of other frames"):
        read_predictions(path, "a", CLASSES, hop_size=7)
    schema = pa.schema([("recording", pa.string())])
    with TableWriter(path, schema, parquet=True) as writer:
        writer.write(pa.table({"recording": ["a"]}, schema=schema))
    with pytest.raises(TableError, match="cannot be read as a table of predictions"):
        read_predictions(path, "a", CLASSES, hop_size=HOP)
