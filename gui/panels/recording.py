"""The middle of the window: everything about the open recording over one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import (
    QLabel,
    QScrollBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.explaining import Explaining
from gui.panels.recording_header import GAINS, RecordingHeader
from gui.panels.recording_picture import PictureSaving
from gui.predicting import Predicting
from gui.preferences import preferences
from gui.views.attribution_strip import AttributionStrip
from gui.views.class_strips import ClassStrips
from gui.views.feature_tracks import FeatureTracks
from gui.views.overview import Overview
from gui.views.pane import LEFT_AXIS_PX
from gui.views.prediction_bar import PredictionBar
from gui.views.readout import Readout
from gui.views.spectrogram import Spectrogram
from gui.views.time_ruler import TimeRuler
from gui.views.waveform import Waveform

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.media import Media
    from gui.session import Session
    from gui.theme import PlotColors
    from gui.views.proposal_strip import ProposalStrip

ZOOM_FACTOR = 0.5
SCROLL_STEPS = 1_000_000
SPLITTER_KEY = "recording/splitter_4"
DECIBEL_KEY = "recording/decibel_axis"
GAIN_KEY = "recording/amplitude_gain"
PROPOSALS_KEY = "recording/proposals"
HEIGHTS = (34, 27, 24, 0, 15)
"""Shares of waveform, spectrogram, feature tracks, attributions and class strips."""

EXPLAINED_HEIGHTS = (25, 15, 12, 27, 21)
"""The same while a decision is explained."""

EXPLAINED_SPECTROGRAM_PX = 44
"""The spectrogram gives up more than it else may; the waveform stays as large as it has to be."""

EMPTY = "Choose a recording in the list on the left.\nIt is then drawn here, and can be heard."


class RecordingPanel(QWidget):
    """Overview, waveform, spectrogram, features and classes of the open recording."""

    def __init__(self, session: Session, actions: Actions, media: Media) -> None:
        super().__init__()
        self.setObjectName("recordingPanel")
        self.time = session.time
        self._session, self._actions, self._media = session, actions, media
        self.header = RecordingHeader(session, actions, media)
        self.overview = Overview(session, media)
        self.waveform = Waveform(session, media)
        self.spectrogram = Spectrogram(session, media)
        self.tracks = FeatureTracks(session, media)
        self.explaining = Explaining(session, actions, media)
        self.attribution = AttributionStrip(session, self.explaining, actions["close_explanation"])
        self.strips = ClassStrips(session, media)
        self.predicting = Predicting(session, media)
        self.bar = PredictionBar(session, actions, media, self.predicting)
        self.strips.hold(self.bar)
        self.ruler = TimeRuler(session.time, session.theme.colors)
        self.readout = Readout(session, media, self.waveform)
        self._make_layout()
        self.header.gain_chosen.connect(lambda gain: self.waveform.set_amplitude(gain=gain))
        self.waveform.amplitude_changed.connect(self._on_amplitude)
        kept = str(preferences().value(GAIN_KEY, ""))
        self.waveform.set_amplitude(gain=next((g for g in GAINS if str(g) == kept), 1.0))
        self.picture = PictureSaving(self, self.view, session, actions["save_picture"])
        self._connect_actions()
        session.theme.changed.connect(self._set_colors)
        session.recording_changed.connect(self._show_page)
        self._set_colors(session.theme.colors)
        self._show_page(session.recording)

    def hold_proposals(self, strip: ProposalStrip) -> None:
        """Have what is proposed stand beside what is annotated, above the waveform."""
        show = self._actions["show_proposals"]
        show.toggled.connect(strip.show_proposals)
        show.setChecked(preferences().value(PROPOSALS_KEY, "true") in ("true", True))
        show.toggled.connect(lambda on: preferences().setValue(PROPOSALS_KEY, on))
        strip.show_proposals(show.isChecked())
        self._above.addWidget(strip)

    def _make_layout(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setObjectName("recordingSplitter")
        self._splitter.setChildrenCollapsible(False)
        self.attribution.hide()
        panes = (self.waveform, self.spectrogram, self.tracks, self.attribution, self.strips)
        for k, pane in enumerate(panes):
            self._splitter.addWidget(pane)
            self._splitter.setStretchFactor(k, HEIGHTS[k])
        self._splitter.setSizes([share * 10 for share in HEIGHTS])
        state = preferences().value(SPLITTER_KEY)
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
        self._splitter.splitterMoved.connect(self._save_heights)
        self._usual_px = self._splitter.sizes(), self.spectrogram.minimumHeight()
        self.explaining.changed.connect(self._make_room)
        self._scroll = QScrollBar(Qt.Orientation.Horizontal)
        self._scroll.setObjectName("timeScrollBar")
        self._scroll.valueChanged.connect(self._scroll_to)
        self.time.range_changed.connect(self._show_scroll)
        self.time.duration_changed.connect(self._show_scroll)
        self.view = QWidget()
        self.view.setObjectName("recordingView")
        view = QVBoxLayout(self.view)
        scroll = QVBoxLayout()
        scroll.setContentsMargins(LEFT_AXIS_PX, 0, 0, 0)
        scroll.addWidget(self._scroll)
        for part in (self.header, self.overview, self._splitter, self.ruler, self.readout):
            view.addWidget(part, 1 if part is self._splitter else 0)
        view.insertLayout(4, scroll)
        self._above = QVBoxLayout()
        view.insertLayout(2, self._above)
        view.setContentsMargins(0, 0, 0, 0)
        view.setSpacing(1)
        self._empty = QLabel(EMPTY)
        self._empty.setObjectName("recordingEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setFocusProxy(self.waveform)
        self._show_scroll()

    def _save_heights(self, *_: int) -> None:
        """Remember the usual ones alone."""
        if not self.explaining.is_open:
            preferences().setValue(SPLITTER_KEY, self._splitter.saveState())

    def _make_room(self) -> None:
        """Show attributions while there are any; all is as before when they go."""
        is_open = self.explaining.is_open
        if is_open != self.attribution.isHidden():
            return
        # So low as it may be then, it has no room for its name.
        self.spectrogram.plot.showLabel("left", not is_open)
        if is_open:
            self._usual_px = self._splitter.sizes(), self.spectrogram.minimumHeight()
            self.spectrogram.setMinimumHeight(EXPLAINED_SPECTROGRAM_PX)
            self.attribution.show()
            total_px = sum(self._usual_px[0])
            self._splitter.setSizes([total_px * share // 100 for share in EXPLAINED_HEIGHTS])
            return
        sizes_px, least_px = self._usual_px
        self.attribution.hide()
        self.spectrogram.setMinimumHeight(least_px)
        self._splitter.setSizes(sizes_px)

    def _connect_actions(self) -> None:
        actions, time = self._actions, self.time
        actions["zoom_in"].triggered.connect(lambda: self._zoom(ZOOM_FACTOR))
        actions["zoom_out"].triggered.connect(lambda: self._zoom(1 / ZOOM_FACTOR))
        actions["fit"].triggered.connect(time.fit)
        actions["zoom_selection"].triggered.connect(self._zoom_to_selection)
        actions["next_annotation"].triggered.connect(lambda: self._go_to_annotation(1))
        actions["previous_annotation"].triggered.connect(lambda: self._go_to_annotation(-1))
        actions["predict_recording"].triggered.connect(self.predicting.predict)
        decibel = actions["decibel_axis"]
        decibel.toggled.connect(self._set_decibel)
        decibel.setChecked(preferences().value(DECIBEL_KEY, "false") in ("true", True))
        overlay, alone = actions["overlay_transcoded"], actions["show_transcoded"]
        overlay.toggled.connect(self.waveform.show_overlay)
        self.waveform.show_overlay(overlay.isChecked())
        for part in (self.header, self.overview, self.waveform, self.spectrogram):
            alone.toggled.connect(part.show_transcoded)
            part.show_transcoded(alone.isChecked())

    def _on_amplitude(self) -> None:
        amplitude = self.waveform.amplitude
        preferences().setValue(GAIN_KEY, str(amplitude.gain))
        self.header.show_amplitude(amplitude)

    def _set_decibel(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        preferences().setValue(DECIBEL_KEY, on)
        self.waveform.set_amplitude(is_decibel=on)

    def _zoom(self, factor: float) -> None:
        """Zoom at the cursor, or at the playhead if it is in view, or else in the middle."""
        time = self.time
        anchor_s = time.cursor_s
        if anchor_s is None and time.start_s <= time.playhead_s <= time.end_s:
            anchor_s = time.playhead_s
        time.zoom(factor, anchor_s)

    def _zoom_to_selection(self) -> None:
        if self.time.selection is not None:
            self.time.set_range(*self.time.selection)

    def _go_to_annotation(self, step: int) -> None:
        """Select the annotation that starts next, or before, and have playing start there."""
        annotations = self.waveform.layout_.annotations
        time = self.time
        if not annotations:
            self._session.say("There is no annotation to go to.")
            return
        starts = [(a.start_s, a.end_s) for a in annotations]
        if time.selection in starts:
            index = starts.index(time.selection) + step
        else:
            here_s = time.selection[0] if time.selection else time.playhead_s
            after = next((k for k, (s, _) in enumerate(starts) if s > here_s), len(starts))
            at_or_after = next((k for k, (s, _) in enumerate(starts) if s >= here_s), len(starts))
            index = after if step > 0 else at_or_after - 1
        if not 0 <= index < len(annotations):
            which = "last" if step > 0 else "first"
            self._session.say(f"That was the {which} annotation.")
            return
        annotation = annotations[index]
        time.request_seek(annotation.start_s)
        self.waveform.select_annotation(index)
        time.reveal(annotation.start_s, annotation.end_s)

    def _show_page(self, recording: object) -> None:
        self._pages.setCurrentWidget(self._empty if recording is None else self.view)

    def _set_colors(self, colors: PlotColors) -> None:
        for part in (
            self.overview,
            self.waveform,
            self.spectrogram,
            self.tracks,
            self.attribution,
            self.strips,
            self.ruler,
        ):
            part.set_colors(colors)

    def _show_scroll(self, *_: object) -> None:
        """Let the scroll bar show what is in view."""
        time = self.time
        duration_s = time.duration_s or 1.0
        page = max(1, round(SCROLL_STEPS * time.span_s / duration_s))
        self._scroll.blockSignals(True)
        self._scroll.setRange(0, max(0, SCROLL_STEPS - page))
        self._scroll.setPageStep(page)
        self._scroll.setSingleStep(max(1, page // 10))
        self._scroll.setValue(round(SCROLL_STEPS * time.start_s / duration_s))
        self._scroll.blockSignals(False)

    def _scroll_to(self, value: int) -> None:
        time = self.time
        start_s = value / SCROLL_STEPS * time.duration_s
        time.set_range(start_s, start_s + time.span_s)
