"""What the window remembers between two starts: recent projects, theme, where everything stood."""

from __future__ import annotations

from PySide6.QtCore import QSettings

ORGANISATION = "loudness-classificator"
APPLICATION = "loudness-gui"


def preferences() -> QSettings:
    """The user's own, in a file of the user's configuration folder."""
    return QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, ORGANISATION, APPLICATION
    )
