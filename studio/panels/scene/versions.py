"""Two versions of a scene, A and B: which takes each uses, to switch between them while it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generators.scene.plan import ROOMS
from generators.scene.request import Scene
from studio.panels.scene.parts import room_of, with_room

NONE_YET = "Make the scene first: then press A, choose other takes, press B, and go back and forth."
BOTH = "This is version {letter}. Choose another take of a part, then press {other}."


@dataclass(frozen=True)
class Version:
    """The takes of one version, by room ("" for none)."""

    takes: tuple[str, ...]


def version_of(scene: Scene) -> Version:
    """The takes that a scene uses."""
    return Version(tuple(room_of(scene, key).take for key in ROOMS))


class Versions:
    """Remembers versions by their letters while the window is open.

    `go` is told a scene with the takes of another version, `say` a sentence.
    """

    def __init__(self, scene: Callable[[], Scene], go: Callable[[Scene], object], say: Callable[[str], object]) -> None:
        self._scene = scene
        self._go = go
        self._say = say
        self._known: dict[str, Version] = {}

    @property
    def names(self) -> dict[str, str]:
        """What stands behind each letter, in a few words."""
        return {letter: f"Version {letter} of the scene" for letter in sorted(self._known)}

    @property
    def letter(self) -> str:
        """The letter of what is in use, "" for none."""
        now = version_of(self._scene())
        return next((letter for letter, version in sorted(self._known.items()) if version == now), "")

    def compare(self, letter: str) -> None:
        """Go to the version A or B ("": the other one); a letter that is free is given to what is in use."""
        now = version_of(self._scene())
        if not any(now.takes):
            self._say(NONE_YET)
            return
        if not letter:
            letter = next((known for known in sorted(self._known) if self._known[known] != now), "")
            if not letter:
                self._say(NONE_YET)
                return
        if letter not in self._known:
            self._known[letter] = now
            if len(self._known) < 2:
                self._say(BOTH.format(letter=letter, other="B" if letter == "A" else "A"))
            return
        scene = self._scene()
        for key, take in zip(ROOMS, self._known[letter].takes, strict=True):
            scene = with_room(scene, key, take=take)
        self._go(scene)

    def forget(self) -> None:
        """Another project."""
        self._known.clear()
