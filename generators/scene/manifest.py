"""What a bundle is made of, in its manifest.json: each file with its hash, the requests, the models and their terms.

The same bundle has the same manifest: there is no clock in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from generators.compass.request import RenderRequest
from generators.errors import AffectStudioError, BadInput
from generators.exporter import write_atomically
from generators.face.request import PerformRequest, RetargetRequest
from generators.made_with import MadeWith, made_now, version_of
from generators.music.request import ComposeRequest, ReworkRequest
from generators.progress import Progress, silent
from generators.provenance import SOURCE_TYPES
from generators.runtime.catalog import Catalog
from generators.runtime.terms import Terms, summary, terms_of
from generators.scene.folder import FORMAT, MANIFEST
from generators.scene.request import BundleRequest, MixRequest, Scene

VERSION = 1
"""Of the manifest's form; a reader refuses a newer one."""
MAX_BYTES = 64 << 20
_LIBRARIES = ("av", "moderngl", "pillow", "soundfile", "tinysoundfont", "torch")
_KINDS: dict[str, str] = {
    ".mid": "notes", ".musicxml": "notes", ".wav": "sound", ".flac": "sound", ".mp4": "film", ".gif": "film",
    ".png": "picture", ".jpg": "picture", ".webp": "picture", ".tif": "picture", ".glb": "animation",
    ".usda": "animation", ".csv": "animation", ".py": "animation", ".txt": "text", ".json": "data", ".xmp": "data",
}  # fmt: skip
_AS_LONG_AS_THE_SCENE = ("sound", "film", "animation")
Made = ComposeRequest | ReworkRequest | PerformRequest | RetargetRequest | RenderRequest | MixRequest


class ListedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file: its `name` from the folder on, with “/” between folders, its size and hash.

    `part` is what it shows ("music", "face", "pictures", "mix", "voice", "scene"), and `duration_s` how long it is,
    0 for what has no length.
    """

    name: str
    kind: str
    bytes: int
    sha256: str
    part: str = "scene"
    duration_s: float = 0.0
    digital_source_type: str = ""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was made: its artifact by hash, the file with its request, and the model that made it."""

    artifact_sha256: str
    request: str = ""
    model: str = ""
    model_sha256: str = ""
    device: str = ""


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that was brought in: a voice, a SoundFont, a head, a direction."""

    what: str
    sha256: str
    name: str = ""


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What manifest.json says; see the fields of its parts. `terms_summary` is `terms` in one sentence."""

    format: str
    version: int
    title: str
    duration_s: float
    frame_count: int
    frame_rate: str
    sample_rate_hz: int
    made_with: MadeWith
    parts: dict[str, Part]
    given: tuple[Given, ...]
    terms_summary: str
    terms: tuple[Terms, ...]
    scene: Scene
    files: tuple[ListedFile, ...]


@dataclass(frozen=True)
class MadePart:
    """What is known of one part: its request as JSON, and the facts that its artifact keeps."""

    request: str
    facts: Mapping[str, str]


def request_in(text: str) -> Made | None:
    """The request in `text`, None where it is none that makes a part of a scene."""
    try:
        return _made.decode(text)
    except (msgspec.MsgspecError, AffectStudioError, UnicodeEncodeError):
        return None


_made: msgspec.json.Decoder[Made] = msgspec.json.Decoder(Made)


def part_terms(request: BundleRequest, parts: Mapping[str, MadePart], catalog: Catalog, room: str) -> tuple[Terms, ...]:
    """The terms of one part: of its model, and of all that it was made from."""
    part = parts[room]
    made = request_in(part.request)
    if made is None:
        return ()
    known = {
        sha256: found
        for other, sha256 in artifacts_of(request).items()
        if other in parts and (found := request_in(parts[other].request)) is not None
    }
    return terms_of(made, catalog, known.get, model_sha256=part.facts.get("model_sha256", ""))


def all_terms(request: BundleRequest, parts: Mapping[str, MadePart], catalog: Catalog) -> tuple[Terms, ...]:
    """The terms of all parts, each thing once."""
    found: dict[tuple[str, str], Terms] = {}
    for room in parts:
        for terms in part_terms(request, parts, catalog, room):
            found.setdefault((terms.what, terms.sha256 or terms.name), terms)
    return tuple(found.values())


def artifacts_of(request: BundleRequest) -> dict[str, str]:
    """The artifacts of a bundle by what they are; what is left out is not there."""
    found = {
        "music": request.score_sha256,
        "face": request.curves_sha256,
        "pictures": request.pictures_sha256,
        "mix": request.mix_sha256,
    }
    return {room: sha256 for room, sha256 in found.items() if sha256}


