"""Help: all keys, made from the actions themselves, and what this program is."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from core import __version__
from gui.actions import SPECS, Menu, Reach
from gui.application import log_path
from gui.preferences import preferences

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

KEYS_SIZE_PX = (640, 620)
ABOUT_SIZE_PX = (560, 460)
MOUSE = "Mouse in the recording view"
MOUSE_ACTS = (
    ("Click", "Go there", "The playhead, and with it what plays, goes to that time"),
    ("Click on an annotation's name", "Choose the annotation", "Choose it, and select its time"),
    ("Ctrl+Click on its name", "Choose it besides", "Choose several annotations, or fewer"),
    ("Shift+Click on its name", "Choose all up to it", "Choose all from the chosen one on"),
    ("Drag along the names", "Annotate", "Make an annotation of the class that was given last"),
    ("Ctrl+Drag along the names", "Choose", "Choose all annotations that are touched"),
    ("Shift+Drag", "Annotate as before", "Make an annotation anywhere in the waveform"),
    ("Drag an annotation's edge", "Change its start or end", "From 5 pixels beside it on"),
    ("Drag an annotation's name", "Move it", "With it, all that are chosen"),
    ("Alt, while dragging", "Snap", "To edges of annotations nearby, or else of frames"),
    ("Esc, while dragging", "Let go", "Nothing is changed"),
    ("Drag", "Select", "Select the time between"),
    ("Wheel", "Go along", "Move what is in view, earlier or later"),
    ("Ctrl+Wheel", "Zoom", "Show less or more time; what is below the mouse stays there"),
    ("Shift+Wheel in the waveform", "Magnify", "Draw the amplitude larger or smaller"),
    ("Shift+Wheel in the tracks", "Scroll the tracks", "Show the feature tracks above or below"),
    ("Drag in the overview", "Move what is in view", "At its edges: show less or more time"),
)
WHERE = {
    Reach.WINDOW: "",
    Reach.RECORDING: ", in the recording view",
    Reach.ANNOTATIONS: ", in the recording view and the table of annotations",
    Reach.PROPOSALS: ", in the recording view and the table of proposals",
    Reach.RUNS: ", in the table of runs",
    Reach.LABEL_ERRORS: ", in the list of label errors",
}
LICENCE = "GNU Affero General Public License, version 3 or later"
PACKAGES = (
    *("PySide6-Essentials", "shiboken6", "pyqtgraph", "numpy", "pandas", "pyarrow"),
    *("essentia", "tensorflow", "keras", "soundfile", "soxr", "av", "sounddevice"),
)


class KeysDialog(QDialog):
    """Every action with its keys, by menu, and what the mouse does; with a field to search.

    Parameters
    ----------
    parent : QWidget, optional
        Where it stands before.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*KEYS_SIZE_PX)
        self._filter = QLineEdit()
        self._filter.setObjectName("keysFilter")
        self._filter.setPlaceholderText("Type a part of a key or of what it does")
        self._filter.setClearButtonEnabled(True)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._tree = QTreeWidget()
        self._tree.setObjectName("keysTree")
        self._tree.setHeaderLabels(["What it does", "Keys"])
        self._tree.setRootIsDecorated(False)
        self._tree.setAlternatingRowColors(True)
        self._tree.setUniformRowHeights(True)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._fill()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        note = QLabel("While you type in a field, only those with Ctrl work, and F keys.")
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._filter)
        layout.addWidget(self._tree)
        layout.addWidget(note)
        layout.addWidget(buttons)
        self._filter.textChanged.connect(self._search)
        self._filter.setFocus()

    def _fill(self) -> None:
        for menu in Menu:
            self._group(menu.value.replace("&", ""))
            for spec in SPECS:
                if spec.menu is menu and spec.keys:
                    self._add(spec.tip + WHERE[spec.reach], keys_text(spec.keys), plain(spec.text))
        self._group(MOUSE)
        for gesture, text, tip in MOUSE_ACTS:
            self._add(tip, gesture, text)
        self._tree.expandAll()
        self._search("")

    def _group(self, title: str) -> None:
        item = QTreeWidgetItem(self._tree, [title])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._groups.append((item, []))

    def _add(self, tip: str, keys: str, text: str) -> None:
        group, items = self._groups[-1]
        item = QTreeWidgetItem(group, [text, keys])
        items.append(item)
        item.setToolTip(0, tip)
        item.setToolTip(1, tip)

    def _search(self, text: str) -> None:
        """Show the lines that have every word; a menu's name finds all of that menu."""
        words = text.casefold().split()
        for group, items in self._groups:
            for item in items:
                line = " ".join((group.text(0), item.text(0), item.text(1), item.toolTip(0)))
                item.setHidden(not all(word in line.casefold() for word in words))
            group.setHidden(all(item.isHidden() for item in items))


class AboutDialog(QDialog):
    """Versions, licence, and where log and preferences are, to be copied into a report.

    Parameters
    ----------
    parent : QWidget, optional
        Where it stands before.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*ABOUT_SIZE_PX)
        title = QLabel(f"Loudness Classificator {__version__}")
        font = title.font()
        font.setPointSizeF(1.5 * font.pointSizeF())
        font.setBold(True)
        title.setFont(font)
        licence = QLabel(
            f"Free software under the {LICENCE}: you may use, study, share and change it; who "
            "gives it on, or offers it over a network, gives its source, too."
        )
        licence.setWordWrap(True)
        self._text = QPlainTextEdit(about_text())
        self._text.setObjectName("aboutText")
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("aboutCopy")
        copy.setToolTip("Copy the versions, to be put into a report")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(about_text()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (title, licence, self._text, buttons):
            layout.addWidget(widget)


def about_text() -> str:
    """Versions and places, one a line; nothing is imported for it."""
    lines = [
        f"Loudness Classificator {__version__}",
        f"Python {platform.python_version()}",
        f"Qt {qVersion()} ({QGuiApplication.platformName()})",
        *(f"{name} {_version(name)}" for name in PACKAGES),
    ]
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        lines.append(sounddevice.get_portaudio_version()[1])
    lines += [
        platform.platform(),
        "",
        f"Preferences: {preferences().fileName()}",
        f"Log: {log_path()}",
    ]
    return "\n".join(lines)


def plain(text: str) -> str:
    """An action's text without the mark of its key and without dots."""
    return text.replace("&", "").removesuffix(" …")


def keys_text(keys: tuple[str, ...]) -> str:
    """Keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(key).toString(native) for key in keys)


def _version(package: str) -> str:
    # It takes longer to import than anything else here, and most never ask.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"
