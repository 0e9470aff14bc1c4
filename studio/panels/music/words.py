"""Numbers of the music panel in a musician's words. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from generators.music.attributes import ATTRIBUTES, Attribute
from generators.music.request import TONICS

_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_DYNAMICS = ((28, "ppp"), (40, "pp"), (52, "p"), (64, "mp"), (78, "mf"), (94, "f"), (110, "ff"))
_SHARPS_MAJOR = ("C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯")
_SHARPS_MINOR = ("A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯")

KEYS: tuple[tuple[str, str], ...] = (
    ("", "Any key"),
    *((key, f"{key.replace('b', '♭').replace('#', '♯')} major")
      for key in ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")),
    *((key, f"{key.removesuffix('m').replace('b', '♭').replace('#', '♯')} minor")
      for key in ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")),
)  # fmt: skip
"""The keys to choose from: what the request says, and what is shown."""

ENSEMBLE_TITLES: dict[str, str] = {"piano": "Piano", "voice": "Voice and piano", "quartet": "String quartet"}
"""What an ensemble of a request is called."""
FORM_TITLES: dict[str, str] = {
    "auto": "Form by length",
    "through": "Never returns",
    "AB": "A B",
    "ABA": "A B A",
    "AABA": "A A B A",
    "rondo": "Rondo",
    "variations": "Variations",
}
"""What a form of a request is called."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Time", ("tempo", "onset_rate", "rhythmic_variety", "syncopation")),
    ("Pitch", ("register", "pitch_range", "melodic_motion")),
    ("Harmony", ("mode", "consonance", "chord_richness")),
    ("Texture", ("note_density", "polyphony")),
    ("Touch", ("articulation", "loudness", "loudness_range")),
)
"""The attributes by what of the music they belong to."""


def key_index(key: str) -> int:
    """The row of KEYS that means the same as `key` of a request."""
    minor, tonic = key.endswith("m"), TONICS.get(key.removesuffix("m"))
    for index, (known, _) in enumerate(KEYS):
        if known and tonic == TONICS[known.removesuffix("m")] and known.endswith("m") == minor:
            return index
    return 0


def key_title(key: str) -> str:
    """A key of a request as it is shown: "Bbm" is B♭ minor."""
    return KEYS[key_index(key)][1] if key else KEYS[0][1]


def key_words(sharps: int, minor: bool) -> str:
    """A key signature as its key: -3 and minor is C minor."""
    row = _SHARPS_MINOR if minor else _SHARPS_MAJOR
    return f"{row[max(-7, min(7, sharps)) + 7]} {'minor' if minor else 'major'}"


def pitch_words(pitch: float) -> str:
    """A MIDI pitch as the nearest note: 60 is C4."""
    nearest = round(pitch)
    return f"{_NAMES[nearest % 12]}{nearest // 12 - 1}"


def dynamic_words(velocity: float) -> str:
    """A MIDI velocity as a dynamic mark."""
    return next((mark for limit, mark in _DYNAMICS if velocity < limit), "fff")


def mode_words(mode: float) -> str:
    """The mode attribute as a word: it is the difference of two correlations, so small steps are near the middle."""
    if abs(mode) < 0.06:
        return "mixed"
    return "major" if mode > 0 else "minor"


def attribute_words(attribute: Attribute, value: float) -> str:
    """A value of `attribute`, short enough for the end of a slider's row."""
    if attribute.name == "register":
        return pitch_words(value)
    if attribute.name == "loudness":
        return dynamic_words(value)
    if attribute.name == "mode":
        return mode_words(value)
    return f"{value:.{attribute.decimals}f}"


def time_words(seconds: float) -> str:
    """A length in seconds: "31 s" or "2:05"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60}:{whole % 60:02d}"


def met_share(asked: Mapping[str, float], measured: Mapping[str, float]) -> float | None:
    """How well `measured` meets `asked`, 0..1; None where nothing both asked and measured is left.

    Each attribute counts 1 where they agree, and 0 where they are a third of its range apart or more.
    """
    scores = []
    for attribute in ATTRIBUTES:
        if attribute.name in asked and attribute.name in measured:
            apart = abs(asked[attribute.name] - measured[attribute.name]) / (attribute.high - attribute.low)
            scores.append(max(0.0, 1.0 - 3.0 * apart))
    return sum(scores) / len(scores) if scores else None


def bars_words(begin: int, end: int) -> str:
    """Bars from 0 with the end left out, as a musician counts them: (8, 12) is "bars 9–12"."""
    return f"bar {begin + 1}" if end - begin == 1 else f"bars {begin + 1}–{end}"


def ranges_words(bars: Sequence[int]) -> str:
    """A set of bars from 0 as a musician writes it: (0, 1, 2, 6) is "1–3, 7"."""
    runs: list[list[int]] = []
    for bar in sorted(set(bars)):
        if runs and bar == runs[-1][-1] + 1:
            runs[-1][-1] = bar
        else:
            runs.append([bar, bar])
    return ", ".join(f"{low + 1}" if low == high else f"{low + 1}–{high + 1}" for low, high in runs)


def parse_ranges(text: str, most: int) -> tuple[int, ...] | None:
    """The bars from 0 that "1–3, 7" names, none above `most`; None where it cannot be read."""
    bars: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-–—]\s*", "-", text.strip())):
        found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        if not part:
            continue
        if found is None:
            return None
        low, high = int(found[1]), int(found[2] or found[1])
        if not 1 <= low <= high <= most:
            return None
        bars.update(range(low - 1, high))
    return tuple(sorted(bars))


def timing_words(tempo_map: Sequence[tuple[float, float]], markers: Sequence[tuple[float, str]]) -> str:
    """A tempo map and markers in a few words: "96 to 124 bpm, 5 markers"."""
    told = []
    if tempo_map:
        low, high = (round(choose(bpm for _, bpm in tempo_map)) for choose in (min, max))
        told.append(f"{low} bpm" if low == high else f"{low} to {high} bpm")
    if markers:
        told.append("1 marker" if len(markers) == 1 else f"{len(markers)} markers")
    return ", ".join(told)
