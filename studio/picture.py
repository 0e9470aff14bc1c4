"""Pictures of the window without a screen: for machines that have none, and for the documentation.

`python -m studio.picture OUT.png --take FILE.mid …` draws one in a process of its own, with `--panel face --line VOICE
HEARD CURVES` one of the face panel.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators import artifacts
from generators.errors import AffectStudioError, BadInput, MissingDependency

if TYPE_CHECKING:  # Qt is imported only after its platform was chosen
    from generators.engine.engine import Engine
    from studio.app import Shell

WAIT_S = 20.0
HEAD_WAIT_S = 90.0
SETTLE_S = 0.4
_WITHOUT_ENGINE = "A picture of the window has no engine."


@dataclass(frozen=True)
class ShownTake:
    """A take to put into the picture: a MIDI file that was exported, or an artifact file of the engine."""

    path: Path
    name: str
    starred: bool = False


@dataclass(frozen=True)
class ShownLine:
    """A line of the face panel to put into the picture.

    `voice` is its sound file, `heard` and `curves` are the artifact files that the engine made of it.
    """

    voice: Path
    heard: Path
    curves: Path


@dataclass(frozen=True)
class Picture:
    """What is drawn: `size` in points, the playhead at a fraction of the take in view, a step of the tour (0: none)."""

    size: tuple[int, int] = (1440, 900)
    theme: str = "dark"
    panel: str = "music"
    playhead: float = 0.4
    project: Path | None = None
    takes: Sequence[ShownTake] = ()
    lines: Sequence[ShownLine] = ()
    tour: int = 0


def render_window(
    path: Path,
    size: tuple[int, int] = (1440, 900),
    theme: str = "dark",
    project: Path | None = None,
    ratio: float = 1.0,
    *,
    takes: Sequence[ShownTake] = (),
    lines: Sequence[ShownLine] = (),
    panel: str = "music",
    playhead: float = 0.4,
    tour: int = 0,
) -> None:
    """Draw the window into the PNG file `path`; `size` in points, `ratio` pixels to a point.

    It shows `project`, or an untitled one with `takes` of the music panel, the first of them chosen, and the playhead
    at a fraction of it; `lines` are those of the face panel, the first of them in view. `tour` is a
    step of the tour, which opens the sample scene. Nothing of the user's own settings and projects is touched.

    Raises:
        MissingDependency: Qt runs already, on a real screen: draw in a process of its own.
        BadInput: a take or the project cannot be shown.
    """
    from PySide6.QtWidgets import QApplication

    running = QApplication.instance()
    if isinstance(running, QApplication) and running.platformName() != "offscreen":
        raise MissingDependency("The picture of the window needs a process of its own: run python -m studio.picture.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(ratio)
    picture = Picture(size, theme, panel, playhead, project, takes, lines, tour)
    with tempfile.TemporaryDirectory(prefix="affect-studio-picture-", ignore_cleanup_errors=True) as home:
        _draw(path, picture, Path(home))


def _draw(path: Path, picture: Picture, home: Path) -> None:
    from studio.app import Shell, make_application
    from studio.settings import Folders
    from studio.sound import NoSound

    app = make_application()
    folders = Folders(home / "config", home / "state", home / "cache")
    shell = Shell(app, folders=folders, make_engine=_no_engine, sound=NoSound())
    try:
        _arrange(shell, picture)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.png")
        if not shell.window.grab().save(str(partial), "PNG"):
            raise BadInput(f"{path} was not written: choose another folder.")
        partial.replace(path)
        shell.window.hide()
    finally:
        shell.close()


def _arrange(shell: Shell, picture: Picture) -> None:
    from generators.engine.engine import WorkerChanged, WorkerState
    from studio.panels.music import MusicPanel

    shell.preferences.remember(theme=picture.theme, takes_per_press=4)
    shell.hub.set_theme(picture.theme)
    window = shell.window
    window.resize(*picture.size)
    window.show()
    window.setFocus()  # no control wears the focus ring in a picture
    window.status.set_worker(WorkerChanged(WorkerState.READY))
    if picture.project is not None:
        shell.files.open_path(picture.project)
        _wait(lambda: not shell.project.document.is_untitled or bool(window.strip.current), "the project")
    music = next((panel for panel in window.panels if isinstance(panel, MusicPanel)), None)
    if picture.takes and music is not None:
        first = _add_takes(shell, picture.takes)
        _wait(lambda: len(shell.project.state.takes) >= len(picture.takes) or bool(window.strip.current), "the takes")
        if window.strip.current is not None:
            raise BadInput(window.strip.current.text)
        music.middle.set_count(4)
        music.select(first)
    if picture.lines:
        _add_lines(shell, picture.lines)
    keys = [panel.key for panel in window.panels]
    window.show_panel(keys.index(picture.panel) if picture.panel in keys else 0)
    if shell.project.state.takes and window.panel is music:
        _wait(lambda: window.panel.timeline.score is not None or bool(window.strip.current), "the take")
    _settle(SETTLE_S)
    shell.playback.seek(shell.playback.length_s * picture.playhead)
    _settle(SETTLE_S)
    _wait_for_face(window.panel, picture)
    _wait_for_scene(window.panel, picture)
    if picture.tour:
        _show_tour(shell, picture)
    _withdraw_engine(shell)


def _show_tour(shell: Shell, picture: Picture) -> None:
    """A step of the tour, with what it points at."""
    tour = shell.window.tour
    tour.start()
    _wait(lambda: tour.is_running or bool(shell.window.strip.current), "the tour")
    tour.go_to(min(max(picture.tour, 1), len(tour.steps)) - 1)
    _wait_for_scene(shell.window.panel, picture)
    _settle(2 * SETTLE_S)


def _wait_for_scene(panel: object, picture: Picture) -> None:
    """Where a scene is in view, its pictures, its curves and the modelled head, at the playhead."""
    from studio.panels.scene import ScenePanel

    if not isinstance(panel, ScenePanel) or not panel.middle.is_desk:
        return
    _wait(lambda: panel.is_shown and panel.parts.is_current, "the scene")
    panel.context.playback.seek(panel.scene.duration_s * picture.playhead)
    frame, head = panel.middle.frame, panel.visuals.head
    if frame.layout_name != "pictures" and head.can_draw:
        _wait(lambda: frame.head.picture is not None or not head.can_draw, "the head", HEAD_WAIT_S)
    _settle(2 * SETTLE_S)


def _withdraw_engine(shell: Shell) -> None:
    """Put away what is said because a picture has no engine."""
    strip = shell.window.strip
    was_there = False
    while (shown := strip.current) is not None and _WITHOUT_ENGINE in shown.text:
        strip.dismiss()
        was_there = True
    if was_there:
        _settle(SETTLE_S)


def _wait_for_face(panel: object, picture: Picture) -> None:
    """Where a face is in view, its curves and the modelled head; a machine without OpenGL draws it in a few lines."""
    from studio.panels.face import FacePanel

    if not isinstance(panel, FacePanel) or panel.state.shown is None:
        return
    _wait(lambda: panel.desk.shown is not None, "the face")
    panel.hands.seek(panel.state.shown.duration_s * picture.playhead)
    if panel.can_draw_head:
        _wait(lambda: panel.middle.head.picture is not None or not panel.can_draw_head, "the head", HEAD_WAIT_S)
    _settle(SETTLE_S)


def _add_lines(shell: Shell, lines: Sequence[ShownLine]) -> None:
    """Put lines into the project, each with one take that is in view."""
    from generators.engine.requests import decode_request, encode_request
    from generators.face.request import PerformRequest
    from studio.document.model import AddTakes, SetPanelState, Take
    from studio.face_lines import FaceState, Line, ask_of, encode_state

    made, takes = [], []
    assets: dict[str, bytes] = {}
    for place, shown in enumerate(lines):
        files = [path.read_bytes() for path in (shown.voice, shown.heard, shown.curves)]
        voice, heard, curves = (artifacts.digest(data) for data in files)
        assets.update(zip((voice, heard, curves), files, strict=True))
        found = artifacts.unpack(files[1])
        request = decode_request(str(artifacts.facts(files[2]).get("request", "{}")))
        if not isinstance(found, artifacts.Voice) or not isinstance(request, PerformRequest):
            raise BadInput(f"{shown.curves.name} is no face that was made of {shown.voice.name}: make it again.")
        identity = f"shown-line-{place}"
        ask = ask_of(request)
        made.append(Line(identity, shown.voice.stem, voice, heard, shown.voice.name, found.duration_s, ask=ask))
        text = encode_request(request).decode()
        name = f"{ask.feeling_words()} 1"
        takes.append(
            Take(f"shown-face-{place}", "face", name, False, "rig curves", curves, text, facts={"line": identity})
        )
    state = FaceState().with_lines(made)
    shell.project.perform(AddTakes(tuple(takes)), assets)  # first: the takes are what the lines show
    shell.project.perform(SetPanelState("face", encode_state(state)))
    _wait(lambda: "face" in shell.project.state.panel_states or bool(shell.window.strip.current), "the lines")


def _no_engine() -> Engine:
    raise MissingDependency(_WITHOUT_ENGINE)


def _read(shown: ShownTake) -> tuple[bytes, dict[str, str]]:
    """The artifact bytes of a take, and the facts that its file keeps."""
    if shown.path.suffix.lower() in (".mid", ".midi"):
        from generators.music.midi import read_facts, read_midi

        data = shown.path.read_bytes()
        return artifacts.pack(read_midi(data, shown.path.name)), read_facts(data)
    data = shown.path.read_bytes()
    artifacts.unpack(data)
    return data, {key: str(value) for key, value in artifacts.facts(data).items()}


def _add_takes(shell: Shell, takes: Sequence[ShownTake]) -> str:
    from generators.music.request import ComposeRequest
    from studio.document.model import AddTakes, SetPanelState, Take
    from studio.panels.music.ask import ask_of, encode_ask
    from studio.panels.music.asked import read_request

    made, assets = [], {}
    for place, shown in enumerate(takes):
        data, kept = _read(shown)
        sha256 = artifacts.digest(data)
        assets[sha256] = data
        text = kept.pop("request", "{}")
        made.append(Take(f"shown-{place}", "music", shown.name, shown.starred, "score", sha256, text, facts=kept))
    request = read_request(made[0].request) or ComposeRequest()
    shell.project.perform(SetPanelState("music", encode_ask(ask_of(request))))
    shell.project.perform(AddTakes(tuple(made)), assets)
    return made[0].id


def _settle(seconds: float) -> None:
    from PySide6.QtWidgets import QApplication

    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        QApplication.processEvents()
        time.sleep(0.005)


def _wait(ready: Callable[[], bool], what: str, limit_s: float = WAIT_S) -> None:
    end_s = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > end_s:
            raise BadInput(f"The window did not show {what} within {limit_s:.0f} seconds: try it once more.")
        _settle(0.02)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def main(argv: Sequence[str] | None = None) -> int:
    """Draw one picture as the arguments say; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m studio.picture", description="Draw the window into a PNG file.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="WIDTHxHEIGHT")
    parser.add_argument("--ratio", type=float, default=1.0, help="pixels to a point")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--panel", default="music")
    parser.add_argument("--tour", type=int, default=0, help="a step of the tour, from 1, on the sample scene")
    parser.add_argument("--playhead", type=float, default=0.4, help="a fraction of the take, 0 to 1")
    parser.add_argument("--project", type=Path)
    parser.add_argument(
        "--take", type=Path, action="append", default=[], help="a MIDI or artifact file; the first shows"
    )
    parser.add_argument(
        "--line",
        type=Path,
        nargs=3,
        action="append",
        default=[],
        metavar=("VOICE", "HEARD", "CURVES"),
        help="a line of the face panel: its sound file, and what the engine heard in it and made of it",
    )
    options = parser.parse_args(argv)
    lines = [ShownLine(*paths) for paths in options.line]
    takes = [ShownTake(path, path.stem) for path in options.take]
    try:
        render_window(
            options.out,
            options.size,
            options.theme,
            options.project,
            options.ratio,
            takes=takes,
            lines=lines,
            panel=options.panel,
            playhead=options.playhead,
            tour=options.tour,
        )
    except (AffectStudioError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
