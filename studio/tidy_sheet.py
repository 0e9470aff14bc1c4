"""File, Tidy up: how much of a project could go, and what of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from studio.document.tidying import Spare
from studio.frame.sheet import Sheet
from studio.translation import tr
from studio.widgets.headings import label_of

WIDE_PX = 460


def size_words(size_bytes: int) -> str:
    """A size as people say it: “12 kB”, “3.4 MB”, “1.2 GB”."""
    for unit, scale, digits in (("GB", 1e9, 1), ("MB", 1e6, 1)):
        if size_bytes >= scale:
            return f"{size_bytes / scale:.{digits}f} {unit}"
    return f"{size_bytes / 1e3:.0f} kB"


class TidySheet(Sheet):
    """What a project could do without; `tidy(left)` is asked for, with what only left steps need or without it."""

    def __init__(self, name: str, spare: Spare, tidy: Callable[[bool], object], parent: QWidget) -> None:
        super().__init__(tr("Tidy up {name}").format(name=name), parent)
        self._spare = spare
        intro = label_of(
            tr("Takes, what panels remember and everything that undo and redo pass stay, whatever you choose here."),
            wraps=True,
        )
        intro.setFixedWidth(WIDE_PX)
        self.rows.addWidget(intro)
        self.certain = self._row(
            tr("Small pictures, and what nothing needs any more"),
            size_words(spare.certain_bytes),
            tr("Nothing is lost: small pictures are made again when they are shown."),
            bool(spare.certain_bytes),
        )
        self.certain.setChecked(bool(spare.certain_bytes))
        self.certain.setEnabled(False)  # it goes in any case
        steps = len(spare.left_steps)
        self.left = self._row(
            tr("1 step that was undone and left")
            if steps == 1
            else tr("{steps} steps that were undone and left").format(steps=steps),
            size_words(spare.left_bytes),
            tr("They leave the history, and what only they show is gone for good."),
            bool(steps),
        )
        self.total = label_of("", "strong")
        self.rows.addWidget(self.total)
        self.tidy = QPushButton(tr("Tidy up"))
        self.tidy.clicked.connect(lambda: (self.close(), tidy(self.left.isChecked())))
        self.left.toggled.connect(self._show_total)
        self._show_total()
        self.finish(self.tidy)

    def _row(self, title: str, size: str, meaning: str, is_there: bool) -> QCheckBox:
        box = QCheckBox(f"{title}  ({size})" if is_there else title)
        box.setEnabled(is_there)
        self.rows.addWidget(box)
        words = label_of(meaning if is_there else tr("There is nothing of this kind."), "faint", wraps=True)
        words.setFixedWidth(WIDE_PX)
        words.setContentsMargins(26, 0, 0, 0)
        box.setAccessibleDescription(words.text())
        self.rows.addWidget(words)
        return box

    def _show_total(self) -> None:
        size = self._spare.certain_bytes + (self._spare.left_bytes if self.left.isChecked() else 0)
        self.total.setText(tr("The file becomes {size} smaller.").format(size=size_words(size)))
        self.tidy.setEnabled(size > 0 or self.left.isChecked())
