from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.annotation_queue import AnnotationQueue, QueueRow, in_order
from core.storage import to_json

NAMES = "abcdefgh"

scores = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
rows = st.lists(
    st.builds(
        QueueRow,
        st.sampled_from(NAMES),
        scores,
        st.just(1.0),
        st.just(6.0),
        st.just(9.0),
        n_annotations=st.integers(0, 2),
        is_reviewed=st.booleans(),
    ),
    unique_by=lambda row: row.recording,
)


def queue_of(rows, *, with_reviewed=False):
    annotated = sum(row.n_annotations > 0 for row in rows)
    reviewed = sum(row.is_reviewed and not row.n_annotations for row in rows)
    return AnnotationQueue("run", in_order(rows), len(rows), annotated, reviewed, with_reviewed)


def row(name, uncertainty, **known):
    return QueueRow(name, uncertainty, 1.0, 6.0, 9.0, {"low": 0.25, "high": 0.75}, **known)


THREE = queue_of([row("a", 0.1), row("b", 0.9), row("c", 0.5)])


def names(queue):
    return [item.recording for item in queue.items]


@given(rows, st.randoms(), st.booleans())
def test_the_order_is_that_of_uncertainty_whatever_it_was_before(drawn, random, with_reviewed):
    shuffled = drawn.copy()
    random.shuffle(shuffled)
    queue = queue_of(drawn, with_reviewed=with_reviewed)
    assert queue == queue_of(shuffled, with_reviewed=with_reviewed)
    found = [item.uncertainty for item in queue.items]
    assert found == sorted(found, reverse=True)


@given(rows, st.booleans())
def test_what_is_annotated_or_reviewed_is_never_in_it(drawn, with_reviewed):
    queue = queue_of(drawn, with_reviewed=with_reviewed)
    assert not any(item.n_annotations for item in queue.items)
    assert with_reviewed or not any(item.is_reviewed for item in queue.items)
    assert len(queue.items) == queue.n_to_do
    assert queue.n_unranked == 0


@given(rows, st.data())
def test_an_edit_and_its_undo_change_nothing(drawn, data):
    queue = queue_of(drawn)
    if not drawn:
        return
    name = data.draw(st.sampled_from([r.recording for r in drawn]))
    n_more = data.draw(st.integers(1, 3))
    edited = queue.noted(name, n_more)
    assert name not in names(edited)
    assert edited.noted(name, -n_more) == queue
    # Its counts are those of what it has.
    assert edited == queue_of(edited.rows)
    marked = queue.marked(name, is_reviewed=True)
    assert marked == queue_of(marked.rows)


@given(rows, st.sampled_from([*NAMES, None]))
def test_the_next_is_another_one_that_is_to_be_done(drawn, name):
    queue = queue_of(drawn)
    found = queue.after(name)
    others = [item for item in queue.items if item.recording != name]
    assert (found in others) if others else found is None


def test_a_walk_comes_by_all_of_them_in_their_order():
    seen = [THREE.after(None)]
    while len(seen) < 4:
        seen.append(THREE.after(seen[-1].recording))
    assert [item.recording for item in seen] == ["b", "c", "a", "b"]


def test_what_was_passed_over_is_not_offered_again_at_once():
    annotated = THREE.noted("c", 1)
    assert annotated.after("c").recording == "a"
    assert annotated.after("z").recording == "b"


def test_a_recording_comes_back_in_its_place():
    assert names(THREE.noted("b", 2)) == ["c", "a"]
    assert names(THREE.noted("b", 2).noted("b", -1)) == ["c", "a"]
    assert names(THREE.noted("b", 2).noted("b", -2)) == ["b", "c", "a"]


def test_reviewed_ones_come_where_they_are_wanted():
    marked = THREE.marked("b", is_reviewed=True)
    assert (names(marked), marked.n_only_reviewed) == (["c", "a"], 1)
    assert names(replace(marked, with_reviewed=True)) == ["b", "c", "a"]
    assert names(marked.marked("b", is_reviewed=False)) == ["b", "c", "a"]


def test_what_was_not_ranked_is_counted():
    larger = replace(THREE, n_recordings=10, n_annotated=2, n_only_reviewed=1)
    assert (larger.n_to_do, larger.n_unranked) == (7, 4)
    assert replace(larger, with_reviewed=True).n_unranked == 5


def test_it_knows_those_that_have_left_it():
    assert THREE.noted("a", 1).knows("a")
    assert not THREE.knows("z")


def test_as_json_it_has_what_is_to_be_annotated():
    values = json.loads(json.dumps(to_json(THREE.noted("b", 1))))
    assert [item["recording"] for item in values["items"]] == ["c", "a"]
    assert values["items"][0]["expected"] == {"low": 0.25, "high": 0.75}
    assert (values["n_annotated"], values["n_to_do"]) == (1, 2)
    assert "rows" not in values


def test_what_is_to_be_done_is_found_once_for_each_queue():
    queue = AnnotationQueue(rows=(QueueRow("a.wav", 0.5, 0.0, 1.0, 1.0),))
    assert queue.items is queue.items
    assert queue.noted("a.wav", 1).items == ()
