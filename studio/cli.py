"""The command line: every verb, without a window. No Qt and no torch; heavy work is done by the engine's worker."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from generators.errors import AffectStudioError, BadRequest, Cancelled
from generators.face.request import EYE_STYLES
from generators.music.request import ENSEMBLES, FORMS, REWORKS
from studio.commands.bundles import add_bundles
from studio.commands.console import INTERRUPTED, OK, Console
from studio.commands.models_parser import add_models
from studio.commands.picture_options import add_directions, add_pictures
from studio.commands.request_parser import add_request_verbs
from studio.commands.scene_options import add_scene
from studio.commands.session import EngineFactory, start_local_engine
from studio.commands.train import add_training

VERBS = (
    "render",
    "rework",
    "batch",
    "again",
    "licences",
    "demo",
    "retarget",
    "live",
    "analyse",
    "directions",
    "models",
    "train",
    "evaluate",
    "check",
    "sign",
    "rescue",
    "doctor",
)
_JSON = "--json"
_VALUE_MAY_BEGIN_WITH_MINUS = ("--affect", "--bar-attribute", "--strip", "--map", "--over-time")

Verb = Callable[[argparse.Namespace, Console, EngineFactory], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others."""

    def error(self, message: str) -> NoReturn:
        raise BadRequest(f"{message[:1].upper()}{message[1:]}: see “{self.prog} --help”.")


def run(argv: Sequence[str], start_engine: EngineFactory = start_local_engine) -> int:
    """Do what `argv` (without the program's name) says and return the exit code.

    0: all that was asked for is there. 1: it failed. 2: what was asked for or opened cannot be used. 130: interrupted.
    """
    is_json = _JSON in argv
    console = Console(is_json=is_json)
    try:
        options = _parse(argv)
        verb: Verb = options.verb
        return verb(options, console, start_engine)
    except AffectStudioError as error:
        return console.fail(error)
    except KeyboardInterrupt:
        return console.fail(Cancelled("Cancelled: what was complete is kept, nothing half-made was left."))
    except BrokenPipeError:  # whoever read the output has ended; the interpreter would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = build_parser()
    words = _with_joined_values([word for word in argv if word != _JSON])
    options, rest = parser.parse_known_args(words)
    if rest and not getattr(options, "takes_rest", False):
        raise BadRequest(f"“{rest[0]}” is not understood here: see “affect-studio {words[0]} --help”.")
    options.rest = rest
    return options


