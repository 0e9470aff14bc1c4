"""The contract of a panel: what the window needs to know of it, and what it is given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QMimeData, QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from generators.affect import AffectPoint
from generators.artifacts import Score
from generators.engine.requests import Request
from studio.background import Background
from studio.document.model import DocumentState, Take
from studio.jobs import Jobs
from studio.playback import Playback
from studio.presets import PresetShelf
from studio.project import Project
from studio.settings import Settings
from studio.translation import mark
from studio.widgets.affect_pad import AffectPad
from studio.widgets.dragged import Dragged
from studio.widgets.overview import EMPTY_TEXT
from studio.widgets.theme import ThemeHub

FIRST_FEELING = AffectPoint(0.6, 0.55, 0.2)
"""Where a new project begins, in every panel."""


class Level(StrEnum):
    """How much a message matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Message:
    """A sentence for the user, with what can be done about it at a click.

    One with the `key` of another takes its place. Information goes by itself after a while, unless it is `lasting`.
    """

    text: str
    level: Level = Level.INFO
    action: str = ""
    act: Callable[[], object] | None = None
    key: str = ""
    lasting: bool = False

    def run(self) -> None:
        """Do what the click does."""
        if self.act is not None:
            self.act()


@dataclass(frozen=True)
class ExportChoice:
    """One way to export what a panel shows: `key` names the exporter, `suffix` has its dot."""

    key: str
    title: str
    suffix: str


