# h5py ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The two kinds of model file: a record added to what Keras wrote, and no code let in."""

from __future__ import annotations

import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from core.errors import CheckpointError
from core.learning.pickles import is_pickle

if TYPE_CHECKING:
    from pathlib import Path

    import h5py

KERAS_SUFFIX = ".keras"
HDF5_SUFFIX = ".h5"

RECORD = "loudness.json"
KERAS_MEMBERS = {"metadata.json", "config.json", "model.weights.h5", RECORD}

# All that the models are built of. Everything else that a file names is refused: a Lambda layer
# holds code, and any name that Keras does not know makes it import a module.
HARMLESS_CLASSES = {
    "Functional", "InputLayer", "Dense", "Dropout", "Conv2D", "BatchNormalization", "ReLU",
    "MaxPooling2D", "Flatten", "Reshape", "Softmax", "GlorotUniform", "Zeros", "Ones",
    "DTypePolicy",
    "LogCompress", "Standardise", "loudness>LogCompress", "loudness>Standardise",
    "__keras_tensor__",
}  # fmt: skip
HARMLESS_MODULES = {
    None, "core.learning.layers", "keras", "keras.layers", "keras.initializers",
    "keras.src.models.functional",
}  # fmt: skip
HARMLESS_REGISTERED = {None, "Functional", "loudness>LogCompress", "loudness>Standardise"}

ENDING_HINT = "Use a name that ends in .keras or .h5."


def check_name(path: Path) -> None:
    """Refuse a name that does not say which kind of model file it is.

    Parameters
    ----------
    path : Path
        The model file.

    Raises
    ------
    CheckpointError
        If the ending is neither .keras nor .h5.
    """
    if path.suffix not in (KERAS_SUFFIX, HDF5_SUFFIX):
        msg = f"The ending of {path.name} is neither .keras nor .h5"
        raise CheckpointError(msg, hint=ENDING_HINT)


def add_record(path: Path, record: dict[str, Any]) -> None:
    """Put a record into a model file that Keras wrote.

    Parameters
    ----------
    path : Path
        The model file.
    record : dict
        Fit for JSON.
    """
    text = json.dumps(record, indent=1).encode()
    if path.suffix == KERAS_SUFFIX:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(RECORD, text)
        return
    import h5py
    import numpy as np

    with h5py.File(path, "a") as file:
        # Not an attribute: those end at 64 KiB, and a record names every recording.
        file.create_dataset(RECORD, data=np.frombuffer(text, dtype=np.uint8))


def read_record(path: Path) -> dict[str, Any]:
    """Read the record in a model file.

    Parameters
    ----------
    path : Path
        The model file.

    Returns
    -------
    dict
        What `add_record` was given.

    Raises
    ------
    CheckpointError
        If there is no such file, it is damaged or a pickle, or it has no record.
    """
    if is_pickle(path):
        msg = f"{path} is a pickle, which is not opened"
        hint = "Such a file can run code. Use a model that this program trained: .keras or .h5."
        raise CheckpointError(msg, hint=hint)
    check_name(path)
    if not path.is_file():
        msg = f"There is no model {path}"
        raise CheckpointError(msg, hint="Check the path, or train a model first.")
    try:
        text = _keras_record(path) if path.suffix == KERAS_SUFFIX else _hdf5_record(path)
        record = None if text is None else json.loads(text)
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, *_ZIP_ERRORS) as error:
        msg = f"{path} is damaged, or no model file"
        raise CheckpointError(msg, hint="Copy it again, or train the model again.") from error
    if not isinstance(record, dict):
        msg = f"{path} is a model that this program did not make"
        raise CheckpointError(msg, hint="Only models trained by this program can be used.")
    return record


_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


def _keras_record(path: Path) -> bytes | None:
    with zipfile.ZipFile(path) as archive:
        return archive.read(RECORD) if RECORD in archive.namelist() else None


def _hdf5_record(path: Path) -> bytes | None:
    import h5py

    with h5py.File(path, "r") as file:
        if RECORD not in file or _outside(file, RECORD):
            return None
        record: Any = file[RECORD]
        return record[()].tobytes()


def require_harmless(path: Path) -> None:
    """Refuse a model file that names code, or that reaches into other files.

    Parameters
    ----------
    path : Path
        The model file, which has a record.

    Raises
    ------
    CheckpointError
        If it holds anything that this program does not write.
    """
    try:
        if path.suffix == KERAS_SUFFIX:
            stranger = _stranger_in_keras(path)
        else:
            stranger = _stranger_in_hdf5(path)
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, *_ZIP_ERRORS) as error:
        msg = f"{path} is damaged"
        raise CheckpointError(msg, hint="Copy it again, or train the model again.") from error
    if stranger is not None:
        msg = f"{path} is not loaded: it holds {stranger}, which no model of this program does"
        hint = "It may run foreign code. Train the model again, or get it from somebody you trust."
        raise CheckpointError(msg, hint=hint)


def _stranger_in_keras(path: Path) -> str | None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        extra = [n for n in names if n not in KERAS_MEMBERS or names.count(n) > 1]
        if extra:
            return extra[0]
        stranger = _stranger_in_config(json.loads(archive.read("config.json")))
        if stranger is not None:
            return stranger
        import h5py

        with archive.open("model.weights.h5") as weights, h5py.File(weights, "r") as file:
            return _reaches_out(file)


def _stranger_in_hdf5(path: Path) -> str | None:
    import h5py

    with h5py.File(path, "r") as file:
        config: Any = file.attrs["model_config"]
        return _stranger_in_config(json.loads(config)) or _reaches_out(file)


def _stranger_in_config(value: Any) -> str | None:  # noqa: ANN401  any JSON
    """The first thing in a model's description that is not on the list."""
    if isinstance(value, dict):
        named: dict[str, Any] = value
        for key, harmless in (
            ("class_name", HARMLESS_CLASSES),
            ("module", HARMLESS_MODULES),
            ("registered_name", HARMLESS_REGISTERED),
        ):
            if key in named and named[key] not in harmless:
                return str(named[key])
        value = list(named.values())
    if isinstance(value, list):
        for item in value:
            stranger = _stranger_in_config(item)
            if stranger is not None:
                return stranger
    return None


def _reaches_out(group: h5py.Group) -> str | None:
    """The first link or array below an HDF5 group whose content lies in another file."""
    import h5py

    for name in map(str, group):
        if _outside(group, name):
            return f"the outside link {name}"
        item: Any = group[name]
        found = _reaches_out(item) if isinstance(item, h5py.Group) else None
        if found:
            return found
    return None


def _outside(group: h5py.Group, name: str) -> bool:
    import h5py

    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        return True
    item: Any = group[name]
    return isinstance(item, h5py.Dataset) and bool(item.external or item.is_virtual)
