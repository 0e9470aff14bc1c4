"""How takes are drawn: the seed, how closely they follow, and how many tries each may have."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QToolButton, QWidget

from generators.music.request import MAX_CANDIDATES, MAX_SEED, SAMPLING_LIMITS
from studio.panels.music.ask import FIRST_GUIDANCE, Ask
from studio.panels.music.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.popover import Popover
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import CONTROL_HEIGHT, ThemeHub

SPIN_LIMIT = min(MAX_SEED, 2_147_483_647)  # what a spin box can hold


class Sampling(QToolButton):
    """A button that tells the seed and opens the sheet with all three.

    Signals: `seedEdited`, `lockToggled`, `diceThrown`, `guidanceEdited`, `candidatesEdited`.
    """

    seedEdited = Signal(int)
    lockToggled = Signal(bool)
    diceThrown = Signal()
    guidanceEdited = Signal(float)
    candidatesEdited = Signal(int)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ("", "")
        self._short = False
        self.setProperty("flat", True)
        self.setFixedHeight(CONTROL_HEIGHT)
        self.setAccessibleName("How takes are drawn")
        self.sheet = Popover(self, 300)
        self.sheet.rows.addWidget(heading("How takes are drawn"))
        self.sheet.rows.addLayout(self._build_seed(hub))
        low, high = SAMPLING_LIMITS["guidance"]
        self.guidance = AskedSlider(hub, "Follows", low, high, "", 1, default=FIRST_GUIDANCE)
        self.guidance.set_lockable(False)
        self.guidance.set_columns(96.0, 40.0)
        self.guidance.set_hint(
            "How closely a take follows what is asked: 1 freely, 5 to the letter, with less surprise."
        )
        self.guidance.askedCommitted.connect(lambda value: self.guidanceEdited.emit(float(value)))
        self.sheet.rows.addWidget(self.guidance)
        self.sheet.rows.addLayout(self._build_tries())
        self.clicked.connect(lambda: self.sheet.open_below(self))

    def _build_seed(self, hub: ThemeHub) -> QHBoxLayout:
        self.seed = QSpinBox()
        self.seed.setRange(0, SPIN_LIMIT)
        self.seed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.seed.setKeyboardTracking(False)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed with the same request gives the same music.")
        self.seed.valueChanged.connect(self.seedEdited)
        self.dice = IconButton(hub, "dice", "Draw another seed (Ctrl+R)", flat=True, width=28)
        self.dice.clicked.connect(self.diceThrown)
        self.lock = IconButton(hub, "unlock", "Keep this seed", checkable=True, flat=True, width=28)
        self.lock.toggled.connect(self.lockToggled)
        line = QHBoxLayout()
        line.setSpacing(6)
        title = label_of("Seed", "body")
        title.setFixedWidth(96)
        line.addWidget(title)
        line.addWidget(self.seed, 1)
        line.addWidget(self.dice)
        line.addWidget(self.lock)
        return line

    def _build_tries(self) -> QHBoxLayout:
        self.candidates = QSpinBox()
        self.candidates.setRange(1, MAX_CANDIDATES)
        self.candidates.setKeyboardTracking(False)
        self.candidates.setAccessibleName("Tries for each take")
        self.candidates.setToolTip(
            "Each take is written so many times, and the one that meets the request best is kept."
        )
        self.candidates.valueChanged.connect(self.candidatesEdited)
        line = QHBoxLayout()
        line.addWidget(label_of("Tries for each take", "body"), 1)
        line.addWidget(self.candidates)
        return line

    def width_when(self, *, short: bool) -> int:
        """The width in pixels with few words, or with all."""
        return self.fontMetrics().horizontalAdvance(self._words[int(short)]) + 22

    def set_short(self, short: bool) -> None:
        """Say less where room is short."""
        self._short = short
        self.setText(self._words[int(short)])

    def show_ask(self, ask: Ask) -> None:
        """Show the seed and the rest of `ask`; no signal."""
        with QSignalBlocker(self.seed), QSignalBlocker(self.lock), QSignalBlocker(self.candidates):
            self.seed.setValue(min(ask.seed, SPIN_LIMIT))
            self.lock.setChecked(ask.seed_locked)
            self.candidates.setValue(ask.candidates)
        self.guidance.set_asked(ask.guidance)
        self.lock.set_icon("lock" if ask.seed_locked else "unlock")
        self.lock.set_label(
            "The seed is kept: the same takes again" if ask.seed_locked else "Keep this seed for the next takes"
        )
        seed = f"seed {ask.seed}" if ask.seed_locked else "any seed"
        tries = f" · {ask.candidates} tries" if ask.candidates > 1 else ""
        self._words = (
            f"{seed} · follows {ask.guidance:.1f}{tries}",
            "Seed" if not ask.seed_locked else f"seed {ask.seed}",
        )
        kept = "this seed is kept" if ask.seed_locked else f"the last seed was {ask.seed}, the next is new"
        tries = "one try" if ask.candidates == 1 else f"{ask.candidates} tries"
        self.setToolTip(
            f"How takes are drawn: {kept}, follows {ask.guidance:.1f} of {SAMPLING_LIMITS['guidance'][1]:.0f}, "
            f"{tries} for each take."
        )
        self.set_short(self._short)
