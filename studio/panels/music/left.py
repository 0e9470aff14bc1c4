"""The left side of the music panel: the feeling, and what is asked of the music."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from generators.affect import AffectPoint, nearest_emotion
from generators.errors import BadRequest
from generators.music.contradictions import contradiction
from studio.panels.music.ask import Ask, strength_words
from studio.panels.music.attribute_list import MEASURED_PX, TITLE_PX, VALUE_PX, AttributeList
from studio.panels.music.piece import PieceFrame
from studio.widgets.columns import ScrolledColumn
from studio.widgets.ear_pad import EarPad, PadMark
from studio.widgets.headings import MARGIN, heading
from studio.widgets.icons import PRESETS_TOLD, IconButton
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

LEAST_PAD_PX, ROOMY_PAD_PX = (
    160,
    200,
)  # in a low window the pad makes room for the sliders, as long as its names can be read


class AskColumn(ScrolledColumn):
    """Pad, sliders and the piece's frame; `edited` comes while the hand moves, `committed` when it rests.

    `committed` carries the new Ask and the name of what was changed. `presetsRequested`, `featuresRequested` and
    `earRequested` ask for what opens beside the column; `earToggled` switches the map of one's own.
    """

    edited = Signal(object)
    committed = Signal(object, str)
    presetsRequested = Signal()
    featuresRequested = Signal()
    earRequested = Signal()
    earToggled = Signal(bool)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, 0, 8, parent)
        self._ask = Ask()
        self._prompt = ""
        rows = self.rows
        self._first = QWidget()
        self._first.hide()
        self._build_feeling(rows)
        rows.addSpacing(8)
        self.attributes = AttributeList(hub)
        self.sliders = self.attributes.sliders
        rows.addWidget(self.attributes)
        rows.addStretch(1)
        self.piece = PieceFrame(hub)
        self.bars, self.metre, self.key = self.piece.bars, self.piece.metre, self.piece.key
        self.outer.addWidget(self.piece)
        self._connect()
        self.show_ask(self._ask)

    def _build_feeling(self, rows: QVBoxLayout) -> None:
        self._head = QWidget()
        line = QHBoxLayout(self._head)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(heading("Feeling"))
        line.addStretch(1)
        self._feeling = QLabel()
        self._feeling.setProperty("role", "muted")
        self._feeling.setAccessibleName("The feeling in words")
        line.addWidget(self._feeling)
        self.presets = IconButton(self._hub, "presets", PRESETS_TOLD, flat=True)
        self.presets.setFixedSize(24, 20)
        line.addWidget(self.presets)
        rows.addWidget(self._head)
        rows.addSpacing(6)
        self.pad = EarPad(self._hub)
        self.pad.takes_of = "music"
        self.pad.setFixedHeight(LEAST_PAD_PX)  # until resizeEvent knows the room
        rows.addWidget(self.pad)
        rows.addSpacing(4)
        self.dominance = AskedSlider(self._hub, "Dominance", -1.0, 1.0, "", 2, default=0.0)
        self.dominance.set_hint("From yielding, as in fear, to commanding, as in anger.")
        self.strength = AskedSlider(
            self._hub, "Strength", 0.0, 1.0, "", 2, text=lambda value: f"{value * 100:.0f} %", default=1.0
        )
        self.strength.set_hint("How far the feeling may push the music.")
        for slider in (self.dominance, self.strength):
            slider.set_lockable(False)
            slider.set_columns(TITLE_PX, VALUE_PX + MEASURED_PX - 24)
            rows.addWidget(slider)
        rows.addWidget(self._build_ear())

    def _build_ear(self) -> QWidget:
        self._ear = QWidget()
        line = QHBoxLayout(self._ear)
        line.setContentsMargins(0, 2, 0, 0)
        self.ear_on = QCheckBox()
        self.ear_on.setToolTip("Let the takes that you placed on the pad bend what a feeling asks of the music.")
        self.ear_more = QPushButton("Edit…")
        self.ear_more.setProperty("flat", True)
        self.ear_more.setToolTip("The takes that you placed: name, share or reset your map.")
        line.addWidget(self.ear_on, 1)
        line.addWidget(self.ear_more)
        return self._ear

    def _connect(self) -> None:
        self.pad.pointEdited.connect(self._edit_point)
        self.pad.pointCommitted.connect(lambda point: self._commit_point(point))
        self.pad.placingEnded.connect(lambda: self.show_prompt(""))
        self.dominance.askedEdited.connect(lambda value: self._edit_point(self._with_dominance(value)))
        self.dominance.askedCommitted.connect(
            lambda value: self._commit_point(self._with_dominance(value), "dominance")
        )
        self.strength.askedEdited.connect(lambda value: self._edit(strength=value))
        self.strength.askedCommitted.connect(lambda value: self._commit("strength", strength=value))
        self.presets.clicked.connect(self.presetsRequested)
        self.ear_on.clicked.connect(self.earToggled)
        self.ear_more.clicked.connect(self.earRequested)
        self.attributes.edited.connect(self._edit_attribute)
        self.attributes.committed.connect(self._commit_attribute)
        self.attributes.lockToggled.connect(self._commit_lock)
        self.attributes.featuresRequested.connect(self.featuresRequested)
        self.attributes.resized.connect(lambda: self._fit())
        self.piece.changed.connect(lambda name, changes: self._commit(name, **changes))
        self.piece.curveCleared.connect(lambda: self._commit("over time", curve=None, bar_attributes={}))
        self.piece.resized.connect(lambda: self._fit())

    # -- room --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show all attributes where there is room, unless the user has chosen; in a low window shrink the pad."""
        super().resizeEvent(event)
        self._fit(decides=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The style is known now, and with it the room that each control takes."""
        super().showEvent(event)
        self._fit(decides=True)

    def _fit(self, *, decides: bool = False) -> None:
        """Give the pad what is left; only with the window's size it is decided what stands open, never under a hand."""
        widest = self.width() - 2 * MARGIN
        sliders = self.dominance.height() + self.strength.height()
        ear = 0 if self._ear.isHidden() else self._ear.sizeHint().height()
        first = 0 if self._first.isHidden() else self._first.sizeHint().height()
        others = 20 + first + self._head.sizeHint().height() + 10 + sliders + ear + 8  # with the margins and spacings
        room = self.height() - self.piece.height_when(open_=False) - others
        if decides and not self.attributes.is_chosen:
            self.attributes.set_open(ROOMY_PAD_PX + self.attributes.height_when(open_=True) <= room)
        shown = self.attributes.height_when(open_=self.attributes.is_open)
        rest = self.piece.height_when(open_=True) - self.piece.height_when(open_=False)
        if decides and not self.piece.is_chosen:
            self.piece.set_open(shown + rest + ROOMY_PAD_PX <= room)
        if self.piece.is_open:
            room -= rest
        self.pad.setFixedHeight(min(max(room - shown, LEAST_PAD_PX), max(widest, LEAST_PAD_PX)))

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def ask(self) -> Ask:
        """What is asked now."""
        return self._ask

    def show_ask(self, ask: Ask) -> None:
        """Put every control where `ask` says; no signal."""
        self._ask = ask
        self.pad.set_point(ask.affect)
        self.dominance.set_asked(ask.affect.dominance)
        self.strength.set_asked(ask.strength)
        self.attributes.show_ask(ask)
        self.piece.show_ask(ask)
        self._show_ear()
        self._tell_feeling()
        self._tell_trouble()
        self._hub.set_point(ask.affect)

    def _show_ear(self) -> None:
        kept = self._ask.kept
        self.pad.set_marks([PadMark(one.asked, one.heard, one.name) for one in kept.ear])
        count = len(kept.ear)
        self.ear_on.setText(f"{kept.ear_name or 'My ear'} · {count} {'take' if count == 1 else 'takes'}")
        self.ear_on.setChecked(kept.ear_on)
        if self._ear.isHidden() == bool(count):
            self._ear.setVisible(bool(count))
            self._fit()

    def put_first(self, row: QWidget) -> None:
        """Put a row over everything; the rest makes room while it is shown."""
        self._first = row
        self.rows.insertWidget(0, row)

    def set_led(self, *, is_led: bool) -> None:
        """Let the scene lead the feeling: pad and dominance then only show it."""
        for widget in (self.pad, self.dominance):
            widget.setEnabled(not is_led)
        self.piece.set_led(is_led=is_led)
        self._fit()

    def show_led(self, point: AffectPoint) -> None:
        """Show what the scene feels at this moment; nothing is asked by it."""
        self.pad.set_point(point)
        self.dominance.set_asked(point.dominance)
        self._feeling.setText(self._prompt or nearest_emotion(point).name)
        self._hub.set_point(point)

    def show_measured(self, measured: Mapping[str, float], proposed: Mapping[str, float]) -> None:
        """Show what came out of the take in view, and where the feeling wanted to go."""
        self.attributes.show_measured(measured, proposed)

    def show_ghost(self, point: AffectPoint | None) -> None:
        """Mark on the pad where the take in view was asked for."""
        self.pad.set_ghost(None if point is None or point == self._ask.affect else point)

    def show_prompt(self, text: str) -> None:
        """Say over the pad what a click does now, or name the feeling again."""
        self._prompt = text
        self._tell_feeling()

    def _tell_feeling(self) -> None:
        point = self._ask.affect
        words = strength_words(point)
        told = f"{nearest_emotion(point).name}, {words}" if words else nearest_emotion(point).name
        self._feeling.setText(self._prompt or told)

    def _tell_trouble(self) -> None:
        try:
            self.piece.show_trouble(contradiction(self._ask.request()))
        except BadRequest as error:
            self.piece.show_trouble(error.message)

    # -- changing ----------------------------------------------------------------------------------------------------

    def _with_dominance(self, value: float) -> AffectPoint:
        return msgspec.structs.replace(self._ask.affect, dominance=value)

    def _point(self, point: AffectPoint) -> AffectPoint:
        # the pad knows two axes; the third is the slider's
        return AffectPoint(point.valence, point.arousal, point.dominance)

    def _edit_point(self, point: AffectPoint) -> None:
        self._edit(affect=self._point(point))
        self.pad.set_point(self._ask.affect)
        self._tell_feeling()
        self._hub.set_point(point)

    def _commit_point(self, point: AffectPoint, name: str = "feeling") -> None:
        self._edit_point(point)
        self.committed.emit(self._ask, name)

    def _edit_attribute(self, name: str, value: float | None) -> None:
        self._ask = self._ask.with_asked(name, value)
        self.edited.emit(self._ask)

    def _commit_attribute(self, name: str, value: float | None) -> None:
        self._edit_attribute(name, value)
        self.committed.emit(self._ask, name)

    def _commit_lock(self, name: str, locked: bool) -> None:
        self._ask = self._ask.with_locked(name, locked=locked)
        self.committed.emit(self._ask, f"lock {name}")

    def _edit(self, **changes: object) -> None:
        self._ask = msgspec.structs.replace(self._ask, **changes)
        self.edited.emit(self._ask)

    def _commit(self, name: str, **changes: object) -> None:
        self._edit(**changes)
        self.committed.emit(self._ask, name)
