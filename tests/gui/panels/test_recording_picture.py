from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QScrollBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.library import Recording
from gui.panels.recording_picture import PictureSaving, save_picture


@pytest.fixture
def view(application, qtbot):
    view = QWidget()
    qtbot.addWidget(view)
    view.setAutoFillBackground(True)
    palette = view.palette()
    palette.setColor(view.backgroundRole(), QColor("#336699"))
    view.setPalette(palette)
    view.resize(120, 80)
    return view


def test_a_png_has_the_pixels_of_the_view(view, tmp_path):
    save_picture(view, tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert (image.width(), image.height()) == (120, 80)
    assert image.pixelColor(60, 40).name() == "#336699"
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_an_svg_has_the_size_of_the_view_in_pixels(view, tmp_path):
    save_picture(view, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert 'viewBox="0 0 120 80"' in text
    assert "#336699" in text


def test_controls_are_left_out_and_come_back(view, tmp_path, qtbot):
    layout = QVBoxLayout(view)
    label = QLabel("Facts")
    button, box, bar, scale = QPushButton("Press"), QComboBox(), QScrollBar(), QToolButton()
    box.addItem("Gain")
    scale.setText("0 dB")
    scale.setProperty("is_scale", True)
    hidden = QPushButton("Hidden")
    for part in (label, button, box, bar, scale, hidden):
        layout.addWidget(part)
    hidden.hide()
    view.resize(200, 300)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    button.setFocus()
    places = [part.geometry() for part in (label, button, box, bar, scale)]
    save_picture(view, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert ">Facts<" in text
    assert ">0 dB<" in text
    assert not any(f">{word}<" in text for word in ("Press", "Gain", "Hidden"))
    save_picture(view, tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    for part in (button, box, bar):
        assert part.isVisible()
        assert image.pixelColor(part.geometry().center()).name() == "#336699"
    assert not hidden.isVisible()
    assert button.hasFocus()
    assert [part.geometry() for part in (label, button, box, bar, scale)] == places
    assert scale.styleSheet() == ""


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_where_nothing_can_be_written_an_error_says_so(view, tmp_path, name):
    with pytest.raises(LoudnessError, match="cannot be"):
        save_picture(view, tmp_path / "nothing" / name)


def test_what_was_there_stays_if_it_cannot_be_written(view, tmp_path):
    path = tmp_path / "a.png"
    path.mkdir()
    with pytest.raises(LoudnessError):
        save_picture(view, path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_the_dialog_offers_the_recordings_name_and_saves(view, session, qtbot, tmp_path):
    session.show_recording(Recording("a.flac", Path("/audio/a.flac")))
    said = []
    session.said.connect(said.append)
    action = QAction("save", view)
    saving = PictureSaving(view, view, session, action)
    dialog = saving.ask()
    assert [Path(p).name for p in dialog.selectedFiles()] == ["a.png"]
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "b"))
    dialog.close()
    assert (tmp_path / "b.png").exists()
    assert "b.png" in said[-1]
    saving.save(tmp_path / "nothing" / "c.png")
    (box,) = session.errors.boxes
    assert box.windowTitle() == "Save picture"
    box.close()
