"""What the worker does for each kind of request. The rooms are imported when they are first used."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from generators.artifacts import Measures, Score, replace
from generators.engine.compass_handlers import COMPASS_HANDLERS
from generators.engine.context import Handler, JobContext, Made, Outcome, Registry, Wrote
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.engine.scene_handlers import SCENE_HANDLERS
from generators.errors import BadRequest
from generators.face.emoface_config import FORMAT as EMOFACE
from generators.face.heard_cache import HeardCache
from generators.face.request import SHIPPED_MODEL, ListenRequest, PerformRequest, RetargetRequest
from generators.music.request import AnalyseScoreRequest, ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.progress import Progress, part
from generators.runtime.catalog import Catalog, Model
from generators.runtime.spec import ModelSpec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from generators.face.emoface import EmoFace
    from generators.face.emoface_perform import KeptWindows
    from generators.face.heard import Heard
    from generators.face.model import FaceModel
    from generators.music.model import MusicModel

_LOADING_SHARE = 0.1
_HEARING_SHARE = 0.85
_OURS_SHARE = 0.05  # our network listens in a fraction of the time that EmoFace's takes
_HEARD: HeardCache[Heard] = HeardCache()
_HEARD_BY_EMOFACE: HeardCache[KeptWindows] = HeardCache()


def compose(request: ComposeRequest, context: JobContext) -> Outcome:
    """Compose one take with the model that the request names."""
    from generators.music.compose import compose as compose_score

    model = context.models.catalog.find(request.model, request.model_sha256)
    loading, writing = part(context.progress, 0.0, _LOADING_SHARE), part(context.progress, _LOADING_SHARE, 1.0)
    with context.models.lease(request.model, loading, sha256=request.model_sha256) as weights:
        score, facts = compose_score(request, cast("MusicModel", weights), writing, context.preview)
    return _made_score(request, score, facts, context.models.catalog.sha256(model))


def rework(request: ReworkRequest, context: JobContext) -> Outcome:
    """Work with a score that exists, with the model that the request names."""
    from generators.music.rework import rework as rework_score

    model = context.models.catalog.find(request.model, request.model_sha256)
    given = _score(request.score_sha256, context)
    loading, writing = part(context.progress, 0.0, _LOADING_SHARE), part(context.progress, _LOADING_SHARE, 1.0)
    with context.models.lease(request.model, loading, sha256=request.model_sha256) as weights:
        score, facts = rework_score(request, given, cast("MusicModel", weights), writing, context.preview)
    return _made_score(request, score, facts, context.models.catalog.sha256(model))


def _made_score(request: Request, score: Score, facts: Mapping[str, Any], model_sha256: str) -> Made:
    """A score with the request and the model that made it."""
    kept = {"request": encode_request(request).decode(), "model_sha256": model_sha256}
    told = {name: fact if isinstance(fact, str) else json.dumps(fact) for name, fact in facts.items()}
    return Made(score, kept, {**told, "model_sha256": model_sha256})


def synthesise(request: SynthesiseRequest, context: JobContext) -> Outcome:
    """Play a score, or a passage or some tracks of it, into sound."""
    from generators.music.passage import synthesise_passage, synthesise_tracks
    from generators.music.synth import synthesise as synthesise_score

    soundfont = None
    if request.soundfont_sha256:
        soundfont = context.input_path(request.soundfont_sha256)
        context.expect_silence()  # to unpack a compressed one takes seconds
    score = _score(request.score_sha256, context)
    if request.tempo_factor != 1.0:
        score = replace(score, tempo_bpm=score.tempo_bpm * request.tempo_factor)
    rate_hz, progress = request.sample_rate_hz, context.progress
    if request.frames is not None:
        audio = synthesise_passage(score, request.frames, rate_hz, soundfont, progress, request.tracks)
    elif request.tracks:
        audio = synthesise_tracks(score, request.tracks, rate_hz, soundfont, progress)
    else:
        audio = synthesise_score(score, rate_hz, soundfont, progress)
    return Made(audio, {"request": encode_request(request).decode()})


def analyse_score(request: AnalyseScoreRequest, context: JobContext) -> Outcome:
    """Measure the attributes of a score."""
    from generators.music import attributes, jsymbolic

    score = _score(request.score_sha256, context)
    context.progress(0, 1, "measuring")
    if request.what == "features":
        units = tuple(feature.unit for feature in jsymbolic.FEATURES)
        measures = Measures(jsymbolic.NAMES, units, jsymbolic.measure(score))
    else:
        measures = attributes.measure(score)
    return Made(measures, {"request": encode_request(request).decode()})


def listen(request: ListenRequest, context: JobContext) -> Outcome:
    """Hear a voice recording with the model that the request names."""
    from generators.face.listen import listen as listen_to

    model = context.models.catalog.find(request.model, request.model_sha256)
    if model.spec == EMOFACE:  # it tells no sounds apart; ours listens for it
        model = context.models.catalog.find(SHIPPED_MODEL)
    voice = context.input_path(request.voice_sha256)
    loading, hearing = part(context.progress, 0.0, _LOADING_SHARE), part(context.progress, _LOADING_SHARE, 1.0)
    with context.models.lease(model.name, loading) as weights:
        heard = listen_to(voice, cast("FaceModel", weights), hearing)
    model_sha256 = context.models.catalog.sha256(model)
    kept = {"request": encode_request(request).decode(), "model_sha256": model_sha256}
    return Made(heard, kept, {"model_sha256": model_sha256})


def perform(request: PerformRequest, context: JobContext) -> Outcome:
    """Make the face of a voice recording feel; the voice is listened to once, its next performances are quick."""
    from generators.face.perform import perform as perform_face

    model = context.models.catalog.find(request.model, request.model_sha256)
    model_sha256 = context.models.catalog.sha256(model)
    face = None
    if model.spec == EMOFACE:
        ours = context.models.catalog.find(SHIPPED_MODEL)  # for the prosody, which moves eyes and head
        heard = _heard(request, context, ours, part(context.progress, 0.0, _OURS_SHARE))
        face = _emoface(request, context, heard, model_sha256)
    else:
        heard = _heard(request, context, model, part(context.progress, 0.0, _HEARING_SHARE))
    moving = part(context.progress, _HEARING_SHARE, 1.0)
    curves, facts = perform_face(request, heard, moving, context.preview, face)
    kept = {"request": encode_request(request).decode(), "model_sha256": model_sha256}
    told = {name: f"{fact:g}" for name, fact in facts.items()}
    return Made(curves, kept, {**told, "model_sha256": model_sha256})


def _heard(request: PerformRequest, context: JobContext, model: Model, progress: Progress) -> Heard:
    from generators.face.hearing import hear

    key = (request.voice_sha256, context.models.catalog.sha256(model))
    heard = _HEARD.get(key)
    if heard is None:
        voice = context.input_path(request.voice_sha256)
        with context.models.lease(model.name, part(progress, 0.0, _LOADING_SHARE)) as weights:
            heard = hear(voice, cast("FaceModel", weights), part(progress, _LOADING_SHARE, 1.0))
        _HEARD.put(key, heard)
    return heard


def _emoface(request: PerformRequest, context: JobContext, heard: Heard, model_sha256: str) -> npt.NDArray[np.float32]:
    """The face that EmoFace's network gives, as curves of actions."""
    from generators.face.emoface_curves import blocks_of
    from generators.face.emoface_hearing import hear_windows
    from generators.face.emoface_perform import face_actions, kept_if_small

    key = (request.voice_sha256, model_sha256)
    loading = part(context.progress, _OURS_SHARE, _OURS_SHARE + _LOADING_SHARE)
    hearing = part(context.progress, _OURS_SHARE + _LOADING_SHARE, _HEARING_SHARE)
    with context.models.lease(request.model, loading, sha256=request.model_sha256) as weights:
        network = cast("EmoFace", weights)
        kept = _HEARD_BY_EMOFACE.get(key)
        if kept is not None:
            return face_actions(request, heard, network, kept.windows)
        windows = hear_windows(network, blocks_of(context.input_path(request.voice_sha256)), hearing)
        keep = functools.partial(_HEARD_BY_EMOFACE.put, key)
        return face_actions(request, heard, network, kept_if_small(windows, keep))


