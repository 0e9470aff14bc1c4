"""The bars of an existing score that are worked on, on the model's grid: which notes stay, which go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray, Score
from generators.errors import BadRequest
from generators.music import tokens
from generators.music.request import MAX_BARS, ReworkRequest
from generators.music.segments import plain_metre

Flags = npt.NDArray[np.bool_]
PIANO, VOICE, VIOLIN = 0, 1, 2
CONTEXT_BARS = 32
_STRINGS = {40: 2, 41: 3, 42: 4, 43: 4}
_VOICES = range(52, 55)


@dataclass(frozen=True)
class Place:
    """Where notes lie on the grid, in parallel arrays (n,): `bar` of the score, `slot`, `duration` in ticks, `role`."""

    bar: IntArray
    slot: IntArray
    duration: IntArray
    role: IntArray


@dataclass(frozen=True)
class Work:
    """What is worked on: bars `begin` to `end` (left out) of `score`, in `metre`.

    `bar_tick` (b + 1,) are the score's bar lines, `stretch` (first, end) the bars of the same metre around. `place` is
    where each note lies on the grid. `open_notes` (n,) says which of the score's notes may change, `stays` (n,) which
    stay, and `melody` (n,) which of those are to be accompanied; `open_bars` (begin..end) which bars may be written;
    `roles` are those that may play, `tracks` the tracks that new notes may go to.
    """

    score: Score
    metre: tuple[int, int]
    bar_tick: IntArray
    begin: int
    end: int
    stretch: tuple[int, int]
    ensemble: int
    place: Place
    open_notes: Flags
    stays: Flags
    melody: Flags
    open_bars: Flags
    roles: tuple[int, ...]
    tracks: tuple[int, ...]

    @property
    def grid_ticks(self) -> float:
        """How many of the score's ticks one grid tick has."""
        return self.score.ticks_per_quarter / tokens.GRID

    @property
    def heard(self) -> Flags:
        """Which notes (n,) the network is shown: those with a pitch that stay."""
        drums = np.array([track.is_drum for track in self.score.tracks], dtype=bool)
        return np.asarray(self.stays & ~drums[self.score.track])

    def events(self, bar: int) -> IntArray:
        """The notes of a bar that stay, as events (k, 5) in their order."""
        inside = self.heard & (self.place.bar == bar)
        length = tokens.bar_length(self.metre)
        notes = tokens.GridNotes(
            np.minimum(self.place.slot[inside], length - 1),
            self.place.duration[inside],
            self.score.pitch[inside],
            self.score.velocity[inside],
            self.place.role[inside],
        ).tidied()
        return tokens.encode(notes, length, 1)[1:-1]


def ensemble_of(score: Score) -> tuple[int, IntArray]:
    """The ensemble nearest to the tracks of `score`, and each track's role in it.

    A single voice or lead beside other tracks makes songs; strings alone make a quartet; all else counts as piano.
    """
    programs = [track.program for track in score.tracks]
    pitched = [index for index, track in enumerate(score.tracks) if not track.is_drum]
    if pitched and all(programs[index] in _STRINGS for index in pitched):
        return 2, np.array([_STRINGS.get(program, VIOLIN) for program in programs], dtype=np.int64)
    voices = [index for index in pitched if programs[index] in _VOICES]
    if voices and len(voices) < len(pitched):
        return 1, np.array([VOICE if index in voices else PIANO for index in range(len(programs))], dtype=np.int64)
    return 0, np.zeros(len(programs), dtype=np.int64)


def _place(score: Score, bar_tick: IntArray, roles: IntArray) -> Place:
    grid = score.ticks_per_quarter / tokens.GRID
    bar = np.clip(np.searchsorted(bar_tick, score.start, side="right") - 1, 0, len(bar_tick) - 2)
    slot = np.round((score.start - bar_tick[bar]) / grid).astype(np.int64)
    over = slot >= np.round(np.diff(bar_tick)[bar] / grid)  # a note just before the line belongs to the next bar
    over &= bar < len(bar_tick) - 2
    bar, slot = np.where(over, bar + 1, bar), np.where(over, 0, slot)
    slot = np.clip(slot, 0, tokens.MAX_BAR - 1)
    duration = np.maximum(np.round(score.duration / grid).astype(np.int64), 1)
    role = roles[score.track] if score.note_count else np.zeros(0, dtype=np.int64)
    return Place(bar.astype(np.int64), slot, duration, role)


def _metres(score: Score, bar_tick: IntArray) -> list[tuple[int, int]]:
    """The metre of each bar, in the form the model knows it by."""
    at = np.clip(np.searchsorted(score.metre_tick, bar_tick[:-1], side="right") - 1, 0, None)
    return [plain_metre((int(n), int(d))) for n, d in score.metre[at].tolist()]


def highest_line(score: Score, chosen: Flags) -> Flags:
    """The highest of the `chosen` notes at each moment."""
    found = np.zeros(score.note_count, dtype=bool)
    index = np.flatnonzero(chosen)
    order = index[np.lexsort((-score.pitch[index], score.start[index]))]
    new = np.concatenate([[True], np.diff(score.start[order]) > 0]) if len(order) else np.zeros(0, dtype=bool)
    found[order[new]] = True
    return found


