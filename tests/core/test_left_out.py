"""What a run went on without."""

from __future__ import annotations

from core.errors import RecordingError
from core.left_out import LeftOut


def test_message_and_hint_are_the_reason():
    error = RecordingError("It is empty", path="a.wav", hint="Copy it again.")
    assert LeftOut.because("a.wav", error) == LeftOut("a.wav", "It is empty. Copy it again.")


def test_a_reason_without_a_hint():
    error = RecordingError("It is empty", path="a.wav")
    assert LeftOut.because("a.wav", error).reason == "It is empty"


def test_a_reason_is_always_given():
    assert LeftOut.because("a.wav", None).reason
