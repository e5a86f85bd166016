from __future__ import annotations

import pytest

from core.annotations.csv import Annotation
from gui.annotation_choice import AnnotationChoice
from gui.views.time_axis import TimeAxis

A, B, C = (
    Annotation(n, "a.wav", start, end, 0, n)
    for n, (start, end) in enumerate([(1.0, 2.0), (4.0, 5.0), (1.0, 2.0)], start=2)
)


@pytest.fixture
def time(application):
    time = TimeAxis()
    time.set_duration(10.0)
    return time


@pytest.fixture
def choice(time):
    choice = AnnotationChoice(time)
    choice.seen = []
    choice.changed.connect(lambda: choice.seen.append(choice.annotations))
    return choice


def test_the_time_of_what_is_chosen_is_selected(choice, time):
    choice.choose([B, A])
    assert choice.annotations == (A, B)
    assert time.selection == (1.0, 5.0)
    choice.choose([B])
    assert time.selection == (4.0, 5.0)
    choice.choose([B])
    choice.choose([])
    assert time.selection is None
    assert choice.seen == [(A, B), (B,), ()]


def test_selecting_another_time_chooses_nothing(choice, time):
    choice.choose([A])
    time.select(1.5, 3.0)
    assert choice.annotations == ()
    assert time.selection == (1.5, 3.0)


def test_of_two_with_the_same_edges_one_is_chosen(choice):
    choice.choose([A])
    assert A in choice
    assert C not in choice
    choice.toggle(C)
    assert len(choice.annotations) == 2
    choice.toggle(A)
    assert choice.annotations == (C,)


def test_it_is_known_by_its_id_through_an_edit(choice):
    choice.choose([A])
    moved = Annotation(2, "a.wav", 3.0, 4.0, 0, 2)
    assert moved in choice
