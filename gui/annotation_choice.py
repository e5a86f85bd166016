"""Which annotations of the open recording are chosen, in whichever view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.annotations.csv import Annotation
    from gui.views.time_axis import TimeAxis


class AnnotationChoice(QObject):
    """The chosen annotations; the time that they take up is selected.

    When another time is selected, none is chosen any more.
    """

    changed = Signal()

    def __init__(self, time: TimeAxis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._time = time
        self._chosen: tuple[Annotation, ...] = ()
        self._keys: frozenset[int] = frozenset()
        self._is_choosing = False
        time.selection_changed.connect(self._on_selection)

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """By their start; none may be."""
        return self._chosen

    def __contains__(self, annotation: Annotation) -> bool:
        return key_of(annotation) in self._keys

    @property
    def keys(self) -> frozenset[int]:
        """By which the chosen ones are known through edits."""
        return self._keys

    def choose(self, annotations: Iterable[Annotation]) -> None:
        """Choose these alone, and select the time from the first start to the last end."""
        unique = {key_of(a): a for a in annotations}
        chosen = tuple(sorted(unique.values(), key=lambda a: (a.start_s, a.end_s, key_of(a))))
        before, self._chosen = self._chosen, chosen
        self._keys = frozenset(map(key_of, chosen))
        self._is_choosing = True
        if chosen:
            self._time.select(chosen[0].start_s, max(a.end_s for a in chosen))
        elif before:
            self._time.clear_selection()
        self._is_choosing = False
        if chosen != before:
            self.changed.emit()

    def toggle(self, annotation: Annotation) -> None:
        """Choose one besides, or no longer."""
        others = [a for a in self._chosen if key_of(a) != key_of(annotation)]
        self.choose(others if len(others) < len(self._chosen) else [*others, annotation])

    def clear(self) -> None:
        """Choose none; what time is selected stays."""
        if self._chosen:
            self._chosen, self._keys = (), frozenset()
            self.changed.emit()

    def _on_selection(self, _selection: object) -> None:
        if not self._is_choosing:
            self.clear()


def key_of(annotation: Annotation) -> int:
    """By which an annotation of the open recording is known."""
    return annotation.id or annotation.line
