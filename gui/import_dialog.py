"""Import of annotations: what a table has new, changed or no more, before it is taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from core.annotation_tables import import_table, preview_import
from core.errors import LoudnessError
from core.recording_details import sentence
from gui.annotation_files import TABLES
from gui.elided_label import ElidedLabel
from gui.models.annotations_model import seconds_text
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.annotation_tables import ImportReport
    from core.annotations.stored import StoredAnnotation
    from gui.jobs import Job
    from gui.session import Session

SIZE_PX = (760, 520)
HEADERS = ("Recording", "Class", "Start s", "End s", "Before")
READING = "Comparing the table with the annotations of the project"
IMPORTING = "Importing"


class ImportDialog(QDialog):
    """Shows what an import would change, and does it.

    Parameters
    ----------
    session : Session
        Whose project's annotations are compared.
    path : Path, optional
        The table; the project's own if it is left out.
    parent : QWidget, optional
        Where it stands before.
    """

    imported = Signal(object)
    """The `ImportReport` of what was done."""

    def __init__(
        self, session: Session, path: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._path = path
        self._job: Job | None = None
        self.setObjectName("importDialog")
        self.setWindowTitle("Import annotations")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE_PX)
        self._name = ElidedLabel()
        self._choose = QPushButton("Another table …")
        self._choose.setObjectName("importChoose")
        self._choose.clicked.connect(self._ask_for_table)
        self._summary, self._edited = Sentence(), Sentence()
        self._summary.setObjectName("importSummary")
        self._edited.setObjectName("importEdited")
        self._tree = self._make_tree()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._import = QPushButton("Import")
        self._import.setObjectName("importButton")
        self._import.setDefault(True)
        self._buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self._carry_out)
        self._buttons.rejected.connect(self.reject)
        self.finished.connect(self._stop)
        session.project_changed.connect(self.reject)
        first = QHBoxLayout()
        first.addWidget(self._name, 1)
        first.addWidget(self._choose)
        layout = QVBoxLayout(self)
        layout.addLayout(first)
        for part in (self._summary, self._edited):
            layout.addWidget(part)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._buttons)
        self.look()

    def look(self, path: Path | None = None) -> None:
        """Compare a table; the one that was named before if none is."""
        self._path = path or self._path
        project = self._session.project
        if project is None:
            return
        self._stop()
        config = project.settings.annotations
        shown = str(self._path or config.annotations) or "No table is named"
        self._name.setText(shown, tip=shown)
        self._tree.clear()
        self._edited.say(Tone.PLAIN, "")
        self._import.setEnabled(False)
        if self._path is None and not config.annotations:
            self._summary.say(Tone.HELP, "Choose a table of annotations.")
            return
        self._summary.say(Tone.BUSY, READING)
        self._job = self._session.annotating.submit(
            preview_import,
            project.folder,
            self._path,
            done=self._show,
            failed=self._on_failed,
        )

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("importTree")
        tree.setHeaderLabels(list(HEADERS))
        tree.setAlternatingRowColors(True)
        tree.setUniformRowHeights(True)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return tree

    def _ask_for_table(self) -> None:
        dialog = QFileDialog(self, "Import annotations", "", TABLES)
        dialog.setObjectName("importFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.look(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show(self, found: ImportReport) -> None:
        """Say what would change, and list it."""
        self._job = None
        tone = Tone.PLAIN if _changes(found) else Tone.GOOD
        self._summary.say(tone, summary_of(found))
        self._edited.say(Tone.ODD, edited_of(found))
        self._add("New", found.n_new, [(a, None) for a in found.new])
        self._add("Changed", found.n_changed, [(new, old) for old, new in found.changed])
        self._add("Gone", found.n_gone, [(a, None) for a in found.gone])
        if found.left_out:
            group = self._add_group(f"{len(found.left_out):,} rows left out")
            for one in found.left_out[:1000]:
                QTreeWidgetItem(group, [f"{one.name}: {one.reason}"]).setFirstColumnSpanned(True)
        self._tree.expandAll()
        self._import.setEnabled(True)
        self._import.setFocus()

    def _add(
        self,
        title: str,
        n: int,
        rows: list[tuple[StoredAnnotation, StoredAnnotation | None]],
    ) -> None:
        """List annotations of one kind, with what they were before."""
        if not n:
            return
        group = self._add_group(f"{title}: {n:,}")
        for now, before in rows:
            was = ""
            if before is not None:
                times = f"{seconds_text(before.start_s)} to {seconds_text(before.end_s)} s"
                was = f"{before.label}, {times}"
            elif title == "Changed":
                was = "deleted here"
            cells = [now.file_name, now.label, seconds_text(now.start_s), seconds_text(now.end_s)]
            QTreeWidgetItem(group, [*cells, was])
        if n > len(rows):
            QTreeWidgetItem(group, [f"… and {n - len(rows):,} more"])

    def _add_group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self._tree, [title])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.setFirstColumnSpanned(True)
        return group

    def _carry_out(self) -> None:
        project = self._session.project
        if project is None or self._job is not None:
            return
        self._import.setEnabled(False)
        self._summary.say(Tone.BUSY, IMPORTING)
        self._job = self._session.annotating.submit(
            import_table,
            project.folder,
            self._path,
            done=self._on_imported,
            failed=self._on_failed,
        )

    def _on_imported(self, report: ImportReport) -> None:
        self._job = None
        self.imported.emit(report)
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if isinstance(error, LoudnessError):
            self._summary.say(Tone.WRONG, sentence(error))
        else:
            self._session.errors.show(error)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None


def summary_of(found: ImportReport) -> str:
    """What an import changes, in a sentence."""
    if not _changes(found):
        return f"The table says nothing new of {found.n_same:,} annotations."
    kinds = ((found.n_new, "new"), (found.n_changed, "changed"), (found.n_gone, "gone"))
    parts = [f"{n:,} {word}" for n, word in (*kinds, (found.n_same, "as before"))]
    return f"{', '.join(parts)}."


def edited_of(found: ImportReport) -> str:
    """What becomes of edits that were made here."""
    parts: list[str] = []
    if found.n_edited_here:
        parts.append(f"{found.n_edited_here:,} edited here stay as they are.")
    if found.n_overridden:
        parts.append(f"{found.n_overridden:,} edited here become what the table says.")
    return " ".join(parts)


def _changes(found: ImportReport) -> bool:
    return bool(found.n_new or found.n_changed or found.n_gone)
