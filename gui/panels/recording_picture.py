"""Saves the recording view as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog

from core.errors import LoudnessError, StorageError, storage_error

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from gui.session import Session

SVG_PER_INCH = 96
"""Pixels, as browsers count them."""

FILTERS = "Picture (*.png);;Drawing that can be magnified (*.svg)"


class PictureSaving(QObject):
    """Asks for a file, without stopping the window, and writes the picture to it."""

    def __init__(self, parent: QWidget, view: QWidget, session: Session, action: QAction) -> None:
        super().__init__(parent)
        self._parent, self._view, self._session = parent, view, session
        action.triggered.connect(self.ask)

    def ask(self) -> QFileDialog:
        """Ask for a file."""
        dialog = QFileDialog(self._parent, "Save picture", "", FILTERS)
        dialog.setObjectName("savePictureDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        recording = self._session.recording
        dialog.selectFile(f"{recording.path.stem if recording else 'recording'}.png")
        dialog.fileSelected.connect(
            lambda path: self.save(_named(Path(path), dialog.selectedNameFilter()))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def save(self, path: Path) -> None:
        """Write the picture, or say why not."""
        try:
            save_picture(self._view, path)
        except LoudnessError as error:
            self._session.errors.show(error, title="Save picture")
            return
        self._session.say(f"The picture is saved as {path}")


def save_picture(view: QWidget, path: Path, *, title: str = "Recording") -> None:
    """Write what a widget shows, as PNG or SVG by the name's ending; an SVG has a title.

    Raises
    ------
    StorageError
        If it cannot be written; what was there before stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".svg":
            is_written = _write_svg(view, part, title)
        else:
            is_written = view.grab().save(str(part), "PNG")
        if is_written:
            part.replace(path)
            return
    except OSError as error:
        raise storage_error(error, path) or _refused(path) from error
    finally:
        part.unlink(missing_ok=True)
    raise _refused(path)


def _refused(path: Path) -> StorageError:
    msg = f"The picture cannot be written to {path}"
    return StorageError(msg, hint="Choose another folder, or make room on the disk.")


def _write_svg(view: QWidget, path: Path, title: str) -> bool:
    """Drawn in memory first: Qt does not tell why a file cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(SVG_PER_INCH)
    generator.setSize(view.size())
    generator.setViewBox(view.rect())
    generator.setTitle(title)
    painter = QPainter()
    if not painter.begin(generator):
        return False
    view.render(painter, QPoint())
    painter.end()
    path.write_bytes(buffer.data().data())
    return True


def _named(path: Path, name_filter: str) -> Path:
    """The path, with the ending of the kind that was chosen if it has none."""
    if path.suffix:
        return path
    return path.with_suffix(".svg" if "svg" in name_filter else ".png")
