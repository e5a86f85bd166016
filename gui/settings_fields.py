"""One editor for each kind of setting; all give exactly what they were given until it is edited."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from core.errors import SettingsError

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from core.settings import Setting

WIDE_RANGE = 1000
"""A range over which steps grow with the value."""

NARROW_STEP = 0.05
LONG_TEXT = 24
"""A setting whose default is longer than this gets several lines, as every query does."""

TEXT_LINES = 3
FILE_FILTERS = {
    "database": "SQLite databases (*.db *.sqlite *.sqlite3 *.db3);;All files (*)",
    "annotations": "Tables (*.csv *.tsv *.txt);;All files (*)",
}


class Field(QWidget):
    """An editor of one setting."""

    changed = Signal()
    """The user changed something, for better or worse."""

    def value(self) -> object:
        """What is set; `SettingsError` if that is no value at all."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a value; nothing is emitted."""
        raise NotImplementedError

    def _lay_out(self, *widgets: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for place, widget in enumerate(widgets):
            layout.addWidget(widget, stretch=0 if place else 1)
        self.setFocusProxy(widgets[0])


class NumberBox(QAbstractSpinBox):
    """A number of any size, written as Python writes it, so that none is rounded.

    What is no number, or out of range, can be written: the form says what is wrong with it.
    """

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        _heed_wheel_only_in_focus(self)

    def number(self) -> float:
        """The number that is written; `SettingsError` if it is none."""
        text = self.lineEdit().text().strip().replace(",", ".", 1)
        try:
            # Python would read 1_000, too; nobody writes numbers so.
            text = text.replace("_", "?")
            return int(text) if self._setting.kind is int else float(text)
        except ValueError:
            kind = "whole number" if self._setting.kind is int else "number"
            msg = f"{self._setting.key} cannot be {text!r}"
            raise SettingsError(msg, hint=f"A {kind} is needed.") from None

    def stepBy(self, steps: int) -> None:
        """Go up or down, by steps that suit the size of the number."""
        try:
            number = self.number()
        except SettingsError:
            number = self._setting.default or self._setting.minimum or 0
        for _ in range(abs(steps)):
            number = self._stepped(number, up=steps > 0)
        low, high = self._setting.minimum, self._setting.maximum
        number = number if low is None else max(low, number)
        number = number if high is None else min(high, number)
        self.lineEdit().setText(repr(self._setting.kind(number)))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways: at the end of the range a step leads to that end."""
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be written."""
        return (QValidator.State.Acceptable, text, position)

    def _stepped(self, number: float, *, up: bool) -> float:
        low, high = self._setting.minimum, self._setting.maximum
        sign = 1 if up else -1
        if self._setting.kind is int:
            is_wide = low is None or high is None or high - low > WIDE_RANGE
            digits = len(str(abs(int(number)) - (not up))) if is_wide and number else 1
            return number + sign * 10 ** max(0, digits - 2)
        if low and high and low > 0 and high / low >= WIDE_RANGE:
            return _next_of_1_2_5(number if number > 0 else low, up=up)
        return round(number + sign * NARROW_STEP, 9)


class NumberField(Field):
    """A number with its unit."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._box = NumberBox(setting)
        self._box.setObjectName(f"setting_{setting.key}")
        self._lay_out(self._box, *([QLabel(setting.unit)] if setting.unit else []))
        self._box.lineEdit().textChanged.connect(self.changed)

    def value(self) -> object:
        """The number."""
        return self._box.number()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a number."""
        _set_quietly(self._box.lineEdit(), repr(value))


class TextField(Field):
    """A text; several lines of it where the default is long."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        is_long = len(str(setting.default)) > LONG_TEXT or "SELECT" in setting.help
        self._line = QPlainTextEdit() if is_long else QLineEdit()
        if "if left out" in setting.help:
            self._line.setPlaceholderText(left_out_words(setting))
        self._line.setObjectName(f"setting_{setting.key}")
        self._given = self._shown = ""
        if isinstance(self._line, QPlainTextEdit):
            height = self._line.fontMetrics().lineSpacing() * TEXT_LINES
            self._line.setFixedHeight(height + 2 * self._line.frameWidth() + 8)
            self._line.setTabChangesFocus(True)
        self._lay_out(self._line)
        self._line.textChanged.connect(self.changed)

    def value(self) -> object:
        """The text."""
        # Qt cannot hold every text that Python can.
        return self._given if self._text() == self._shown else self._text()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a text."""
        blocked = self._line.blockSignals(True)
        if isinstance(self._line, QPlainTextEdit):
            self._line.setPlainText(showable(value))
        else:
            self._line.setText(showable(value))
        self._line.blockSignals(blocked)
        self._given, self._shown = value, self._text()

    def _text(self) -> str:
        line = self._line
        return line.toPlainText() if isinstance(line, QPlainTextEdit) else line.text()


class PathLine(QLineEdit):
    """A line for a path, on which a file can be dropped."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the path of the file."""
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            self.setText(urls[0].toLocalFile())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)


