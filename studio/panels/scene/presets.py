"""What belongs to a preset of the scene: how the feeling goes over any length, and the character that feels it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from generators.affect import AffectPoint
from generators.errors import BadInput
from generators.scene.request import Scene
from generators.scene.timeline import Personality, SceneKey, Timeline
from studio.panels.scene.keying import changed, is_empty
from studio.presets import Values

FIRST_LENGTH_S = 20.0
MAX_KNOTS = 500


class Knot(msgspec.Struct, frozen=True, omit_defaults=True):
    """A feeling at a `share` 0..1 of the length, and how it goes on."""

    share: float
    point: AffectPoint
    easing: str = "smooth"
    weights: dict[str, float] = {}


class _Preset(msgspec.Struct, frozen=True, omit_defaults=True):
    knots: tuple[Knot, ...] = ()
    personality: Personality | None = None


class ScenePresets:
    """Reads and sets curve and character; a preset without a curve leaves the one that is drawn, and the same for both.

    Voice, cues, rooms and takes belong to one project and stay. `commit` is given the scene then.
    """

    def __init__(self, scene: Callable[[], Scene], commit: Callable[[Scene], object]) -> None:
        self._scene = scene
        self._commit = commit

    def preset(self) -> Values:
        """The curve over shares of the length, and the character."""
        scene = self._scene()
        knots = tuple(
            Knot(round(min(key.time_s / scene.duration_s, 1.0), 5), key.point, key.easing, key.weights)
            for key in scene.timeline.keys[:MAX_KNOTS]
        )
        found: Values = msgspec.to_builtins(_Preset(knots, scene.personality))
        return found

    def use_preset(self, values: Values) -> None:
        """Ask for it, over the length of this scene.

        Raises:
            BadInput: a field has a value that cannot be.
        """
        scene = self._scene()
        wanted = {name: value for name, value in values.items() if name in _Preset.__struct_fields__}
        try:
            preset = msgspec.convert(wanted, _Preset)
        except msgspec.ValidationError as error:
            raise BadInput(f"It does not fit this version ({error}).") from error
        if len(preset.knots) > MAX_KNOTS or not all(0.0 <= knot.share <= 1.0 for knot in preset.knots):
            raise BadInput("Its curve lies beyond the scene, or has too many keyframes.")
        if is_empty(scene):
            scene = changed(scene, asked_s=FIRST_LENGTH_S)
        if preset.knots:
            keys = {
                round(knot.share * scene.duration_s, 3): SceneKey(
                    round(knot.share * scene.duration_s, 3), knot.point, knot.weights, knot.easing
                )
                for knot in preset.knots
            }
            scene = changed(scene, timeline=Timeline(tuple(keys[time_s] for time_s in sorted(keys))))
        if preset.personality is not None:
            scene = changed(scene, personality=preset.personality)
        self._commit(scene)
