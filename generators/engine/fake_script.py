"""What a FakeEngine does for a job: the steps of a script, and the script that it takes where none is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from generators import artifacts
from generators.artifacts import Artifact, Audio, Pictures, Pool, Score, Track
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    PoolRequest,
    ProposeRequest,
    RenderRequest,
    ReportRequest,
)
from generators.engine.engine import MemoryChanged, ModelInMemory
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import AffectStudioError, BadRequest
from generators.face.request import ListenRequest, PerformRequest, RetargetRequest
from generators.music.request import AnalyseScoreRequest, ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.progress import silent
from generators.scene.request import BundleRequest, MixRequest

TICKS_PER_QUARTER = 480


@dataclass(frozen=True)
class Pause:
    """Let `seconds` pass (nothing in manual mode)."""

    seconds: float


@dataclass(frozen=True)
class Say:
    """Report progress."""

    done: float
    total: float
    note: str = ""


@dataclass(frozen=True)
class Show:
    """Show a preview."""

    artifact: Artifact


@dataclass(frozen=True)
class Give:
    """End the job with `artifact`."""

    artifact: Artifact
    kept: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GiveFile:
    """End an export whose file is at `path`."""

    path: Path


@dataclass(frozen=True)
class Refuse:
    """End the job with `error`."""

    error: AffectStudioError


@dataclass(frozen=True)
class Die:
    """Let the worker die: what runs fails, what waits is kept."""


Step = Pause | Say | Show | Give | GiveFile | Refuse | Die
Inputs = Mapping[str, Path]
Script = Callable[[Request, Inputs], Iterable[Step]]


def play(request: Request, inputs: Inputs, pause_s: float = 0.01) -> Iterator[Step]:
    """The script that FakeEngine takes where none is given: plain results of the right kind and length."""
    match request:
        case ComposeRequest():
            for bar in range(1, request.bars + 1):
                yield Say(bar, request.bars, f"bar {bar} of {request.bars}")
                yield Pause(pause_s)
            yield Give(
                score_for(request),
                {"request": encode_request(request).decode(), "model_sha256": "0" * 64},
                {"model_sha256": "0" * 64},
            )
        case ReworkRequest(score_sha256=sha256):
            yield Say(1, 2, "bar 1 of 2")
            yield Give(
                rework_for(request, _read(inputs, sha256)),
                {"request": encode_request(request).decode(), "model_sha256": "0" * 64},
                {"model_sha256": "0" * 64, "met": "0.9", "longest_shared": "7"},
            )
        case SynthesiseRequest(score_sha256=sha256, sample_rate_hz=rate):
            score = _read(inputs, sha256)
            yield Say(1, 2, "playing")
            yield Give(_tone(score.duration_s, rate))
        case AnalyseScoreRequest(score_sha256=sha256):
            from generators.music.attributes import measure

            yield Give(measure(_read(inputs, sha256)))
        case ListenRequest(voice_sha256=sha256):
            from generators.engine.fake_face import voice_for

            yield Say(1, 2, "listening")
            yield Give(voice_for(_find(inputs, sha256)))
        case PerformRequest(voice_sha256=sha256):
            from generators.engine.fake_face import curves_for

            yield Say(1, 2, "performing")
            curves = curves_for(request, _find(inputs, sha256))
            yield Give(curves, {"request": encode_request(request).decode()}, {"model_sha256": "0" * 64})
        case RetargetRequest(curves_sha256=sha256):
            from generators.face.captured import read_captured

            found = read_captured(_find(inputs, sha256))
            told = {"rig": found.rig, "title": f"curves of {found.rig}", "duration_s": f"{found.duration_s:g}"}
            yield Give(found, {"request": encode_request(request).decode()}, told)
        case RenderRequest() | PoolRequest() | ProposeRequest() | FindRequest() | ReportRequest() | InvertRequest():
            from generators.engine.fake_compass import facts_for, made_for, steps_of

            steps = steps_of(request)
            for step in range(1, steps):
                yield Say(step, steps, f"{step} of {steps}")
                yield Pause(pause_s)
            made = made_for(request, lambda sha256: _find(inputs, sha256))
            if isinstance(made, Pool) and len(made) > 1:
                yield Show(Pictures(made.pixels[: len(made) // 2]))
            yield Give(made, {"request": encode_request(request).decode()}, facts_for(request))
        case MixRequest():
            yield Say(1, 2, "mixing")
            yield Give(_tone(request.duration_s, request.sample_rate_hz), {"request": encode_request(request).decode()})
        case BundleRequest():
            from generators.engine.beside import bundle_inputs
            from generators.scene.bundle import write_bundle

            yield Say(1, 2, "writing")
            write_bundle(request, bundle_inputs(request, lambda sha256: _find(inputs, sha256)))
            yield GiveFile(Path(request.path))
        case ExportRequest():
            from generators.engine.beside import inputs_of
            from generators.exporters import exporter_named

            exporter = exporter_named(request.exporter)
            artifact = artifacts.read(_find(inputs, request.artifact_sha256))
            beside = inputs_of(request, lambda sha256: _find(inputs, sha256))
            exporter.write(artifact, Path(request.path), request.facts, silent, beside)
            yield GiveFile(Path(request.path))


def play_growing(request: Request, inputs: Inputs, pause_s: float = 0.01) -> Iterator[Step]:
    """As `play`, but takes are shown while they grow, with each finished bar; sound is real."""
    match request:
        case ComposeRequest():
            score = score_for(request)
            for bar in range(1, request.bars + 1):
                yield Say(bar, request.bars, f"bar {bar} of {request.bars}")
                yield Show(score_so_far(score, bar))
                yield Pause(pause_s)
            yield from play(request, inputs, 0.0)
        case SynthesiseRequest():
            from generators.music import passage, synth

            score = _read(inputs, request.score_sha256)
            score = artifacts.replace(score, tempo_bpm=score.tempo_bpm * request.tempo_factor)
            rate_hz = request.sample_rate_hz
            if request.frames is not None:
                yield Give(passage.synthesise_passage(score, request.frames, rate_hz, tracks=request.tracks))
            elif request.tracks:
                yield Give(passage.synthesise_tracks(score, request.tracks, rate_hz))
            else:
                yield Give(synth.synthesise(score, rate_hz))
        case _:
            yield from play(request, inputs, pause_s)


def score_so_far(score: Score, bars: int) -> Score:
    """The first `bars` bars of `score`; notes that are held longer end there for now."""
    end = int(score.bar_ticks()[bars])
    kept = score.start < end
    start = score.start[kept]
    return artifacts.replace(
        score,
        start=start,
        duration=np.minimum(score.duration[kept], end - start),
        pitch=score.pitch[kept],
        velocity=score.velocity[kept],
        track=score.track[kept],
        length=end,
    )


def score_for(request: ComposeRequest) -> Score:
    """Broken chords over exactly the bars, metre and tempi of `request`; the seed chooses the notes."""
    numerator, denominator = request.metre
    bar = TICKS_PER_QUARTER * 4 * numerator // denominator
    step = TICKS_PER_QUARTER // 2
    start = np.arange(0, bar * request.bars, step)
    random = np.random.default_rng(request.seed)
    root = 48 + random.integers(0, 12, request.bars)[start // bar]
    pitch = root + np.resize([0, 7, 12, 16 if request.affect.valence >= 0 else 15, 19, 12], len(start))
    loudness = round(70 + 30 * request.affect.arousal)
    tempi = request.tempo_map or ((0.0, request.tempo_bpm or 96.0 + 40.0 * request.affect.arousal),)
    velocity = np.clip(loudness + random.integers(-8, 9, len(start)), 1, 127)
    return Score(
        start,
        np.full(len(start), step),
        pitch,
        velocity,
        np.zeros_like(start),
        tracks=(Track("Piano"),),
        ticks_per_quarter=TICKS_PER_QUARTER,
        tempo_tick=np.array([round(place * TICKS_PER_QUARTER) for place, _ in tempi]),
        tempo_bpm=np.array([bpm for _, bpm in tempi]),
        metre=np.array([request.metre]),
        length=bar * request.bars,
        title=f"Take {request.seed}",
    )


def rework_for(request: ReworkRequest, score: Score) -> Score:
    """The notes of the chosen bars played as loudly as the seed says; "continue" plays the first bars once more."""
    bars = score.bar_ticks()
    begin, end = request.bars or (0, len(bars) - 1)
    chosen = (score.start >= bars[begin]) & (score.start < bars[min(end, len(bars) - 1)])
    velocity = np.where(chosen, 20 + request.seed % 100, score.velocity)
    start, duration, pitch, track, length = score.start, score.duration, score.pitch, score.track, score.length
    if request.kind == "continue":
        added = bars[min(request.bars_more, len(bars) - 1)]
        again = start < added
        start, duration, pitch, velocity, track = (
            np.concatenate([values, values[again] + (length if values is start else 0)])
            for values in (start, duration, pitch, velocity, track)
        )
        length += int(added)
    return Score(
        start,
        duration,
        pitch,
        velocity,
        track,
        tracks=score.tracks,
        ticks_per_quarter=score.ticks_per_quarter,
        tempo_tick=score.tempo_tick,
        tempo_bpm=score.tempo_bpm,
        metre_tick=score.metre_tick,
        metre=score.metre,
        length=length,
        title=score.title,
    )


def memory_event(move: str = "loaded music-small") -> MemoryChanged:
    """A MemoryChanged as the worker sends it, for tests of what shows it."""
    return MemoryChanged("cpu", 16 << 30, 9 << 30, (ModelInMemory("music-small", 9 << 20, 0),), move)


def _find(inputs: Inputs, sha256: str) -> Path:
    if sha256 not in inputs:
        raise BadRequest("A file that this needs did not come with it: open it again and retry.")
    return inputs[sha256]


def _read(inputs: Inputs, sha256: str) -> Score:
    artifact = artifacts.read(_find(inputs, sha256))
    if not isinstance(artifact, Score):
        raise BadRequest("A score is needed here: choose a score.")
    return artifact


def _tone(duration_s: float, sample_rate_hz: int) -> Audio:
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    wave = (0.1 * np.sin(2 * np.pi * 220.0 * time_s)).astype(np.float32)
    return Audio(np.stack([wave, wave], axis=1), sample_rate_hz)
