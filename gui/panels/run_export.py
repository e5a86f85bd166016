"""Saves a run's model for use elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from core.export import FORMATS, export_model
from core.run_summary import MODEL_FILE

if TYPE_CHECKING:
    from core.export import ExportResult
    from gui.session import Session

TITLE = "Export model"
KINDS = {f"{title} (*{suffix})": suffix for suffix, title in FORMATS.items()}


class RunExport(QObject):
    """Asks where to, without stopping the window, and has a child write it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._widget = session, parent

    def ask(self, run: Path) -> QFileDialog:
        """Ask for a file for the model of a run; its ending says what becomes of it."""
        dialog = QFileDialog(self._widget, TITLE)
        dialog.setObjectName("exportModelDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(KINDS))
        dialog.setDefaultSuffix(next(iter(FORMATS)))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(KINDS[chosen]))
        dialog.selectFile(run.name)
        dialog.fileSelected.connect(lambda path: self.export(run / MODEL_FILE, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export(self, model: Path, path: Path) -> None:
        """Export a model, and say so."""
        self._session.say("Exporting the model: TensorFlow takes some seconds to start …")
        # There TensorFlow may be started already.
        self._session.stages.submit(
            export_model, model, path, done=self._tell, failed=self._on_failed
        )

    def _tell(self, done: ExportResult) -> None:
        beside = done.metadata_file
        more = "" if beside is None else f"; what a reader must know of it is in {beside.name}"
        self._session.say(f"The model is exported as {done.file}{more}")

    def _on_failed(self, error: Exception) -> None:
        self._session.say("The model was not exported.")
        self._session.errors.show(error, title=TITLE)
