"""The stretch of time that several lanes show together: where it begins, how long it is, what of it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

GUTTER_PX = 120.0
"""The column of names left of every lane."""
MIN_SPAN_S = 0.25
ZOOM_STEP = 1.25
STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)


def clock_words(seconds: float, step_s: float = 1.0) -> str:
    """A time on a ruler whose marks lie `step_s` apart: 0:07, or 0:07.25 where they are near."""
    places = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
    minutes, rest = divmod(max(round(seconds, places), 0.0), 60.0)
    width = 2 if places == 0 else places + 3
    return f"{int(minutes)}:{rest:0{width}.{places}f}"


class TimeView(QObject):
    """What the lanes show: `begin_s` to `begin_s + span_s` of `duration_s` seconds.

    `changed` comes when they have to paint anew, `selectionChanged` when another stretch (begin, end in seconds, None
    for none) is chosen. Lanes move the playhead themselves.
    """

    changed = Signal()
    selectionChanged = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 0.0
        self._begin_s = 0.0
        self._span_s = 1.0
        self._fitted = True
        self._selection: tuple[float, float] | None = None

    @property
    def duration_s(self) -> float:
        """How long the whole is, 0 for nothing."""
        return self._duration_s

    @property
    def begin_s(self) -> float:
        """Where the shown stretch begins."""
        return self._begin_s

    @property
    def span_s(self) -> float:
        """How long the shown stretch is."""
        return self._span_s

    @property
    def end_s(self) -> float:
        """Where the shown stretch ends."""
        return self._begin_s + self._span_s

    @property
    def is_whole(self) -> bool:
        """Whether all of it is shown."""
        return self._fitted

    @property
    def selection(self) -> tuple[float, float] | None:
        """The chosen stretch in seconds."""
        return self._selection

    def set_duration(self, duration_s: float) -> None:
        """Show something else, of this length, from beginning to end."""
        self._duration_s = max(duration_s, 0.0)
        self.select(None)
        self.fit()

    def select(self, selection: tuple[float, float] | None) -> None:
        """Choose a stretch; one of no length is none."""
        if selection is not None:
            begin, end = (min(max(second, 0.0), self._duration_s) for second in selection)
            selection = (begin, end) if end > begin else None
        if selection != self._selection:
            self._selection = selection
            self.selectionChanged.emit(selection)
            self.changed.emit()

    # -- where ---------------------------------------------------------------------------------------------------------

    def x(self, seconds: float, width: float) -> float:
        """The place of a time in a lane of `width` pixels."""
        return GUTTER_PX + (seconds - self._begin_s) / self._span_s * (width - GUTTER_PX)

    def seconds(self, x: float, width: float) -> float:
        """The time at a place, held inside the whole."""
        seconds = self._begin_s + (x - GUTTER_PX) / max(width - GUTTER_PX, 1.0) * self._span_s
        return min(max(seconds, 0.0), self._duration_s)

    def step_s(self, width: float, least_px: float = 62.0) -> float:
        """How far marks of a ruler lie apart."""
        px_per_s = max(width - GUTTER_PX, 1.0) / self._span_s
        return next((step for step in STEPS_S if step * px_per_s >= least_px), STEPS_S[-1])

    # -- moving --------------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all of it."""
        self._show(0.0, self._duration_s, fitted=True)

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show `factor` times less of it (or more, under 1), with one time staying where it is."""
        around_s = self._begin_s + self._span_s / 2 if around_s is None else around_s
        share = (around_s - self._begin_s) / self._span_s
        span_s = self._span_s / factor
        self._show(around_s - share * span_s, span_s)

    def scroll_to(self, begin_s: float) -> None:
        """Let the shown stretch begin there."""
        if begin_s != self._begin_s:
            self._show(begin_s, self._span_s)

    def show_stretch(self, begin_s: float, end_s: float) -> None:
        """Show just this."""
        self._show(begin_s, end_s - begin_s)

    def follow(self, position_s: float) -> None:
        """Turn the page when the playhead leaves it."""
        if self._fitted or self._begin_s <= position_s < self.end_s:
            return
        self._show(position_s - self._span_s * 0.05, self._span_s)

    def _show(self, begin_s: float, span_s: float, *, fitted: bool = False) -> None:
        whole = max(self._duration_s, MIN_SPAN_S)
        self._span_s = min(max(span_s, min(MIN_SPAN_S, whole)), whole)
        self._fitted = fitted or self._span_s >= whole
        self._begin_s = min(max(begin_s, 0.0), whole - self._span_s)
        self.changed.emit()
