"""Written values: how a length in a bar becomes notes and ties, rests, triplets and beams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generators.music.notation.grid import EIGHTH, QUARTER, Bar

VALUES: dict[int, str] = {
    384: "breve", 192: "whole", 96: "half", 48: "quarter", 24: "eighth", 12: "16th", 6: "32nd", 3: "64th",
}  # fmt: skip
BEAMS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}
_DOTTED = {length * 3 // 2: name for length, name in VALUES.items() if length % 2 == 0}


@dataclass(frozen=True)
class Value:
    """One written value: place in the bar and length in units, name and dots; `span` are its triplet's bounds."""

    start: int
    length: int
    name: str
    dots: int = 0
    span: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        """Where it ends in the bar."""
        return self.start + self.length


def single(length: int) -> tuple[str, int] | None:
    """Name and dots of the one value that lasts `length`, if there is one."""
    if length in VALUES:
        return VALUES[length], 0
    if length in _DOTTED:
        return _DOTTED[length], 1
    return None


def triplet_spans(bounds: Iterable[int], bar: Bar) -> list[tuple[int, int]]:
    """The stretches of `bar` that are written as triplets, from the `bounds` of notes within it.

    A beat is one when a bound lies on its thirds; two beats together when they hold quarter-note triplets.
    """
    inner = sorted({place for place in bounds if 0 <= place <= bar.length})
    thirds = [bar.beat_at(place) for place in inner if place < bar.length and (place - bar.beat_at(place)[0]) % 3]
    spans = [span for span in dict.fromkeys(thirds) if span[1] - span[0] == QUARTER]
    joined: list[tuple[int, int]] = []
    while spans:
        begin, end = spans.pop(0)
        pair = (begin, begin + 2 * QUARTER)
        if spans and spans[0] == (end, pair[1]) and (begin % (2 * QUARTER) == 0 or bar.metre[0] % 2):
            within = {place - begin for place in inner if begin < place < pair[1]}
            if within <= {32, 64}:
                spans.pop(0)
                joined.append(pair)
                continue
        joined.append((begin, end))
    return joined


def _half(bar: Bar) -> int | None:
    """The middle of a bar of four beats, which stays visible."""
    return bar.beats[2] if len(bar.beats) == 4 and bar.is_whole else None


def _fits(begin: int, end: int, bar: Bar, *, is_rest: bool) -> bool:
    length = end - begin
    value = single(length)
    if value is None:
        return False
    beat_begin, beat_end = bar.beat_at(begin)
    if end <= beat_end:
        if is_rest and (begin, end) != (beat_begin, beat_end):
            base = length * 2 // 3 if value[1] else length
            return not value[1] and (begin - beat_begin) % base == 0
        return True
    if (begin, end) == (0, bar.length):
        return True
    ends_on_beat = end in bar.beats or end == bar.length
    half = _half(bar)
    crosses_half = half is not None and begin < half < end
    if is_rest:
        return begin == beat_begin and ends_on_beat and not crosses_half and not (value[1] and not bar.is_compound)
    if crosses_half:
        return begin == beat_begin and ends_on_beat and (begin == 0 or length >= 2 * QUARTER)
    if begin == beat_begin:
        return ends_on_beat or not bar.is_compound
    return not bar.is_compound and length == QUARTER and (begin - beat_begin) % EIGHTH == 0


def _cut(begin: int, end: int, bar: Bar) -> int:
    """The strongest place inside, where a length that fits no one value is cut."""
    half = _half(bar)
    if half is not None and begin < half < end:
        return half
    inside = [beat for beat in bar.beats if begin < beat < end]
    if inside:
        return inside[0] if begin not in bar.beats else inside[-1]
    beat = bar.beat_at(begin)[0]
    for step in (EIGHTH, 12, 6, 3):
        place = beat + ((begin - beat) // step + 1) * step
        if place < end:
            return place
    return begin + 1


def _in_triplet(begin: int, end: int, span: tuple[int, int]) -> list[Value]:
    nominal = (end - begin) * 3 // 2
    value = single(nominal) if (end - begin) % 2 == 0 else None
    if value is not None and not (value[1] and span[1] - span[0] == end - begin):
        return [Value(begin, end - begin, value[0], value[1], span)]
    third = (span[1] - span[0]) // 3
    for step in (third, third // 2, third // 4, 1):
        place = span[0] + ((begin - span[0]) // step + 1) * step
        if place < end:
            return _in_triplet(begin, place, span) + _in_triplet(place, end, span)
    return [Value(begin, end - begin, "64th", 0, span)]


def written(
    begin: int, end: int, bar: Bar, spans: Sequence[tuple[int, int]] = (), *, is_rest: bool = False
) -> list[Value]:
    """The values, to be tied, that fill `begin` to `end` of `bar`: beats stay visible."""
    for span in spans:
        if begin < span[1] and end > span[0]:
            if (begin, end) == span and not is_rest and (value := single(end - begin)):
                return [Value(begin, end - begin, *value)]
            parts = written(begin, span[0], bar, spans, is_rest=is_rest) if begin < span[0] else []
            parts += _in_triplet(max(begin, span[0]), min(end, span[1]), span)
            return parts + (written(span[1], end, bar, spans, is_rest=is_rest) if end > span[1] else [])
    value = single(end - begin)
    if value is not None and _fits(begin, end, bar, is_rest=is_rest):
        return [Value(begin, end - begin, *value)]
    if end - begin <= 3:
        return [Value(begin, end - begin, "64th")]
    place = _cut(begin, end, bar)
    return written(begin, place, bar, spans, is_rest=is_rest) + written(place, end, bar, spans, is_rest=is_rest)


def beams(values: Sequence[tuple[Value, bool]], bar: Bar) -> list[tuple[str, ...]]:
    """The beams of each value, outermost first: begin, continue, end or a hook. `values` come with "is a rest"."""
    found: list[tuple[str, ...]] = [()] * len(values)
    groups: dict[tuple[int, int], list[int]] = {}
    run = 0
    for index, (value, is_rest) in enumerate(values):
        if is_rest or value.name not in BEAMS or (index and values[index - 1][0].end != value.start):
            run += 1
        if not is_rest and value.name in BEAMS:
            groups.setdefault((run, _beam_group(value, values, bar)), []).append(index)
    for members in groups.values():
        counts = [BEAMS[values[index][0].name] for index in members]
        if len(members) < 2:
            continue
        for place, index in enumerate(members):
            found[index] = tuple(_beam(counts, place, level) for level in range(1, counts[place] + 1))
    return found


def _beam_group(value: Value, values: Sequence[tuple[Value, bool]], bar: Bar) -> int:
    """The place where the group of `value` begins: its beat, or half a bar of four plain eighths."""
    beat = bar.beat_at(value.start)[0]
    if value.span is not None:
        return value.span[0]
    if bar.is_compound or bar.metre[1] != 4 or bar.metre[0] % 2:
        return beat
    begin = beat - beat % (2 * QUARTER)
    inside = [item for item, is_rest in values if begin <= item.start < begin + 2 * QUARTER and not is_rest]
    plain = [item for item in inside if (item.name, item.dots, item.span) == ("eighth", 0, None)]
    return begin if len(plain) == len(inside) == 4 else beat


def _beam(counts: Sequence[int], place: int, level: int) -> str:
    before = place > 0 and counts[place - 1] >= level
    after = place + 1 < len(counts) and counts[place + 1] >= level
    if before and after:
        return "continue"
    if before or after:
        return "end" if before else "begin"
    return "forward hook" if place == 0 else "backward hook"
