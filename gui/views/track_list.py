"""Which feature tracks there are, and which the user wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.features.spec import N_HPCP, N_MELBANDS, N_MFCC
from gui.preferences import preferences

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = "featureTracks/chosen"
DEFAULT = ("loudness", "melbands")


@dataclass(frozen=True)
class Track:
    """One or several features that are drawn together.

    Parameters
    ----------
    key : str
        Its name in the preferences.
    title : str
        On the screen.
    group : str
        Of the menu.
    columns : tuple of str
        Features; several are a picture, the first at the bottom.
    is_decibel : bool
        Whether the values are energies, drawn in dB.
    is_row_scaled : bool
        Whether each row of a picture has a scale of its own.
    """

    key: str
    title: str
    group: str
    columns: tuple[str, ...]
    is_decibel: bool = False
    is_row_scaled: bool = False

    @property
    def is_banded(self) -> bool:
        """Whether it is a picture."""
        return len(self.columns) > 1


def _columns(name: str, n: int) -> tuple[str, ...]:
    return tuple(f"{name}_{k}" for k in range(n))


def _singles(name: str, title: str, n: int, *, is_decibel: bool = False) -> tuple[Track, ...]:
    group = f"Single {title}"
    return tuple(
        Track(column, f"{title} {k}", group, (column,), is_decibel=is_decibel)
        for k, column in enumerate(_columns(name, n))
    )


TRACKS = (
    Track("loudness", "Loudness", "", ("loudness",)),
    Track("mfcc", "MFCC", "", _columns("mfcc", N_MFCC), is_row_scaled=True),
    Track("melbands", "Mel bands", "", _columns("melbands", N_MELBANDS), is_decibel=True),
    Track("hpcp", "HPCP", "", _columns("hpcp", N_HPCP)),
    Track("onset_hfc", "Onset hfc", "", ("onset_hfc",)),
    Track("onset_complex", "Onset cplx", "", ("onset_complex",)),
    Track("onset_flux", "Onset flux", "", ("onset_flux",)),
    *_singles("mfcc", "MFCC", N_MFCC),
    *_singles("melbands", "Mel band", N_MELBANDS, is_decibel=True),
    *_singles("hpcp", "HPCP", N_HPCP),
)
BY_KEY = {track.key: track for track in TRACKS}


def load_chosen() -> tuple[Track, ...]:
    """What was chosen last, in its order; names that mean nothing are left out."""
    stored = preferences().value(KEY)
    if stored is None:
        return tuple(BY_KEY[key] for key in DEFAULT)
    keys = str(stored).split(",")
    return tuple(BY_KEY[key] for key in dict.fromkeys(keys) if key in BY_KEY)


def save_chosen(tracks: Iterable[Track]) -> None:
    """Remember it."""
    preferences().setValue(KEY, ",".join(track.key for track in tracks) or "none")
