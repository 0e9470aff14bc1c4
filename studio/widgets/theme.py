"""The two themes, the type, and the hub that tells every widget when theme or accent change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontDatabase, QGuiApplication, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QWidget

from generators.affect import NEUTRAL, AffectPoint
from studio.widgets.colour import accent_for, contrast, mix, on_accent, readable, with_alpha
from studio.widgets.style import StudioStyle
from studio.widgets.stylesheet import stylesheet

CONTROL_HEIGHT = 28
RADIUS = 6
RADIUS_LARGE = 8
BODY_PX = 13
SETTLE_MS = 160
HELD_LIMIT = 6  # times SETTLE_MS that a pressed button may put it off
PACE_MS = 33


@dataclass(frozen=True)
class Theme:
    """The colours of one theme.

    `window` lies behind `panel`, `raised` on it, `control` on that; `line` divides. `text`, `text2` and `text3` go
    from first to third importance, each with a contrast of at least 4.5 on the first three. The three curves have
    a hue each; `measured` marks what came out beside what was asked. Colours that stand side by side differ for people
    who tell fewer of them apart, too: tests/widgets/test_colour_blind.py.
    """

    name: str
    is_dark: bool
    window: QColor
    panel: QColor
    raised: QColor
    control: QColor
    control_hover: QColor
    line: QColor
    text: QColor
    text2: QColor
    text3: QColor
    knob: QColor
    measured: QColor
    valence: QColor
    arousal: QColor
    dominance: QColor
    warning: QColor
    error: QColor
    key_white: QColor
    key_black: QColor
    row_white: QColor
    row_black: QColor
    well: QColor

    @property
    def focus(self) -> QColor:
        """The ring around what the keyboard holds: the same in every feeling, unlike the accent of what is chosen."""
        return self.text2


def _theme(name: str, *, dark: bool, **colours: str) -> Theme:
    return Theme(name, dark, **{key: QColor(value) for key, value in colours.items()})


THEMES: dict[str, Theme] = {
    "dark": _theme(
        "dark", dark=True,
        window="#121317", panel="#181A20", raised="#20232B", control="#2A2E38", control_hover="#343945",
        line="#2E323D", text="#E8EAF0", text2="#A3A9B8", text3="#9298A8", knob="#FFFFFF", measured="#3FB6A8",
        valence="#3FB6A8", arousal="#F0A43A", dominance="#9B8CF2", warning="#F0A43A", error="#F07A68",
        key_white="#AEB2BD", key_black="#23262E", row_white="#15171C", row_black="#121419", well="#101115",
    ),
    "light": _theme(
        "light", dark=False,
        window="#F6F7F9", panel="#FFFFFF", raised="#EEF0F4", control="#E2E5EC", control_hover="#D5D9E2",
        line="#D9DDE5", text="#1B1E26", text2="#4A505E", text3="#5A6170", knob="#FFFFFF", measured="#0E7C70",
        valence="#12877B", arousal="#B06A00", dominance="#6450C8", warning="#9A5B00", error="#9B1B30",
        key_white="#FFFFFF", key_black="#565C6A", row_white="#FBFBFD", row_black="#F1F3F7", well="#F1F3F6",
    ),
}  # fmt: skip


@cache
def _family() -> str:
    for family in ("Inter", "Inter Variable"):
        if QFontDatabase.hasFamily(family):
            return family
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


# pixel size and weight of each role
_ROLES: dict[str, tuple[int, QFont.Weight]] = {
    "body": (BODY_PX, QFont.Weight.Normal),
    "strong": (BODY_PX, QFont.Weight.DemiBold),
    "title": (15, QFont.Weight.DemiBold),
    "heading": (11, QFont.Weight.DemiBold),
    "small": (11, QFont.Weight.Normal),
    "tiny": (10, QFont.Weight.Normal),
    "figures": (BODY_PX, QFont.Weight.Normal),
    "small figures": (11, QFont.Weight.Normal),
    "clock": (BODY_PX, QFont.Weight.DemiBold),
}


def font(role: str = "body") -> QFont:
    """The font of a role: body, strong, title, heading (write it in capitals), small, tiny, figures and the like.

    All have figures of one width, so that changing numbers do not shake.
    """
    size, weight = _ROLES[role]
    made = QFont(_family())
    made.setPixelSize(size)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if role == "heading":
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.7)
    return made


def app_font() -> QFont:
    """The font of everything that sets none: Inter where present, else the system's, 13 px."""
    return font("body")


def palette(theme: Theme, accent: QColor) -> QPalette:
    """The palette of `theme`, with `accent` for what is chosen."""
    role = QPalette.ColorRole
    made = QPalette()
    for key, color in (
        (role.Window, theme.panel), (role.Base, theme.well), (role.AlternateBase, theme.raised),
        (role.Button, theme.control), (role.WindowText, theme.text), (role.Text, theme.text),
        (role.ButtonText, theme.text), (role.BrightText, theme.text), (role.PlaceholderText, theme.text3),
        (role.ToolTipBase, theme.raised), (role.ToolTipText, theme.text), (role.Mid, theme.line),
        (role.Dark, theme.line), (role.Light, theme.control_hover), (role.Midlight, theme.control),
        (role.Shadow, theme.window), (role.Highlight, accent), (role.HighlightedText, on_accent(accent)),
        (role.Accent, accent), (role.Link, readable(accent, theme.panel)), (role.LinkVisited, theme.focus),
    ):  # fmt: skip
        made.setColor(key, color)
    faint = mix(theme.text3, theme.panel, 0.35)
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, faint)
    return made


