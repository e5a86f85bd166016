from __future__ import annotations

import numpy as np
import pytest

from core.error_spans import SpanColumns, SpanKeys
from core.errors import ProjectError
from core.project import Project, ProjectSettings, open_project, save_project
from core.project_store import Mark, ProjectStore
from core.review_marks import UNMARKED, attach_marks, clear_mark, is_about, set_mark

KEYS = SpanKeys(("a", "b"), ("low", "high"), 1000)


def spans_of(*rows):
    """Spans given as (recording, start, end, annotated)."""
    recording, start, end, annotated = np.array(rows).reshape(-1, 4).T
    n = len(recording)
    return SpanColumns(
        recording.astype(np.int32), start, end, annotated.astype(np.int16),
        (1 - annotated).astype(np.int16), np.ones(n, np.int32), np.ones(n),
    )  # fmt: skip


def mark(recording, start, end, annotated="low", *, verdict="right", rate=1000):
    return Mark(recording, start, end, rate, annotated, verdict)


def attached(spans, *marks):
    return attach_marks(spans, marks, keys=KEYS).tolist()


@pytest.mark.parametrize(
    ("start", "end", "is_its"),
    [
        (100, 200, True),  # the same
        (151, 251, False),  # less than half of either
        (150, 250, False),  # half is not more than half
        (149, 249, True),
        (0, 1000, True),  # the shorter one, the span, lies in it whole
        (190, 200, True),  # so does the mark in the span
        (195, 210, False),
        (194, 203, True),  # six of its nine samples
        (200, 300, False),
    ],
)
def test_a_mark_is_about_what_it_overlaps_by_more_than_half_of_the_shorter(start, end, is_its):
    assert attached(spans_of((0, 100, 200, 0)), mark("a", start, end)) == [0 if is_its else -1]
    assert is_about(mark("a", start, end), mark("a", 100, 200)) is is_its


def test_it_is_of_the_same_recording_and_the_same_class():
    spans = spans_of((0, 0, 100, 0), (0, 100, 200, 1), (1, 0, 100, 0))
    assert attached(spans, mark("a", 0, 100)) == [0, UNMARKED, UNMARKED]
    assert attached(spans, mark("a", 100, 200)) == [UNMARKED] * 3
    assert attached(spans, mark("c", 0, 100), mark("a", 0, 100, "gone")) == [UNMARKED] * 3
    assert not is_about(mark("a", 0, 100), mark("b", 0, 100))


def test_a_mark_of_a_name_that_is_no_utf8_is_kept_found_and_forgotten(tmp_path):
    save_project(Project(tmp_path / "p", ProjectSettings()))
    one = mark("a\udcff", 0, 100)
    (kept,) = set_mark(tmp_path / "p", one)
    keys = SpanKeys(("b", "a\udcff"), ("low", "high"), 1000)
    assert attach_marks(spans_of((1, 0, 100, 0)), [kept], keys=keys).tolist() == [0]
    assert len(set_mark(tmp_path / "p", one)) == 1
    assert clear_mark(tmp_path / "p", one) == ()


def test_the_best_fit_counts_and_of_equals_the_last():
    spans = spans_of((0, 100, 200, 0), (0, 200, 210, 0), (0, 300, 400, 0))
    marks = [mark("a", 100, 210), mark("a", 100, 200), mark("a", 300, 390), mark("a", 310, 400)]
    assert attached(spans, *marks) == [1, 0, 3]


def test_a_mark_made_at_another_rate_is_converted():
    spans = spans_of((0, 100, 200, 0))
    assert attached(spans, mark("a", 800, 1600, rate=8000)) == [0]
    assert attached(spans, mark("a", 100, 200, rate=8000)) == [UNMARKED]


def test_thousands_are_attached_as_one_by_one():
    rng = np.random.default_rng(3)
    rows = []
    for recording in range(2):
        edges = np.unique(rng.integers(0, 20_000, 1200))[: 2 * 400]
        rows += [
            (recording, s, e, int(rng.integers(0, 2)))
            for s, e in zip(edges[::2], edges[1::2], strict=True)
        ]
    spans = spans_of(*(rows[k] for k in rng.permutation(len(rows))))
    marks = []
    for _ in range(500):
        start = int(rng.integers(0, 20_000))
        name, label = rng.choice(KEYS.recordings), rng.choice(KEYS.classes)
        marks.append(mark(str(name), start, start + int(rng.integers(1, 60)), str(label)))
    found = attached(spans, *marks)
    for k in range(len(spans)):
        span = mark(
            KEYS.recordings[spans.recording[k]], int(spans.start_sample[k]),
            int(spans.end_sample[k]), KEYS.classes[spans.annotated[k]],
        )  # fmt: skip
        fits = [_fit(m, span) if is_about(m, span) else 0 for m in marks]
        best = max(range(len(marks)), key=lambda m: (fits[m], m))
        assert found[k] == (best if fits[best] else UNMARKED)
    assert sum(k != UNMARKED for k in found) > 50


def _fit(a, b):
    overlap = min(a.end_sample, b.end_sample) - max(a.start_sample, b.start_sample)
    return overlap / (a.end_sample - a.start_sample + b.end_sample - b.start_sample - overlap)


def test_nothing_is_attached_to_nothing():
    assert attached(spans_of((0, 0, 10, 0))) == [UNMARKED]
    assert attached(spans_of(), mark("a", 0, 10)) == []


@pytest.fixture
def folder(tmp_path):
    save_project(Project(tmp_path / "project", ProjectSettings()))
    return tmp_path / "project"


def test_a_mark_is_kept_with_its_time_and_may_be_changed(folder):
    (kept,) = set_mark(folder, mark("a", 0, 100))
    assert kept.marked_at.endswith("+00:00")
    (changed,) = set_mark(folder, mark("a", 0, 100, verdict="wrong"))
    assert (changed.verdict, changed.marked_at > kept.marked_at) == ("wrong", True)
    assert ProjectStore(open_project(folder).store).marks() == [changed]


def test_a_mark_is_kept_while_another_holds_the_project(folder):
    with open_project(folder).writing():
        assert len(set_mark(folder, mark("a", 0, 100))) == 1


def test_all_marks_about_a_span_are_taken_away(folder):
    set_mark(folder, mark("a", 0, 1000))
    set_mark(folder, mark("a", 0, 90))
    left = set_mark(folder, mark("a", 2000, 2100))[-1]
    assert clear_mark(folder, mark("a", 0, 100)) == (left,)


def test_where_no_project_is_none_is_made(tmp_path):
    with pytest.raises(ProjectError, match="is no project"):
        set_mark(tmp_path, mark("a", 0, 100))
    assert not list(tmp_path.iterdir())
