"""Forced alignment: where in a recording each sound of a known sequence lies, by what the network hears.

Viterbi's best way through the sequence, each sound held for a few frames at least, with a pause allowed anywhere at a
cost.

Source: Rabiner, "A tutorial on hidden Markov models", 1989; Bourlard and Morgan, "Connectionist Speech Recognition",
1994, for dividing the probabilities by how often each sound comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput
from generators.face.features import FRAME_RATE_HZ
from generators.face.phones import SILENCE

FloatArray = npt.NDArray[np.float32]

MIN_FRAMES = 2
"""Frames of features that each sound lasts at least."""
PAUSE_COST = 6.0
"""What an unexpected pause costs, in nats."""
PRIOR_SHARE = 0.5
"""How far the probabilities are divided by how often each sound comes."""
_FLOOR = 1e-6
_NEVER = -1e30


@dataclass(frozen=True, eq=False)
class Alignment:
    """Sounds `phone` (k,) in order without gaps, each from `start_s` to `end_s` seconds.

    `source` (k,) are their places in the sequence that was asked for, -1 for pauses that were found. `confidence` is
    the mean probability of the aligned sounds in speech.
    """

    phone: npt.NDArray[np.uint8]
    start_s: FloatArray
    end_s: FloatArray
    source: npt.NDArray[np.int64]
    confidence: float


@dataclass(frozen=True, eq=False)
class _States:
    """A row of states: `sound` that each hears, `place` in the sequence (-1 for a pause), `enter` cost from others.

    `skips` says that the state before last may go straight here, which passes over a pause; `stays` that it lasts as
    long as it likes. With `is_whole` the way goes from the very first to the very last.
    """

    sound: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    skips: npt.NDArray[np.bool_]
    stays: npt.NDArray[np.bool_]
    cost: npt.NDArray[np.float64]
    is_whole: bool = False


def _states(phones: Sequence[int]) -> _States:
    rows: list[tuple[int, int, bool, bool, float]] = []  # sound, place, skips the one before, stays, cost
    after_optional = False
    for place, phone in enumerate(phones):
        if phone == SILENCE:
            rows.append((SILENCE, place, after_optional, True, 0.0))
            after_optional = True  # a pause that was asked for may be missing, too
            continue
        if place and phones[place - 1] != SILENCE:
            rows.append((SILENCE, -1, False, True, PAUSE_COST))
            after_optional = True
        rows.extend(
            (phone, place, after_optional and not copy, copy == MIN_FRAMES - 1, 0.0) for copy in range(MIN_FRAMES)
        )
        after_optional = False
    sound, place_of, skips, stays, cost = zip(*rows, strict=True)
    return _States(np.array(sound), np.array(place_of), np.array(skips), np.array(stays), np.array(cost))


def _states_without_pauses(phones: Sequence[int]) -> _States:
    rows = [
        (phone, place + 1, copy == MIN_FRAMES - 1) for place, phone in enumerate(phones) for copy in range(MIN_FRAMES)
    ]
    sound, place_of, stays = (np.array(column) for column in zip(*rows, strict=True))
    return _States(sound, place_of, np.zeros(len(rows), dtype=bool), stays, np.zeros(len(rows)), is_whole=True)


def align(probabilities: npt.NDArray[np.floating], phones: Sequence[int], *, has_pauses: bool = True) -> Alignment:
    """Where the sounds `phones` lie in a recording with `probabilities` (n, PHONES) at features.FRAME_RATE_HZ.

    Without `has_pauses` they fill it from the first to the last frame.

    Raises:
        BadInput: there are no sounds, or too many for so short a recording.
    """
    wanted = [phone for phone in phones if phone != SILENCE]
    if not wanted or len(probabilities) < MIN_FRAMES * len(wanted):
        raise BadInput("The text does not fit the recording: check that they belong together.")
    chosen = _states([SILENCE, *_trimmed(phones), SILENCE]) if has_pauses else _states_without_pauses(wanted)
    logs = np.log(np.maximum(probabilities.astype(np.float64), _FLOOR))
    prior = np.maximum(probabilities.astype(np.float64).mean(axis=0), 1e-3)
    logs -= PRIOR_SHARE * np.log(prior)
    path = _best_path(logs[:, chosen.sound], chosen)
    return _alignment(path, chosen, probabilities)


def _trimmed(phones: Sequence[int]) -> list[int]:
    first = next(place for place, phone in enumerate(phones) if phone != SILENCE)
    last = len(phones) - next(place for place, phone in enumerate(reversed(phones)) if phone != SILENCE)
    return list(phones[first:last])


def _best_path(logs: npt.NDArray[np.float64], chosen: _States) -> npt.NDArray[np.int64]:
    """The state (n,) of each frame on the best way from the first or second state to the last or the one before."""
    frames, count = logs.shape
    stay = np.where(chosen.stays, 0.0, _NEVER)
    skip = np.where(chosen.skips, 0.0, _NEVER)
    score = np.full(count, _NEVER)
    score[0] = logs[0, 0]
    if not chosen.is_whole:
        score[1] = logs[0, 1]
    back = np.zeros((frames, count), dtype=np.int8)
    options = np.full((3, count), _NEVER)
    for frame in range(1, frames):
        options[0] = score + stay
        options[1, 1:] = score[:-1] - chosen.cost[1:]
        options[2, 2:] = score[:-2] + skip[2:]
        step = options.argmax(axis=0)
        back[frame] = step
        score = np.take_along_axis(options, step[None], axis=0)[0] + logs[frame]
    ends = [count - 1] if chosen.is_whole else [count - 1, count - 2]
    state = max(ends, key=lambda end: score[end])
    if score[state] < _NEVER / 2:
        raise BadInput("The text does not fit the recording: check that they belong together.")
    path = np.empty(frames, dtype=np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = state
        state -= int(back[frame, state])
    return path


def _alignment(path: npt.NDArray[np.int64], chosen: _States, probabilities: npt.NDArray[np.floating]) -> Alignment:
    place, sound = chosen.place[path], chosen.sound[path]
    keys = np.where(place >= 0, place, -1 - path)  # each pause that was found is one of its own
    begins = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    ends = np.append(begins[1:], len(path))
    heard = probabilities[np.arange(len(path)), sound]
    speech = sound != SILENCE
    source = place[begins] - 1  # the pause before all was added
    source[sound[begins] == SILENCE] = -1
    return Alignment(
        sound[begins].astype(np.uint8),
        (begins / FRAME_RATE_HZ).astype(np.float32),
        (ends / FRAME_RATE_HZ).astype(np.float32),
        source,
        float(heard[speech].mean()) if bool(speech.any()) else 0.0,
    )
