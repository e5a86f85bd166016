from __future__ import annotations

from datetime import datetime

import pytest

from core.annotations.stored import StoredAnnotation
from gui.annotation_signature import (
    author_name,
    author_text,
    gain_text,
    set_author_name,
    signature_text,
    time_text,
)

PLAIN = StoredAnnotation(1, "a.wav", 0.0, 1.0, "barely")
SIGNED = StoredAnnotation(
    1, "a.wav", 0.0, 1.0, "barely", "Ada", "2026-01-02T03:04:05.000+00:00", -6.0
)


def test_says_who_when_and_how_loud():
    local = datetime.fromisoformat(SIGNED.edited_at).astimezone()
    assert signature_text(SIGNED) == (
        f"Edited by Ada, {local:%Y-%m-%d %H:%M}, listening at -6.0 dB"
    )


def test_what_nobody_edited_is_imported():
    assert author_text(PLAIN) == "Imported"
    assert (time_text(PLAIN), gain_text(PLAIN)) == ("", "")
    assert signature_text(PLAIN) == "As it was imported"


@pytest.mark.parametrize("of", [author_text, time_text, gain_text, signature_text])
def test_of_what_is_not_known_nothing_is_said(of):
    assert of(None) == ""


def test_the_name_is_kept_without_what_surrounds_it(own_preferences):
    assert author_name() == ""
    set_author_name("  Ada L. ")
    assert author_name() == "Ada L."
