"""What the worker does for the requests of scenes. What makes things is imported when it is first used."""

from __future__ import annotations

from pathlib import Path

from generators.artifacts import Score
from generators.engine.context import Handler, JobContext, Made, Outcome, Wrote
from generators.engine.requests import encode_request
from generators.errors import BadRequest
from generators.scene.request import BundleRequest, MixRequest


def mix(request: MixRequest, context: JobContext) -> Outcome:
    """Mix a score and a voice into sound of an exact length."""
    from generators.scene.mixing import mix as mix_sound

    score, voice, soundfont = None, None, None
    if request.soundfont_sha256:
        soundfont = context.input_path(request.soundfont_sha256)
        context.expect_silence()  # to unpack a compressed one takes seconds
    if request.voice_sha256:
        voice = context.input_path(request.voice_sha256)
    if request.score_sha256:
        found = context.read(request.score_sha256)
        if not isinstance(found, Score):
            raise BadRequest(
                f"A score is needed here, and this file holds a result of kind “{found.KIND}”: choose a take of music."
            )
        score = found
    audio, facts = mix_sound(request, score, voice, soundfont, context.progress)
    told = {name: f"{fact:.2f}" for name, fact in facts.items()}
    return Made(audio, {"request": encode_request(request).decode()}, told)


def bundle(request: BundleRequest, context: JobContext) -> Outcome:
    """Write everything of a scene into a folder."""
    from generators.engine.beside import bundle_inputs
    from generators.scene.bundle import write_bundle

    write_bundle(request, bundle_inputs(request, context.input_path, context.expect_silence), context.progress)
    return Wrote(Path(request.path))


SCENE_HANDLERS: dict[type, Handler] = {MixRequest: mix, BundleRequest: bundle}
