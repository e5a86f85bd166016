"""The open project's settings: a page for each section, built from what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.settings import (
    AnnotationConfig,
    Config,
    FeatureConfig,
    LibraryConfig,
    ProposalConfig,
    TrainConfig,
    TranscodeConfig,
)
from gui.author_field import AuthorField
from gui.project_looks import AnnotationsLook, LibraryLook
from gui.sentence import Sentence, Tone
from gui.settings_form import ConfigForm

if TYPE_CHECKING:
    from core.project import Project, ProjectSettings
    from gui.session import Session

SIZE_PX = (860, 620)
LIST_WIDTH_PX = 150
LIST_SPACING_PX = 3

SECTIONS: tuple[tuple[str, str, type[Config]], ...] = (
    ("library", "Library", LibraryConfig),
    ("transcode", "Transcode", TranscodeConfig),
    ("features", "Features", FeatureConfig),
    ("annotations", "Annotations", AnnotationConfig),
    ("train", "Train", TrainConfig),
    ("proposals", "Proposals", ProposalConfig),
)
CONSEQUENCES = {
    "library": "the recordings are listed anew; dataset and model where they are others",
    "transcode": "transcoded recordings, features, dataset and model will be made anew",
    "features": "features, dataset and model will be made anew",
    "annotations": "dataset and model will be made anew",
    "train": "the model will be trained anew",
}
"""What the next run does when a section has changed."""

ONLY_SEEN = frozenset({"browse_query", "minimum_duration"})
"""Settings that no stage looks at."""


class SettingsDialog(QDialog):
    """Changes the settings of the open project; what is wrong is said where it stands.

    Parameters
    ----------
    session : Session
        Has the project, and saves it.
    parent : QWidget, optional
        Where it stands before.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Project settings")
        self.resize(*SIZE_PX)
        self._session = session
        self._forms: dict[str, ConfigForm[Any]] = {}
        self._list = QListWidget()
        self._list.setObjectName("settingsSections")
        self._list.setFixedWidth(LIST_WIDTH_PX)
        self._list.setSpacing(LIST_SPACING_PX)
        self._pages = QStackedWidget()
        self._library_look = LibraryLook(session, self)
        self._annotations_look = AnnotationsLook(session, self)
        self._author = AuthorField()
        self._author.changed.connect(self._judge)
        for key, title, config in SECTIONS:
            self._add_page(key, title, config)
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._list.setCurrentRow(0)
        self._note = Sentence()
        self._note.setObjectName("settingsNote")
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Ok | kinds.Apply | kinds.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._button(kinds.Apply).clicked.connect(self.apply)
        row = QHBoxLayout()
        row.addWidget(self._list)
        row.addWidget(self._pages, stretch=1)
        layout = QVBoxLayout(self)
        layout.addLayout(row, stretch=1)
        layout.addWidget(self._note)
        layout.addWidget(self._buttons)
        session.project_changed.connect(self.reject)
        session.settings_changed.connect(self._take_up)
        if session.project is not None:
            self._shown = session.project.settings
            self._show(session.project)

    def apply(self) -> bool:
        """Save what has changed; False if that did not work, and the note says why."""
        changes = self._changes()
        if changes is None:
            return False
        try:
            if changes:
                self._session.change_settings(**changes)
        except LoudnessError as error:
            self._note.say(Tone.WRONG, f"{error.message}. {error.hint}")
            return False
        self._author.save()
        self._judge()
        return True

    def accept(self) -> None:
        """Save, and close if that worked."""
        if self.apply():
            super().accept()

    def done(self, result: int) -> None:
        """Stop looking; the dialog is gone."""
        self._session.project_changed.disconnect(self.reject)
        self._session.settings_changed.disconnect(self._take_up)
        self._library_look.stop()
        self._annotations_look.stop()
        super().done(result)

    def _add_page(self, key: str, title: str, config: type[Config]) -> None:
        form: ConfigForm[Any] = ConfigForm(config, with_help=True)
        form.changed.connect(self._judge)
        self._forms[key] = form
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(form)
        look = {"library": self._library_look, "annotations": self._annotations_look}.get(key)
        if key == "annotations":
            column.addWidget(self._author)
        if look is not None:
            column.addWidget(look)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        self._pages.addWidget(scroll)
        self._list.addItem(title)

    def _button(self, kind: QDialogButtonBox.StandardButton) -> QPushButton:
        return self._buttons.button(kind)

    def _show(self, project: Project) -> None:
        for key, form in self._forms.items():
            form.set_value(getattr(project.settings, key))
        self._judge()

    def _take_up(self, project: Project) -> None:
        """Show what was changed elsewhere, or by this dialog; what is being edited stays."""
        before, self._shown = self._shown, project.settings
        for key, form in self._forms.items():
            is_edited = form.problem or form.value() != getattr(before, key)
            if not is_edited:
                form.set_value(getattr(project.settings, key))
        self._judge()

    def _changes(self) -> dict[str, Config] | None:
        """The sections that differ; None if one of them is wrong."""
        if any(form.problem for form in self._forms.values()):
            return None
        shown: ProjectSettings = self._shown
        values = {key: form.value() for key, form in self._forms.items()}
        return {key: value for key, value in values.items() if value != getattr(shown, key)}

    def _judge(self) -> None:
        """Say what is wrong, or what follows; look at what is named."""
        for place, (key, title, _) in enumerate(SECTIONS):
            wrong = self._forms[key].problem
            self._list.item(place).setText(f"{title}  {Tone.WRONG.value[0]}" if wrong else title)
        changes = self._changes()
        kinds = QDialogButtonBox.StandardButton
        self._button(kinds.Ok).setEnabled(changes is not None)
        self._button(kinds.Apply).setEnabled(bool(changes) or self._author.is_changed)
        if changes is None:
            problem = next(f.problem for f in self._forms.values() if f.problem)
            self._note.say(Tone.WRONG, problem)
            return
        followed = [key for key in changes if self._matters(key, changes[key])]
        self._note.say(Tone.ODD, _consequence(followed))
        self._look()

    def _look(self) -> None:
        library: LibraryConfig = self._forms["library"].value()
        annotations: AnnotationConfig = self._forms["annotations"].value()
        self._library_look.ask(library)
        self._annotations_look.ask(annotations, library)

    def _matters(self, key: str, config: Config) -> bool:
        """Whether a stage would see the change."""
        names = {
            text.split(" ")[0] for text in config.changes_from(getattr(self._shown, key).to_dict())
        }
        return bool(names - ONLY_SEEN)


def _consequence(sections: list[str]) -> str:
    """What follows from the change of the earliest section, which includes the later ones."""
    order = [key for key in CONSEQUENCES if key in sections and key != "library"]
    texts = [CONSEQUENCES["library"]] if "library" in sections else []
    texts += [CONSEQUENCES[key] for key in order[:1]]
    return f"With this change, {'; '.join(texts)}." if texts else ""
