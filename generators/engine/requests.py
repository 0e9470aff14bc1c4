"""Every request the engine accepts, as one tagged union, and its JSON form. Torch-free."""

from __future__ import annotations

from typing import Any

import msgspec

from generators.compass.request import (
    FindRequest,
    InvertRequest,
    PoolRequest,
    ProposeRequest,
    RenderRequest,
    ReportRequest,
)
from generators.errors import AffectStudioError, BadRequest
from generators.face.request import ListenRequest, PerformRequest, RetargetRequest
from generators.music.request import AnalyseScoreRequest, ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.scene.request import BundleRequest, MixRequest


class ExportRequest(msgspec.Struct, frozen=True, tag="export", omit_defaults=True):
    """Write the artifact `artifact_sha256` as `path` with the exporter named `exporter`.

    `facts` are kept in the file where its format has a place for them (the request that made it, say). Scores become
    sound through `soundfont_sha256`; "" takes the SoundFont that comes with the installation. Films of a face hold the
    recording `voice_sha256`, "" for none; an animation is laid on the head `head_sha256`, "" for ours. `options` are
    those of the exporter (exporter.py), by name. `ingredient_sha256s` are files that the request of pictures names, to
    travel with them.
    """

    artifact_sha256: str
    exporter: str
    path: str
    facts: dict[str, str] = {}
    soundfont_sha256: str = ""
    voice_sha256: str = ""
    head_sha256: str = ""
    options: dict[str, str] = {}
    ingredient_sha256s: tuple[str, ...] = ()


Request = (
    ComposeRequest
    | ReworkRequest
    | SynthesiseRequest
    | AnalyseScoreRequest
    | PerformRequest
    | ListenRequest
    | RetargetRequest
    | RenderRequest
    | PoolRequest
    | ProposeRequest
    | FindRequest
    | ReportRequest
    | InvertRequest
    | MixRequest
    | BundleRequest
    | ExportRequest
)

_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
MAX_REQUEST_BYTES = 4 << 20


def encode_request(request: Request) -> bytes:
    """The canonical JSON of `request`: the same value gives the same bytes."""
    return msgspec.json.encode(_canonical(request), order="sorted")


def _canonical(value: Any) -> Any:
    """`value` with the very defaults of its structs wherever it equals them.

    Only those are left out: msgspec compares them by identity, so that a 1.0 that was typed or decoded would stay.
    """
    if isinstance(value, tuple):
        return tuple(_canonical(item) for item in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changes = {}
    for field in msgspec.structs.fields(value):
        held = getattr(value, field.name)
        if field.default is not msgspec.NODEFAULT and held == field.default and type(held) is type(field.default):
            changes[field.name] = field.default
        elif isinstance(held, (msgspec.Struct, tuple)):
            changes[field.name] = _canonical(held)
    return msgspec.structs.replace(value, **changes)


def decode_request(data: bytes | str) -> Request:
    """The request in `data`.

    Raises:
        BadRequest: not JSON, of an unknown kind, or with a value outside its range.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise BadRequest("This request is too large to be one: check what was pasted or opened.")
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, AffectStudioError):
            raise error.__cause__ from error
        raise BadRequest(f"This request cannot be understood ({error}): check its fields.") from error
    except AffectStudioError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest("This request is not JSON: paste the whole text of a request.") from error
