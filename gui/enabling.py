"""Which actions can be done now, and why not others: what the window's parts know, together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import SignalInstance

    from gui.actions import Actions
    from gui.media import Media
    from gui.panels.library import LibraryPanel
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
    ) -> None:
        super().__init__(session)
        self._session, self._actions = session, actions
        self._media, self._player = media, player
        self._library, self._runs = library, runs
        self._shown: tuple[frozenset[State], str] | None = None
        self._parts: list[Callable[[], Mapping[State, bool]]] = []
        for signal in (
            session.project_changed,
            session.read_only_changed,
            session.recording_changed,
            session.time.selection_changed,
            media.details_changed,
            media.audio_changed,
            player.state_changed,
            library.rows_changed,
            runs.running_changed,
            runs.stoppable_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def watch(self, changed: SignalInstance, states: Callable[[], Mapping[State, bool]]) -> None:
        """Ask another part of the window, too: now, and whenever it says that it has changed."""
        self._parts.append(states)
        changed.connect(self.refresh)
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
            State.TRAINED: self._runs.can_stop,
            State.SOUND: self._player.can_stop,
        }
        for part in self._parts:
            holds |= part()
        return frozenset(state for state, is_so in holds.items() if is_so)

    def refresh(self, *_: object) -> None:
        """Look again: an edit changes ten things, of which hardly one matters here."""
        shown = self.states, self._session.read_only
        if shown != self._shown:
            self._shown = shown
            self._actions.enable(*shown)
