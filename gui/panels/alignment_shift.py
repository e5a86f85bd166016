"""By how much annotations are to be shifted: an offset and a factor, the estimate to begin with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QWidget

LARGEST_OFFSET_S = 3600.0
STRETCHES = (0.5, 2.0)
OFFSET_DIGITS, STRETCH_DIGITS = 3, 6


class ShiftFields(QWidget):
    """Two numbers, and whether what they would do is drawn."""

    changed = Signal()
    """The numbers, or whether they are previewed."""

    def __init__(self) -> None:
        super().__init__()
        self._offset, self._stretch = QDoubleSpinBox(), QDoubleSpinBox()
        self._offset.setObjectName("alignmentOffset")
        self._offset.setDecimals(OFFSET_DIGITS)
        self._offset.setRange(-LARGEST_OFFSET_S, LARGEST_OFFSET_S)
        self._offset.setSingleStep(0.01)
        self._offset.setSuffix(" s")
        self._offset.setToolTip("How much later the annotations become; negative is earlier")
        self._stretch.setObjectName("alignmentStretch")
        self._stretch.setDecimals(STRETCH_DIGITS)
        self._stretch.setRange(*STRETCHES)
        self._stretch.setSingleStep(0.0001)
        self._stretch.setValue(1.0)
        self._stretch.setToolTip("Factor of all times before the offset; 1 leaves lengths alone")
        self.preview = QPushButton("Preview")
        self.preview.setObjectName("alignmentPreview")
        self.preview.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for text, field in (("&Offset", self._offset), ("&Factor", self._stretch)):
            label = QLabel(text)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            field.valueChanged.connect(self.changed)
        row.addWidget(self.preview)
        self.preview.toggled.connect(self.changed)

    @property
    def offset_s(self) -> float:
        """In seconds."""
        return self._offset.value()

    @property
    def stretch(self) -> float:
        """A factor."""
        return self._stretch.value()

    @property
    def is_nothing(self) -> bool:
        """Whether annotations would stay where they are."""
        return (self.offset_s, self.stretch) == (0.0, 1.0)

    def show_estimate(self, offset_s: float, stretch: float) -> None:
        """Begin with what was found; nothing is previewed."""
        self.blockSignals(True)
        self.preview.setChecked(False)
        self._offset.setValue(offset_s)
        self._stretch.setValue(stretch)
        self.blockSignals(False)
        self.changed.emit()
