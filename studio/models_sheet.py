"""File, Models: which models there are, those that the user added, how they are held in memory, and how to get more."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from generators.compass.own_models import check_free, refer
from generators.errors import AffectStudioError
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import models_folder
from generators.runtime.references import Reference, remove_reference, write_reference
from studio.model_download import download_command
from studio.model_download_form import DownloadForm
from studio.panel import PanelContext
from studio.translation import tr
from studio.widgets.headings import heading, label_of
from studio.widgets.memory_bar import size_text

WIDTH_PX, MARGIN_PX, LIST_PX, ROW_PX = 560, 24, 168, 28
ROOMS = {"music": "Music", "compass": "Compass", "face": "Face"}
DTYPES = (
    ("", "What suits the machine"),
    ("float32", "Single precision (float32)"),
    ("float16", "Half precision (float16)"),
    ("bfloat16", "Half precision, wide range (bfloat16)"),
)
OFFLOADS = (
    ("", "All of it at once"),
    ("parts", "Part by part, on a GPU"),
    ("layers", "Layer by layer, on a GPU: least memory, slowest"),
)
SAMPLERS = (
    ("", "As it came"),
    ("turbo", "Few steps: Turbo, Lightning and the like"),
    ("lcm", "Few steps: latent consistency (LCM)"),
)
FILTERS = ("Models (*.safetensors *.ckpt *.bin)", "All files (*)")
_NAME = Qt.ItemDataRole.UserRole


class ModelsSheet(QDialog):
    """`changed` comes when a model was added, taken away, or is held another way."""

    changed = Signal()

    def __init__(
        self, context: PanelContext, parent: QWidget | None, command: Callable[..., list[str]] = download_command
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._models: dict[str, Model] = {}
        self._shown: Model | None = None
        self._is_open = True
        self.setWindowTitle(tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN_PX, 20, MARGIN_PX, 16)
        rows.setSpacing(10)
        rows.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # as high as what is shown
        rows.addWidget(label_of(tr("Models"), "title"))
        rows.addWidget(
            label_of(
                tr(
                    "Picture models of your own stay where they are. A folder in the form of diffusers is one, and so "
                    "is a single safetensors file of Stable Diffusion 1, 2 or XL."
                ),
                "muted",
                wraps=True,
            )
        )
        self.list = QListWidget()
        self.list.setFixedSize(WIDTH_PX - 2 * MARGIN_PX, LIST_PX)
        self.list.setAccessibleName(tr("Models"))
        self.list.setUniformItemSizes(True)
        self.list.currentItemChanged.connect(lambda item, _before: self._show(item))
        rows.addWidget(self.list)
        rows.addLayout(self._build_adding())
        self.told = label_of("", "muted", wraps=True)
        self.told.setAccessibleName(tr("What happened"))
        self.told.hide()
        rows.addWidget(self.told)
        self.form = DownloadForm(context.hub, command)
        self.form.hide()
        self.form.downloaded.connect(self._downloaded)
        rows.addWidget(self.form)
        rows.addWidget(self._build_details())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        rows.addWidget(buttons)
        self.read()

    def _build_adding(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.add_folder = QPushButton(tr("Add a folder…"))
        self.add_folder.clicked.connect(self._ask_folder)
        self.add_file = QPushButton(tr("Add a file…"))
        self.add_file.clicked.connect(self._ask_file)
        self.show_download = QPushButton(tr("Download…"))
        self.show_download.setCheckable(True)
        self.show_download.toggled.connect(self._toggle_form)
        for button in (self.add_folder, self.add_file, self.show_download):
            button.setAutoDefault(False)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _build_details(self) -> QWidget:
        self.details = QWidget()
        grid = QGridLayout(self.details)
        grid.setContentsMargins(0, 6, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self._heading = heading("")
        self.place = label_of("", "muted", wraps=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dtype = _choice("Computes in", DTYPES)
        self.offload = _choice("In memory", OFFLOADS)
        self.sampler = _choice("Taught for", SAMPLERS)
        self._choices = (("Computes in", self.dtype), ("In memory", self.offload), ("Taught for", self.sampler))
        for _words, combo in self._choices:
            combo.activated.connect(lambda _row: self._hold())
        self.remove = QPushButton(tr("Remove from the list"))
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self._remove)
        self._held: list[QWidget] = [self.dtype, self.offload, self.sampler, self.remove]
        grid.addWidget(self._heading, 0, 0, 1, 2)
        grid.addWidget(self.place, 1, 0, 1, 2)
        for row, (words, combo) in enumerate(self._choices, 2):
            label = label_of(words, "body")
            self._held.append(label)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)
        grid.addWidget(self.remove, 5, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        self.details.hide()
        return self.details

    # -- what there is -------------------------------------------------------------------------------------------------

    def read(self, choose: str = "") -> None:
        """Read which models there are, beside the window, and choose one."""

        def done(models: tuple[Model, ...]) -> None:
            if self._is_open:
                self._fill(models, choose)

        self._context.background.run(lambda: Catalog.installed().models, done, self._failed)

    def _fill(self, models: tuple[Model, ...], choose: str) -> None:
        wanted = choose or (self._shown.name if self._shown is not None else "")
        self._models = {model.name: model for model in models}
        with QSignalBlocker(self.list):
            self.list.clear()
            for model in sorted(models, key=lambda model: (model.shipped, model.room, model.name)):
                origin = "came with the program" if model.shipped else model.title
                words = f"{model.name}   {ROOMS.get(model.room, model.room)} · {size_text(model.bytes)} · {origin}"
                row = QListWidgetItem(words)
                row.setData(_NAME, model.name)
                row.setSizeHint(QSize(0, ROW_PX))
                row.setToolTip(model.title)
                self.list.addItem(row)
                if model.name == wanted:
                    self.list.setCurrentItem(row)
        self._show(self.list.currentItem())

    def _show(self, item: QListWidgetItem | None) -> None:
        model = self._models.get(str(item.data(_NAME))) if item is not None else None
        self._shown = model
        self.details.setVisible(model is not None)
        if model is not None:
            self._heading.setText(model.name.upper())
            licence = f"Licence: {model.licence}." if model.licence else "Its licence is not told."
            entry = model.reference
            where = f"Downloaded from {entry.origin}." if entry is not None and entry.origin else model.file
            self.place.setText(f"{model.title}\n{where}\n{licence}")
            fit_height(self.place)
            for widget in self._held:
                widget.setVisible(entry is not None)
            if entry is not None:
                self.dtype.setCurrentIndex(max(0, self.dtype.findData(entry.dtype)))
                self.offload.setCurrentIndex(max(0, self.offload.findData(entry.offload)))
                self.sampler.setCurrentIndex(max(0, self.sampler.findData(entry.sampler)))
                self.remove.setText(tr("Remove, with its files") if entry.origin else tr("Remove from the list"))

    # -- what is done --------------------------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        path = self._context.dialogs.folder_path(self, "Add a picture model", Path.home())
        if path is not None:
            self.add(path)

    def _ask_file(self) -> None:
        path = self._context.dialogs.open_path(self, "Add a picture model", Path.home(), FILTERS)
        if path is not None:
            self.add(path)

    def add(self, path: Path) -> None:
        """Look into a folder or file and keep an entry for it."""

        def work() -> Reference:
            entry = refer(path)
            check_free(entry.name, models_folder(), Catalog.installed())
            write_reference(models_folder(), entry)
            return entry

        self._say(f"Looking into {path.name}…")
        self._context.background.run(work, self._added, self._failed)

    def _added(self, entry: Reference) -> None:
        if self._is_open:
            self._say(f"“{entry.name}” is among your models: {entry.title}.")
            self.read(entry.name)
            self.changed.emit()

    def _hold(self) -> None:
        if self._shown is None or self._shown.reference is None:
            return
        entry = msgspec.structs.replace(
            self._shown.reference,
            dtype=str(self.dtype.currentData()),
            offload=str(self.offload.currentData()),
            sampler=str(self.sampler.currentData()),
        )
        work = functools.partial(write_reference, models_folder(), entry)
        self._context.background.run(work, lambda _path: self._changed(entry.name), self._failed)

    def _remove(self) -> None:
        if self._shown is None or self._shown.reference is None:
            return
        entry = self._shown.reference
        stays = "Its files are gone, too." if entry.origin else f"Its files stay in {entry.path}."
        work = functools.partial(remove_reference, models_folder(), entry)

        def done(_nothing: None) -> None:
            self._say(f"“{entry.name}” is removed. {stays}")
            self._changed("")

        self._context.background.run(work, done, self._failed)

    def _changed(self, name: str) -> None:
        if self._is_open:
            self.read(name)
            self.changed.emit()

    def _downloaded(self, name: str) -> None:
        self._changed(name)

    def _toggle_form(self, on: bool) -> None:
        self.form.setVisible(on)
        if on:
            self.form.repo.setFocus()

    def _failed(self, error: BaseException) -> None:
        if not self._is_open:
            return
        if not isinstance(error, AffectStudioError):
            raise error
        self._say(error.message)

    def _say(self, words: str) -> None:
        if self._is_open:
            self.told.setText(words)
            fit_height(self.told)
            self.told.show()

    def done(self, result: int) -> None:
        """Close, and end a download; what has come stays."""
        self._is_open = False
        self.form.close_down()
        super().done(result)


def fit_height(label: QLabel) -> None:
    """As high as its words need in the width of the sheet: a dialog that fits itself does not ask wrapped labels."""
    label.setMinimumHeight(label.heightForWidth(WIDTH_PX - 2 * MARGIN_PX))


def _choice(name: str, choices: tuple[tuple[str, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for key, words in choices:
        combo.addItem(words, key)
    return combo