def _with_joined_values(words: list[str]) -> list[str]:
    """`--affect -0.5,0.2` as `--affect=-0.5,0.2`, which the parser would take for two options otherwise."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _VALUE_MAY_BEGIN_WITH_MINUS:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    parser = _Parser(
        prog="affect-studio",
        description="Affect Studio: music, pictures and faces from one feeling. Without a verb the window opens.",
        epilog="Every verb takes --json, for machines: results on standard output, errors on standard error.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Affect Studio {_version()}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_render(verbs.add_parser("render", help="make something from a feeling"))
    _add_rework(verbs.add_parser("rework", help="work on a MIDI file: vary, continue, harmonise …", allow_abbrev=False))
    add_request_verbs(verbs.add_parser, _add_output)
    demo = verbs.add_parser("demo", help="render the sample scene", allow_abbrev=False)
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    demo.add_argument("--no-window", dest="window", action="store_false", help="leave the picture of the window out")
    demo.set_defaults(verb=_demo)
    _add_retarget(verbs.add_parser("retarget", help="write curves of a face for another rig", allow_abbrev=False))
    _add_live(verbs.add_parser("live", help="move an avatar with a voice while it sounds", allow_abbrev=False))
    analyse = verbs.add_parser("analyse", help="measure a score, or a voice recording", allow_abbrev=False)
    analyse.add_argument("file", type=Path, metavar="FILE", help="a MIDI file, or a sound file with a voice")
    analyse.add_argument("--bars", action="store_true", help="what each bar measures, too")
    analyse.add_argument("--features", action="store_true", help="jSymbolic's hundred features, too")
    analyse.add_argument("--sounds", action="store_true", help="of a voice: the sounds recognised, with their times")
    analyse.set_defaults(verb=_analyse)
    add_directions(verbs.add_parser("directions", help="find directions in the pictures of a model, and look at them"))
    add_models(verbs)
    add_training(verbs)
    add_bundles(verbs.add_parser)
    rescue = verbs.add_parser("rescue", help="save what is whole in a damaged project", allow_abbrev=False)
    rescue.add_argument("file", type=Path, metavar="FILE.affect", help="the damaged project; it stays as it is")
    rescue.add_argument("--out", type=Path, required=True, metavar="NEW.affect", help="the project to make")
    rescue.set_defaults(verb=_rescue)
    verbs.add_parser("doctor", help="what this machine has, what is missing").set_defaults(verb=_doctor)
    return parser


def _add_render(render: argparse.ArgumentParser) -> None:
    rooms = render.add_subparsers(metavar="WHAT", required=True)
    music = rooms.add_parser("music", help="compose takes: MIDI, sound, and the request of each", allow_abbrev=False)
    feeling = music.add_mutually_exclusive_group()
    feeling.add_argument("--affect", metavar="V,A[,D]", help="valence, arousal and dominance, each from -1 to 1")
    feeling.add_argument("--emotion", metavar="NAME[:0..1]", help="a named emotion and its strength")
    feeling.add_argument("--curve", type=Path, metavar="FILE.json", help="keyframes of feeling over seconds")
    feeling.add_argument("--request", type=Path, metavar="FILE", help="a request, or a MIDI or WAV file made here")
    music.add_argument("--bars", type=int, metavar="N", help="how many bars (16)")
    music.add_argument("--seed", type=int, metavar="S", help="the seed of the first take (a new one each time)")
    music.add_argument("--takes", type=int, metavar="N", help="how many takes, each with the next seed (1)")
    music.add_argument("--tempo", type=float, metavar="BPM", help="quarter notes a minute (the feeling chooses)")
    music.add_argument("--key", metavar="KEY", help="such as C, F# or Bbm (the feeling chooses)")
    music.add_argument("--metre", metavar="N/D", help="4/4, 3/4, 2/4 or 6/8")
    music.add_argument("--ensemble", metavar="NAME", help=f"who plays: {', '.join(ENSEMBLES)} ({ENSEMBLES[0]})")
    music.add_argument("--form", metavar="NAME", help=f"how sections return: {', '.join(FORMS)} ({FORMS[0]})")
    music.add_argument(
        "--bar-attribute", action="append", metavar="NAME=V,V,…", help="one value a bar, - for a free one"
    )
    music.add_argument(
        "--feature", action="append", metavar="NAME=VALUE", help="ask for a jSymbolic feature; see analyse"
    )
    music.add_argument(
        "--refine", type=int, metavar="0..8", help="passes that write bars anew where that comes nearer (0)"
    )
    music.add_argument(
        "--timing", type=Path, metavar="FILE.mid", help="follow the tempo, metre, key, bars and markers of a DAW"
    )
    _add_sampling(music)
    music.add_argument("--name", metavar="NAME", help="the name of the files, without suffix")
    _add_output(music)
    music.set_defaults(verb=_render_music)
    _add_face(rooms.add_parser("face", help="a voice becomes the curves of a feeling face", allow_abbrev=False))
    add_pictures(
        rooms.add_parser("pictures", help="pictures, strips, maps, films along directions", allow_abbrev=False)
    )
    add_scene(rooms.add_parser("scene", help="the scene of a project: all of it in one folder", allow_abbrev=False))


def _add_face(face: argparse.ArgumentParser) -> None:
    face.description = "Make the curves of a face that speaks recordings and feels; each keeps its request beside it."
    face.add_argument("voices", type=Path, nargs="+", metavar="VOICE.wav", help="recordings: WAV, FLAC, OGG, MP3 …")
    feeling = face.add_mutually_exclusive_group()
    feeling.add_argument("--emotion", metavar="NAME[:0..1]", help="a named emotion; several mix: sad:0.6+angry:0.4")
    feeling.add_argument("--affect", metavar="V,A[,D]", help="valence, arousal and dominance, each from -1 to 1")
    feeling.add_argument("--curve", type=Path, metavar="FILE.json", help="keyframes of feeling over seconds")
    feeling.add_argument("--feelings", type=Path, metavar="FILE.json", help="keyframes of mixed emotions over seconds")
    feeling.add_argument("--request", type=Path, metavar="FILE", help="a request that was written beside curves")
    face.add_argument("--intensity", type=float, metavar="0..2", help="how strong the whole feeling is (1)")
    face.add_argument("--voice-arousal", type=float, metavar="0..1", help="how far the voice's own arousal counts (0)")
    face.add_argument("--variation", type=float, metavar="0..1", help="how far this character is unlike others (0.3)")
    face.add_argument("--seed", type=int, metavar="S", help="which character, and which blinks and looks (0)")
    face.add_argument("--eyes", choices=EYE_STYLES, help=f"how blinks and gaze are made ({EYE_STYLES[0]})")
    face.add_argument("--blinks", type=float, metavar="N", help="blinks a minute while speaking (18)")
    face.add_argument("--gaze-shifts", type=float, metavar="0..4", help="how often the gaze shifts (1)")
    face.add_argument(
        "--strength",
        action="append",
        metavar="NAME=VALUE",
        help="jaw, lips, tongue, upper-face, lower-face, blink, gaze, head, from-voice, smoothing, offset-s, an action",
    )
    face.add_argument("--model", metavar="NAME", help="the model; see models list")
    face.add_argument("--name", metavar="NAME", help="the name of the files, without suffix (the recording's)")
    _add_forms(face)
    face.set_defaults(verb=_render_face)


def _add_forms(parser: argparse.ArgumentParser) -> None:
    """How curves of a face are written."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    forms = (
        "live-link-face, unreal-script, maya-script, blender-script, metahuman, emoface, gltf, usd, csv, json, film, "
        "contact-sheet; may be given several times (live-link-face and csv)"
    )
    parser.add_argument("--format", action="append", metavar="NAME", help=forms)
    rigs = "whose controls csv and json hold: arkit, metahuman, vrm, oculus or actions (arkit)"
    parser.add_argument("--rig", metavar="NAME", help=rigs)
    parser.add_argument("--fps", metavar="RATE", help="24, 25, 29.97, 30 or 60 (60; films 30)")
    parser.add_argument("--timecode", metavar="HH:MM:SS:FF", help="of the first frame (00:00:00:00)")
    parser.add_argument("--head", type=Path, metavar="FILE.glb", help="a head of your own, for gltf, film and sheet")


