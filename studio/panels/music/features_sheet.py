"""The page of the hundred finer features: each free or asked for, beside what the take in view measures."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from generators.music.jsymbolic import FEATURES
from generators.music.jsymbolic.feature import Feature
from studio.panels.music.asked import FREE
from studio.widgets.headings import label_of
from studio.widgets.theme import font
from studio.widgets.value_entry import parse_number

NAME, MEASURED, ASKED = range(3)
LEAD = (
    "Measures of detail from music research. Leave them free, or type what you want into the last column: the composer "
    "comes as near as the music allows."
)


def title_of(feature: Feature) -> str:
    """The name of a feature in an artist's spelling: "Melodic Interval Histogram_4" is "Melodic interval 4"."""
    words = re.sub(r" Histogram_(\d+)$", r" \1", feature.name).replace("_", " ")
    return words[:1] + words[1:].lower().replace("bpm", "BPM")


def figure(value: float) -> str:
    """A value as short as it can be read."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e6 else f"{value:.3g}"


class FeaturesSheet(QDialog):
    """A list that can be searched; `asked` carries a feature's name and a float, or None where it was set free."""

    asked = Signal(str, object)
    allFreed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, float] = {}
        self.setWindowTitle("Finer features")
        self.resize(560, 620)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 14)
        rows.setSpacing(10)
        rows.addWidget(label_of("Finer features", "title"))
        rows.addWidget(label_of(LEAD, wraps=True))
        line = QHBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the features")
        self.search.textChanged.connect(self._filter)
        self.only_asked = QCheckBox("Asked only")
        self.only_asked.toggled.connect(self._filter)
        line.addWidget(self.search, 1)
        line.addWidget(self.only_asked)
        rows.addLayout(line)
        rows.addWidget(self._build_list(), 1)
        self._told = label_of("", "faint", wraps=True)
        rows.addWidget(self._told)
        foot = QHBoxLayout()
        self.take_over = QPushButton("Ask for what was measured")
        self.take_over.setToolTip("Ask for the chosen features as the take in view has them.")
        self.take_over.clicked.connect(self._take_over)
        self.free = QPushButton("Set all free")
        self.free.clicked.connect(self.allFreed)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        for button in (self.take_over, self.free):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(close)
        for button in (self.take_over, self.free, close):
            button.setAutoDefault(False)
        rows.addLayout(foot)
        self._choose()

    def _build_list(self) -> QTreeWidget:
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Feature", "Measured", "Asked"])
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(0)
        self.list.setStyleSheet("QTreeView::item { min-height: 24px; }")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.list.setAccessibleName("Finer features")
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (MEASURED, ASKED):
            self.list.header().resizeSection(column, 96)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.list.headerItem().setTextAlignment(column, right)
        self.items: dict[str, QTreeWidgetItem] = {}
        self._by_name = {feature.name: feature for feature in FEATURES}
        groups: dict[str, QTreeWidgetItem] = {}
        for feature in FEATURES:
            if feature.family not in groups:
                group = QTreeWidgetItem([feature.family.upper()])
                group.setFont(NAME, font("heading"))
                group.setForeground(NAME, self.palette().placeholderText())
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFirstColumnSpanned(True)
                groups[feature.family] = group
                self.list.addTopLevelItem(group)
                group.setExpanded(True)
            item = QTreeWidgetItem([title_of(feature), "", ""])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
            item.setData(NAME, Qt.ItemDataRole.UserRole, feature.name)
            item.setToolTip(NAME, self._hint(feature))
            for column in (MEASURED, ASKED):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            groups[feature.family].addChild(item)
            self.items[feature.name] = item
        self.list.itemChanged.connect(self._edited)
        self.list.itemDoubleClicked.connect(lambda item, _column: self.list.editItem(item, ASKED))
        self.list.itemSelectionChanged.connect(self._choose)
        return self.list

    @staticmethod
    def _hint(feature: Feature) -> str:
        first = " ".join(feature.description.split("\n\n")[0].split())
        bounds = f"from {figure(feature.low)} on" if feature.high == float("inf") else (
            f"{figure(feature.low)} to {figure(feature.high)}"
        )  # fmt: skip
        unit = f" {feature.unit}" if feature.unit else ""
        return f"<p>{html.escape(feature.name)}: {html.escape(first)}</p><p>{bounds}{unit}</p>"

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_asked(self, asked: Mapping[str, float]) -> None:
        """Show what is asked; no signal."""
        self._values = dict(asked)
        with QSignalBlocker(self.list):
            for name, item in self.items.items():
                item.setText(ASKED, figure(asked[name]) if name in asked else FREE)
                item.setForeground(ASKED, self.palette().text() if name in asked else self.palette().placeholderText())
        count = len(asked)
        self._told.setText(f"{count} asked for." if count else "All are free.")
        self.free.setEnabled(count > 0)
        self._filter()

    def show_measured(self, measured: Mapping[str, float]) -> None:
        """Show what the take in view measures, or nothing; no signal."""
        with QSignalBlocker(self.list):
            for name, item in self.items.items():
                item.setText(MEASURED, figure(measured[name]) if name in measured else "")
        self._choose()

    def _filter(self, _of: object = None) -> None:
        words = self.search.text().casefold().split()
        for row in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(row)
            shown = 0
            for place in range(group.childCount() if group is not None else 0):
                item = group.child(place) if group is not None else None
                if item is None:
                    continue
                name = str(item.data(NAME, Qt.ItemDataRole.UserRole))
                text = f"{item.text(NAME)} {name} {self._by_name[name].family}".casefold()
                hidden = not all(word in text for word in words)
                hidden = hidden or (self.only_asked.isChecked() and item.text(ASKED) == FREE)
                item.setHidden(hidden)
                shown += not hidden
            if group is not None:
                group.setHidden(not shown)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[QTreeWidgetItem]:
        return [item for item in self.list.selectedItems() if item.text(MEASURED)]

    def _choose(self) -> None:
        self.take_over.setEnabled(bool(self._chosen()))

    def _take_over(self) -> None:
        for item in self._chosen():
            item.setText(ASKED, item.text(MEASURED))

    def _edited(self, item: QTreeWidgetItem, column: int) -> None:
        name = item.data(NAME, Qt.ItemDataRole.UserRole)
        if column != ASKED or name is None:
            return
        feature, text = self._by_name[str(name)], item.text(ASKED).strip()
        if not text or text == FREE:
            self.asked.emit(feature.name, None)
            return
        value = parse_number(text)
        if value is None:  # no number: what was asked before stays
            self.show_asked(self._values)
        else:
            self.asked.emit(feature.name, min(max(value, feature.low), feature.high))
