"""Which models exist: those that are shipped, and those that the user added. Torch-free.

`assets/catalog.json` lists the shipped ones with the SHA-256 of their weights. After weights change it is written
again by

    python -m generators.runtime.catalog --write

The user's own models are the safetensors files in `models_folder()/ROOM/`, and the files and folders elsewhere that
entries there name (references.py); their digest is whatever the files have.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from generators.errors import AffectStudioError, BadInput, ModelAltered, ModelMissing
from generators.progress import Progress, silent
from generators.runtime.folders import assets_folder, cache_folder, models_folder
from generators.runtime.references import SUFFIX, Reference, digest_of, read_references
from generators.runtime.spec import Setup
from generators.runtime.weights import Header, read_header

CATALOG_NAME = "catalog.json"
_BLOCK_BYTES = 4 << 20


class Model(msgspec.Struct, frozen=True, omit_defaults=True):
    """One model: `file` and `card` are absolute here, and relative to the assets folder in catalog.json.

    `spec` names the ModelSpec that loads it; "" is the one of the same name, or else the first of its room. `file` may
    be a folder where `reference` says so.
    """

    name: str
    room: str
    file: str
    sha256: str
    licence: str = ""
    title: str = ""
    card: str = ""
    spec: str = ""
    bytes: int = 0
    shipped: bool = True
    reference: Reference | None = None

    @property
    def setup(self) -> Setup:
        """How it is held in memory."""
        return self.reference.setup if self.reference else Setup()

    @property
    def path(self) -> Path:
        """The weights."""
        return Path(self.file)

    @property
    def card_path(self) -> Path | None:
        """The model card, where there is one."""
        return Path(self.card) if self.card else None


class _CatalogFile(msgspec.Struct):
    version: int
    models: list[Model]


class Catalog:
    """The models that can be asked for by name."""

    def __init__(self, models: Iterable[Model], cache: Path | None = None, own: Path | None = None) -> None:
        self.models = tuple(models)
        self._digests = DigestCache(cache)
        self._own_folder = own  # where the user adds models while we look
        self._seen: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def shipped(cls, assets: Path | None = None, cache: Path | None = None) -> Catalog:
        """The models that come with the program; none when the catalog is not there.

        Raises:
            ModelAltered: catalog.json is damaged.
        """
        return cls(_read_catalog(assets or assets_folder()), cache or cache_folder())

    @classmethod
    def installed(cls, assets: Path | None = None, models: Path | None = None, cache: Path | None = None) -> Catalog:
        """The shipped models and those the user added; a shipped one keeps its name against one of the user's."""
        shipped = _read_catalog(assets or assets_folder())
        catalog = cls(shipped, cache or cache_folder(), models or models_folder())
        catalog.refresh()
        return catalog

    def refresh(self) -> None:
        """See which models the user has added, changed or taken away since."""
        if self._own_folder is None:
            return
        seen = _stamps(self._own_folder)
        if seen == self._seen:
            return
        shipped = [model for model in self.models if model.shipped]
        names = {model.name for model in shipped}
        self.models = (*shipped, *(model for model in _user_models(self._own_folder) if model.name not in names))
        self._seen = seen

    def find(self, name: str, sha256: str = "") -> Model:
        """The model called `name`, and with the digest `sha256` if one is given.

        Raises:
            ModelMissing: there is none.
            ModelAltered: there is one of that name, but with another digest.
        """
        self.refresh()
        named = [model for model in self.models if model.name == name]
        if not named:
            known = ", ".join(sorted(model.name for model in self.models)) or "none"
            raise ModelMissing(
                f"The model “{name}” is not installed (installed: {known}): install it, or choose another."
            )
        model = named[0]
        if sha256 and sha256 != (model.sha256 or self.sha256(model)):
            raise ModelAltered(
                f"This was made with another version of “{name}” ({sha256[:8]}…), which is not installed: "
                "install that version, or leave the model's hash out to use the one that is here."
            )
        return model

    def sha256(self, model: Model, progress: Progress = silent) -> str:
        """The digest of the weights as they are on the disk now, worked out once for each state of the file.

        Raises:
            ModelMissing: the file cannot be read.
            Cancelled: from `progress`.
        """
        try:
            if model.reference is not None:
                return digest_of(model.reference, self._digests.sha256, progress)
            return self._digests.sha256(model.path, progress)
        except OSError as error:
            if model.reference is not None:
                raise ModelMissing(
                    f"The files of “{model.name}” are not where they were ({error.filename or model.path}): put them "
                    "back, or remove the model and add it again from its new place."
                ) from error
            raise ModelMissing(
                f"The weights of “{model.name}” are missing or cannot be read ({model.path}): "
                "put the file back, or install again."
            ) from error

    def verify(self, model: Model, progress: Progress = silent) -> str:
        """Check that the weights of `model` are the ones the catalog knows, and return their digest.

        Raises:
            ModelMissing: the file is not there.
            ModelAltered: its content is not what it was.
            Cancelled: from `progress`.
        """
        found = self.sha256(model, progress)
        if model.sha256 and found != model.sha256:
            raise ModelAltered(
                f"The weights of “{model.name}” are not the ones that were shipped, {model.path} was changed: "
                "put the original file back, or install again."
            )
        return found


