"""A take in view: its score, what was asked and measured of it, and the facts to show. No Qt widgets."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from generators.affect import AffectPoint
from generators.artifacts import Artifact, Score
from generators.errors import BadArtifact
from generators.music.attributes import ATTRIBUTES, measure
from generators.music.request import ComposeRequest
from studio.document.model import Take
from studio.panel import Timeline
from studio.panels.music.asked import MusicRequest, read_any, read_request
from studio.panels.music.family import feeling_of, met_of
from studio.panels.music.words import key_words, met_share, time_words, timing_words
from studio.take_terms import terms_fact

__all__ = ["Seen", "read_request", "seen_of", "timeline_of"]

NEW_NOTES = 16  # a run of notes that the training set has too and that is no longer than this is common property


@dataclass(frozen=True, eq=False)
class Seen:
    """A take with everything that the panel shows of it.

    `measured` and `asked` by attribute, in their units; `asked` holds what the request and the feeling together came
    to. `facts` are rows of name, value and tooltip. `feeling` is where it was asked for on the pad, None for music from
    elsewhere.
    """

    take: Take
    score: Score
    request: MusicRequest | None
    measured: dict[str, float]
    asked: dict[str, float]
    facts: tuple[tuple[str, str, str], ...]
    timeline: Timeline
    feeling: AffectPoint | None = None

    @property
    def sha256(self) -> str:
        """The name of the score's bytes."""
        return self.take.asset_sha256


def _numbers(text: str) -> dict[str, float]:
    try:
        found = json.loads(text)
        return {str(name): float(value) for name, value in found.items() if value is not None}
    except (ValueError, TypeError, AttributeError):
        return {}


def _whole(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None


def _asked(request: MusicRequest, facts: Mapping[str, str]) -> dict[str, float]:
    asked = _numbers(facts.get("asked", "{}"))
    asked.update(request.attributes)
    if isinstance(request, ComposeRequest) and request.tempo_bpm is not None:
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
    take: Take, score: Score, request: MusicRequest | None, met: float | None, takes: Collection[Take]
) -> tuple[tuple[str, str, str], ...]:
    bars = len(score.bar_ticks()) - 1
    rows = []
    if met is not None:
        rows.append(
            ("meets the request", f"{met * 100:.0f} %", "How near the measured attributes come to the asked ones.")
        )
    shared = _whole(take.facts.get("longest_shared", ""))
    if shared is not None:
        told = "yes" if shared <= NEW_NOTES else f"{shared} notes shared"
        hint = f"The longest run of notes that the training set has too: {shared} notes."
        rows.append(("new to the training set", told, hint))
    rows.append(("length", f"{bars} bars · {time_words(score.duration_s)}", f"{score.note_count} notes"))
    rows.append(("tempo", timing_words(list(enumerate(score.tempo_bpm.tolist())), ()), "Quarter notes a minute"))
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
    rows.append(terms_fact(take, takes))
    return tuple(rows)


def seen_of(take: Take, artifact: Artifact, by_id: Mapping[str, Take] | None = None) -> Seen:
    """Everything that is shown of `take`, whose artifact this is; the attributes are measured here.

    `by_id` are the takes of the project, for the feeling of one that was made from another.

    Raises:
        BadArtifact: it is no score.
    """
    if not isinstance(artifact, Score):
        raise BadArtifact(f"“{take.name}” holds no score that could be shown: make it again from its request.")
    score = artifact
    request = read_any(take.request)
    measured = measure(score).as_dict()
    asked = _asked(request or ComposeRequest(), take.facts)
    known = {attribute.name for attribute in ATTRIBUTES}
    met = met_of(take)
    if met is None and asked.keys() & known:
        met = met_share(asked, measured)
    facts = _facts(take, score, request, met, (by_id or {}).values())
    feeling = feeling_of(take, by_id or {})
    return Seen(take, score, request, measured, asked, facts, timeline_of(take.asset_sha256, score), feeling)
