"""The form that asks for a download: which repository, at which commit, how large it is, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.model_download import ModelDownload, download_command
from studio.translation import tr
from studio.widgets.headings import label_of
from studio.widgets.job_list import ThinProgress
from studio.widgets.memory_bar import size_text
from studio.widgets.theme import ThemeHub

ABOUT = (
    "Only when you ask: one repository of the Hugging Face Hub, at one commit, and of it only safetensors and texts. "
    "Nothing that could run is taken."
)
BAR_PX = 512


class DownloadForm(QWidget):
    """Fields and a bar; `downloaded` carries the name of a model that is there now."""

    downloaded = Signal(str)

    def __init__(
        self,
        hub: ThemeHub,
        command: Callable[..., list[str]] = download_command,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.download = ModelDownload(command, self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(label_of(ABOUT, "muted", wraps=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self.repo = QLineEdit()
        self.repo.setPlaceholderText(tr("ORG/NAME, as its page is called"))
        self.repo.setAccessibleName(tr("Repository"))
        self.commit = QLineEdit()
        self.commit.setPlaceholderText(tr("40 digits and letters; empty for the newest"))
        self.commit.setAccessibleName(tr("Commit"))
        for row, (words, field) in enumerate((("Repository", self.repo), ("Commit", self.commit))):
            grid.addWidget(label_of(words, "body"), row, 0)
            grid.addWidget(field, row, 1)
            field.textEdited.connect(self._edited)
            field.returnPressed.connect(self._next)
        rows.addLayout(grid)
        self.told = label_of("", "muted", wraps=True)
        self.told.setAccessibleName(tr("What would be downloaded"))
        rows.addWidget(self.told)
        self.bar = ThinProgress(hub, BAR_PX)
        self.bar.hide()
        rows.addWidget(self.bar)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        self.stop = QPushButton(tr("Stop"))
        self.stop.setToolTip(tr("What has come is kept: the same download goes on where it stopped"))
        self.stop.clicked.connect(self._stop)
        self.go = QPushButton(tr("Look"))
        self.go.clicked.connect(self._next)
        line.addWidget(self.stop)
        line.addWidget(self.go)
        rows.addLayout(line)
        self._seen: tuple[str, str] | None = None
        self.download.looked.connect(self._looked)
        self.download.progressed.connect(self._progressed)
        self.download.finished.connect(self._finished)
        self.download.failed.connect(self._failed)
        self._show()

    def _asked(self) -> tuple[str, str]:
        return self.repo.text().strip(), self.commit.text().strip()

    def _edited(self) -> None:
        self._seen = None
        self._say("")
        self._show()

    def _next(self) -> None:
        if self.download.is_busy or not self.repo.text().strip():
            return
        if self._seen == self._asked():
            self.bar.set_fraction(0.0)
            self.download.start(*self._asked())
        else:
            self._say("Asking how large it is…")
            self.download.look(*self._asked())
        self._show()

    def _stop(self) -> None:
        self.download.stop()
        self._say("Stopped. What has come is kept: the same download goes on where it stopped.")
        self._show()

    def _looked(self, told: object) -> None:
        found = cast("dict[str, object]", told)
        self.commit.setText(str(found.get("commit", "")))
        self._seen = self._asked()
        files = found.get("files")
        count = len(files) if isinstance(files, list) else 0
        licence = f", licence {found['licence']}" if found.get("licence") else ", no licence is told"
        size = size_text(int(cast("int", found.get("bytes", 0))))
        self._say(f"{size} in {count} files{licence}. Press Download to get it.")
        self._show()

    def _progressed(self, done: float, total: float, file: str) -> None:
        self.bar.set_fraction(done / total if total else 1.0)
        self._say(f"{size_text(int(done))} of {size_text(int(total))}: {file}")

    def _finished(self, told: object) -> None:
        name = str(cast("dict[str, object]", told).get("name", ""))
        self._seen = None
        self._say(f"“{name}” is among your models.")
        self.repo.clear()
        self.commit.clear()
        self._show()
        self.downloaded.emit(name)

    def _failed(self, sentence: str) -> None:
        self._say(sentence)
        self._show()

    def _say(self, words: str) -> None:
        self.told.setText(words)
        self.told.setMinimumHeight(self.told.heightForWidth(BAR_PX) if words else 0)

    def _show(self) -> None:
        busy = self.download.is_busy
        is_seen = self._seen is not None and self._seen == self._asked()
        self.go.setText(tr("Download") if is_seen else tr("Look"))
        self.go.setEnabled(not busy and bool(self.repo.text().strip()))
        self.stop.setVisible(busy)
        self.bar.setVisible(busy and is_seen)
        for field in (self.repo, self.commit):
            field.setEnabled(not busy)

    def close_down(self) -> None:
        """End what runs."""
        self.download.close()
