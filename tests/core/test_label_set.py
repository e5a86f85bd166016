"""The order of the classes."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.label_set import MAXIMUM_CLASSES, LabelSet


def test_the_usual_classes_from_the_quietest_to_the_loudest():
    labels = LabelSet()
    assert len(labels) == 3
    assert [labels.target(n) for n in ("inaudible", "barely", "audible")] == [0, 1, 2]


@pytest.mark.parametrize("name", ["Audible", "audible ", "", "loud"])
def test_names_are_compared_exactly(name):
    assert LabelSet().target(name) is None


@pytest.mark.parametrize(
    "names",
    [(), ("one",), ("a", ""), ("a", "  "), ("a", "b", "a"), tuple(map(str, range(127)))],
)
def test_what_is_no_order_of_classes_is_refused(names):
    with pytest.raises(SettingsError):
        LabelSet(names)


def test_two_classes_are_enough():
    assert len(LabelSet(("quiet", "loud"))) == 2


def test_many_classes():
    labels = LabelSet(tuple(map(str, range(MAXIMUM_CLASSES))))
    assert labels.target("125") == 125


def test_a_class_that_differs_by_a_capital_or_a_blank_is_similar():
    labels = LabelSet()
    assert labels.similar(" Barely ") == "barely"
    assert not labels.similar("bare")
