"""Which files of many recordings are there, asked folder by folder rather than file by file."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from core.library import Library

ASKED_ONE_BY_ONE = 8
"""Files of one folder; for more, the folder's content is read once."""

_NO_NAMES = {"", ".", ".."}
"""A folder's content does not list these."""


class RecordingFiles:
    """Finds recordings' files as `Library.locate` does, and remembers folders.

    Parameters
    ----------
    library : Library
        Root and moved folders.
    """

    def __init__(self, library: Library) -> None:
        self._root = str(library.root)
        moved = sorted(library.config.relinked.items(), key=lambda m: -len(m[0]))
        self._moved = [(str(Path(old)), Path(new)) for old, new in moved]
        self._folders: dict[str, _Folder | None] = {}
        self._n_asked: Counter[str] = Counter()

    def locate(self, database_path: str) -> str:
        """Where a recording's file is expected.

        Parameters
        ----------
        database_path : str
            The path as the database has it.

        Returns
        -------
        str
            Absolute.
        """
        path = self._absolute(database_path)
        if self._moved and not self.is_there(path):
            for old, new in self._moved:
                if path == old or _is_below(path, old):
                    return str(new / path[len(old) :].lstrip("/"))
        return path

    def is_there(self, path: str) -> bool:
        """Whether there is anything of that name.

        Parameters
        ----------
        path : str
            Absolute.

        Returns
        -------
        bool
            As `os.path.exists` says.
        """
        folder, _, name = path.rpartition("/")
        content = None if name in _NO_NAMES else self._content(folder)
        return os.path.exists(path) if content is None else content.has(name)  # noqa: PTH110  names may be any

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name.

        Parameters
        ----------
        path : str
            Absolute.

        Returns
        -------
        bool
            As `os.path.isfile` says.
        """
        folder, _, name = path.rpartition("/")
        content = None if name in _NO_NAMES else self._content(folder)
        if content is not None and not content.has(name):
            return False
        if content is not None and name in content.files:
            return True
        return os.path.isfile(path)  # noqa: PTH113  names may be any

    def _absolute(self, path: str) -> str:
        """As `pathlib` writes it."""
        if "//" in path or "/." in path or path.startswith(".") or path.endswith("/"):
            return str(Path(self._root) / path)
        if path.startswith("/"):
            return path
        return f"{self._root}/{path}" if self._root != "/" else f"/{path}"

    def _content(self, folder: str) -> _Folder | None:
        """What is in a folder; None while it is not worth reading, or cannot be read."""
        if folder in self._folders:
            return self._folders[folder]
        self._n_asked[folder] += 1
        if self._n_asked[folder] <= ASKED_ONE_BY_ONE:
            return None
        try:
            self._folders[folder] = _Folder(folder or "/")
        except (FileNotFoundError, NotADirectoryError):
            self._folders[folder] = _Folder("")
        except (OSError, ValueError):
            self._folders[folder] = None
        return self._folders[folder]


class _Folder:
    """Names in a folder; none without a path."""

    def __init__(self, path: str) -> None:
        self.files: set[str] = set()
        self._names: set[str] = set()
        self._path = path
        self._alike: set[str] | None = None
        if not path:
            return
        with os.scandir(path) as entries:
            for entry in entries:
                self._names.add(entry.name)
                if entry.is_file(follow_symlinks=False):
                    self.files.add(entry.name)

    def has(self, name: str) -> bool:
        """Whether there is one of that name, links to nowhere not counted."""
        if name in self.files:
            return True
        if self._alike is None:
            self._alike = {_key(known) for known in self._names}
        # Some file systems take names for one that differ in case, or in how accents are encoded.
        return _key(name) in self._alike and os.path.exists(f"{self._path}/{name}")  # noqa: PTH110  names may be any


def _is_below(path: str, folder: str) -> bool:
    # For pathlib, as for POSIX, two slashes at the start are another root than one.
    if folder in {"/", "//"}:
        return path.startswith(folder) and path.startswith("//") == (folder == "//")
    return path.startswith(f"{folder}/")


def _key(name: str) -> str:
    return name.casefold() if name.isascii() else normalize("NFD", name).casefold()
