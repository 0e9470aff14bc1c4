"""`analyse`: what a score measures, and what a voice sounds like."""

from __future__ import annotations

import argparse
import math
from typing import Any

from generators.artifacts import Score
from generators.errors import BadInput
from generators.music.attributes import ATTRIBUTES, NAMES, measure
from generators.music.bar_attributes import measure_score_bars
from generators.music.midi import MAX_FILE_BYTES, read_facts, read_midi
from studio.commands.console import OK, Console
from studio.commands.session import EngineFactory

_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")


_SCORE_SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".smf")


def analyse(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Print the attributes of a MIDI file; with --bars those of each bar, with --features jSymbolic's hundred.

    Of a sound file what the face hears in it is printed; with --sounds each recognised sound, too.
    """
    try:
        with options.file.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{options.file} cannot be read: check the name and that the file is there.") from error
    if options.file.suffix.lower() not in _SCORE_SUFFIXES and not data.startswith(b"MThd") and data[8:12] != b"RMID":
        from studio.commands.analyse_voice import analyse_voice

        return analyse_voice(options, console, start_engine)
    score = read_midi(data, options.file.name)
    with console.stage(f"Measuring {options.file.name}"):
        values = measure(score).as_dict()
    facts = describe(score)
    for name, value in facts.items():
        console.say(f"{name:<18}{value}")
    console.say("")
    for attribute in ATTRIBUTES:
        value = f"{round(values[attribute.name], attribute.decimals) + 0.0:.{attribute.decimals}f}"  # no minus before 0
        console.say(f"{attribute.title:<18}{value:>8} {attribute.unit:<14} {attribute.description}")
    told: dict[str, Any] = {
        "file": str(options.file),
        "facts": facts,
        "attributes": values,
        "made_by": read_facts(data),
    }
    if options.bars:
        told["bars"] = say_bars(score, console)
    if options.features:
        told["features"] = say_features(score, console, options.file.name)
    console.tell(told)
    return OK


def say_bars(score: Score, console: Console) -> list[dict[str, float | None]]:
    """Print what each bar measures; None stands for what a bar cannot tell."""
    rows: list[dict[str, float | None]] = []
    console.say("")
    console.say("bar   " + "".join(f"{attribute.title:>17}" for attribute in ATTRIBUTES))
    for number, row in enumerate(measure_score_bars(score).tolist(), start=1):
        values = {name: value if math.isfinite(value) else None for name, value in zip(NAMES, row, strict=True)}
        rows.append(values)
        cells = []
        for attribute in ATTRIBUTES:
            value = values[attribute.name]
            cells.append(f"{'–' if value is None else f'{value:.{attribute.decimals}f}':>17}")
        console.say(f"{number:<6}" + "".join(cells))
    return rows


def say_features(score: Score, console: Console, name: str) -> dict[str, float]:
    """Print jSymbolic's hundred features by family."""
    from generators.music import jsymbolic  # numpy only, but half a second that other uses need not wait for

    with console.stage(f"Measuring the features of {name}"):
        values = dict(zip(jsymbolic.NAMES, jsymbolic.measure(score).tolist(), strict=True))
    family = ""
    for feature in jsymbolic.FEATURES:
        if feature.family != family:
            family = feature.family
            console.say("")
            console.say(family)
        console.say(f"  {feature.name:<46}{values[feature.name]:>12.4g} {feature.unit}")
    return values


def describe(score: Score) -> dict[str, Any]:
    """What a score is, apart from its attributes."""
    facts: dict[str, Any] = {}
    if score.title:
        facts["title"] = score.title
    facts["notes"] = score.note_count
    facts["bars"] = len(score.bar_ticks()) - 1
    facts["duration_s"] = round(score.duration_s, 3)
    facts["metre"] = "/".join(str(value) for value in score.metre[0].tolist())
    if len(score.key):
        sharps, minor = score.key[0].tolist()
        facts["key"] = _TONICS[sharps + 7 + 3 * minor] + ("m" if minor else "")
    facts["tracks"] = ", ".join(track.name or "unnamed" for track in score.tracks)
    return facts
