"""What `render pictures` and `directions` can be asked for on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.commands.console import Console
from studio.commands.session import EngineFactory


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
    parser.add_argument("--spatial", action="store_true", help="keep what is felt at each place, too")
    parser.add_argument("--model", metavar="NAME", help="the model; see models list")


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
