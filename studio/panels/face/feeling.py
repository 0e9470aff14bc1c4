"""The feeling of a line: one point, a curve, or a mixture of seven emotions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from generators.affect import AffectPoint, nearest_emotion
from studio.face_lines import MIXABLE, Ask
from studio.panels.face.headings import TITLE_PX, VALUE_PX
from studio.panels.face.words import percent
from studio.widgets.affect_pad import AffectPad
from studio.widgets.headings import heading
from studio.widgets.icons import PRESETS_TOLD, IconButton
from studio.widgets.mixture_lane import emotion_color
from studio.widgets.segments import Segments
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

MODES = (
    ("point", "Point", "One feeling for the whole line"),
    ("curve", "Curve", "The feeling changes along the line: keyframes under the voice"),
    ("mixture", "Seven", "Mix the seven emotions that a face tells apart"),
)


class MixtureSliders(QWidget):
    """Seven small sliders; `edited` and `committed` carry the amounts by name."""

    edited = Signal(object)
    committed = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 2, 0, 0)
        rows.setSpacing(0)
        self._weights: dict[str, float] = {}
        self.sliders: dict[str, AskedSlider] = {}
        for name in MIXABLE:
            if name == "neutral":  # what is left to the sum of 1
                continue
            slider = AskedSlider(hub, name.capitalize(), 0.0, 1.0, "", 2, text=percent, default=0.0)
            slider.set_lockable(False)
            slider.set_columns(TITLE_PX, VALUE_PX)
            slider.setFixedHeight(26)
            slider.askedEdited.connect(lambda value, name=name: self._edit(name, value))
            slider.askedCommitted.connect(lambda value, name=name: self._commit(name, value))
            self.sliders[name] = slider
            rows.addWidget(slider)
        self.told = QLabel()
        self.told.setProperty("role", "faint")
        self.told.setWordWrap(True)
        rows.addWidget(self.told)

    @property
    def weights(self) -> dict[str, float]:
        """The amounts above 0 by name."""
        return dict(self._weights)

    def show_weights(self, weights: Mapping[str, float], told: str) -> None:
        """Show amounts, and say of which keyframe they are; no signal."""
        self._weights = {name: weight for name, weight in weights.items() if weight > 0}
        for name, slider in self.sliders.items():
            slider.set_asked(min(weights.get(name, 0.0), 1.0))
        self.told.setText(told)

    def _edit(self, name: str, value: float) -> None:
        self._weights = {**self._weights, name: value}
        self.edited.emit(self.weights)

    def _commit(self, name: str, value: float) -> None:
        self._edit(name, value)
        self.committed.emit(self.weights)


class FeelingPart(QWidget):
    """Heading, mode, and pad or sliders.

    `modeChosen` carries a mode, `pointEdited` and `pointCommitted` a point, `mixtureEdited` and `mixtureCommitted`
    amounts by emotion.
    """

    modeChosen = Signal(str)
    pointEdited = Signal(object)
    pointCommitted = Signal(object, str)
    mixtureEdited = Signal(object)
    mixtureCommitted = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._point = AffectPoint()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        line = QHBoxLayout()
        line.addWidget(heading("Feeling"))
        line.addStretch(1)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setAccessibleName("The feeling in words")
        line.addWidget(self.words)
        self.presets = IconButton(hub, "presets", PRESETS_TOLD, flat=True, width=24, height=20)
        line.addWidget(self.presets)
        rows.addLayout(line)
        self.mode = Segments(hub, MODES, "How the feeling is given")
        self.pad = AffectPad(hub)
        self.dominance = AskedSlider(hub, "Dominance", -1.0, 1.0, "", 2, default=0.0)
        self.dominance.set_hint("From yielding, as in fear, to commanding, as in anger.")
        self.dominance.set_lockable(False)
        self.dominance.set_columns(TITLE_PX, VALUE_PX)
        self.dominance.setFixedHeight(25)
        self.mixture = MixtureSliders(hub)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addWidget(self.pad, 1)
        inner.addWidget(self.dominance)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        self.pages.addWidget(self.mixture)
        rows.addWidget(self.mode)
        rows.addWidget(self.pages, 1)
        self.mode.chosen.connect(self.modeChosen)
        self.pad.pointEdited.connect(self._edit)
        self.pad.pointCommitted.connect(lambda point: self._commit(point, "feeling"))
        self.dominance.askedEdited.connect(lambda value: self._edit(self._with_dominance(value)))
        self.dominance.askedCommitted.connect(lambda value: self._commit(self._with_dominance(value), "dominance"))
        self.mixture.edited.connect(self.mixtureEdited)
        self.mixture.committed.connect(self.mixtureCommitted)

    def set_pad_height(self, height: int) -> None:
        """Give the pad this height; the sliders take the same place."""
        self.pad.setFixedHeight(height)

    def set_led(self, *, is_led: bool) -> None:
        """Let the scene lead the feeling, which is only looked at then."""
        for widget in (self.mode, self.pad, self.dominance, self.mixture):
            widget.setEnabled(not is_led)

    def show_ask(self, ask: Ask, point: AffectPoint, mixture: Mapping[str, float], told: str) -> None:
        """Show what is asked: `point` on the pad, or a `mixture` of the keyframe that `told` names."""
        self._point = point
        self.mode.set_current(ask.mode)
        self.pages.setCurrentIndex(1 if ask.mode == "mixture" else 0)
        self.pad.set_point(point)
        self.dominance.set_asked(point.dominance)
        self.mixture.show_weights(mixture, told)
        self._tell(ask, point, mixture)

    def _tell(self, ask: Ask, point: AffectPoint, mixture: Mapping[str, float]) -> None:
        if ask.mode == "mixture":
            strongest = sorted((weight, name) for name, weight in mixture.items() if weight > 0.02)[::-1]
            self.words.setText(" + ".join(name for _, name in strongest[:2]) or "neutral")
        else:
            self.words.setText(nearest_emotion(point).name)

    def accent_of(self, ask: Ask, point: AffectPoint, mixture: Mapping[str, float]) -> None:
        """Colour the window with the feeling."""
        if ask.mode == "mixture":
            strongest = max(mixture.items(), key=lambda pair: pair[1], default=("neutral", 0.0))
            self._hub.set_accent(emotion_color(strongest[0] if strongest[1] > 0.02 else "neutral"))
        else:
            self._hub.set_point(point)

    def _with_dominance(self, value: float) -> AffectPoint:
        return AffectPoint(self._point.valence, self._point.arousal, value)

    def _edit(self, point: AffectPoint) -> None:
        self._point = point
        self.pad.set_point(point)
        self.words.setText(nearest_emotion(point).name)
        self._hub.set_point(point)
        self.pointEdited.emit(point)

    def _commit(self, point: AffectPoint, name: str) -> None:
        self._edit(point)
        self.pointCommitted.emit(point, name)
