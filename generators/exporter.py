"""The contract of an exporter, and how a user's file is written: whole, or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar

from generators.artifacts import Artifact
from generators.errors import BadRequest, output_error
from generators.progress import Progress, silent
from generators.runtime.unfinished import noted

MAX_OPTION_LETTERS = 200


@dataclass(frozen=True)
class Option:
    """Something about a format that can be chosen: one of `choices`, or any text that matches `pattern`.

    `name` is what requests call it, `title` what a sheet does, and `form` says in words what `pattern` demands.
    """

    name: str
    title: str
    default: str
    choices: tuple[str, ...] = ()
    pattern: str = ".*"
    form: str = ""

    def checked(self, value: str) -> str:
        """`value`, if it can be chosen.

        Raises:
            BadRequest: it cannot; the message says what can.
        """
        if self.choices and value not in self.choices:
            raise BadRequest(f"{self.title} cannot be “{value}”: choose {', '.join(self.choices)}.")
        if len(value) > MAX_OPTION_LETTERS or not re.fullmatch(self.pattern, value):
            raise BadRequest(f"{self.title} cannot be “{value[:80]}”: it is written as {self.form}.")
        return value


@dataclass(frozen=True)
class ExportInputs:
    """What lies beside an artifact when it is written: files that some formats use, and what was chosen.

    `soundfont` plays scores, None for the one that comes with the installation. `voice` is the recording that a face
    speaks. `head` is a GLB file of the user's own that is animated in place of our head. `options` are values of the
    exporter's options by name; those not named have their defaults. `ingredients` are files that a request of pictures
    names: directions, and latents of a picture of one's own.
    """

    soundfont: Path | None = None
    voice: Path | None = None
    head: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    ingredients: tuple[Path, ...] = ()


NOTHING = ExportInputs()


class Exporter(ABC):
    """Writes artifacts in one format that other programs read.

    `name` is what requests call it, `title` what menus do, `suffix` the file's ending with its dot, and `accepts` the
    kinds of artifacts it can write. With `is_folder` it writes several files into a folder; `suffix` is then the end of
    the folder's name, with a space for the dot. With `is_sound` a score is played, so that a SoundFont matters.
    With `takes_voice` and `takes_head` the recording and a head of the user's own matter. With `is_drawn` a head is
    drawn, and the driver prepares that for seconds before the first progress. With `takes_ingredients` the files that
    the request names travel inside. `keeps_facts` says that the format has a place for the facts.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    accepts: ClassVar[tuple[str, ...]]
    is_folder: ClassVar[bool] = False
    is_sound: ClassVar[bool] = False
    takes_voice: ClassVar[bool] = False
    takes_head: ClassVar[bool] = False
    is_drawn: ClassVar[bool] = False
    takes_ingredients: ClassVar[bool] = False
    keeps_facts: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = ()

    @abstractmethod
    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write `artifact` to `path`, with `facts` ("request" and "title" among them) where the format has a place.

        Each format uses what it needs of the inputs `beside` the artifact and passes the other files over. The same
        artifact, facts and inputs give the same bytes. A file that was there is replaced once the new one is complete;
        in a folder that was there, files of the same names are.

        Raises:
            BadRequest: this format cannot hold an artifact of that kind, or an option cannot be what was chosen.
            BadInput: a file beside it is missing or damaged.
            OutputError: the file cannot be written, or the disk is full.
            Cancelled: `progress` raised it; nothing is left behind.
        """

    def chosen(self, options: Mapping[str, str]) -> dict[str, str]:
        """The value of every option of this format, by name: what was chosen, else the default.

        Raises:
            BadRequest: an option is unknown here, or cannot be what was chosen.
        """
        known = {option.name: option for option in self.options}
        for name in options:
            if name not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise BadRequest(f"{self.title} has no option called “{name}”: {has}.")
        return {name: option.checked(options.get(name, option.default)) for name, option in known.items()}

    def file_name(self, stem: str, options: Mapping[str, str]) -> str:  # noqa: ARG002  (for formats with rules of names)
        """The name to propose for the file of something called `stem`, which other programs understand."""
        return f"{stem}{self.suffix}"

    def refuse(self, artifact: Artifact) -> BadRequest:
        """The error for an artifact of a kind that this exporter does not accept."""
        return BadRequest(
            f"A result of kind “{artifact.KIND}” cannot be written as {self.title}: choose {' or '.join(self.accepts)}."
        )


@contextmanager
def write_atomically(path: Path) -> Iterator[BinaryIO]:
    """A file to write in the `with` block, which becomes `path` at its end.

    It is written beside `path`, flushed to the disk and renamed, so that `path` is always the old file or the whole new
    one. If the block raises, the temporary file is removed.

    Raises:
        OutputError: the folder refuses writing, or the disk is full.
    """
    temporary = path.with_name(f".{path.name[:64]}.{secrets.token_hex(4)}.part")
    try:
        with noted(temporary, path):
            try:
                with temporary.open("xb+") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(path)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise
        sync_folder(path.parent)
    except OSError as error:
        raise output_error(error, path) from error


@contextmanager
def write_folder_atomically(path: Path) -> Iterator[Path]:
    """A new folder to write files into in the `with` block, which becomes the folder `path` at its end.

    Where `path` is there already, its other files stay, and files of the same names are replaced: all of them, or, if
    the block or one of the replacements fails, none.

    Raises:
        OutputError: the folder refuses writing, a file is in its place, or the disk is full.
    """
    token = secrets.token_hex(4)
    temporary = path.with_name(f".{path.name[:64]}.{token}.part")
    aside = path.with_name(f".{path.name[:64]}.{token}.old")
    try:
        with noted(temporary, path, aside):
            try:
                temporary.mkdir()
                yield temporary
                for file in temporary.iterdir():
                    _sync_file(file)
                if path.is_dir():
                    _move_into(temporary, path, aside)
                elif path.exists():
                    raise FileExistsError(errno.EEXIST, "a file is in the way", str(path))
                else:
                    temporary.rename(path)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        sync_folder(path.parent)
    except OSError as error:
        raise output_error(error, path) from error


def _move_into(source: Path, target: Path, aside: Path) -> None:
    """Move the files of `source` into `target`; those in their way wait in `aside`, and return if one move fails."""
    moved: list[Path] = []
    kept: list[Path] = []
    files = sorted(source.iterdir())
    for file in files:
        if (target / file.name).is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(target / file.name))
    aside.mkdir()
    try:
        for file in files:
            place = target / file.name
            if place.exists():
                place.replace(aside / file.name)
                kept.append(aside / file.name)
            file.replace(place)
            moved.append(place)
        sync_folder(target)
    except BaseException:
        for place in moved:
            place.unlink()
        for file in kept:
            file.replace(target / file.name)
        with suppress(OSError):
            aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the platform can."""
    if os.name == "posix":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
