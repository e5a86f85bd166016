from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from gui import screenshots
from gui.preferences import preferences
from gui.screenshots import SIZES_PX, WITH_PROJECT, WITHOUT_PROJECT, take_screenshots
from gui.theme import Scheme


@pytest.fixture
def one_of_each(monkeypatch):
    """One look and one size: what is drawn, not how often."""
    monkeypatch.setattr(screenshots, "SIZES_PX", SIZES_PX[:1])
    monkeypatch.setattr(screenshots, "SCHEMES", (Scheme.DARK,))


def _lightness(path):
    image = QImage(str(path)).scaled(8, 8)
    values = [image.pixelColor(x, y).lightnessF() for x in range(8) for y in range(8)]
    return sum(values) / len(values)


def test_every_view_is_drawn(application, one_of_each, finished_project, tmp_path, capsys):
    preferences().setValue("theme", "light")
    assert take_screenshots(finished_project, tmp_path / "pictures") == 0, capsys.readouterr().err
    expected = {
        f"{view.name}_dark{'' if view.dialog else '_1280x800'}.png"
        for view in (*WITHOUT_PROJECT, *WITH_PROJECT)
    }
    pictures = list((tmp_path / "pictures").iterdir())
    assert {p.name for p in pictures} == expected
    for path in pictures:
        assert _lightness(path) < 0.5, path.name
    size = QImage(str(tmp_path / "pictures" / "recording_dark_1280x800.png")).size()
    assert (size.width(), size.height()) == SIZES_PX[0]


def test_a_view_is_the_same_whatever_was_drawn_before(
    application, monkeypatch, finished_project, tmp_path, capsys
):
    monkeypatch.setattr(screenshots, "SIZES_PX", SIZES_PX[:1])
    monkeypatch.setattr(screenshots, "SCHEMES", (Scheme.DARK,))
    by_name = {view.name: view for view in WITH_PROJECT}
    first = by_name["recording"]
    views = (first, by_name["review"], replace(first, name="recording_again"))
    monkeypatch.setattr(screenshots, "WITH_PROJECT", views)
    assert take_screenshots(finished_project, tmp_path) == 0, capsys.readouterr().err
    pictures = [
        QImage(str(tmp_path / f"{name}_dark_1280x800.png"))
        for name in ("recording", "review", "recording_again")
    ]
    # The docks below: what is drawn of the recording is of the moment.
    docks = [picture.copy(280, 560, 1000, 220) for picture in pictures]
    assert docks[0] == docks[2]
    assert docks[0] != docks[1]


def test_what_cannot_be_opened_is_said(application, one_of_each, tmp_path, capsys):
    assert take_screenshots(tmp_path / "nothing", tmp_path / "pictures") == 1
    assert "is no project" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said(application, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert take_screenshots(None, tmp_path / "file" / "pictures") == 2
    assert "cannot be made" in capsys.readouterr().err
