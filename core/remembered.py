"""What a child read last, kept while it is still the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_REMEMBERED: dict[str, tuple[object, Any]] = {}


def remembered(
    kind: str, key: object, make: Callable[[], T], *, forget: Callable[[T], object] | None = None
) -> T:
    """Give what was made last, or make it if it is no longer the same.

    A child that looks at many recordings, one after the other, reads the large tables once. One
    thing of each kind is kept.

    Parameters
    ----------
    kind : str
        What it is.
    key : object
        All that it depends on, such as path, size and time stamp of a file.
    make : callable
        Makes it; where it raises, nothing is kept.
    forget : callable, optional
        Called with what is kept, before something else is made in its place.

    Returns
    -------
    object
        What `make` returned, now or earlier; nobody changes it.
    """
    if kind not in _REMEMBERED or _REMEMBERED[kind][0] != key:
        if forget is not None and kind in _REMEMBERED:
            forget(_REMEMBERED.pop(kind)[1])
        _REMEMBERED[kind] = (key, make())
    return _REMEMBERED[kind][1]
