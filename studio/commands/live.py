"""`live`: a voice moves an avatar while it sounds. The process that runs this verb does nothing else."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, TextIO

from generators.affect import AffectPoint, parse_emotion
from generators.errors import AffectStudioError, BadRequest
from generators.face.request import SHIPPED_MODEL, PerformRequest
from studio.commands.asking import parse_affect
from studio.commands.console import OK, Console

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from generators.face.live.face import LiveFace
    from generators.face.live.session import Timing

Blocks = Generator[tuple[float, "npt.NDArray[np.float32]"], None, None]
MAX_CONTROL_LETTERS = 4096
_LATE_MS = 400.0
"""Beyond this a face is seen to be late; a machine that keeps up needs about 130."""
_LATENCY_SHARES = {"median_ms": 0.5, "p95_ms": 0.95, "most_ms": 1.0}


def live(options: argparse.Namespace, console: Console) -> int:
    """Send the face of a voice to an avatar until the voice ends, or Ctrl-C."""
    from generators.face.live.face import LiveFace
    from generators.face.live.session import LiveSession
    from generators.face.live.vmc import VmcSender

    if (options.file is None) == (options.microphone is None):
        raise BadRequest("Name a recording or --microphone, one of the two, as in: live VOICE.wav --to HOST:PORT.")
    host, port = parse_address(options.to)
    request = PerformRequest(voice_sha256="", affect=_feeling(options), seed=options.seed)
    with ExitStack() as stack:
        model = _model(options.model, console)
        name, rate_hz, blocks = _sound(options, stack)
        face = LiveFace(model, rate_hz, request)
        session = LiveSession(face, stack.enter_context(VmcSender(host, port, options.names, with_head=options.head)))
        if options.controlled:
            threading.Thread(target=follow, args=(sys.stdin, face, session.stop), name="control", daemon=True).start()
        console.say(f"Sending the face of {name} to {host}:{port}. Ctrl-C ends it.")
        try:
            timing = session.run(blocks, lambda seen: _say_timing(console, seen) if options.controlled else None)
        except KeyboardInterrupt:
            session.stop()
            timing = session.timing
    figures = figures_of(timing)
    console.say(
        f"{timing.sent} frames sent; from sound to packet {figures['median_ms']:.0f} ms in the median, "
        f"{figures['p95_ms']:.0f} ms for 95 of 100."
    )
    if figures["p95_ms"] > _LATE_MS:
        console.say("This machine did not keep up: end other programs that are at work, and try again.")
    console.tell({"to": f"{host}:{port}", "names": options.names, **figures})
    return OK


def parse_address(text: str) -> tuple[str, int]:
    """HOST:PORT, or HOST alone for the port that avatars listen on.

    Raises:
        BadRequest: the port is no number from 1 to 65535, or there is no host.
    """
    from generators.face.live.vmc import DEFAULT_PORT

    host, colon, number = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, number = text, str(DEFAULT_PORT)
    host = host.strip("[]")
    if not host or not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 65_535:
        raise BadRequest(f"“{text}” is no address: write HOST:PORT, as in 127.0.0.1:{DEFAULT_PORT}.")
    return host, int(number)


def figures_of(timing: Timing) -> dict[str, Any]:
    """What a session measured of itself."""
    latencies = {name: round(timing.percentile_ms(share), 1) for name, share in _LATENCY_SHARES.items()}
    return {"frames": timing.sent, "left_out": timing.left_out, **latencies}


def follow(lines: TextIO, face: LiveFace, stop: Callable[[], None]) -> None:
    """Do what `lines` say, one JSON object each, until they end.

    {"affect": [valence, arousal, dominance]}, {"feeling": {"happy": 0.7}}, either with "intensity"; {"stop": true}.
    A line that cannot be used is passed over: a pad sends the next one a moment later.
    """
    while line := lines.readline(MAX_CONTROL_LETTERS):
        try:
            told = json.loads(line)
            if not isinstance(told, Mapping):
                continue
            if told.get("stop") is True:
                break
            intensity = float(told["intensity"]) if "intensity" in told else None
            if "affect" in told:
                face.feel(AffectPoint(*(float(value) for value in told["affect"])), intensity)
            elif "feeling" in told:
                face.feel({str(name): float(weight) for name, weight in told["feeling"].items()}, intensity)
        except (ValueError, TypeError, AttributeError, RecursionError, AffectStudioError):
            continue
    stop()


def _say_timing(console: Console, timing: Timing) -> None:
    console.tell({"timing": figures_of(timing)})


def _feeling(options: argparse.Namespace) -> AffectPoint:
    if options.emotion is not None:
        return parse_emotion(options.emotion)
    return parse_affect(options.affect) if options.affect is not None else AffectPoint(0.0, 0.0)


def _model(name: str | None, console: Console) -> Any:
    from generators.face.model import load_model
    from generators.runtime.catalog import Catalog

    model = Catalog.installed().find(name or SHIPPED_MODEL)
    with console.stage(f"Loading {model.name}") as line:
        return load_model(model.path, line)


def _sound(options: argparse.Namespace, stack: ExitStack) -> tuple[str, int, Blocks]:
    """What is listened to: its name, its sample rate, and its blocks."""
    if options.microphone is not None:
        from generators.face.live.microphone import Microphone

        microphone = Microphone(options.microphone)
        blocks = stack.enter_context(closing(microphone.blocks()))
        return f"the microphone “{microphone.name}”", microphone.sample_rate_hz, blocks
    from generators.face.features import SAMPLE_RATE_HZ
    from generators.face.live.session import file_blocks

    blocks = stack.enter_context(closing(file_blocks(options.file)))
    return options.file.name, SAMPLE_RATE_HZ, blocks
