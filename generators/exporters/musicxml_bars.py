"""The bars of a MusicXML file: attributes, signs, notes and rests, in the order that the format asks for."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from generators.music.notation.grid import QUARTER
from generators.music.notation.page import Head, Item, Line, Measure
from generators.music.notation.parts import CROSS_HEADS, PartPlan
from generators.music.notation.signs import Direction
from generators.music.notation.values import single

_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
# what XML 1.0 cannot hold becomes a space
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535), " ")
_VELOCITY_OF_100 = 90.0  # MusicXML counts loudness in percent of this velocity


def child(parent: ET.Element, tag: str, text: str | float = "", **attributes: str) -> ET.Element:
    """A new element at the end of `parent`."""
    element = ET.SubElement(parent, tag, {name: value.translate(_FORBIDDEN) for name, value in attributes.items()})
    if text != "":
        element.text = str(text).translate(_FORBIDDEN)
    return element


def add_measure(
    parent: ET.Element, measure: Measure, number: int, plan: PartPlan, part_id: str, *, is_last: bool
) -> None:
    """Write one bar into a part."""
    element = child(parent, "measure", number=str(number))
    if not measure.bar.is_whole:
        element.set("implicit", "yes")
    _add_attributes(element, measure, plan, is_first=number == 1)
    for direction in measure.directions:
        _add_direction(element, direction, plan)
    for index, line in enumerate(measure.lines):
        if index:
            child(child(element, "backup"), "duration", measure.bar.length)
        _add_line(element, line, measure, plan, part_id)
    if is_last:
        child(child(element, "barline", location="right"), "bar-style", "light-heavy")


def _add_attributes(element: ET.Element, measure: Measure, plan: PartPlan, *, is_first: bool) -> None:
    if not (is_first or measure.key or measure.metre or measure.clefs):
        return
    attributes = child(element, "attributes")
    if is_first:
        child(attributes, "divisions", QUARTER)
    if measure.key is not None and not plan.is_drum:
        key = child(attributes, "key")
        child(key, "fifths", measure.key[0])
        child(key, "mode", "minor" if measure.key[1] else "major")
    if measure.metre is not None:
        time = child(attributes, "time")
        child(time, "beats", measure.metre[0])
        child(time, "beat-type", measure.metre[1])
    if is_first and plan.staves > 1:
        child(attributes, "staves", plan.staves)
    for staff, clef in sorted(measure.clefs.items()):
        found = child(attributes, "clef", **({"number": str(staff)} if plan.staves > 1 else {}))
        child(found, "sign", clef.sign)
        if clef.sign != "percussion":
            child(found, "line", clef.line)
        if clef.octave_change:
            child(found, "clef-octave-change", clef.octave_change)


def _add_direction(element: ET.Element, sign: Direction, plan: PartPlan) -> None:
    if sign.kind == "sound":
        sound = child(element, "sound", tempo=f"{sign.bpm:.6g}")
        if sign.place:
            child(sound, "offset", sign.place)
        return
    placement = "below" if sign.kind == "dynamics" else "above"
    direction = child(element, "direction", placement=placement)
    kind = child(direction, "direction-type")
    if sign.kind == "tempo":
        metronome = child(kind, "metronome", parentheses="no")
        name, dots = single(sign.beat) or ("quarter", 0)
        child(metronome, "beat-unit", name)
        for _ in range(dots):
            child(metronome, "beat-unit-dot")
        child(metronome, "per-minute", round(sign.bpm * QUARTER / sign.beat))
    elif sign.kind == "dynamics":
        child(child(kind, "dynamics"), sign.text)
    else:
        child(kind, sign.kind, sign.text, **({"font-style": "italic"} if sign.kind == "words" else {}))
    if sign.place:
        child(direction, "offset", sign.place)
    if plan.staves > 1:
        child(direction, "staff", 1)
    if sign.kind == "tempo":
        child(direction, "sound", tempo=f"{sign.bpm:.6g}")


def _add_line(element: ET.Element, line: Line, measure: Measure, plan: PartPlan, part_id: str) -> None:
    voice = (line.staff - 1) * 4 + line.voice
    at = 0
    for item in line.items:
        if item.value.start > at:
            _add_forward(element, item.value.start - at, voice, line.staff, plan)
        _add_item(element, item, voice, line.staff, plan, part_id)
        at = item.value.end
    if at < measure.bar.length:
        _add_forward(element, measure.bar.length - at, voice, line.staff, plan)


def _add_forward(element: ET.Element, length: int, voice: int, staff: int, plan: PartPlan) -> None:
    forward = child(element, "forward")
    child(forward, "duration", length)
    child(forward, "voice", voice)
    if plan.staves > 1:
        child(forward, "staff", staff)


def _add_item(element: ET.Element, item: Item, voice: int, staff: int, plan: PartPlan, part_id: str) -> None:
    if not item.heads:
        note = child(element, "note")
        child(note, "rest", **({"measure": "yes"} if item.is_bar_rest else {}))
        _add_value(note, item, voice, staff, plan, None, part_id)
        return
    for index, head in enumerate(item.heads):
        note = child(element, "note", dynamics=f"{head.velocity * 100 / _VELOCITY_OF_100:.2f}")
        if index:
            child(note, "chord")
        if plan.is_drum:
            place = child(note, "unpitched")
            child(place, "display-step", head.spelled.step)
            child(place, "display-octave", head.spelled.octave)
        else:
            pitch = child(note, "pitch")
            child(pitch, "step", head.spelled.step)
            if head.spelled.alter:
                child(pitch, "alter", head.spelled.alter)
            child(pitch, "octave", head.spelled.octave)
        _add_value(note, item, voice, staff, plan, head, part_id, is_first=index == 0)


def _add_value(
    note: ET.Element,
    item: Item,
    voice: int,
    staff: int,
    plan: PartPlan,
    head: Head | None,
    part_id: str,
    *,
    is_first: bool = True,
) -> None:
    value = item.value
    child(note, "duration", value.length)
    if head is not None:
        if head.tie_stop:
            child(note, "tie", type="stop")
        if head.tie_start:
            child(note, "tie", type="start")
        if plan.is_drum:
            child(note, "instrument", id=f"{part_id}-I{head.pitch + 1}")
    child(note, "voice", voice)
    if not item.is_bar_rest:
        child(note, "type", value.name)
        for _ in range(value.dots):
            child(note, "dot")
    if head is not None and head.accidental is not None:
        child(note, "accidental", _ACCIDENTALS[head.accidental])
    if value.span is not None:
        ratio = child(note, "time-modification")
        child(ratio, "actual-notes", 3)
        child(ratio, "normal-notes", 2)
    if head is not None and plan.is_drum and head.pitch in CROSS_HEADS:
        child(note, "notehead", "x")
    if plan.staves > 1:
        child(note, "staff", staff)
    if is_first:
        for level, kind in enumerate(item.beams, start=1):
            child(note, "beam", kind, number=str(level))
    _add_notations(note, item, head, is_first=is_first)


def _add_notations(note: ET.Element, item: Item, head: Head | None, *, is_first: bool) -> None:
    notations = ET.Element("notations")
    if head is not None and head.tie_stop:
        child(notations, "tied", type="stop")
    if head is not None and head.tie_start:
        child(notations, "tied", type="start")
    span = item.value.span
    if is_first and span is not None:
        if item.value.start == span[0]:
            child(notations, "tuplet", type="start", bracket="no" if item.beams else "yes")
        if item.value.end == span[1]:
            child(notations, "tuplet", type="stop")
    if is_first and item.is_short:
        child(child(notations, "articulations"), "staccato")
    if len(notations):
        note.append(notations)
