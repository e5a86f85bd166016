"""How long the window stalls while a training draws its live curves, with its panel in front.

``python -m tests.benchmarks.bench_training_panel [FOLDER]``: as in `bench_stalls`. The training is
started by the panel's own button, and its epochs are as short as they get: of the fully connected
network.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from core.demo.library import make_demo
from core.isolation import StageRunner
from core.settings import TrainConfig
from tests.benchmarks.bench_stalls import SHARED, WARM_UP_MS, Stalls, make_project, tell
from tests.screen import screen_for

EPOCHS = 100
N_WORST = 5


class WorkingStalls(Stalls):
    """Tells how much of each stall the window's thread worked: the rest it waited for a core."""

    def __init__(self, runs) -> None:
        super().__init__(runs)
        self.worked_ms: list[float] = []
        self._worked_s = time.thread_time()

    def _tick(self) -> None:
        super()._tick()
        worked_s = time.thread_time()
        self.worked_ms.append(1000 * (worked_s - self._worked_s))
        self._worked_s = worked_s


def measure(folder: Path) -> tuple[WorkingStalls, int]:
    """The stalls, and how many epochs were drawn meanwhile."""
    from PySide6.QtCore import QTimer

    from gui.application import make_application
    from gui.main_window import MainWindow

    application = make_application()
    window = MainWindow(folder)
    window.show()
    runs, panel = window.pipeline.runs, window.training
    stalls = WorkingStalls(runs)

    def prepare() -> None:
        window.session.change_settings(
            train=TrainConfig(model="fc", epochs=EPOCHS, patience=EPOCHS)
        )
        window.actions_["next_recording"].trigger()
        runs.idle.connect(come_to_front)
        runs.run_until("dataset")

    def come_to_front() -> None:
        runs.idle.disconnect(come_to_front)
        panel.wanted.emit()
        QTimer.singleShot(WARM_UP_MS, train)

    def train() -> None:
        runs.idle.connect(lambda: QTimer.singleShot(WARM_UP_MS // 2, end))
        stalls.start()
        panel.form.train_button.click()

    def end() -> None:
        stalls.timer.stop()
        window.close()
        application.quit()

    QTimer.singleShot(WARM_UP_MS, prepare)
    application.exec()
    return stalls, len(runs.epochs)


def main() -> None:
    with tempfile.TemporaryDirectory() as home, screen_for():
        folder = Path(home)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        data = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SHARED
        if not (data / "loudsense.db").exists():
            data = folder / "demo"
            with StageRunner() as runner:
                runner.run(make_demo, data)
        stalls, n_epochs = measure(make_project(folder, data))
        print(f"{n_epochs} epochs were drawn")
        tell(stalls)
        # The first has what came before it, too.
        worst = sorted(stalls.worked_ms[1:], reverse=True)[:N_WORST]
        print("most work between two ticks: " + ", ".join(f"{v:.0f}" for v in worst) + " ms")


if __name__ == "__main__":
    main()