class PathField(Field):
    """A path, written, dropped or looked for; it is made absolute."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self._given = self._shown = ""
        self._line = PathLine()
        self._line.setObjectName(f"setting_{setting.key}")
        self._line.setClearButtonEnabled(True)
        self._browse = QPushButton("Browse …")
        self._browse.setAutoDefault(False)
        self._browse.setToolTip(f"Look for the {setting.path}")
        self._browse.clicked.connect(self._look)
        self._lay_out(self._line, self._browse)
        self._line.textChanged.connect(self.changed)

    def value(self) -> object:
        """The path as a text, empty if there is none."""
        text = self._line.text()
        return self._given if text == self._shown else path_from_text(text)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a path."""
        _set_quietly(self._line, showable(value))
        self._given, self._shown = value, self._line.text()

    def _look(self) -> None:
        dialog = QFileDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._setting.path == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(FILE_FILTERS.get(self._setting.key, "All files (*)"))
        start = Path(str(self.value()) or ".")
        dialog.setDirectory(str(start if start.is_dir() else start.parent))
        dialog.fileSelected.connect(self._line.setText)
        dialog.open()


class ChoiceField(Field):
    """One of several values, or none of them if the setting may be left out."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.setObjectName(f"setting_{setting.key}")
        if setting.optional:
            self._box.addItem(left_out_words(setting), None)
        for choice in setting.choices:
            self._box.addItem(choice, choice)
        _heed_wheel_only_in_focus(self._box)
        self._lay_out(self._box)
        self._box.currentIndexChanged.connect(self.changed)

    def value(self) -> object:
        """The chosen value."""
        return self._box.currentData()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Choose a value."""
        blocked = self._box.blockSignals(True)
        self._box.setCurrentIndex(self._box.findData(value))
        self._box.blockSignals(blocked)


class SwitchField(Field):
    """Yes or no."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._box = QCheckBox()
        self._box.setObjectName(f"setting_{setting.key}")
        self._lay_out(self._box)
        self._box.toggled.connect(self.changed)

    def value(self) -> object:
        """Whether it is set."""
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Set or clear it."""
        blocked = self._box.blockSignals(True)
        self._box.setChecked(value)
        self._box.blockSignals(blocked)


class OptionalField(Field):
    """Another field, with a box to leave the setting out; the box says what that means."""

    def __init__(self, setting: Setting, inner: Field) -> None:
        super().__init__()
        self._inner = inner
        self._left_out = QCheckBox(left_out_words(setting))
        self._left_out.setObjectName(f"setting_{setting.key}_left_out")
        self._lay_out(inner, self._left_out)
        inner.changed.connect(self.changed)
        self._left_out.toggled.connect(self._on_toggled)

    def value(self) -> object:
        """None if it is left out."""
        return None if self._left_out.isChecked() else self._inner.value()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a value, or that there is none."""
        if value is not None:
            self._inner.set_value(value)
        blocked = self._left_out.blockSignals(True)
        self._left_out.setChecked(value is None)
        self._left_out.blockSignals(blocked)
        self._inner.setEnabled(value is not None)

    def _on_toggled(self, is_left_out: bool) -> None:  # noqa: FBT001
        self._inner.setEnabled(not is_left_out)
        if not is_left_out:
            self._inner.setFocus()
        self.changed.emit()


def left_out_words(setting: Setting) -> str:
    """What it means to leave a setting out, as its help has it."""
    found = re.search(r"if left out, (.+?)\.?$", setting.help)
    words = found[1] if found else "not set"
    return words[0].upper() + words[1:]


def path_from_text(text: str) -> str:
    """An absolute path from what somebody wrote, pasted or dropped; empty if that is empty."""
    text = text.strip()
    if text.startswith("file:"):
        text = QUrl(text).toLocalFile()
    return os.path.abspath(Path(text).expanduser()) if text else ""  # noqa: PTH100  drops ".." too


def showable(text: str) -> str:
    """A text that Qt can hold."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _set_quietly(line: QLineEdit, text: str) -> None:
    blocked = line.blockSignals(True)
    line.setText(text)
    line.blockSignals(blocked)


def _next_of_1_2_5(number: float, *, up: bool) -> float:
    """The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ..."""
    exponent = math.floor(math.log10(number))
    rounds = [float(f"{m}e{e}") for e in range(exponent - 1, exponent + 2) for m in (1, 2, 5)]
    nearly = 1e-9 * number
    if up:
        return min(r for r in rounds if r > number + nearly)
    return max(r for r in rounds if r < number - nearly)


class _WheelFilter(QObject):
    """Keeps a wheel that scrolls the page from changing what is below the mouse."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the page."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget):
            if watched.hasFocus():
                return False
            event.ignore()
            return True
        return False


def _heed_wheel_only_in_focus(widget: QWidget) -> None:
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelFilter(widget))
