"""How long the window stalls while every stage of a project runs in it.

``python -m tests.benchmarks.bench_stalls [FOLDER]``: FOLDER has a ``loudsense.db`` and an
``annotations.csv``; without it, `mix_cough` beside the project, else a small library is made. A
timer of 5 ms ticks in the window's thread: what is missing between two ticks is a stall.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core.demo.library import make_demo
from core.isolation import StageRunner
from core.project import Project, ProjectSettings, save_project
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from gui.stage_runs import TITLES
from tests.screen import screen_for

TICK_MS = 5
LONG_MS = 50
WARM_UP_MS = 3000
N_WORST = 5
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mix_cough"


def make_project(folder: Path, data: Path) -> Path:
    """A project of which no stage has run; with a recording open, as a user has it."""
    settings = ProjectSettings(
        library=LibraryConfig(database=str(data / "loudsense.db")),
        transcode=TranscodeConfig(sample_rate=8000, output_format="wav"),
        features=FeatureConfig(frame_size=200),
        annotations=AnnotationConfig(annotations=str(data / "annotations.csv")),
        train=TrainConfig(model="cnn", epochs=8),
    )
    project = Project(folder / "project", settings)
    save_project(project)
    return project.folder


class Stalls:
    """Ticks, and notes how late each tick came and what was running."""

    def __init__(self, runs) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late_ms: list[float] = []
        self.during: list[str] = []
        self._runs = runs
        self._last_s = time.perf_counter()
        self.timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
        self.timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last_s = time.perf_counter()
        self.timer.start()

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append(max(0.0, 1000 * (now_s - self._last_s) - TICK_MS))
        self.during.append(self._runs.stage)
        self._last_s = now_s


def measure(folder: Path) -> Stalls:
    from PySide6.QtCore import QTimer

    from gui.application import make_application
    from gui.main_window import MainWindow

    application = make_application()
    window = MainWindow(folder)
    window.show()
    runs = window.pipeline.runs
    stalls = Stalls(runs)

    def start() -> None:
        window.actions_["next_recording"].trigger()
        QTimer.singleShot(WARM_UP_MS // 2, run)

    def run() -> None:
        stalls.start()
        runs.idle.connect(lambda: QTimer.singleShot(WARM_UP_MS // 2, end))
        runs.run_all()

    def end() -> None:
        stalls.timer.stop()
        window.close()
        application.quit()

    QTimer.singleShot(WARM_UP_MS // 2, start)
    application.exec()
    return stalls


def tell(stalls: Stalls) -> None:
    late_ms = np.array(stalls.late_ms)
    n_long = int(np.count_nonzero(late_ms > LONG_MS))
    print(
        f"{len(late_ms)} ticks: longest stall {late_ms.max():.1f} ms, 99th percentile "
        f"{np.percentile(late_ms, 99):.1f} ms, median {np.median(late_ms):.2f} ms, "
        f"{n_long} over {LONG_MS} ms"
    )
    during = np.array(stalls.during)
    for stage in (*TITLES, ""):
        of_stage = late_ms[during == stage]
        if len(of_stage):
            worst = ", ".join(f"{v:.0f}" for v in np.sort(of_stage)[::-1][:N_WORST])
            print(f"  {stage or 'afterwards':<10} {len(of_stage):6} ticks, longest {worst} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as home, screen_for():
        folder = Path(home)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        data = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SHARED
        if not (data / "loudsense.db").exists():
            data = folder / "demo"
            # In a child: this process is the window's, and imports no more than that does.
            with StageRunner() as runner:
                runner.run(make_demo, data)
        tell(measure(make_project(folder, data)))


if __name__ == "__main__":
    main()
