"""The foot of the Sort page: what the direction found so far does, how it is found, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QSpinBox, QVBoxLayout, QWidget

from generators.compass.request import AXES, MEASURED
from studio.panels.compass.state import Sorting, Use
from studio.panels.compass.words import MINUS
from studio.widgets.effect_strip import EffectStrip, StripRow
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub

OPTIONS_PX = 236
STRIP_PX = 76.0
LABELS = ("much less", "less", "as it is", "more", "much more")
SHORT_LABELS = (f"{MINUS}2", f"{MINUS}1", "0", "+1", "+2")
FINDERS = (
    ("ridge", "The order as a whole", "Every judgement counts, and what else differs by chance is accounted for"),
    ("means", "Difference of two piles", "The mean of those with more of it, less the mean of those with less"),
    ("svm", "Margin between two piles", "The widest gap between those with more and those with less"),
    ("affect", "What I felt", "Choose pictures and point at the pad: valence, arousal or dominance"),
    ("measured", "A measured attribute", "Nothing has to be judged: brightness, colour, warmth, contrast"),
    ("pca", "What differs most", "Nothing has to be judged: the largest differences between the pictures"),
    ("jacobian", "What changes one picture most", "Nothing has to be judged: tried on one picture"),
    ("text pair", "From one text to another", "For models that read texts: the same seeds under a second text"),
)
"""Ways to find: name, words, what they need."""
NEEDS_JUDGEMENTS = ("ridge", "means", "svm", "affect")
MOST_COMPONENTS = 20


class Effect(QWidget):
    """Pictures of the effect on the left, ways to find on the right.

    `finderChosen` with a name; `optionChosen` with a field of Sorting and its value; `apartToggled` with a direction's
    hash and whether it is to be left alone; `anotherRequested` for another unseen picture; `textRequested` for the
    second text.
    """

    finderChosen = Signal(str)
    optionChosen = Signal(str, object)
    apartToggled = Signal(str, bool)
    anotherRequested = Signal()
    textRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._has_pair = False
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(20)
        left = QVBoxLayout()
        left.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(heading("What it does"))
        self.told = label_of("", "muted")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setAccessibleName("The direction so far")
        head.addWidget(self.told, 1)
        self.another = IconButton(hub, "dice", "See it on another picture", flat=True, width=28, height=22)
        self.another.clicked.connect(self.anotherRequested)
        head.addWidget(self.another)
        left.addLayout(head)
        pair = QHBoxLayout()
        pair.setSpacing(16)
        self.plain = EffectStrip(hub, SHORT_LABELS, STRIP_PX)
        self.strip = EffectStrip(hub, LABELS, STRIP_PX)
        pair.addWidget(self.plain)
        pair.addWidget(self.strip)
        left.addLayout(pair)
        self.trouble = QLabel()
        self.trouble.setProperty("role", "muted")
        self.trouble.setWordWrap(True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.trouble.setMinimumHeight(round(STRIP_PX) + 19)
        self.trouble.setAccessibleName("What is missing")
        left.addWidget(self.trouble)
        left.addStretch(1)
        line.addLayout(left, 1)
        line.addWidget(self._build_options())
        self.show_trouble("")

    def _build_options(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(OPTIONS_PX)
        rows = QVBoxLayout(box)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(5)
        rows.addWidget(heading("Found by"))
        self.finder = QComboBox()
        self.finder.setAccessibleName("How the direction is found")
        for place, (name, words, hint) in enumerate(FINDERS):
            if place == 1:
                self.finder.insertSeparator(1)
            self.finder.addItem(words, name)
            self.finder.setItemData(self.finder.count() - 1, hint, Qt.ItemDataRole.ToolTipRole)
        self.finder.activated.connect(lambda place: self.finderChosen.emit(str(self.finder.itemData(place))))
        rows.addWidget(self.finder)
        self.measured = _choices("What is measured", MEASURED)
        self.measured.activated.connect(lambda place: self.optionChosen.emit("measured", MEASURED[place]))
        self.axis = _choices("Which axis of feeling", AXES)
        self.axis.activated.connect(lambda place: self.optionChosen.emit("axis", AXES[place]))
        self.component = QSpinBox()
        self.component.setRange(1, MOST_COMPONENTS)
        self.component.setPrefix("number ")
        self.component.setAccessibleName("Which of them, the largest first")
        self.component.valueChanged.connect(lambda value: self.optionChosen.emit("component", value - 1))
        self.text = QPushButton("Second text…")
        self.text.clicked.connect(self.textRequested)
        for widget in (self.measured, self.axis, self.component, self.text):
            rows.addWidget(widget)
        self.apart = QPushButton()
        self.apart.setToolTip("Take other directions out of this one, so that it moves them as little as can be")
        self.apart_menu = QMenu(self.apart)
        self.apart.setMenu(self.apart_menu)
        rows.addWidget(self.apart)
        rows.addStretch(1)
        return box

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_sorting(self, sorting: Sorting, board: Sequence[Use], *, reads_prompts: bool) -> None:
        """Show how the direction is found; no signal."""
        self._offer("text pair", reads_prompts)
        self.finder.setCurrentIndex(max(0, self.finder.findData(sorting.finder)))
        self.measured.setVisible(sorting.finder == "measured")
        self.measured.setCurrentIndex(MEASURED.index(sorting.measured))
        self.axis.setVisible(sorting.finder == "affect")
        self.axis.setCurrentIndex(AXES.index(sorting.axis))
        self.component.setVisible(sorting.finder in ("pca", "jacobian"))
        self.component.blockSignals(True)
        self.component.setValue(sorting.component + 1)
        self.component.blockSignals(False)
        self.text.setVisible(sorting.finder == "text pair")
        self.text.setText(f"“{sorting.second_prompt[:24]}”" if sorting.second_prompt else "Second text…")
        names = {use.sha256: use.name or "unnamed" for use in board}
        left_alone = [names[sha256] for sha256 in sorting.disentangle if sha256 in names]
        self.apart.setVisible(bool(names))
        self.apart.setText(f"Leaves alone: {', '.join(left_alone)}" if left_alone else "Leaves alone: nothing")
        self.apart_menu.clear()
        for sha256, name in names.items():
            action = self.apart_menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(sha256 in sorting.disentangle)
            action.toggled.connect(lambda on, sha256=sha256: self.apartToggled.emit(sha256, on))

    def _offer(self, name: str, offered: bool) -> None:
        place = self.finder.findData(name)
        words = next((words, hint) for key, words, hint in FINDERS if key == name)
        if offered and place < 0:
            self.finder.addItem(words[0], name)
            self.finder.setItemData(self.finder.count() - 1, words[1], Qt.ItemDataRole.ToolTipRole)
        elif not offered and place >= 0:
            self.finder.removeItem(place)

    def show_told(self, text: str) -> None:
        """Say what the direction is found from."""
        self.told.setText(text)

    def show_rows(self, rows: Sequence[StripRow]) -> None:
        """Show what the direction does: one row, or as it was sorted and then with others left alone."""
        self._has_pair = len(rows) > 1
        self.show_trouble("")
        self.strip.set_labels(SHORT_LABELS if self._has_pair else LABELS)
        self.strip.set_rows(rows[-1:])
        if self._has_pair:
            self.plain.set_rows(rows[:1])

    def set_most(self, most_px: float) -> None:
        """Let pictures be as large as this at most."""
        self.plain.set_most(most_px)
        self.strip.set_most(most_px)
        self.trouble.setMinimumHeight(round(most_px) + 19)

    def set_stale(self, is_stale: bool) -> None:
        """Show that newer pictures are on their way."""
        self.plain.set_stale(is_stale)
        self.strip.set_stale(is_stale)

    def show_trouble(self, text: str) -> None:
        """Say what is missing in place of the pictures; "" shows pictures."""
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self.strip.setVisible(not text)
        self.plain.setVisible(not text and self._has_pair)
        self.another.setVisible(not text)


def _choices(name: str, words: Sequence[str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for word in words:
        box.addItem(word.capitalize(), word)
    return box
