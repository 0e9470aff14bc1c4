"""A whole window with a real engine that makes takes until it is killed; prints each take once it is shown."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from generators.engine.engine import Engine
from generators.engine.local import LocalEngine
from studio.app import Shell, make_application
from studio.panels.music import MusicPanel


def main() -> None:
    def make_engine() -> Engine:
        return LocalEngine(handlers="crash_handlers:REGISTRY", environment={"PYTHONPATH": sys.argv[2]})

    app = make_application()
    shell = Shell(app, make_engine=make_engine, path=Path(sys.argv[1]))
    shell.window.show()
    shell.start()
    shell.context.uses.show("music")
    music = shell.window.panel
    assert isinstance(music, MusicPanel)
    printed: set[str] = set()

    def look() -> None:
        if shell.project.document.is_untitled:  # still opening
            return
        for row in music.right.takes.rows:
            if row.busy is None and row.id not in printed:
                printed.add(row.id)
                sys.stdout.write(f"{row.id}\n")
                sys.stdout.flush()
        if not music.composing.pending:
            music.left.bars.setValue(1 + len(printed) % 7)
            music.generate(2)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(10)
    app.exec()


if __name__ == "__main__":
    main()
