"""Models of the user's own that stay where they are: an entry each, in the user's folder of models. Torch-free.

An entry is `models_folder()/ROOM/NAME.model.json`. It names a file or a folder anywhere on the machine, the files of it
that matter, and how the model is held in memory. The weights are not copied.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from generators.errors import BadInput, BadRequest, output_error
from generators.progress import Progress, part, silent
from generators.runtime.spec import DTYPES, OFFLOADS, SAMPLERS, Setup
from generators.runtime.whole_files import written_whole

SUFFIX = ".model.json"
MAX_ENTRY_BYTES = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry: `path` is absolute, `files` are names below it ("" alone where it is a single file).

    `origin` tells where a download came from ("ORG/NAME@COMMIT"); its folder is ours and goes with the entry.
    """

    name: str
    room: str
    path: str
    files: tuple[str, ...]
    bytes: int
    title: str = ""
    licence: str = ""
    origin: str = ""
    spec: str = ""
    dtype: str = ""
    offload: str = ""
    sampler: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.dtype and self.dtype not in DTYPES:
            raise BadRequest(f"Models are not held as “{self.dtype}”: choose {', '.join(DTYPES)}.")
        if self.offload and self.offload not in OFFLOADS:
            raise BadRequest(f"Models are not moved by “{self.offload}”: choose {' or '.join(OFFLOADS)}.")
        if self.sampler and self.sampler not in SAMPLERS:
            raise BadRequest(f"No model is sampled by “{self.sampler}”: choose {' or '.join(SAMPLERS)}.")
        if not self.files or any(Path(name).is_absolute() or ".." in Path(name).parts for name in self.files):
            raise BadInput(f"The entry of the model “{self.name}” is damaged: remove it and add the model again.")

    @property
    def setup(self) -> Setup:
        """How it is held in memory."""
        return Setup(self.dtype, self.offload, self.sampler)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that matter, in order of their names."""
        root = Path(self.path)
        return tuple(root / name if name else root for name in sorted(self.files))


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a model.

    Raises:
        BadRequest: it has letters that a file's name may not have everywhere.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest(f"“{name}” cannot be the name of a model: use letters, digits, dots, dashes and underscores.")


def read_references(folder: Path) -> list[Reference]:
    """The entries in the rooms of `folder`; a damaged one is no model."""
    found = []
    for path in sorted(folder.glob(f"*/*{SUFFIX}")):
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, BadInput):
            if path.stat().st_size <= MAX_ENTRY_BYTES:
                entry = msgspec.json.decode(path.read_bytes(), type=Reference)
                if path == entry_path(folder, entry):
                    found.append(entry)
    return found


def entry_path(folder: Path, reference: Reference) -> Path:
    """Where the entry lies."""
    return folder / reference.room / f"{reference.name}{SUFFIX}"


def own_folder(folder: Path, room: str, name: str) -> Path:
    """Where the files of a download lie, which are ours to take away."""
    return folder / room / name


def write_reference(folder: Path, reference: Reference) -> Path:
    """Keep an entry in `folder`, in the place of one of the same name.

    Raises:
        OutputError: the folder refuses it.
    """
    path = entry_path(folder, reference)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as file:
            file.write(msgspec.json.format(msgspec.json.encode(reference), indent=2) + b"\n")
    except OSError as error:
        raise output_error(error, path) from error
    return path


def remove_reference(folder: Path, reference: Reference) -> None:
    """Take an entry away; what was downloaded for it goes too, what is the user's stays.

    Raises:
        OutputError: the folder refuses it.
    """
    path = entry_path(folder, reference)
    try:
        path.unlink(missing_ok=True)
        own = own_folder(folder, reference.room, reference.name)
        if reference.origin and Path(reference.path) == own and own.is_dir():
            shutil.rmtree(own)
    except OSError as error:
        raise output_error(error, path) from error


def digest_of(reference: Reference, digest: Callable[[Path, Progress], str], progress: Progress = silent) -> str:
    """The digest of a single file, or over the names and digests of all files of a folder.

    `digest` gives that of one file and is expected to remember it.

    Raises:
        OSError: a file cannot be read.
        Cancelled: from `progress`.
    """
    paths = reference.paths
    if reference.files == ("",):
        return digest(paths[0], progress)
    sizes = [path.stat().st_size for path in paths]
    total, before = max(1, sum(sizes)), 0
    whole = hashlib.sha256()
    for name, path, size in zip(sorted(reference.files), paths, sizes, strict=True):
        inner = part(progress, before / total, (before + size) / total)
        whole.update(f"{digest(path, inner)}  {name}\n".encode())
        before += size
    return whole.hexdigest()
