"""The small sheet of one tool: what to work on, how much, and what stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from studio.panels.music.reworking import FEELS, TITLES, Choice, Work, first_choice
from studio.panels.music.words import bars_words, parse_ranges, ranges_words
from studio.widgets.headings import heading, label_of
from studio.widgets.popover import Popover
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

SHEET_PX = 316
LEADS: dict[str, str] = {
    "rewrite": "The chosen bars are written anew; every other note stays.",
    "vary": "The same music, changed a little or a lot.",
    "continue": "The piece goes on from its last bar.",
    "harmonise": "The melody stays, all else is written anew.",
    "feel": "The music moves towards another feeling.",
}


def amount_words(amount: float) -> str:
    """How much is changed."""
    return f"{amount * 100:.0f} %"


class ReworkSheet(Popover):
    """Asks what one tool needs to know; `chosen` carries a Choice when the button is pressed."""

    chosen = Signal(object)

    def __init__(self, hub: ThemeHub, kind: str, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent, SHEET_PX)
        self._hub, self.kind, self._work = hub, kind, work
        self._first = first_choice(kind, work)
        self._built = False
        self._parts: list[QCheckBox] = []
        self._reads: list[Callable[[Choice], Choice]] = []
        self.rows.addWidget(heading(TITLES[kind].rstrip("…") if kind != "feel" else "Make it"))
        self.rows.addWidget(label_of(LEADS[kind], wraps=True))
        if kind == "feel":
            self._build_feel()
        if kind in ("vary", "feel"):
            self._build_amount()
        if kind == "continue":
            self._build_more()
        else:
            self._build_bars()
        if len(work.tracks) > 1 and kind != "continue":
            self._build_parts()
        if kind != "continue":
            self._build_keep()
        if kind != "feel":
            self.follow = QCheckBox("Follow what is asked on the left")
            self.follow.setToolTip(
                "Off: the take's own feeling goes on. On: the pad and the sliders steer what is new."
            )
            self.follow.toggled.connect(self._tell)
            self.rows.addWidget(self.follow)
            self._reads.append(lambda choice: dataclasses.replace(choice, follows_ask=self.follow.isChecked()))
        self._trouble = label_of("", wraps=True)
        self._trouble.hide()
        self.rows.addWidget(self._trouble)
        self.go = PrimaryButton(hub)
        self.go.clicked.connect(self._choose)
        self.rows.addSpacing(4)
        self.rows.addWidget(self.go)
        self._built = True
        self._tell()

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _build_feel(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        self.feels = QButtonGroup(self)
        titles = [word.capitalize() for word, _ in FEELS] + ["As the pad says"]
        for place, title in enumerate(titles):
            button = QPushButton(title)
            button.setCheckable(True)
            self.feels.addButton(button, place)
            if place < len(FEELS):
                grid.addWidget(button, place // 2, place % 2)
            else:
                grid.addWidget(button, place // 2, 0, 1, 2)
        self.feels.button(0).setChecked(True)
        self.feels.idToggled.connect(lambda _id, _on: self._tell())
        self.rows.addLayout(grid)
        names = [word for word, _ in FEELS] + ["pad"]
        self._reads.append(lambda choice: dataclasses.replace(choice, feel=names[max(self.feels.checkedId(), 0)]))

    def _build_amount(self) -> None:
        self.amount = AskedSlider(
            self._hub, "How much", 0.05, 1.0, "", 2, text=amount_words, default=self._first.amount
        )
        self.amount.set_lockable(False)
        self.amount.set_columns(100.0, 52.0)
        self.amount.set_hint("How much of the take may change; the rest of its notes stay.")
        self.amount.askedEdited.connect(lambda _value: self._tell())
        self.rows.addWidget(self.amount)
        self._reads.append(lambda choice: dataclasses.replace(choice, amount=self.amount.value))

    def _build_more(self) -> None:
        self.more = self._spin("Bars to add", 1, max(self._work.room, 1), self._first.bars_more)
        line = QHBoxLayout()
        self.more.valueChanged.connect(self._tell)
        line.addWidget(label_of("Bars to add", "body"), 1)
        line.addWidget(self.more)
        self.rows.addLayout(line)
        self._reads.append(lambda choice: dataclasses.replace(choice, bars_more=self.more.value()))

    def _build_bars(self) -> None:
        begin, end = self._first.bars or (0, self._work.bars)
        self.begin = self._spin("First bar", 1, self._work.bars, begin + 1)
        self.end = self._spin("Last bar", 1, self._work.bars, end)
        self.begin.valueChanged.connect(lambda value: self.end.setValue(max(value, self.end.value())))
        self.end.valueChanged.connect(lambda value: self.begin.setValue(min(value, self.begin.value())))
        for spin in (self.begin, self.end):
            spin.valueChanged.connect(self._tell)
        line = QHBoxLayout()
        line.addWidget(label_of("Bars", "body"), 1)
        line.addWidget(self.begin)
        line.addWidget(label_of("to"))
        line.addWidget(self.end)
        self.rows.addLayout(line)
        self._reads.append(lambda choice: dataclasses.replace(choice, bars=self._bars()))

    def _bars(self) -> tuple[int, int] | None:
        bars = (self.begin.value() - 1, self.end.value())
        return None if bars == (0, self._work.bars) else bars

    def _build_parts(self) -> None:
        melody = self.kind == "harmonise"
        self.rows.addWidget(label_of("Keep as the melody (else the highest line)" if melody else "Parts to work on"))
        for name in self._work.tracks[:8]:
            part = QCheckBox(name or "Unnamed")
            part.setChecked(not melody)
            part.toggled.connect(self._tell)
            self._parts.append(part)
            self.rows.addWidget(part)
        if melody:
            self._reads.append(lambda choice: dataclasses.replace(choice, melody_tracks=self._chosen_parts()))
        else:
            self._reads.append(lambda choice: dataclasses.replace(choice, tracks=self._chosen_parts()))

    def _chosen_parts(self) -> tuple[int, ...]:
        chosen = tuple(place for place, part in enumerate(self._parts) if part.isChecked())
        everything = len(chosen) == len(self._parts) and self.kind != "harmonise"
        return () if everything else chosen

    def _build_keep(self) -> None:
        self.keep = QLineEdit(ranges_words(self._work.locked_bars))
        self.keep.setPlaceholderText("none, or 1–4, 7")
        self.keep.setMaxLength(400)
        self.keep.setAccessibleName("Bars to keep")
        self.keep.setToolTip("These bars stay to the note. Bars that you lock in the piano roll stand here already.")
        self.keep.textChanged.connect(self._tell)
        line = QHBoxLayout()
        line.addWidget(label_of("Keep bars", "body"), 1)
        line.addWidget(self.keep, 2)
        self.rows.addLayout(line)
        self._reads.append(lambda choice: dataclasses.replace(choice, locked_bars=self._kept() or ()))

    def _kept(self) -> tuple[int, ...] | None:
        return parse_ranges(self.keep.text(), self._work.bars)

    @staticmethod
    def _spin(name: str, low: int, high: int, value: int) -> QSpinBox:
        made = QSpinBox()
        made.setRange(low, high)
        made.setValue(value)
        made.setAccessibleName(name)
        made.setMinimumWidth(72)
        return made

    # -- the choice ----------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> Choice:
        """What the controls say now."""
        choice = self._first
        for read in self._reads:
            choice = read(choice)
        return choice

    def trouble(self) -> str:
        """Why the button cannot be pressed, "" where it can."""
        if self.kind == "continue":
            return "" if self._work.room else "The piece has as many bars as can be written."
        kept = self._kept()
        if kept is None:
            return f"Write the bars to keep as 1–4, 7: the piece has {self._work.bars}."
        begin, end = self._bars() or (0, self._work.bars)
        if set(range(begin, end)) <= set(kept):
            return "Every chosen bar is kept: choose others, or keep fewer."
        if self._parts and not self._chosen_parts() and not all(part.isChecked() for part in self._parts):
            return "" if self.kind == "harmonise" else "Choose at least one part."
        return ""

    def _tell(self, _value: object = None) -> None:
        if not self._built:
            return
        trouble, choice = self.trouble(), self.choice
        self.go.setEnabled(not trouble)
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        where = f" {bars_words(*choice.bars)}" if choice.bars else ""
        match self.kind:
            case "feel":
                words = "Move towards the pad" if choice.feel == "pad" else f"Make it {choice.feel}"
            case "continue":
                words = f"Add {choice.bars_more} {'bar' if choice.bars_more == 1 else 'bars'}"
            case _:
                words = f"{TITLES[self.kind]}{where}"
        self.go.setText(words)
        self.adjustSize()

    def _choose(self) -> None:
        choice = self.choice
        self.close()
        self.chosen.emit(choice)
