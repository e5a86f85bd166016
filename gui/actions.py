"""Every action of the window, declared once: text, menu, keys, icon, tip, when it is enabled."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from gui.icons import icon
from gui.reasons import enable
from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtWidgets import QWidget


class Menu(enum.StrEnum):
    """The menus, in their order."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    RECORDING = "&Recording"
    PLAYBACK = "&Playback"
    PIPELINE = "P&ipeline"
    RUN_STAGE = "&Run one stage"
    RUN_UNTIL = "Run &until"
    PARAMETERS = "&Parameters"
    RUNS = "Past ru&ns"
    REVIEW = "Revie&w"
    HELP = "&Help"


SUBMENUS = dict.fromkeys(
    (Menu.RUN_STAGE, Menu.RUN_UNTIL, Menu.PARAMETERS, Menu.RUNS), Menu.PIPELINE
)
"""Those that stand in another one."""


class State(enum.Enum):
    """What an action needs to be enabled."""

    PROJECT = enum.auto()
    """A project is open."""
    LISTED = enum.auto()
    """The list of recordings has one."""
    RECORDING = enum.auto()
    """A recording is open and can be drawn."""
    ANNOTATED = enum.auto()
    """The open recording has annotations."""
    SELECTION = enum.auto()
    """A time range is selected."""
    RUNNING = enum.auto()
    """A stage runs."""
    IDLE = enum.auto()
    """No stage runs."""
    EVALUATED = enum.auto()
    """The evaluation of a run is shown."""
    ERROR = enum.auto()
    """An error span is chosen."""
    LABEL_ERROR = enum.auto()
    """A probable label error is chosen."""
    REVIEWED = enum.auto()
    """The errors of a run are listed."""
    CORRECTABLE = enum.auto()
    """What is annotated there can be edited."""
    EXPLAINED = enum.auto()
    """What drove a decision is shown, and nothing plays: Escape would stop it first."""
    RUN = enum.auto()
    """One past run is selected."""
    KNOWN_RUN = enum.auto()
    """One past run is selected whose parameters are known."""
    RUNS = enum.auto()
    """One past run is selected, or several."""
    TWO_RUNS = enum.auto()
    """Two past runs are selected."""
    TRAINED = enum.auto()
    """A training runs that has a model to keep."""
    WRITABLE = enum.auto()
    """A project is open, and no other window edits it."""
    EDITABLE = enum.auto()
    """Annotations of the open recording can be edited."""
    CHOSEN = enum.auto()
    """One of them is chosen."""
    SEVERAL = enum.auto()
    """More than one is."""
    UNDO = enum.auto()
    """There is an edit to be undone."""
    REDO = enum.auto()
    """There is one to be done again."""
    PREDICTABLE = enum.auto()
    """A run can say more of the open recording than it has."""
    PROPOSED = enum.auto()
    """There are proposals for the open recording."""
    PROPOSAL = enum.auto()
    """One of them is chosen, and so no annotation."""
    SOUND = enum.auto()
    """Something plays, or could go on playing."""


REASONS = {
    State.PROJECT: "Open a project first.",
    State.LISTED: "The list has no recording.",
    State.RECORDING: "Open a recording first.",
    State.ANNOTATED: "The recording has no annotation.",
    State.SELECTION: "Select a stretch of time first: drag in the recording.",
    State.RUNNING: "Nothing runs.",
    State.IDLE: "A stage is running: wait for its end, or cancel it.",
    State.EVALUATED: "Choose a run in the evaluation panel first.",
    State.ERROR: "Choose an error in the review panel first.",
    State.LABEL_ERROR: "Choose a label error in its panel first.",
    State.REVIEWED: "Choose a run whose errors are known in the review panel first.",
    State.CORRECTABLE: "Choose an error in the review panel first.",
    State.EXPLAINED: "No decision is explained, or something plays, which Esc stops first.",
    State.RUN: "Select one past run in the training panel first.",
    State.KNOWN_RUN: "Select one past run, whose parameters are known, in the training panel first.",
    State.RUNS: "Select past runs in the training panel first.",
    State.TWO_RUNS: "Select two past runs in the training panel first.",
    State.TRAINED: "No training runs that has a model yet.",
    State.WRITABLE: "Open a project first.",
    State.EDITABLE: "Open a recording first.",
    State.CHOSEN: "Choose an annotation first.",
    State.SEVERAL: "Choose several annotations first.",
    State.UNDO: "There is nothing to undo.",
    State.REDO: "There is nothing to do again.",
    State.PREDICTABLE: "There is no run that could say more of this recording.",
    State.SOUND: "Nothing plays.",
    State.PROPOSED: "Nothing is proposed in this recording: predict it first.",
    State.PROPOSAL: "Choose a proposal first.",
}
"""Why an action is disabled while what it needs is not so; of several the first is said."""


