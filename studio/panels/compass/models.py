"""Which picture models there are: read beside the window, for the menu of the left column."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from generators.compass.opening import look_into
from generators.compass.request import SHIPPED_MODEL
from generators.errors import AffectStudioError
from generators.runtime.catalog import Catalog, Model
from studio.panel import PanelContext

ROOM = "compass"
OWN_TITLE = "Mood landscapes"
UNCONDITIONAL = "unconditional"


@dataclass(frozen=True)
class ModelChoice:
    """A model as the menu shows it; one that `reads_text` is told in words what to paint."""

    name: str
    words: str
    shipped: bool
    reads_text: bool = False


def choice_of(model: Model) -> ModelChoice:
    """What the menu says of a model: its title and its size."""
    title = model.title or model.name
    size = f" · {model.bytes / 1e6:.0f} MB" if 0 < model.bytes < 1e9 else f" · {model.bytes / 1e9:.1f} GB"
    try:
        reads_text = look_into(model.path).family != UNCONDITIONAL
    except AffectStudioError:  # it will say what is wrong when it is used
        reads_text = False
    return ModelChoice(model.name, f"{title}{size if model.bytes else ''}", model.shipped, reads_text)


class Models(QObject):
    """Knows the models of this machine; `changed` comes when they were read."""

    changed = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.is_loaded = False
        self.choices: tuple[ModelChoice, ...] = (ModelChoice(SHIPPED_MODEL, OWN_TITLE, True),)

    def reads_text(self, name: str) -> bool:
        """Whether a model is told in words what to paint."""
        return any(choice.reads_text for choice in self.choices if choice.name == name)

    def load(self) -> None:
        """Read which models there are, beside the window."""

        def read() -> tuple[ModelChoice, ...]:
            return tuple(choice_of(model) for model in Catalog.installed().models if model.room == ROOM)

        def done(choices: tuple[ModelChoice, ...]) -> None:
            self.is_loaded = True
            if choices and choices != self.choices:
                self.choices = choices
                self.changed.emit()

        self._context.background.run(read, done)
