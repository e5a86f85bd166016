"""The Qt application: made, dressed, run."""

from __future__ import annotations

import logging
import logging.handlers
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QStandardPaths, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from core import __version__
from gui.errors import install_excepthook
from gui.garbage import GarbageCollector
from gui.preferences import APPLICATION, ORGANISATION
from gui.screen import has_screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMessageLogContext

    from gui.main_window import MainWindow

NO_SCREEN = 2
LOOK_EVERY_MS = 200
LOG_NAME = "loudness-gui.log"
LOG_BYTES = 1_000_000

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_NO_SCREEN_TEXT = """\
loudness-gui: there is no screen to open a window on.
  Without one: loudness-gui --screenshots=DIR draws each view into pictures, and the command
  loudness runs the pipeline (loudness --help).
"""


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
    if application.findChild(GarbageCollector) is None:
        GarbageCollector(application)
    # Rows first, as NumPy has them.
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    return application


def log_path() -> Path:
    """Where warnings and the tracebacks of bugs are kept."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(folder) / LOG_NAME


def run(project: Path | None, *, demo: bool = False, screenshots: Path | None = None) -> int:
    """Open the window and stay until it is closed; the result is the process's exit code."""
    if screenshots is not None and not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif "QT_QPA_PLATFORM" not in os.environ and not has_screen():
        sys.stderr.write(_NO_SCREEN_TEXT)
        return NO_SCREEN
    qInstallMessageHandler(log_qt_message)
    application = make_application()
    keep_log(log_path())
    if screenshots is not None:
        from gui.screenshots import take_screenshots

        return take_screenshots(project, screenshots)
    from gui.main_window import MainWindow
    from gui.window_state import last_project

    # Before there is a window: what opens with it takes a while.
    close_on_signals = _watch_signals(application)
    window = MainWindow(project if project or demo else last_project(), paints_first=True)
    install_excepthook(window.session.errors)
    close_on_signals(window)
    window.show()
    if demo:
        window.actions_["open_demo"].trigger()
    return application.exec()


def keep_log(path: Path) -> None:
    """Write what is logged into a file, which is begun anew when it has grown large."""
    log = logging.getLogger("loudness")
    log.setLevel(logging.INFO)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        # A home that cannot be written is no reason not to open a window.
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)


def log_qt_message(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """What Qt has to say is for the log: users can do nothing about it."""
    level = _LEVELS.get(kind, logging.WARNING)
    logging.getLogger("loudness").log(level, "Qt: %s", text)
    if kind == QtMsgType.QtFatalMsg:
        # The process ends with this.
        sys.stderr.write(f"{text}\n")


def _watch_signals(application: QApplication) -> Callable[[MainWindow], None]:
    """Let Ctrl-C and SIGTERM close the window that the result is told of, even if they came before.

    It is closed properly, but without asking: nobody is there to be asked.
    """
    windows: list[MainWindow] = []
    has_come: list[int] = []

    def on_signal(number: int, _frame: object) -> None:
        has_come.append(number)
        close()

    def close() -> None:
        for window in windows:
            # Later: before the event loop runs, a closed window would not end it.
            QTimer.singleShot(0, window.end)

    def watch(window: MainWindow) -> None:
        windows.append(window)
        if has_come:
            close()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    # Python looks at signals only between its own instructions.
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(LOOK_EVERY_MS)
    return watch