class Reach(enum.Enum):
    """Where an action's keys work."""

    WINDOW = enum.auto()
    RECORDING = enum.auto()
    """Only while the recording view has the focus: elsewhere these keys have a meaning already."""
    ANNOTATIONS = enum.auto()
    """Only while the recording view or the table of annotations has the focus."""
    PROPOSALS = enum.auto()
    """Only while the recording view or the table of proposals has the focus."""
    RUNS = enum.auto()
    """Only while the table of runs has the focus, for the same reason."""
    LABEL_ERRORS = enum.auto()
    """Only while the table of label errors has the focus, for the same reason."""


@dataclass(frozen=True)
class ActionSpec:
    """The declaration of an action; its `id` is the `QAction`'s object name, too."""

    id: str
    text: str
    menu: Menu
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: tuple[State, ...] = ()
    checkable: bool = False
    reach: Reach = Reach.WINDOW
    begins_group: bool = False


_CAN_RUN = (State.PROJECT, State.WRITABLE, State.IDLE)


def _of_stages() -> list[ActionSpec]:
    """What can be done with each stage."""
    specs: list[ActionSpec] = []
    needs = _CAN_RUN
    for stage, title in TITLES.items():
        run, until = f"Run “{title}” alone", f"Run “{title}”, and those before it that are stale"
        specs.append(ActionSpec(f"run_{stage}", title, Menu.RUN_STAGE, run, needs=needs))
        specs.append(ActionSpec(f"until_{stage}", title, Menu.RUN_UNTIL, until, needs=needs))
        if stage != "evaluate":
            tip = f"Change the parameters of “{title}”"
            specs.append(
                ActionSpec(f"parameters_{stage}", title, Menu.PARAMETERS, tip, needs=needs)
            )
    return specs


MOST_CLASSES = 9
"""As many have a digit as their key."""

NEEDS_EDITING = frozenset(
    {State.WRITABLE, State.EDITABLE, State.CHOSEN, State.SEVERAL, State.UNDO, State.REDO}
)
"""What needs one of these is an edit."""


def _of_classes() -> list[ActionSpec]:
    """A class for each digit; which ones, the project says."""
    tip = "Give the chosen annotations this class, or make one of what is selected"
    needs = (State.EDITABLE, State.SELECTION)
    return [
        ActionSpec(f"class_{n}", f"Class &{n}", Menu.EDIT, tip, (str(n),), needs=needs, begins_group=n == 1)
        for n in range(1, MOST_CLASSES + 1)
    ]  # fmt: skip


_P, _R, _S = (State.PROJECT,), (State.RECORDING,), (State.RECORDING, State.SELECTION)

