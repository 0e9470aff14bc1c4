"""`analyse`: what a score measures."""

from __future__ import annotations

import argparse
from typing import Any

from generators.artifacts import Score
from generators.errors import BadInput
from generators.music.attributes import ATTRIBUTES, measure
from generators.music.midi import MAX_FILE_BYTES, read_facts, read_midi
from studio.commands.console import OK, Console

_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")


def analyse(options: argparse.Namespace, console: Console) -> int:
    """Print the attributes of a MIDI file."""
    try:
        with options.file.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{options.file} cannot be read: check the name and that the file is there.") from error
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
    console.tell({"file": str(options.file), "facts": facts, "attributes": values, "made_by": read_facts(data)})
    return OK


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
