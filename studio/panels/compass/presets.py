"""What belongs to a preset of the compass panel: how pictures are made and finished, not where they are."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from generators.compass.painter.finish import Finish
from generators.errors import BadInput
from studio.panels.compass.state import Ask
from studio.presets import Values

FIELDS = ("is_finished", "finish", "lock", "prompt", "negative", "guidance")
"""What a preset of pictures can set. Seed, place, directions and model belong to a project and stay as they are."""


class _Look(msgspec.Struct, frozen=True, omit_defaults=True):
    is_finished: bool = True
    finish: Finish = Finish()
    lock: float = 0.0
    prompt: str | None = None
    negative: str | None = None
    guidance: float | None = None


class CompassPresets:
    """Reads and sets the look of the pictures; `commit` is given what is asked then."""

    def __init__(self, ask: Callable[[], Ask], commit: Callable[[Ask], object]) -> None:
        self._ask = ask
        self._commit = commit

    def preset(self) -> Values:
        """The look of now, with words only where a model reads them."""
        ask = self._ask()
        look = _Look(ask.is_finished, ask.finish, ask.lock, ask.prompt or None, ask.negative or None, ask.guidance)
        found: Values = msgspec.to_builtins(look)
        return found

    def use_preset(self, values: Values) -> None:
        """Ask for it; one that names no words leaves those of now.

        Raises:
            BadInput: a field has a value that cannot be.
        """
        now = self._ask()
        wanted = {name: value for name, value in values.items() if name in FIELDS}
        try:
            look = msgspec.convert(wanted, _Look)
        except msgspec.ValidationError as error:
            raise BadInput(f"It does not fit this version ({error}).") from error
        ask = now.replace(
            is_finished=look.is_finished,
            finish=look.finish,
            lock=look.lock,
            prompt=now.prompt if look.prompt is None else look.prompt,
            negative=now.negative if look.negative is None else look.negative,
            guidance=now.guidance if look.guidance is None else look.guidance,
        )
        ask.request()
        self._commit(ask)
