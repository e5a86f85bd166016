"""What happened since the window was opened, line by line, to be read and copied."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

LOGGER = "loudness"
MOST_LINES = 5000


class _Handler(logging.Handler):
    """Passes records on as lines; from whatever thread they come."""

    def __init__(self, told: _Told) -> None:
        super().__init__(logging.INFO)
        self._told = told
        self.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self._told.line.emit(text.encode("utf-8", "backslashreplace").decode())


class _Told(QObject):
    line = Signal(str)


class LogPage(QWidget):
    """Shows what Python's logger of this program is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit()
        self.text.setObjectName("pipelineLog")
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlaceholderText("What the stages do is written here.")
        copy = QPushButton("Copy all")
        copy.setObjectName("logCopy")
        copy.setToolTip("Copy the whole log")
        copy.clicked.connect(self.copy_all)
        clear = QPushButton("Clear")
        clear.setToolTip("Empty the log")
        clear.clicked.connect(self.text.clear)
        buttons = QVBoxLayout()
        buttons.addWidget(copy)
        buttons.addWidget(clear)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)

        told = _Told(self)
        told.line.connect(self.text.appendPlainText)
        logger, handler = logging.getLogger(LOGGER), _Handler(told)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        # Not a method of what is destroyed: that would no longer be called.
        self.destroyed.connect(lambda: logger.removeHandler(handler))

    def copy_all(self) -> None:
        """Copy the whole log."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
