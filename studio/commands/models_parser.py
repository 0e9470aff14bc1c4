"""What `models` can be asked for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generators.runtime.spec import DTYPES, OFFLOADS, SAMPLERS
from studio.commands.console import Console
from studio.commands.session import EngineFactory


def add_models(verbs: argparse._SubParsersAction[Any]) -> None:
    """Add `models` to the command line's verbs."""
    models = verbs.add_parser("models", help="list, check, add and download models").add_subparsers(
        metavar="ACTION", required=True
    )
    models.add_parser("list", help="which models there are").set_defaults(verb=_list_models)
    models.add_parser("verify", help="check the digests of all weights").set_defaults(verb=_verify_models)
    added = models.add_parser("add", help="keep a model of your own under a name", allow_abbrev=False)
    added.description = (
        "Keep a model under a name. Weights that you trained here are copied. Picture models stay where they are: a "
        "folder in the form of diffusers (with a model_index.json), or one safetensors file of Stable Diffusion 1, 2 "
        "or XL. Pickles (.ckpt, .bin) are refused."
    )
    added.add_argument("file", type=Path, metavar="PATH", help="a safetensors file, or the folder of a picture model")
    added.add_argument("--name", metavar="NAME", help="its name (that of the file or folder)")
    _add_holding(added)
    added.set_defaults(verb=_add_model)
    held = models.add_parser("set", help="say how a picture model is held in memory", allow_abbrev=False)
    held.add_argument("name", metavar="NAME")
    _add_holding(held)
    held.set_defaults(verb=_set_model)
    _add_convert(models.add_parser("convert", help="make a model of a published checkpoint", allow_abbrev=False))
    _add_download(models.add_parser("download", help="get a picture model from a hub", allow_abbrev=False))
    removed = models.add_parser("remove", help="take away a model that you added", allow_abbrev=False)
    removed.add_argument("name", metavar="NAME")
    removed.set_defaults(verb=_remove_model)


def _add_holding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dtype", choices=("auto", *DTYPES), help="what it computes in (what suits the machine)")
    parser.add_argument(
        "--offload",
        choices=("none", *OFFLOADS),
        help="keep it in the main memory and move parts or single layers to the GPU as they are used (none)",
    )
    parser.add_argument(
        "--sampler",
        choices=("usual", *SAMPLERS),
        help="for a single file that was taught to need few steps: turbo (Lightning and the like, too) or lcm (usual)",
    )


def _add_convert(convert: argparse.ArgumentParser) -> None:
    convert.description = (
        "Make a model of a published checkpoint. It is opened in a process of its own that may do nothing but read it, "
        "and only EmoFace's own weights come out: as safetensors with a card, installed among your models."
    )
    convert.add_argument("file", type=Path, metavar="FILE.pth", help="the checkpoint that torch.save wrote")
    convert.add_argument("--to", required=True, choices=("emoface",), help="which network it is of")
    convert.add_argument("--name", metavar="NAME", help="its name (emoface)")
    convert.add_argument("--origin", metavar="TEXT", help="where the checkpoint is from, for the card")
    convert.add_argument("--out", type=Path, metavar="DIR", help="a folder that gets the weights and the card, too")
    convert.set_defaults(verb=_convert_model)


def _add_download(download: argparse.ArgumentParser) -> None:
    download.description = (
        "Download a picture model in the form of diffusers from the Hugging Face Hub, at one commit that cannot change "
        "any more. Only safetensors and texts are taken, nothing that could run. Ctrl-C stops; the same command goes "
        "on where it stopped. Without --commit the newest one is named, with the size, and nothing is downloaded."
    )
    download.add_argument("repo", metavar="ORG/NAME", help="the repository")
    download.add_argument("--commit", metavar="SHA", help="the commit, 40 letters")
    download.add_argument("--name", metavar="NAME", help="its name (that of the repository)")
    download.add_argument(
        "--variant", metavar="NAME", help="such as fp16, where a repository has several (the plain one)"
    )
    download.add_argument("--look", action="store_true", help="tell its size and licence only")
    _add_holding(download)
    download.set_defaults(verb=_download_model)


# Each verb imports its own module, so that `doctor` answers on a machine where others could not be imported.


def _list_models(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models import list_models

    return list_models(options, console)


def _verify_models(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models import verify_models

    return verify_models(options, console)


def _add_model(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models import add_model

    return add_model(options, console)


def _set_model(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models import set_model

    return set_model(options, console)


def _convert_model(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.convert import convert_model

    return convert_model(options, console)


def _download_model(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models_download import download_model

    return download_model(options, console)


def _remove_model(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.models import remove_model

    return remove_model(options, console)
