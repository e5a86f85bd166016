"""Proposals for the open recording: which there are, which one is chosen, what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.proposal_edits import ACCEPTING, DISMISSAL, accept, dismiss, restore
from core.proposals import Intervals, edges_of, propose, read_predicted
from gui.actions import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.annotations.edits import Edit
    from core.annotations.stored import StoredAnnotation
    from core.library import Recording
    from core.proposals import PredictedRecording, Proposal
    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.editing import Editing
    from gui.jobs import Job
    from gui.media import Media
    from gui.session import Session

LEAST_SHARE = 0.01
"""What takes up less of the view than this is looked at more closely, with a context."""

CONTEXT_S = 1.0
NOTHING = Intervals((), np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))


class Proposing(QObject):
    """Follows predictions, annotations and dismissals; what is chosen is selected, too."""

    changed = Signal()
    """Other proposals, or none; or it is being looked for them."""
    chosen_changed = Signal()
    """Another one is chosen, or with other edges, or none."""

    def __init__(self, session: Session, actions: Actions, media: Media, editing: Editing) -> None:
        super().__init__(session)
        self._session, self._media, self._editing = session, media, editing
        self._time = session.time
        self._key: object = None
        self._job: Job | None = None
        self._found_of: tuple[object, object] = (None, None)
        self._is_choosing = False
        self._resume_s = 0.0
        self.predicted: PredictedRecording | None = None
        self.proposals = NOTHING
        self.chosen = -1
        """Place of the chosen one among the proposals; -1 for none."""
        self.edges: tuple[float, float] | None = None
        """What the user has made of the edges of the chosen one; None: they are its own."""
        for name, slot in {
            "next_proposal": lambda: self._go(1),
            "previous_proposal": lambda: self._go(-1),
            "accept_proposal": self.accept,
            "dismiss_proposal": self.dismiss,
        }.items():
            actions[name].triggered.connect(lambda _on, call=slot: call())
        media.details_changed.connect(self._on_details)
        session.settings_changed.connect(lambda _project: self._on_details(media.details))
        session.choice.changed.connect(self._on_choice)
        self._time.selection_changed.connect(self._on_selection)
        editing.confirmed.connect(self._on_confirmed)
        self._on_details(media.details)

    @property
    def states(self) -> dict[State, bool]:
        """What can be done now."""
        return {State.PROPOSED: len(self.proposals) > 0, State.PROPOSAL: self.chosen >= 0}

    @property
    def is_looking(self) -> bool:
        """Whether predictions are being read."""
        return self._job is not None

    @property
    def why_not(self) -> str:
        """Why no proposal can be accepted or dismissed; empty if it can."""
        return self._editing.why_not

    def choose(self, index: int, *, reveals: bool = True) -> None:
        """Choose a proposal, and select what it takes up; -1 chooses none."""
        if index < 0:
            self._forget_choice()
            return
        one = self.proposals[index]
        self._resume_s = one.start_s
        self.chosen, self.edges = index, None
        self._select(one.start_s, one.end_s)
        if reveals:
            if one.end_s - one.start_s < LEAST_SHARE * self._time.span_s:
                self._time.set_range(one.start_s - CONTEXT_S, one.end_s + CONTEXT_S)
            self._time.reveal(one.start_s, one.end_s)

    def draw_edges(self, start_s: float, end_s: float) -> None:
        """Give the chosen one other edges, with which it will be accepted."""
        if self.chosen >= 0 and start_s < end_s:
            self.edges = (start_s, end_s)
            self._select(start_s, end_s)

    def accept(self, label: str = "") -> None:
        """Make an annotation of the chosen one, and go to the next."""
        if self.chosen < 0:
            return
        one = self.proposals[self.chosen]
        if self.edges is not None:
            one = replace(one, start_s=self.edges[0], end_s=self.edges[1])
        self._accept([one], label)
        self._go_past(self.chosen)

    def accept_as(self, target: int) -> bool:
        """Accept the chosen one as of a class; whether there is one."""
        if self.chosen < 0:
            return False
        self.accept(self.proposals.classes[target])
        return True

    def dismiss(self) -> None:
        """Have the chosen one be none any more, and go to the next."""
        if self.chosen >= 0:
            self._dismiss([self.proposals[self.chosen]])
            self._go_past(self.chosen)

    def accept_all(self, least_score: float) -> None:
        """Accept those that the run is sure of, in one step."""
        self._accept(self.proposals.at_least(least_score))

    def dismiss_all(self, below_score: float) -> None:
        """Dismiss those that it is not sure of, in one step."""
        self._dismiss(self.proposals.below(below_score))

    def restore(self) -> None:
        """Propose what was dismissed again, in one step."""
        predicted = self.predicted
        if predicted is not None:
            self._editing.submit(lambda _sheet, _by: restore(predicted))

    def _accept(self, proposals: Sequence[Proposal], label: str = "") -> None:
        self._editing.submit(
            lambda sheet, by: accept(
                proposals, file_name=sheet.file_name, bounds=sheet.bounds, by=by, label=label
            )
        )

    def _dismiss(self, proposals: Sequence[Proposal]) -> None:
        predicted = self.predicted
        if predicted is not None:
            self._editing.submit(lambda _sheet, by: dismiss(proposals, predicted, by=by))

    def _go(self, step: int) -> None:
        """Choose the proposal that starts next, or before, and have playing start there."""
        starts_s, time = self.proposals.start_s, self._time
        if self.chosen >= 0:
            index = self.chosen + step
        else:
            here_s = time.selection[0] if time.selection else time.playhead_s
            side = "left" if step > 0 else "right"
            index = int(np.searchsorted(starts_s, here_s, side=side)) + min(step, 0)
        if not 0 <= index < len(starts_s):
            which = "last" if step > 0 else "first"
            self._session.say(f"That was the {which} proposal.")
            return
        time.request_seek(float(starts_s[index]))
        self.choose(index)

    def _go_past(self, index: int) -> None:
        """Go to the next at once: what is asked for now need not be stored yet."""
        if index + 1 < len(self.proposals):
            self.choose(index + 1)
        else:
            self._resume_s = float("inf")
            self._forget_choice()

    def _go_on(self, edit: Edit) -> None:
        """Go on where one went to meanwhile; to what is proposed again where that was undone."""
        done, back = edit.added or edit.dismissed, edit.removed or edit.restored
        if not edit.name.startswith((ACCEPTING, DISMISSAL)) or len(done) + len(back) != 1:
            return
        if back:
            index = int(np.searchsorted(self.proposals.end_s, back[0].start_s, side="right"))
        else:
            index = int(np.searchsorted(self.proposals.start_s, self._resume_s, side="left"))
        if index < len(self.proposals):
            self.choose(index)
        elif done:
            self._session.say("That was the last proposal.")

    def _on_confirmed(self, recording: Recording | None, edit: Edit) -> None:
        if recording is None or recording != self._session.recording:
            return
        if self.predicted is not None and (edit.dismissed or edit.restored):
            self.predicted = self.predicted.after(edit)
            self._find(self._media.details)
        self._go_on(edit)

    def _on_details(self, details: RecordingDetails | None) -> None:
        project = self._session.project
        key: object = None
        if details is not None and details.run and details.are_all_predicted and project:
            least_s = project.settings.proposals.minimum_duration
            names = (project.folder, details.recording.database_path, details.run.name)
            key = (*names, details.predictions_stamp, details.classes, least_s)
        if key != self._key:
            self._key = key
            self._drop()
            if details is not None and details.run and project and key is not None:
                self._job = self._session.details.submit(
                    read_predicted,
                    project.folder,
                    details.recording.database_path,
                    details.run.name,
                    done=lambda read: self._on_read(key, read),
                    failed=lambda error: self._on_failed(key, error),
                )
        self._find(details)

    def _drop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job, self.predicted = None, None

    def _on_read(self, key: object, predicted: PredictedRecording | None) -> None:
        if key == self._key:
            self._job, self.predicted = None, predicted
            self._find(self._media.details)

    def _on_failed(self, key: object, error: Exception) -> None:
        if key == self._key:
            self._job = None
            self._session.errors.show(error)
            self.changed.emit()

    def _find(self, details: RecordingDetails | None) -> None:
        """Find what is proposed beside the annotations as they are now."""
        predicted = self.predicted
        stored: tuple[StoredAnnotation, ...] = details.stored_annotations if details else ()
        if self._found_of[0] is predicted and self._found_of[1] is stored:
            if predicted is None:
                # What is said of there being none may be something else.
                self.changed.emit()
            return
        before = self.proposals[self.chosen] if self.chosen >= 0 else None
        had_any = len(self.proposals) > 0
        self._found_of = (predicted, stored)
        self.proposals = propose(predicted, *edges_of(stored)) if predicted else NOTHING
        self.chosen = self._place_of(before)
        if self.chosen < 0:
            self.edges = None
        self.changed.emit()
        if had_any or len(self.proposals):
            # Each edit comes by here: where nothing is proposed, nothing is drawn for it again.
            self.chosen_changed.emit()

    def _place_of(self, one: Proposal | None) -> int:
        if one is None:
            return -1
        index = int(np.searchsorted(self.proposals.start_s, one.start_s, side="left"))
        return index if index < len(self.proposals) and self.proposals[index] == one else -1

    def _select(self, start_s: float, end_s: float) -> None:
        self._is_choosing = True
        self._time.select(start_s, end_s)
        # Where just this was selected already, nobody has heard of it.
        self._session.choice.clear()
        self._is_choosing = False
        self.chosen_changed.emit()

    def _forget_choice(self) -> None:
        if self.chosen >= 0:
            self.chosen, self.edges = -1, None
            self.chosen_changed.emit()

    def _on_selection(self, _selection: object) -> None:
        """Another time is selected: no proposal is chosen any more."""
        if not self._is_choosing:
            self._forget_choice()

    def _on_choice(self) -> None:
        if self._session.choice.annotations:
            self._forget_choice()