SPECS: tuple[ActionSpec, ...] = (
    ActionSpec("new_project", "&New project …", Menu.FILE, "Make a project from a database of recordings", ("Ctrl+N",), "new"),
    ActionSpec("open_project", "&Open project …", Menu.FILE, "Open a project folder", ("Ctrl+O",), "open"),
    ActionSpec("open_demo", "Open the &demo", Menu.FILE, "Make a small library with known truth, and open it", icon="demo"),
    ActionSpec("project_settings", "Project &settings …", Menu.FILE, "Change the recordings, annotations and parameters of the project", ("Ctrl+,",), "settings", (State.PROJECT, State.WRITABLE), begins_group=True),
    ActionSpec("close_project", "&Close project", Menu.FILE, "Close the project; nothing is lost", ("Ctrl+W",), needs=_P),
    ActionSpec("save_picture", "Save &picture …", Menu.FILE, "Save the recording view as a picture", ("Ctrl+Shift+P",), "picture", _R, begins_group=True),
    ActionSpec("save_audio", "Save selected &audio …", Menu.FILE, "Save the sound of the selection as a WAV file", ("Ctrl+Shift+A",), needs=_S),
    ActionSpec("quit", "&Quit", Menu.FILE, "Close the window", ("Ctrl+Q",), begins_group=True),
    ActionSpec("undo", "&Undo", Menu.EDIT, "Undo the last edit", ("Ctrl+Z",), "undo", (State.UNDO,)),
    ActionSpec("redo", "&Redo", Menu.EDIT, "Do it again", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", (State.REDO,)),
    *_of_classes(),
    ActionSpec("class_last", "Class as &before", Menu.EDIT, "Give the class that was given last", ("A",), needs=(State.EDITABLE, State.SELECTION)),
    ActionSpec("split", "&Split", Menu.EDIT, "Split the annotation at the playhead", ("S",), needs=(State.EDITABLE,), reach=Reach.ANNOTATIONS, begins_group=True),
    ActionSpec("merge", "&Merge", Menu.EDIT, "Merge the chosen annotations, and what is between them, into one", ("M",), needs=(State.EDITABLE, State.SEVERAL), reach=Reach.ANNOTATIONS),
    ActionSpec("duplicate", "Dupli&cate", Menu.EDIT, "Put copies of the chosen annotations behind them", ("Ctrl+D",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("delete", "&Delete", Menu.EDIT, "Delete the chosen annotations", ("Del",), "delete", (State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_back", "Nudge bac&k", Menu.EDIT, "Move the chosen annotations back by a frame", ("Ctrl+Left",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_on", "Nudge &forward", Menu.EDIT, "Move the chosen annotations on by a frame", ("Ctrl+Right",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_start_back", "Start back by a frame", Menu.EDIT, "Move the start of the chosen annotations back by a frame", ("Ctrl+Alt+Left",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_start_on", "Start on by a frame", Menu.EDIT, "Move the start of the chosen annotations on by a frame", ("Ctrl+Alt+Right",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_end_back", "End back by a frame", Menu.EDIT, "Move the end of the chosen annotations back by a frame", ("Ctrl+Shift+Left",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("nudge_end_on", "End on by a frame", Menu.EDIT, "Move the end of the chosen annotations on by a frame", ("Ctrl+Shift+Right",), needs=(State.EDITABLE, State.CHOSEN), reach=Reach.ANNOTATIONS),
    ActionSpec("choose_all", "Choose &all", Menu.EDIT, "Choose all annotations of the recording", ("Ctrl+A",), needs=(State.ANNOTATED,), reach=Reach.RECORDING),
    ActionSpec("import_annotations", "&Import annotations …", Menu.EDIT, "Look at what a table of annotations has new, changed or no more, and take it over", ("Ctrl+I",), needs=(State.WRITABLE,), begins_group=True),
    ActionSpec("export_annotations", "&Export annotations", Menu.EDIT, "Write the annotations to the project's own table", ("Ctrl+S",), "save", (State.WRITABLE,)),
    ActionSpec("export_annotations_as", "Ex&port annotations as …", Menu.EDIT, "Write the annotations to another table", ("Ctrl+Shift+S",), needs=_P),
    ActionSpec("zoom_in", "Zoom &in", Menu.VIEW, "Show less time, larger", ("+", "=", "Ctrl++", "Ctrl+="), "zoom_in", _R),
    ActionSpec("zoom_out", "Zoom &out", Menu.VIEW, "Show more time", ("-", "Ctrl+-"), "zoom_out", _R),
    ActionSpec("fit", "&Fit recording", Menu.VIEW, "Show the whole recording", ("F",), "fit", _R),
    ActionSpec("zoom_selection", "Zoom to s&election", Menu.VIEW, "Show what is selected", ("Ctrl+E",), "zoom_selection", _S),
    ActionSpec("decibel_axis", "&Decibel axis", Menu.VIEW, "Draw the waveform over a logarithmic axis", ("D",), checkable=True, needs=_R, begins_group=True),
    ActionSpec("overlay_transcoded", "Lay &transcoded over original", Menu.VIEW, "Draw what the features were computed from over the original", ("T",), checkable=True, needs=_R),
    ActionSpec("show_transcoded", "Show tra&nscoded alone", Menu.VIEW, "Draw and play the transcoded recording in place of the original", ("Shift+T",), checkable=True, needs=_R),
    ActionSpec("next_panel", "Ne&xt panel", Menu.VIEW, "Go to the next panel", ("F6",), begins_group=True),
    ActionSpec("previous_panel", "Pre&vious panel", Menu.VIEW, "Go to the previous panel", ("Shift+F6",)),
    ActionSpec("filter", "&Find recordings", Menu.RECORDING, "Type a part of a name", ("Ctrl+F",), "find", _P),
    ActionSpec("next_recording", "&Next recording", Menu.RECORDING, "Open the recording below in the list", ("Ctrl+Down",), "next", (State.LISTED,)),
    ActionSpec("previous_recording", "&Previous recording", Menu.RECORDING, "Open the recording above in the list", ("Ctrl+Up",), "previous", (State.LISTED,)),
    ActionSpec("next_in_queue", "Next in &queue", Menu.RECORDING, "Open the recording to annotate next, where the model is most unsure", ("Q",), "next_in_queue", _P),
    ActionSpec("rank_recordings", "Ran&k what to annotate", Menu.RECORDING, "Have the model rank all recordings that are not annotated, the most uncertain first", ("Ctrl+Shift+Q",), needs=_CAN_RUN),
    ActionSpec("rank_selected", "Rank s&elected recordings", Menu.RECORDING, "Have the model rank the recordings that are selected in the library, as far as they are not annotated", needs=(State.LISTED, *_CAN_RUN)),
    ActionSpec("next_annotation", "Next &annotation", Menu.RECORDING, "Go to the annotation that starts next", ("Tab",), needs=(State.ANNOTATED,), reach=Reach.RECORDING, begins_group=True),
    ActionSpec("previous_annotation", "Previous anno&tation", Menu.RECORDING, "Go to the annotation that starts before", ("Shift+Tab",), needs=(State.ANNOTATED,), reach=Reach.RECORDING),
    ActionSpec("reviewed", "Revie&wed", Menu.RECORDING, "Mark the recording as reviewed in the database, or no longer", ("R",), needs=(State.RECORDING, State.WRITABLE)),
    ActionSpec("predict_recording", "Predict t&his recording", Menu.RECORDING, "Have the run that is shown classify all frames of the open recording", ("Shift+P",), "predict", (State.RECORDING, State.WRITABLE, State.PREDICTABLE, State.IDLE), begins_group=True),
    ActionSpec("show_proposals", "&Show proposals", Menu.RECORDING, "Show above the waveform what the run proposes to annotate", ("P",), checkable=True, needs=_R),
    ActionSpec("next_proposal", "Next pr&oposal", Menu.RECORDING, "Go to the proposal that starts next", ("J",), needs=(State.PROPOSED,)),
    ActionSpec("previous_proposal", "Previous proposa&l", Menu.RECORDING, "Go to the proposal that starts before", ("K",), needs=(State.PROPOSED,)),
    ActionSpec("accept_proposal", "A&ccept proposal", Menu.RECORDING, "Make an annotation of the chosen proposal, and go to the next; a digit gives it another class", ("Return", "Enter"), "mark_right", (State.EDITABLE, State.PROPOSAL), reach=Reach.PROPOSALS),
    ActionSpec("dismiss_proposal", "&Dismiss proposal", Menu.RECORDING, "Have the chosen proposal be none any more, and go to the next", ("Del", "Backspace"), "mark_wrong", (State.EDITABLE, State.PROPOSAL), reach=Reach.PROPOSALS),
    ActionSpec("relink", "Find &missing files …", Menu.RECORDING, "Say in which folder the missing files are now", icon="relink", needs=(State.PROJECT, State.WRITABLE), begins_group=True),
    ActionSpec("keep_for_validation", "Keep for &validation", Menu.RECORDING, "Have the training keep the selected recordings for validation; again, and it learns from them", needs=(State.LISTED, State.WRITABLE, State.IDLE)),
    ActionSpec("reload", "&Reload the list", Menu.RECORDING, "Read the database and the annotations again", ("F5",), "reload", _P),
    ActionSpec("play", "&Play / pause", Menu.PLAYBACK, "Play from the playhead, or pause", ("Space",), "play", _R),
    ActionSpec("play_selection", "Play &selection", Menu.PLAYBACK, "Play what is selected, then stop", ("Shift+Space",), "play_selection", _S),
    ActionSpec("stop", "S&top", Menu.PLAYBACK, "Stop, and go back to where playing began", ("Escape",), "stop", (State.SOUND,)),
    ActionSpec("loop", "&Loop", Menu.PLAYBACK, "Play the selection, or the whole recording, again and again", ("L",), "loop", _R, checkable=True),
    ActionSpec("seek_back", "Seek &back", Menu.PLAYBACK, "Go back by a twentieth of what is in view", ("Left",), needs=_R, reach=Reach.RECORDING, begins_group=True),
    ActionSpec("seek_forward", "Seek &forward", Menu.PLAYBACK, "Go on by a twentieth of what is in view", ("Right",), needs=_R, reach=Reach.RECORDING),
    ActionSpec("seek_far_back", "Seek far back", Menu.PLAYBACK, "Go back by half of what is in view", ("Shift+Left",), needs=_R, reach=Reach.RECORDING),
    ActionSpec("seek_far_forward", "Seek far forward", Menu.PLAYBACK, "Go on by half of what is in view", ("Shift+Right",), needs=_R, reach=Reach.RECORDING),
    ActionSpec("seek_start", "Go to the start", Menu.PLAYBACK, "Go to the start of the recording", ("Home",), needs=_R, reach=Reach.RECORDING),
    ActionSpec("seek_end", "Go to the end", Menu.PLAYBACK, "Go to the end of the recording", ("End",), needs=_R, reach=Reach.RECORDING),
    ActionSpec("slower", "Slo&wer", Menu.PLAYBACK, "Play more slowly", ("[",), needs=_R, begins_group=True),
    ActionSpec("faster", "F&aster", Menu.PLAYBACK, "Play faster", ("]",), needs=_R),
    ActionSpec("keep_pitch", "&Keep pitch", Menu.PLAYBACK, "Keep the pitch when the speed is changed", checkable=True, needs=_R),
    ActionSpec("normalise", "Le&vel for listening", Menu.PLAYBACK, "Bring quiet recordings to a common level, for listening only", ("N",), checkable=True, needs=_R),
    ActionSpec("follow_page", "Follow by pa&ge", Menu.PLAYBACK, "Turn the page when the playhead reaches the edge", checkable=True, needs=_R, begins_group=True),
    ActionSpec("follow_scroll", "Follow by s&crolling", Menu.PLAYBACK, "Keep the playhead in the middle", checkable=True, needs=_R),
    ActionSpec("run_all", "Run &all", Menu.PIPELINE, "Run every stage that is stale", ("Ctrl+R",), "run_all", _CAN_RUN),
    ActionSpec("train", "&Train", Menu.PIPELINE, "Train and evaluate a model with the parameters of the training panel", ("Ctrl+T",), "train", _CAN_RUN),
    ActionSpec("stop_training", "&Stop and keep best", Menu.PIPELINE, "End the training; the best model so far is kept and evaluated", ("Ctrl+K",), "stop_training", (State.TRAINED,)),
    ActionSpec("cancel", "&Cancel", Menu.PIPELINE, "Stop what runs; what is done is kept", ("Ctrl+.",), "cancel", (State.RUNNING,)),
    ActionSpec("save_evaluation", "Save &evaluation …", Menu.PIPELINE, "Save everything, the tables or the curves of the run in the evaluation panel", ("Ctrl+Shift+E",), "save", (State.EVALUATED,), begins_group=True),
    ActionSpec("predict", "Pre&dict recordings …", Menu.PIPELINE, "Have a run classify recordings, of the library or others, into a table", ("Ctrl+P",), "predict", (State.PROJECT, State.IDLE)),
    ActionSpec("copy_log", "Copy the &log", Menu.PIPELINE, "Copy all lines of the log", needs=_P),
    *_of_stages(),
    ActionSpec("load_run", "&Load parameters", Menu.RUNS, "Make the run's parameters those of the form", icon="load_parameters", needs=(State.KNOWN_RUN, State.WRITABLE, State.IDLE)),
    ActionSpec("compare_runs", "&Compare", Menu.RUNS, "Lay the two selected runs side by side", icon="compare_runs", needs=(State.TWO_RUNS,)),
    ActionSpec("note_run", "Edit &note", Menu.RUNS, "Write a note on the run", ("F2",), "note", (State.KNOWN_RUN, State.WRITABLE), reach=Reach.RUNS),
    ActionSpec("export_run", "&Export model …", Menu.RUNS, "Save the run's model as Keras, HDF5, ONNX or TFLite", ("Ctrl+Shift+M",), "save", (State.RUN, State.IDLE)),
    ActionSpec("run_folder", "Open &folder", Menu.RUNS, "Show the run's files", icon="folder", needs=(State.RUN,)),
    ActionSpec("delete_runs", "&Delete …", Menu.RUNS, "Delete what is selected", ("Del",), "delete", (State.RUNS, State.WRITABLE, State.IDLE), reach=Reach.RUNS, begins_group=True),
    ActionSpec("review", "&Errors of the model", Menu.REVIEW, "Show what the model gets wrong", ("Ctrl+Shift+R",), "review", _P),
    ActionSpec("checks", "C&hecks of annotations", Menu.REVIEW, "Show what may be wrong with the annotations", ("Ctrl+Shift+K",), "checks", _P),
    ActionSpec("proposals", "Proposal&s of the model", Menu.REVIEW, "List what the run proposes to annotate in the open recording", ("Ctrl+Shift+O",), "predict", _P),
    ActionSpec("next_error", "&Next error", Menu.REVIEW, "Go to the error below in the list", (".",), needs=(State.ERROR,), begins_group=True),
    ActionSpec("previous_error", "&Previous error", Menu.REVIEW, "Go to the error above in the list", (",",), needs=(State.ERROR,)),
    ActionSpec("compare", "&Compare with a right example", Menu.REVIEW, "Hear what is right of the same annotated class, then the error again, at one level if that is chosen", ("B",), "compare", (State.ERROR,), checkable=True),
    ActionSpec("explain", "What &drove it", Menu.REVIEW, "Show which bands and times, or which features, moved the decision about the selection, or about the frame under the mouse", ("E",), "explain", _R),
    ActionSpec("close_explanation", "Close what drove &it", Menu.REVIEW, "Show no more what moved a decision: Esc, while nothing plays", needs=(State.EXPLAINED,)),
    ActionSpec("mark_right", "Label is &right", Menu.REVIEW, "Mark the label as right: the model errs. Again takes the mark away", ("Y",), "mark_right", (State.ERROR, State.WRITABLE), checkable=True, begins_group=True),
    ActionSpec("mark_wrong", "Label is &wrong", Menu.REVIEW, "Mark the label as wrong. Again takes the mark away", ("X",), "mark_wrong", (State.ERROR, State.WRITABLE), checkable=True),
    ActionSpec("mark_unsure", "&Unsure", Menu.REVIEW, "Mark that it cannot be told. Again takes the mark away", ("U",), "mark_unsure", (State.ERROR, State.WRITABLE), checkable=True),
    ActionSpec("extend_span", "E&xtend neighbour over it", Menu.REVIEW, "Extend the annotation beside it, of the class that the model said, over the error; what is annotated otherwise there gives way", ("W",), "extend_span", (State.CORRECTABLE,), begins_group=True),
    ActionSpec("trim_span", "&Trim it away", Menu.REVIEW, "Take the error out of what is annotated there: an end is trimmed, the middle is left without a label", ("C",), "trim_span", (State.CORRECTABLE,)),
    ActionSpec("train_again", "Train a&gain", Menu.REVIEW, "Train on the labels as they are now with the parameters of the run in review, the same recordings kept for validation, and lay both models side by side", ("Ctrl+Shift+T",), "train", (State.REVIEWED, State.WRITABLE, State.IDLE), begins_group=True),
    ActionSpec("check_alignment", "Check &alignment", Menu.REVIEW, "See whether annotations lie where the sound changes", icon="alignment", needs=_P, begins_group=True),
    ActionSpec("label_errors", "Probable &label errors", Menu.REVIEW, "Show labels that are probably wrong", ("Ctrl+Shift+L",), needs=_P, begins_group=True),
    ActionSpec("find_label_errors", "&Find label errors", Menu.REVIEW, "Find labels that are probably wrong, by models of the other recordings", needs=_CAN_RUN),
    ActionSpec("label_right", "Take &off the label errors", Menu.REVIEW, "Take a label that is right off the list of label errors; if it is called right already, put it back", ("Y",), needs=(State.LABEL_ERROR, State.WRITABLE), reach=Reach.LABEL_ERRORS),
    ActionSpec("keys", "&Keys", Menu.HELP, "List all keys", ("F1",), "help"),
    ActionSpec("about", "&About", Menu.HELP, "Versions, licence, where the log is"),
)  # fmt: skip


class Actions(QObject):
    """The actions of a window.

    Parameters
    ----------
    window : QWidget
        Gets the actions whose keys work everywhere.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._why_not: dict[str, str] = {}
        for spec in SPECS:
            action = QAction(spec.text, self)
            action.setObjectName(spec.id)
            action.setCheckable(spec.checkable)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            if spec.icon:
                action.setIcon(icon(spec.icon))
            if spec.reach is not Reach.WINDOW:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            else:
                window.addAction(action)
            self._actions[spec.id] = action
        self.enable(frozenset())

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def add_to_recording_view(self, *strips: QWidget) -> None:
        """Have the keys that work in the recording view only work in these widgets."""
        for spec in SPECS:
            if spec.reach in {Reach.RECORDING, Reach.ANNOTATIONS, Reach.PROPOSALS}:
                for strip in strips:
                    strip.addAction(self._actions[spec.id])

    def add_to_annotations(self, table: QWidget) -> None:
        """Have the keys that edit annotations work in their table, too."""
        for spec in SPECS:
            if spec.reach is Reach.ANNOTATIONS:
                table.addAction(self._actions[spec.id])

    def add_to_proposals(self, table: QWidget) -> None:
        """Have the keys that accept and dismiss proposals work in their table, too."""
        for spec in SPECS:
            if spec.reach is Reach.PROPOSALS:
                table.addAction(self._actions[spec.id])

    def say_why_not(self, action_id: str, why_not: str) -> None:
        """Say why an action cannot be done, where that is known better than by what it needs."""
        self._why_not[action_id] = why_not
        spec = next(spec for spec in SPECS if spec.id == action_id)
        if not self._actions[action_id].isEnabled():
            self._tell(spec, why_not)

    def enable(self, states: Collection[State], read_only: str = "") -> None:
        """Enable what can be done in these states; of all else say what is missing.

        `read_only` says why the project can only be looked at; empty if it can be edited.
        """
        for spec in SPECS:
            missing = next((state for state in spec.needs if state not in states), None)
            why_not = REASONS[missing] if missing else ""
            if missing and read_only and NEEDS_EDITING & set(spec.needs):
                why_not = read_only
            elif missing:
                why_not = self._why_not.get(spec.id) or why_not
            self._tell(spec, why_not)

    def _tell(self, spec: ActionSpec, why_not: str) -> None:
        """Disable an action where there is a reason, and say it; enable it where there is none."""
        keys = f" ({spec.keys[0]})" if spec.keys else ""
        action = self._actions[spec.id]
        enable(action, f"{spec.tip}{keys}", why_not)
        action.setStatusTip(f"{spec.tip}. {why_not}" if why_not else spec.tip)

    def refresh_icons(self) -> None:
        """Draw the icons anew, in the colours of the palette as it is now."""
        for spec in SPECS:
            if spec.icon:
                self._actions[spec.id].setIcon(icon(spec.icon))
