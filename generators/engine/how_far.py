"""How far two results of one request lie apart, in the words of their room."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from generators.artifacts import Artifact, Audio, Direction, Latents, Measures, RigCurves, Score
from generators.pictures import Pictures

_SILENT_DB = -120.0


def how_far(before: Artifact, now: Artifact) -> str:
    """What differs between `before` and `now` in one sentence; "" where the values are the same."""
    if type(before) is not type(now):
        return f"It was a result of kind “{before.KIND}”, and is one of kind “{now.KIND}” now."
    match before, now:
        case Score(), Score():
            return _scores(before, now)
        case RigCurves(), RigCurves():
            return _curves(before, now)
        case Pictures(), Pictures():
            return _pictures(before.pixels, now.pixels)
        case Audio(), Audio():
            return _sounds(before, now)
        case Direction(), Direction():
            return _directions(before, now)
        case Latents(), Latents():
            return _numbers("The noise", before.noise, now.noise)
        case Measures(), Measures():
            return _numbers("The measures", before.values, now.values)
        case _:
            return ""


def _notes(score: Score) -> Counter[tuple[int, ...]]:
    rows = np.stack([score.start, score.duration, score.pitch, score.velocity, score.track], axis=1)
    return Counter(map(tuple, rows.tolist()))


def _scores(before: Score, now: Score) -> str:
    told = []
    one, other = _notes(before), _notes(now)
    gone, new = (one - other).total(), (other - one).total()
    if gone or new:
        told.append(
            f"Of {before.note_count:,} notes {before.note_count - gone:,} are the same; {gone:,} went and {new:,} came."
        )
    if not np.array_equal(before.tempo_bpm, now.tempo_bpm) or not np.array_equal(before.tempo_tick, now.tempo_tick):
        told.append("The tempo is another one.")
    if not np.array_equal(before.metre, now.metre) or not np.array_equal(before.key, now.key):
        told.append("Metre or key are others.")
    return " ".join(told)


def _curves(before: RigCurves, now: RigCurves) -> str:
    if before.names != now.names or before.rig != now.rig:
        return "They are curves of other controls."
    if len(before.values) != len(now.values):
        return f"There were {len(before.values):,} frames, and there are {len(now.values):,} now."
    apart = np.abs(before.values - now.values)
    if not apart.any():
        return ""
    widest = before.names[int(apart.max(axis=0).argmax())].replace("_", " ")
    frames = int(apart.any(axis=1).sum())
    return (
        f"The curves differ by at most {float(apart.max()):.2g} (in {widest}), in {frames:,} of {len(apart):,} frames."
    )


def _pictures(before: npt.NDArray[np.uint8], now: npt.NDArray[np.uint8]) -> str:
    if before.shape != now.shape:
        return f"They were {_size(before)}, and are {_size(now)} now."
    most, differing = 0, 0
    for one, other in zip(before, now, strict=True):  # one at a time: films are large
        apart = np.abs(one.astype(np.int16) - other.astype(np.int16))
        most = max(most, int(apart.max(initial=0)))
        differing += int(apart.any(axis=-1).sum())
    if not most:
        return ""
    share = differing / max(1, before.shape[0] * before.shape[1] * before.shape[2])
    return f"Colours differ by at most {most} of 255, in {share:.1%} of the pixels."


def _size(pixels: npt.NDArray[np.uint8]) -> str:
    count, height, width = pixels.shape[:3]
    return f"{count:,} pictures of {width:,} × {height:,} pixels"


def _sounds(before: Audio, now: Audio) -> str:
    if before.samples.shape != now.samples.shape or before.sample_rate_hz != now.sample_rate_hz:
        return f"It lasted {before.duration_s:.3f} s, and lasts {now.duration_s:.3f} s now, or its form is another one."
    apart = float(np.abs(before.samples - now.samples).max(initial=0.0))
    if not apart:
        return ""
    level_db = max(_SILENT_DB, 20.0 * float(np.log10(apart)))
    return f"The sound differs by at most {level_db:.0f} dB below full scale.".replace("most -", "most ")


def _directions(before: Direction, now: Direction) -> str:
    one, other = before.vectors.astype(np.float64).ravel(), now.vectors.astype(np.float64).ravel()
    if one.shape != other.shape:
        return "They are directions in other places of the model."
    if np.array_equal(one, other):
        return "The direction is the same; its scale or its figures differ."
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return f"The directions agree by a cosine of {float(one @ other) / length if length else 0.0:.6f}."


def _numbers(what: str, before: npt.NDArray[np.floating], now: npt.NDArray[np.floating]) -> str:
    if before.shape != now.shape:
        return f"{what} had another form."
    apart = float(np.abs(before - now).max(initial=0.0))
    return f"{what} differ by at most {apart:.2g}." if apart else ""
