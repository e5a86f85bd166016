"""What shift and drift of annotations are found, on shifted copies of real ones.

python -m tests.benchmarks.bench_alignment FOLDER [--fold=N]

FOLDER holds ``loudsense.db``, ``annotations.csv`` and the audio. The constants of
`core.annotations.alignment` were chosen on fold 0 of recordings with known truth only.

"Error" is against the annotations as they are in the table. People annotate with habits of their
own, such as beginning a little before the sound: therefore it is told, too, how well the shifted
copy is found in relation to the copy that is not shifted.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.align_recording import align_sound
from core.annotations.csv import Annotation, read_annotations
from core.annotations.matching import assign_annotations
from core.audio import open_audio
from core.library import Library
from core.mono import mono_blocks
from core.resample import Resampler
from core.settings import AnnotationConfig, LibraryConfig
from core.text_table import table

if TYPE_CHECKING:
    from core.annotations.alignment import Alignment

RATE = 8000
SHIFTS_S = (0.0, 0.05, -0.05, 0.1, -0.1, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0)
DRIFTS = (0.0, 0.005, -0.005, 0.001, -0.001)
NEAR_S = 0.0251


@dataclass(frozen=True)
class Sound:
    """A recording with its annotations."""

    samples: np.ndarray
    annotations: tuple[Annotation, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE

    def align(self, annotations: tuple[Annotation, ...] | None = None) -> Alignment:
        told = self.annotations if annotations is None else annotations
        n_samples = len(self.samples)
        return align_sound([self.samples], told, sample_rate=RATE, n_samples=n_samples)

    def moved(self, shift_s: float, drift: float = 0.0) -> tuple[Annotation, ...]:
        """Annotations that are shifted, and cut at the ends as somebody's would be."""

        def place(time_s):
            moved = time_s + shift_s + drift * (time_s - self.duration_s / 2)
            return float(np.clip(moved, 0.0, self.duration_s))

        moved = [
            replace(a, start_s=place(a.start_s), end_s=place(a.end_s)) for a in self.annotations
        ]
        return tuple(a for a in moved if a.end_s - a.start_s > 0.01)


def read_sounds(folder: Path, fold: int | None) -> list[Sound]:
    """All annotated recordings, or those of a fold."""
    columns = "path" if fold is None else "path, fold"
    query = f"SELECT {columns} FROM recording"  # noqa: S608
    library = Library(LibraryConfig(str(folder / "loudsense.db"), query=query))
    recordings = library.select().recordings
    annotated = read_annotations(folder / "annotations.csv", AnnotationConfig())
    names = [(str(r.path), r.database_path) for r in recordings]
    by_recording = assign_annotations(annotated.annotations, names).by_recording
    return [
        Sound(read(recordings[k].path), tuple(annotations))
        for k, annotations in sorted(by_recording.items())
        if fold is None or recordings[k].columns["fold"] == fold
    ]


def read(path: Path) -> np.ndarray:
    """A recording as it is transcoded."""
    with open_audio(path) as reader:
        resampler = Resampler(rate_in=reader.sample_rate, rate_out=RATE)
        blocks = [resampler.push(block) for block in mono_blocks(reader)]
        return np.concatenate([*blocks, resampler.finish()])


def joined(sounds: list[Sound]) -> Sound:
    """One long recording of all."""
    annotations: list[Annotation] = []
    start_s = 0.0
    for sound in sounds:
        annotations += [
            replace(a, start_s=a.start_s + start_s, end_s=a.end_s + start_s)
            for a in sound.annotations
        ]
        start_s += sound.duration_s
    return Sound(np.concatenate([s.samples for s in sounds]), tuple(annotations))