def retarget(request: RetargetRequest, context: JobContext) -> Outcome:
    """Read the curves that another program recorded or made."""
    from generators.face.captured import read_captured
    from generators.face.rigs import rig_named

    curves = read_captured(context.input_path(request.curves_sha256), context.progress)
    facts = {
        "rig": curves.rig,
        "title": f"curves of {rig_named(curves.rig).title}",
        "frames": str(len(curves.values)),
        "duration_s": f"{curves.duration_s:g}",
    }
    return Made(curves, {"request": encode_request(request).decode()}, facts)


def export(request: ExportRequest, context: JobContext) -> Outcome:
    """Write an artifact in the form that another program reads."""
    from generators.engine.beside import inputs_of
    from generators.engine.telling import told_facts
    from generators.exporters import exporter_named

    exporter = exporter_named(request.exporter)
    exporter.chosen(request.options)  # refused before anything is read
    path = Path(request.path)
    beside = inputs_of(request, context.input_path)
    if beside.soundfont is not None or exporter.is_drawn:
        context.expect_silence()  # to unpack a compressed font, or to compile shaders in software, takes seconds
    facts = told_facts(request.facts, Catalog.installed())
    exporter.write(context.read(request.artifact_sha256), path, facts, context.progress, beside)
    return Wrote(path)


def _score(sha256: str, context: JobContext) -> Score:
    artifact = context.read(sha256)
    if not isinstance(artifact, Score):
        raise BadRequest(
            f"A score is needed here, and this file holds a result of kind “{artifact.KIND}”: choose a score."
        )
    return artifact


def model_specs() -> tuple[ModelSpec, ...]:
    """The model specs of all rooms."""
    from generators.compass.spec import SPECS as COMPASS_SPECS
    from generators.face.spec import SPECS as FACE_SPECS
    from generators.music.spec import SPECS as MUSIC_SPECS

    return (*MUSIC_SPECS, *COMPASS_SPECS, *FACE_SPECS)


HANDLERS: dict[type, Handler] = {
    ComposeRequest: compose,
    ReworkRequest: rework,
    SynthesiseRequest: synthesise,
    AnalyseScoreRequest: analyse_score,
    ListenRequest: listen,
    PerformRequest: perform,
    RetargetRequest: retarget,
    **COMPASS_HANDLERS,
    **SCENE_HANDLERS,
    ExportRequest: export,
}
REGISTRY = Registry(HANDLERS, model_specs)
