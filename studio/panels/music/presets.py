"""What belongs to a preset of the music panel."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from generators.errors import BadInput
from studio.panel import PanelContext
from studio.panels.music.ask import Ask
from studio.preset_menu import Extra, PresetMenu
from studio.presets import Values

FIELDS = (
    "affect", "strength", "bars", "metre", "tempo_bpm", "key", "attributes", "ensemble", "form", "chords", "guidance",
    "tries", "refine", "candidates", "features", "curve", "bar_attributes", "locked",
)  # fmt: skip
"""What a preset of music can set. Seed, model, the file of a DAW, and all that a project keeps stay as they are."""


class MusicPresets:
    """Reads and sets what is asked; one that names no feeling leaves the one on the pad.

    `commit` is given what is asked then, and the name of the step.
    """

    def __init__(self, ask: Callable[[], Ask], commit: Callable[[Ask, str], object]) -> None:
        self._ask = ask
        self._commit = commit

    def preset(self) -> Values:
        """What is asked, without the fields that are as at first."""
        ask, first = self._ask(), Ask()
        kept = {name: getattr(ask, name) for name in FIELDS if getattr(ask, name) != getattr(first, name)}
        found: Values = msgspec.to_builtins({**kept, "affect": ask.affect})
        return found

    def use_preset(self, values: Values) -> None:
        """Ask for it.

        Raises:
            BadInput: a field is none of ours, or has a value that cannot be.
        """
        now = self._ask()
        wanted = {name: value for name, value in values.items() if name in FIELDS}
        try:
            ask = msgspec.convert({"affect": msgspec.to_builtins(now.affect), **wanted}, Ask)
        except msgspec.ValidationError as error:
            raise BadInput(f"It does not fit this version ({error}).") from error
        ask = msgspec.structs.replace(
            ask,
            kept=now.kept,
            seed=now.seed,
            seed_locked=now.seed_locked,
            model=now.model,
            followed=now.followed,
            tempo_map=now.tempo_map,
            markers=now.markers,
        )
        ask.request()
        self._commit(ask, "preset")

    def clear(self) -> None:
        """Ask for nothing but the feeling, in the time of this piece."""
        now = self._ask()
        self._commit(
            Ask(affect=now.affect, kept=now.kept, seed=now.seed, seed_locked=now.seed_locked, model=now.model), "preset"
        )


def preset_menu(
    context: PanelContext, panel: str, ask: Callable[[], Ask], commit: Callable[[Ask, str], object]
) -> PresetMenu:
    """The presets of the music panel."""
    holder = MusicPresets(ask, commit)
    extras: tuple[Extra, ...] = (("Leave all to the feeling", holder.clear),)
    return PresetMenu(context, panel, holder, extras)
