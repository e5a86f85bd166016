"""The Qt application: made, dressed, run."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core import __version__
from gui.errors import install_excepthook
from gui.preferences import APPLICATION, ORGANISATION

if TYPE_CHECKING:
    from pathlib import Path

LOOK_EVERY_MS = 200


def make_application() -> QApplication:
    """The application, styled; the one there is, if there is one."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setOrganizationName(ORGANISATION)
    application.setApplicationName(APPLICATION)
    application.setApplicationDisplayName("Loudness Classificator")
    application.setApplicationVersion(__version__)
    application.setStyle("Fusion")
    # Rows first, as NumPy has them.
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    return application


def run(project: Path | None, *, demo: bool = False, screenshots: Path | None = None) -> int:
    """Open the window and stay until it is closed; the result is the process's exit code."""
    application = make_application()
    from gui.main_window import MainWindow

    window = MainWindow(project)
    install_excepthook(window.session.errors)
    _close_on_signals(window, application)
    window.show()
    return application.exec()


def _close_on_signals(window: object, application: QApplication) -> None:
    """Let Ctrl-C and SIGTERM close the window properly."""

    def close(*_: object) -> None:
        window.close()  # pyright: ignore[reportAttributeAccessIssue]

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
    # Python looks at signals only between its own instructions.
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(LOOK_EVERY_MS)
