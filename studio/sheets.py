"""Help, About: what this program is made of."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.frame.sheet import Sheet
from studio.translation import mark, tr
from studio.widgets.headings import heading, label_of

LIBRARIES = (
    ("PySide6", "LGPL-3.0", mark("the window")),
    ("torch", "BSD-3-Clause", mark("the networks")),
    ("diffusers", "Apache-2.0", mark("picture models")),
    ("transformers", "Apache-2.0", mark("reading of prompts")),
    ("huggingface_hub", "Apache-2.0", mark("downloads you ask for")),
    ("numpy", "BSD-3-Clause", mark("the numbers")),
    ("safetensors", "Apache-2.0", mark("weights and results")),
    ("tinysoundfont", "MIT", mark("the synthesiser")),
    ("pretty_midi", "MIT", mark("the SoundFont that comes with it")),
    ("soundfile", "BSD-3-Clause", mark("sound files")),
    ("msgspec", "BSD-3-Clause", mark("requests")),
    ("platformdirs", "MIT", mark("folders")),
    ("psutil", "BSD-3-Clause", mark("memory figures")),
)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return tr("not installed")


class AboutSheet(Sheet):
    """What the program is, its licence, and those of what it is built on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Affect Studio", parent)
        about = label_of(
            tr("Version {version}. Music, pictures and faces from one feeling, made on your own machine.").format(
                version=_version("affect-studio")
            )
            + "\n"
            + tr("Licence: Apache-2.0. What you make with it is yours; the cards of the models name their sources."),
            wraps=True,
        )
        about.setFixedWidth(460)
        self.rows.addWidget(about)
        self.rows.addWidget(heading(tr("Built on")))
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(16)
        for row, (name, licence, purpose) in enumerate(LIBRARIES):
            for column, (text, role) in enumerate(
                ((f"{name} {_version(name)}", ""), (licence, "muted"), (tr(purpose), "muted"))
            ):
                grid.addWidget(label_of(text, role), row, column)
        self.rows.addLayout(grid)
        self.finish()