def shifted_copies(sounds: list[Sound]) -> list[str]:
    """A line for each shift."""
    as_they_are = [s.align() for s in sounds]
    rows = []
    for shift_s in SHIFTS_S:
        found = [s.align(s.moved(shift_s)) for s in sounds]
        told = [k for k, a in enumerate(found) if a.verdict != "cannot tell"]
        errors = np.array([found[k].shift_s + shift_s for k in told])
        covers = [found[k].low_s <= -shift_s <= found[k].high_s for k in told]
        in_both = [k for k in told if as_they_are[k].verdict != "cannot tell"]
        moved = np.array([found[k].shift_s + shift_s - as_they_are[k].shift_s for k in in_both])
        rows.append(
            [
                f"{shift_s:+.2f} s",
                share(len(sounds) - len(told), len(sounds)),
                share(sum(found[k].verdict == "suspicious" for k in told), len(sounds)),
                share(np.sum(np.abs(errors) <= NEAR_S), len(told)),
                share(np.sum(np.abs(errors) <= 2 * NEAR_S), len(told)),
                share(np.sum(np.abs(errors) <= NEAR_S), len(sounds)),
                f"{np.median(errors):+.3f} s" if told else "-",
                share(sum(covers), len(told)),
                share(np.sum(np.abs(moved) <= NEAR_S), len(in_both)),
            ]
        )
    header = [
        "shift",
        "cannot tell",
        "suspicious",
        "error <= 25 ms",
        "<= 50 ms",
        "<= 25 ms, of all",
        "median error",
        "in interval",
        "moved <= 25 ms",
    ]
    return table(header, rows)


def drifting_copies(sounds: list[Sound]) -> list[str]:
    """A line for each drift, of the recordings and of all in one."""
    rows = []
    for name, them in (("each", sounds), ("all joined", [joined(sounds)])):
        for drift in DRIFTS:
            found = [s.align(s.moved(0.0, drift)) for s in them]
            seen = [a for a in found if a.drift is not None and a.verdict != "cannot tell"]
            # A time t of the true ones became (1 + drift) t: stretched back by its inverse.
            true = 1 / (1 + drift) - 1
            right = [a for a in seen if abs(a.drift - true) <= 0.001]
            rows.append(
                [
                    f"{name}, {100 * drift:+.1f} %",
                    len(them),
                    share(len(seen), len(them)),
                    share(len(right), len(them)),
                    share(sum(a.verdict == "suspicious" for a in found), len(them)),
                    ", ".join(f"{100 * a.drift:+.3f} %" for a in seen[:3]) or "-",
                ]
            )
    header = ["recordings, drift", "n", "drift seen", "within 0.1 %", "suspicious", "found"]
    return table(header, rows)


def strangers(sounds: list[Sound]) -> str:
    """How often something is told of annotations that have nothing to do with the sound."""
    pairs = [(s, sounds[(k + d) % len(sounds)]) for k, s in enumerate(sounds) for d in (1, 3, 5, 7)]
    found = [s.align(replace(s, annotations=o.annotations).moved(0.0)) for s, o in pairs]
    told = sum(a.verdict != "cannot tell" for a in found)
    return f"With another recording's annotations a shift is told of {share(told, len(found))}"


def share(n: float, total: int) -> str:
    """A share as people read it."""
    return f"{100 * n / total:.0f} % ({n:.0f}/{total})" if total else "-"


def main() -> None:
    """Print what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--fold", type=int)
    options = parser.parse_args()
    if options.folder is None or not (options.folder / "annotations.csv").exists():
        print("Skipped: name a folder with loudsense.db and annotations.csv")
        return
    sounds = read_sounds(options.folder, options.fold)
    seconds = sum(s.duration_s for s in sounds)
    print(f"{len(sounds)} annotated recordings, {seconds:.0f} s")
    start = time.perf_counter()
    lines = shifted_copies(sounds)
    taken = time.perf_counter() - start
    print("\n".join([*lines, "", *drifting_copies(sounds), "", strangers(sounds)]))
    print(f"{seconds * (len(SHIFTS_S) + 1) / taken:.0f} s of audio are checked in a second")


if __name__ == "__main__":
    main()
