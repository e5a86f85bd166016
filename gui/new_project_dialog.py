"""A new project: what it works on is looked at while one types; it is made once all is right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError, SettingsError
from core.project import Project, ProjectSettings, save_project
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    Setting,
    TranscodeConfig,
)
from core.timebase import samples_to_seconds
from gui.annotations_mapping import AnnotationsMapping
from gui.project_looks import AnnotationsLook, FolderLook, LibraryLook
from gui.sentence import Sentence, Tone
from gui.settings_fields import PathField
from gui.settings_form import ConfigForm, align_labels

if TYPE_CHECKING:
    from gui.session import Session

SIZE_PX = (1080, 680)
FOLDER_NAME = "project"
START_RATE_HZ = 8000
"""What is offered first: speech and most events are heard in it, and everything is quick."""

FOLDER = Setting("folder", str, "", path="folder", help="Where the project's own files will be.")


class NewProjectDialog(QDialog):
    """Asks for recordings, annotations, frames and folder, and makes the project.

    Parameters
    ----------
    session : Session
        Whose lane for lists looks at what is typed.
    parent : QWidget, optional
        Where it stands before.
    database : Path, optional
        Filled in at once.
    """

    made = Signal(object)
    """Folder of the new project, or of an old one that the user wants to open instead."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, database: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("newProjectDialog")
        self.setWindowTitle("New project")
        self.setAcceptDrops(True)
        self.resize(*SIZE_PX)
        self._session = session
        self._folder_is_mine = False
        self._table = ""
        self._library = ConfigForm(LibraryConfig, only=("database", "query", "root"))
        self._library_look = LibraryLook(session, self)
        self._annotations = ConfigForm(AnnotationConfig, only=("annotations", "classes"))
        self._mapping = AnnotationsMapping()
        self._annotations_look = AnnotationsLook(session, self)
        self._transcode = ConfigForm(TranscodeConfig, only=("sample_rate", "channel"))
        self._transcode.set_value(TranscodeConfig(START_RATE_HZ, output_format="wav"))
        self._features = ConfigForm(FeatureConfig)
        self._frames = Sentence()
        self._frames.setObjectName("frameLength")
        self._folder = PathField(FOLDER)
        self._folder_look = FolderLook(session, self)
        self._open_instead = QPushButton("Open this project")
        self._open_instead.setObjectName("openInstead")
        self._open_instead.setAutoDefault(False)
        self._open_instead.hide()
        self._note = Sentence()
        self._note.setObjectName("newProjectNote")
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Cancel)
        self._create = self._buttons.addButton(
            "Create project", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._create.setObjectName("createButton")
        self._lay_out()
        # Enter makes the project, once all is right; it never throws away what was typed.
        self._buttons.button(kinds.Cancel).setAutoDefault(False)
        self._create.setDefault(True)
        self._connect()
        if database is not None:
            self._name_database(database)
        self._on_changed()

    def accept(self) -> None:
        """Make the project, and close if that worked."""
        try:
            project = Project(Path(str(self._folder.value())), self._settings())
            save_project(project)
        except LoudnessError as error:
            self._note.say(Tone.WRONG, f"{error.message}. {error.hint}")
            return
        super().accept()
        self.made.emit(project.folder)

    def done(self, result: int) -> None:
        """Stop looking; the dialog is gone."""
        for look in (self._library_look, self._annotations_look, self._folder_look):
            look.stop()
        super().done(result)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        align_labels(self._library, self._transcode, self._features)
        for form in (self._library, self._transcode, self._features, self._annotations):
            form.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        left.addWidget(_group("Recordings", self._library, self._library_look))
        left.addWidget(_group("Frames", self._transcode, self._features, self._frames))
        folder = QWidget()
        line = QHBoxLayout(folder)
        line.setContentsMargins(0, 0, 0, 0)
        label = QLabel("Folder")
        label.setBuddy(self._folder)
        label.setToolTip(FOLDER.help)
        line.addWidget(label)
        line.addWidget(self._folder, stretch=1)
        left.addWidget(_group("Project", folder, self._folder_look, self._open_instead))
        left.addStretch()
        box = _group("Annotations", self._annotations, self._mapping, self._annotations_look)
        right.addWidget(box)
        right.addStretch()
        columns = QWidget()
        row = QHBoxLayout(columns)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(left, stretch=1)
        row.addLayout(right, stretch=1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(columns)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, stretch=1)
        layout.addWidget(self._note)
        layout.addWidget(self._buttons)

    def _connect(self) -> None:
        for form in (self._library, self._annotations, self._transcode, self._features):
            form.changed.connect(self._on_changed)
        self._mapping.changed.connect(self._on_changed)
        self._mapping.classes_wanted.connect(self._take_classes)
        self._folder.changed.connect(self._on_folder_changed)
        self._annotations_look.answered.connect(self._show_table)
        for look in (self._library_look, self._annotations_look, self._folder_look):
            look.answered.connect(self._judge)
        self._folder.setToolTip(FOLDER.help)
        self._open_instead.clicked.connect(self._open_other)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _settings(self) -> ProjectSettings:
        return ProjectSettings(
            library=self._library.value(),
            transcode=self._transcode.value(),
            features=self._features.value(),
            annotations=self._mapping.apply_to(self._annotations.value()),
        )

    def _on_changed(self) -> None:
        """Look at what is there now, and judge it."""
        library = None
        if not self._library.problem:
            library = self._library.value()
            self._library_look.ask(library)
            self._propose_folder(library)
        if not self._annotations.problem:
            self._look_at_table(library)
        self._folder_look.ask(str(self._folder.value()))
        self._say_frames()
        self._judge()

    def _look_at_table(self, library: LibraryConfig | None) -> None:
        config = self._annotations.value()
        if config.annotations != self._table:
            self._table = config.annotations
            self._mapping.clear()
        try:
            config = self._mapping.apply_to(config)
        except SettingsError:
            # A column is still to be chosen: the table was looked at already.
            return
        self._annotations_look.ask(config, library)

    def _show_table(self) -> None:
        check = self._annotations_look.result
        if check is not None and not self._annotations.problem:
            config = self._annotations.value()
            try:
                config = self._mapping.apply_to(config)
            except SettingsError:
                return
            self._mapping.show_check(check, config)

    def _take_classes(self, names: tuple[str, ...]) -> None:
        config = self._annotations.value()
        self._annotations.set_value(AnnotationConfig(config.annotations, classes=names))
        self._on_changed()

    def _say_frames(self) -> None:
        if self._transcode.problem or self._features.problem:
            self._frames.say(Tone.PLAIN, "")
            return
        rate_hz, features = self._transcode.value().sample_rate, self._features.value()
        if rate_hz is None:
            text = "Without a sample rate, recordings of different rates have different frames."
            self._frames.say(Tone.ODD, text)
            return
        frame_ms = 1000 * samples_to_seconds(features.frame_size, sample_rate=rate_hz)
        hop_ms = 1000 * samples_to_seconds(features.hop, sample_rate=rate_hz)
        text = f"A frame is {frame_ms:.4g} ms long, and the next one starts {hop_ms:.4g} ms later."
        self._frames.say(Tone.HELP, text)

    def _propose_folder(self, library: LibraryConfig) -> None:
        if library.database and not self._folder_is_mine:
            self._folder.set_value(str(Path(library.database).parent / FOLDER_NAME))

    def _on_folder_changed(self) -> None:
        self._folder_is_mine = True
        self._on_changed()

    def _name_database(self, database: Path) -> None:
        self._library.set_value(LibraryConfig(os.path.abspath(database)))  # noqa: PTH100  ".." too
        beside = database.parent / "annotations.csv"
        if beside.is_file():
            self._annotations.set_value(AnnotationConfig(str(beside.absolute())))

    def _open_other(self) -> None:
        folder = Path(str(self._folder.value()))
        super().reject()
        self.made.emit(folder)

    def _judge(self) -> None:
        """Let it be made only when all is right; else say what is lacking."""
        lacking = self._lacking()
        self._create.setEnabled(not lacking)
        self._note.say(Tone.HELP, lacking)
        folder = self._folder_look.result
        self._open_instead.setVisible(folder is not None and folder.is_project)

    def _lacking(self) -> str:
        for form in (self._library, self._annotations, self._transcode, self._features):
            if form.problem:
                return form.problem
        try:
            self._settings()
        except SettingsError as error:
            return f"{error.message}. {error.hint}"
        looks = {
            "the recordings": self._library_look,
            "the annotations": self._annotations_look,
            "the project's folder": self._folder_look,
        }
        wrong = [what for what, look in looks.items() if look.is_right is False]
        if wrong:
            return f"Still to be set right: {', '.join(wrong)}."
        if any(look.is_right is None for look in looks.values()):
            return "Looking at what you named …"
        return ""


def _group(title: str, *widgets: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    layout = QVBoxLayout(box)
    for widget in widgets:
        layout.addWidget(widget)
    return box
