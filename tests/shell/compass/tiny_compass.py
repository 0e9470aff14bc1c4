"""The product's handlers of the compass, with its model at the smallest size and random weights."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

from generators.compass.request import FindRequest, InvertRequest, PoolRequest, RenderRequest, ReportRequest
from generators.engine.context import Handler, JobContext, Outcome, Registry
from generators.engine.handlers import HANDLERS, model_specs
from generators.progress import Progress
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import assets_folder
from generators.runtime.manager import ModelManager
from generators.runtime.spec import Device, ModelSpec


def _tiny(spec: ModelSpec) -> ModelSpec:
    def load(path: Path, device: Device, progress: Progress) -> object:
        return spec.tiny(1)

    return dataclasses.replace(spec, load=load, size_bytes=lambda _path: 1_000_000, peak_bytes=0)


@cache
def _manager() -> ModelManager:
    weights = assets_folder() / "music" / "music-small.safetensors"  # any file will do: it is not read
    catalog = Catalog([Model("compass-small", "compass", str(weights), "")])
    return ModelManager(catalog, lambda: [_tiny(spec) for spec in model_specs()], reserve_bytes=0)


def _with_tiny(handler: Handler) -> Handler:
    def run(request: object, context: JobContext) -> Outcome:
        return handler(request, dataclasses.replace(context, load_models=_manager))

    return run


KINDS = (RenderRequest, PoolRequest, FindRequest, InvertRequest, ReportRequest)
REGISTRY = Registry({kind: _with_tiny(HANDLERS[kind]) for kind in KINDS}, lambda: ())
