"""Each setting, declared once: commands, dialogs and `project.toml` are derived from here.

A stage's settings are one frozen dataclass. Each field declares its default, unit, range and help;
`settings_of` lists those declarations, and every configuration checks itself when it is made.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field, fields
from typing import Any, Self, cast

from core.errors import SettingsError

DEFAULT_QUERY = "SELECT path FROM recording WHERE reviewed = 1;"

_KIND_WORDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list of texts",
    dict: "a table of texts",
}


@dataclass(frozen=True)
class Setting:
    """The declaration of one setting.

    Parameters
    ----------
    key : str
        Name of the field in its configuration, and in `project.toml`.
    kind : type
        ``int``, ``float``, ``str``, ``bool``, or ``dict`` and ``tuple`` of str.
    default : object
        The value where the user says nothing.
    optional : bool
        Whether None is a value; `help` tells what it means.
    unit : str
        Unit of the value, empty if it has none.
    minimum, maximum : float or None
        The range, both ends allowed.
    choices : tuple of str
        The only values allowed, if not empty.
    option : str
        Name on the command line, without the dashes.
    path : str
        ``"file"`` or ``"folder"`` if the texts are paths, else empty.
    help : str
        One sentence for the user.
    """

    key: str
    kind: type
    default: Any
    optional: bool = False
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    option: str = ""
    path: str = ""
    help: str = ""

    def check(self, value: object) -> None:
        """Refuse a value that the setting cannot have.

        Parameters
        ----------
        value : object
            The value to be checked.

        Raises
        ------
        SettingsError
            If the value is of another type, outside the range or not among the choices.
        """
        if value is None and self.optional:
            return
        wanted = (int, float) if self.kind is float else self.kind
        if not isinstance(value, wanted) or (isinstance(value, bool) and self.kind is not bool):
            self._refuse(value, f"{_KIND_WORDS[self.kind]} is needed")
        if not all(isinstance(v, str) for v in _parts(value)):
            self._refuse(value, f"{_KIND_WORDS[self.kind]} is needed")
        if self.choices and value not in self.choices:
            self._refuse(value, "choose one of " + ", ".join(self.choices))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            low, high = self.minimum, self.maximum
            # Written so that NaN, which compares false with everything, is refused.
            if not ((low is None or value >= low) and (high is None or value <= high)):
                self._refuse(value, f"allowed is {self.range_text}")

    @property
    def range_text(self) -> str:
        """The range in words, such as ``"1 to 4000 samples"``."""
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is None:
            return f"at most {self.maximum}{unit}"
        if self.maximum is None:
            return f"at least {self.minimum}{unit}"
        return f"{self.minimum} to {self.maximum}{unit}"

    def _refuse(self, value: object, hint: str) -> None:
        name = self.key if self.option in {"", self.key} else f"{self.key} (--{self.option})"
        msg = f"{name} cannot be {value!r}"
        raise SettingsError(msg, hint=hint[0].upper() + hint[1:] + ".")


def declare(default: Any, help: str, **declaration: Any) -> Any:  # noqa: A002, ANN401
    """Declare a setting as a field of a configuration.

    Parameters
    ----------
    default : object
        The value where the user says nothing.
    help : str
        One sentence for the user.
    **declaration : object
        More of `Setting`: `unit`, `minimum`, `maximum`, `choices`, `option`, `path`.

    Returns
    -------
    object
        A dataclass field.
    """
    metadata = {"help": help, **declaration}
    if isinstance(default, dict):
        values = cast("dict[str, str]", default)
        return field(default_factory=values.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value)
        return [*pairs.keys(), *pairs.values()]
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else []


@dataclass(frozen=True)
class Config:
    """What a stage is told; checked when made, and kept beside what the stage made."""

    def __post_init__(self) -> None:
        """Check every value against its declaration."""
        for setting in settings_of(type(self)):
            setting.check(getattr(self, setting.key))

    def to_dict(self) -> dict[str, Any]:
        """Every setting by its key.

        Returns
        -------
        dict
            Values fit for JSON and TOML; tuples become lists.
        """
        values: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            k: list(cast("tuple[object, ...]", v)) if isinstance(v, tuple) else v
            for k, v in values.items()
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make a configuration from what `to_dict` gave, or from part of it.

        Parameters
        ----------
        values : dict
            Values by key; a key that is left out has its default.

        Returns
        -------
        Config
            Of this class.

        Raises
        ------
        SettingsError
            If a key is unknown or a value is not allowed.
        """
        known = {s.key: s for s in settings_of(cls)}
        for key in values:
            if key not in known:
                msg = f"There is no setting {key!r}"
                raise SettingsError(msg, hint="Known are " + ", ".join(known) + ".")
        given = {
            # TOML and JSON know no tuples.
            k: tuple(cast("list[object]", v))
            if known[k].kind is tuple and isinstance(v, list)
            else v
            for k, v in values.items()
        }
        return cls(**given)

    def changes_from(self, other: dict[str, Any]) -> list[str]:
        """What differs from an earlier configuration, in words.

        Parameters
        ----------
        other : dict
            What `to_dict` of the earlier one gave. What an older version did not know yet had the
            value that is the default now.

        Returns
        -------
        list of str
            Such as ``"frame_size 200 -> 400"``.
        """
        mine, theirs = self.to_dict(), {**type(self)().to_dict(), **other}
        return [f"{k} {theirs[k]} -> {v}" for k, v in mine.items() if theirs[k] != v]