def model_of(part: MadePart) -> str:
    """The name of the model that made a part, "" where none did."""
    return str(getattr(request_in(part.request), "model", ""))


def manifest_of(
    request: BundleRequest,
    parts: Mapping[str, MadePart],
    catalog: Catalog,
    files: Iterable[ListedFile],
    sample_rate_hz: int,
) -> Manifest:
    """The manifest of a bundle with these `files`."""
    scene = request.scene
    terms = all_terms(request, parts, catalog)
    made = {
        room: Part(
            sha256,
            f"requests/{room}.json" if parts[room].request else "",
            model_of(parts[room]),
            parts[room].facts.get("model_sha256", ""),
            parts[room].facts.get("device", ""),
        )
        for room, sha256 in artifacts_of(request).items()
    }
    own = made_now("bundle")
    libraries = {name: version for name in ("numpy", *_LIBRARIES) if (version := version_of(name))}
    return Manifest(
        FORMAT, VERSION, scene.title or "Scene", round(scene.duration_s, 6), scene.frame_count, scene.film.frame_rate,
        sample_rate_hz, msgspec.structs.replace(own, libraries=libraries), made, tuple(_given(request)),
        summary(terms), terms, scene, tuple(files),
    )  # fmt: skip


def _given(request: BundleRequest) -> Iterable[Given]:
    scene = request.scene
    if scene.voice is not None:
        yield Given("voice", scene.voice.sha256, scene.voice.name)
    for what, sha256 in (("soundfont", scene.soundfont_sha256), ("head", scene.head_sha256)):
        if sha256:
            yield Given(what, sha256)
    for sha256 in request.ingredient_sha256s:
        yield Given("direction", sha256)


def listed(
    folder: Path, part_of: Mapping[str, str], source_types: Mapping[str, str], scene: Scene, progress: Progress = silent
) -> tuple[ListedFile, ...]:
    """All files below `folder`, sorted by name; `part_of` and `source_types` go by the first part of a name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    found = []
    for number, path in enumerate(paths):
        progress(number, len(paths), "manifest")
        name = path.relative_to(folder).as_posix()
        part = part_of.get(name.split("/")[0], "scene")
        kind = _KINDS.get(path.suffix, "data")
        length_s = round(scene.duration_s, 6) if kind in _AS_LONG_AS_THE_SCENE else 0.0
        source_type = "" if kind in ("text", "data") else source_types.get(part, "")
        said = source_type.removeprefix(SOURCE_TYPES)
        found.append(ListedFile(name, kind, path.stat().st_size, sha256_of(path), part, length_s, said))
    return tuple(found)


def sha256_of(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write manifest.json into `folder`."""
    data = msgspec.json.encode(manifest, order="deterministic")
    with write_atomically(folder / MANIFEST) as file:
        file.write(msgspec.json.format(data, indent=2) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the bundle `folder`.

    Raises:
        BadInput: there is none, or it cannot be read; the message says why.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path} is too large to be a manifest: choose the folder of a bundle.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{folder} holds no {MANIFEST} that can be read: choose the folder of a bundle.") from error
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format == FORMAT and head.version > VERSION:
            raise BadInput(f"{path} was written by a newer version of Affect Studio: check it with that one.")
        return msgspec.json.decode(data, type=Manifest)
    except AffectStudioError:
        raise
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is damaged, or not of Affect Studio: choose the folder of a bundle.") from error


class _Head(msgspec.Struct):
    format: str
    version: int


def check_manifest(folder: Path, progress: Progress = silent) -> tuple[str, ...]:
    """What is not as the manifest of the bundle `folder` says, a sentence each; () where all of it is.

    Files that it does not name are not looked at.

    Raises:
        BadInput: there is no manifest, or it cannot be read.
        Cancelled: from `progress`.
    """
    files = read_manifest(folder).files
    wrong = []
    for number, file in enumerate(files):
        progress(number, len(files), file.name)
        place = PurePosixPath(file.name)
        if place.is_absolute() or ".." in place.parts or "\\" in file.name or ":" in file.name:
            wrong.append(f"“{file.name}” lies outside the folder: it was not looked at.")
            continue
        path = folder / place
        try:
            if path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
                wrong.append(f"“{file.name}” was changed since it was written.")
        except OSError:
            wrong.append(f"“{file.name}” is missing, or cannot be read.")
    progress(1, 1, "checked")
    return tuple(wrong)
