"""Presets: settings of a panel under a name, for every project; shipped ones, the user's own, and files of them.

Shipped, kept and exported presets have one form, JSON: what it is, its version, and presets that each name their panel.
A panel says what belongs to a preset of it, and reads it; nothing here knows the settings.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from generators.errors import AffectStudioError, BadInput
from generators.exporter import write_atomically
from generators.runtime.folders import assets_folder

KIND, VERSION = "affect-studio presets", 1
FILE = "presets.json"
MAX_BYTES, MAX_PRESETS, MAX_NAME, MAX_WORDS = 1 << 20, 500, 60, 200

Values = dict[str, Any]
"""The fields of a panel's settings that a preset sets, as JSON has them."""


class Preset(msgspec.Struct, frozen=True, omit_defaults=True):
    """Settings of `panel` under a name; `words` say what for."""

    panel: str
    name: str
    settings: Values
    words: str = ""


class _File(msgspec.Struct, frozen=True):
    kind: str
    version: int
    presets: tuple[Preset, ...]


class _Head(msgspec.Struct, frozen=True):
    kind: str
    version: int


def plain_name(name: str) -> str:
    """A name as presets have them: no spaces around or in a row, not too long."""
    return " ".join(name.split())[:MAX_NAME].strip()


def plain_values(values: Values) -> Values:
    """`values` as they come back from a file: with lists in place of tuples."""
    found: Values = msgspec.json.decode(msgspec.json.encode(values))
    return found


def encode_presets(presets: Iterable[Preset]) -> bytes:
    """A file of presets."""
    return msgspec.json.format(msgspec.json.encode(_File(KIND, VERSION, tuple(presets))), indent=2) + b"\n"


def decode_presets(data: bytes, name: str) -> tuple[Preset, ...]:
    """The presets in a file called `name`.

    Raises:
        BadInput: it is none, is from a newer version, or is too large; the message says which.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} is too large for a file of presets ({len(data):,} bytes): choose another one.")
    foreign = f"{name} is no file of presets of Affect Studio: choose one that was exported here."
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(foreign) from error
    if head.kind != KIND:
        raise BadInput(foreign)
    if head.version > VERSION:
        raise BadInput(f"{name} was written by a newer version of Affect Studio: update, then import it again.")
    try:
        presets = msgspec.json.decode(data, type=_File).presets
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{name} is damaged: {error}.") from error
    if len(presets) > MAX_PRESETS:
        raise BadInput(f"{name} holds {len(presets):,} presets, and {MAX_PRESETS} are the most: split it.")
    return tuple(
        msgspec.structs.replace(preset, name=plain_name(preset.name), words=preset.words[:MAX_WORDS])
        for preset in presets
        if plain_name(preset.name) and preset.panel
    )


def read_presets(path: Path) -> tuple[Preset, ...]:
    """The presets in the file `path`.

    Raises:
        BadInput: it cannot be read, or is no file of presets.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror or error}.") from error
    return decode_presets(data, path.name)


@functools.cache
def shipped(panel: str) -> tuple[Preset, ...]:
    """The presets of a panel that come with the program."""
    path = assets_folder() / "presets" / f"{panel}.json"
    return read_presets(path) if path.is_file() else ()


class PresetShelf:
    """The user's presets of all panels, kept in `folder`; `failed` is told when they cannot be kept or read.

    The file is read when something is first asked for. What another window has written meanwhile is read again before
    each change.
    """

    def __init__(self, folder: Path, failed: Callable[[AffectStudioError], object]) -> None:
        self._path = folder / FILE
        self._failed = failed
        self._presets: tuple[Preset, ...] = ()
        self._stamp: tuple[int, int] | None = None
        self._unreadable = False

    def of(self, panel: str) -> tuple[Preset, ...]:
        """The user's presets of a panel, in the order of their names."""
        self._read()
        return tuple(sorted((one for one in self._presets if one.panel == panel), key=lambda one: one.name.casefold()))

    def named(self, panel: str, name: str) -> Preset | None:
        """The user's preset of this name."""
        return next((preset for preset in self.of(panel) if preset.name == name), None)

    def put(self, preset: Preset) -> bool:
        """Keep a preset, in place of one of the same name; False where that could not be."""
        self._read()
        if not preset.name:
            return False
        others = self._without(preset.panel, preset.name)
        if len(others) >= MAX_PRESETS:
            self._failed(BadInput(f"There are {MAX_PRESETS} presets: remove one first."))
            return False
        return self._write((*others, preset))

    def rename(self, panel: str, name: str, new_name: str) -> bool:
        """Call a preset something else; False where there is none, or one is called so already."""
        preset, new_name = self.named(panel, name), plain_name(new_name)
        if preset is None or not new_name or new_name == name:
            return False
        if self.named(panel, new_name) is not None:
            self._failed(BadInput(f"A preset is called “{new_name}” already: choose another name."))
            return False
        return self._write((*self._without(panel, name), msgspec.structs.replace(preset, name=new_name)))

    def remove(self, panel: str, name: str) -> Preset | None:
        """Forget a preset; returns it, so that it can be put back."""
        preset = self.named(panel, name)
        return preset if preset is not None and self._write(self._without(panel, name)) else None

    def add(self, presets: Sequence[Preset]) -> tuple[str, ...]:
        """Keep presets beside those that are there; one whose name is taken gets a number. Returns the new names."""
        self._read()
        known, names = list(self._presets), []
        for preset in presets:
            same = [one for one in known if (one.panel, one.settings) == (preset.panel, preset.settings)]
            if any(one.name == preset.name for one in same):
                continue
            used = {one.name for one in known if one.panel == preset.panel}
            name, number = preset.name, 1
            while name in used:
                number += 1
                name = f"{preset.name[: MAX_NAME - 5]} {number}"
            known.append(msgspec.structs.replace(preset, name=name))
            names.append(name)
        if len(known) > MAX_PRESETS:
            self._failed(BadInput(f"With these there would be more than {MAX_PRESETS} presets: remove some first."))
            return ()
        return tuple(names) if not names or self._write(tuple(known)) else ()

    # -- the file ------------------------------------------------------------------------------------------------------

    def _without(self, panel: str, name: str) -> tuple[Preset, ...]:
        return tuple(one for one in self._presets if (one.panel, one.name) != (panel, name))

    def _read(self) -> None:
        try:
            found = self._path.stat()
        except OSError:  # none yet
            self._presets, self._stamp, self._unreadable = (), None, False
            return
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._presets = read_presets(self._path)
            self._unreadable = False
        except BadInput as error:
            self._unreadable = True
            self._failed(BadInput(f"Your presets could not be read, and stay as they are. {error.message}"))

    def _write(self, presets: tuple[Preset, ...]) -> bool:
        if self._unreadable:  # never written over: it may be another version's, or mended by hand
            self._failed(BadInput(f"Your presets could not be read: move {self._path} away, then try again."))
            return False
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with write_atomically(self._path) as file:
                file.write(encode_presets(presets))
        except AffectStudioError as error:
            self._failed(error)
            return False
        except OSError as error:
            self._failed(BadInput(f"The preset was not kept: {error.strerror or error}."))
            return False
        self._presets = presets
        found = self._path.stat()
        self._stamp = (found.st_mtime_ns, found.st_size)
        return True