class DigestCache:
    """SHA-256 of files, worked out once for each path, size and time of change; kept in `folder` where one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / "digests.json" if folder else None
        self._known: dict[str, tuple[int, int, str]] | None = None

    def sha256(self, path: Path, progress: Progress = silent) -> str:
        """The digest of `path` in hexadecimal; raises OSError when it cannot be read."""
        found = path.stat()
        if self._known is None:
            self._known = self._read()
        key = str(path.resolve())
        known = self._known.get(key)
        if known and known[:2] == (found.st_size, found.st_mtime_ns):
            return known[2]
        digest = hashlib.sha256()
        done = 0
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                done += len(block)
                progress(done, found.st_size, f"checking {path.name}")
        self._known[key] = (found.st_size, found.st_mtime_ns, digest.hexdigest())
        self._write()
        return digest.hexdigest()

    def _read(self) -> dict[str, tuple[int, int, str]]:
        if self._file is None:
            return {}
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, tuple[int, int, str]])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}  # a cache: whatever is wrong with it, it is made again

    def _write(self) -> None:
        if self._file is None or self._known is None:
            return
        # a machine that refuses a cache still checks, each time anew
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            _replace(self._file, msgspec.json.encode(self._known))


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read_catalog(assets: Path) -> list[Model]:
    path = assets / CATALOG_NAME
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_CatalogFile)
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelAltered(
            f"The list of models {path} is damaged: put the original file back, or install again."
        ) from error
    return [
        msgspec.structs.replace(
            model,
            file=str(assets / model.file),
            card=str(assets / model.card) if model.card else "",
            shipped=True,
        )
        for model in found.models
    ]


def _user_models(folder: Path) -> list[Model]:
    found = []
    for path in sorted(folder.glob("*/*.safetensors")):
        with contextlib.suppress(
            AffectStudioError
        ):  # a damaged file of the user's is no model; `models list` shows the rest
            found.append(_describe(path, read_header(path), shipped=False))
    names = {model.name for model in found}
    return [*found, *(_referred(entry) for entry in read_references(folder) if entry.name not in names)]


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What the user's models look like from outside: names, sizes and times of change."""
    stamps = []
    for pattern in ("*/*.safetensors", f"*/*{SUFFIX}", "*/*.md"):
        for path in sorted(folder.glob(pattern)):
            with contextlib.suppress(OSError):  # gone since it was listed
                found = path.stat()
                stamps.append((str(path), found.st_size, found.st_mtime_ns))
    return tuple(stamps)


def _referred(entry: Reference) -> Model:
    return Model(
        name=entry.name,
        room=entry.room,
        file=entry.path,
        sha256="",
        licence=entry.licence,
        title=entry.title or entry.name,
        spec=entry.spec,
        bytes=entry.bytes,
        shipped=False,
        reference=entry,
    )


def _describe(path: Path, header: Header, *, shipped: bool) -> Model:
    card = _card_of(path, header, shipped=shipped)
    text = card.read_text(encoding="utf-8") if card else ""
    heading = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    licence = re.search(r"^[-*\s>]*\**licen[cs]e\**\s*:\**\s*(.+?)\.?\s*$", text, re.MULTILINE | re.IGNORECASE)
    metadata = header.metadata
    return Model(
        name=metadata.get("name", path.stem),
        room=metadata.get("room", path.parent.name),
        file=str(path),
        sha256="",
        licence=metadata.get("licence", licence[1] if licence else ""),
        title=metadata.get("title", heading[1].strip() if heading else path.stem),
        card=str(card) if card else "",
        spec=metadata.get("spec", ""),
        bytes=path.stat().st_size,
        shipped=shipped,
    )


def _card_of(path: Path, header: Header, *, shipped: bool) -> Path | None:
    # a user's file may name anything as its card: only a name beside it counts
    own = path.with_name(Path(header.metadata.get("card", "")).name or f"{path.stem}.md")
    if own.is_file():
        return own
    if not shipped:  # the folder of the user's models holds some of everybody's
        return None
    others = sorted(path.parent.glob("*.md"))  # a room with one card tells of all its files there
    return others[0] if len(others) == 1 else None


def write_catalog(assets: Path) -> list[Model]:
    """Write `assets/catalog.json` from the safetensors files in the folders of `assets`, and return its entries.

    Raises:
        BadInput: weights have no card, or a card that names no licence; the catalog is written all the same.
        ModelAltered: weights are damaged; nothing is written.
    """
    entries = []
    for path in sorted(assets.glob("*/*.safetensors")):
        model = _describe(path, read_header(path), shipped=True)
        entries.append(
            msgspec.structs.replace(
                model,
                file=path.relative_to(assets).as_posix(),
                card=Path(model.card).relative_to(assets).as_posix() if model.card else "",
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            )
        )
    data = msgspec.json.encode(_CatalogFile(1, entries), order="deterministic")
    _replace(assets / CATALOG_NAME, msgspec.json.format(data, indent=2) + b"\n")
    for model in entries:
        if not model.card:
            raise BadInput(f"{model.file} has no model card: write {Path(model.file).stem}.md beside it.")
        if not model.licence:
            raise BadInput(f"{model.card} names no licence: add a line such as “Licence: Apache-2.0”.")
    return entries


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check the catalog of shipped models."""
    parser = argparse.ArgumentParser(prog="python -m generators.runtime.catalog", description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="write catalog.json from the files in the assets folder")
    parser.add_argument("--assets", type=Path, default=assets_folder())
    chosen = parser.parse_args(argv)
    try:
        if chosen.write:
            write_catalog(chosen.assets)
        catalog = Catalog.shipped(chosen.assets)
        for model in catalog.models:
            catalog.verify(model)
            sys.stdout.write(f"{model.name}  {model.room}  {model.bytes:,} bytes  {model.sha256}  {model.licence}\n")
    except AffectStudioError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
