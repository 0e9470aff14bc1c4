"""What belongs to a preset of the face panel."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from generators.errors import BadInput
from studio.face_lines import Ask
from studio.presets import Values

FIELDS = ("mode", "affect", "feelings", "intensity", "voice_arousal", "variation", "strengths", "eyes")
"""What a preset of a face can set. Seed, model, edits, and what belongs to moments of a voice stay as they are."""
FEELING = ("mode", "affect", "feelings")


class FacePresets:
    """Reads and sets what is asked of the line in view; one that names no feeling leaves that of the line.

    `commit` is given what is asked then.
    """

    def __init__(self, ask: Callable[[], Ask], commit: Callable[[Ask], object]) -> None:
        self._ask = ask
        self._commit = commit

    def preset(self) -> Values:
        """What is asked, without the fields that are as at first, and without moments of one recording."""
        ask, first = self._ask().for_another_voice(), Ask()
        mode = "point" if ask.mode == "curve" else ask.mode
        kept = {name: getattr(ask, name) for name in FIELDS if getattr(ask, name) != getattr(first, name)}
        if mode == "point":
            kept.pop("feelings", None)
        found: Values = msgspec.to_builtins({**kept, "mode": mode, "affect": ask.affect})
        return found

    def use_preset(self, values: Values) -> None:
        """Ask for it.

        Raises:
            BadInput: a field has a value that cannot be.
        """
        now = self._ask()
        wanted = {name: value for name, value in values.items() if name in FIELDS}
        try:
            ask = msgspec.convert(wanted, Ask)
        except msgspec.ValidationError as error:
            raise BadInput(f"It does not fit this version ({error}).") from error
        feeling = {} if any(name in values for name in FEELING) else {name: getattr(now, name) for name in FEELING}
        eyes = msgspec.structs.replace(
            ask.eyes, blink_at_s=now.eyes.blink_at_s, open_s=now.eyes.open_s, look_at=now.eyes.look_at
        )
        ask = msgspec.structs.replace(
            ask,
            eyes=eyes,
            curve=now.curve,
            layers=now.layers,
            seed=now.seed,
            seed_locked=now.seed_locked,
            model=now.model,
            **feeling,
        )
        ask.request("")
        self._commit(ask)