def _add_retarget(retarget: argparse.ArgumentParser) -> None:
    retarget.description = (
        "Write curves of a face for other rigs and programs: recordings of Live Link Face (CSV), and what EmoFace "
        "wrote (text with 174 columns)."
    )
    retarget.add_argument("files", type=Path, nargs="+", metavar="CURVES", help="FILE.csv or FILE.txt")
    retarget.add_argument("--voice", type=Path, metavar="VOICE.wav", help="the recording, for a film with its sound")
    retarget.add_argument("--name", metavar="NAME", help="the name of the files, without suffix (the file's)")
    _add_forms(retarget)
    retarget.set_defaults(verb=_retarget)


def _add_sampling(parser: argparse.ArgumentParser) -> None:
    """What making and reworking have in common."""
    parser.add_argument("--attribute", action="append", metavar="NAME=VALUE", help="ask for an attribute; see analyse")
    parser.add_argument("--chords", metavar="LINE", help="one chord a bar, as in 'Am F C G'; %% repeats, * is free")
    parser.add_argument(
        "--map", type=Path, metavar="FILE.affectmap", help="a map of one's own ear, saved in the window"
    )
    parser.add_argument("--strength", type=float, metavar="0..1", help="how far the feeling may push (1)")
    parser.add_argument("--guidance", type=float, metavar="1..5", help="how closely it follows what is asked (2)")
    parser.add_argument("--tries", type=int, metavar="1..16", help="ways to write each stretch, the best goes on (4)")
    parser.add_argument("--candidates", type=int, metavar="1..8", help="whole takes to choose the best from (1)")
    parser.add_argument("--temperature", type=float, metavar="T", help="how daring the sampling is (1)")
    parser.add_argument("--top-p", type=float, metavar="P", help="how much of each choice is kept (0.95)")
    parser.add_argument("--model", metavar="NAME", help="the model; see models list")