def select(request: ReworkRequest, score: Score) -> Work:
    """What `request` works on in `score`, with nothing kept yet where it works.

    Raises:
        BadRequest: bars or tracks are not there, lie in several metres or in one the model does not write, or are too
            many.
    """
    bar_tick = score.bar_ticks()
    count = len(bar_tick) - 1
    if not any(not track.is_drum for track in score.tracks) or not score.note_count:
        raise BadRequest("There are no pitched notes to work with: open a score that has some.")
    if request.kind == "continue":
        begin, end = max(count - 1, 0), count
    else:
        begin, end = request.bars if request.bars is not None else (0, count)
    if end > count:
        raise BadRequest(f"Bar {end} was asked for, and the piece has {count}: choose bars up to there.")
    metres = _metres(score, bar_tick)
    metre = metres[begin]
    if any(other != metre for other in metres[begin:end]):
        raise BadRequest("These bars change their metre: choose bars of one metre at a time.")
    if metre not in tokens.BAR_METRES:
        known = ", ".join(f"{n}/{d}" for n, d in tokens.BAR_METRES)
        raise BadRequest(f"The model does not write {metre[0]}/{metre[1]}: choose bars in {known}.")
    if end - begin > MAX_BARS:
        raise BadRequest(f"{end - begin} bars are too many at once: choose up to {MAX_BARS}.")
    first = begin
    while first > 0 and metres[first - 1] == metre:
        first -= 1
    last = end
    while last < count and metres[last] == metre:
        last += 1
    named = (*request.tracks, *request.locked_tracks)
    if named and max(named) >= len(score.tracks):
        raise BadRequest(f"There is no track {max(named) + 1}: choose one of the {len(score.tracks)} of this piece.")
    ensemble, roles = ensemble_of(score)
    return _keep(request, score, metre, bar_tick, (begin, end), (first, last), ensemble, roles)


def _keep(
    request: ReworkRequest,
    score: Score,
    metre: tuple[int, int],
    bar_tick: IntArray,
    span: tuple[int, int],
    stretch: tuple[int, int],
    ensemble: int,
    roles: IntArray,
) -> Work:
    pitched = [index for index, track in enumerate(score.tracks) if not track.is_drum]
    tracks = [index for index in (request.tracks or pitched) if index in pitched]
    melody = np.zeros(score.note_count, dtype=bool)
    if request.kind == "harmonise":
        melody = _melody(request, score, pitched)
        ensemble, roles = _with_melody(ensemble, roles, score, melody)
        kept = set(request.locked_tracks)
        tracks = [index for index in pitched if index not in kept and (len(pitched) > 1 or not melody.all())]
    else:
        tracks = [index for index in tracks if index not in request.locked_tracks]
    place = _place(score, bar_tick, roles)
    if request.kind == "harmonise" and ensemble == 1:
        place = Place(place.bar, place.slot, place.duration, np.where(melody, VOICE, PIANO))
    begin, end = span
    open_bars = np.array([bar not in request.locked_bars for bar in range(begin, end)], dtype=bool)
    if not open_bars.any():
        raise BadRequest("Every chosen bar is locked: unlock one, or choose others.")
    inside = (place.bar >= begin) & (place.bar < end)
    goes = inside & open_bars[np.clip(place.bar - begin, 0, end - begin - 1)] & np.isin(score.track, pitched)
    if request.kind == "harmonise":
        goes &= ~melody
        role = (PIANO,) if ensemble == 1 else tuple(sorted({2, 3, 4} - set(place.role[melody].tolist())) or [3, 4])
    else:
        if not tracks and request.kind != "continue":
            raise BadRequest("Every chosen track is locked or a drum track: choose one that may change.")
        goes &= np.isin(score.track, tracks)
        role = tuple(sorted({int(roles[index]) for index in tracks})) or (PIANO,)
    if request.kind == "continue":
        goes[:] = False
    return Work(
        score,
        metre,
        bar_tick,
        begin,
        end,
        stretch,
        ensemble,
        place,
        goes,
        ~goes,
        melody,
        open_bars,
        role,
        tuple(tracks),
    )


def _melody(request: ReworkRequest, score: Score, pitched: list[int]) -> Flags:
    """The notes of the melody: the locked tracks, or the highest line."""
    chosen = np.isin(score.track, pitched)
    if request.locked_tracks:
        return chosen & np.isin(score.track, request.locked_tracks)
    return highest_line(score, chosen)


def _with_melody(ensemble: int, roles: IntArray, score: Score, melody: Flags) -> tuple[int, IntArray]:
    """The ensemble in which the melody is accompanied: strings stay strings, all else is a lead with piano."""
    if ensemble == 2:
        if len(set(roles[score.track[melody]].tolist())) == len(set(roles.tolist())):
            return 2, np.full(len(roles), VIOLIN, dtype=np.int64)
        return 2, roles
    return 1, np.zeros(len(roles), dtype=np.int64)
