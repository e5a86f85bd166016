"""The classes, in their order from the quietest to the loudest."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import SettingsError

MINIMUM_CLASSES = 2
MAXIMUM_CLASSES = 126
"""A dataset keeps classes as 8 bit integers, and labelling needs two for itself."""


@dataclass(frozen=True)
class LabelSet:
    """Ordered classes; a class's place in the order is its target.

    Parameters
    ----------
    names : tuple of str
        From the quietest to the loudest, no two alike.

    Raises
    ------
    SettingsError
        If there are fewer than two classes or too many, an empty name or a name given twice.
    """

    names: tuple[str, ...] = ("inaudible", "barely", "audible")

    def __post_init__(self) -> None:
        """Check the names."""
        if len(self.names) < MINIMUM_CLASSES or not all(n.strip() for n in self.names):
            msg = f"classes cannot be {list(self.names)}"
            raise SettingsError(msg, hint="Two or more names are needed, none of them empty.")
        if len(self.names) > MAXIMUM_CLASSES:
            msg = f"There cannot be {len(self.names)} classes"
            raise SettingsError(msg, hint=f"At most {MAXIMUM_CLASSES} are possible.")
        if len(set(self.names)) != len(self.names):
            msg = f"classes cannot be {list(self.names)}: a name stands there twice"
            raise SettingsError(msg, hint="Give each class one name.")

    def __len__(self) -> int:
        return len(self.names)

    def target(self, name: str) -> int | None:
        """Place of a class in the order.

        Parameters
        ----------
        name : str
            Name of the class, compared exactly.

        Returns
        -------
        int or None
            From 0 for the quietest; None if there is no such class.
        """
        return self.names.index(name) if name in self.names else None

    def similar(self, name: str) -> str:
        """Class that may have been meant: most unknown ones differ by a capital or a blank.

        Parameters
        ----------
        name : str
            As it stands in a table.

        Returns
        -------
        str
            Name of a class; empty if none is near.
        """
        meant = name.strip().casefold()
        return next((known for known in self.names if known.casefold() == meant), "")
