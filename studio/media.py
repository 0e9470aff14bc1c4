"""What a project uses that lies outside it: collected into it, and offered again where it is missing. No Qt."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec

from generators.errors import AffectStudioError, BadInput, ModelMissing, output_error
from generators.music.soundfont import check_soundfont
from generators.progress import Progress, silent
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder
from generators.runtime.references import check_name
from generators.runtime.unfinished import noted
from generators.runtime.weights import read_header
from studio.document.assets import Medium, is_asset_name
from studio.document.document import Document
from studio.document.model import DocumentState

MAX_COLLECTED_BYTES = 512 << 20
SOUNDFONT, MODEL = "soundfont", "model"
_BLOCK_BYTES = 1 << 20


class Collected(msgspec.Struct, frozen=True):
    """What was taken into the project, how many bytes that is, and a sentence for each thing that stays outside."""

    taken: tuple[Medium, ...]
    taken_bytes: int
    outside: tuple[str, ...]


def models_named(state: DocumentState) -> tuple[str, ...]:
    """The names of the models that takes were made with, and that panels would use, in alphabetical order."""
    texts = [*(take.request for take in state.takes), *state.panel_states.values()]
    return tuple(sorted({name for text in texts for name in _models_in(text)}))


def _models_in(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        match waiting.pop():
            case dict() as values:
                if isinstance(name := values.get("model"), str) and name:
                    yield name
                waiting += values.values()
            case list() as items:
                waiting += items


def collect(document: Document, soundfont: str, progress: Progress = silent) -> Collected:
    """Take into the project what it uses of this machine: the chosen SoundFont, and models of the user's own.

    Shipped models are everywhere; large ones stay where they are, and are told of.

    Raises:
        Cancelled: `progress` raised it; what was taken by then stays.
        DiskFull, NotWritable: the project cannot be written.
    """
    wanted: list[tuple[str, str, Path]] = []
    outside: list[str] = []
    if soundfont:
        wanted.append((SOUNDFONT, Path(soundfont).name, Path(soundfont)))
    catalog = Catalog.installed()
    for name in models_named(document.state):
        try:
            model = catalog.find(name)
        except ModelMissing:
            outside.append(f"the model “{name}” is not on this machine")
            continue
        if model.shipped:
            continue
        if model.reference is not None or model.bytes > MAX_COLLECTED_BYTES:
            outside.append(f"the model “{name}” ({model.bytes / 1e6:,.0f} MB) stays in {model.path}")
        else:
            wanted.append((MODEL, f"{model.room}/{model.path.name}", model.path))
    taken, size = [], 0
    for number, (kind, name, path) in enumerate(wanted):
        progress(number, len(wanted), name)
        try:
            if path.stat().st_size > MAX_COLLECTED_BYTES:
                outside.append(f"{path.name} ({path.stat().st_size / 1e6:,.0f} MB) stays in {path.parent}")
                continue
            if kind == SOUNDFONT:
                check_soundfont(path.read_bytes(), path.name)
            medium = Medium(kind, name, _hash_of(path, progress))
        except (OSError, BadInput) as error:
            outside.append(f"{path.name} cannot be read ({error})" if isinstance(error, OSError) else str(error))
            continue
        document.keep({medium.sha256: path}, [medium]).result()
        taken.append(medium)
        size += path.stat().st_size
    return Collected(tuple(taken), size, tuple(outside))


def _hash_of(path: Path, progress: Progress) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_BLOCK_BYTES):
            hashed.update(piece)
            progress(0, 0, path.name)
    return hashed.hexdigest()


def collected_words(name: str, told: Collected) -> str:
    """What became of it, for the user."""
    if not told.taken and not told.outside:
        return f"{name} needs nothing from outside: all that it uses comes with the program or is in it."
    words = []
    if told.taken:
        names = ", ".join(f"“{Path(medium.name).name}”" for medium in told.taken)
        words.append(f"{name} keeps {names} now ({told.taken_bytes / 1e6:,.1f} MB)")
    if told.outside:
        words.append(f"{'not collected' if words else 'Not collected'}: {'; '.join(told.outside)}")
    return "; ".join(words) + "."


def missing_here(document: Document, soundfont: str) -> tuple[Medium, ...]:
    """The collected files of a project that this machine lacks: the SoundFont, where no own one plays, and models."""
    media = document.media()
    if not media:
        return ()
    installed = {f"{model.room}/{model.path.name}" for model in Catalog.installed().models}
    lacks_font = not soundfont or not Path(soundfont).exists()
    return tuple(
        medium
        for medium in media
        if (medium.kind == SOUNDFONT and lacks_font) or (medium.kind == MODEL and medium.name not in installed)
    )


def take_out(document: Document, medium: Medium) -> Path:
    """Put a collected file where this machine finds it, and return where that is.

    Raises:
        BadInput: it is not what it says, or its name cannot be used.
        DocumentDamaged: its bytes were altered.
        NotWritable, DiskFull: it cannot be written.
    """
    name = Path(medium.name)
    folder = models_folder()
    match medium.kind, name.parts:
        case (str(kind), (str(file),)) if kind == SOUNDFONT and not file.startswith("."):
            target = folder.parent / "soundfonts" / file
        case (str(kind), (("music" | "face" | "compass") as room, str(file))) if kind == MODEL:
            check_name(name.stem)
            target = folder / room / file
        case _:
            raise BadInput(f"“{medium.name}” cannot be taken out of the project: its name is not one of a file.")
    if not is_asset_name(medium.sha256):
        raise BadInput(f"“{medium.name}” cannot be taken out of the project: it is damaged.")
    if target.exists():
        if medium.kind == MODEL or _hash_of(target, silent) == medium.sha256:
            return target
        target = target.with_stem(f"{target.stem} {medium.sha256[:8]}")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with noted(partial, target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            document.copy_asset(medium.sha256, partial)
            _check(medium, partial)
            partial.replace(target)
        except OSError as error:
            raise output_error(error, target) from error
        finally:
            partial.unlink(missing_ok=True)
    return target


def _check(medium: Medium, path: Path) -> None:
    """Look through a file that came with a project before anything uses it."""
    if medium.kind == SOUNDFONT:
        check_soundfont(path.read_bytes(), medium.name)
        return
    try:
        read_header(path)
    except AffectStudioError as error:
        raise BadInput(f"The model “{medium.name}” of this project is damaged, so it was not installed.") from error
