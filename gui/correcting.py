"""Corrections of the chosen error: a key extends its neighbour over it, another cuts it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.annotations.correcting import cut_out, extend_over
from gui.actions import State

if TYPE_CHECKING:
    from core.annotations.edits import Edit
    from core.library import Recording
    from gui.actions import Actions
    from gui.annotating import Annotating
    from gui.error_listening import Place
    from gui.panels.review import ReviewPanel
    from gui.session import Session

NONE_CHOSEN = "Choose an error in the list first."
NOT_OPEN = "The recording of the error is being opened."


class Correcting(QObject):
    """Edits what is annotated where an error is chosen, which stays chosen for the next key."""

    changed = Signal()
    """`states` may be others."""

    def __init__(
        self, session: Session, actions: Actions, annotating: Annotating, errors: ReviewPanel
    ) -> None:
        super().__init__(session)
        self._session, self._actions = session, actions
        self._annotating, self._errors = annotating, errors
        self._places: dict[frozenset[int], Place] = {}
        """What was corrected, by the annotations that were edited for it."""
        actions["extend_span"].triggered.connect(self.extend)
        actions["trim_span"].triggered.connect(self.trim)
        annotating.corrects.connect(self._note)
        editing = annotating.editing
        editing.confirmed.connect(self._on_confirmed)
        session.project_changed.connect(lambda _project: self._places.clear())
        for signal in (
            errors.chosen_changed,
            session.recording_changed,
            session.read_only_changed,
            editing.state_changed,
        ):
            signal.connect(self._on_state)
        self._on_state()

    @property
    def why_not(self) -> str:
        """Why the error cannot be corrected by a key now; empty if it can."""
        if self._errors.chosen is None:
            return NONE_CHOSEN
        if self._errors.chosen_place is None:
            return NOT_OPEN
        return self._annotating.editing.why_not

    @property
    def states(self) -> dict[State, bool]:
        """What can be done now."""
        return {State.CORRECTABLE: not self.why_not}

    def extend(self) -> None:
        """Extend the neighbour of the predicted class over the error."""
        place, label = self._errors.chosen_place, self._errors.chosen_prediction
        if place is None:
            return
        hop_s, frame_s = self._annotating.hop_s, self._annotating.frame_s
        self._annotating.editing.submit(
            lambda sheet, by: self._note(
                place,
                extend_over(
                    tuple(sheet.stored.values()),
                    place.start_s,
                    place.end_s,
                    label,
                    # Frames at an edge that no annotation contains whole lie between.
                    reach_s=hop_s + frame_s,
                    least_s=hop_s,
                    bounds=sheet.bounds,
                    by=by,
                ),
            )
        )

    def trim(self) -> None:
        """Take the error out of what is annotated."""
        place, hop_s = self._errors.chosen_place, self._annotating.hop_s
        if place is None:
            return
        self._annotating.editing.submit(
            lambda sheet, by: self._note(
                place,
                cut_out(
                    tuple(sheet.stored.values()),
                    place.start_s,
                    place.end_s,
                    least_s=hop_s,
                    bounds=sheet.bounds,
                    by=by,
                ),
            )
        )

    def _note(self, place: Place, edit: Edit) -> Edit:
        """Remember, while an edit is made, what it corrects: others may be stored before it."""
        self._places[_ids(edit)] = place
        return edit

    def _on_confirmed(self, _recording: Recording | None, edit: Edit) -> None:
        """Select the error again, not the annotations that were edited for it."""
        place = self._places.get(_ids(edit))
        if place is not None and place == self._errors.chosen_place:
            self._session.choice.clear()
            self._session.time.select(place.start_s, place.end_s)

    def _on_state(self, *_: object) -> None:
        for name in ("extend_span", "trim_span"):
            self._actions.say_why_not(name, self.why_not)
        self.changed.emit()


def _ids(edit: Edit) -> frozenset[int]:
    """The same for an edit and its inverse."""
    return frozenset(a.id for a in (*edit.removed, *edit.added))
