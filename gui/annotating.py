"""What users want of annotations, by key, mouse or table: each wish becomes an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from core.annotations import edits
from core.annotations.bounds import TIME_DIGITS
from core.errors import AnnotationError
from core.recording_details import sentence
from core.timebase import samples_to_seconds
from gui.actions import MOST_CLASSES, State
from gui.annotation_choice import key_of
from gui.views.annotation_gestures import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.annotations.csv import Annotation
    from core.annotations.edits import Edit, Signature, StoredAnnotation
    from gui.actions import Actions
    from gui.editing import Editing, Sheet
    from gui.error_listening import Place
    from gui.media import Media
    from gui.session import Session
    from gui.views.waveform import Waveform


class HasChosenPlace(Protocol):
    """What lists places whose labels are doubtful."""

    @property
    def chosen_place(self) -> Place | None:
        """Where that is which is chosen, if its recording is open."""
        ...


class Annotating(QObject):
    """Connects actions and views with the edits that they stand for."""

    changed = Signal()
    """`states` may be others."""
    refused = Signal(str)
    """Why nothing was edited: one sentence; empty once something was."""
    corrects = Signal(object, object)
    """Where labels are doubtful, a `Place`, and the `Edit` made for it, which is stored next."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        media: Media,
        editing: Editing,
        waveform: Waveform,
    ) -> None:
        super().__init__(session)
        self._session, self._actions, self._media = session, actions, media
        self._waveform = waveform
        self.editing = editing
        self._last_target: int | None = None
        self._refusal = ""
        self._followed: list[HasChosenPlace] = []
        self._asked_first: list[Callable[[int], bool]] = []
        self._connect()
        self._on_state()
        self._show_classes()

    @property
    def states(self) -> dict[State, bool]:
        """What can be done now."""
        session, n_chosen = self._session, len(self._session.choice.annotations)
        return {
            State.WRITABLE: session.project is not None and not session.read_only,
            State.EDITABLE: not self.editing.why_not,
            State.CHOSEN: n_chosen > 0,
            State.SEVERAL: n_chosen > 1,
            State.UNDO: self.editing.can_undo,
            State.REDO: self.editing.can_redo,
        }

    @property
    def classes(self) -> tuple[str, ...]:
        """Of the open project."""
        project = self._session.project
        return tuple(project.settings.annotations.classes) if project else ()

    @property
    def last_target(self) -> int:
        """The class that was given last; at first the loudest."""
        n_classes = len(self.classes)
        if self._last_target is None or self._last_target >= n_classes:
            return max(0, n_classes - 1)
        return self._last_target

    @property
    def hop_s(self) -> float:
        """From one frame to the next: as the features have it, or as they would."""
        return self._frames_s()[0]

    @property
    def frame_s(self) -> float:
        """Length of a frame: as the features have it, or as they would."""
        return self._frames_s()[1]

    def make(self, start_s: float, end_s: float, target: int) -> None:
        """Make an annotation."""
        label = self.classes[target]
        self._remember(target)
        self.editing.submit(
            lambda sheet, by: edits.make(
                sheet.file_name, start_s, end_s, label, bounds=sheet.bounds, by=by
            )
        )

    def give_class(self, target: int) -> None:
        """Give the chosen annotations a class, or make one of it of what is selected."""
        if target >= len(self.classes):
            return
        if any(take(target) for take in self._asked_first):
            self._remember(target)
            return
        selection = self._session.time.selection
        place = self._error_at(selection) if selection is not None else None
        if self._session.choice.annotations:
            self._remember(target)
            label = self.classes[target]
            self._edit_chosen(
                lambda chosen, _, by: self._told(place, edits.relabel(chosen, label, by=by))
            )
        elif selection is not None and place is not None:
            self.label_range(*selection, target, place=place)
        elif selection is not None:
            self.make(*selection, target)

    def follow(self, panel: HasChosenPlace) -> None:
        """Mend labels where just its place is selected, instead of laying others over them."""
        self._followed.append(panel)

    def ask_first(self, take: Callable[[int], bool]) -> None:
        """Let somebody take the class that is given, where it is meant for what is chosen there."""
        self._asked_first.append(take)

    def _error_at(self, selection: tuple[float, float]) -> Place | None:
        """Where just that is selected which is said to be wrong: its place."""
        places = [p for panel in self._followed if (p := panel.chosen_place) is not None]
        return next(
            (
                p
                for p in places
                if abs(p.start_s - selection[0]) + abs(p.end_s - selection[1]) < 10.0**-TIME_DIGITS
            ),
            None,
        )

    def _told(self, place: Place | None, edit: Edit) -> Edit:
        """The edit, once it was said where it corrects something."""
        if place is not None:
            self.corrects.emit(place, edit)
        return edit

    def label_range(
        self, start_s: float, end_s: float, target: int, *, place: Place | None = None
    ) -> None:
        """Give what is annotated within a range another class; `place` is what that corrects."""
        label, hop_s = self.classes[target], self.hop_s
        self._remember(target)
        self.editing.submit(
            lambda sheet, by: self._told(
                place,
                edits.label_range(
                    tuple(sheet.stored.values()),
                    start_s,
                    end_s,
                    label,
                    least_s=hop_s,
                    bounds=sheet.bounds,
                    by=by,
                ),
            )
        )

    def relabel(self, annotations: Iterable[Annotation], target: int) -> None:
        """Give annotations a class."""
        label = self.classes[target]
        self._remember(target)
        self._edit(annotations, lambda found, _sheet, by: edits.relabel(found, label, by=by))

    def set_edges(
        self, annotation: Annotation, start_s: float | None = None, end_s: float | None = None
    ) -> None:
        """Give an annotation another start, or end, or both."""
        self._edit(
            [annotation],
            lambda found, sheet, by: edits.set_edges(
                _only(found), start_s=start_s, end_s=end_s, bounds=sheet.bounds, by=by
            ),
        )

    def move(self, by_s: float) -> None:
        """Move the chosen annotations."""
        self._edit_chosen(
            lambda chosen, sheet, by: edits.move(chosen, by_s, bounds=sheet.bounds, by=by)
        )

    def nudge(self, n_frames: int, *, edge: str = "both") -> None:
        """Move the chosen annotations by frames; or their edge ``"start"`` or ``"end"`` alone."""
        hop_s = self.hop_s
        self._edit_chosen(
            lambda chosen, sheet, by: edits.nudge(
                chosen, n_frames, hop_s=hop_s, edge=edge, bounds=sheet.bounds, by=by
            )
        )

    def preview(self, make: Callable[[Sheet, Signature], Edit] | None) -> None:
        """Draw where an edit would have annotations, apart from what there is; None: no more."""
        gestures, classes = self._waveform.gestures, self.classes
        gestures.settle()
        if make is None:
            return
        try:
            edit = self.editing.tried(make)
        except AnnotationError as error:
            self._refuse(sentence(error))
            return
        added = edit.added if edit else ()
        gestures.show(
            *(
                Block(a.start_s, a.end_s, classes.index(a.label), is_apart=True)
                for a in added
                if a.label in classes
            )
        )

    def split(self) -> None:
        """Split an annotation at the playhead: the chosen one, or the shortest one there."""
        at_s = self._session.time.playhead_s
        details = self._media.details
        there = [a for a in self._session.choice.annotations if a.start_s < at_s < a.end_s]
        if not there and details is not None:
            there = [a for a in details.annotations if a.start_s < at_s < a.end_s]
        if not there:
            self._refuse("The playhead is not inside an annotation: nothing can be split there.")
            return
        one = min(there, key=lambda a: a.end_s - a.start_s)
        self._edit(
            [one],
            lambda found, sheet, by: edits.split(_only(found), at_s, bounds=sheet.bounds, by=by),
        )

    def merge(self) -> None:
        """Merge the chosen annotations."""
        self._edit_chosen(lambda chosen, sheet, by: edits.merge(chosen, bounds=sheet.bounds, by=by))

    def duplicate(self) -> None:
        """Put copies of the chosen annotations behind them."""
        self._edit_chosen(
            lambda chosen, sheet, by: edits.duplicate(chosen, bounds=sheet.bounds, by=by)
        )

    def delete(self) -> None:
        """Delete the chosen annotations."""
        self._edit_chosen(lambda chosen, _sheet, by: edits.delete(chosen, by=by))

    def choose_all(self) -> None:
        """Choose all annotations of the recording."""
        details = self._media.details
        self._session.choice.choose(details.annotations if details else ())

    def _connect(self) -> None:
        actions, gestures, editing = self._actions, self._waveform.gestures, self.editing
        for name, slot in {
            "undo": editing.undo,
            "redo": editing.redo,
            "class_last": lambda: self.give_class(self.last_target),
            "split": self.split,
            "merge": self.merge,
            "duplicate": self.duplicate,
            "delete": self.delete,
            "nudge_back": lambda: self.nudge(-1),
            "nudge_on": lambda: self.nudge(1),
            "nudge_start_back": lambda: self.nudge(-1, edge="start"),
            "nudge_start_on": lambda: self.nudge(1, edge="start"),
            "nudge_end_back": lambda: self.nudge(-1, edge="end"),
            "nudge_end_on": lambda: self.nudge(1, edge="end"),
            "choose_all": self.choose_all,
        }.items():
            actions[name].triggered.connect(lambda _on, call=slot: call())
        for n in range(MOST_CLASSES):
            actions[f"class_{n + 1}"].triggered.connect(lambda _on, k=n: self.give_class(k))
        gestures.make_wanted.connect(lambda a, b: self.make(a, b, self.last_target))
        gestures.edges_wanted.connect(self.set_edges)
        gestures.move_wanted.connect(self.move)
        editing.settled.connect(gestures.settle)
        editing.refused.connect(self._refuse)
        editing.confirmed.connect(lambda _recording, _edit: self._refuse(""))
        editing.state_changed.connect(self._on_state)
        for signal in (editing.state_changed, self._session.choice.changed):
            signal.connect(self.changed)
        self._session.project_changed.connect(lambda _project: self._show_classes())
        self._session.settings_changed.connect(lambda _project: self._show_classes())

    def _on_state(self) -> None:
        """Say what can be done, or why nothing can."""
        editing, stack = self.editing, self._session.undo_stack
        self._waveform.allow_editing(not editing.why_not)
        for name, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            self._actions[name].setText(f"&{name.capitalize()} {text.replace('&', '&&')}".strip())

    def _show_classes(self) -> None:
        """Name the digits' actions after the project's classes."""
        classes = self.classes
        self._waveform.gestures.new_target = self.last_target
        for n in range(MOST_CLASSES):
            action = self._actions[f"class_{n + 1}"]
            action.setVisible(n < len(classes))
            if n < len(classes):
                action.setText(f"&{n + 1} {classes[n].replace('&', '&&')}")

    def _remember(self, target: int) -> None:
        self._last_target = target
        self._waveform.gestures.new_target = self.last_target

    def _frames_s(self) -> tuple[float, float]:
        """Hop and length of a frame."""
        details, project = self._media.details, self._session.project
        if project is None or details is None:
            return 0.0, 0.0
        spec, settings = details.spec, project.settings
        rate = details.transcoded_rate or settings.transcode.sample_rate or details.sample_rate or 1
        sizes = settings.features.hop, settings.features.frame_size
        if spec is not None:
            rate, sizes = spec.sample_rate, (spec.hop_size, spec.frame_size)
        hop_s, frame_s = (float(samples_to_seconds(n, sample_rate=rate)) for n in sizes)
        return hop_s, frame_s

    def _edit_chosen(
        self, make: Callable[[list[StoredAnnotation], Sheet, Signature], Edit]
    ) -> None:
        self._edit(self._session.choice.annotations, make)

    def _edit(
        self,
        annotations: Iterable[Annotation],
        make: Callable[[list[StoredAnnotation], Sheet, Signature], Edit],
    ) -> None:
        """Have annotations edited as they are stored when it is their turn."""
        keys = [key_of(a) for a in annotations]
        self.editing.submit(
            lambda sheet, by: make([sheet.stored[k] for k in keys if k in sheet.stored], sheet, by)
        )

    def _refuse(self, why: str) -> None:
        if self._refusal:
            self._session.unsay(self._refusal)
        if why:
            self._session.say(why)
        self._refusal = why
        self.refused.emit(why)


def _only(found: list[StoredAnnotation]) -> StoredAnnotation:
    """The one that is meant."""
    if not found:
        msg = "This annotation is no longer there"
        raise AnnotationError(msg)
    return found[0]
