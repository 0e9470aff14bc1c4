"""The left side of the compass panel: the feeling, the board of directions, and the model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from generators.affect import AffectPoint, nearest_emotion
from generators.compass.affect_proposal import SOURCES
from studio.panels.compass.board import Board
from studio.panels.compass.models import ModelChoice
from studio.panels.compass.prompt import PromptPart
from studio.panels.compass.state import Ask
from studio.panels.compass.travel_folds import TravelFolds
from studio.widgets.affect_pad import AffectPad
from studio.widgets.columns import ScrolledColumn
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import PRESETS_TOLD, IconButton
from studio.widgets.theme import ThemeHub

PROPOSED_BY = "\n".join(f"• {source.says} ({source.source})" for source in SOURCES)
RATE_YOURS = "Rate pictures on the Sort page by “What I felt” to put your own in its place."
LEAST_PAD_PX, MOST_PAD_PX = 168, 236


class AskColumn(ScrolledColumn):
    """Pad, board, folds, model.

    `pointEdited` and `pointCommitted` carry a feeling; `board` and `folds` speak for themselves. `findRequested`
    asks for a new direction, `driveRequested` that the feeling moves the picture, `modelChosen` carries a model's name.
    """

    pointEdited = Signal(object)
    pointCommitted = Signal(object)
    findRequested = Signal()
    driveRequested = Signal()
    modelChosen = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, 6, parent=parent)
        rows = self.rows
        line = QHBoxLayout()
        line.addWidget(heading("Feeling"))
        line.addStretch(1)
        self.words = label_of("", "muted")
        self.words.setAccessibleName("The feeling in words")
        line.addWidget(self.words)
        self.presets = IconButton(hub, "presets", PRESETS_TOLD, flat=True, width=24, height=20)
        line.addWidget(self.presets)
        rows.addLayout(line)
        self.pad = AffectPad(hub)
        rows.addWidget(self.pad)
        self.drive = QPushButton("Let the feeling move the picture")
        self.drive.setToolTip(f"A first proposal of valence and arousal for these landscapes:\n{PROPOSED_BY}")
        self.drive.clicked.connect(self.driveRequested)
        self.driven = label_of("", "faint", wraps=True)
        rows.addWidget(self.drive)
        rows.addWidget(self.driven)
        rows.addSpacing(8)
        line = QHBoxLayout()
        line.addWidget(heading("Directions"))
        line.addStretch(1)
        self.even = label_of("", "faint")
        line.addWidget(self.even)
        rows.addLayout(line)
        self.board = Board(hub)
        rows.addWidget(self.board)
        rows.addSpacing(4)
        self.find_direction = QPushButton("Find a direction…")
        self.find_direction.setToolTip("Sort pictures by a quality that you feel; a direction is found while you sort")
        self.find_direction.clicked.connect(self.findRequested)
        rows.addWidget(self.find_direction)
        rows.addSpacing(8)
        self.folds = TravelFolds(hub)
        rows.addWidget(self.folds)
        rows.addSpacing(4)
        rows.addWidget(heading("Model"))
        self.model = QComboBox()
        self.model.setAccessibleName("Model")
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.setMinimumContentsLength(12)
        self.model.activated.connect(lambda place: self.modelChosen.emit(str(self.model.itemData(place))))
        rows.addWidget(self.model)
        self._readers: set[str] = set()
        self.prompt = PromptPart()
        self.prompt.setVisible(False)
        rows.addSpacing(2)
        rows.addWidget(self.prompt)
        rows.addStretch(1)
        self.pad.pointEdited.connect(self._edit)
        self.pad.pointCommitted.connect(self._commit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the pad is smaller."""
        super().resizeEvent(event)
        spare = self.height() - 560
        self.pad.setFixedHeight(min(max(LEAST_PAD_PX, LEAST_PAD_PX + spare // 3), MOST_PAD_PX))

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_ask(self, ask: Ask, affect: AffectPoint) -> None:
        """Put every control where `ask` says; no signal."""
        self.board.show_ask(ask)
        self.even.setText("even steps" if any(use.reported for use in ask.uses) else "")
        self.show_affect(affect)
        self.show_model(ask.model)
        self.prompt.show_ask(ask)

    def show_drive(self, words: str, *, can_propose: bool) -> None:
        """Say how the feeling moves the picture, or offer that it does."""
        self.drive.setVisible(can_propose and not words)
        self.driven.setVisible(bool(words))
        self.driven.setText(words)
        is_proposal = "proposal" in words
        self.driven.setToolTip(f"{PROPOSED_BY}\n\n{RATE_YOURS}" if is_proposal else "As you rated pictures yourself.")

    def show_affect(self, affect: AffectPoint) -> None:
        """Put the pad where the feeling is; no signal."""
        self.pad.set_point(affect)
        self.words.setText(nearest_emotion(affect).name)

    def show_models(self, choices: Sequence[ModelChoice], current: str) -> None:
        """Show which models there are."""
        self.model.clear()
        self._readers = {choice.name for choice in choices if choice.reads_text}
        for choice in choices:
            self.model.addItem(choice.words, choice.name)
        self.show_model(current)

    def show_model(self, name: str) -> None:
        """Show which model is asked; one that is not installed is named too."""
        place = self.model.findData(name)
        if place < 0:
            self.model.addItem(name, name)
            place = self.model.count() - 1
        self.model.setCurrentIndex(place)
        self.prompt.setVisible(name in self._readers)

    def _edit(self, point: AffectPoint) -> None:
        self.show_affect(point)
        self._hub.set_point(point)
        self.pointEdited.emit(point)

    def _commit(self, point: AffectPoint) -> None:
        self.show_affect(point)
        self._hub.set_point(point)
        self.pointCommitted.emit(point)
