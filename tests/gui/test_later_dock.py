from __future__ import annotations

from PySide6.QtWidgets import QLabel, QMainWindow

from gui.later_dock import LaterDock
from gui.main_window import MainWindow


def test_the_panel_is_made_once_and_not_before_it_is_wanted(application, qtbot):
    made = []

    def make():
        made.append(QLabel("panel"))
        return made[-1]

    window = QMainWindow()
    qtbot.addWidget(window)
    dock = LaterDock("Later", make, window)
    assert made == []
    assert dock.panel is dock.panel is dock.widget()
    assert len(made) == 1


def test_the_window_is_painted_before_panels_that_nobody_sees_are_made(application, qtbot):
    window = MainWindow(paints_first=True)
    qtbot.addWidget(window)
    later = [dock for dock in window.docks.every if isinstance(dock, LaterDock)]
    assert later
    assert [dock.objectName() for dock in later if dock.widget() is not None] == []
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: all(dock.widget() is not None for dock in later))
    window.close()


def test_it_knows_whether_it_is_in_front(open_window, project_folder, qtbot):
    window = open_window(project_folder)
    review = next(dock for dock in window.docks.every if dock.objectName() == "reviewDock")
    qtbot.waitUntil(lambda: review.widget() is not None)
    assert not review.is_in_front
    review.raise_()
    qtbot.waitUntil(lambda: review.is_in_front)
    window.docks.every[2].raise_()
    qtbot.waitUntil(lambda: not review.is_in_front)
