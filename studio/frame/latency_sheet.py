"""Sound and picture together: clicks with a mark that moves, until ear and eye agree."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from studio.clock import TransportClock
from studio.frame.latency import FIRST_TAPS, LEAST_TAPS, LENGTH_S, PERIOD_S, after_click, click_track, estimate
from studio.frame.sheet import Sheet
from studio.mixer import Mixer, Sounding
from studio.playback import TICK_MS, Playback, SoundOut
from studio.settings import LEAST_DELAY_MS, MOST_DELAY_MS
from studio.translation import tr, trn
from studio.widgets.headings import label_of
from studio.widgets.theme import Canvas, ThemeHub, font, with_alpha

KEY = "latency"
FLASH_S = 0.12
WIDE_PX, HIGH_PX = 460, 96


class MovingMark(Canvas):
    """A dot that swings from side to side and is in the middle at each click, where it flashes."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._after_s: float | None = None
        self._side = 1
        self.setFixedHeight(HIGH_PX)
        self.setAccessibleName(tr("A mark that passes the middle at each click"))

    def sizeHint(self) -> QSize:
        """As wide as the sheet lets it be."""
        return QSize(WIDE_PX, HIGH_PX)

    def show_place(self, position_s: float | None) -> None:
        """Show where in the round of clicks it is; None rests in the middle."""
        if position_s is None:
            self._after_s = None
        else:
            self._after_s = after_click(position_s)
            number = round((position_s - self._after_s) / PERIOD_S)
            self._side = 1 if number % 2 else -1
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the way, the middle, and the dot."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.well)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        middle = QPointF(self.width() / 2, self.height() / 2)
        reach = self.width() / 2 - 40
        painter.setPen(QPen(theme.line, 2))
        painter.drawLine(middle - QPointF(reach, 0), middle + QPointF(reach, 0))
        painter.setPen(QPen(theme.text3, 2))
        painter.drawLine(middle - QPointF(0, 26), middle + QPointF(0, 26))
        if self._after_s is None:
            return
        flash = max(0.0, 1.0 - self._after_s / FLASH_S) if self._after_s >= 0 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        if flash:
            painter.setBrush(with_alpha(self.hub.accent, 0.55 * flash))
            painter.drawEllipse(middle, 14 + 20 * (1 - flash), 14 + 20 * (1 - flash))
        dot = middle + QPointF(self._side * reach * self._after_s / (PERIOD_S / 2), 0)
        painter.setBrush(theme.text)
        painter.drawEllipse(dot, 9, 9)