def _add_rework(parser: argparse.ArgumentParser) -> None:
    parser.description = "Work on a MIDI file. Bars and tracks are counted from 1; what is kept stays to the note."
    parser.add_argument("file", type=Path, metavar="FILE.mid")
    parser.add_argument("--kind", choices=REWORKS, help="what to do with it")
    feeling = parser.add_mutually_exclusive_group()
    feeling.add_argument("--affect", metavar="V,A[,D]", help="the feeling to move towards, each from -1 to 1")
    feeling.add_argument("--emotion", metavar="NAME[:0..1]", help="a named emotion to move towards, and its strength")
    feeling.add_argument("--request", type=Path, metavar="FILE", help="a request that was written beside a rework")
    parser.add_argument("--bars", metavar="A-B", help="the bars to work on (all)")
    parser.add_argument("--tracks", metavar="N,N", help="the tracks to work on (all)")
    parser.add_argument("--amount", type=float, metavar="0..1", help="how much vary and feel may change (0.5)")
    parser.add_argument("--more", type=int, metavar="N", help="how many bars continue adds (8)")
    parser.add_argument("--keep-bars", metavar="A-B,N", help="bars that stay as they are")
    parser.add_argument("--keep-tracks", metavar="N,N", help="tracks that stay as they are; the melody of harmonise")
    parser.add_argument("--keep", action="append", metavar="NAME", help="an attribute that stays as it was measured")
    parser.add_argument("--key", metavar="KEY", help="such as C, F# or Bbm (that of the file)")
    parser.add_argument("--seed", type=int, metavar="S", help="the seed of the first take (a new one each time)")
    parser.add_argument("--takes", type=int, metavar="N", help="how many takes, each with the next seed (1)")
    _add_sampling(parser)
    parser.add_argument("--name", metavar="NAME", help="the name of the files, without suffix")
    _add_output(parser)
    parser.set_defaults(verb=_rework)


def _add_live(live: argparse.ArgumentParser) -> None:
    live.description = "Move an avatar with a voice while it sounds: VMC over OSC, sixty frames a second."
    live.add_argument("file", type=Path, nargs="?", metavar="VOICE.wav", help="a recording")
    live.add_argument("--microphone", nargs="?", const="", metavar="NAME", help="a microphone (the system's own)")
    live.add_argument("--to", default="127.0.0.1", metavar="HOST:PORT", help="the avatar (127.0.0.1:39539)")
    live.add_argument("--names", default="vrm", metavar="STYLE", help="vrm, vrm0 or arkit (vrm)")
    live.add_argument("--head", action="store_true", help="turn the head's bone, too")
    feeling = live.add_mutually_exclusive_group()
    feeling.add_argument("--affect", metavar="V,A[,D]", help="valence, arousal and dominance, each from -1 to 1")
    feeling.add_argument("--emotion", metavar="NAME[:0..1]", help="a named emotion and its strength")
    live.add_argument("--controlled", action="store_true", help="follow feelings on standard input, a JSON a line")
    live.add_argument("--seed", type=int, default=0, metavar="S", help="the seed of eyes and head (0)")
    live.add_argument("--model", metavar="NAME", help="the model; see models list")
    live.set_defaults(verb=_live)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    forms = "midi, musicxml, wav, wav-16, flac, stems-wav, stems-flac, stems-midi (midi and wav)"
    parser.add_argument("--format", action="append", metavar="NAME", help=forms)


def _version() -> str:
    try:
        return metadata.version("affect-studio")
    except metadata.PackageNotFoundError:
        return "(not installed)"


# Each verb imports its own module, so that `doctor` answers on a machine where others could not be imported.


def _render_music(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.render import render_music

    return render_music(options, console, start_engine)


def _render_face(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.face import render_face

    return render_face(options, console, start_engine)


def _retarget(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.retarget import retarget

    return retarget(options, console, start_engine)


def _rework(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.rework import rework

    return rework(options, console, start_engine)


def _demo(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.demo import render_demo

    return render_demo(options, console, start_engine)


def _live(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.live import live

    return live(options, console)


def _analyse(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.analyse import analyse

    return analyse(options, console, start_engine)


def _rescue(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.rescue import rescue_project

    return rescue_project(options, console)


def _doctor(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.doctor import examine

    return examine(options, console)


__all__ = ["OK", "VERBS", "build_parser", "run"]
