"""A whole window with a real engine that works by chance until it is killed, and says what is safe by now.

Usage: crash_studio.py PROJECT EXPORTS PYTHONPATH SEED. It prints JSON lines: {"ready": true} when all that a start does
is done, and then waits for a line. From then on it works, and prints {"safe": digest} for the state after each step
that was acknowledged, {"takes": ids} for the takes shown, and {"told": text} for each message.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from generators.artifacts import digest
from generators.engine.engine import Engine
from generators.engine.local import LocalEngine
from studio.app import Shell, Signals, make_application
from studio.document.model import DocumentState, RemoveTake, RenameTake, SetPanelState, StarTake
from studio.panel import Dialogs
from studio.panels.music import MusicPanel


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def digest_of(state: DocumentState) -> str:
    return digest(msgspec.json.encode(state, order="deterministic"))


class Answers(Dialogs):
    """Every export goes to a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def save_path(self, parent: QWidget | None, title: str, proposed: Path, filters: Sequence[str]) -> Path | None:
        self._count += 1
        return self._folder / f"{self._count} {proposed.name}"


def is_safe(state: DocumentState) -> None:
    """A step was acknowledged with this state after it."""
    say(safe=digest_of(state))


class Worker:
    """Does one thing of many each time it is asked."""

    def __init__(self, shell: Shell, exports: Path, dice: random.Random) -> None:
        self._shell = shell
        self._exports = exports
        self._dice = dice
        panel = next(panel for panel in shell.window.panels if isinstance(panel, MusicPanel))
        self._music = panel

    def act(self) -> None:
        project, dice = self._shell.project, self._dice
        takes = project.state.takes
        take = dice.choice(takes) if takes else None
        match dice.randrange(12) if take is not None else 0:
            case 0 | 1 | 2 if not self._music.composing.pending:
                self._music.left.bars.setValue(dice.randint(1, 8))
                self._music.generate(dice.randint(1, 3))
            case 3 if take is not None:
                project.perform(RenameTake(take.id, f"name {dice.random()}"), done=is_safe)
            case 4 if take is not None:
                project.perform(StarTake(take.id, not take.starred), done=is_safe)
            case 5 if take is not None and len(takes) > 3:
                project.perform(RemoveTake(take.id), done=is_safe)
            case 6:
                project.perform(SetPanelState("scene", json.dumps({"value": dice.random()})), done=is_safe)
            case 7:
                self._shell.background.watch(project.document.undo(), is_safe)
            case 8:
                self._shell.background.watch(project.document.redo(), is_safe)
            case 9:
                project.save_copy(self._exports / f"copy {dice.randint(1, 3)}.affect")
            case 10:
                project.history(lambda steps: project.go_to(dice.choice(steps[-6:]).id, is_safe))
            case _:
                choices = self._music.exports()
                if choices:
                    self._music.export(dice.choice(choices))


def main() -> None:
    project, exports, path, seed = sys.argv[1:5]

    def make_engine() -> Engine:
        return LocalEngine(handlers="crash_handlers:REGISTRY", environment={"PYTHONPATH": path})

    app = make_application()
    app.setQuitOnLastWindowClosed(False)
    shell = Shell(app, make_engine=make_engine, path=Path(project), dialogs=Answers(Path(exports)))
    signals = Signals(app.quit)
    shell.messages.said.connect(lambda message: say(told=message.text))
    shell.window.show()
    shell.start()
    worker = Worker(shell, Path(exports), random.Random(seed))
    is_working = False

    def changed(state: DocumentState, _action: object) -> None:
        if is_working:
            say(takes=[take.id for take in state.takes])

    def look() -> None:
        nonlocal is_working
        if is_working:
            worker.act()
            return
        status = shell.window.status.engine.text()
        if not shell.project.document.is_untitled and status == "Engine ready" and shell.files.has_looked:
            say(ready=True)
            sys.stdin.readline()
            is_working = True

    shell.project.changed.connect(changed)
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(15)
    app.exec()
    timer.stop()
    shell.window.hide()
    shell.close()
    signals.close()


if __name__ == "__main__":
    main()
