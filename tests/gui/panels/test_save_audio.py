"""Where to save is asked with a name that tells what is in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.library import Recording
from tests.gui.playing import noise, played, write

__all__ = ["played"]


def test_the_selection_is_saved_where_the_user_says(played, tmp_path, qtbot, monkeypatch):
    from gui.panels.save_audio import AudioSaving

    monkeypatch.chdir(tmp_path)
    widget = QWidget()
    qtbot.addWidget(widget)
    saving = AudioSaving(played.session, played.player, widget)
    saving.ask()
    assert not widget.findChildren(QFileDialog)
    played.session._recording = Recording("rook.flac", tmp_path / "rook.flac")
    played.shelf.put(write(tmp_path / "a", noise(3)))
    played.session.time.select(0.5, 1.25)
    saving.ask()
    (dialog,) = widget.findChildren(QFileDialog)
    path = Path(dialog.selectedFiles()[0])
    assert path.name == "rook_0.500-1.250.wav"
    with qtbot.waitSignal(played.session.said, timeout=10_000) as said:
        dialog.accept()
    assert said.args[0].startswith("Saved ")
    assert path.stat().st_size == 44 + 2 * 6000
