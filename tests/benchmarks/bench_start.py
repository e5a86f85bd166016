"""From the command to a painted window, against a bare PySide6 window with one pyqtgraph plot.

python -m tests.benchmarks.bench_start
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.screen import screen_for
from tests.windows import make_project

N_STARTS = 7

TAIL = """
import sys, time
import psutil
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Painted(QObject):
    def eventFilter(self, item, event):
        if event.type() == QEvent.Type.Paint:
            # What is painted now is on the screen when the queue is empty again.
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        QApplication.instance().removeEventFilter(self)
        print(time.time() - psutil.Process().create_time(), flush=True)
        QTimer.singleShot(0, close)

painted = Painted()
QApplication.instance().installEventFilter(painted)

def close():
    window.close()
    QApplication.quit()

window.show()
QApplication.exec()
"""

BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
application = QApplication([])
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
"""

OURS = """
from gui.application import make_application
application = make_application()
from gui.main_window import MainWindow
from pathlib import Path
window = MainWindow({project}, paints_first=True)
"""


def seconds(program: str, environment: dict[str, str]) -> float:
    """From the start of the process to the first paint."""
    done = subprocess.run(
        [sys.executable, "-c", program + TAIL],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return float(done.stdout.split()[0])


def main() -> None:
    """Start them in turn, so that whatever else the machine does disturbs all alike."""
    with tempfile.TemporaryDirectory() as folder, screen_for():
        project = make_project(Path(folder) / "library")
        programs = {
            "bare PySide6 + pyqtgraph": BARE,
            "loudness-gui, no project": OURS.format(project=None),
            "loudness-gui PROJECT": OURS.format(project=f"Path({str(project)!r})"),
        }
        # As on every start but the first: modules are compiled.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        times = {name: [] for name in programs}
        for program in programs.values():
            seconds(program, environment)
        for _ in range(N_STARTS):
            for name, program in programs.items():
                times[name].append(seconds(program, environment))
    bare = statistics.median(times["bare PySide6 + pyqtgraph"])
    print("From the command to a painted window, median of", N_STARTS)
    for name, values in times.items():
        median = statistics.median(values)
        print(f"  {name:<26} {median:6.3f} s   {median / bare:5.2f} times the bare window's")


if __name__ == "__main__":
    main()
