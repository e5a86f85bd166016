"""The parameters of one stage, in a small form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.errors import LoudnessError
from core.settings import (
    AnnotationConfig,
    Config,
    FeatureConfig,
    TrainConfig,
    TranscodeConfig,
)
from gui.settings_form import ConfigForm
from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from core.project import Project
    from gui.session import Session

SECTIONS: dict[str, tuple[str, type[Config]]] = {
    "transcode": ("transcode", TranscodeConfig),
    "extract": ("features", FeatureConfig),
    "dataset": ("annotations", AnnotationConfig),
    "train": ("train", TrainConfig),
}
"""Section of the project's settings, and its declarations, by stage."""

WIDTH_PX = 480
TALLEST_PX = 560


class ParametersDialog(QDialog):
    """Edits the settings of a stage, and saves them in the project."""

    def __init__(self, session: Session, project: Project, stage: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("parametersDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Parameters of “{TITLES[stage]}”")
        self._session = session
        self._section, config_class = SECTIONS[stage]
        self.form: ConfigForm[Config] = ConfigForm(config_class)
        self.form.set_value(getattr(project.settings, self._section))
        note = QLabel("What was made with other parameters becomes stale, and is made again.")
        note.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        self.form.changed.connect(self._judge)
        area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumHeight(min(self.form.sizeHint().height() + 8, TALLEST_PX))
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(note)
        layout.addWidget(buttons)
        self.setMinimumWidth(WIDTH_PX)
        self._judge()

    def _judge(self) -> None:
        problem = self.form.problem
        self._save.setEnabled(not problem)
        self._save.setToolTip(problem)

    def _on_save(self) -> None:
        try:
            self._session.change_settings(**{self._section: self.form.value()})
        except LoudnessError as error:
            self._session.errors.show(error, title="Parameters")
            return
        self.accept()
