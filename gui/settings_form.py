"""A form for any configuration, built from the settings that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from core.errors import SettingsError
from core.label_set import LabelSet
from core.settings import AnnotationConfig, Config, settings_of
from gui.icons import icon
from gui.sentence import Sentence, Tone
from gui.settings_fields import (
    ChoiceField,
    Field,
    NumberField,
    OptionalField,
    PathField,
    SwitchField,
    TextField,
    left_out_words,
)
from gui.settings_lists import ListField, PairsField

if TYPE_CHECKING:
    from core.settings import Setting

ConfigT = TypeVar("ConfigT", bound=Config)

LABEL, EDITOR, RESET = range(3)
"""Columns of the form."""


@dataclass(frozen=True)
class _Row:
    setting: Setting
    label: QLabel
    field: Field
    problem: Sentence
    reset: QToolButton


class ConfigForm(QWidget, Generic[ConfigT]):
    """Edits a configuration; says beside each field what is wrong with it.

    Parameters
    ----------
    config_class : type
        The configuration.
    parent : QWidget, optional
        Owner.
    only : tuple of str, optional
        Settings that are shown; the others stay as `set_value` had them.
    with_help : bool
        Whether each setting's help stands below it, too; it is a tool-tip in any case.
    """

    changed = Signal()
    """The user changed something, for better or worse."""

    def __init__(
        self,
        config_class: type[ConfigT],
        parent: QWidget | None = None,
        only: tuple[str, ...] | None = None,
        *,
        with_help: bool = False,
    ) -> None:
        super().__init__(parent)
        self._class = config_class
        self._base = config_class()
        self._rows: dict[str, _Row] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(EDITOR, 1)
        for setting in settings_of(config_class):
            if only is None or setting.key in only:
                self._add(setting, with_help=with_help)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.set_value(self._base)

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in a sentence; empty if all is right."""
        try:
            self.value()
        except SettingsError as error:
            return f"{error.message}. {error.hint}".strip()
        return ""

    def value(self) -> ConfigT:
        """The configuration; `SettingsError` if something is wrong."""
        values: dict[str, Any] = {k: row.field.value() for k, row in self._rows.items()}
        kept = {s.key: getattr(self._base, s.key) for s in settings_of(self._class)}
        config = self._class(**(kept | values))
        _check_together(config)
        return config

    def set_value(self, config: ConfigT) -> None:
        """Show a configuration; `changed` is not emitted."""
        self._base = config
        for key, row in self._rows.items():
            row.field.set_value(getattr(config, key))
        self._judge()

    def field(self, key: str) -> Field:
        """The editor of a setting."""
        return self._rows[key].field

    @property
    def labels(self) -> tuple[QLabel, ...]:
        """The labels of the settings that are shown."""
        return tuple(row.label for row in self._rows.values())

    def set_label_width(self, width_px: int) -> None:
        """Give the labels at least so much room."""
        self._grid.setColumnMinimumWidth(LABEL, width_px)

    def _add(self, setting: Setting, *, with_help: bool) -> None:
        row = self._grid.rowCount()
        field = make_field(setting)
        field.setToolTip(_tip(setting))
        label = QLabel(label_of(setting))
        label.setToolTip(_tip(setting))
        label.setBuddy(field)
        top = Qt.AlignmentFlag.AlignTop if _is_tall(field) else Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(label, row, LABEL, top)
        self._grid.addWidget(field, row, EDITOR)
        reset = QToolButton()
        reset.setObjectName(f"reset_{setting.key}")
        reset.setIcon(icon("reload"))
        reset.setAutoRaise(True)
        reset.setToolTip(f"Back to the default: {_in_words(setting)}")
        # Its room stays, so that nothing moves while one types.
        policy = reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        reset.setSizePolicy(policy)
        self._grid.addWidget(reset, row, RESET, top)
        problem = Sentence()
        problem.setObjectName(f"problem_{setting.key}")
        self._grid.addWidget(problem, row + 1, EDITOR, 1, 2)
        if with_help:
            help_line = Sentence()
            help_line.say(Tone.HELP, setting.help)
            self._grid.addWidget(help_line, row + 2, EDITOR, 1, 2)
        self._rows[setting.key] = _Row(setting, label, field, problem, reset)
        field.changed.connect(self._on_changed)
        reset.clicked.connect(lambda: self._reset(setting))

    def _reset(self, setting: Setting) -> None:
        self._rows[setting.key].field.set_value(setting.default)
        self._on_changed()

    def _on_changed(self) -> None:
        self._judge()
        self.changed.emit()

    def _judge(self) -> None:
        """Say what is wrong beside each field, and offer the default where it differs."""
        for row in self._rows.values():
            sentence, is_default = "", False
            try:
                value = row.field.value()
                is_default = value == row.setting.default
                row.setting.check(value)
                _check_alone(row.setting, value)
            except SettingsError as error:
                sentence = error.hint or error.message
            row.problem.say(Tone.WRONG, sentence)
            # A default that is empty is what the field's own means lead to.
            row.reset.setVisible(not is_default and row.setting.default not in ("", {}))


def align_labels(*forms: ConfigForm[Any]) -> None:
    """Have forms that stand below each other begin their fields at one line."""
    width = max(label.sizeHint().width() for form in forms for label in form.labels)
    for form in forms:
        form.set_label_width(width)


def make_field(setting: Setting) -> Field:
    """The editor that suits a setting."""
    if setting.choices:
        return ChoiceField(setting)
    kinds: dict[type, type[Field]] = {
        bool: SwitchField,
        int: NumberField,
        float: NumberField,
        str: PathField if setting.path else TextField,
        tuple: ListField,
        dict: PairsField,
    }
    field: Any = kinds[setting.kind]
    return OptionalField(setting, field(setting)) if setting.optional else field(setting)


def label_of(setting: Setting) -> str:
    """The setting's name in plain words."""
    words = setting.key.replace("_", " ")
    return words[0].upper() + words[1:]


def _in_words(setting: Setting) -> str:
    value = setting.default
    if value is None:
        return left_out_words(setting).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return f"{value} {setting.unit}".strip() if value not in ("", {}) else "empty"


def _tip(setting: Setting) -> str:
    if setting.minimum is None and setting.maximum is None:
        return setting.help
    return f"{setting.help}\nAllowed: {setting.range_text}."


def _is_tall(field: Field) -> bool:
    return isinstance(field, ListField | PairsField)


def _check_alone(setting: Setting, value: Any) -> None:  # noqa: ANN401
    if setting.key == "classes":
        LabelSet(value)


def _check_together(config: Config) -> None:
    """What no setting can know of itself."""
    if isinstance(config, AnnotationConfig):
        LabelSet(config.classes)
