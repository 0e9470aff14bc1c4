"""Where new notes go in a score that exists: to which tracks, and how much room there is for them."""

from __future__ import annotations

import numpy as np

from generators.artifacts import IntArray, Score, Track
from generators.music.excerpt import Flags, Work


def tracks_for(work: Work, rows: IntArray) -> tuple[tuple[Track, ...], IntArray]:
    """The tracks, and the track of each new note: of those open to its role the one that lies nearest to its pitch."""
    score = work.score
    tracks = score.tracks
    roles: dict[int, list[int]] = {}
    for index in work.tracks:
        mine = score.track == index
        mine = work.place.role[mine & ~work.melody if (mine & ~work.melody).any() else mine]
        roles.setdefault(int(np.bincount(mine).argmax()) if len(mine) else work.roles[0], []).append(index)
    track = np.zeros(len(rows), dtype=np.int64)
    for role in sorted(set(rows[:, 1].tolist())):
        inside = rows[:, 1] == role
        open_to = roles.get(role) or ([] if role == 0 and work.ensemble == 1 else list(work.tracks))
        if not open_to:
            open_to, tracks = [len(tracks)], (*tracks, Track("Piano", 0))
        middle = np.array(
            [
                float(score.pitch[score.track == index].mean()) if (score.track == index).any() else 60.0
                for index in open_to
            ]
        )
        nearest = np.abs(rows[inside, 2][:, None] - middle[None, :]).argmin(axis=1)
        track[inside] = np.array(open_to)[nearest]
    return tracks, track


def clear_of(
    score: Score, stays: Flags, track: IntArray, pitch: IntArray, start: IntArray, duration: IntArray
) -> tuple[Flags, IntArray]:
    """Which new notes can sound, and for how long, without touching another of their track and pitch.

    Those that stay come first. The new ones are in the order of their beginnings.
    """
    keep, duration = np.ones(len(start), dtype=bool), duration.copy()
    latest: dict[tuple[int, int], int] = {}
    held = np.flatnonzero(stays)
    table: dict[tuple[int, int], IntArray] = {}
    for index in range(len(start)):
        name = int(track[index]), int(pitch[index])
        if name not in table:
            table[name] = held[(score.track[held] == name[0]) & (score.pitch[held] == name[1])]
        same, before = table[name], latest.get(name)
        if before is not None and start[before] == start[index]:
            keep[index] = False
            continue
        begins, ends = score.start[same], score.start[same] + score.duration[same]
        if ((begins <= start[index]) & (ends > start[index])).any():
            keep[index] = False
            continue
        later = begins[begins > start[index]]
        if len(later):
            duration[index] = min(int(duration[index]), int(later.min()) - int(start[index]))
        if before is not None:
            duration[before] = min(int(duration[before]), int(start[index]) - int(start[before]))
        latest[name] = index
    return keep, duration
