"""What is said below the fields of a project while one types: each look is made by a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from core.errors import LoudnessError
from core.project_checks import (
    N_NAMED,
    AnnotationsCheck,
    FolderCheck,
    LibraryCheck,
    check_annotations,
    check_folder,
    check_library,
)
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.settings import AnnotationConfig, LibraryConfig
    from gui.jobs import Job
    from gui.session import Session

PAUSE_MS = 300
"""So long must typing pause before anything is looked at."""


class Look(QWidget):
    """Asks a child about what was typed, the last thing only, and shows the answer.

    Parameters
    ----------
    session : Session
        Whose lane for lists is used.
    function : callable
        A function of `core.project_checks`.
    name : str
        Object name of the first line.
    parent : QWidget
        Owner.
    """

    answered = Signal()
    """`is_right` is known now."""

    def __init__(
        self, session: Session, function: Callable[..., Any], name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._function = session, function
        self._asked: tuple[object, ...] | None = None
        self._job: Job | None = None
        self.result: Any = None
        """The answer; None while there is none, or after an error."""
        self.is_right: bool | None = None
        """Whether it can be worked with; None while that is not known."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._start)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.applicationStateChanged.connect(self._on_state_changed)
        self._main, self._more = Sentence(), Sentence()
        self._main.setObjectName(name)
        self._more.setObjectName(f"{name}_more")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._main)
        layout.addWidget(self._more)

    def stop(self) -> None:
        """Ask no more; what runs ends."""
        self._timer.stop()
        self._asked = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _ask(self, *args: object) -> None:
        if args == self._asked:
            return
        self.stop()
        self._asked = args
        self.is_right = self.result = None
        self._say(Tone.BUSY, "Looking")
        self._timer.start()

    def _answer(self, *, is_right: bool, tone: Tone, sentence: str) -> None:
        """Answer without a child."""
        self.stop()
        self.is_right, self.result = is_right, None
        self._say(tone, sentence)
        self.answered.emit()

    def _say(self, tone: Tone, sentence: str, *, odd: str = "") -> None:
        self._main.say(tone, sentence)
        self._more.say(Tone.ODD, odd)

    def _start(self) -> None:
        self._job = self._session.listing.submit(
            self._function,
            *(self._asked or ()),
            done=self._on_done,
            failed=self._on_failed,
            cancelled=self._on_cancelled,
        )

    def _on_done(self, result: object) -> None:
        self._job, self.result, self.is_right = None, result, True
        self._show(result)
        self.answered.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job, self.result, self.is_right = None, None, False
        if isinstance(error, LoudnessError):
            self._say(Tone.WRONG, f"{error.message}. {error.hint}")
        else:
            self._say(Tone.WRONG, "This could not be looked at.")
            self._session.errors.show(error)
        self.answered.emit()

    def _on_cancelled(self) -> None:
        """If it was not this look that has cancelled, have it ask again when it is next asked."""
        if self._job is not None and self._job.is_cancelled:
            self._job = self._asked = None

    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        """Look again when the user comes back from another program: the file may be mended now."""
        is_idle = self._job is None and self._asked is not None
        if state == Qt.ApplicationState.ApplicationActive and is_idle and self.isVisible():
            self._timer.start()

    def _show(self, result: Any) -> None:  # noqa: ANN401
        raise NotImplementedError


