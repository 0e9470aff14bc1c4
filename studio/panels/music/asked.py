"""The requests of takes: read, told in plain words, and compared. No Qt."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from generators.affect import AffectPoint, nearest_emotion
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from generators.music.attributes import ATTRIBUTES
from generators.music.chord_symbols import line_of
from generators.music.request import ComposeRequest, ReworkRequest
from studio.panels.music.closeness import closeness_words
from studio.panels.music.words import (
    ENSEMBLE_TITLES,
    FORM_TITLES,
    attribute_words,
    bars_words,
    key_title,
    ranges_words,
    timing_words,
)

MusicRequest = ComposeRequest | ReworkRequest
FREE = "free"
_DONE: dict[str, str] = {
    "rewrite": "written anew",
    "vary": "varied",
    "continue": "continued",
    "harmonise": "harmonised",
    "feel": "moved to a feeling",
}


@functools.lru_cache(maxsize=16_384)  # more than a project has takes: a list of them is read from end to end
def read_any(text: str) -> MusicRequest | None:
    """The request of a take, None where this version does not understand it."""
    try:
        request = decode_request(text)
    except AffectStudioError:
        return None
    return request if isinstance(request, ComposeRequest | ReworkRequest) else None


def read_request(text: str) -> ComposeRequest | None:
    """The request of a take that was composed, None for others."""
    request = read_any(text)
    return request if isinstance(request, ComposeRequest) else None


def feeling_words(point: AffectPoint) -> str:
    """A point as the nearest name and its numbers."""
    name = nearest_emotion(point).name
    return f"{name} ({point.valence:+.2f}, {point.arousal:+.2f}, {point.dominance:+.2f})"


def told(request: MusicRequest) -> dict[str, str]:
    """Everything that a request asks, in plain words by what it is about; what is free is left out."""
    rows = _told_compose(request) if isinstance(request, ComposeRequest) else _told_rework(request)
    rows |= _told_attributes(request.attributes)
    if request.chords:
        rows["Chords"] = line_of(request.chords)
    if request.key:
        rows["Key"] = key_title(request.key)
    if request.strength != 1.0:
        rows["Strength"] = f"{request.strength * 100:.0f} %"
    refine = request.refine if isinstance(request, ComposeRequest) else None
    rows["Follows"] = closeness_words(request.guidance, request.tries, refine)
    if request.candidates > 1:
        rows["Chosen from"] = f"{request.candidates} takes"
    if request.temperature != 1.0:
        rows["Daring"] = f"{request.temperature:.2f}"
    if request.ear:
        rows["My ear"] = f"{len(request.ear)} takes placed"
    rows["Seed"] = str(request.seed)
    rows["Model"] = request.model
    return rows


def _told_compose(request: ComposeRequest) -> dict[str, str]:
    rows = {"Feeling": feeling_words(request.affect)}
    if request.curve is not None:
        frames = request.curve.keyframes
        rows["Over time"] = f"{len(frames)} points over {request.curve.duration_s:.0f} s"
    rows["Length"] = f"{request.bars} bars"
    rows["Metre"] = f"{request.metre[0]}/{request.metre[1]}"
    rows["Who plays"] = ENSEMBLE_TITLES[request.ensemble]
    if request.form != "auto":
        rows["Form"] = FORM_TITLES[request.form]
    if request.tempo_map or request.markers:
        rows["Time"] = timing_words(request.tempo_map, request.markers)
    elif request.tempo_bpm is not None:
        rows["Tempo"] = f"{request.tempo_bpm:.0f} bpm"
    for name, values in request.bar_attributes.items():
        count = sum(value is not None for value in values)
        rows[f"{_title(name)} by bar"] = f"{count} bars told"
    for name, value in request.features.items():
        rows[name] = f"{value:g}"
    return rows


def _told_rework(request: ReworkRequest) -> dict[str, str]:
    rows = {"Done": _DONE[request.kind]}
    if request.bars is not None:
        rows["Where"] = bars_words(*request.bars)
    if request.tracks:
        rows["Parts"] = ", ".join(str(track + 1) for track in request.tracks)
    if request.kind in ("vary", "feel"):
        rows["How much"] = f"{request.amount * 100:.0f} %"
    if request.kind == "continue":
        rows["Added"] = f"{request.bars_more} bars"
    if request.affect is not None:
        rows["Feeling"] = feeling_words(request.affect)
    if request.locked_bars:
        rows["Kept bars"] = ranges_words(request.locked_bars)
    if request.locked_tracks:
        rows["Kept parts"] = ", ".join(str(track + 1) for track in request.locked_tracks)
    if request.locked_attributes:
        rows["Kept as measured"] = ", ".join(_title(name).lower() for name in request.locked_attributes)
    return rows


def _title(name: str) -> str:
    return next((attribute.title for attribute in ATTRIBUTES if attribute.name == name), name)


def _told_attributes(attributes: Mapping[str, float]) -> dict[str, str]:
    rows = {}
    for attribute in ATTRIBUTES:
        if attribute.name in attributes:
            words = attribute_words(attribute, attributes[attribute.name])
            figure = f"{words} {attribute.unit}" if words[:1].isdigit() or words[:1] == "-" else words
            rows[attribute.title] = figure.strip()
    return rows


def differences(first: MusicRequest, second: MusicRequest) -> list[tuple[str, str, str]]:
    """What two requests ask differently: rows of what it is about, the first's words and the second's."""
    one, two = told(first), told(second)
    names = [*one, *(name for name in two if name not in one)]
    return [(name, one.get(name, FREE), two.get(name, FREE)) for name in names if one.get(name) != two.get(name)]
