"""Progress bars on standard error."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any, Self

from tqdm import tqdm

if TYPE_CHECKING:
    from core.progress import Progress

LONGEST_TEXT = 28

_FORMAT = "{desc:<10}|{bar:14}| {n:.0f}/{total:.0f} {unit} [{elapsed}<{remaining}{postfix}]"


# Our bars are drawn when something is reported; no thread has to remind them.
tqdm.monitor_interval = 0


class Bars:
    """Draws one bar for each stage; a context manager, whose `report` is given to the stages.

    Where standard error is no terminal, nothing is drawn: what matters stands in the result.
    """

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def report(self, progress: Progress) -> None:
        """Show how far a stage is.

        Parameters
        ----------
        progress : Progress
            A sign of life.
        """
        if not progress.total:
            self._say(progress)
            return
        bar = self._bar
        if bar is None or progress.stage != self._stage:
            self.close()
            self._stage = progress.stage
            size = shutil.get_terminal_size()
            bar = self._bar = tqdm(
                desc=progress.stage,
                total=progress.total,
                unit=progress.unit,
                bar_format=_FORMAT,
                file=sys.stderr,
                disable=None,
                # A terminal that does not tell its size would get no bar at all.
                ncols=size.columns,
                nrows=size.lines,
            )
        bar.total = progress.total
        bar.n = min(progress.done, progress.total)
        score = _score(progress.metrics)
        if score is not None:
            bar.set_postfix_str(f"balanced accuracy {score:.3f}", refresh=False)
        elif progress.text:
            bar.set_postfix_str(progress.text[:LONGEST_TEXT], refresh=False)
        bar.update(0)
        bar.refresh()

    def _say(self, progress: Progress) -> None:
        """What has no measure yet: a text in place of a bar."""
        if self._bar is None and sys.stderr.isatty() and progress.text:
            sys.stderr.write(f"\r{progress.text}...\x1b[K\r")
            sys.stderr.flush()

    def close(self) -> None:
        """Leave the last bar as it is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _score(metrics: dict[str, float]) -> float | None:
    """What training goes by: on the validation side if there is one."""
    return metrics.get("val_balanced_accuracy", metrics.get("balanced_accuracy"))
