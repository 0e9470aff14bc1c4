"""What the hand does to the feeling of a scene, as functions from one scene to the next. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from generators.affect import AffectPoint, nearest_emotion
from generators.scene.request import Scene
from generators.scene.timeline import SceneKey, Timeline

SAME_MOMENT_S = 0.1
"""A keyframe so near to the playhead is the one that is moved."""


def changed(scene: Scene, **changes: object) -> Scene:
    """`scene` with some fields changed."""
    return msgspec.structs.replace(scene, **changes)


def key_at(timeline: Timeline, time_s: float) -> int | None:
    """The place of the keyframe at a moment, None where there is none."""
    near = [(abs(key.time_s - time_s), place) for place, key in enumerate(timeline.keys)]
    found = min(near, default=(SAME_MOMENT_S + 1.0, -1))
    return found[1] if found[0] <= SAME_MOMENT_S else None


def with_point(scene: Scene, time_s: float, point: AffectPoint) -> Scene:
    """`scene` with this feeling at a moment: the keyframe there moves, or there is a new one."""
    keys = list(scene.timeline.keys)
    place = key_at(scene.timeline, time_s)
    if place is not None:
        # weights say more than the point: a hand that moves the point means the point
        keys[place] = msgspec.structs.replace(keys[place], point=point, weights={})
    else:
        keys.append(SceneKey(round(time_s, 3), point))
        keys.sort(key=lambda key: key.time_s)
    return changed(scene, timeline=Timeline(tuple(keys)))


def without_key(scene: Scene, time_s: float) -> Scene:
    """`scene` without the keyframe at a moment."""
    place = key_at(scene.timeline, time_s)
    if place is None:
        return scene
    keys = (*scene.timeline.keys[:place], *scene.timeline.keys[place + 1 :])
    return changed(scene, timeline=Timeline(keys))


def feeling_words(points: Iterable[AffectPoint]) -> str:
    """Feelings in a word each, those in a row that are the same once: “calm to angry to sad”."""
    names: list[str] = []
    for point in points:
        name = nearest_emotion(point).name
        if not names or names[-1] != name:
            names.append(name)
    return " to ".join(names if len(names) <= 3 else [names[0], "…", names[-1]])


def scene_words(scene: Scene) -> str:
    """What a scene feels like in a few words, for the names of takes."""
    return feeling_words(key.point for key in scene.timeline.keys) or "neutral"


def is_empty(scene: Scene) -> bool:
    """Whether nothing was begun: no voice, no feeling, no length."""
    return scene.voice is None and not scene.timeline.keys and not scene.asked_s
