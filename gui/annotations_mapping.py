"""Which column of a table means what, and which class each name in it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import SettingsError
from core.label_set import MAXIMUM_CLASSES, MINIMUM_CLASSES
from core.settings import AnnotationConfig, settings_of
from gui.sentence import Sentence, Tone
from gui.settings_fields import showable

if TYPE_CHECKING:
    from core.project_checks import AnnotationsCheck

COLUMNS = {
    "file_column": "File",
    "start_column": "Start (s)",
    "end_column": "End (s)",
    "class_column": "Class",
}
MOST_NAMES = 60
"""More different names are no classes: the column must be another one."""

SHOWN_ROWS = 5
LEFT_OUT = "(left out)"


class AnnotationsMapping(QWidget):
    """Combos of the header's columns, and a table of the names with their classes."""

    changed = Signal()
    """The user chose something, or a likely column was found."""
    classes_wanted = Signal(object)
    """Tuple of str: the user wants the table's own names as the classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[str, ...] = ()
        self._counts: dict[str, int] = {}
        self._classes: tuple[str, ...] = ()
        self._chosen: dict[str, str] = {}
        self._combos: dict[str, QComboBox] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        helps = {s.key: s.help for s in settings_of(AnnotationConfig)}
        for place, (key, title) in enumerate(COLUMNS.items()):
            label, combo = QLabel(title), QComboBox()
            combo.setObjectName(f"mapping_{key}")
            combo.setToolTip(helps[key])
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(6)
            combo.activated.connect(self.changed)
            label.setBuddy(combo)
            grid.addWidget(label, 0, place)
            grid.addWidget(combo, 1, place)
            self._combos[key] = combo
        self._table = QTableWidget(0, 3)
        self._table.setObjectName("mappingClasses")
        self._table.setHorizontalHeaderLabels(["In the table", "How often", "Class"])
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self._table.verticalHeader().hide()
        self._table.setTabKeyNavigation(False)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        row = self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight((SHOWN_ROWS + 1) * row)
        self._note = Sentence()
        self._note.setObjectName("mappingNote")
        self._take = QPushButton("Make these names the classes")
        self._take.setObjectName("mappingTakeNames")
        self._take.setToolTip("Then bring them into order, from the quietest to the loudest")
        self._take.setAutoDefault(False)
        self._take.clicked.connect(lambda: self.classes_wanted.emit(tuple(self._counts)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addWidget(self._table, stretch=1)
        layout.addWidget(self._note)
        layout.addWidget(self._take, alignment=Qt.AlignmentFlag.AlignLeft)
        self.clear()

    def apply_to(self, config: AnnotationConfig) -> AnnotationConfig:
        """The configuration with what is chosen here; `SettingsError` if a column is lacking."""
        if not self._columns:
            return config
        chosen = {key: combo.currentData() for key, combo in self._combos.items()}
        for key, column in chosen.items():
            if column is None:
                msg = f"No column is chosen for “{COLUMNS[key]}”"
                raise SettingsError(msg, hint="Choose which column of the table it is.")
        names = {
            name: target
            for name, target in self._chosen.items()
            if target in config.classes and target != name and name in self._counts
        }
        return replace(config, **chosen, class_names=names)

    def clear(self) -> None:
        """Forget the table."""
        self._columns = ()
        self._counts = {}
        self._chosen = {}
        for combo in self._combos.values():
            combo.clear()
        self._show_names()
        self.hide()

    def show_check(self, check: AnnotationsCheck, config: AnnotationConfig) -> None:
        """Show what was found in the table; of a new header, the likely columns are chosen."""
        if check.columns != self._columns:
            self._columns = check.columns
            wanted = {key: getattr(config, key) for key in COLUMNS}
            for key, combo in self._combos.items():
                combo.clear()
                for column in check.columns:
                    combo.addItem(showable(column), column)
                combo.setCurrentIndex(combo.findData(check.guess.get(key)))
            self.setVisible(bool(check.columns))
            if any(combo.currentData() != wanted[key] for key, combo in self._combos.items()):
                self.changed.emit()
                return
        self.set_names(check.class_counts, config)

    def set_names(self, counts: dict[str, int], config: AnnotationConfig) -> None:
        """Show the names in the table, each with a likely class."""
        before = dict(self._chosen)
        self._counts, self._classes = counts, config.classes
        for name in counts:
            if self._chosen.get(name) not in config.classes:
                self._chosen[name] = config.class_names.get(name) or _likely(name, config.classes)
        self._show_names()
        new = {n: c for n, c in self._chosen.items() if c and c != n and before.get(n) != c}
        if new.items() - config.class_names.items():
            self.changed.emit()

    def _show_names(self) -> None:
        counts = self._counts if len(self._counts) <= MOST_NAMES else {}
        self._table.setRowCount(0)
        self._table.setRowCount(len(counts))
        for row, (name, count) in enumerate(counts.items()):
            self._table.setItem(row, 0, QTableWidgetItem(showable(name) or "(empty)"))
            number = QTableWidgetItem(f"{count:,}")
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._table.setItem(row, 1, number)
            self._table.setCellWidget(row, 2, self._class_combo(name))
        self._table.setVisible(bool(counts))
        is_unknown = bool(counts) and not any(self._chosen.get(name) for name in counts)
        self._take.setVisible(is_unknown and MINIMUM_CLASSES <= len(counts) <= MAXIMUM_CLASSES)
        note = ""
        if len(self._counts) > MOST_NAMES:
            note = f"That column has {len(self._counts):,} different values: are these classes?"
        elif is_unknown:
            note = "None of these names is one of the classes."
        self._note.say(Tone.ODD, note)

    def _class_combo(self, name: str) -> QComboBox:
        combo = QComboBox()
        # A name that is a class needs none to stand for.
        if name not in self._classes:
            combo.addItem(LEFT_OUT, "")
        for target in self._classes:
            combo.addItem(target, target)
        combo.setCurrentIndex(max(0, combo.findData(self._chosen.get(name, ""))))
        combo.setToolTip(f"What “{showable(name)}” stands for")
        combo.activated.connect(lambda _index: self._choose(name, combo.currentData()))
        return combo

    def _choose(self, name: str, target: str) -> None:
        self._chosen[name] = target
        self.changed.emit()


def _likely(name: str, classes: tuple[str, ...]) -> str:
    """The class that a name is but for letters' case and blanks, or none."""
    plain = "".join(name.casefold().split())
    return next((c for c in classes if "".join(c.casefold().split()) == plain), "")
