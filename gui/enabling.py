"""Which actions can be done now: what the parts of the window know, brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import State

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.editing import Editing
    from gui.media import Media
    from gui.panels.evaluation import EvaluationPanel
    from gui.panels.library import LibraryPanel
    from gui.panels.review import ReviewPanel
    from gui.playback import Player
    from gui.session import Session
    from gui.stage_runs import StageRuns


class Enabling(QObject):
    """Enables and disables the actions as things change."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        *,
        media: Media,
        player: Player,
        library: LibraryPanel,
        runs: StageRuns,
        evaluation: EvaluationPanel,
        review: ReviewPanel,
        editing: Editing,
    ) -> None:
        super().__init__(session)
        self._session, self._actions = session, actions
        self._media, self._player = media, player
        self._library, self._runs = library, runs
        self._evaluation, self._review = evaluation, review
        self._editing = editing
        self._shown: frozenset[State] | None = None
        for signal in (
            session.project_changed,
            session.recording_changed,
            session.time.selection_changed,
            media.details_changed,
            media.audio_changed,
            player.state_changed,
            library.rows_changed,
            runs.running_changed,
            evaluation.shown_changed,
            review.chosen_changed,
            runs.stoppable_changed,
            session.choice.changed,
            editing.state_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    @property
    def states(self) -> frozenset[State]:
        """What holds now."""
        session, media = self._session, self._media
        annotations = media.details.annotations if media.details else ()
        drawn = media.original is not None or media.transcoded is not None
        holds = {
            State.PROJECT: session.project is not None,
            State.LISTED: self._library.has_rows,
            State.RECORDING: session.recording is not None and drawn,
            State.ANNOTATED: bool(annotations),
            State.SELECTION: session.time.selection is not None,
            State.RUNNING: self._runs.is_running,
            State.IDLE: not self._runs.is_running,
            State.EVALUATED: self._evaluation.result is not None,
            State.ERROR: self._review.chosen is not None,
            State.TRAINED: self._runs.can_stop,
            State.SOUND: self._player.can_stop,
            State.WRITABLE: session.project is not None and not session.read_only,
            State.EDITABLE: not self._editing.why_not,
            State.CHOSEN: bool(session.choice.annotations),
            State.SEVERAL: len(session.choice.annotations) > 1,
            State.UNDO: self._editing.can_undo,
            State.REDO: self._editing.can_redo,
        }
        return frozenset(state for state, is_so in holds.items() if is_so)

    def refresh(self, *_: object) -> None:
        """Look again: an edit changes ten things, of which hardly one matters here."""
        states = self.states
        if states != self._shown:
            self._shown = states
            self._actions.enable(states)
