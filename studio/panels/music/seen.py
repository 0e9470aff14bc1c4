"""A take in view: its score, what was asked and measured of it, and the facts to show. No Qt widgets."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generators.artifacts import Artifact, Score
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError, BadArtifact
from generators.music.attributes import ATTRIBUTES, measure
from generators.music.request import ComposeRequest
from studio.document.model import Take
from studio.panel import Timeline
from studio.panels.music.words import key_words, met_share, time_words


@dataclass(frozen=True, eq=False)
class Seen:
    """A take with everything that the panel shows of it.

    `measured` and `asked` by attribute, in their units; `asked` holds what the request and the feeling together came
    to. `facts` are rows of name, value and tooltip.
    """

    take: Take
    score: Score
    request: ComposeRequest
    measured: dict[str, float]
    asked: dict[str, float]
    facts: tuple[tuple[str, str, str], ...]
    timeline: Timeline

    @property
    def sha256(self) -> str:
        """The name of the score's bytes."""
        return self.take.asset_sha256


@functools.lru_cache(maxsize=1024)
def read_request(text: str) -> ComposeRequest | None:
    """The request of a take, None where this version does not understand it."""
    try:
        request = decode_request(text)
    except AffectStudioError:
        return None
    return request if isinstance(request, ComposeRequest) else None


def _numbers(text: str) -> dict[str, float]:
    try:
        found = json.loads(text)
        return {str(name): float(value) for name, value in found.items() if value is not None}
    except (ValueError, TypeError, AttributeError):
        return {}


def _asked(request: ComposeRequest, facts: Mapping[str, str]) -> dict[str, float]:
    asked = _numbers(facts.get("asked", "{}"))
    asked.update(request.attributes)
    if request.tempo_bpm is not None:
        asked["tempo"] = request.tempo_bpm
    return asked


def timeline_of(key: str, score: Score) -> Timeline:
    """The score over time."""
    bars = score.bar_ticks()
    metre = np.searchsorted(score.metre_tick, bars[:-1], side="right") - 1
    return Timeline(
        key=key,
        score=score,
        tempo_bpm=float(score.tempo_bpm[0]),
        bars_s=score.seconds_at(bars),
        beats=score.metre[np.clip(metre, 0, None), 0],
    )


def _facts(
    take: Take, score: Score, request: ComposeRequest | None, met: float | None
) -> tuple[tuple[str, str, str], ...]:
    bars = len(score.bar_ticks()) - 1
    rows = []
    if met is not None:
        rows.append(
            ("meets the request", f"{met * 100:.0f} %", "How near the measured attributes come to the asked ones.")
        )
    rows.append(("length", f"{bars} bars · {time_words(score.duration_s)}", f"{score.note_count} notes"))
    rows.append(("tempo", f"{score.tempo_bpm[0]:.0f} bpm", "Quarter notes a minute"))
    if len(score.key):
        rows.append(("key", key_words(int(score.key[0, 0]), bool(score.key[0, 1])), ""))
    if "source" in take.facts:
        rows.append(("from", take.facts["source"], "The file that this take was opened from"))
    if "edited" in take.facts:
        rows.append(("edited", take.facts["edited"], "The request alone does not make it again."))
    if request is not None:
        rows.append(("seed", str(request.seed), "The same seed with the same request gives the same music."))
        sha256 = take.facts.get("model_sha256", request.model_sha256)
        rows.append(("model", request.model, f"SHA-256 {sha256}" if sha256 else ""))
    return tuple(rows)


def seen_of(take: Take, artifact: Artifact) -> Seen:
    """Everything that is shown of `take`, whose artifact this is; the attributes are measured here.

    Raises:
        BadArtifact: it is no score.
    """
    if not isinstance(artifact, Score):
        raise BadArtifact(f"“{take.name}” holds no score that could be shown: make it again from its request.")
    score = artifact
    known_request = read_request(take.request)
    request = known_request or ComposeRequest()
    measured = measure(score).as_dict()
    asked = _asked(request, take.facts)
    known = {attribute.name for attribute in ATTRIBUTES}
    met = met_share(asked, measured) if asked.keys() & known else None
    facts = _facts(take, score, known_request, met)
    return Seen(take, score, request, measured, asked, facts, timeline_of(take.asset_sha256, score))
