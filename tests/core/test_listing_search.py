"""Filtering and sorting a list: what looking at each row would give."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.listing import searchable
from core.listing_files import ListingMeta, ListingReader, ListingWriter
from core.listing_search import Wanted, find_recording, find_rows, rank_texts
from core.manifest import ManifestEntry, write_manifest
from core.recording_states import (
    EXTRACTED,
    LEFT_OUT,
    MISSING,
    NO_PATH,
    QUICK_FILTERS,
    REVIEWED,
    SELECTED,
    STATE_WORDS,
    TRANSCODED,
    StatesReader,
    count_states,
    state_ranks,
)
from tests.core.made_listing import make_listing, make_states

WORDS = st.sampled_from(["rec", "REC", "1", "01", "10", "ä", "A\u0308", "ß", "_", "a/b", "x"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map("".join)
VALUES = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.sampled_from([2**60, 2**60 + 1, -(2**60)]),
    st.floats(allow_nan=False, width=16),
    NAMES,
    st.binary(max_size=3),
)
ROWS = st.lists(st.tuples(NAMES, VALUES, NAMES), max_size=25)


def _search(row):
    name, *values = row
    texts = [v for v in values if isinstance(v, str) and v]
    return searchable("\n".join([name.rpartition("/")[2], *texts]))


@settings(max_examples=40)
@given(rows=ROWS, words=st.lists(WORDS, max_size=3))
def test_filtering_is_looking_at_each_row(tmp_path_factory, rows, words):
    folder = make_listing(tmp_path_factory.mktemp("l") / "list", rows)
    found = find_rows(folder, None, Wanted(" ".join(words))).tolist()
    assert found == [
        k
        for k, row in enumerate(rows)
        if all(
            searchable(w) in _search(row)
            or ("/" in w and w.lower() in f"/archive/{row[0]}".lower())
            for w in words
        )
    ]


def _text_key(text):
    return re.sub("[0-9]+", lambda m: m[0].zfill(20), searchable(text)).encode()


def _key(value):
    if isinstance(value, str):
        return (1, _text_key(value))
    return (2, len(value)) if isinstance(value, bytes) else (0, value)


@settings(max_examples=40)
@given(rows=ROWS, column=st.sampled_from([0, 1, "name"]), descending=st.booleans())
@pytest.mark.parametrize("is_ranked", [False, True])
def test_sorting_is_stable_with_nothing_last(tmp_path_factory, rows, column, descending, is_ranked):
    folder = make_listing(tmp_path_factory.mktemp("l") / "list", rows)
    if is_ranked:
        rank_texts(folder)
    found = find_rows(folder, None, Wanted(order_by=column, descending=descending)).tolist()
    values = [row[0].rpartition("/")[2] if column == "name" else row[1 + column] for row in rows]
    full = [k for k, v in enumerate(values) if v is not None]
    # `reverse` keeps what is equal in its order.
    expected = sorted(full, key=lambda k: _key(values[k]), reverse=descending)
    assert found == expected + [k for k, v in enumerate(values) if v is None]


def test_numbers_in_names_are_numbers(tmp_path):
    rows = [(name, None, "") for name in ("rec10.wav", "Rec2.wav", "rec1.wav", "rec_1.wav")]
    folder = make_listing(tmp_path / "list", rows)
    assert find_rows(folder, None, Wanted(order_by="name")).tolist() == [2, 1, 0, 3]


STATES = st.lists(
    st.tuples(st.integers(0, 127), st.integers(0, 2), st.integers(0, 2)), min_size=4, max_size=4
)
IS = {
    "all": lambda _f, _a, _e: True,
    "missing": lambda f, _a, _e: f & MISSING,
    "left out": lambda f, _a, _e: f & LEFT_OUT,
    "to do": lambda f, _a, _e: (
        f & SELECTED and not f & TRANSCODED and not f & LEFT_OUT and not f & (MISSING | NO_PATH)
    ),
    "not selected": lambda f, _a, _e: not f & SELECTED,
    "annotated": lambda _f, a, _e: a,
    "not annotated": lambda _f, a, _e: not a,
    "with errors": lambda _f, _a, e: e,
    "reviewed": lambda f, _a, _e: f & REVIEWED,
    "not reviewed": lambda f, _a, _e: not f & REVIEWED,
}


@settings(max_examples=40)
@given(states=STATES, quick=st.sampled_from(QUICK_FILTERS))
def test_states_filter(tmp_path_factory, states, quick):
    folder = make_listing(tmp_path_factory.mktemp("l") / "list", [("a", 1, "")] * 5)
    made = make_states(folder / "states-1", states)
    found = find_rows(folder, made, Wanted(quick=quick)).tolist()
    expected = [k for k, state in enumerate(states) if IS[quick](*state)]
    # Of the last row nothing is known yet.
    assert found == (expected if quick != "all" else [0, 1, 2, 3, 4])
    with StatesReader(made) as reader:
        assert count_states(reader)[quick] == len(expected)
    by_errors = find_rows(folder, made, Wanted(order_by="errors", descending=True)).tolist()
    assert by_errors == [*sorted(range(4), key=lambda k: -states[k][2]), 4]


def test_the_state_that_wants_looking_at_comes_first():
    flags = [
        SELECTED | TRANSCODED | EXTRACTED,
        SELECTED | TRANSCODED,
        SELECTED,
        0,
        SELECTED | LEFT_OUT | TRANSCODED,
        MISSING | SELECTED | LEFT_OUT,
        NO_PATH,
    ]
    words = [STATE_WORDS[k] for k in state_ranks(np.array(flags, dtype=np.uint16))]
    assert words == [
        *("extracted", "transcoded", "to do", "not selected", "left out", "missing", "no path")
    ]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("/archive/b/rec1.wav", 1),
        ("b/rec1.wav", 1),
        ("rec1.wav", 0),
        ("rec1", 0),
        ("rec10", 2),
        ("rec", None),
        ("rec1-abcd", 1),
        ("", None),
        ("\udce4.wav", 3),
        ("REC1.WAV", None),
    ],
)
def test_a_recording_is_found_by_its_names(tmp_path, name, row):
    rows = [(path, 1, "") for path in ("a/rec1.wav", "b/rec1.wav", "rec10.wav", "\udce4.wav")]
    folder = make_listing(tmp_path / "list", rows)
    entry = ManifestEntry("/archive/b/rec1.wav", "b/rec1.wav", "rec1-abcd.wav", "transcoded")
    write_manifest(tmp_path, [entry])
    assert find_recording(folder, tmp_path, name) == row


def test_a_list_that_grows_is_searched_as_far_as_it_has(tmp_path):
    with ListingWriter(tmp_path / "list", ListingMeta("", ())) as writer:
        for n_rows in range(3):
            assert len(find_rows(tmp_path / "list", None, Wanted("a", order_by="name"))) == n_rows
            writer.add([["a"]] * 4, [])
    with ListingReader(tmp_path / "list") as reader:
        assert reader.n_rows == 3
