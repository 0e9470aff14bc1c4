"""Signing what was generated in a bundle, and what its files say of who signed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from generators.errors import BadInput
from generators.progress import Progress, silent
from generators.provenance import SOURCE_TYPES
from generators.scene.manifest import ListedFile, check_manifest, read_manifest, sha256_of, write_manifest
from generators.signing import Credential, can_sign, sign_file

_TYPE = re.compile(re.escape(SOURCE_TYPES.encode()) + rb"(\w{4,64})")
_BLOCK = 1 << 22


def sign_bundle(folder: Path, credential: Credential, progress: Progress = silent) -> tuple[str, ...]:
    """Sign the pictures, sounds and films of the bundle `folder` that were generated; gives their names.

    The manifest is written anew after each, so that it is right whenever this is stopped.

    Raises:
        BadInput: it is no bundle, files in it were changed, or they cannot be signed with this certificate.
        MissingDependency: the extra “provenance” is not installed.
        OutputError: the folder cannot be written.
        Cancelled: from `progress`.
    """
    if wrong := check_manifest(folder):
        raise BadInput(f"This bundle is not as it was written, so it is not signed: {wrong[0]}")
    manifest = read_manifest(folder)
    files = list(manifest.files)
    wanted = [place for place, file in enumerate(files) if file.digital_source_type and can_sign(Path(file.name))]
    for number, place in enumerate(wanted):
        file = files[place]
        progress(number, len(wanted), f"signing {file.name}")
        path = folder / file.name
        sign_file(path, credential, SOURCE_TYPES + file.digital_source_type, f"{manifest.title}, {path.name}")
        files[place] = msgspec.structs.replace(file, bytes=path.stat().st_size, sha256=sha256_of(path))
        write_manifest(msgspec.structs.replace(manifest, files=tuple(files)), folder)
    progress(1, 1, "signed")
    return tuple(files[place].name for place in wanted)


def signable_files(folder: Path) -> Iterator[ListedFile]:
    """The files of a bundle that `sign_bundle` signs."""
    for file in read_manifest(folder).files:
        if file.digital_source_type and can_sign(Path(file.name)):
            yield file


def said_source_type(path: Path) -> str:
    """The digital source type that the file `path` says of itself, as a whole URI; "" where it says none.

    Raises:
        BadInput: it cannot be read.
    """
    before = b""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if found := _TYPE.search(before + block):
                    return SOURCE_TYPES + found[1].decode()
                before = block[-256:]
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is there and may be opened.") from error
    return ""
