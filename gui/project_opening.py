"""Every way to a project: made, opened, dropped on the window, or the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from core.errors import LoudnessError
from core.project import SETTINGS_FILE
from gui.recent_projects import RecentMenu, RecentProjects

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from core.demo.project import DemoProject
    from core.progress import Progress
    from gui.actions import Actions
    from gui.jobs import Job
    from gui.session import Session

TITLE = "Open project"
DATABASE_ENDINGS = frozenset({".db", ".db3", ".sqlite", ".sqlite3"})


class ProjectOpening(QObject):
    """Answers the actions that open projects, files dropped on the window, and the recent ones.

    Parameters
    ----------
    session : Session
        Opens the projects.
    actions : Actions
        `new_project`, `open_project` and `open_demo` are answered.
    window : QWidget
        Where dialogs stand before; it takes drops.
    """

    def __init__(self, session: Session, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._actions, self._window = session, actions, window
        self._demo_job: Job | None = None
        self._demo_dialog: QProgressDialog | None = None
        self.may_leave: Callable[[Callable[[], object]], bool] = lambda _then: True
        """Asked before another project is opened; what it is given is to be called later."""
        self.recent = RecentProjects(self)
        self.recent_menu = RecentMenu(self.recent, window)
        self.recent_menu.chosen.connect(self.open)
        session.project_changed.connect(self.recent.add)
        actions["new_project"].triggered.connect(self._on_new_project)
        actions["open_project"].triggered.connect(self.look_for_project)
        actions["open_demo"].triggered.connect(self.open_demo)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def open(self, path: Path) -> bool:
        """Open a project, or say why not; False if it is not open now."""
        if not self.may_leave(lambda: self.open(path)):
            return False
        try:
            self._session.open_project(path)
        except LoudnessError as error:
            self._session.errors.show(error, title=TITLE)
            return False
        return True

    def make_project(self, database: Path | None = None) -> None:
        """Ask for what a new project needs, make it and open it."""
        # Imported when wanted: the window starts without the checks of what is typed in.
        from gui.new_project_dialog import NewProjectDialog

        dialog = NewProjectDialog(self._session, self._window, database=database)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.made.connect(self.open)
        dialog.open()

    def _on_new_project(self) -> None:
        """Take no notice of what the signal tells."""
        self.make_project()

    def look_for_project(self) -> None:
        """Ask for a project folder, and open it."""
        dialog = QFileDialog(self._window, TITLE)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Open")
        recent = next(iter(self.recent.folders), None)
        if recent is not None and recent.parent.is_dir():
            dialog.setDirectory(str(recent.parent))
        dialog.fileSelected.connect(lambda folder: self.open_anything(Path(folder)))
        dialog.open()

    def open_anything(self, path: Path) -> None:
        """Open a project folder or its settings; of a database, begin a new project."""
        if path.suffix.lower() in DATABASE_ENDINGS and path.is_file():
            self.make_project(path)
            return
        inside = _project_in(path)
        if not (path / SETTINGS_FILE).exists() and (inside / SETTINGS_FILE).exists():
            # A library with its project in it, such as the demo: nothing else can be meant.
            path = inside
        self.open(path)

    def open_demo(self) -> None:
        """Open the demo; it is made first where there is none."""
        if self._demo_job is not None:
            return
        folder = demo_folder()
        project = _project_in(folder)
        if (project / SETTINGS_FILE).exists():
            self.open(project)
            return
        # Imported when wanted: it brings all that makes sounds, and the window starts without.
        from core.demo.project import make_demo_project

        dialog = QProgressDialog("Making the demo", "Cancel", 0, 0, self._window)
        dialog.setObjectName("demoProgress")
        dialog.setWindowTitle("Demo")
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setMinimumDuration(0)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.canceled.connect(self._cancel_demo)
        dialog.show()
        self._demo_dialog = dialog
        self._actions["open_demo"].setEnabled(False)
        self._demo_job = self._session.listing.submit(
            make_demo_project,
            folder,
            done=self._on_demo_made,
            failed=self._on_demo_failed,
            progressed=self._show_demo_progress,
            cancelled=self._end_demo,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dropped on the window."""
        if event.type() in {QEvent.Type.DragEnter, QEvent.Type.Drop}:
            path = _dropped(event.mimeData())  # pyright: ignore[reportAttributeAccessIssue]
            if path is not None:
                event.acceptProposedAction()  # pyright: ignore[reportAttributeAccessIssue]
                if event.type() == QEvent.Type.Drop:
                    self.open_anything(path)
                return True
        return super().eventFilter(watched, event)

    def _show_demo_progress(self, progress: Progress) -> None:
        if self._demo_dialog is None:
            return
        if progress.text:
            self._demo_dialog.setLabelText(f"Making the demo: {progress.text}")
        if progress.total:
            self._demo_dialog.setMaximum(round(progress.total))
            # Last: a modal dialog has events come in here, and one may be that the demo is made.
            self._demo_dialog.setValue(round(progress.done))

    def _cancel_demo(self) -> None:
        if self._demo_job is not None:
            self._demo_job.cancel()

    def _on_demo_made(self, demo: DemoProject) -> None:
        self._end_demo()
        self.open(demo.project)

    def _on_demo_failed(self, error: Exception) -> None:
        self._end_demo()
        self._session.errors.show(error, title="Demo")

    def _end_demo(self) -> None:
        self._demo_job = None
        self._actions["open_demo"].setEnabled(True)
        if self._demo_dialog is not None:
            self._demo_dialog.deleteLater()
            self._demo_dialog = None


def demo_folder() -> Path:
    """Where the demo lies: the user's own data folder."""
    place = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "demo"


def _dropped(data: QMimeData) -> Path | None:
    urls = data.urls() if data.hasUrls() else []
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None


def _project_in(library: Path) -> Path:
    """Where the project of a demo lies in its folder."""
    from core.demo.project import FOLDER

    return library / FOLDER
