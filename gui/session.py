"""What the window is about: project, open recording, time axis; panels meet here alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.errors import ProjectLockedError
from core.project import SETTINGS_FILE, Project, open_project, save_project
from gui.annotation_choice import AnnotationChoice
from gui.errors import ErrorDoor
from gui.jobs import Lane
from gui.theme import Theme
from gui.views.time_axis import TimeAxis

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.library import Recording
    from core.progress import Progress
    from core.settings import Config


class Session(QObject):
    """Project, recording and selection; signals on change.

    Work in child processes goes by lanes, one for each kind, so that none waits for another:
    `stages` of the pipeline, `listing` of the library, `finding` in it, `details`, `audio` and
    `tracks` of the open recording, `sound` to be played, `reviewing` of errors, `explaining` of
    decisions, `annotating`: edits one after the other, `aligning` of annotations. `drawing` is for
    what NumPy computes for the screen.
    """

    project_changed = Signal(object)
    """Another `Project` was opened, or None."""
    settings_changed = Signal(object)
    """The same project with other settings, which are saved."""
    products_changed = Signal()
    """A stage has ended: transcoded files, features, dataset or runs may be others."""
    predictions_changed = Signal()
    """A run has predicted recordings: what it says of them may be shown."""
    recording_changed = Signal(object)
    """Another `core.library.Recording` was chosen, or None."""
    recording_wanted = Signal(object)
    """Somebody asked for a recording by name (a str, of bytes that need not be UTF-8); the library
    panel finds it."""
    annotations_changed = Signal(object, int)
    """A recording whose annotations were edited, and how many more it has now."""
    reviewed_changed = Signal(object, bool)
    """A recording that was marked as reviewed, or no longer."""
    read_only_changed = Signal()
    """`read_only` is another."""
    closing = Signal()
    """The window closes: files that are mapped are let go."""
    said = Signal(str)
    """For the status line."""
    unsaid = Signal(str)
    """What was said there is no longer so."""

    def __init__(self, window: QWidget | None = None) -> None:
        super().__init__(window)
        self.errors = ErrorDoor(window)
        self.theme = Theme(self)
        self.time = TimeAxis(self)
        self.choice = AnnotationChoice(self.time, self)
        self.undo_stack = QUndoStack(self)
        self.stages = Lane("stages", parent=self)
        self.listing = Lane("listing", parent=self)
        self.finding = Lane("finding", parent=self)
        self.details = Lane("details", parent=self)
        self.audio = Lane("audio", parent=self)
        self.tracks = Lane("tracks", parent=self)
        self.sound = Lane("sound", parent=self)
        self.reviewing = Lane("reviewing", parent=self)
        self.explaining = Lane("explaining", parent=self)
        self.aligning = Lane("aligning", parent=self)
        self.annotating = Lane("annotating", parent=self)
        # Not in a thread: NumPy keeps Python's lock often enough to make painting half as fast.
        self.drawing = Lane("drawing", parent=self)
        self._project: Project | None = None
        self._recording: Recording | None = None
        self._read_only = ""
        for lane in self.lanes:
            lane.job_failed.connect(self.errors.show)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Every lane."""
        of_recording = (self.details, self.audio, self.tracks, self.sound)
        return (
            self.stages,
            self.listing,
            self.finding,
            *of_recording,
            self.reviewing,
            self.explaining,
            self.aligning,
            self.annotating,
            self.drawing,
        )

    @property
    def project(self) -> Project | None:
        """The project that is open."""
        return self._project

    @property
    def recording(self) -> Recording | None:
        """The recording that is open."""
        return self._recording

    @property
    def read_only(self) -> str:
        """Why nothing of the open project can be edited here; empty if it can."""
        return self._read_only

    def set_read_only(self, why: str) -> None:
        """Say why nothing can be edited; empty if it can."""
        if why != self._read_only:
            self._read_only = why
            self.read_only_changed.emit()

    def open_project(self, path: Path | str) -> None:
        """Open a project in place of the one that is open.

        Raises
        ------
        ProjectError
            If there is none, or it cannot be read; then the one that is open stays.
        SettingsError
            If one of its settings is wrong.
        """
        project = open_project(Path(path))
        self.close_project()
        self._project = project
        self.project_changed.emit(project)

    def close_project(self) -> None:
        """Close the project, if one is open; what is computed for it ends."""
        if self._project is None:
            return
        self.show_recording(None)
        for lane in self.lanes:
            lane.cancel_all()
        self.undo_stack.clear()
        self._project = None
        self.project_changed.emit(None)

    def change_settings(self, **changes: Config) -> None:
        """Give the open project other settings, and save them.

        Raises
        ------
        ProjectLockedError
            If the project can only be looked at.
        StorageError
            If they cannot be saved; then they stay as they were.
        ProjectError, SettingsError
            If the file was edited by hand meanwhile, and cannot be read.
        """
        if self._project is None:
            return
        if self._read_only:
            raise ProjectLockedError(self._read_only.removesuffix("."), hint="Nothing was changed.")
        if (self._project.folder / SETTINGS_FILE).exists():
            self.refresh_settings()
        project = self._project.with_settings(**changes)
        save_project(project)
        self._project = project
        self.settings_changed.emit(project)

    def refresh_settings(self) -> None:
        """Take over what was edited by hand in the open project's file.

        Raises
        ------
        ProjectError
            If it is gone, or cannot be read.
        SettingsError
            If one of its settings is wrong.
        """
        if self._project is None:
            return
        project = open_project(self._project.folder)
        if project != self._project:
            self._project = project
            self.settings_changed.emit(project)

    def open_recording(self, name: str) -> None:
        """Open a recording by its name or its path, once the list knows it."""
        self.recording_wanted.emit(name)

    def show_recording(self, recording: Recording | None) -> None:
        """Open a recording that is known."""
        if recording == self._recording:
            return
        self._recording = recording
        self.time.reset()
        self.recording_changed.emit(recording)

    def say(self, text: str | Progress) -> None:
        """Write on the status line."""
        self.said.emit(text if isinstance(text, str) else text.text)

    def unsay(self, text: str) -> None:
        """Take a text off the status line, if it still stands there."""
        self.unsaid.emit(text)

    def close(self) -> None:
        """End all threads and child processes; nothing can be computed afterwards."""
        self.closing.emit()
        for lane in self.lanes:
            lane.cancel_all()
        for lane in self.lanes:
            lane.close()
