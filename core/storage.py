"""Files that are there whole or not at all, and results as JSON."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from core.errors import storage_error

if TYPE_CHECKING:
    from collections.abc import Generator


def write_json(path: Path, value: object) -> None:
    """Write a JSON file in one step: it is there whole, or as it was before.

    Parameters
    ----------
    path : Path
        The file.
    value : object
        What `json` can write.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Write a file under another name, and put it in its place only when it is whole.

    Parameters
    ----------
    path : Path
        The file to be made or replaced; its folder is made.

    Yields
    ------
    Path
        Where to write: ``.NAME.part`` in the same folder. Removed if the block raises.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        _discard(part)
        raise storage_error(error, path) or error from error
    except BaseException:
        _discard(part)
        raise


def _discard(part: Path) -> None:
    # What went wrong before tells more than that nothing can be removed either.
    with suppress(OSError):
        part.unlink()


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that may be absent or damaged: then it is as if it were not there.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        Its object; empty if there is none.
    """
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def to_json(value: Any) -> Any:  # noqa: ANN401  any JSON
    """Make a result fit for JSON.

    Parameters
    ----------
    value : object
        A dataclass, or what may stand in one.

    Returns
    -------
    object
        Dataclasses as dict, or as their own `to_dict` says; paths as str; tuples as list.
    """
    if hasattr(value, "to_dict"):
        return to_json(value.to_dict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value)
        return {str(k): to_json(v) for k, v in items.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(v) for v in cast("list[Any]", value)]
    return str(value) if isinstance(value, Path) else value
