"""An explanation in words above its picture: what is explained, and what moved it most."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.views.attribution import AttributionPane

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent

    from core.explanation import Explanation
    from gui.explaining import Explaining
    from gui.session import Session
    from gui.theme import PlotColors

SQUARE = "\N{BLACK SQUARE}"
GAP = "&nbsp;&nbsp; "
BUTTON_PX = 17
METHOD = (
    "Integrated gradients of the difference between the two classes' scores, in log-odds, from the "
    "mean of the training on."
)


class AttributionStrip(QWidget):
    """Shown while something is, or is about to be, explained."""

    def __init__(self, session: Session, explaining: Explaining, close: QAction) -> None:
        super().__init__()
        self.setObjectName("attributionStrip")
        self._explaining = explaining
        self._session = session
        self._colors = session.theme.colors
        self._pane: AttributionPane | None = None
        self._title, self._strongest = _line("attributionTitle"), _line("attributionStrongest")
        self._reading = ""
        button = QToolButton()
        button.setObjectName("attributionClose")
        button.setText("\N{MULTIPLICATION X}")
        button.setToolTip("Close what drove it (Esc, while nothing plays)")
        button.setAutoRaise(True)
        button.setFixedSize(BUTTON_PX, BUTTON_PX)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Not the action's own state: the button also works while something plays.
        button.clicked.connect(explaining.close)
        close.setShortcut("Escape")
        top = QHBoxLayout()
        top.setContentsMargins(6, 0, 0, 0)
        top.addWidget(self._title, 1)
        top.addWidget(button)
        second = QHBoxLayout()
        second.setContentsMargins(6, 0, 0, 0)
        second.addWidget(self._strongest, 1)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(second)
        explaining.changed.connect(self.refresh)

    @property
    def pane(self) -> AttributionPane:
        """The picture; made once it is wanted, since the window is on the screen sooner so."""
        if self._pane is None:
            self._pane = AttributionPane(self._session)
            self._pane.pointed.connect(self._on_pointed)
            self._column.addWidget(self._pane, 1)
        return self._pane

    @property
    def title(self) -> str:
        """What is explained, as it is written."""
        return self._title.text()

    @property
    def strongest(self) -> str:
        """What moved it most, or what is under the mouse, as it is written."""
        return self._strongest.text()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        if self._pane is not None:
            self._pane.set_colors(colors)
            self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        found = self._explaining.explanation
        says = self._explaining.problem or self._explaining.progress
        self._title.setText("What drove it" if found is None else title_of(found, self._colors))
        self._title.setToolTip("" if found is None else _figures(found))
        self.pane.show_explanation(found, says)
        self._show_strongest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name more, or fewer."""
        super().resizeEvent(event)
        self._show_strongest()

    def _on_pointed(self, reading: str) -> None:
        self._reading = reading
        self._show_strongest()

    def _show_strongest(self) -> None:
        found = self._explaining.explanation
        if found is None or self._reading:
            self._strongest.setText(html.escape(self._reading) if found else "")
            self._strongest.setToolTip("")
            return
        metrics, left_px = self._strongest.fontMetrics(), self._strongest.width()
        parts: list[str] = []
        for name, value in found.strongest():
            text = f"{name} {value:+.2f}"
            left_px -= metrics.horizontalAdvance(html.unescape(f"{SQUARE} {text}{GAP}"))
            if left_px < 0:
                break
            color = self._colors.toward if value >= 0 else self._colors.against
            parts.append(f"{_square(color.name())}&nbsp;{html.escape(text)}")
        self._strongest.setText(GAP.join(parts))
        self._strongest.setToolTip(_table(found))


def title_of(found: Explanation, colors: PlotColors) -> str:
    """What is explained, with the colours of both classes, as rich text."""
    first, last, n = found.start_frame, found.stop_frame - 1, len(found.frames)
    frames = f"Frame {first}" if first == last else f"Frames {first} to {last}"
    if n < found.n_in_span:
        frames = f"{n} of frames {first} to {last}"
    annotated = "the annotated " if found.is_error else ""
    toward, against = colors.toward.name(), colors.against.name()
    return (
        f"{frames} of {html.escape(found.span.recording)}: "
        f"why {_square(toward)}&nbsp;<b>{html.escape(found.predicted)}</b> (+) "
        f"rather than {annotated}{_square(against)}&nbsp;<b>{html.escape(found.other)}</b> (-)"
    )


def _line(name: str) -> QLabel:
    """One line, cut off where there is no more room."""
    line = QLabel()
    line.setObjectName(name)
    line.setTextFormat(Qt.TextFormat.RichText)
    line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return line


def _square(color: str) -> str:
    return f'<span style="color:{color}">{SQUARE}</span>'


def _figures(found: Explanation) -> str:
    moved = found.difference - found.baseline
    lines = (
        f"Run {found.span.run}, model {found.kind}",
        f"Score of {found.predicted} less that of {found.other}: {found.difference:+.2f}",
        f"The same of the mean of the training: {found.baseline:+.2f}",
        f"Sum of what is drawn: {moved - found.residual:+.2f}, which misses {found.residual:+.3f}",
        METHOD,
        f"Full colour: {found.full_scale:.3g} and more for a feature of a frame.",
    )
    return "<br>".join(html.escape(line) for line in lines)


def _table(found: Explanation) -> str:
    """Every feature with its sum over time, for the tool-tip."""
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td align='right'>&nbsp;{value:+.3f}</td>"
        f"<td>&nbsp;toward {html.escape(found.predicted if value >= 0 else found.other)}</td></tr>"
        for name, value in found.strongest()
    )
    return f"<table>{rows}</table>"
