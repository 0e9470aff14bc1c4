"""What a scene asks of the rooms: its requests, one for each part, and whether what was made still fits. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.request import RenderRequest
from generators.errors import BadRequest
from generators.face.request import MIXABLE, FeelingKey, PerformRequest
from generators.music import attributes
from generators.music.emotion import normal_scores_of
from generators.music.personal import PersonalMap
from generators.music.request import ComposeRequest, ReworkRequest
from generators.scene.fitting import HIGHEST_BPM, LOWEST_BPM, Fitted, fit
from generators.scene.following import room_curve, room_feelings
from generators.scene.path import pictures_along
from generators.scene.request import BundleRequest, MixRequest, Scene

ROOMS: tuple[str, ...] = ("music", "face", "pictures")
PANEL_OF: dict[str, str] = {"music": "music", "face": "face", "pictures": "compass"}
"""The panel that keeps the takes of each room."""
_TEMPO = attributes.INDEX["tempo"]
_TEMPO_SCORES = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
_TEMPO_BPM = (51.3, 66.9, 82.3, 94.9, 108.8, 127.2, 151.3, 178.2, 210.3)
"""What tempo, in quarters a minute, has which normal score in the shipped model's music (see music/scales.py)."""
_TEMPO_SAMPLE_S = 0.25
_MAX_TEMPO_SAMPLES = 2_000


def parts(scene: Scene) -> tuple[str, ...]:
    """What of "music", "face", "pictures" and "mix" is wanted, in the order to make it.

    Raises:
        BadRequest: the scene is empty, or nothing of it is wanted.
    """
    check(scene)
    wanted = [room for room in ROOMS if not getattr(scene, room).off]
    if not wanted:
        raise BadRequest("Music, face and pictures are all left out of this scene: switch on one of them.")
    if "music" in wanted or scene.voice is not None:
        wanted.append("mix")
    return tuple(wanted)


def check(scene: Scene) -> None:
    """Refuse a scene of which nothing can be made.

    Raises:
        BadRequest: saying what is missing.
    """
    if not scene.timeline.keys and scene.voice is None and not scene.asked_s:
        raise BadRequest("This scene is empty: draw how it feels over time, or open a voice recording.")
    if scene.voice is not None and scene.voice.start_s >= scene.duration_s:
        raise BadRequest(
            f"The voice begins at {scene.voice.start_s:.2f} s, and the scene ends at {scene.duration_s:.2f} s: let it "
            "begin earlier, or make the scene longer."
        )


def remarks(scene: Scene) -> tuple[str, ...]:
    """Sentences about what is drawn and cannot be heard or seen, because it lies after the end of the scene."""
    found = []
    end_s = scene.duration_s
    late = sum(key.time_s > end_s + 1e-6 for key in scene.timeline.keys)
    if late:
        what = "A keyframe lies" if late == 1 else f"{late} keyframes lie"
        found.append(f"{what} after the end of the scene at {end_s:.2f} s: up to there the feeling moves towards it.")
    if scene.voice is not None and scene.voice.start_s + scene.voice.duration_s > end_s + 1e-3:
        found.append(f"The voice goes on after the end of the scene at {end_s:.2f} s, and is cut there.")
    return tuple(found)


def fitted(scene: Scene) -> Fitted:
    """The bars and the tempo of the scene's music, its cues on beats.

    Raises:
        BadRequest: the cues cannot be met, or the scene is too short or too long for music.
    """
    check(scene)
    times_s, bpm = _proposed_tempo(scene)
    return fit(scene.duration_s, scene.music.base.metre, scene.cues, times_s, bpm)


def _proposed_tempo(scene: Scene) -> tuple[list[float], list[float]]:
    """What tempo the request or else the feeling proposes over time, in quarters a minute."""
    base = scene.music.base
    asked = base.tempo_bpm or base.attributes.get("tempo")
    if asked:
        return [0.0], [float(asked)]
    curve = room_curve(scene, "music") or base.curve
    if curve is None:
        return [0.0], [proposed_tempo_bpm(base, base.affect)]
    count = int(min(max(2, scene.duration_s / _TEMPO_SAMPLE_S), _MAX_TEMPO_SAMPLES))
    times_s = np.linspace(0.0, scene.duration_s, count).tolist()
    return times_s, [proposed_tempo_bpm(base, curve.at(time_s)) for time_s in times_s]


def proposed_tempo_bpm(request: ComposeRequest, point: AffectPoint) -> float:
    """The tempo that `point` proposes under the strength and the personal map of `request`."""
    felt = PersonalMap(request.ear).wanted_to_asked(point) if request.ear else point
    score = float(normal_scores_of(felt, request.strength)[_TEMPO])
    return float(np.clip(np.interp(score, _TEMPO_SCORES, _TEMPO_BPM), LOWEST_BPM, HIGHEST_BPM))


def music_request(scene: Scene) -> ComposeRequest:
    """Music of exactly the scene's length, which follows its feeling and lands on its cues.

    Raises:
        BadRequest: it cannot be; the message says what to do.
    """
    found = fitted(scene)
    curve = room_curve(scene, "music")
    markers = sorted((place, cue.name) for place, cue in zip(found.cue_quarters, scene.cues, strict=True) if cue.name)
    request = msgspec.structs.replace(
        scene.music.base, bars=found.bars, tempo_bpm=None, tempo_map=found.tempo_map, markers=tuple(markers)
    )
    asked = {name: value for name, value in request.attributes.items() if name != "tempo"}
    request = msgspec.structs.replace(request, attributes=asked)
    return request if curve is None else msgspec.structs.replace(request, curve=curve)


