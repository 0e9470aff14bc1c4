"""File, Settings: every setting in one sheet, in force as soon as it is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from studio.frame.search import Wording, score
from studio.frame.settings_table import FILES, ROWS, Row
from studio.frame.sheet import Sheet
from studio.panel import PanelContext
from studio.settings import Settings
from studio.translation import tr
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.theme import font

Choices = Callable[[], Sequence[tuple[Any, str]]]
DEFAULTS = Settings()
TITLE_PX, CONTROL_PX = 216, 250
LEAST_FIT = 0.4


class SettingLine(QWidget):
    """One setting with its control and a button that puts it back; `shown` follows what is remembered."""

    def __init__(
        self, row: Row, context: PanelContext, choices: Choices | None, calibrate: Callable[[], object]
    ) -> None:
        super().__init__()
        self.row = row
        self._context = context
        self._calibrate = calibrate
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        title = label_of(tr(row.title), "", wraps=True)
        title.setFixedWidth(TITLE_PX)
        grid.addWidget(title, 0, 0)
        self.control = self._make(choices)
        self.control.setAccessibleName(tr(row.title))
        if row.kind == "delay":
            self.tune = QPushButton(tr("Calibrate…"))
            self.tune.setAutoDefault(False)
            self.tune.clicked.connect(calibrate)
            beside = QHBoxLayout()
            beside.setSpacing(12)
            beside.addWidget(self.control, 1)
            beside.addWidget(self.value)
            beside.addWidget(self.tune)
            grid.addLayout(beside, 0, 1)
        elif row.kind == "percent":
            beside = QHBoxLayout()
            beside.setSpacing(12)
            beside.addWidget(self.control, 1)
            beside.addWidget(self.value)
            grid.addLayout(beside, 0, 1)
        else:
            grid.addWidget(self.control, 0, 1)
        self.reset = IconButton(context.hub, "reset", tr("Reset"), flat=True, width=26, height=26)
        self.reset.setAccessibleName(tr("Reset {setting}").format(setting=tr(row.title)))
        self.reset.clicked.connect(lambda: self._set(getattr(DEFAULTS, row.field)))
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing moves when a setting is put back
        self.reset.setSizePolicy(policy)
        grid.addWidget(self.reset, 0, 2)
        told = [tr(row.hint)] if row.hint else []
        if row.needs_start:
            told.append(tr("In force from the next start on."))
        if told:
            hint = label_of(" ".join(told), "faint", wraps=True)
            self.control.setAccessibleDescription(" ".join(told))
            grid.addWidget(hint, 1, 1)
        self.show_value()

    def _make(self, choices: Choices | None) -> QWidget:
        match self.row.kind:
            case "choice":
                box = QComboBox()
                for value, words in choices() if choices is not None else ():
                    box.addItem(words, value)
                box.activated.connect(lambda place: self._set(box.itemData(place)))
                return box
            case "toggle":
                tick = QCheckBox()
                tick.clicked.connect(lambda: self._set(tick.isChecked()))
                return tick
            case "folder":
                button = QPushButton()
                button.setAutoDefault(False)
                button.clicked.connect(self._ask_folder)
                return button
            case "percent" | "delay":
                return self._make_slider()

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        low, high = (0, 100) if self.row.kind == "percent" else (-100, 400)
        slider.setRange(low, high)
        slider.setPageStep(10)
        factor = 0.01 if self.row.kind == "percent" else 1.0
        slider.valueChanged.connect(lambda value: self._set(value * factor))
        self.value = label_of("", "")
        self.value.setFont(font("figures"))
        self.value.setMinimumWidth(52)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return slider

    def _set(self, value: object) -> None:
        self._context.remember(**{self.row.field: value})
        self.show_value()

    def _ask_folder(self) -> None:
        last = Path(getattr(self._context.settings(), self.row.field) or Path.home())
        found = self._context.dialogs.folder_path(self.window(), tr(self.row.title), last)
        if found is not None:
            self._set(str(found))

    def show_value(self) -> None:
        """Show what is remembered; no signal."""
        value = getattr(self._context.settings(), self.row.field)
        control = self.control
        with QSignalBlocker(control):
            if isinstance(control, QComboBox):
                place = control.findData(value)
                if place < 0:  # a device that is unplugged, say: it is kept, and named as far as it is known
                    control.addItem(tr("{name} (not there now)").format(name=value), value)
                    place = control.count() - 1
                control.setCurrentIndex(place)
            elif isinstance(control, QCheckBox):
                control.setChecked(bool(value))
                control.setText(tr("On") if value else tr("Off"))
            elif isinstance(control, QSlider):
                percent = self.row.kind == "percent"
                control.setValue(round(value * 100) if percent else round(value))
                self.value.setText(
                    f"{control.value()} %" if percent else tr("{value} ms").format(value=control.value())
                )
            elif isinstance(control, QPushButton):
                folder = str(value) if value else tr("your own folder")
                shown = control.fontMetrics().elidedText(folder, Qt.TextElideMode.ElideMiddle, CONTROL_PX)
                control.setText(shown)
                control.setToolTip(folder)
        self.reset.setVisible(value != getattr(DEFAULTS, self.row.field))


class FolderLine(QWidget):
    """A folder that is told and can be looked into; it is chosen elsewhere."""

    def __init__(self, title: str, folder: Path, hint: str) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        name = label_of(title, "", wraps=True)
        name.setFixedWidth(TITLE_PX)
        self.place = label_of("", "muted")
        self.place.setText(
            self.place.fontMetrics().elidedText(str(folder), Qt.TextElideMode.ElideMiddle, CONTROL_PX - 20)
        )
        self.place.setToolTip(str(folder))
        self.show_it = QPushButton(tr("Show folder"))
        self.show_it.setAutoDefault(False)
        self.show_it.setAccessibleDescription(str(folder))
        self.show_it.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.place, 0, 1)
        grid.addWidget(self.show_it, 0, 2)
        grid.addWidget(label_of(hint, "faint", wraps=True), 1, 1)


class SettingsSheet(Sheet):
    """`choices` gives what a setting can be, by its field; `restart` starts the program again, with this project."""

    def __init__(
        self,
        context: PanelContext,
        choices: dict[str, Choices],
        calibrate: Callable[[], object],
        restart: Callable[[], object],
        started_with: Settings,
        untitled: Path,
        parent: QWidget,
    ) -> None:
        super().__init__(tr("Settings"), parent)
        self._context = context
        self._started_with = started_with
        self.search = self.add_search(tr("Search settings"))
        self.search.textChanged.connect(self._filter)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        self.lines: dict[str, SettingLine] = {}
        self._headings: dict[str, QLabel] = {}
        for row in ROWS:
            if row.section not in self._headings:
                if self._headings:
                    column.addSpacing(8)
                self._headings[row.section] = heading(tr(row.section))
                column.addWidget(self._headings[row.section])
            self.lines[row.field] = SettingLine(row, context, choices.get(row.field), calibrate)
            column.addWidget(self.lines[row.field])
        self.untitled = FolderLine(
            tr("Projects without a name"), untitled, tr("Kept here until you give them one, also over a crash.")
        )
        column.addWidget(self.untitled)
        column.addStretch(1)
        self.add_scrolled(inside)
        self.nothing = label_of(tr("No setting is called that."), "muted")
        self.nothing.hide()
        self.rows.insertWidget(1, self.nothing)
        self.restart = QPushButton(tr("Start again now"))
        self.restart.setToolTip(tr("Everything is kept; the window comes back with this project"))
        self.restart.clicked.connect(restart)
        self.finish(self.restart)
        self.fit(660, 720)
        self.follow()

    def follow(self) -> None:
        """Show what is remembered now, wherever it was changed."""
        for line in self.lines.values():
            line.show_value()
        settings = self._context.settings()
        waiting = [row.field for row in ROWS if row.needs_start]
        changed = any(getattr(settings, field) != getattr(self._started_with, field) for field in waiting)
        self.restart.setVisible(changed)

    def go_to(self, field: str) -> None:
        """Give the keyboard to one setting."""
        self.search.clear()
        self.lines[field].control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _filter(self, words: str) -> None:
        shown: dict[str, bool] = dict.fromkeys(self._headings, False)
        for line in self.lines.values():
            row = line.row
            wording = Wording(tr(row.title), f"{tr(row.section)} {tr(row.others) if row.others else ''}")
            fits = not words.strip() or score(words, wording) > LEAST_FIT
            line.setVisible(fits)
            shown[row.section] = shown[row.section] or fits
        for section, label in self._headings.items():
            label.setVisible(shown[section])
        self.untitled.setVisible(shown[FILES])
        self.nothing.setVisible(not any(shown.values()))
