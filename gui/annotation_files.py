"""Import and export of the project's annotations, as the menu has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from core.errors import AnnotationError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.annotation_tables import ExportReport, ImportReport
    from gui.actions import Actions
    from gui.editing import Editing
    from gui.import_dialog import ImportDialog
    from gui.session import Session

TABLES = "Tables of annotations (*.csv *.tsv *.txt);;All files (*)"


class AnnotationFiles(QObject):
    """Asks for files without stopping the window; what is imported can be undone.

    What reads and writes tables is imported when wanted: the window starts without.
    """

    def __init__(
        self, session: Session, actions: Actions, editing: Editing, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._editing, self._window = session, editing, window
        actions["import_annotations"].triggered.connect(self.ask_import)
        actions["export_annotations"].triggered.connect(self.export)
        actions["export_annotations_as"].triggered.connect(self.ask_export)

    def ask_import(self, *, path: Path | None = None) -> ImportDialog:
        """Show what an import would change."""
        from gui.import_dialog import ImportDialog

        dialog = ImportDialog(self._session, path, self._window)
        dialog.imported.connect(self._on_imported)
        dialog.open()
        return dialog

    def export(self, *, path: Path | None = None, overwrite: bool = False) -> None:
        """Write the annotations; to the project's own table if no other is named."""
        from core.annotation_tables import export_table

        project = self._session.project
        if project is None:
            return
        if path is None and not project.settings.annotations.annotations:
            self.ask_export()
            return
        self._session.annotating.submit(
            export_table,
            project.folder,
            path,
            overwrite=overwrite,
            done=self._on_exported,
            failed=lambda error: self._on_not_exported(path, error),
        )

    def ask_export(self) -> QFileDialog | None:
        """Ask for a file, and write the annotations to it."""
        project = self._session.project
        if project is None:
            return None
        own = project.settings.annotations.annotations
        dialog = QFileDialog(self._window, "Export annotations", "", TABLES)
        dialog.setObjectName("exportFileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(Path(own).name if own else "annotations.csv")
        dialog.fileSelected.connect(lambda path: self.export(path=Path(path), overwrite=True))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _on_imported(self, report: ImportReport) -> None:
        from gui.import_dialog import summary_of

        self._session.say(f"Imported {Path(report.table).name}: {summary_of(report)}")
        self._editing.record(report.edit)

    def _on_exported(self, report: ExportReport) -> None:
        kinds = (
            (report.n_changed, "changed"),
            (report.n_new, "new"),
            (report.n_deleted, "deleted"),
        )
        parts = [f"{n:,} {word}" for n, word in kinds if n]
        what = f" ({', '.join(parts)})" if parts else ""
        self._session.say(f"Wrote {report.n_rows:,} annotations{what} to {report.table}")

    def _on_not_exported(self, path: Path | None, error: Exception) -> None:
        """A table that somebody else has changed is not written over unasked."""
        if path is None and isinstance(error, AnnotationError):
            self._ask_what_to_do(error)
        else:
            self._session.errors.show(error, title="Export annotations")

    def _ask_what_to_do(self, error: AnnotationError) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("exportQuestion")
        box.setWindowTitle("Export annotations")
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"{error.message}.")
        box.setInformativeText("Look first at what it has that the project has not?")
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        look = box.addButton("Import …", QMessageBox.ButtonRole.AcceptRole)
        over = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        look.clicked.connect(self.ask_import)
        over.clicked.connect(lambda: self.export(overwrite=True))
        box.setDefaultButton(look)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
