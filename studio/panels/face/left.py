"""The left side of the face panel: the feeling, and how speech, expression, eyes and head take part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from generators.affect import AffectPoint
from generators.face.request import Eyes, Strengths
from studio.face_lines import Ask
from studio.panels.face.feeling import FeelingPart
from studio.panels.face.headings import TITLE_PX, VALUE_PX
from studio.panels.face.words import milliseconds, percent, times
from studio.widgets.columns import ScrolledColumn
from studio.widgets.fold import Fold
from studio.widgets.pad_2d import Pad2D
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

LEAST_PAD_PX, MOST_PAD_PX = 168, 236
SLIDER_PX = 25
ROOMY_PX = 860  # with less, the last part starts folded
EYE_STYLES = (("natural", "Natural"), ("emoface", "As in EmoFace"))
JALI_CORNERS = ("mumbled", "jaw only", "lips only", "hyper-articulated")


@dataclass(frozen=True)
class Knob:
    """One slider: the field of Ask, Strengths or Eyes that it sets, and how it looks."""

    part: str
    field: str
    title: str
    low: float
    high: float
    text: Callable[[float], str]
    hint: str
    default: float


def _whole(value: float) -> str:
    return f"{value:.0f}/min"


KNOBS: dict[str, tuple[Knob, ...]] = {
    "Feeling": (
        Knob("ask", "intensity", "Intensity", 0.0, 2.0, percent, "How strongly the feeling shows.", 1.0),
        Knob(
            "ask", "voice_arousal", "From voice", 0.0, 1.0, percent,
            "How far loudness and pitch of the voice raise or calm the feeling.", 0.3,
        ),
    ),
    "Speech": (
        Knob("strengths", "tongue", "Tongue", 0.0, 2.0, times, "How far the tongue moves.", 1.0),
        Knob("strengths", "smoothing", "Smoothing", 0.0, 1.0, percent, "Calms the mouth; lips still meet.", 0.0),
        Knob(
            "strengths", "offset_s", "Time offset", -0.25, 0.25, milliseconds,
            "Moves the whole face against the sound; later is positive.", 0.0,
        ),
    ),
    "Expression": (
        Knob("strengths", "upper_face", "Upper face", 0.0, 2.0, times, "Brows and lids.", 1.0),
        Knob("strengths", "lower_face", "Lower face", 0.0, 2.0, times, "Cheeks, nose and lips, beside speech.", 1.0),
        Knob(
            "strengths", "from_voice", "With stress", 0.0, 2.0, times,
            "Brows and head that move with the stresses of the voice.", 1.0,
        ),
        Knob(
            "ask", "variation", "Character", 0.0, 1.0, percent,
            "How much this character differs from the average face; another seed is another character.", 0.3,
        ),
    ),
    "Eyes and head": (
        Knob("eyes", "blinks_per_minute", "Blinks", 0.0, 60.0, _whole, "Blinks a minute, on average.", 18.0),
        Knob("strengths", "blink", "Blink depth", 0.0, 2.0, times, "How far a blink closes the lids.", 1.0),
        Knob("eyes", "gaze_shifts", "Glances", 0.0, 3.0, times, "How often the gaze moves.", 1.0),
        Knob("strengths", "gaze", "Gaze reach", 0.0, 2.0, times, "How far the gaze moves.", 1.0),
        Knob("strengths", "head", "Head", 0.0, 2.0, times, "How much the head moves.", 1.0),
    ),
}  # fmt: skip


class AskColumn(ScrolledColumn):
    """All that is asked; `edited` comes while the hand moves, `committed` when it rests.

    Both carry the new Ask, `committed` also the name of what was changed. Points and mixtures belong to the keyframe
    that is chosen in the lanes: `pointMoved`, `mixtureMoved` carry them with whether the hand rests and the name.
    `blinkRequested`, `holdRequested` and `momentsCleared` ask for moments at the playhead.
    """

    edited = Signal(object)
    committed = Signal(object, str)
    modeChosen = Signal(str)
    pointMoved = Signal(object, bool, str)
    mixtureMoved = Signal(object, bool)
    blinkRequested = Signal()
    holdRequested = Signal()
    momentsCleared = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, 2, parent=parent)
        self._ask = Ask()
        self.sliders: dict[str, AskedSlider] = {}
        self.folds: dict[str, Fold] = {}
        self._decided = False
        rows = self.rows
        self.feeling = FeelingPart(hub)
        self.pad = self.feeling.pad
        rows.addWidget(self.feeling)
        self._add_knobs(rows, "Feeling")
        rows.addSpacing(4)
        for title in ("Speech", "Expression", "Eyes and head"):
            fold = Fold(hub, title)
            self.folds[title] = fold
            if title == "Speech":
                self.jali = Pad2D(hub, "Jaw", "Lips", 0.0, 2.0, 1.0, JALI_CORNERS)
                self.jali.setToolTip(
                    "How far the jaw and the lips move in speech, as they were heard in the middle.\n"
                    "Arrows move the point, double-click goes back."
                )
                fold.rows.addWidget(self.jali)
            if title == "Eyes and head":
                fold.rows.addWidget(self._build_style())
            self._add_knobs(fold.rows, title)
            if title == "Eyes and head":
                fold.rows.addLayout(self._build_moments())
            rows.addWidget(fold)
        rows.addStretch(1)
        self._connect()
        self.show_ask(self._ask, self._ask.affect, {}, "")

    def _add_knobs(self, rows: QVBoxLayout, title: str) -> None:
        for knob in KNOBS[title]:
            slider = AskedSlider(
                self._hub, knob.title, knob.low, knob.high, "", 3 if knob.field == "offset_s" else 2,
                text=knob.text, default=knob.default,
            )  # fmt: skip
            slider.set_lockable(False)
            slider.set_hint(knob.hint)
            slider.set_columns(TITLE_PX, VALUE_PX)
            slider.setFixedHeight(SLIDER_PX)
            slider.askedEdited.connect(lambda value, knob=knob: self._edit(knob, value))
            slider.askedCommitted.connect(lambda value, knob=knob: self._commit(knob, value))
            self.sliders[knob.field] = slider
            rows.addWidget(slider)

    def _build_style(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        name = QLabel("Style")
        name.setFixedWidth(TITLE_PX)
        self.style_box = QComboBox()
        for key, words in EYE_STYLES:
            self.style_box.addItem(words, key)
        self.style_box.setAccessibleName("Style of the eyes")
        self.style_box.setToolTip("Natural follows what was measured on people; the other is EmoFace's own.")
        line.addWidget(name)
        line.addWidget(self.style_box, 1)
        return holder

    def _build_moments(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.blink = QPushButton("Blink here")
        self.blink.setToolTip("Force a blink at the playhead; once more takes it away (Ctrl+B)")
        self.hold = QPushButton("Hold gaze")
        self.hold.setToolTip(
            "Keep the eyes where they look at the playhead: for the chosen stretch, or for a second (Ctrl+Shift+B)"
        )
        line.addWidget(self.blink)
        line.addWidget(self.hold)
        rows.addLayout(line)
        self.moments = QPushButton()
        self.moments.setProperty("flat", True)
        self.moments.setToolTip("Take away the blinks and held gazes that were set by hand.")
        rows.addWidget(self.moments)
        return rows

    def _connect(self) -> None:
        feeling = self.feeling
        feeling.modeChosen.connect(self.modeChosen)
        feeling.pointEdited.connect(lambda point: self.pointMoved.emit(point, False, "feeling"))
        feeling.pointCommitted.connect(lambda point, name: self.pointMoved.emit(point, True, name))
        feeling.mixtureEdited.connect(lambda weights: self.mixtureMoved.emit(weights, False))
        feeling.mixtureCommitted.connect(lambda weights: self.mixtureMoved.emit(weights, True))
        self.jali.edited.connect(lambda jaw, lips: self._change("strengths", jaw=jaw, lips=lips))
        self.jali.committed.connect(self._commit_jali)
        self.style_box.activated.connect(self._commit_style)
        self.blink.clicked.connect(self.blinkRequested)
        self.hold.clicked.connect(self.holdRequested)
        self.moments.clicked.connect(self.momentsCleared)

    # -- room ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the pad is smaller, and the last parts start folded."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The room is known now."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        spare = self.height() - 620
        self.feeling.set_pad_height(min(max(LEAST_PAD_PX, LEAST_PAD_PX + spare // 3), MOST_PAD_PX))
        if not self._decided and self.isVisible():
            self._decided = True
            self.folds["Eyes and head"].set_open(self.height() >= ROOMY_PX)

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def ask(self) -> Ask:
        """What is asked now."""
        return self._ask

    def show_ask(self, ask: Ask, point: AffectPoint, mixture: Mapping[str, float], told: str) -> None:
        """Put every control where `ask` says, pad and mixture where the chosen keyframe is; no signal."""
        self._ask = ask
        self.feeling.show_ask(ask, point, mixture, told)
        self.jali.set_value(ask.strengths.jaw, ask.strengths.lips)
        for knobs in KNOBS.values():
            for knob in knobs:
                self.sliders[knob.field].set_asked(self._value(knob, ask))
        self.style_box.setCurrentIndex([key for key, _ in EYE_STYLES].index(ask.eyes.style))
        eyes = ask.eyes
        count = len(eyes.blink_at_s) + len(eyes.look_at) + len(eyes.open_s)
        self.moments.setVisible(bool(count))
        self.moments.setText(f"Clear {count} {'moment' if count == 1 else 'moments'} set by hand")

    def take(self, ask: Ask) -> None:
        """Settings that another hand moves: what is changed here next starts from them."""
        self._ask = ask

    @staticmethod
    def _value(knob: Knob, ask: Ask) -> float:
        holder: object = ask if knob.part == "ask" else getattr(ask, knob.part)
        return float(getattr(holder, knob.field))

    # -- changing ------------------------------------------------------------------------------------------------------

    def _changed(self, part: str, **changes: float) -> Ask:
        if part == "ask":
            return msgspec.structs.replace(self._ask, **changes)
        holder: Strengths | Eyes = self._ask.strengths if part == "strengths" else self._ask.eyes
        return msgspec.structs.replace(self._ask, **{part: msgspec.structs.replace(holder, **changes)})

    def _change(self, part: str, **changes: float) -> None:
        self._ask = self._changed(part, **changes)
        self.edited.emit(self._ask)

    def _edit(self, knob: Knob, value: float) -> None:
        self._change(knob.part, **{knob.field: value})

    def _commit(self, knob: Knob, value: float) -> None:
        self._edit(knob, value)
        self.committed.emit(self._ask, knob.title.lower())

    def _commit_jali(self, jaw: float, lips: float) -> None:
        self._change("strengths", jaw=jaw, lips=lips)
        self.committed.emit(self._ask, "jaw and lips")

    def _commit_style(self, place: int) -> None:
        eyes = msgspec.structs.replace(self._ask.eyes, style=EYE_STYLES[place][0])
        self._ask = msgspec.structs.replace(self._ask, eyes=eyes)
        self.committed.emit(self._ask, "style of the eyes")
