"""What folds under the board: two directions at once, strength over time, the way between two seeds, the finish."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from generators.compass.painter.finish import Finish
from studio.panels.compass.state import Ask, Use
from studio.panels.compass.steps import most_of, pad_axes, reach_of
from studio.widgets.fold import Fold
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.pad_2d import Pad2D
from studio.widgets.segments import Segments
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub
from studio.widgets.time_curve import PRESETS, TimeCurve, preset_of

NOTHING = "choose…"
PAD_PX = 168
MOST_SEED = 2**31 - 1
FINISHES = (
    ("strokes", "Strokes", "How much of the picture is painted anew"),
    ("brush", "Brush", "From a fine brush to a broad one"),
    ("stars", "Stars", "Stars, where the sky is dark"),
    ("rain", "Rain", "Drops of rain"),
    ("snow", "Snow", "Flakes of snow"),
    ("wind", "Wind", "How far rain and snow are slanted"),
    ("grain", "Canvas", "The grain of the canvas"),
)


def percent(share: float) -> str:
    """A share of 1 in percent."""
    return f"{share * 100:.0f} %"


class TravelFolds(QWidget):
    """The folds.

    `amountsEdited` and `amountsCommitted` carry amounts by hash. `axesChosen` carries the two hashes of the pad,
    `shapeEdited` and `shapeCommitted` a hash and strengths over time. `walkEdited` and `walkCommitted` carry the second
    seed and the mix. `makingEdited` and `makingCommitted` carry changes of fields of Ask.
    """

    amountsEdited = Signal(object)
    amountsCommitted = Signal(object)
    axesChosen = Signal(str, str)
    shapeEdited = Signal(str, object)
    shapeCommitted = Signal(str, object)
    walkEdited = Signal(int, float)
    walkCommitted = Signal(int, float)
    makingEdited = Signal(object)
    makingCommitted = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._ask = Ask()
        self._chosen = ""
        self._pad = ("", "")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        self.pad_fold = self._build_pad()
        self.shape_fold = self._build_shape()
        self.walk_fold = self._build_walk()
        self.making_fold = self._build_making()
        for fold in (self.pad_fold, self.shape_fold, self.walk_fold, self.making_fold):
            fold.set_open(False)
            rows.addWidget(fold)

    def _build_pad(self) -> Fold:
        fold = Fold(self._hub, "Two at once")
        self.pad = Pad2D(self._hub, "across", "up", -1.0, 1.0, 0.0)
        self.pad.setFixedHeight(PAD_PX)
        self.axes = (QComboBox(), QComboBox())
        for box, words in zip(self.axes, ("→", "↑"), strict=True):
            line = QHBoxLayout()
            sign = label_of(words, "muted")
            sign.setFixedWidth(16)
            line.addWidget(sign)
            line.addWidget(box, 1)
            fold.rows.addLayout(line)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.activated.connect(lambda _place: self._choose_axes())
        self.axes[0].setAccessibleName("Direction across the pad")
        self.axes[1].setAccessibleName("Direction up the pad")
        fold.rows.addWidget(self.pad)
        self.pad.edited.connect(lambda x, y: self.amountsEdited.emit(self._pad_amounts(x, y)))
        self.pad.committed.connect(lambda x, y: self.amountsCommitted.emit(self._pad_amounts(x, y)))
        return fold

    def _build_shape(self) -> Fold:
        fold = Fold(self._hub, "Strength over time")
        self.shape_presets = Segments(self._hub, [preset[:3] for preset in PRESETS], "When the direction works")
        self.shape = TimeCurve(self._hub)
        self.shape_told = label_of("Click a direction's name above to shape it.", "faint", wraps=True)
        fold.rows.addWidget(self.shape_told)
        fold.rows.addWidget(self.shape_presets)
        fold.rows.addSpacing(4)
        fold.rows.addWidget(self.shape)
        self.shape_presets.chosen.connect(self._preset)
        self.shape.edited.connect(lambda strengths: self.shapeEdited.emit(self._chosen, strengths))
        self.shape.committed.connect(lambda strengths: self.shapeCommitted.emit(self._chosen, strengths))
        return fold

    def _build_walk(self) -> Fold:
        fold = Fold(self._hub, "Between two seeds")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label_of("On the way to", "muted"))
        self.to_seed = QLineEdit()
        self.to_seed.setFixedWidth(76)
        self.to_seed.setValidator(QIntValidator(0, MOST_SEED, self.to_seed))
        self.to_seed.setAccessibleName("The second seed")
        self.to_seed.editingFinished.connect(self._to_seed_edited)
        self.to_dice = IconButton(self._hub, "dice", "Another second seed", flat=True, width=28)
        line.addWidget(self.to_seed)
        line.addWidget(self.to_dice)
        line.addStretch(1)
        fold.rows.addLayout(line)
        self.mix = AskedSlider(
            self._hub, "Way gone", 0.0, 1.0, "", 2, text=lambda value: f"{value * 100:.0f} %", default=0.0
        )
        self.mix.set_lockable(False)
        self.mix.set_hint("From one picture's form to another's; the directions stay as they are.")
        fold.rows.addWidget(self.mix)
        self.mix.askedEdited.connect(lambda value: self.walkEdited.emit(self._second_seed(), value or 0.0))
        self.mix.askedCommitted.connect(lambda value: self.walkCommitted.emit(self._second_seed(), value or 0.0))
        return fold

    def _build_making(self) -> Fold:
        fold = Fold(self._hub, "Place and finish")
        self.lock = self._slider("Keep place", "lock", "Holds what is where; light and colour move.")
        fold.rows.addWidget(self.lock)
        self.finished = QCheckBox("Painterly finish")
        self.finished.setToolTip("Strokes and weather on the full picture; previews are without.")
        self.finished.clicked.connect(lambda is_on: self.makingCommitted.emit({"is_finished": bool(is_on)}))
        fold.rows.addWidget(self.finished)
        self.finishes: dict[str, AskedSlider] = {}
        for name, title, hint in FINISHES:
            slider = self._slider(title, name, hint, finish=True)
            self.finishes[name] = slider
            fold.rows.addWidget(slider)
        return fold

    def _slider(self, title: str, name: str, hint: str, *, finish: bool = False) -> AskedSlider:
        default = float(getattr(Finish(), name)) if finish else 0.0
        slider = AskedSlider(self._hub, title, 0.0, 1.0, "", 2, text=percent, default=default)
        slider.set_lockable(False)
        slider.set_hint(hint)
        slider.setFixedHeight(25)

        def changes(value: float | None) -> dict[str, object]:
            if not finish:
                return {name: value or 0.0}
            return {"finish": msgspec.structs.replace(self._ask.finish, **{name: value or 0.0})}

        slider.askedEdited.connect(lambda value: self.makingEdited.emit(changes(value)))
        slider.askedCommitted.connect(lambda value: self.makingCommitted.emit(changes(value)))
        return slider

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_ask(self, ask: Ask, chosen: str) -> None:
        """Put every control where `ask` says; `chosen` is the hash of the direction that is shaped."""
        self._ask = ask
        uses = ask.board
        self._pad = pad_axes(ask)
        self._show_pad(ask, uses)
        use = ask.use(chosen)
        self._chosen = chosen if use is not None else ""
        self.shape.setEnabled(use is not None)
        self.shape_presets.setEnabled(use is not None)
        self.shape_told.setText(use.name if use is not None else "Click a direction's name above to shape it.")
        strengths = use.over_time if use is not None else ()
        self.shape.set_strengths(strengths)
        self.shape_presets.set_current(preset_of(strengths) or "whole")
        self.shape_fold.head.set_detail(use.name if use is not None and strengths else "")
        is_own = bool(ask.start_sha256)
        self.walk_fold.setEnabled(not is_own)
        self.to_seed.setText("" if ask.to_seed is None else str(ask.to_seed))
        self.to_seed.setPlaceholderText(str(ask.seed + 1))
        self.mix.set_asked(ask.mix if ask.to_seed is not None else 0.0)
        self.walk_fold.head.set_detail(
            f"{ask.mix * 100:.0f} % to {ask.to_seed}" if ask.mix and ask.to_seed is not None else ""
        )
        self.lock.set_asked(ask.lock)
        with QSignalBlocker(self.finished):
            self.finished.setChecked(ask.is_finished)
        for name, slider in self.finishes.items():
            slider.set_asked(float(getattr(ask.finish, name)))
            slider.setEnabled(ask.is_finished)

    def _show_pad(self, ask: Ask, uses: tuple[Use, ...]) -> None:
        for box, sha256 in zip(self.axes, self._pad, strict=True):
            listed = [(box.itemData(place), box.itemText(place)) for place in range(box.count())]
            wanted = [("", NOTHING), *((use.sha256, use.name or "unnamed") for use in uses)]
            with QSignalBlocker(box):
                if listed != wanted:
                    box.clear()
                    for data, words in wanted:
                        box.addItem(words, data)
                box.setCurrentIndex(max(box.findData(sha256), 0))
        found = [ask.use(sha256) for sha256 in self._pad]
        first, second = found
        self.pad.setEnabled(first is not None and second is not None and first is not second)
        self.pad.set_titles(
            *(use.name if use is not None else words for use, words in zip(found, ("across", "up"), strict=True))
        )
        values = [use.amount / reach_of(use) if use is not None else 0.0 for use in found]
        self.pad.set_value(*(min(max(value, -1.0), 1.0) for value in values))

    def _choose_axes(self) -> None:
        first, second = (str(box.currentData() or "") for box in self.axes)
        if first != second or not first:
            self.axesChosen.emit(first, second)
        else:  # one direction cannot go both ways: the other axis is left free
            self.axesChosen.emit(first, "")

    def _pad_amounts(self, x: float, y: float) -> dict[str, float]:
        amounts = {}
        for sha256, value in zip(self._pad, (x, y), strict=True):
            use = self._ask.use(sha256)
            if use is not None:
                amounts[sha256] = round(min(max(value * reach_of(use), -most_of(use)), most_of(use)), 3)
        return amounts

    def _preset(self, key: str) -> None:
        strengths = next(shape for name, _, _, shape in PRESETS if name == key)
        if self._chosen:
            self.shape.set_strengths(strengths)
            self.shapeCommitted.emit(self._chosen, strengths)

    def _second_seed(self) -> int:
        return self._ask.to_seed if self._ask.to_seed is not None else self._ask.seed + 1

    def _to_seed_edited(self) -> None:
        if self.to_seed.isModified() and self.to_seed.text().isdigit():
            self.to_seed.setModified(False)
            self.walkCommitted.emit(int(self.to_seed.text()), self._ask.mix)
