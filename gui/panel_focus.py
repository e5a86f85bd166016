"""F6 goes from panel to panel, round and round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def go_to_panel(
    panels: Mapping[QWidget, str], step: int, *, bring_forward: Callable[[QWidget], None]
) -> None:
    """Give the focus to the panel so many after the one that has it.

    `panels` have the object names of what is to get the focus in each.
    """
    targets = {panel: _focus_target(panel, name) for panel, name in panels.items()}
    shown = [panel for panel, target in targets.items() if target is not None]
    if not shown:
        return
    focus = shown[0].window().focusWidget()
    here = next((k for k, p in enumerate(shown) if p.isAncestorOf(focus)), -1) if focus else -1
    panel = shown[(here + step) % len(shown)]
    target = targets[panel]
    if target is not None:
        bring_forward(panel)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _focus_target(panel: QWidget, name: str) -> QWidget | None:
    """What gets the focus with a panel: the named part, or another that can have it now."""
    parts = panel.findChildren(QWidget)
    parts.sort(key=lambda part: part.objectName() != name)
    can = Qt.FocusPolicy.TabFocus
    return next(
        (p for p in parts if p.isVisible() and p.isEnabled() and p.focusPolicy() & can), None
    )