class LatencySheet(Sheet):
    """The delay is remembered as it is moved; closing the sheet is all there is to do."""

    def __init__(
        self,
        hub: ThemeHub,
        playback: Playback,
        delay_ms: Callable[[], float],
        set_delay: Callable[[float], object],
        parent: QWidget,
    ) -> None:
        super().__init__(tr("Sound and picture together"), parent)
        self._set_delay = set_delay
        self._clock = TransportClock()
        self._clock.set_length(LENGTH_S)
        self._clock.set_loop(True)
        self._sound: SoundOut | None = playback.lend_sound()
        self._taps: list[float] = []
        told = tr(
            "Some loudspeakers, wireless ones above all, play later than they tell. Close your eyes and tap along with "
            "the clicks; then look whether the mark passes the middle as you hear them."
        )
        text = label_of(told, "muted", wraps=True)
        text.setFixedWidth(WIDE_PX)
        text.setMinimumHeight(text.heightForWidth(WIDE_PX))
        self.rows.addWidget(text)
        self.mark = MovingMark(hub)
        self.rows.addWidget(self.mark)
        self.tap = QPushButton(tr("Tap along (space bar)"))
        self.tap.setMinimumHeight(40)
        self.tap.pressed.connect(self.take_tap)
        self.tap.setAutoDefault(False)
        self.rows.addWidget(self.tap)
        self.told = label_of("", "muted", wraps=True)
        self.told.setFixedWidth(WIDE_PX)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().height())
        self.rows.addWidget(self.told)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(label_of(tr("The sound is late by"), ""))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(LEAST_DELAY_MS), round(MOST_DELAY_MS))
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(tr("How much later the sound is heard, in milliseconds"))
        self.slider.valueChanged.connect(self._moved)
        self.value = label_of("", "strong")
        self.value.setFont(font("figures"))
        self.value.setMinimumWidth(60)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.slider, 1)
        line.addWidget(self.value)
        self.rows.addLayout(line)
        self.reset = QPushButton(tr("Reset to 0 ms"))
        self.reset.clicked.connect(lambda: self.show_delay(0.0, keep=True))
        self.finish(self.reset)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.show_delay(delay_ms(), keep=False)
        self._begin()

    # -- the clicks ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._sound is None:
            self._say(tr("There is no sound device, so there is nothing to bring together."))
            self.tap.setEnabled(False)
            return
        rate = self._sound.sample_rate_hz
        mixer = Mixer(Sounding.whole(KEY, click_track(rate), rate))
        mixer.set_loop((0.0, LENGTH_S), LENGTH_S)
        if not self._sound.start(mixer):
            self._end(tr("The sound device did not open: choose another one, then try again."))
            return
        self._say(trn("Tap {count} time or more.", "Tap {count} times or more.", FIRST_TAPS + LEAST_TAPS))
        self._timer.start()
        self.tap.setFocus()

    def _tick(self) -> None:
        heard = self._sound.heard() if self._sound is not None else None
        if heard is None:
            return
        if heard.key != KEY:  # somebody has pressed play in the window
            self._end(tr("The window plays something else now. Open this sheet again to go on."), is_ours=False)
            return
        if self._clock.playing:
            self._clock.follow(heard.position_s)
        else:
            self._clock.seek(heard.position_s)
            self._clock.play()
        self.mark.show_place(self._clock.position_s - self.slider.value() / 1000.0)

    def _end(self, why: str = "", *, is_ours: bool = True) -> None:
        self._timer.stop()
        self._clock.pause()
        self.mark.show_place(None)
        self.tap.setEnabled(False)
        if self._sound is not None and is_ours:
            self._sound.stop()
        self._sound = None
        if why:
            self._say(why)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def take_tap(self) -> None:
        """The user taps along."""
        if not self._clock.playing:
            return
        self._taps.append(after_click(self._clock.position_s))
        found = estimate(self._taps)
        missing = FIRST_TAPS + LEAST_TAPS - len(self._taps)
        if found is None:
            self._say(trn("{count} more tap…", "{count} more taps…", missing))
        elif not found.is_even:
            self._say(tr("These taps are uneven. Go on, or begin again by closing your eyes and just listening first."))
        else:
            self.show_delay(found.delay_s * 1000.0, keep=True)
            self._say(
                tr("Your taps say {delay} ms, within about {spread} ms. Now look at the mark: nudge until it agrees.")
                .format(delay=round(found.delay_s * 1000.0), spread=max(1, round(found.spread_s * 1000.0)))
            )  # fmt: skip

    def show_delay(self, delay_ms: float, *, keep: bool) -> None:
        """Put the slider there, and remember it where `keep` says so."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(min(max(delay_ms, LEAST_DELAY_MS), MOST_DELAY_MS)))
        self._tell()
        if keep:
            self._set_delay(float(self.slider.value()))

    def _moved(self) -> None:
        self._tell()
        self._set_delay(float(self.slider.value()))

    def _tell(self) -> None:
        self.value.setText(tr("{value} ms").format(value=self.slider.value()))

    def _say(self, text: str) -> None:
        self.told.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar taps, wherever the keyboard is."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.take_tap()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Be silent."""
        self._end()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape closes it like its button."""
        self.close()
