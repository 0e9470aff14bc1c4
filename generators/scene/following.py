"""What the character of a scene feels, and what each room makes of it: the scene's feeling with its own gain and delay.

Easing, personality, gain, offset and delay are resolved here, so that the rooms get the plain linear curves they know.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from generators.affect import MAX_KEYFRAMES, AffectCurve, AffectPoint, Keyframe
from generators.errors import BadRequest
from generators.face.mixtures import mixtures_at
from generators.face.prototypes import FEELINGS
from generators.face.request import MIXABLE, FeelingKey
from generators.scene.personality import as_row, mood_at, relaxed
from generators.scene.request import Scene
from generators.scene.thinning import thinned
from generators.scene.timeline import Follow, Personality, Timeline

FloatArray = npt.NDArray[np.float64]

ROOMS: tuple[str, ...] = ("music", "pictures", "face")
TOLERANCE = 0.01
_FIT = 0.008
"""What thinning may use of the tolerance; the samples lie nearer to the truth than the rest."""
_JUMP_S = 0.001
"""How long before a jump the curve still is where it was."""
_EASED_SAMPLES = 40
_SETTLING = np.concatenate([np.linspace(0.0, 4.0, 64), np.linspace(4.25, 12.0, 32)])
"""When after a keyframe, in half-times, the mood is sampled."""
# the face's looks that are no emotion of EmoFace, in those that are: half smiles, and lids that hang a little
_TOLD_AS: dict[str, dict[str, float]] = {"content": {"happy": 0.35}, "tired": {"sad": 0.3}}


def mood(scene: Scene, rate_hz: float = 30.0) -> tuple[FloatArray, FloatArray]:
    """What the character feels: `times_s` (k,) from 0 to the scene's end and `points` (k, 3) in -1..1.

    Easing and personality are in it, what the rooms make of it is not. Zeros where there is no keyframe.
    """
    count = max(int(np.floor(scene.duration_s * rate_hz + 1e-6)), 1)
    times_s = np.append(np.arange(count) / rate_hz, scene.duration_s)
    times_s = times_s if times_s[-1] - times_s[-2] > 1e-9 else np.delete(times_s, -2)
    return times_s, mood_at(scene.timeline, scene.personality, times_s)


def follow_of(scene: Scene, room: str) -> Follow:
    """How "music", "pictures" or "face" follows the scene.

    Raises:
        BadRequest: there is no such room.
    """
    match room:
        case "music":
            return scene.music.follow
        case "pictures":
            return scene.pictures.follow
        case "face":
            return scene.face.follow
    raise BadRequest(f"There is no room called “{room}”: choose {', '.join(ROOMS)}.")


def room_curve(scene: Scene, room: str) -> AffectCurve | None:
    """The feeling that "music", "pictures" or "face" gets; None where it goes its own way or nothing is drawn.

    Straight between keyframes, within 0.01 of the eased and relaxed curve; the last keyframe is the scene's end.
    """
    follow = follow_of(scene, room)
    if follow.leaves or not scene.timeline.keys:
        return None
    return followed_curve(scene.timeline, scene.personality, follow, scene.duration_s)


def followed_curve(
    timeline: Timeline, personality: Personality, follow: Follow, duration_s: float
) -> AffectCurve | None:
    """What a room that follows so feels from 0 to `duration_s`; None without keyframes. See `room_curve`."""
    if not timeline.keys:
        return None

    def wanted(times_s: FloatArray) -> FloatArray:
        felt = mood_at(timeline, personality, times_s)
        return np.asarray(follow.gain * felt + np.array(as_row(follow.offset)))

    times_s, values = _sampled(timeline, personality, follow, duration_s, wanted, -1.0)
    kept = _few(times_s, values, MAX_KEYFRAMES)
    return AffectCurve(
        tuple(
            Keyframe(float(times_s[place]), AffectPoint(*(round(float(value), 4) for value in values[place])))
            for place in kept
        )
    )


def room_feelings(scene: Scene) -> tuple[FeelingKey, ...]:
    """The mixtures of emotions over time that the face gets; () where no keyframe has weights of its own.

    Keyframes without weights look as their point does. Personality, gain and delay count as for the curve, an offset
    adds its look; a gain below 0 turns the feeling round, which no mixture can be, so that the curve speaks then.
    """
    follow = scene.face.follow
    keys = scene.timeline.keys
    if follow.leaves or follow.gain < 0.0 or not any(key.weights for key in keys):
        return ()
    character = scene.personality
    looks = np.array([_weights_row(key.weights) if key.weights else _look_row(key.point) for key in keys])
    aims = np.minimum(character.strength * looks, 1.0)
    aims += character.pull * (_look_row(character.temper) - aims)

    def wanted(times_s: FloatArray) -> FloatArray:
        felt = relaxed(keys, aims, character.inertia_s, times_s)
        return np.asarray(follow.gain * felt + _look_row(follow.offset))

    times_s, values = _sampled(scene.timeline, character, follow, scene.duration_s, wanted, 0.0)
    found = []
    for place in _few(times_s, values, MAX_KEYFRAMES):
        row = values[place].tolist()
        named = {name: round(value, 4) for name, value in zip(MIXABLE, row, strict=True) if value >= 0.0005}
        found.append(FeelingKey(float(times_s[place]), named))
    return tuple(found)


def _weights_row(weights: dict[str, float]) -> FloatArray:
    whole = max(sum(weights.values()), 1.0)
    return np.array([weights.get(name, 0.0) / whole for name in MIXABLE], dtype=np.float64)


def _look_row(point: AffectPoint) -> FloatArray:
    """The look of a point as amounts (len(MIXABLE),) of the emotions that can be mixed; what is left is neutral."""
    mixture = mixtures_at(np.array([as_row(point)], dtype=np.float32))[0].tolist()
    weights = dict.fromkeys(MIXABLE, 0.0)
    for name, amount in zip(FEELINGS, mixture, strict=True):
        for told, share in _TOLD_AS.get(name, {name: 1.0}).items():
            weights[told] += share * amount
    return np.array([min(weights[name], 1.0) for name in MIXABLE], dtype=np.float64)


def _sampled(
    timeline: Timeline,
    personality: Personality,
    follow: Follow,
    duration_s: float,
    wanted: Callable[[FloatArray], FloatArray],
    low: float,
) -> tuple[FloatArray, FloatArray]:
    """Times (n,) of the room, and what is `wanted` then (n, d), kept within `low`..1.

    `wanted` is asked at times of the scene, so that a jump is met to the bit whatever the delay is. The corners where
    values are cut are among the times.
    """
    begin_s, end_s = -follow.delay_s, duration_s - follow.delay_s
    scene_s = _moments(timeline, personality, begin_s, end_s)
    values = wanted(scene_s)
    corners = []
    for limit in (low, 1.0):
        beyond = values - limit
        cut, axis = np.nonzero(beyond[:-1] * beyond[1:] < 0.0)
        before, after = beyond[cut, axis], beyond[cut + 1, axis]
        corners.append(scene_s[cut] + before / (before - after) * (scene_s[cut + 1] - scene_s[cut]))
    scene_s = np.unique(np.concatenate([scene_s, *corners]))
    room_s = scene_s + follow.delay_s
    room_s[0], room_s[-1] = 0.0, duration_s  # to the bit
    apart = np.append(np.diff(room_s) > 0.0, True)  # of times that the delay makes one, the later
    return room_s[apart], np.clip(wanted(scene_s[apart]), low, 1.0)


def _moments(timeline: Timeline, personality: Personality, begin_s: float, end_s: float) -> FloatArray:
    """Times (n,) of the scene from `begin_s` to `end_s` between which straight lines meet the feeling closely."""
    starts_s = np.array([key.time_s for key in timeline.keys])
    ends_s = np.append(starts_s[1:], max(end_s, float(starts_s[-1])))
    few = _EASED_SAMPLES if len(starts_s) <= 1_000 else 8
    shares = np.linspace(0.0, 1.0, few + 1)[:-1]
    found = [starts_s, (starts_s[:, None] + shares * (ends_s - starts_s)[:, None]).ravel()]
    if personality.inertia_s > 0.0:
        settling = starts_s[:, None] + personality.inertia_s * _SETTLING
        found.append(settling[settling < ends_s[:, None]])
    else:
        jumps = [key.easing == "hold" for key in timeline.keys[:-1]]
        found.append(starts_s[1:][jumps] - np.minimum(_JUMP_S, np.diff(starts_s)[jumps] / 2))
    moments = np.concatenate(found)
    inside = moments[(moments > begin_s) & (moments < end_s)]
    return np.unique(np.concatenate([[begin_s], inside, [end_s]]))


def _few(times_s: FloatArray, values: FloatArray, most: int) -> npt.NDArray[np.int64]:
    """The places of `thinned`, more coarsely where they would be more than can be kept."""
    tolerance = _FIT
    kept = thinned(times_s, values, tolerance)
    while len(kept) > most:
        tolerance *= 2.0
        kept = thinned(times_s, values, tolerance)
    return kept