def face_request(scene: Scene) -> PerformRequest:
    """The face that speaks the scene's voice and lives on until the scene ends, on the voice's own time.

    Raises:
        BadRequest: the scene has no voice.
    """
    check(scene)
    voice = scene.voice
    if voice is None:
        raise BadRequest("A face needs a voice to speak: open a recording, or leave the face out of this scene.")
    after_s = round(max(0.0, scene.duration_s - voice.start_s - voice.duration_s), 6)
    curve, feelings = room_curve(scene, "face"), room_feelings(scene)
    changes: dict[str, object] = {"voice_sha256": voice.sha256, "after_s": after_s}
    if curve is not None:
        # mixtures say all that the face looks like: a curve beside them would only make two requests of one face
        changes["curve"] = None if feelings else _curve_from(curve, voice.start_s)
        changes["feelings"] = _feelings_from(feelings, voice.start_s)
    return msgspec.structs.replace(scene.face.base, **changes)


def _curve_from(curve: AffectCurve, start_s: float) -> AffectCurve:
    """The curve on a time that begins at `start_s`."""
    if not start_s:
        return curve
    later = (Keyframe(key.time_s - start_s, key.point) for key in curve.keyframes if key.time_s > start_s)
    return AffectCurve((Keyframe(0.0, curve.at(start_s)), *later))


def _feelings_from(feelings: tuple[FeelingKey, ...], start_s: float) -> tuple[FeelingKey, ...]:
    """The mixtures on a time that begins at `start_s`."""
    if not start_s or not feelings:
        return feelings
    times_s = [key.time_s for key in feelings]
    first = {
        name: round(float(np.interp(start_s, times_s, [key.weights.get(name, 0.0) for key in feelings])), 4)
        for name in MIXABLE
    }
    later = (FeelingKey(key.time_s - start_s, key.weights) for key in feelings if key.time_s > start_s)
    return (FeelingKey(0.0, {name: weight for name, weight in first.items() if weight}), *later)


def pictures_request(scene: Scene) -> RenderRequest:
    """The pictures along the scene, evenly from its beginning to its end.

    Raises:
        BadRequest: they would be too many.
    """
    check(scene)
    return pictures_along(scene, room_curve(scene, "pictures"))


def request_of(scene: Scene, room: str) -> ComposeRequest | PerformRequest | RenderRequest:
    """The request for one of ROOMS; raises as the three above."""
    match room:
        case "music":
            return music_request(scene)
        case "face":
            return face_request(scene)
        case _:
            return pictures_request(scene)


def mix_request(scene: Scene, score_sha256: str) -> MixRequest:
    """Music and voice as one sound; "" for `score_sha256` leaves the music out.

    Raises:
        BadRequest: there is neither music nor a voice.
    """
    check(scene)
    if not score_sha256 and scene.voice is None:
        raise BadRequest("There is neither music nor a voice to mix: switch on the music, or open a recording.")
    return MixRequest(
        score_sha256=score_sha256,
        voice_sha256=scene.voice.sha256 if scene.voice is not None else "",
        duration_s=scene.duration_s,
        voice_start_s=scene.voice.start_s if scene.voice is not None else 0.0,
        music_db=scene.music.level_db,
        duck_db=scene.music.duck_db,
        soundfont_sha256=scene.soundfont_sha256,
    )


def bundle_request(
    scene: Scene,
    path: str,
    made: Mapping[str, str],
    requests: Mapping[str, str],
    *,
    may_replace: bool = False,
) -> BundleRequest:
    """Everything of the scene in the folder `path`.

    `made` are the artifacts and `requests` the canonical JSON of what made them, both by "music", "face", "pictures"
    and "mix"; what is not among them is left out.

    Raises:
        BadRequest: nothing was made.
    """
    check(scene)
    if not any(made.values()):
        raise BadRequest("Nothing of this scene has been made yet: make its music, face or pictures first.")
    return BundleRequest(
        path=path,
        scene=scene,
        score_sha256=made.get("music", ""),
        curves_sha256=made.get("face", ""),
        pictures_sha256=made.get("pictures", ""),
        mix_sha256=made.get("mix", ""),
        requests=dict(sorted(requests.items())),
        ingredient_sha256s=ingredients(scene) if made.get("pictures") else (),
        may_replace=may_replace,
    )


def ingredients(scene: Scene) -> tuple[str, ...]:
    """The directions and latents that the request for the pictures names, by SHA-256."""
    pictures = scene.pictures
    named = [push.sha256 for push in pictures.base.directions] + [push.sha256 for push in pictures.pushes]
    return tuple(dict.fromkeys(sha256 for sha256 in (*named, pictures.base.start_sha256) if sha256))


def inputs_of_scene(scene: Scene) -> tuple[str, ...]:
    """The files that the parts of a scene need beside each other: voice, SoundFont, head, directions, latents."""
    voice = scene.voice.sha256 if scene.voice is not None else ""
    named = (voice, scene.soundfont_sha256, scene.head_sha256, *ingredients(scene))
    return tuple(dict.fromkeys(sha256 for sha256 in named if sha256))


def fits(scene: Scene, made_by: object) -> bool:
    """Whether a take that the request `made_by` made still is what the scene says.

    Only what the scene decides counts (feeling, length, bars, voice, path): a take with another seed, other musicians
    or edits by hand was chosen as it is. Of a rework only its score can tell, so that it is taken to fit.
    """
    try:
        match made_by:
            case ComposeRequest():
                return _same(made_by, music_request(scene), "curve", "bars", "metre", "tempo_map")
            case ReworkRequest():
                return True
            case PerformRequest():
                return _same(made_by, face_request(scene), "voice_sha256", "curve", "feelings", "after_s")
            case RenderRequest():
                return _same(made_by, pictures_request(scene), "points", "directions")
    except BadRequest:
        pass
    return False


def _same(one: msgspec.Struct, other: msgspec.Struct, *names: str) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
