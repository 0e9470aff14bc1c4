"""`demo`: the sample scene that comes with the program, rendered into a folder, with a picture of the window."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from generators.errors import JobCrashed, MissingDependency
from studio.commands.console import OK, Console
from studio.commands.render import prepare_folder
from studio.commands.scene import render_project, sample_project
from studio.commands.session import EngineFactory

SCENE_NAME, PICTURE_NAME = "scene", "window.png"
_PICTURE_LIMIT_S = 180.0
# the picture is drawn by another process, so that no Qt is loaded here
_DRAW = (sys.executable, "-m", "studio.picture")


def render_demo(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Render the sample scene, and draw the window with it."""
    folder = prepare_folder(options.out)
    with tempfile.TemporaryDirectory(prefix="affect-studio-", ignore_cleanup_errors=True) as name:
        kept = Path(name) / sample_project().name if options.window else None
        told = render_project(
            sample_project(), folder / SCENE_NAME, console, start_engine, may_replace=True, kept=kept, is_told=False
        )
        if kept is not None:
            told["files"].append(str(draw_window(folder / PICTURE_NAME, kept, console)))
            console.say(told["files"][-1])
    console.tell(told)
    return OK


def draw_window(path: Path, project: Path, console: Console) -> Path:
    """Draw the window, with the scene of a project in it, into a PNG file.

    Raises:
        MissingDependency: Qt does not start.
        JobCrashed: the window could not be drawn.
    """
    command = [*_DRAW, str(path), "--project", str(project), "--panel", "scene", "--playhead", "0.6"]
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
