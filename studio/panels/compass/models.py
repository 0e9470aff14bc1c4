"""Which picture models there are: read beside the window, for the menu of the left column."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from generators.compass.request import SHIPPED_MODEL
from generators.runtime.catalog import Catalog, Model
from studio.panel import PanelContext

ROOM = "compass"
OWN_TITLE = "Mood landscapes"


@dataclass(frozen=True)
class ModelChoice:
    """A model as the menu shows it."""

    name: str
    words: str
    shipped: bool


def choice_of(model: Model) -> ModelChoice:
    """What the menu says of a model: its title, its size, where it comes from."""
    title = model.title or model.name
    size = f" · {model.bytes / 1e6:.0f} MB" if 0 < model.bytes < 1e9 else f" · {model.bytes / 1e9:.1f} GB"
    return ModelChoice(
        model.name, f"{title}{size if model.bytes else ''}{' · shipped' if model.shipped else ''}", model.shipped
    )


class Models(QObject):
    """Knows the models of this machine; `changed` comes when they were read."""

    changed = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.choices: tuple[ModelChoice, ...] = (ModelChoice(SHIPPED_MODEL, OWN_TITLE, True),)

    def load(self) -> None:
        """Read which models there are, beside the window."""

        def read() -> tuple[ModelChoice, ...]:
            return tuple(choice_of(model) for model in Catalog.installed().models if model.room == ROOM)

        def done(choices: tuple[ModelChoice, ...]) -> None:
            if choices and choices != self.choices:
                self.choices = choices
                self.changed.emit()

        self._context.background.run(read, done)
