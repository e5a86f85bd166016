"""What is seen before a project is open: what this is, and the ways to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCommandLinkButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from gui.icons import icon
from gui.recent_projects import RecentProjects, is_there, title_of
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from gui.actions import Actions
    from gui.session import Session

NAME = "Loudness Classificator"
WHAT_THIS_IS = (
    "See and hear whether annotations lie where the sound is, train a model on them, and find "
    "out what it gets wrong."
)
HOW_TO_DROP = "Or drop a project folder, or a database of recordings, on this window."
WIDTH_PX = 720
BUTTON_ICON_PX = 32
BUTTON_STYLE = """
QCommandLinkButton {
  background: palette(base); border: 1px solid palette(mid); border-radius: 6px;
}
QCommandLinkButton:hover, QCommandLinkButton:focus { border-color: palette(highlight); }
QCommandLinkButton:pressed { background: palette(midlight); }
"""
BUTTONS = (
    ("new_project", "new", "New project", "From an SQLite database of recordings"),
    ("open_project", "open", "Open project", "A folder with a project.toml"),
    ("open_demo", "demo", "Open the demo", "A small library with known truth, made in seconds"),
)


class WelcomePage(QWidget):
    """Large buttons, and the projects that were open last.

    Parameters
    ----------
    session : Session
        Opens the recent ones.
    actions : Actions
        Do the rest.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("welcomePage")
        self._session = session
        self._recent = RecentProjects(self)
        self._buttons: dict[str, QCommandLinkButton] = {}
        page = QWidget()
        page.setMaximumWidth(WIDTH_PX)
        self._column = QVBoxLayout(page)
        self._column.setSpacing(10)
        self._column.addStretch(2)
        self._add_title()
        for action_id, icon_name, text, description in BUTTONS:
            button = QCommandLinkButton(text, description)
            button.setObjectName(f"welcome_{action_id}")
            button.setFlat(False)
            button.setIconSize(QSize(BUTTON_ICON_PX, BUTTON_ICON_PX))
            action = actions[action_id]
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
            self._buttons[icon_name] = button
            self._column.addWidget(button)
        hint = Sentence()
        hint.say(Tone.HELP, HOW_TO_DROP)
        self._column.addWidget(hint)
        self._list = _RecentList(self._recent)
        self._list.chosen.connect(self._open)
        self._column.addWidget(self._list)
        self._column.addStretch(3)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.addStretch()
        row.addWidget(page, stretch=4)
        row.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(middle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.setFocusProxy(self._buttons["new"])
        session.project_changed.connect(lambda _project: self._list.refresh())
        session.theme.changed.connect(lambda _colors: self._dress())
        self._dress()

    def showEvent(self, event: QShowEvent) -> None:
        """Look anew for what is gone."""
        super().showEvent(event)
        self._list.refresh()

    def _add_title(self) -> None:
        title = QLabel(NAME)
        font = title.font()
        font.setPointSizeF(2.0 * font.pointSizeF())
        font.setBold(True)
        title.setFont(font)
        self._column.addWidget(title)
        about = QLabel(WHAT_THIS_IS)
        about.setWordWrap(True)
        self._column.addWidget(about)

    def _dress(self) -> None:
        """In today's colours, which a style sheet takes from the palette only when it is set."""
        for name, button in self._buttons.items():
            button.setIcon(icon(name))
            button.setStyleSheet(BUTTON_STYLE)

    def _open(self, folder: Path) -> None:
        try:
            self._session.open_project(folder)
        except LoudnessError as error:
            self._session.errors.show(error, title="Open project")
            self._list.refresh()


class _RecentList(QWidget):
    """One button for each recent project, with its folder; those that are gone can be forgotten."""

    chosen = Signal(object)

    def __init__(self, recent: RecentProjects) -> None:
        super().__init__()
        self.setObjectName("welcomeRecent")
        self._recent = recent
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 12, 0, 0)
        self._layout.setSpacing(2)
        self._rows = QWidget()
        self._layout.addWidget(self._rows)
        self.refresh()

    def refresh(self) -> None:
        """Build the list anew."""
        self._rows.hide()
        # Not deleted now: this may be the answer to a click on one of its buttons.
        self._rows.deleteLater()
        self._rows = QWidget()
        self._layout.addWidget(self._rows)
        column = QVBoxLayout(self._rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        folders = self._recent.folders
        self.setVisible(bool(folders))
        heading = QLabel("Recent projects")
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        column.addWidget(heading)
        for folder in folders:
            column.addLayout(self._row(folder))

    def _row(self, folder: Path) -> QHBoxLayout:
        there = is_there(folder)
        button = QPushButton(title_of(folder).replace("&", "&&"))
        button.setFlat(True)
        button.setEnabled(there)
        button.setStyleSheet("text-align: left; padding: 3px 6px;")
        button.setToolTip(str(folder))
        button.clicked.connect(lambda: self.chosen.emit(folder))
        place = Sentence()
        place.say(Tone.HELP if there else Tone.ODD, str(folder) if there else f"{folder} is gone")
        forget = QToolButton()
        forget.setIcon(icon("cancel"))
        forget.setAutoRaise(True)
        forget.setToolTip("Forget this project; nothing of it is deleted")
        forget.clicked.connect(lambda: self._forget(folder))
        row = QHBoxLayout()
        row.addWidget(button, stretch=2)
        row.addWidget(place, stretch=3)
        row.addWidget(forget)
        return row

    def _forget(self, folder: Path) -> None:
        self._recent.remove(folder)
        self.refresh()
