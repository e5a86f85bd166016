"""The project folder: its settings in `project.toml`, and where everything lies in it."""

from __future__ import annotations

import os
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from core.editing_right import WRITING, editing
from core.errors import ProjectError, SettingsError
from core.folder_lock import writing_to
from core.settings import (
    AnnotationConfig,
    Config,
    FeatureConfig,
    LabelErrorConfig,
    LibraryConfig,
    ProposalConfig,
    TrainConfig,
    TranscodeConfig,
)
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Generator

SETTINGS_FILE = "project.toml"
STAGES = ("transcode", "extract", "dataset", "train", "evaluate")

_PATHS = {"library": ("database", "root"), "annotations": ("annotations",)}


@dataclass(frozen=True)
class ProjectSettings:
    """All settings of a project; paths in it are absolute.

    Parameters
    ----------
    library : LibraryConfig
        Which recordings.
    transcode : TranscodeConfig
        How they are transcoded.
    features : FeatureConfig
        How they are cut into frames.
    annotations : AnnotationConfig
        Where the annotations are.
    train : TrainConfig
        How a model is trained.
    label_errors : LabelErrorConfig
        How probable label errors are looked for.
    proposals : ProposalConfig
        What of a prediction is proposed to be annotated.
    """

    library: LibraryConfig = field(default_factory=LibraryConfig)
    transcode: TranscodeConfig = field(default_factory=TranscodeConfig)
    features: FeatureConfig = field(default_factory=FeatureConfig)
    annotations: AnnotationConfig = field(default_factory=AnnotationConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    label_errors: LabelErrorConfig = field(default_factory=LabelErrorConfig)
    proposals: ProposalConfig = field(default_factory=ProposalConfig)


@dataclass(frozen=True)
class Project:
    """A project folder.

    Parameters
    ----------
    folder : Path
        Absolute.
    settings : ProjectSettings
        As they stand in `project.toml`.
    """

    folder: Path
    settings: ProjectSettings

    @property
    def transcoded(self) -> Path:
        """Folder of transcoded recordings."""
        return self.folder / "transcoded"

    @property
    def features(self) -> Path:
        """Folder of features, one file for each recording."""
        return self.folder / "features"

    @property
    def dataset(self) -> Path:
        """The dataset."""
        return self.folder / "dataset.parquet"

    @property
    def runs(self) -> Path:
        """Folder of trained models, one folder for each run."""
        return self.folder / "runs"

    @property
    def label_errors(self) -> Path:
        """What was found when label errors were looked for."""
        return self.folder / "label_errors.json"

    @property
    def store(self) -> Path:
        """Database of the project's own records."""
        return self.folder / "project.sqlite"

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the project for writing, by the right of the window that asks or by one's own.

        Yields
        ------
        None
            While it is held.

        Raises
        ------
        ProjectLockedError
            If another program writes to it, or another window edits it.
        StorageError
            If the disk is full, or the folder cannot be written.
        """
        with editing(self.folder, doing=WRITING), writing_to(self.folder):
            yield

    def with_settings(self, **changes: Config) -> Project:
        """The project with other settings; nothing is written.

        Parameters
        ----------
        **changes : Config
            New configurations by section, such as ``train=TrainConfig(model="cnn")``.

        Returns
        -------
        Project
            To be kept by `save_project`.
        """
        values: dict[str, Any] = dict(changes)
        return replace(self, settings=replace(self.settings, **values))


def open_project(folder: Path) -> Project:
    """Read a project's settings.

    Parameters
    ----------
    folder : Path
        The project folder, or the `project.toml` in it.

    Returns
    -------
    Project
        Nothing else in the folder is looked at.

    Raises
    ------
    ProjectError
        If there is no `project.toml`, or it cannot be read.
    SettingsError
        If a setting is unknown or has a value that it cannot have.
    """
    if folder.name == SETTINGS_FILE:
        folder = folder.parent
    path = folder / SETTINGS_FILE
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{folder} is no project: it has no {SETTINGS_FILE}"
        raise ProjectError(msg, hint="Name a project folder, or make one.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise ProjectError(msg, hint="Correct it there; nothing was changed.") from error
    home = folder.absolute()
    kinds = _sections()
    configs: dict[str, Config] = {}
    for name, values in sections.items():
        if name not in kinds or not isinstance(values, dict):
            msg = f"{path} has a section {name!r} that is not known"
            raise SettingsError(msg, hint="Known are " + ", ".join(kinds) + ".")
        try:
            configs[name] = kinds[name].from_dict(
                _absolute(name, cast("dict[str, Any]", values), home)
            )
        except SettingsError as error:
            msg = f"{path}, section {name}: {error.message}"
            raise SettingsError(msg, hint=error.hint) from error
    settings: Any = ProjectSettings(**configs)  # pyright: ignore[reportArgumentType]
    return Project(home, settings)


def save_project(project: Project) -> None:
    """Write `project.toml`: only what differs from the defaults, paths relative where they can be.

    Parameters
    ----------
    project : Project
        Its folder is made where there is none.

    Raises
    ------
    StorageError
        If the folder cannot be written, or the disk is full.
    """
    import tomli_w

    sections: dict[str, dict[str, Any]] = {}
    for name, kind in _sections().items():
        values = getattr(project.settings, name).to_dict()
        default = kind().to_dict()
        kept = {k: v for k, v in values.items() if v != default[k] and v is not None}
        for key in _PATHS.get(name, ()):
            if kept.get(key):
                kept[key] = _relative(Path(kept[key]), project.folder)
        if kept:
            sections[name] = kept
    with replacing(project.folder / SETTINGS_FILE) as part:
        part.write_text(tomli_w.dumps(sections), encoding="utf-8")


def _sections() -> dict[str, type[Config]]:
    settings = ProjectSettings()
    return {f.name: type(getattr(settings, f.name)) for f in fields(settings)}


def _absolute(section: str, values: dict[str, Any], home: Path) -> dict[str, Any]:
    paths = {k for k in _PATHS.get(section, ()) if isinstance(values.get(k), str) and values[k]}
    return {k: os.path.normpath(home / v) if k in paths else v for k, v in values.items()}


def _relative(path: Path, home: Path) -> str:
    """Relative if the data lies in the project's folder or beside it: then both move together."""
    near = home.parent if home.parent != home.parent.parent else home
    return os.path.relpath(path, home) if path.is_relative_to(near) else str(path)
