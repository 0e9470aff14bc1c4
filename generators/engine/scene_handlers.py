"""What the worker does for the requests of scenes. What makes things is imported when it is first used."""

from __future__ import annotations

from pathlib import Path

from generators.engine.context import Handler, JobContext, Outcome, Wrote
from generators.scene.request import BundleRequest


def bundle(request: BundleRequest, context: JobContext) -> Outcome:
    """Write everything of a scene into a folder."""
    from generators.engine.beside import bundle_inputs
    from generators.scene.bundle import write_bundle

    write_bundle(request, bundle_inputs(request, context.input_path, context.expect_silence), context.progress)
    return Wrote(Path(request.path))


SCENE_HANDLERS: dict[type, Handler] = {BundleRequest: bundle}