@dataclass(frozen=True, eq=False)
class Timeline:
    """What the bottom of the window shows of the thing in the panel, over time.

    `bars_s` (b + 1,) are the bar lines in seconds, `beats` (b,) the number of beats in each bar. `compared` names the
    takes A and B by their letters, and `letter` is the one of them that is shown. What has no score has `duration_s`
    and `levels` (n,), how loud it is from 0 to 1 over that time.
    """

    key: str = ""
    score: Score | None = None
    tempo_bpm: float | None = None
    bars_s: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    beats: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    compared: dict[str, str] = field(default_factory=dict)
    letter: str = ""
    duration_s: float = 0.0
    levels: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to play."""
        return self.score is None and self.duration_s <= 0

    def bar_beat(self, position_s: float) -> tuple[int, int] | None:
        """The bar and beat at `position_s`, both counted from 1; None where there are no bars."""
        if len(self.bars_s) < 2:
            return None
        bar = int(np.clip(np.searchsorted(self.bars_s, position_s + 1e-9, side="right") - 1, 0, len(self.bars_s) - 2))
        begin, end = self.bars_s[bar], self.bars_s[bar + 1]
        beats = int(self.beats[bar])
        beat = int((position_s - begin) / (end - begin) * beats + 1e-6) if end > begin else 0
        return bar + 1, min(max(beat, 0), beats - 1) + 1


class Dialogs:
    """The questions that are asked in windows of their own; tests answer them in place of a person."""

    def save_path(self, parent: QWidget | None, title: str, proposed: Path, filters: Sequence[str]) -> Path | None:
        """Where to write a file; None when the user changed their mind."""
        dialog = QFileDialog(parent, title, str(proposed.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix(proposed.suffix.removeprefix("."))  # so that it asks about the file it will replace
        dialog.selectFile(proposed.name)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        return Path(chosen[0]) if chosen else None

    def open_path(self, parent: QWidget | None, title: str, folder: Path, filters: Sequence[str]) -> Path | None:
        """Which file to open; None when the user changed their mind."""
        found, _ = QFileDialog.getOpenFileName(parent, title, str(folder), ";;".join(filters))
        return Path(found) if found else None

    def folder_path(self, parent: QWidget | None, title: str, folder: Path) -> Path | None:
        """Which folder; None when the user changed their mind."""
        found = QFileDialog.getExistingDirectory(parent, title, str(folder))
        return Path(found) if found else None

    def text(self, parent: QWidget | None, title: str, label: str, proposed: str) -> str | None:
        """A line of words; None when the user changed their mind."""
        found, taken = QInputDialog.getText(parent, title, label, text=proposed)
        return found if taken else None


@dataclass(frozen=True)
class PanelContext:
    """What every panel is given: the long-lived objects of the window.

    `say` shows a message; `settings` gives the settings of now, `remember` changes some of their fields. `presets`
    are the user's of all panels, `uses` says what the other panels would do with something of this one; `open_sample`
    opens the sample scene.
    """

    hub: ThemeHub
    project: Project
    jobs: Jobs
    playback: Playback
    background: Background
    dialogs: Dialogs
    say: Callable[[Message], None]
    settings: Callable[[], Settings]
    remember: Callable[..., None]
    presets: PresetShelf
    uses: Uses = field(default_factory=lambda: Uses())
    open_sample: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Use:
    """What a panel would do with something of another: the key and title of that panel, the words for it, the deed."""

    panel: str
    title: str
    words: str
    run: Callable[[], object]


class Uses:
    """What all panels would do with something; the window fills `panels` and says how one comes to the front."""

    def __init__(self) -> None:
        self.panels: Sequence[Panel] = ()
        self.bring: Callable[[Panel], object] = lambda _panel: None

    def of(self, dragged: Dragged) -> tuple[Use, ...]:
        """The panels that would take it, but for the one it comes from."""
        found = []
        for panel in self.panels:
            words = panel.accepts_take(dragged) if panel.key != dragged.panel else ""
            if words:
                found.append(Use(panel.key, panel.title, words, functools.partial(self.give, panel, dragged)))
        return tuple(found)

    def mime_of(self, panel: str, identity: str) -> QMimeData | None:
        """What a drag of a take of `panel` carries, wherever the take is shown; None where it cannot be dragged."""
        owner = next((one for one in self.panels if one.key == panel), None)
        return owner.carry(identity) if owner is not None else None

    def asked(self, panel: str) -> Request | None:
        """What the panel of this key would ask of the engine now, None where it asks nothing."""
        owner = next((one for one in self.panels if one.key == panel), None)
        return owner.current_request() if owner is not None else None

    def show(self, panel: str) -> None:
        """Bring the panel of this key to the front."""
        owner = next((one for one in self.panels if one.key == panel), None)
        if owner is not None:
            self.bring(owner)

    def give(self, panel: Panel, dragged: Dragged) -> None:
        """Bring a panel to the front, and let it do what it said."""
        self.bring(panel)
        panel.take_dropped(dragged)


class Importer(Protocol):
    """What opens files of other programs for a panel."""

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether it can open at least one of these files, by their names: they may then be dropped on the window."""
        ...

    def open(self, paths: Sequence[Path]) -> None:
        """Open files; those that cannot be opened are told."""
        ...


class Taker(Protocol):
    """What takes in things of other panels, for one panel."""

    def accepts(self, dragged: Dragged) -> str:
        """What would happen, as a short sentence without its stop; "" refuses. It answers at once."""
        ...

    def refuses(self, dragged: Dragged) -> str:
        """Why it is refused."""
        ...

    def take(self, dragged: Dragged) -> None:
        """Do it, as one step of undo."""
        ...


class Recaller(Protocol):
    """What shows the requests and takes of a panel to others: the history, and texts that were pasted."""

    ready: SignalInstance
    """There are new pictures."""

    def show(self, request: Request, facts: Mapping[str, str]) -> bool:
        """Show `request` as the settings of the panel, as one step of undo; False where it is none of its requests.

        `facts` are those of the take that it comes from, {} for a text.
        """
        ...

    def make(self, request: Request) -> bool:
        """Make a take of `request`, which is no settings but work on something in the project; False where it cannot.

        What comes of it is told to the user.
        """
        ...

    def picture(self, take: Take) -> QPixmap | None:
        """A small picture of a take of the panel; None until it is there."""
        ...

    def copied_words(self, take: Take) -> str:
        """What the text of a take's request is good for, once it is on the clipboard."""
        ...


