"""Which recording an annotation means: the design's rule, and what follows from it."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.csv import Annotation
from core.annotations.matching import RecordingFinder, assign_annotations

RECORDINGS = [
    ("/data/a/rec1.wav", "a/rec1.wav"),
    ("/data/a/rec10.wav", "a/rec10.wav"),
    ("/data/b/rec2.wav", "b/rec2.wav"),
    ("/data/c/rec2.wav", "c/rec2.wav"),
    ("/data/c/rec2.flac", "c/rec2.flac"),
    ("/data/d/op.opus", "D:op"),
    ("/data/d/op.ogg", "op.wav"),
    ("/data/plain/x.y.wav", ""),
]


@pytest.mark.parametrize(
    ("file_name", "found"),
    [
        # The full path.
        ("/data/b/rec2.wav", (2,)),
        # The path in the database.
        ("b/rec2.wav", (2,)),
        ("D:op", (5,)),
        # A path in the database is asked before base names without extension are.
        ("op.wav", (6,)),
        # The base name; rec1 is not rec10.
        ("rec1.wav", (0,)),
        ("rec10.wav", (1,)),
        ("rec2.flac", (4,)),
        ("op.ogg", (6,)),
        # The base name without extension, on both sides.
        ("rec1", (0,)),
        ("rec10", (1,)),
        ("rec1.mp3", (0,)),
        ("elsewhere/rec1.mp3", (0,)),
        ("x.y", (7,)),
        ("x.y.mp3", (7,)),
        # Several candidates of the first kind that has any.
        ("rec2.wav", (2, 3)),
        ("rec2", (2, 3, 4)),
        ("op", (5, 6)),
        ("op.mp3", (5, 6)),
        # None.
        ("rec", ()),
        ("rec100", ()),
        ("REC1.wav", ()),
        ("a/rec1.wav ", (0,)),
        ("1", ()),
        ("", ()),
        (".", ()),
        ("/", ()),
    ],
)
def test_the_first_kind_that_has_a_candidate_decides(file_name, found):
    finder = RecordingFinder(RECORDINGS)
    assert finder.find(file_name) == found
    assert finder.find(file_name) == found


PATHS = st.text("ab./", min_size=1, max_size=6)


@given(st.lists(st.tuples(PATHS.map(lambda p: "/" + p), PATHS), max_size=6), PATHS)
def test_the_rule_as_the_design_words_it(recordings, file_name):
    def candidates(matches):
        return tuple(k for k, r in enumerate(recordings) if matches(*r))

    stem = PurePath(file_name).stem
    kinds = [
        candidates(lambda original, _: original == file_name),
        candidates(lambda _, database_path: database_path == file_name),
        candidates(lambda original, _: PurePath(original).name == file_name),
        # A name without an extension can have a dot in it.
        candidates(lambda original, _: PurePath(original).stem == file_name),
        candidates(lambda original, _: PurePath(original).stem == stem if stem else False),
    ]
    expected = next((kind for kind in kinds if kind), ())
    assert RecordingFinder(recordings).find(file_name) == expected


def test_no_recordings():
    assert RecordingFinder([]).find("rec1") == ()


def test_an_annotation_is_of_one_recording_or_of_none():
    names = ["rec1.wav", "x.wav", "nowhere.wav", "op.wav", "rec1"]
    annotations = [Annotation(k + 2, name, k, k + 1, 0) for k, name in enumerate(names)]
    known = [("/a/rec1.wav", ""), ("/a/x.wav", ""), ("/b/x.wav", ""), ("/a/op.wav", "")]
    found = assign_annotations(annotations, known)
    assert found.by_recording == {0: [annotations[0], annotations[4]], 3: [annotations[3]]}
    assert found.ambiguous == [(annotations[1], (1, 2))]
    assert found.n_elsewhere == 1
    # Those that are only known are not looked for, but may be meant.
    found = assign_annotations(annotations, known, n_present=2)
    assert found.by_recording == {0: [annotations[0], annotations[4]]}
    assert found.ambiguous == [(annotations[1], (1, 2))]
    assert found.n_elsewhere == 2