def settings_of(config: type[Config]) -> tuple[Setting, ...]:
    """The declarations of a configuration, in order.

    Parameters
    ----------
    config : type
        A configuration class.

    Returns
    -------
    tuple of Setting
        One for each field.
    """
    hints = typing.get_type_hints(config)
    return tuple(_setting(f, hints[f.name]) for f in fields(config))


def _setting(f: dataclasses.Field[Any], hint: Any) -> Setting:  # noqa: ANN401
    optional = isinstance(hint, types.UnionType) and type(None) in hint.__args__
    bare: Any = next(a for a in hint.__args__ if a is not type(None)) if optional else hint
    kind: Any = typing.get_origin(bare) or bare
    made = f.default_factory
    default: Any = made() if made is not dataclasses.MISSING else f.default
    declaration: dict[str, Any] = {"option": f.name, **f.metadata}
    return Setting(f.name, kind, default, optional=optional, **declaration)


@dataclass(frozen=True)
class LibraryConfig(Config):
    """Which recordings."""

    database: str = declare(
        "",
        "SQLite database that lists the recordings.",
        option="database_location",
        path="file",
    )
    query: str = declare(
        DEFAULT_QUERY, "One SELECT with a column named path.", option="database_query"
    )
    root: str | None = declare(
        None,
        "Folder that relative paths start from; if left out, the database's own.",
        option="root",
        path="folder",
    )
    relinked: dict[str, str] = declare(
        {}, "Folders that moved: old folder = new folder.", path="folder"
    )
    browse_query: str = declare(
        "",
        "One SELECT for the list in the window; if left out, every row of the table that is read.",
    )
    reviewed_column: str = declare(
        "reviewed", "Column that says whether a recording is reviewed; the only one ever written."
    )


@dataclass(frozen=True)
class TranscodeConfig(Config):
    """How recordings are transcoded."""

    sample_rate: int | None = declare(
        None, "Sample rate of the result; if left out, the original's.",
        unit="Hz", minimum=100, maximum=768_000, option="resample",
    )  # fmt: skip
    output_format: str | None = declare(
        None,
        "File format of the result; if left out, the original's where it can be written, else wav.",
        choices=("wav", "flac", "aiff"),
    )  # fmt: skip
    channel: int = declare(
        0,
        "Which channel becomes mono, counted from 1; 0 is the mean of all.",
        minimum=0,
        maximum=1024,
    )


@dataclass(frozen=True)
class FeatureConfig(Config):
    """How recordings are cut into frames."""

    frame_size: int = declare(
        200, "Length of a frame.", unit="samples", minimum=2, maximum=1_048_576
    )
    hop_size: int | None = declare(
        None, "Step from one frame to the next; if left out, the frame size.",
        unit="samples", minimum=1, maximum=1_048_576,
    )  # fmt: skip

    @property
    def hop(self) -> int:
        """Step from one frame to the next, in samples."""
        return self.frame_size if self.hop_size is None else self.hop_size


@dataclass(frozen=True)
class AnnotationConfig(Config):
    """Where the annotations are, and how their table is read."""

    annotations: str = declare("", "Table of annotations, CSV.", option="annotations", path="file")
    file_column: str = declare("file_name", "Column with the recording's file.")
    start_column: str = declare("start", "Column with the start in seconds.")
    end_column: str = declare("end", "Column with the end in seconds.")
    class_column: str = declare("class", "Column with the class.")
    classes: tuple[str, ...] = declare(
        ("inaudible", "barely", "audible"),
        "The classes in order, from the quietest to the loudest.",
    )
    class_names: dict[str, str] = declare({}, "Names used in the table = class they stand for.")
    allow_overlaps: bool = declare(True, "Whether annotations of a recording may overlap.")  # noqa: FBT003  a default


@dataclass(frozen=True)
class ProposalConfig(Config):
    """What of a prediction is proposed to be annotated."""

    # A frame is labelled by what contains it whole: anything shorter would label nothing.
    minimum_duration: float | None = declare(
        None,
        "Shortest stretch of one predicted class that is proposed; if left out, one frame.",
        unit="s", minimum=0.0, maximum=86_400.0,
    )  # fmt: skip


@dataclass(frozen=True)
class TrainConfig(Config):
    """How a model is trained."""

    model: str = declare(
        "fc", "fc labels a frame by itself, cnn by its context.", choices=("fc", "cnn")
    )
    batch_size: int = declare(50, "Examples in a training step.", minimum=1, maximum=1_000_000)
    epochs: int = declare(200, "Passes over the data at the most.", minimum=1, maximum=1_000_000)
    validation_split: float = declare(
        0.2, "Share of the recordings kept for validation.", minimum=0.0, maximum=0.9
    )
    validation_recordings: tuple[str, ...] = declare(
        (),
        "Recordings kept for validation, by path or name; if there are none, a share is drawn.",
    )
    split_by: str = declare(
        "recording", "frame puts frames of one recording on both sides, which flatters the model.",
        choices=("recording", "frame"),
    )  # fmt: skip
    patience: int = declare(
        15,
        "Epochs without a better balanced accuracy before training ends.",
        minimum=1,
        maximum=1_000_000,
    )
    learning_rate: float = declare(
        0.001, "Step size of the optimiser (Adam).", minimum=1e-8, maximum=1.0
    )
    seed: int = declare(0, "The same seed gives the same numbers.", minimum=0, maximum=2**31 - 1)


@dataclass(frozen=True)
class LabelErrorConfig(Config):
    """How probable label errors are looked for."""

    folds: int = declare(
        5,
        "Parts that the recordings are divided into: each is judged by a model of the others.",
        minimum=2,
        maximum=100,
    )
