"""Opens a project in a window of its own, runs all if it may, and prints what the user is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.errors import ProjectLockedError
from core.folder_lock import writing_to
from gui.application import make_application
from gui.main_window import MainWindow


def main(folder: Path) -> None:
    application = make_application()
    window = MainWindow(folder)
    window.show()
    shown = []
    window.session.errors.shown.connect(lambda message, hint: shown.append([message, hint]))
    panel = window.findChild(QWidget, "pipelinePanel")
    run_all = window.findChild(QPushButton, "runAllButton")
    sign = window.findChild(QLabel, "readOnlySign")

    def start(overview):
        if overview is None or panel.runs.is_running or shown:
            return
        if not run_all.isEnabled():
            QTimer.singleShot(0, tell)
            return
        panel.runs.idle.connect(lambda: QTimer.singleShot(0, tell))
        run_all.click()

    def tell():
        for box in window.session.errors.boxes:
            box.close()
        try:
            with writing_to(folder):
                is_free = True
        except ProjectLockedError:
            is_free = False
        told = {
            "shown": shown,
            "state": panel.cards["transcode"].state_text,
            "is_free": is_free,
            "sign": sign.text(),
            "why_not_run": run_all.toolTip(),
        }
        print(json.dumps(told), flush=True)  # noqa: T201
        window.close()
        application.quit()

    panel.runs.overview_changed.connect(start)
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
