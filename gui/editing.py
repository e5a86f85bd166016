"""Edits of annotations, one after the other: stored by a child, then shown, then to be undone."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.annotating import confirm_edit, prepare_editing
from core.annotations.csv import Annotation
from core.annotations.edits import Bounds, sign
from core.errors import AnnotationError
from core.library import Recording
from core.recording_details import sentence
from gui.annotation_signature import author_name
from gui.commands import EditCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.annotations.edits import Edit, Signature, StoredAnnotation
    from core.project import Project
    from core.recording_details import RecordingDetails
    from gui.listening import Listening
    from gui.media import Media
    from gui.session import Session

DEFAULT_RATE_HZ = 48_000.0


@dataclass
class Sheet:
    """The annotations of a recording as the project has stored them."""

    recording: Recording
    bounds: Bounds
    file_name: str
    """What new annotations call the recording."""
    stored: dict[int, StoredAnnotation] = field(default_factory=dict)


@dataclass
class _Task:
    """Something to be stored, once its turn has come; without `make`, the next undo or redo."""

    make: Callable[[Sheet, Signature], Edit] | None
    sheet: Sheet | None = None
    command: EditCommand | None = None
    is_undo: bool = False
    has_stepped: bool = False
    """Whether the stack of edits has moved already: it goes back if this is refused."""


EMPTY = Sheet(Recording("", Path()), Bounds(), "")


class Editing(QObject):
    """Has edits stored in their order, and keeps what is shown, and what can be undone, with them.

    An edit is made of the annotations as they are when its turn comes, so that it does not matter
    how quickly edits follow each other.
    """

    state_changed = Signal()
    """`why_not`, `is_busy`, or what can be undone may be others."""
    confirmed = Signal(object, object)
    """A recording, or None for several, and what was stored: an `Edit`, of an undo its inverse."""
    refused = Signal(str)
    """An edit that makes no sense: one sentence."""
    settled = Signal()
    """Nothing waits any more; what is shown is what is stored."""

    def __init__(self, session: Session, media: Media, listening: Listening) -> None:
        super().__init__(session)
        self._session, self._media, self._listening = session, media, listening
        self._stack = session.undo_stack
        self._sheet: Sheet | None = None
        self._shown: tuple[Annotation, ...] = ()
        self._waiting: deque[_Task] = deque()
        self._running: _Task | None = None
        self._is_stepping = False
        self._is_prepared = False
        self._to_choose: tuple[Recording, frozenset[int]] | None = None
        session.project_changed.connect(self._on_project)
        session.read_only_changed.connect(self.state_changed)
        media.details_changed.connect(self._on_details)
        self._stack_signals = (self._stack.indexChanged, self._stack.undoTextChanged)
        for signal in self._stack_signals:
            signal.connect(self._on_stack)
        session.closing.connect(self._on_closing)
        self._on_details(media.details)

    @property
    def why_not(self) -> str:
        """Why annotations cannot be edited now; empty if they can."""
        if self._session.project is None or self._sheet is None:
            return "Open a recording first."
        return self._session.read_only

    @property
    def is_busy(self) -> bool:
        """Whether something is being stored, or waits for that."""
        return self._running is not None or bool(self._waiting)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to be undone, or will be in a moment."""
        return not self._session.read_only and (self._stack.canUndo() or self.is_busy)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to be done again."""
        return not self._session.read_only and self._stack.canRedo()

    def submit(self, make: Callable[[Sheet, Signature], Edit]) -> None:
        """Have an edit of the open recording stored; it is made when those before it are stored.

        `make` is given the annotations as they are then, and who edits. The `AnnotationError` that
        it may raise becomes `refused`.
        """
        sheet = self._sheet
        if sheet is None or self.why_not:
            self.refused.emit(self.why_not)
            self.settled.emit()
            return
        project, duration_s = self._session.project, self._session.time.duration_s
        sheet.bounds = replace(
            sheet.bounds,
            duration_s=duration_s or sheet.bounds.duration_s,
            allow_overlaps=project is None or project.settings.annotations.allow_overlaps,
        )
        self._waiting.append(_Task(make, sheet=sheet))
        self._go_on()

    def tried(self, make: Callable[[Sheet, Signature], Edit]) -> Edit | None:
        """The edit that would be stored now, which is not; None if none can be.

        Raises
        ------
        AnnotationError
            If it makes no sense.
        """
        return None if self._sheet is None else self._edit_of(_Task(make, sheet=self._sheet))

    def give_up(self) -> None:
        """Wait for nothing any more: what is being stored may be lost."""
        self._waiting.clear()
        self._running = None
        self.state_changed.emit()

    def undo(self) -> None:
        """Take back the edit before."""
        self._step(is_undo=True)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._step(is_undo=False)

    def record(self, edit: Edit | None, recording: Recording | None = None) -> None:
        """Let an edit be undone that was stored already, such as an import; None: none can be."""
        if edit is not None and (edit.removed or edit.added):
            self._is_stepping = True
            self._stack.push(EditCommand(self, recording, edit))
            self._is_stepping = False
        self._look_again()

    def on_stepped(self, command: EditCommand, *, is_undo: bool) -> None:
        """Follow the stack of edits where somebody else than this moved it."""
        if self._is_stepping:
            return
        edit = command.edit.inverse() if is_undo else command.edit
        task = _Task(lambda _sheet, _by: edit, command=command, is_undo=is_undo, has_stepped=True)
        self._waiting.append(task)
        self._go_on()

    def _step(self, *, is_undo: bool) -> None:
        if self._session.read_only:
            self.refused.emit(self._session.read_only)
            return
        self._waiting.append(_Task(None, is_undo=is_undo))
        self._go_on()

    def _go_on(self) -> None:
        """Store what comes next, unless something is being stored."""
        project = self._session.project
        while self._running is None and self._waiting and project is not None:
            task = self._waiting.popleft()
            try:
                edit = self._edit_of(task)
            except AnnotationError as error:
                self.refused.emit(sentence(error))
                continue
            if edit is not None:
                self._store(project, task, edit)
        self.state_changed.emit()
        if not self.is_busy:
            self.settled.emit()

    def _edit_of(self, task: _Task) -> Edit | None:
        """What to store; None where that is nothing."""
        if task.make is not None:
            sheet = task.sheet
            if sheet is None:
                return task.make(EMPTY, self._sign())
            bounds = replace(sheet.bounds, annotations=list(sheet.stored.values()))
            return task.make(replace(sheet, bounds=bounds), self._sign())
        stack = self._stack
        command = stack.command(stack.index() - 1 if task.is_undo else stack.index())
        if not isinstance(command, EditCommand):
            # Of somebody else, who does it at once.
            (stack.undo if task.is_undo else stack.redo)()
            return None
        task.command = command
        return command.edit.inverse() if task.is_undo else command.edit

    def _sign(self) -> Signature:
        return sign(author_name(), self._listening.gain_db)

    def _store(self, project: Project, task: _Task, edit: Edit) -> None:
        self._running = task
        self._session.annotating.submit(
            confirm_edit,
            project.folder,
            edit,
            done=lambda _stored: self._on_stored(task, edit),
            failed=lambda error: self._on_failed(task, error),
            cancelled=lambda: self._on_cancelled(task),
        )

    def _on_stored(self, task: _Task, edit: Edit) -> None:
        self._running = None
        recording = task.command.recording if task.command else None
        if task.sheet is not None:
            recording = task.sheet.recording
        self._is_stepping = True
        if task.command is None:
            self._stack.push(EditCommand(self, recording, edit))
        elif not task.has_stepped:
            (self._stack.undo if task.is_undo else self._stack.redo)()
        self._is_stepping = False
        if recording is None:
            self._look_again()
        else:
            self._take(recording, edit, is_step=task.command is not None)
            if not edit.leaves_annotations:
                n_more = len(edit.added) - len(edit.removed)
                self._session.annotations_changed.emit(recording, n_more)
        self.confirmed.emit(recording, edit)
        self._go_on()

    def _look_again(self) -> None:
        """Annotations of many recordings may be others now: all is looked at anew."""
        self._session.products_changed.emit()

    def _take(self, recording: Recording, edit: Edit, *, is_step: bool) -> None:
        """Show what is stored now; what is undone or done again is brought into view."""
        added = frozenset(a.id for a in edit.added)
        for sheet in self._sheets_of(recording):
            for a in edit.removed:
                sheet.stored.pop(a.id, None)
            sheet.stored.update({a.id: a for a in edit.added})
        sheet, details = self._sheet, self._media.details
        if sheet is None or details is None or sheet.recording != recording:
            if recording == self._session.recording:
                # It is being read, perhaps as it was before this edit.
                self._media.look_again()
            if is_step:
                self._to_choose = (recording, added)
                self._session.show_recording(recording)
            return
        self._shown = _edited(details.annotations, edit, details.classes)
        self._media.change_annotations(recording, self._shown, tuple(sheet.stored.values()))
        self._choose(added, brings_into_view=is_step)

    def _sheets_of(self, recording: Recording) -> list[Sheet]:
        """The open one, and those of edits that wait from before another one was opened."""
        sheets = [self._sheet, *(task.sheet for task in self._waiting)]
        unique = {id(sheet): sheet for sheet in sheets if sheet is not None}
        return [sheet for sheet in unique.values() if sheet.recording == recording]

    def _choose(self, ids: frozenset[int], *, brings_into_view: bool) -> None:
        chosen = [a for a in self._shown if a.id in ids]
        self._session.choice.choose(chosen)
        if chosen and brings_into_view:
            self._session.time.reveal(chosen[0].start_s, max(a.end_s for a in chosen))

    def _on_failed(self, task: _Task, error: Exception) -> None:
        """Tell; what waited was meant for another state, and is dropped with it."""
        self._running = None
        dropped = [task, *self._waiting]
        self._waiting.clear()
        self._is_stepping = True
        for one in reversed(dropped):
            if one.has_stepped:
                (self._stack.redo if one.is_undo else self._stack.undo)()
        self._is_stepping = False
        title = "Edit"
        if task.command is not None:
            title = "Undo" if task.is_undo else "Redo"
        self._session.errors.show(error, title=title)
        self._media.look_again()
        self._go_on()

    def _on_cancelled(self, task: _Task) -> None:
        """Another project may be open already: what waits or runs then is meant for that."""
        if self._running is task:
            self._running = None
            self._go_on()

    def _prepare(self) -> None:
        """Start the child before it is needed: once for a project."""
        project = self._session.project
        if project is not None and not self._session.read_only and not self._is_prepared:
            self._is_prepared = True
            self._session.annotating.submit(
                prepare_editing, project.folder, failed=self._session.errors.show
            )

    def _on_stack(self, _now: object) -> None:
        self.state_changed.emit()

    def _on_closing(self) -> None:
        """The stack of edits goes before those who listen to it, and tells of its end."""
        self._waiting.clear()
        for signal in self._stack_signals:
            signal.disconnect(self._on_stack)

    def _on_project(self, _project: object) -> None:
        self._waiting.clear()
        self._to_choose = None
        self._is_prepared = False
        self._stack.clear()
        self.state_changed.emit()

    def _on_details(self, details: RecordingDetails | None) -> None:
        if details is None:
            self._sheet, self._shown = None, ()
            self.state_changed.emit()
            return
        if self._sheet is None or self._sheet.recording != details.recording:
            self._prepare()
            self._sheet = Sheet(details.recording, Bounds(), "")
        sheet = self._sheet
        rate = details.transcoded_rate or details.sample_rate or DEFAULT_RATE_HZ
        sheet.bounds = Bounds(self._session.time.duration_s or math.inf, rate)
        sheet.file_name = details.annotation_name
        if details.annotations is not self._shown:
            # Not of an edit: of what was found out.
            self._shown = details.annotations
            sheet.stored = {a.id: a for a in details.stored_annotations}
        if self._to_choose and self._to_choose[0] == details.recording:
            ids, self._to_choose = self._to_choose[1], None
            self._choose(ids, brings_into_view=True)
        self.state_changed.emit()


def _edited(
    annotations: tuple[Annotation, ...], edit: Edit, classes: tuple[str, ...]
) -> tuple[Annotation, ...]:
    """The annotations after an edit, by their start; those of no known class are not shown."""
    gone = {a.id for a in (*edit.removed, *edit.added)}
    places = [k for k, a in enumerate(annotations) if a.id in gone]
    lines = {annotations[k].id: annotations[k].line for k in places}
    added = [
        Annotation(
            lines.get(a.id, 0), a.file_name, a.start_s, a.end_s, classes.index(a.label), a.id
        )
        for a in edit.added
        if a.label in classes
    ]
    # In one pass: of a hundred thousand proposals, each by itself would freeze the window.
    ends = [*places, len(annotations)]
    kept = [a for k, end in zip([-1, *places], ends, strict=True) for a in annotations[k + 1 : end]]
    return tuple(sorted(kept + added, key=attrgetter("start_s", "end_s")))