def system_theme() -> str:
    """The theme that the desktop asks for, "dark" where it says nothing."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def apply(app: QApplication, theme: Theme, accent: QColor) -> None:
    """Give the whole application the style, font, palette and style sheet of `theme` and `accent`."""
    if app.property("studioStyle") is None:
        app.setStyle(StudioStyle())
        app.setProperty("studioStyle", True)
        app.setFont(app_font())
    app.setPalette(palette(theme, accent))
    sheet = stylesheet(theme)
    if app.styleSheet() != sheet:  # every widget is styled anew, which a new accent alone does not need
        app.setStyleSheet(sheet)


class ThemeHub(QObject):
    """The theme and the accent of now, handed to every widget.

    `changed` comes during a drag too, but not more often than `PACE_MS`: widgets that paint themselves repaint. The
    palette of the whole application costs more, so it follows when the hand rests, and then `settled` comes.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, app: QApplication | None = None, theme: str = "dark", point: AffectPoint = NEUTRAL) -> None:
        super().__init__()
        self._app = app
        self._theme = THEMES[theme]
        self._accent = accent_for(point)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._rest)
        self._held = 0
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE_MS)
        self._pace.timeout.connect(self._catch_up)
        self._is_behind = False
        self._settle()

    @property
    def theme(self) -> Theme:
        """The theme of now."""
        return self._theme

    @property
    def accent(self) -> QColor:
        """The accent for surfaces, curves and notes."""
        return self._accent

    @property
    def accent_text(self) -> QColor:
        """The accent for text and thin lines on a panel: the same hue with enough contrast."""
        return readable(self._accent, self._theme.raised)

    @property
    def accent_mark(self) -> QColor:
        """The accent for filled parts of controls: a contrast of at least 2 with the panel, in both themes."""
        return readable(self._accent, self._theme.panel, 2.0)

    def set_theme(self, name: str) -> None:
        """Show the theme called `name`, "dark" or "light"."""
        if name != self._theme.name:
            self._theme = THEMES[name]
            self._settle()
            self.changed.emit()

    def set_point(self, point: AffectPoint) -> None:
        """Let the accent follow a feeling."""
        self.set_accent(accent_for(point))

    def set_accent(self, accent: QColor) -> None:
        """Show `accent`."""
        if accent != self._accent:
            self._accent = QColor(accent)
            self._timer.start()
            if self._pace.isActive():
                self._is_behind = True
            else:
                self._pace.start()
                self.changed.emit()

    def _catch_up(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self._pace.start()
            self.changed.emit()

    def _rest(self) -> None:
        # a hand that holds still for a moment with the button down is about to move on: do not make it wait
        if self._held < HELD_LIMIT and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._held += 1
            self._timer.start()
        else:
            self._settle()

    def _settle(self) -> None:
        self._timer.stop()
        self._held = 0
        if self._app is not None:
            apply(self._app, self._theme, self._accent)
        self.settled.emit()


class Canvas(QWidget):
    """A widget that paints itself and follows the hub."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self.focus_shown = False  # a ring is drawn only where the keyboard brought the focus
        hub.changed.connect(self.update)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring if the keyboard brought the focus here."""
        super().focusInEvent(event)
        self.focus_shown = shows_focus(event, before=self.focus_shown)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self.focus_shown = shows_focus(event, before=self.focus_shown)
        self.update()


def shows_focus(event: QFocusEvent, *, before: bool) -> bool:
    """Whether a ring belongs around a widget after `event`; `before` is whether one was there.

    Keys that move the focus show it. A click does not: the place is plain then. A window that goes to the back, or
    opens a menu, and comes again shows what it showed before.
    """
    reasons = Qt.FocusReason
    if event.reason() in (reasons.ActiveWindowFocusReason, reasons.PopupFocusReason):
        return before
    keys = (reasons.TabFocusReason, reasons.BacktabFocusReason, reasons.ShortcutFocusReason)
    return event.gotFocus() and event.reason() in keys


def paint_focus(painter: QPainter, rect: QRectF, hub: ThemeHub, radius: float = RADIUS) -> None:
    """Draw the focus ring just inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(hub.theme.focus, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


__all__ = [
    "BODY_PX",
    "CONTROL_HEIGHT",
    "RADIUS",
    "RADIUS_LARGE",
    "THEMES",
    "Canvas",
    "Theme",
    "ThemeHub",
    "accent_for",
    "app_font",
    "apply",
    "contrast",
    "font",
    "mix",
    "on_accent",
    "paint_focus",
    "palette",
    "readable",
    "shows_focus",
    "stylesheet",
    "system_theme",
    "with_alpha",
]
