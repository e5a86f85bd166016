"""Saves what is said of a run: everything, the tables, or the curves as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import LoudnessError
from core.run_assessment import save_assessment
from gui.panels.recording_picture import save_picture
from gui.theme import LIGHT
from gui.views.score_curves import ScoreCurves

if TYPE_CHECKING:
    from core.run_assessment import RunAssessment
    from gui.session import Session

KINDS = {
    "Everything (*.json)": ".json",
    "Tables of all splits (*.csv)": ".csv",
    "Curves of the split, a picture (*.png)": ".png",
    "Curves of the split, a drawing (*.svg)": ".svg",
}
PICTURES = (".png", ".svg")
PICTURE_PX = (1000, 420)


class EvaluationSaving(QObject):
    """Asks where to, without stopping the window, and saves what is shown."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._widget = session, parent

    def ask(self, result: RunAssessment, split: str, threshold_class: str = "") -> QFileDialog:
        """Ask for a file; its ending says what is saved."""
        dialog = QFileDialog(self._widget, "Save evaluation")
        dialog.setObjectName("saveEvaluationDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(KINDS))
        dialog.setDefaultSuffix(".json")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(KINDS[chosen]))
        dialog.selectFile(result.run.name)
        dialog.fileSelected.connect(
            lambda path: self.save(result, split, Path(path), threshold_class=threshold_class)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def save(
        self, result: RunAssessment, split: str, path: Path, *, threshold_class: str = ""
    ) -> None:
        """Save, and say so; a picture is light, as paper is."""
        if path.suffix.lower() not in PICTURES:
            self._session.listing.submit(
                save_assessment, result, path, done=lambda _bytes: self._tell(path)
            )
            return
        curves = ScoreCurves(LIGHT)
        curves.setPalette(_paper(curves))
        curves.setAutoFillBackground(True)
        curves.resize(*PICTURE_PX)
        curves.show_curves(result.classes, result.assessment["by_split"][split]["curves"])
        if threshold_class:
            curves.choose_class(threshold_class)
        curves.make_picture()
        try:
            save_picture(curves, path, title=result.run.name)
        except LoudnessError as error:
            self._session.errors.show(error, title="Save evaluation")
        else:
            self._tell(path)
        finally:
            curves.deleteLater()

    def _tell(self, path: Path) -> None:
        self._session.say(f"The evaluation is saved as {path}")


def _paper(widget: QWidget) -> QPalette:
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Window, LIGHT.background)
    palette.setColor(QPalette.ColorRole.WindowText, LIGHT.foreground)
    return palette
