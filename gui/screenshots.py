"""Draws each view of the window into pictures, light and dark, small and large."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.errors import install_excepthook
from gui.main_window import MainWindow
from gui.theme import Scheme
from gui.views.annotation_gestures import Block

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES_PX = ((1280, 800), (1920, 1080))
SCHEMES = (Scheme.LIGHT, Scheme.DARK)

LOOK_EVERY_MS = 60
QUIET_LOOKS = 10
"""Nothing has been computed for so many looks: the view is complete."""

PATIENCE_LOOKS = 1000
"""60 s; then the view is drawn as it is, and said to be incomplete."""

INCOMPLETE = 1
CLOSE_UP_S = 0.4


@dataclass(frozen=True)
class View:
    """One thing to be drawn: how to come to it; `dialog` if it is a window of its own."""

    name: str
    arrange: Callable[[MainWindow], None]
    dialog: bool = False


def _fit(window: MainWindow) -> None:
    _stages_below(window)
    window.recording.waveform.gestures.settle()
    window.recording.explaining.close()
    window.docks.show(window.annotations)
    window.session.time.clear_selection()
    window.session.time.fit()


def _close_up(window: MainWindow) -> None:
    """The start of the loudest annotation, near enough to see its frames."""
    _stages_below(window)
    details = window.media.details
    annotations = details.annotations if details else ()
    time = window.session.time
    edge_s = (
        max(annotations, key=lambda a: a.target).start_s if annotations else time.duration_s / 2
    )
    time.set_range(edge_s - CLOSE_UP_S / 2, edge_s + CLOSE_UP_S / 2)
    time.move_playhead(edge_s)


def _chosen(window: MainWindow) -> None:
    """The longest annotation of the loudest class, chosen, with what is around it."""
    window.docks.show(window.pipeline)
    details = window.media.details
    annotations = details.annotations if details else ()
    if not annotations:
        return
    one = max(annotations, key=lambda a: (a.target, a.end_s - a.start_s))
    length_s = one.end_s - one.start_s
    window.session.time.set_range(one.start_s - length_s, one.end_s + length_s)
    window.session.choice.choose([one])


def _dragged(window: MainWindow) -> None:
    """An annotation as it is being made, where there is none yet."""
    _chosen(window)
    window.session.choice.choose([])
    window.session.time.clear_selection()
    time = window.session.time
    gestures = window.recording.waveform.gestures
    start_s = time.start_s + 0.1 * time.span_s
    gestures.show(Block(start_s, start_s + 0.2 * time.span_s, gestures.new_target))


def _import(window: MainWindow) -> None:
    window.recording.waveform.gestures.settle()
    window.actions_["import_annotations"].trigger()


def _stages_below(window: MainWindow) -> None:
    """The stages in front of what else stands there, whatever was looked at before."""
    window.docks.show(window.pipeline)
    window.pipeline.tabs.setCurrentIndex(0)


def _results(window: MainWindow) -> None:
    window.docks.show(window.pipeline)
    window.session.time.fit()
    window.pipeline.tabs.setCurrentWidget(window.pipeline.results)


def _stages(window: MainWindow) -> None:
    window.recording.waveform.gestures.settle()
    _stages_below(window)
    window.session.time.fit()


def _training(window: MainWindow) -> None:
    window.docks.show(window.training)
    past = window.training.past
    if past.model.rowCount():
        past.select(past.model.run(0).name)
    window.training.tabs.setCurrentWidget(window.training.form)


def _past_runs(window: MainWindow) -> None:
    _training(window)
    window.training.tabs.setCurrentWidget(window.training.past)


def _compared_runs(window: MainWindow) -> None:
    """The newest run beside the oldest."""
    if window.training.past.model.rowCount():
        window.training.past.select_ends()
    window.training.tabs.setCurrentWidget(window.training.comparison)


def _evaluation(page: int) -> Callable[[MainWindow], None]:
    def arrange(window: MainWindow) -> None:
        window.session.time.fit()
        window.docks.show(window.evaluation)
        window.evaluation.tabs.setCurrentIndex(page)

    return arrange


def _errors(window: MainWindow) -> None:
    """The worst error, beside what is known of it."""
    window.actions_["review"].trigger()
    window.review.listening.set_plays(False)
    review = window.review
    if review.model.rowCount():
        review.table.clearSelection()
        review.table.selectRow(0)
    else:
        # They are read first.
        review.reviewing.changed.connect(lambda: review.table.selectRow(0))


def _explanation(window: MainWindow) -> None:
    """What drove the worst error."""
    _errors(window)
    window.review.listening.shown.connect(
        lambda _place: window.actions_["explain"].trigger(),
        Qt.ConnectionType(
            Qt.ConnectionType.QueuedConnection.value | Qt.ConnectionType.SingleShotConnection.value
        ),
    )


def _checks(window: MainWindow) -> None:
    """The first finding, and where it is."""
    checks = window.checks
    window.recording.explaining.close()
    window.docks.show(checks)

    def choose() -> None:
        if checks.checking.is_looking:
            return
        checks.checking.changed.disconnect(choose)
        if checks.model.rowCount():
            checks.table.clearSelection()
            checks.table.selectRow(0)

    # They are looked for first.
    checks.checking.changed.connect(choose)
    choose()


def _proposals(window: MainWindow) -> None:
    """What is proposed in the open recording, if a run has predicted it."""
    _fit(window)
    window.docks.show(window.proposals)
    window.proposing.choose(0 if len(window.proposing.proposals) else -1)


def _alignment(window: MainWindow) -> None:
    """All recordings, and what is said of the first."""
    panel = window.alignment
    window.session.time.fit()
    window.docks.show(panel)
    panel.table.clearSelection()
    if panel.model.rowCount():
        panel.table.selectRow(0)
    elif not panel.aligning.is_running:
        panel.aligning.changed.connect(lambda: panel.table.selectRow(0))
        window.actions_["check_alignment"].trigger()


def _label_errors(window: MainWindow) -> None:
    """The surest one, in its recording."""
    panel = window.label_errors
    window.docks.show(panel)
    window.review.listening.set_plays(False)

    def choose() -> None:
        if panel.checking.kept is None or panel.checking.is_running:
            return
        panel.checking.changed.disconnect(choose)
        panel.table.clearSelection()
        panel.table.selectRow(0)

    # They are read first.
    panel.checking.changed.connect(choose)
    choose()


def _annotate_next(window: MainWindow) -> None:
    """What is not annotated, ranked, and the first of it."""
    panel = window.annotate_next
    window.session.time.fit()
    window.docks.show(panel)
    panel.table.clearSelection()
    if panel.model.rowCount():
        panel.table.selectRow(0)
    elif not panel.queueing.is_ranking:
        panel.queueing.changed.connect(lambda: panel.table.selectRow(0))
        window.actions_["rank_recordings"].trigger()


def _trigger(name: str) -> Callable[[MainWindow], None]:
    return lambda window: window.actions_[name].trigger()


WITHOUT_PROJECT = (View("welcome", lambda _window: None),)
WITH_PROJECT = (
    View("recording", _fit),
    View("close_up", _close_up),
    View("annotation_chosen", _chosen),
    View("annotation_dragged", _dragged),
    View("import", _import, dialog=True),
    View("pipeline", _stages),
    View("results", _results),
    View("training", _training),
    View("past_runs", _past_runs),
    View("compared_runs", _compared_runs),
    View("evaluation", _evaluation(0)),
    View("evaluation_classes", _evaluation(1)),
    View("evaluation_recordings", _evaluation(2)),
    View("evaluation_steps", _evaluation(3)),
    View("evaluation_curves", _evaluation(4)),
    View("evaluation_events", _evaluation(5)),
    View("review", _errors),
    View("explanation", _explanation),
    View("proposals", _proposals),
    View("checks", _checks),
    View("alignment", _alignment),
    View("label_errors", _label_errors),
    View("annotate_next", _annotate_next),
    View("predict", _trigger("predict"), dialog=True),
    View("settings", _trigger("project_settings"), dialog=True),
    View("new_project", _trigger("new_project"), dialog=True),
    View("keys", _trigger("keys"), dialog=True),
    View("about", _trigger("about"), dialog=True),
)


class Photographer(QObject):
    """Goes from view to view, waits until nothing is computed any more, and draws."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self.problems: list[str] = []

    def draw(self, views: tuple[View, ...]) -> None:
        """Draw views in each look and size, each time of the recording that is open now."""
        recording = self._window.session.recording
        for scheme in SCHEMES:
            self._window.session.theme.apply(scheme)
            for width, height in SIZES_PX:
                self._window.resize(width, height)
                # The review has opened another one.
                self._window.session.show_recording(recording)
                for view in views:
                    # A dialog is as large as it is.
                    if not view.dialog or (width, height) == SIZES_PX[0]:
                        size = "" if view.dialog else f"_{width}x{height}"
                        self._draw(view, f"{view.name}_{scheme.value}{size}.png")

    def wait(self, what: str) -> None:
        """Let the window work until nothing is computed."""
        loop, timer = QEventLoop(), QTimer()
        quiet = looks = 0

        def look() -> None:
            nonlocal quiet, looks
            looks += 1
            quiet = 0 if any(lane.is_busy for lane in self._window.session.lanes) else quiet + 1
            if quiet >= QUIET_LOOKS:
                loop.quit()
            elif looks >= PATIENCE_LOOKS:
                self.problems.append(f"{what} was not complete after a minute")
                loop.quit()

        timer.timeout.connect(look)
        timer.start(LOOK_EVERY_MS)
        loop.exec()
        timer.stop()

    def _draw(self, view: View, file_name: str) -> None:
        view.arrange(self._window)
        self.wait(view.name)
        target: QWidget | None = self._dialog() if view.dialog else self._window
        if target is None or not target.grab().save(str(self._folder / file_name)):
            self.problems.append(f"{file_name} could not be drawn")
        if isinstance(target, QDialog):
            target.close()

    def _dialog(self) -> QWidget | None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
        return next((w for w in shown if w.isVisible()), None)


def take_screenshots(project: Path | None, folder: Path) -> int:
    """Draw every view into `folder`; the result is the process's exit code.

    Without a project, that of the demo is opened; it is made where there is none.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"loudness-gui: {folder} cannot be made: {error.strerror}\n")
        return 2
    with tempfile.TemporaryDirectory() as nobody:
        # The user's own preferences are neither followed nor changed.
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, nobody)
        window = MainWindow()
        install_excepthook(window.session.errors)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        photographer = Photographer(window, folder)
        window.session.errors.shown.connect(lambda text, _: photographer.problems.append(text))
        window.show()
        photographer.draw(WITHOUT_PROJECT)
        if project is None:
            window.actions_["open_demo"].trigger()
        else:
            window.open_project(project)
        photographer.wait("the project")
        if window.session.project is not None:
            photographer.draw(WITH_PROJECT)
        window.close()
    for problem in photographer.problems:
        sys.stderr.write(f"loudness-gui: {problem}\n")
    return INCOMPLETE if photographer.problems else 0
