"""A request, and how two differ, in words that an artist understands. Torch-free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from generators.engine.named_files import is_digest
from generators.engine.request_diff import ABSENT, KIND, Change, Place, Step, diff, plain
from generators.engine.requests import Request

NameOf = Callable[[str], str]
"""What the file with a SHA-256 is called, "" where nobody knows."""

MAX_ROWS = 500
MAX_LETTERS = 160
NOTHING = "—"
KINDS: dict[str, str] = {
    "compose": "music",
    "rework": "music worked on",
    "synthesise": "sound of a score",
    "analyse-score": "measures of a score",
    "perform": "a face",
    "listen": "what is heard of a voice",
    "retarget": "curves of another program",
    "render": "pictures",
    "pool": "a pool of pictures",
    "propose": "which pictures come next",
    "find": "a direction",
    "report": "a direction, measured",
    "invert": "a picture of one's own",
    "mix": "music and voice mixed",
    "bundle": "a bundle of a scene",
    "export": "a file",
}
_NAMES: dict[str, str] = {
    "affect": "Feeling",
    "curve": "Feeling over time",
    "feelings": "Mixed feelings over time",
    "tempo_bpm": "Tempo (beats a minute)",
    "tempo_map": "Tempo over time",
    "metre": "Metre",
    "form": "Form",
    "ensemble": "Players",
    "bar_attributes": "Bar by bar",
    "features": "jSymbolic feature",
    "chords": "Chords",
    "guidance": "How closely it follows",
    "candidates": "Whole takes to choose from",
    "tries": "Ways to write each stretch",
    "refine": "Passes that write bars anew",
    "top_p": "How much of each choice is kept",
    "temperature": "How daring",
    "ear": "Map of one's own ear",
    "strength": "How far the feeling pushes",
    "model_sha256": "Weights of the model",
    "voice_sha256": "Recording",
    "score_sha256": "Score",
    "soundfont_sha256": "SoundFont",
    "start_sha256": "Picture of one's own",
    "picture_sha256": "Picture of one's own",
    "pool_sha256": "Pool",
    "second_pool_sha256": "Second pool",
    "direction_sha256": "Direction",
    "curves_sha256": "Curves",
    "voice_arousal": "Arousal heard in the voice",
    "intensity": "Strength of the feeling",
    "variation": "How much of a character",
    "strengths": "Strength",
    "layers": "Edits",
    "gains": "Single actions",
    "blinks_per_minute": "Blinks a minute",
    "blink_at_s": "Blinks",
    "open_s": "Eyes held open",
    "look_at": "Looks",
    "from_voice": "from the voice",
    "making": "Making",
    "lock": "Lock of the form",
    "negative": "Negative prompt",
    "width": "width (pixels)",
    "height": "height (pixels)",
    "finish": "Painterly finish",
    "over_time": "over the steps",
    "duration_s": "Length (s)",
    "sample_rate_hz": "Sample rate (Hz)",
    "music_db": "Level of the music (dB)",
    "duck_db": "Quieter under speech by (dB)",
    "voice_start_s": "Voice begins at (s)",
    "offset_s": "Moved in time by (s)",
    "tempo_factor": "Speed",
    "bars_more": "Bars to add",
    "locked_bars": "Bars that stay",
    "locked_tracks": "Tracks that stay",
    "locked_attributes": "Attributes that stay",
    "points": "Pictures",
    "directions": "Directions",
    "keyframes": "",
    "point": "",
    "to_seed": "seed that it walks to",
    "mix": "how far it walked",
    "amounts": "amount",
}
_ITEMS: dict[str, str] = {
    "keyframes": "keyframe",
    "feelings": "keyframe",
    "layers": "edit",
    "points": "picture",
    "directions": "direction",
    "chords": "bar",
    "bars of": "bar",
    "amounts": "direction",
    "tempo_map": "step",
    "markers": "marker",
    "ear": "rating",
    "seeds": "seed",
}
_WHOLE = frozenset({"metre", "bars", "frames"})
"""Lists that are told as one."""
_UNSET: dict[str, str] = {
    "tempo_bpm": "left to the feeling",
    "curve": "none",
    "key": "left to the feeling",
    "guidance": "the model's own",
    "steps": "the model's own",
    "model_sha256": "whichever is installed",
    "soundfont_sha256": "the one that comes with the program",
    "bars": "all",
    "tracks": "all",
    "prompt": "none",
    "to_seed": "none",
}


class Row(msgspec.Struct, frozen=True):
    """One difference in words: what it is, and what it is on both sides."""

    name: str
    left: str
    right: str


def kind_words(request: Request) -> str:
    """What `request` makes, in a few words."""
    tag = str(request.__struct_config__.tag)
    return KINDS.get(tag, tag)


def compared(left: Request, right: Request, name_of: NameOf = lambda _sha256: "") -> tuple[Row, ...]:
    """How `left` and `right` differ, in words; () for equal ones. Of very many differences the first are told."""
    changes = diff(left, right)
    if changes and not changes[0].path:
        return (Row("What is made", kind_words(left), kind_words(right)),)
    one, other = plain(left), plain(right)
    rows = dict.fromkeys(_row(_whole(change, one, other), one, other, name_of) for change in changes[:MAX_ROWS])
    left_out = len(changes) - MAX_ROWS
    return (*rows, Row(f"and {left_out:,} more", "", "")) if left_out > 0 else tuple(rows)


def _whole(change: Change, left: Any, right: Any) -> Change:
    """`change`, or that of the whole list where it lies inside one that is told as one."""
    for place, step in enumerate(change.path[:-1]):
        if not isinstance(step, str):
            return change
        left, right = _inside(left, step), _inside(right, step)
        if step in _WHOLE:
            return Change(change.path[: place + 1], left, right)
    return change


def _row(change: Change, left: Any, right: Any, name_of: NameOf) -> Row:
    fields = [step for step in change.path if isinstance(step, str)]
    field = fields[-1] if fields else ""
    name = _path_words(change.path, left, right)
    return Row(name, value_words(field, change.left, name_of), value_words(field, change.right, name_of))


def _path_words(path: Sequence[Step], left: Any, right: Any) -> str:
    words: list[str] = []
    field = ""
    for step in path:
        if isinstance(step, str):
            field = "bars of" if field == "bar_attributes" else step
            words.append(name_words(step))
            left, right = _inside(left, step), _inside(right, step)
            continue
        one = left[step.left] if isinstance(left, list) and step.left is not None else ABSENT
        other = right[step.right] if isinstance(right, list) and step.right is not None else ABSENT
        words.append(_item_words(field, step, one if one is not ABSENT else other))
        left, right = one, other
    told = [word for word in words if word]
    return ", ".join([told[0], *(word[:1].lower() + word[1:] for word in told[1:])]) if told else ""


def _inside(value: Any, step: str) -> Any:
    return value.get(step, ABSENT) if isinstance(value, dict) else ABSENT


def _item_words(field: str, place: Place, item: Any) -> str:
    noun = _ITEMS.get(field, "")
    if isinstance(item, dict) and "time_s" in item:
        return f"{noun or 'moment'} at {item['time_s']:g} s"
    if isinstance(item, list) and item and field in ("tempo_map", "markers"):
        return f"{noun} at beat {item[0]:g}"
    number = (place.left if place.left is not None else place.right or 0) + 1
    return f"{noun or 'number' if field else ''} {number}".strip()


def name_words(field: str) -> str:
    """What a field of a request is called."""
    found = _NAMES.get(field)
    if found is not None:
        return found
    words = field.removesuffix("_sha256").replace("_", " ")
    unit = next((unit for unit in ("s", "hz", "db") if field.endswith(f"_{unit}")), "")
    if unit:
        told = {"s": "s", "hz": "Hz", "db": "dB"}[unit]
        words = f"{words[: -len(unit) - 1]} ({told})"
    return words[:1].upper() + words[1:]


def value_words(field: str, value: Any, name_of: NameOf = lambda _sha256: "") -> str:
    """A value of the field `field` in words."""
    if value is ABSENT:
        return NOTHING
    if value is None or value == "" or value == [] or value == {}:
        return _UNSET.get(field, "none")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,}" if isinstance(value, int) and field != "seed" else f"{value:.10g}"
    if isinstance(value, str):
        if field.endswith("sha256") or is_digest(value):
            return name_of(value) or f"{value[:8]}…"
        return _short(value)
    if field == "metre" and isinstance(value, list):
        return "/".join(str(number) for number in value)
    if field == "bars" and isinstance(value, list) and len(value) == 2:
        return f"{value[0] + 1} to {value[1]}"
    return _short(_many_words(field, value, name_of))


def _many_words(field: str, value: Any, name_of: NameOf) -> str:
    if isinstance(value, dict):
        value = {key: item for key, item in value.items() if key != "time_s"} or value  # the name tells its time
        if "weights" in value:
            return " + ".join(f"{name} {amount:g}" for name, amount in value["weights"].items()) or "none"
        if "keyframes" in value:
            return _keyframes_words(value["keyframes"])
        if {"valence", "arousal"} <= value.keys():
            return _point_words(value)
        if "point" in value and isinstance(value["point"], dict):
            return _point_words(value["point"])
        if KIND in value:
            return KINDS.get(str(value[KIND]), "another request")
        if "sha256" in value:
            return value_words("sha256", value["sha256"], name_of)
        told = [f"{name_words(key).lower()} {value_words(key, item, name_of)}" for key, item in value.items() if item]
        return ", ".join(word for word in told if word.strip())
    if value and isinstance(value[0], dict):
        if "time_s" in value[0]:
            return _keyframes_words(value)
        return f"{len(value):,}"
    return " ".join(value_words(field, item, name_of) if item is not None else "–" for item in value[:64])


def _keyframes_words(keys: Sequence[Any]) -> str:
    if len(keys) == 1:
        return f"1 keyframe at {keys[0]['time_s']:g} s"
    return f"{len(keys):,} keyframes from {keys[0]['time_s']:g} to {keys[-1]['time_s']:g} s"


def _point_words(point: dict[str, Any]) -> str:
    return ", ".join(f"{axis} {point.get(axis, 0.0):+.2f}" for axis in ("valence", "arousal", "dominance"))


def _short(text: str) -> str:
    return text if len(text) <= MAX_LETTERS else f"{text[: MAX_LETTERS - 1]}…"
