"""Help, About: what this program is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata

from PySide6.QtWidgets import QPushButton, QWidget

from studio.frame.sheet import Sheet
from studio.translation import tr
from studio.widgets.headings import label_of


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return tr("not installed")


class AboutSheet(Sheet):
    """What the program is, and its licence; `credits_` opens those of what it is built on."""

    def __init__(self, parent: QWidget, credits_: Callable[[], object] = lambda: None) -> None:
        super().__init__("Affect Studio", parent)
        about = label_of(
            tr("Version {version}. Music, pictures and faces from one feeling, made on your own machine.").format(
                version=_version("affect-studio")
            )
            + "\n\n"
            + tr("Licence: Apache-2.0. What you make with it is yours, as far as the models and files you use allow.")
            + " "
            + tr("Each take tells its terms."),
            wraps=True,
        )
        about.setFixedWidth(460)
        self.rows.addWidget(about)
        more = QPushButton(tr("Licences and credits…"))
        more.clicked.connect(lambda _checked=False: credits_())
        self.finish(more)
