"""What a slider of asked and measured values holds, in words and in pixels; the hand is in `sliders`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QWidget

from studio.widgets.theme import CONTROL_HEIGHT, Canvas, ThemeHub

KNOB_RADIUS = 6.5
GAP = 4.0
SIGN_PX = 14.0


class AskedValue(Canvas):
    """One value: what was asked, what the model proposes, what was measured, and where each stands in the row."""

    def __init__(
        self,
        hub: ThemeHub,
        title: str,
        low: float,
        high: float,
        unit: str = "",
        decimals: int = 2,
        text: Callable[[float], str] | None = None,
        *,
        default: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hub, parent)
        self._title, self._unit, self._decimals, self._text = title, unit, decimals, text
        self._low, self._high = low, high
        middle = 0.0 if low < 0 < high else (low + high) / 2
        self._default = self.rounded(middle if default is None else default)
        self._asked: float | None = None
        self._proposed: float | None = None
        self._measured: float | None = None
        self._lockable = True
        self._keepable = False
        self._locked = False
        self._hint = ""
        self._title_px, self._value_px, self._measured_px = 92.0, 56.0, 0.0

    # -- values ------------------------------------------------------------------------------------------------------

    @property
    def asked(self) -> float | None:
        """What is asked, None when free."""
        return self._asked

    @property
    def value(self) -> float:
        """Where the knob stands: asked, else proposed, else measured, else the default."""
        for found in (self._asked, self._proposed, self._measured):
            if found is not None:
                return found
        return self._default

    def set_asked(self, value: float | None) -> None:
        """Ask for `value`, or leave it free with None; no signal."""
        if value is None and not self._lockable:
            value = self._default
        self._put(None if value is None else self.rounded(value))

    def set_proposed(self, value: float | None) -> None:
        """Show where the model goes while nothing is asked."""
        self._proposed = value
        self._describe()

    def set_measured(self, value: float | None) -> None:
        """Show what came out, or nothing."""
        self._measured = value
        self._describe()

    def set_lockable(self, lockable: bool) -> None:
        """Whether the slider may be free (and be asked again). It is by default."""
        self._lockable = lockable
        self.set_asked(self._asked)
        self._describe()

    @property
    def locked(self) -> bool:
        """Whether what was measured is to be kept."""
        return self._locked

    def set_keepable(self, keepable: bool) -> None:
        """Whether the row has a lock, with which what was measured is kept. It has none by default."""
        self._keepable = keepable
        self._describe()

    def set_locked(self, locked: bool) -> None:
        """Show the lock closed or open; no signal."""
        self._locked = locked
        self._describe()

    def set_hint(self, hint: str) -> None:
        """A sentence on what the value means, first line of the tooltip."""
        self._hint = hint
        self._describe()

    def set_columns(self, title_px: float, value_px: float, measured_px: float = 0.0) -> None:
        """The widths of the columns in pixels, so that rows line up; the measured value has one of its own above 0."""
        self._title_px, self._value_px, self._measured_px = title_px, value_px, measured_px
        self.update()

    def text_of(self, value: float) -> str:
        """The words or figures for `value`."""
        if self._text is not None:
            return self._text(value)
        figures = f"{value:.{self._decimals}f}"
        return f"{figures} {self._unit}" if self._unit else figures

    def rounded(self, value: float) -> float:
        """`value` as finely as it is kept, within the bounds."""
        return min(max(round(value, self._decimals + 1), self._low), self._high)

    def _put(self, value: float | None) -> None:
        self._asked = value
        self._describe()

    def _describe(self) -> None:
        told = [f"asked {self.text_of(self._asked)}" if self._asked is not None else "free: the feeling decides"]
        if self._asked is None and self._proposed is not None:
            told.append(f"proposed {self.text_of(self._proposed)}")
        if self._measured is not None:
            told.append(f"measured {self.text_of(self._measured)}")
        if self._locked:
            told.append("locked: a rework keeps what was measured")
        self.setAccessibleDescription(", ".join(told))
        reset = "leave it to the feeling" if self._lockable else f"go back to {self.text_of(self._default)}"
        lines = [self._hint, ", ".join(told).capitalize() + ".", f"Double-click or Delete to {reset}."]
        if self._keepable:
            lines.append("The lock (or K) keeps what was measured when a take is reworked.")
        self.setToolTip("\n".join(line for line in lines if line))
        self.update()

    # -- geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A row of one control's height."""
        return QSize(244, CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Title, value and a short track."""
        return QSize(int(self._title_px + self._value_px + self._measured_px + 60), CONTROL_HEIGHT)

    def track(self) -> QRectF:
        """The groove, in pixels."""
        left = self._title_px + KNOB_RADIUS
        width = max(self.width() - left - self._value_px - self._measured_px - KNOB_RADIUS - GAP, 10.0)
        return QRectF(left, self.height() / 2 - 2, width, 4)

    def x_of(self, value: float) -> float:
        """The place of `value` on the track, in pixels."""
        track = self.track()
        amount = (value - self._low) / (self._high - self._low)
        return track.left() + min(max(amount, 0.0), 1.0) * track.width()

    def _value_at(self, x: float) -> float:
        track = self.track()
        amount = min(max((x - track.left()) / track.width(), 0.0), 1.0)
        return self._low + amount * (self._high - self._low)

    def _lock_box(self) -> QRectF:
        return QRectF(self._title_px - 20, (self.height() - SIGN_PX) / 2, SIGN_PX, SIGN_PX)

    def _reset_box(self) -> QRectF:
        left = self._title_px - (42 if self._keepable else 22)
        return QRectF(left, (self.height() - SIGN_PX) / 2, SIGN_PX, SIGN_PX)

    def _value_box(self) -> QRectF:
        inset = 4 if self.focus_shown and not self._measured_px else 0
        left = self.width() - self._value_px - self._measured_px
        return QRectF(left, 0, self._value_px - inset, self.height())

    def _measured_box(self) -> QRectF:
        left = self.width() - self._measured_px
        return QRectF(left, 0, self._measured_px - (4 if self.focus_shown else 0), self.height())

    def _can_reset(self) -> bool:
        return self._asked is not None and (self._lockable or self._asked != self._default)
