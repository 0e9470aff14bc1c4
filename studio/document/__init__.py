"""The project file: what it holds (`model`), how it is kept (`document`), and what a crash left (`recovery`)."""

from studio.document.document import Document
from studio.document.history import BEGINNING, StepInfo
from studio.document.model import (
    Action,
    AddTakes,
    DocumentState,
    EditTake,
    MoveTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    StarTake,
    Take,
)
from studio.document.recovery import Recoverable, recoverable

__all__ = [
    "BEGINNING",
    "Action",
    "AddTakes",
    "Document",
    "DocumentState",
    "EditTake",
    "MoveTake",
    "Recoverable",
    "RemoveTake",
    "RenameTake",
    "SetPanelState",
    "SetTitle",
    "StarTake",
    "StepInfo",
    "Take",
    "recoverable",
]
