from __future__ import annotations

import pytest

from core.remembered import remembered


def test_it_is_made_again_only_when_its_key_changes():
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    keys = ["a", "a", "b", "b", "a"]
    assert [remembered("a test", key, make) for key in keys] == [0, 0, 1, 1, 2]


def test_kinds_do_not_mix():
    assert remembered("one kind", 1, lambda: "one") == "one"
    assert remembered("another kind", 1, lambda: "another") == "another"


def test_what_could_not_be_made_is_tried_again():
    def fail():
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  any
        remembered("a failure", 1, fail)
    assert remembered("a failure", 1, lambda: "made") == "made"


def test_what_is_replaced_is_forgotten_first():
    forgotten = []
    for key in ("a", "a", "b"):
        remembered("to be closed", key, lambda key=key: key * 2, forget=forgotten.append)
    assert forgotten == ["aa"]
