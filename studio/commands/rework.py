"""`rework`: a MIDI file worked on: bars written anew, varied, continued, harmonised, moved to another feeling."""

from __future__ import annotations

import argparse
import secrets
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.affect import parse_emotion
from generators.artifacts import Score
from generators.engine.requests import decode_request
from generators.errors import BadInput, BadRequest
from generators.music.chord_symbols import parse_line
from generators.music.contradictions import check_rework
from generators.music.midi import MAX_FILE_BYTES, read_midi
from generators.music.request import ReworkRequest
from studio.commands.asking import (
    MAX_SEED_OF_ITS_OWN,
    MAX_TEXT_BYTES,
    checked_name,
    parse_affect,
    parse_attributes,
    parse_bars,
    parse_places,
    read_map,
)
from studio.commands.console import OK, Console
from studio.commands.render import MAX_TAKES, Take, formats_of, prepare_folder, render_take
from studio.commands.session import EngineFactory, Session

_PLAIN_OPTIONS = (
    "kind", "amount", "key", "strength", "temperature", "top_p", "guidance", "tries", "candidates", "model",
)  # fmt: skip
_OTHER_OPTIONS = (
    "bars", "tracks", "more", "keep_bars", "keep_tracks", "keep", "affect", "emotion", "attribute", "chords",
    "seed", "map",
)  # fmt: skip


def rework(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Work on a MIDI file and write what came of it into a folder."""
    score = read_score(options.file)
    packed = artifacts.pack(score)
    sha256 = artifacts.digest(packed)
    request = request_of(options, sha256)
    check_rework(request, len(score.bar_ticks()) - 1, max(len(score.tracks), 1))
    takes = 1 if options.takes is None else options.takes
    if not 1 <= takes <= MAX_TAKES:
        raise BadRequest(f"{takes:,} takes were asked for: choose between 1 and {MAX_TAKES:,}.")
    requests = [msgspec.structs.replace(request, seed=request.seed + index) for index in range(takes)]
    stem = checked_name(options.name) if options.name is not None else f"{options.file.stem[:80]}-{request.kind}"
    is_exact = options.name is not None and takes == 1
    formats = formats_of(options.format)
    folder = prepare_folder(options.out)
    made: list[Take] = []
    with tempfile.TemporaryDirectory(prefix="affect-studio-rework-", ignore_cleanup_errors=True) as scratch:
        source = Path(scratch) / "score.safetensors"
        source.write_bytes(packed)
        with Session(start_engine) as session:
            for number, wanted in enumerate(requests, start=1):
                title = f"Take {number} of {takes}" if takes > 1 else "Working"
                name = stem if is_exact else f"{stem}-seed-{wanted.seed}"
                inputs = {sha256: source}
                made.append(render_take(session, wanted, folder, name, formats, console, title, inputs=inputs))
    console.tell({"takes": [take.as_json() for take in made], "files": [str(f) for take in made for f in take.files]})
    return OK


def read_score(path: Path) -> Score:
    """The score in a MIDI file.

    Raises:
        BadInput: it cannot be read, or is no music.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    return read_midi(data, path.name)


def request_of(options: argparse.Namespace, score_sha256: str) -> ReworkRequest:
    """The request that the options ask for, on the score with this digest."""
    if options.request is not None:
        given = [name for name in (*_PLAIN_OPTIONS, *_OTHER_OPTIONS) if getattr(options, name) is not None]
        if given:
            raise BadRequest(f"A request file says everything itself: leave --{given[0].replace('_', '-')} out.")
        return _read_request(options.request, score_sha256)
    if options.kind is None:
        raise BadRequest("Say what to do with the file: add --kind rewrite, vary, continue, harmonise or feel.")
    seed = options.seed if options.seed is not None else secrets.randbelow(MAX_SEED_OF_ITS_OWN)
    values: dict[str, Any] = {"seed": seed}
    for name in _PLAIN_OPTIONS:
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    if options.emotion is not None:
        values["affect"] = parse_emotion(options.emotion)
    elif options.affect is not None:
        values["affect"] = parse_affect(options.affect)
    if options.bars is not None:
        values["bars"] = parse_bars(options.bars)
    if options.more is not None:
        values["bars_more"] = options.more
    if options.chords is not None:
        values["chords"] = parse_line(options.chords)
    values["tracks"] = parse_places(options.tracks)
    values["locked_bars"] = parse_places(options.keep_bars)
    values["locked_tracks"] = parse_places(options.keep_tracks)
    values["locked_attributes"] = tuple(dict.fromkeys(options.keep or ()))
    values["attributes"] = parse_attributes(options.attribute)
    values["ear"] = read_map(options.map)
    return ReworkRequest(score_sha256, **values)


def _read_request(path: Path, score_sha256: str) -> ReworkRequest:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    request = decode_request(data)
    if not isinstance(request, ReworkRequest):
        raise BadRequest(f"{path.name} is no request to rework a file: choose another.")
    if request.score_sha256 != score_sha256:
        raise BadRequest(f"{path.name} works on another score than this file: open the one that it was made from.")
    return request
