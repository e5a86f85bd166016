from __future__ import annotations

from gui.preferences import preferences


def test_what_is_remembered_is_there_at_the_next_start(application):
    preferences().setValue("a/b", 4)
    kept = preferences()
    assert int(kept.value("a/b")) == 4
    assert kept.fileName().endswith("loudness-classificator/loudness-gui.ini")
