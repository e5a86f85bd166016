"""The one time axis of a recording: what is in view, what is selected, playhead and cursor."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal

SHORTEST_VIEW_S = 0.0005
"""Zoomed in no further: at 8 kHz four samples then fill the width."""


class TimeAxis(QObject):
    """Times in seconds from the start of the recording; every pane follows it.

    All of its setters keep within the recording, and emit only if something changed.
    """

    range_changed = Signal(float, float)
    """Start and end of what is in view."""
    selection_changed = Signal(object)
    """Tuple (start_s, end_s), or None."""
    playhead_moved = Signal(float)
    """What is heard now, or where playing would start."""
    cursor_moved = Signal(object)
    """Time under the mouse, or None."""
    seek_requested = Signal(float)
    """The user clicked there."""
    duration_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 0.0
        self._start_s = 0.0
        self._end_s = 1.0
        self._selection: tuple[float, float] | None = None
        self._playhead_s = 0.0
        self._cursor_s: float | None = None

    @property
    def duration_s(self) -> float:
        """Length of the recording, as far as it is known."""
        return self._duration_s

    @property
    def start_s(self) -> float:
        """Start of what is in view."""
        return self._start_s

    @property
    def end_s(self) -> float:
        """End of what is in view."""
        return self._end_s

    @property
    def span_s(self) -> float:
        """Length of what is in view."""
        return self._end_s - self._start_s

    @property
    def selection(self) -> tuple[float, float] | None:
        """Start and end of what is selected, in order."""
        return self._selection

    @property
    def playhead_s(self) -> float:
        """What is heard now, or where playing would start."""
        return self._playhead_s

    @property
    def cursor_s(self) -> float | None:
        """Time under the mouse."""
        return self._cursor_s

    def set_duration(self, duration_s: float) -> None:
        """Say how long the recording is: if all was in view, all stays in view."""
        if duration_s == self._duration_s:
            return
        was_whole = (self._start_s, self._end_s) == (0.0, self._duration_s or 1.0)
        self._duration_s = duration_s
        if was_whole:
            self.fit()
        else:
            self.set_range(self._start_s, self._end_s)
        # Last, so that whoever listens can bring another range into view.
        self.duration_changed.emit(duration_s)

    def set_range(self, start_s: float, end_s: float) -> None:
        """Bring a range into view, moved and shortened so that it lies in the recording."""
        if not (math.isfinite(start_s) and math.isfinite(end_s)):
            return
        limit_s = self._duration_s or 1.0
        span_s = min(max(end_s - start_s, min(SHORTEST_VIEW_S, limit_s)), limit_s)
        start_s = min(max(start_s, 0.0), limit_s - span_s)
        end_s = start_s + span_s
        if (start_s, end_s) != (self._start_s, self._end_s):
            self._start_s, self._end_s = start_s, end_s
            self.range_changed.emit(start_s, end_s)

    def zoom(self, factor: float, anchor_s: float | None = None) -> None:
        """Show `factor` times as much time, with `anchor_s` (the middle) staying in its place."""
        anchor_s = (self._start_s + self._end_s) / 2 if anchor_s is None else anchor_s
        span_s = min(max(self.span_s * factor, SHORTEST_VIEW_S), self._duration_s or 1.0)
        share = (anchor_s - self._start_s) / self.span_s
        start_s = anchor_s - share * span_s
        self.set_range(start_s, start_s + span_s)

    def pan(self, by_s: float) -> None:
        """Move what is in view."""
        self.set_range(self._start_s + by_s, self._end_s + by_s)

    def fit(self) -> None:
        """Bring the whole recording into view."""
        self.set_range(0.0, self._duration_s or 1.0)

    def reveal(self, start_s: float, end_s: float) -> None:
        """Bring a range into view with a quarter of its length around it, unless it is in view."""
        if self._start_s <= start_s and end_s <= self._end_s:
            return
        margin_s = max(0.25 * (end_s - start_s), 0.1 * self.span_s)
        if end_s - start_s + 2 * margin_s <= self.span_s:
            middle_s = (start_s + end_s) / 2
            self.set_range(middle_s - self.span_s / 2, middle_s + self.span_s / 2)
        else:
            self.set_range(start_s - margin_s, end_s + margin_s)

    def select(self, start_s: float, end_s: float) -> None:
        """Select a range, its edges in any order; an empty one selects nothing."""
        start_s, end_s = sorted((start_s, end_s))
        limit_s = self._duration_s
        start_s, end_s = (min(max(t, 0.0), limit_s) for t in (start_s, end_s))
        self._set_selection((start_s, end_s) if end_s > start_s else None)

    def clear_selection(self) -> None:
        """Select nothing."""
        self._set_selection(None)

    def move_playhead(self, time_s: float) -> None:
        """Show where the sound is; the player calls this."""
        time_s = min(max(time_s, 0.0), self._duration_s)
        if time_s != self._playhead_s:
            self._playhead_s = time_s
            self.playhead_moved.emit(time_s)

    def move_cursor(self, time_s: float | None) -> None:
        """Show where the mouse is."""
        if time_s is not None and not 0.0 <= time_s <= self._duration_s:
            time_s = None
        if time_s != self._cursor_s:
            self._cursor_s = time_s
            self.cursor_moved.emit(time_s)

    def request_seek(self, time_s: float) -> None:
        """Have the playhead go elsewhere; where something plays, it goes on from there."""
        time_s = min(max(time_s, 0.0), self._duration_s)
        self.seek_requested.emit(time_s)
        self.move_playhead(time_s)

    def reset(self) -> None:
        """Forget the recording."""
        self._set_selection(None)
        self.move_cursor(None)
        self.set_duration(0.0)
        self.move_playhead(0.0)
        self.set_range(0.0, 1.0)

    def _set_selection(self, selection: tuple[float, float] | None) -> None:
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)
