"""What the MIDI file of a DAW says of time: tempo, metres, keys, markers. It need not hold a note. Torch-free."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from generators.errors import BadMidi
from generators.music import smf
from generators.music.keys import key_name
from generators.music.midi import (
    DEFAULT_TEMPO_US,
    MAX_FILE_BYTES,
    MAX_QUARTERS,
    keys_in,
    label_of,
    metres_in,
    parse_file,
    resolution_of,
    tempi_in,
)
from generators.music.request import MAX_BARS, METRES

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


@dataclass(frozen=True)
class Frame:
    """What of a timing a take can follow; the fields are those of ComposeRequest, None and "" where nothing is said.

    `left_out` are sentences about what it cannot follow.
    """

    tempo_map: tuple[tuple[float, float], ...]
    markers: tuple[tuple[float, str], ...] = ()
    bars: int | None = None
    metre: tuple[int, int] | None = None
    key: str = ""
    left_out: tuple[str, ...] = ()


def frame_of(timing: Timing) -> Frame:
    """The frame for a take that follows `timing`: one metre and one key, and as many bars as there is room for."""
    left_out: list[str] = []
    written = list(dict.fromkeys(metre[1:] for metre in timing.metres))
    metre = written[0] if written[0] in METRES else None
    if metre is None:
        known = ", ".join(f"{n}/{d}" for n, d in METRES)
        left_out.append(f"Its metre {written[0][0]}/{written[0][1]} is none of {known}: choose the nearest.")
    elif len(written) > 1:
        others = ", ".join(f"{n}/{d}" for n, d in written[1:])
        left_out.append(f"Its metre changes to {others}: a take keeps {metre[0]}/{metre[1]} throughout.")
    keys = [key for _, *key in timing.keys]
    if len({tuple(key) for key in keys}) > 1:
        left_out.append("Its key changes: a take is asked for in the first.")
    bars = None
    if metre is not None and timing.length > 0:
        bars = math.ceil(timing.length * metre[1] / (4 * metre[0]) - 1e-6)
        if bars > MAX_BARS:
            left_out.append(f"It has {bars:,} bars: a take follows the first {MAX_BARS}.")
        bars = min(max(bars, 1), MAX_BARS)
    key = _key_name(*keys[0]) if keys else ""
    return Frame(timing.tempo, timing.markers, bars, metre, key, tuple(left_out))


def _key_name(sharps: int, minor: int) -> str:
    return key_name((7 * sharps + 9 * minor) % 12 + 12 * minor)


def read_frame(path: Path) -> Frame:
    """The frame in the MIDI file `path`.

    Raises:
        BadMidi: it cannot be read, or says nothing of time.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)  # one byte too many is refused by the reader
    except OSError as error:
        raise BadMidi(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    return frame_of(read_timing(data, path.name.encode("utf-8", "replace").decode()))