class LibraryLook(Look):
    """How many recordings a query selects, and whether their files are there."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, check_library, "libraryLook", parent)

    def ask(self, config: LibraryConfig) -> None:
        """Look at a library, unless it is the one that was looked at."""
        if config.database:
            self._ask(config)
        else:
            text = "Name the SQLite database that lists the recordings, or drop it here."
            self._answer(is_right=False, tone=Tone.HELP, sentence=text)

    def _show(self, result: LibraryCheck) -> None:
        if not result.n_recordings:
            self._say(Tone.ODD, "The query selects no recording: there would be nothing to do.")
            return
        names = ", ".join(result.names)
        dots = " …" if result.n_recordings > N_NAMED else ""
        self._say(Tone.GOOD, f"{recordings_text(result)}: {names}{dots}", odd=_files_text(result))


class AnnotationsLook(Look):
    """How many annotations a table has, and whose they are."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, check_annotations, "annotationsLook", parent)

    def ask(self, config: AnnotationConfig, library: LibraryConfig | None) -> None:
        """Look at a table, unless it is the one that was looked at."""
        if config.annotations:
            self._ask(config, library if library and library.database else None)
        else:
            text = "Without annotations nothing can be trained; they can be named later, too."
            self._answer(is_right=True, tone=Tone.HELP, sentence=text)

    def _show(self, result: AnnotationsCheck) -> None:
        if result.problem:
            self.is_right = False
            self._say(Tone.WRONG, f"{result.problem}. {result.hint}")
            return
        more = "" if result.is_complete else " in the first part of the table, which is large"
        sentence = f"{result.n_usable:,} annotations{more}"
        odd = [_left_out_text(result), _unmatched_text(result)]
        if result.is_matched and result.n_matched == result.n_usable:
            of = "recording" if result.n_recordings == 1 else "recordings"
            sentence += f", all of them of recordings of the query ({result.n_recordings:,} {of})"
        self._say(Tone.GOOD, sentence, odd="\n".join(filter(None, odd)))


class FolderLook(Look):
    """Whether a project can be made in a folder."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, check_folder, "folderLook", parent)

    def ask(self, folder: str) -> None:
        """Look at a folder, unless it is the one that was looked at."""
        if folder:
            self._ask(folder)
        else:
            self._answer(is_right=False, tone=Tone.HELP, sentence="Name the project's folder.")

    def _show(self, result: FolderCheck) -> None:
        self.is_right = not result.problem
        if result.problem:
            self._say(Tone.WRONG, f"{result.problem}.")
        else:
            self._say(Tone.GOOD, f"{result.note or 'The folder is there and empty'}.")


def recordings_text(check: LibraryCheck) -> str:
    """How many recordings, in words."""
    noun = "recording" if check.n_recordings == 1 else "recordings"
    more = "" if check.is_complete else "More than "
    return f"{more}{check.n_recordings:,} {noun}"


def _files_text(check: LibraryCheck) -> str:
    sentences: list[str] = []
    if check.n_unusable:
        rows = "row has" if check.n_unusable == 1 else "rows have"
        sentences.append(f"{check.n_unusable:,} {rows} no usable path and will be left out.")
    if check.missing:
        is_all = check.n_looked_for == check.n_recordings
        which = "files" if is_all else "files that were looked for"
        there = f"{check.n_there:,} of {check.n_looked_for:,} {which} are there"
        hint = "" if check.n_there else " Is the root folder right?"
        sentences.append(f"{there}; missing is {check.missing[0]}.{hint}")
    return "\n".join(sentences)


def _left_out_text(check: AnnotationsCheck) -> str:
    if not check.n_left_out:
        return ""
    first = check.left_out[0]
    rows = "row is no annotation" if check.n_left_out == 1 else "rows are no annotations"
    return f"{check.n_left_out:,} {rows}, such as {first.name}: {first.reason}."


def _unmatched_text(check: AnnotationsCheck) -> str:
    if not check.is_matched:
        return ""
    sentences: list[str] = []
    if check.n_ambiguous:
        sentences.append(f"{check.n_ambiguous:,} may be of several recordings.")
    of = f"{check.n_matched:,} of {check.n_usable:,} are of the recordings"
    if check.n_unmatched_files and not check.all_recordings_known:
        sentences.append(f"{of} that were looked through, which are not all.")
    elif check.n_unmatched_files:
        files = ", ".join(name for name, _ in check.unmatched)
        dots = " …" if check.n_unmatched_files > len(check.unmatched) else ""
        sentences.append(f"{of} that the query selects; it does not select {files}{dots}")
    return " ".join(sentences)
