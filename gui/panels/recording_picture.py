"""Saves the recording view as a picture."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QScrollBar, QWidget

from core.errors import LoudnessError, StorageError, storage_error

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtGui import QAction

    from gui.session import Session

SVG_PER_INCH = 96
"""Pixels, as browsers count them."""

SCALE = "is_scale"
"""Property of a button that tells what is drawn: it stays, without a frame."""

CONTROLS: tuple[type[QWidget], ...] = (QAbstractButton, QComboBox, QScrollBar)

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
    """Write what a widget shows, without its controls, as PNG or SVG by the name's ending.

    An SVG has a title.

    Raises
    ------
    StorageError
        If it cannot be written; what was there before stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with _without_controls(view):
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


@contextmanager
def _without_controls(view: QWidget) -> Generator[None]:
    """Hide what is there to be operated; all else stays in its place."""
    found = [w for kind in CONTROLS for w in view.findChildren(kind)]
    shown = [w for w in found if w.window() is view.window() and w.isVisibleTo(view)]
    scales = [w for w in shown if w.property(SCALE)]
    controls = [w for w in shown if not w.property(SCALE)]
    focused = next((w for w in controls if w.hasFocus()), None)
    policies = [w.sizePolicy() for w in controls]
    for control in controls:
        policy = control.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        control.setSizePolicy(policy)
        control.hide()
    for scale in scales:
        scale.setStyleSheet("border: none; background: palette(base)")
    try:
        yield
    finally:
        for scale in scales:
            scale.setStyleSheet("")
        for control, policy in zip(controls, policies, strict=True):
            control.setSizePolicy(policy)
            control.show()
        if focused is not None:
            focused.setFocus()


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
