"""The parts of the review panel that know nothing of errors: where its lists stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QWidget


def make_run_box() -> QComboBox:
    """A box for the runs that can be reviewed."""
    box = QComboBox()
    box.setObjectName("reviewRun")
    tip = "Run whose errors are shown: the one of the settings as they are, then newest"
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    box.setPlaceholderText("Choose a past run")
    # A long name must not keep the matrix from being made smaller.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box


def side_by_side(left: QWidget, right: QWidget, widths: tuple[int, ...]) -> QSplitter:
    """Two parts beside each other, with a handle between them."""
    parts = QSplitter(Qt.Orientation.Horizontal)
    parts.addWidget(left)
    parts.addWidget(right)
    parts.setSizes(list(widths))
    parts.setStretchFactor(0, 3)
    parts.setStretchFactor(1, 1)
    parts.setChildrenCollapsible(False)
    return parts
