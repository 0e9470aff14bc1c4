"""What `render pictures` and `directions` can be asked for on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.commands.console import Console
from studio.commands.session import EngineFactory


def add_pictures(pictures: argparse.ArgumentParser) -> None:
    """Add what `render pictures` can be asked for."""
    pictures.description = (
        "Make pictures: single ones, a strip along a direction, a map of two, or a film along a path, from seeds or "
        "from a picture of your own. The request is written beside them, and lies in every PNG."
    )
    add = pictures.add_argument
    add("--seeds", metavar="A-B,C", help="which pictures, such as 7 or 3,9,20-24 (a new one each time)")
    add("--direction", action="append", metavar="FILE[=AMOUNT]", help="go along a direction (1, its upper end)")
    add("--strip", metavar="A..B", help="a row of pictures along the first direction, such as -1..1")
    add("--map", metavar="A..B", help="a square of pictures along the first two directions, such as -1..1")
    add("--count", type=int, metavar="N", help="pictures in a strip (9), or across a map (5)")
    add("--path", action="store_true", help="a film from seed to seed, or from one seed along its directions")
    add("--frames", type=int, metavar="N", help="pictures of the film (120)")
    add("--easing", metavar="NAME", help="none, in, out, or 'in and out' ('in and out')")
    add("--closed", action="store_true", help="the film returns to its first seed")
    add("--own", type=Path, metavar="PICTURE", help="begin with a photograph or painting of your own")
    add("--lock", type=float, metavar="0..1", help="how far the place stays as it is (0)")
    add("--over-time", metavar="V,V,…", help="strength of directions from the first step to the last (1 throughout)")
    add(
        "--finish",
        nargs="?",
        const="",
        action="append",
        metavar="NAME=0..1",
        help="the painterly finish, or a part; scale=4 is larger",
    )
    add("--steps", type=int, metavar="N", help="steps of each picture (the model's)")
    add("--guidance", type=float, metavar="G", help="for models that read prompts (the model's)")
    add("--prompt", metavar="TEXT", help="for models that read prompts")
    add("--negative", metavar="TEXT", help="what a picture shall not be, for models that read prompts")
    add("--size", metavar="W[xH]", help="in pixels (the model's)")
    add("--preview", action="store_true", help="as quick as while dragging")
    add("--model", metavar="NAME", help="the model; see models list")
    add("--request", type=Path, metavar="FILE", help="a request, or a PNG that was made here")
    add("--name", metavar="NAME", help="the name of the files, without suffix")
    add("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    forms = (
        "png, jpeg, webp, tiff, pictures-png, picture-sheet, strip, map, path-mp4, path-webp, path-gif, path-frames; "
        "may be given several times (what suits)"
    )
    add("--format", action="append", metavar="NAME", help=forms)
    add("--option", action="append", metavar="NAME=VALUE", help="of a form, such as frame_rate=25 or paper=light")
    pictures.set_defaults(verb=_render)


def add_directions(directions: argparse.ArgumentParser) -> None:
    """Add what `directions` can do."""
    actions = directions.add_subparsers(metavar="ACTION", required=True)
    pool = actions.add_parser(
        "pool",
        help="make pictures to judge, and a form to fill in",
        description="Make a pool of pictures. Judge some of them in the form beside them: give them an order from "
        "least to most, trays (less, unsure, more), stars, or valence and arousal; then use directions find.",
        allow_abbrev=False,
    )
    pool.add_argument("--out", type=Path, required=True, metavar="DIR", help="where pictures, pool and form go")
    pool.add_argument("--seeds", metavar="A-B", help="the seeds of the pictures (0-59)")
    pool.add_argument("--prompt", metavar="TEXT", help="for a model that reads prompts")
    _add_model(pool)
    pool.set_defaults(verb=_make_pool)
    find = actions.add_parser(
        "find",
        help="find a direction, judge it, write it with its report",
        description="Find a direction in a pool of pictures: from judgements, from something that is measured, between "
        "two texts, or what differs most. It is judged on unseen seeds and written as safetensors with its report.",
        allow_abbrev=False,
    )
    find.add_argument("--judgements", type=Path, metavar="FILE", help="judgements as JSON or CSV; see directions pool")
    find.add_argument("--measured", metavar="NAME", help="brightness, colourfulness, warmth or contrast")
    find.add_argument("--proposed", metavar="AXIS", help="what psychology proposes for valence, arousal or dominance")
    find.add_argument("--component", type=int, metavar="N", help="what differs most (1), next to most (2) and so on")
    find.add_argument("--texts", nargs=2, metavar=("FROM", "TO"), help="two prompts, for a model that reads them")
    find.add_argument("--axis", metavar="NAME", help="valence, arousal or dominance, from ratings in --judgements")
    find.add_argument("--finder", metavar="NAME", help="how judgements are fitted: ridge, means or svm (ridge)")
    find.add_argument("--pool", type=Path, metavar="FILE", help="the pool that was judged (else one is made)")
    find.add_argument("--seeds", metavar="A-B", help="the seeds of the pool that is made (0-399)")
    find.add_argument("--disentangle", type=Path, action="append", metavar="FILE", help="a direction to leave alone")
    find.add_argument("--unseen", type=int, metavar="N", help="how many unseen pictures judge it, 0 for none (12)")
    find.add_argument("--name", metavar="NAME", help="what to call it")
    find.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the direction goes")
    _add_model(find)
    find.set_defaults(verb=_find)
    listed = actions.add_parser("list", help="which directions lie in folders")
    listed.add_argument("paths", type=Path, nargs="*", metavar="DIR", help="folders or files (this one)")
    listed.set_defaults(verb=_list)
    shown = actions.add_parser("show", help="a direction with its report")
    shown.add_argument("file", type=Path, metavar="FILE")
    shown.set_defaults(verb=_show)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--everywhere", dest="spatial", action="store_false", help="move all places of a picture alike")
    parser.add_argument("--model", metavar="NAME", help="the model; see models list")


def _render(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.pictures import render_pictures

    return render_pictures(options, console, start_engine)


def _make_pool(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.directions import make_pool

    return make_pool(options, console, start_engine)


def _find(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.directions import find_direction

    return find_direction(options, console, start_engine)


def _list(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.directions import list_directions

    return list_directions(options, console)


def _show(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.directions import show_direction

    return show_direction(options, console)
