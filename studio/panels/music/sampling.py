"""How takes are drawn: the seed, how closely they follow what is asked, and how many there are to choose from."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from generators.music.request import (
    MAX_CANDIDATES,
    MAX_PASSES,
    MAX_SEED,
    MAX_TRIES,
    SAMPLING_LIMITS,
    SHIPPED_MODEL,
)
from generators.runtime.catalog import Catalog
from studio.panels.music.ask import Ask
from studio.panels.music.closeness import FIRST, STEPS, closeness_words, step_of
from studio.panels.music.headings import LINK_STYLE
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.popover import Popover
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import CONTROL_HEIGHT, ThemeHub

SHEET_PX = 372
TITLE_PX = 96
BY_HAND = "Set by hand, below."
SPIN_LIMIT = min(MAX_SEED, 2_147_483_647)  # what a spin box can hold


class Sampling(QToolButton):
    """A button that tells the seed and how closely takes follow, and opens the sheet for it.

    Signals: `seedEdited`, `lockToggled`, `diceThrown`; `drawingEdited` with a name and a dict of fields of Ask.
    """

    seedEdited = Signal(int)
    lockToggled = Signal(bool)
    diceThrown = Signal()
    drawingEdited = Signal(str, object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ("", "")
        self._short = False
        self._model = SHIPPED_MODEL
        self.setProperty("flat", True)
        self.setFixedHeight(CONTROL_HEIGHT)
        self.setAccessibleName("How takes are drawn")
        self.sheet = Popover(self, SHEET_PX)
        self.sheet.rows.addWidget(heading("How takes are drawn"))
        self.sheet.rows.addLayout(self._build_seed(hub))
        self.sheet.rows.addSpacing(4)
        self.sheet.rows.addWidget(label_of("Follows what is asked", "body"))
        self.sheet.rows.addLayout(self._build_steps())
        self.sheet.rows.addWidget(self._hint)
        self.sheet.rows.addSpacing(4)
        self.sheet.rows.addLayout(self._build_candidates())
        self.sheet.rows.addWidget(self._build_model())
        self.sheet.rows.addWidget(self._build_more())
        self.sheet.rows.addWidget(self._build_details(hub))
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self._fill_models(self._model)  # one may have been added since
        self._fit()
        self.sheet.open_below(self)

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
        title.setFixedWidth(TITLE_PX)
        line.addWidget(title)
        line.addWidget(self.seed, 1)
        line.addWidget(self.dice)
        line.addWidget(self.lock)
        return line

    def _build_steps(self) -> QHBoxLayout:
        self.steps = QButtonGroup(self)
        line = QHBoxLayout()
        line.setSpacing(4)
        for place, step in enumerate(STEPS):
            button = QPushButton(step.title)
            button.setStyleSheet("padding-left: 4px; padding-right: 4px;")
            button.setCheckable(True)
            button.setToolTip(step.hint)
            self.steps.addButton(button, place)
            line.addWidget(button, len(step.title) + 4)
        self.steps.idClicked.connect(lambda place: self.drawingEdited.emit("closeness", STEPS[place].fields))
        self._hint = label_of("", "faint", wraps=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setMinimumHeight(2 * self._hint.fontMetrics().lineSpacing())  # nothing below jumps
        return line

    def _build_candidates(self) -> QHBoxLayout:
        self.candidates = self._spin("Takes to choose from", 1, MAX_CANDIDATES, "candidates")
        return self._line(
            self.candidates,
            "Each take is written so many times, and the one that meets the request best is kept.",
        )

    def _build_model(self) -> QWidget:
        self._models = QWidget()
        line = QHBoxLayout(self._models)
        line.setContentsMargins(0, 0, 0, 0)
        self.model = QComboBox()
        self.model.setAccessibleName("Model")
        self.model.setToolTip("Who writes: the model that came with the program, or one that you trained.")
        self.model.activated.connect(lambda _row: self.drawingEdited.emit("model", {"model": self.model.currentText()}))
        line.addWidget(label_of("Model", "body"), 1)
        line.addWidget(self.model)
        self._models.hide()
        return self._models

    def _fill_models(self, chosen: str) -> None:
        """Offer the music models there are; with the shipped one alone there is nothing to choose."""
        names = [model.name for model in Catalog.installed().models if model.room == "music"]
        if chosen not in names:
            names.append(chosen)
        if names != [self.model.itemText(row) for row in range(self.model.count())]:
            self.model.clear()
            self.model.addItems(names)
        self.model.setCurrentText(chosen)
        self._models.setVisible(len(names) > 1)

    def _build_more(self) -> QPushButton:
        self.more = QPushButton()
        self.more.setProperty("flat", True)
        self.more.setCheckable(True)
        self.more.setStyleSheet(LINK_STYLE)
        self.more.setToolTip("What “closely” means, in numbers.")
        self.more.toggled.connect(self._show_details)
        return self.more

    def _build_details(self, hub: ThemeHub) -> QWidget:
        self._details = QWidget()
        rows = QVBoxLayout(self._details)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        low, high = SAMPLING_LIMITS["guidance"]
        self.guidance = AskedSlider(hub, "Pull", low, high, "", 1, default=FIRST.guidance)
        self.guidance.set_lockable(False)
        self.guidance.set_columns(float(TITLE_PX), 40.0)
        self.guidance.set_hint(
            "How hard each note is pulled towards what is asked: 1 not at all, 5 with little surprise left."
        )
        self.guidance.askedCommitted.connect(
            lambda value: self.drawingEdited.emit("guidance", {"guidance": float(value)})
        )
        rows.addWidget(self.guidance)
        self.tries = self._spin("Tries of each stretch", 1, MAX_TRIES, "tries")
        rows.addLayout(
            self._line(self.tries, "Every few bars are written so many times; what follows the request best goes on.")
        )
        self.refine = self._spin("Times gone over again", 0, MAX_PASSES, "refine")
        rows.addLayout(
            self._line(self.refine, "So often all bars are gone over, and written anew where that comes nearer.")
        )
        self._show_details(False)
        return self._details

    def _spin(self, name: str, low: int, high: int, field: str) -> QSpinBox:
        made = QSpinBox()
        made.setRange(low, high)
        made.setKeyboardTracking(False)
        made.setAccessibleName(name)
        made.setMinimumWidth(72)
        made.valueChanged.connect(lambda value: self.drawingEdited.emit(field, {field: value}))
        return made

    @staticmethod
    def _line(spin: QSpinBox, hint: str) -> QHBoxLayout:
        spin.setToolTip(hint)
        title = label_of(spin.accessibleName(), "body")
        title.setToolTip(hint)
        line = QHBoxLayout()
        line.addWidget(title, 1)
        line.addWidget(spin)
        return line

    def _show_details(self, shown: bool) -> None:
        self.more.setText("In numbers ▴" if shown else "In numbers ▾")
        self._details.setVisible(shown)
        self._fit()

    def _fit(self) -> None:
        self.sheet.adjustSize()

    @property
    def hint(self) -> QLabel:
        """The sentence that says what the chosen step means."""
        return self._hint

    def width_when(self, *, short: bool) -> int:
        """The width in pixels with few words, or with all."""
        return self.fontMetrics().horizontalAdvance(self._words[int(short)]) + 22

    def set_short(self, short: bool) -> None:
        """Say less where room is short."""
        self._short = short
        self.setText(self._words[int(short)])

    def show_ask(self, ask: Ask) -> None:
        """Show the seed and the rest of `ask`; no signal."""
        with QSignalBlocker(self.seed), QSignalBlocker(self.lock):
            self.seed.setValue(min(ask.seed, SPIN_LIMIT))
            self.lock.setChecked(ask.seed_locked)
        for spin, value in ((self.candidates, ask.candidates), (self.tries, ask.tries), (self.refine, ask.refine)):
            with QSignalBlocker(spin):
                spin.setValue(value)
        self.guidance.set_asked(ask.guidance)
        self._model = ask.model
        self._show_step(ask)
        self.lock.set_icon("lock" if ask.seed_locked else "unlock")
        self.lock.set_label(
            "The seed is kept: the same takes again" if ask.seed_locked else "Keep this seed for the next takes"
        )
        seed = f"seed {ask.seed}" if ask.seed_locked else "any seed"
        known = step_of(ask.guidance, ask.tries, ask.refine)
        follows = known.title.lower() if known is not None else "by hand"
        best = f" · best of {ask.candidates}" if ask.candidates > 1 else ""
        self._words = (f"{seed} · {follows}{best}", f"seed {ask.seed}" if ask.seed_locked else follows.capitalize())
        kept = "this seed is kept" if ask.seed_locked else f"the last seed was {ask.seed}, the next is new"
        best = f", the best of {ask.candidates} is kept" if ask.candidates > 1 else ""
        words = closeness_words(ask.guidance, ask.tries, ask.refine)
        self.setToolTip(f"How takes are drawn: {kept}; what is asked is followed {words}{best}.")
        self.set_short(self._short)

    def _show_step(self, ask: Ask) -> None:
        known = step_of(ask.guidance, ask.tries, ask.refine)
        self.steps.setExclusive(False)  # set by hand, none of them is chosen
        for place, step in enumerate(STEPS):
            self.steps.button(place).setChecked(step is known)
        self.steps.setExclusive(True)
        self._hint.setText(known.hint if known is not None else BY_HAND)
        if known is None:
            self.more.setChecked(True)
        self._fit()
