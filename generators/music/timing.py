"""What the MIDI file of a DAW says of time: tempo, metres, keys, markers. It need not hold a note. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from generators.errors import BadMidi
from generators.music import smf
from generators.music.midi import (
    DEFAULT_TEMPO_US,
    MAX_QUARTERS,
    keys_in,
    label_of,
    metres_in,
    parse_file,
    resolution_of,
    tempi_in,
)

MAX_STEPS = 20_000


@dataclass(frozen=True)
class Timing:
    """The time of a piece, in quarter notes from its beginning.

    `tempo` are (quarters, bpm in quarters a minute) and `metres` (quarters, numerator, denominator), both from 0 on;
    `keys` are (quarters, sharps -7..7, 1 for minor), `markers` (quarters, text). `length` is where the file ends.
    """

    tempo: tuple[tuple[float, float], ...]
    metres: tuple[tuple[float, int, int], ...]
    keys: tuple[tuple[float, int, int], ...] = ()
    markers: tuple[tuple[float, str], ...] = ()
    length: float = 0.0


def read_timing(data: bytes, name: str = "This file") -> Timing:
    """The tempo map, metres, keys and markers in the bytes of a MIDI file called `name`.

    Without a tempo at its beginning it is 120 bpm, without a metre 4/4, as the standard says. Cue points count as
    markers. Steps that repeat the tempo before them are left out, and so is what lies beyond 250,000 quarters.

    Raises:
        BadMidi: damaged, empty, of format 2, beyond 8 MB or 20,000 steps, or without any tempo, metre or marker.
    """
    parsed = parse_file(data, name)
    ticks_per_quarter, fixed_bpm = resolution_of(parsed.division, name)
    last_tick = ticks_per_quarter * MAX_QUARTERS
    metas = sorted((item for track in parsed.tracks for item in track.metas), key=lambda item: item[0])
    metas = [item for item in metas if item[0] <= last_tick]
    texts = [(tick, label_of(payload)) for tick, kind, payload in metas if kind in (smf.MARKER, smf.CUE_POINT)]
    tempi, metres, keys = tempi_in(metas), metres_in(metas), keys_in(metas)
    if not (tempi or metres or texts or fixed_bpm):
        raise BadMidi(
            f"{name} holds no tempo, metre or marker: export the tempo map or the markers from the DAW again."
        )
    if max(len(tempi), len(metres), len(keys), len(texts)) > MAX_STEPS:
        raise BadMidi(f"{name} holds more than {MAX_STEPS:,} tempo changes or markers: export a part of it.")
    tempi = {0: fixed_bpm} if fixed_bpm else {0: 60e6 / DEFAULT_TEMPO_US} | tempi
    steps: list[tuple[float, float]] = []
    for tick, bpm in tempi.items():
        if not steps or bpm != steps[-1][1]:
            steps.append((tick / ticks_per_quarter, bpm))
    return Timing(
        tempo=tuple(steps),
        metres=tuple((tick / ticks_per_quarter, *metre) for tick, metre in ({0: (4, 4)} | metres).items()),
        keys=tuple((tick / ticks_per_quarter, *key) for tick, key in keys.items()),
        markers=tuple((tick / ticks_per_quarter, text) for tick, text in texts if text),
        length=min(last_tick, max((track.end_tick for track in parsed.tracks), default=0)) / ticks_per_quarter,
    )
