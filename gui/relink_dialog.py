"""Where missing files are now: the user names a folder, and sees how many it would find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.relinking import missing_folders, preview_relinking
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from core.relinking import MissingFolder, Relinking
    from gui.jobs import Job
    from gui.session import Session

TYPING_MS = 300
MOST_SHOWN = 500
WIDTH_PX, HEIGHT_PX = 640, 420
EXPLANATION = (
    "These files are not where the database says. Name the folder in which they are now, or one"
    " above it, if the folders below still have their names. The project remembers it; nothing is"
    " changed in the database."
)


class RelinkDialog(QDialog):
    """Lists folders with missing files, and follows them to where they are now.

    Parameters
    ----------
    session : Session
        Whose project's settings are changed.
    listing, states : Path
        The list of recordings and their states.
    parent : QWidget, optional
        Where it stands before.
    """

    def __init__(
        self, session: Session, listing: Path, states: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("relinkDialog")
        self.setWindowTitle("Find missing files")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._session, self._places = session, (listing, states)
        self._found: Relinking | None = None
        self._jobs: list[Job] = []
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._preview)
        self._make()
        self.finished.connect(self._stop)
        self._list_folders()

    def _make(self) -> None:
        explanation = QLabel(EXPLANATION)
        explanation.setWordWrap(True)
        self._folders = QTreeWidget()
        self._folders.setObjectName("relinkFolders")
        self._folders.setRootIsDecorated(False)
        self._folders.setUniformRowHeights(True)
        self._folders.setHeaderLabels(["Folder", "Missing files"])
        self._folders.setColumnWidth(0, WIDTH_PX * 3 // 4)
        self._folder = QLineEdit()
        self._folder.setObjectName("relinkFolder")
        self._folder.setPlaceholderText("Folder in which the files are now")
        self._folder.setAccessibleName("New folder")
        self._folder.textChanged.connect(self._on_typed)
        browse = QPushButton("Browse …")
        browse.setObjectName("relinkBrowse")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self._sentence = Sentence()
        self._sentence.setObjectName("relinkPreview")
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self._save = self._buttons.button(kinds.Save)
        self._save.setText("Use this folder")
        self._save.setEnabled(False)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        line = QHBoxLayout()
        line.addWidget(self._folder, stretch=1)
        line.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(self._folders, stretch=1)
        layout.addLayout(line)
        layout.addWidget(self._sentence)
        layout.addWidget(self._buttons)
        self._folder.setFocus()

    def _list_folders(self) -> None:
        project = self._session.project
        if project is None:
            return
        self._sentence.say(Tone.BUSY, "Looking at the missing files")
        self._jobs.append(
            self._session.listing.submit(
                missing_folders,
                project.settings.library,
                *self._places,
                done=self._show_folders,
                failed=self._on_failed,
            )
        )

    def _show_folders(self, folders: tuple[MissingFolder, ...]) -> None:
        for folder in folders[:MOST_SHOWN]:
            item = QTreeWidgetItem([folder.path, f"{folder.n_missing:,}"])
            item.setToolTip(0, folder.path)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
            self._folders.addTopLevelItem(item)
        if len(folders) > MOST_SHOWN:
            rest = sum(f.n_missing for f in folders[MOST_SHOWN:])
            text = f"and {len(folders) - MOST_SHOWN:,} more folders"
            self._folders.addTopLevelItem(QTreeWidgetItem([text, f"{rest:,}"]))
        text = "" if folders else "No file is missing."
        self._sentence.say(Tone.GOOD, text)
        self._folder.setEnabled(bool(folders))

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Folder in which the files are now")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def _on_typed(self) -> None:
        self._found = None
        self._save.setEnabled(False)
        self._typing.start()

    def _preview(self) -> None:
        """Have a child count what the folder would find."""
        project, text = self._session.project, self._folder.text().strip()
        self._stop_jobs()
        if project is None or not text:
            self._sentence.say(Tone.PLAIN, "")
            return
        self._sentence.say(Tone.BUSY, "Looking for the files")
        self._jobs.append(
            self._session.listing.submit(
                preview_relinking,
                project.settings.library,
                *self._places,
                Path(text).expanduser().absolute(),
                done=self._show_preview,
                failed=self._on_failed,
            )
        )

    def _show_preview(self, found: Relinking) -> None:
        self._found = found
        self._save.setEnabled(bool(found.n_found))
        if not found.n_found:
            text = "None of the missing files is there, nor in a folder of the same name below it."
            self._sentence.say(Tone.WRONG, text)
            return
        followed = ", ".join(f"{old} → {new}" for old, new in found.new.items())
        text = f"{found.n_found:,} of {found.n_missing:,} missing files are there: {followed}"
        self._sentence.say(Tone.GOOD if found.n_found == found.n_missing else Tone.ODD, text)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, LoudnessError):
            self._sentence.say(Tone.WRONG, f"{error.message}. {error.hint}")
        else:
            self._session.errors.show(error)

    def _accept(self) -> None:
        project = self._session.project
        if project is None or self._found is None:
            return
        library = replace(project.settings.library, relinked=self._found.relinked)
        try:
            self._session.change_settings(library=library)
        except LoudnessError as error:
            self._on_failed(error)
            return
        self.accept()

    def _stop_jobs(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._jobs = []

    def _stop(self) -> None:
        self._typing.stop()
        self._stop_jobs()
