"""Light and dark: the palette of the widgets and the colours of the plots."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from gui.preferences import preferences


class Scheme(enum.StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class PlotColors:
    """Colours of everything that is drawn over time; each is told from its neighbours.

    Class colours are from Okabe and Ito's palette for the colour-blind (Color Universal Design,
    2008), from cold and quiet to warm and loud, and shaded for the background.
    """

    background: QColor
    foreground: QColor
    grid: QColor
    waveform: QColor
    overlay: QColor
    """The transcoded recording, laid over the original."""
    selection: QColor
    playhead: QColor
    cursor: QColor
    toward: QColor
    """What moved a decision toward its class, and against it: the ends of ColorBrewer's PRGn, which
    the colour-blind tell apart, and which no class has."""
    against: QColor
    curves: tuple[QColor, ...]
    classes: tuple[QColor, ...]


def _colors(*names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names)


LIGHT = PlotColors(
    background=QColor("#ffffff"),
    foreground=QColor("#30343b"),
    grid=QColor("#d9dce1"),
    waveform=QColor("#3c5a78"),
    overlay=QColor("#b3478f"),
    selection=QColor(60, 120, 200, 50),
    playhead=QColor("#c81e1e"),
    cursor=QColor("#6b7280"),
    toward=QColor("#1b7837"),
    against=QColor("#762a83"),
    curves=_colors("#1f5fa8", "#a8511f", "#2f7d4f", "#7d3f9c", "#8a6d00"),
    classes=_colors("#0072b2", "#e69f00", "#d55e00"),
)
DARK = PlotColors(
    background=QColor("#15181d"),
    foreground=QColor("#d5d9e0"),
    grid=QColor("#333943"),
    waveform=QColor("#86b3dd"),
    overlay=QColor("#ee88cc"),
    selection=QColor(110, 170, 255, 60),
    playhead=QColor("#ff6b6b"),
    cursor=QColor("#9aa3b0"),
    toward=QColor("#7fd08a"),
    against=QColor("#c58be0"),
    curves=_colors("#7db4f0", "#f0a36b", "#7fd0a0", "#cf9cf0", "#e0c550"),
    classes=_colors("#56b4e9", "#f0c23c", "#ff7f50"),
)


_ROLES = (
    # role, light, dark
    (QPalette.ColorRole.Window, "#f3f4f6", "#2b3038"),
    (QPalette.ColorRole.WindowText, "#1f2329", "#dde1e8"),
    (QPalette.ColorRole.Base, "#ffffff", "#191c22"),
    (QPalette.ColorRole.AlternateBase, "#f6f7f9", "#20242b"),
    (QPalette.ColorRole.Text, "#1f2329", "#dde1e8"),
    (QPalette.ColorRole.PlaceholderText, "#737b87", "#8d96a3"),
    (QPalette.ColorRole.Button, "#e9ebef", "#363c46"),
    (QPalette.ColorRole.ButtonText, "#1f2329", "#dde1e8"),
    (QPalette.ColorRole.BrightText, "#ffffff", "#ffffff"),
    (QPalette.ColorRole.ToolTipBase, "#fffbe6", "#343a45"),
    (QPalette.ColorRole.ToolTipText, "#1f2329", "#dde1e8"),
    (QPalette.ColorRole.Highlight, "#2f6fb5", "#3b78b8"),
    (QPalette.ColorRole.HighlightedText, "#ffffff", "#ffffff"),
    (QPalette.ColorRole.Accent, "#2f6fb5", "#5b9bdc"),
    (QPalette.ColorRole.Link, "#1d5fa8", "#7db4f0"),
    (QPalette.ColorRole.Light, "#ffffff", "#3a404b"),
    (QPalette.ColorRole.Midlight, "#f0f1f4", "#313640"),
    (QPalette.ColorRole.Mid, "#b9bfc8", "#171a1f"),
    (QPalette.ColorRole.Dark, "#9aa1ac", "#111317"),
    (QPalette.ColorRole.Shadow, "#6b7280", "#000000"),
)
_TEXTS = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)
_DISABLED_TEXT = ("#9aa1ac", "#6d7683")


def make_palette(*, is_dark: bool) -> QPalette:
    """Colours of the widgets, the same on every desktop."""
    palette = QPalette()
    for role, light, dark in _ROLES:
        palette.setColor(role, QColor(dark if is_dark else light))
    for role in _TEXTS:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED_TEXT[is_dark]))
    return palette


def class_color(target: int, n_classes: int, colors: PlotColors) -> QColor:
    """Colour of a class: the ends of the order have the palette's ends, others lie between.

    Parameters
    ----------
    target : int
        Place of the class in the order.
    n_classes : int
        Number of classes, two or more.
    colors : PlotColors
        Light or dark.
    """
    ends = colors.classes
    place = target / max(1, n_classes - 1) * (len(ends) - 1)
    low = min(int(place), len(ends) - 2)
    share = place - low
    a, b = ends[low], ends[low + 1]
    mixed = [
        round(x + share * (y - x))
        for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    ]
    return QColor(*mixed)


class Theme(QObject):
    """What the window looks like; one for the application."""

    changed = Signal(object)
    """The new `PlotColors`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hints = QApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self.apply(Scheme(str(preferences().value("theme", Scheme.SYSTEM.value))))

    @property
    def scheme(self) -> Scheme:
        """What the user chose."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        """Whether the window is dark now."""
        if self._scheme is Scheme.SYSTEM:
            return self._hints.colorScheme() == Qt.ColorScheme.Dark
        return self._scheme is Scheme.DARK

    @property
    def colors(self) -> PlotColors:
        """Colours of the plots."""
        return DARK if self.is_dark else LIGHT

    def choose(self, scheme: Scheme) -> None:
        """Change the look, and remember it."""
        preferences().setValue("theme", scheme.value)
        self.apply(scheme)

    def apply(self, scheme: Scheme) -> None:
        """Change the look for now."""
        self._scheme = scheme
        wanted = {
            Scheme.SYSTEM: Qt.ColorScheme.Unknown,
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
        }[scheme]
        # For what the desktop draws, such as the title bar; not all desktops listen.
        self._hints.setColorScheme(wanted)
        self._dress()

    def _follow_system(self) -> None:
        if self._scheme is Scheme.SYSTEM:
            self._dress()

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(make_palette(is_dark=self.is_dark))
        self.changed.emit(self.colors)
