"""The options of `render scene`; what it does is imported when it is asked for."""

from __future__ import annotations

import argparse
from pathlib import Path

from generators.scene.request import LAYOUTS, SIZES
from studio.commands.console import Console
from studio.commands.session import EngineFactory


def add_scene(parser: argparse.ArgumentParser) -> None:
    """The options of `render scene`."""
    parser.description = "Make the scene of a project: music, face, pictures, mix and film in one folder."
    parser.add_argument("project", type=Path, nargs="?", metavar="PROJECT.affect", help="a project with a scene")
    parser.add_argument("--sample", action="store_true", help="the sample scene that comes along, instead of one")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder for all of it, a new one")
    forms = "formats of the parts, such as midi,wav,stems-wav,live-link-face,gltf,json (the scene's own)"
    parser.add_argument("--formats", metavar="NAME,NAME", help=forms)
    parser.add_argument("--film", dest="size", choices=SIZES, help="the size of the film (the scene's own)")
    parser.add_argument("--layout", choices=LAYOUTS, help="what the film shows (the scene's own)")
    parser.add_argument("--no-film", dest="has_film", action="store_false", help="leave the film out")
    parser.add_argument("--replace", action="store_true", help="put it in the place of what was rendered there before")
    kept = "keep the project here as well, with music, face and pictures as takes, to go on from in the window"
    parser.add_argument("--keep", type=Path, metavar="NEW.affect", help=kept)
    parser.set_defaults(verb=_render_scene)


def _render_scene(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.scene import render_scene

    return render_scene(options, console, start_engine)
