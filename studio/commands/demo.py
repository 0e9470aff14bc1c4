"""`demo`: the sample scene that comes with the program, rendered into a folder, with a picture of the window."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from generators.errors import JobCrashed, MissingDependency
from generators.runtime.folders import assets_folder
from studio.commands.asking import read_request
from studio.commands.console import OK, Console
from studio.commands.render import DEFAULT_FORMATS, prepare_folder, render_take
from studio.commands.session import EngineFactory, Session

SAMPLE = Path("samples") / "happy.request.json"
PICTURE_NAME = "window.png"
_PICTURE_LIMIT_S = 180.0
# the picture is drawn by another process, so that no Qt is loaded here
_DRAW = (sys.executable, "-m", "studio.picture")


def render_demo(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Render the sample scene, and draw the window."""
    request = read_request(assets_folder() / SAMPLE)
    folder = prepare_folder(options.out)
    with Session(start_engine) as session:
        title = "Composing the sample scene"
        take = render_take(session, request, folder, "sample", DEFAULT_FORMATS, console, title, may_replace=True)
    files = [*take.files]
    if options.window:
        files.append(draw_window(folder / PICTURE_NAME, take.files[0], console))
        console.say(str(files[-1]))
    console.tell({"files": [str(path) for path in files]})
    return OK


def draw_window(path: Path, midi: Path, console: Console) -> Path:
    """Draw the window, with the take of a MIDI file in it, into a PNG file.

    Raises:
        MissingDependency: Qt does not start.
        JobCrashed: the window could not be drawn.
    """
    command = [*_DRAW, str(path), "--take", str(midi)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    path.unlink(missing_ok=True)
    with console.stage("Drawing the window"):
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=_PICTURE_LIMIT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise JobCrashed("The picture of the window was not drawn within three minutes: try again.") from error
    last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
    if "ImportError" in last or "could not load the Qt platform plugin" in last:
        raise MissingDependency(f"Qt does not start here ({last}): run `affect-studio doctor` to see what is missing.")
    if done.returncode or not path.is_file():
        raise JobCrashed(f"The picture of the window was not drawn ({last}): run `affect-studio doctor`.")
    return path
