"""Small parts of the review panel: the box of its runs, its sides, and where an error is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QWidget

from gui.error_listening import Place

if TYPE_CHECKING:
    from core.error_spans import SpanColumns
    from core.review import Review


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


def place_of(review: Review, spans: SpanColumns, k: int) -> Place:
    """Where one of a review's spans is."""
    rate = review.keys.sample_rate
    return Place(
        review.originals[int(spans.recording[k])],
        int(spans.start_sample[k]) / rate,
        int(spans.end_sample[k]) / rate,
    )