class Panel(QObject):
    """One workspace of the window.

    A panel has a `left`, `middle` and `right` widget, which the window puts into its frame; the bottom of the window
    shows `timeline`. It keeps its request in the document (`save_state`, `load_state`), and its takes there too. The
    window calls `activate` when it comes to the front, and hands dropped files to its `importing`, things of other
    panels to its `taking_in`; `carry` gives what a drag of one of its takes carries, None where it cannot be dragged;
    `recalling` shows its requests and takes to others.
    `nothing_plays` is said at the bottom while the timeline is empty; what it makes `runs` along there or stands still.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    available: ClassVar[bool] = True
    nothing_plays: ClassVar[str] = EMPTY_TEXT
    runs: ClassVar[bool] = True
    made_title: ClassVar[str] = mark("Takes")  # what stands on the right

    timelineChanged = Signal()
    exportsChanged = Signal()

    left: QWidget
    middle: QWidget
    right: QWidget

    importing: Importer | None = None
    taking_in: Taker | None = None
    recalling: Recaller | None = None

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.carry: Callable[[str], QMimeData | None] = lambda _identity: None

    @property
    def shown(self) -> str:
        """The id of the take in view, "" for none."""
        return ""

    @property
    def timeline(self) -> Timeline:
        """What the transport and the overview show."""
        return Timeline()

    def current_request(self) -> Request | None:
        """What would be asked of the engine now, or None where the panel asks nothing."""
        return None

    def save_state(self) -> str:
        """What the document keeps of this panel, as JSON text."""
        return "{}"

    def load_state(self, text: str) -> None:
        """Show what `save_state` gave; text of another version is read as far as it is understood."""

    def document_changed(self, state: DocumentState, action: object) -> None:
        """The document has changed by `action`, or is another one where `action` is None."""

    def exports(self) -> tuple[ExportChoice, ...]:
        """The ways in which the thing that is shown can be exported now."""
        return ()

    def export(self, choice: ExportChoice) -> None:
        """Ask where, and export what is shown."""

    def actions(self) -> tuple[QAction, ...]:
        """The panel's commands with their shortcuts, for the menu and the sheet of shortcuts."""
        return ()

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """The user wants to hear each track (by its index) at a level, 1 as it was written."""
        self.context.playback.set_levels(levels)

    def compare(self, letter: str) -> None:
        """Go to the thing that was marked with this letter, or mark the one on show with it."""

    def select(self, identity: str) -> None:
        """Bring a take of this panel into view."""

    @property
    def can_feel(self) -> bool:
        """Whether a named feeling can be given to what the panel shows now."""
        return self.left.findChild(AffectPad) is not None

    def feel(self, point: AffectPoint) -> None:
        """Move the feeling to `point`, as a hand on the first pad of the panel would."""
        pad = self.left.findChild(AffectPad)
        if isinstance(pad, AffectPad):
            pad.pointCommitted.emit(point)

    def focus_first(self) -> None:
        """Give the keyboard to the control that comes first in this panel."""

    def accepts_take(self, dragged: Dragged) -> str:
        """What would happen if `dragged` were dropped on this panel; "" refuses it."""
        return self.taking_in.accepts(dragged) if self.taking_in is not None else ""

    def refuses_take(self, dragged: Dragged) -> str:
        """Why `dragged` is not taken, where `accepts_take` refuses it."""
        return self.taking_in.refuses(dragged) if self.taking_in is not None else f"{self.title} has no use for this"

    def take_dropped(self, dragged: Dragged) -> None:
        """Do what `accepts_take` said, as one step of undo."""
        if self.taking_in is not None:
            self.taking_in.take(dragged)

    def cancel(self) -> None:
        """The user pressed Escape: end what the panel is making."""

    def activate(self) -> None:
        """The panel has come to the front."""

    def models_changed(self) -> None:
        """The user has added a model, taken one away, or holds one another way."""

    def close(self) -> None:
        """The window closes: let go of what outlives a widget."""
