"""MusicXML opened again by music21, which shares nothing with the writer."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import warnings
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Marker, Score, Track
from generators.errors import BadRequest, Cancelled
from generators.exporters.musicxml import MusicXmlExporter, document
from generators.music.midi import read_midi
from generators.music.notation.page import engrave
from generators.provenance import software

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own, at import
    import music21

FACTS = {"request": '{"seed":1}', "title": "Walk & <Run>"}
EIGHTH, QUARTER = 240, 480


def opened(score: Score) -> Any:
    """The music21 score of what is written for `score`; warnings in reading fail the test."""
    data = document(score, engrave(score), FACTS)
    return music21.converter.parse(data.decode(), format="musicxml")


def notes_in(part_or_score: Any) -> list[tuple[Fraction, Fraction, int]]:
    """(onset, duration, pitch) in quarters, ties joined (music21's own way takes a natural for another pitch)."""
    found: list[tuple[Fraction, Fraction, int]] = []
    for part in part_or_score.parts if hasattr(part_or_score, "parts") else [part_or_score]:
        open_ties: dict[tuple[int, Fraction], int] = {}
        for element in part.flatten().notes:
            start, length = Fraction(element.offset), Fraction(element.quarterLength)
            for head in element.notes if element.isChord else [element]:
                tie, midi = head.tie.type if head.tie else "", head.pitch.midi
                if tie in ("stop", "continue"):
                    index = open_ties.pop((midi, start))
                    begin, before, _ = found[index]
                    found[index] = (begin, before + length, midi)
                else:
                    index = len(found)
                    found.append((start, length, midi))
                if tie in ("start", "continue"):
                    open_ties[midi, start + length] = index
        assert not open_ties
    return sorted(found)


def notes_of(score: Score) -> list[tuple[Fraction, Fraction, int]]:
    tpq = score.ticks_per_quarter
    rows = zip(score.start.tolist(), score.duration.tolist(), score.pitch.tolist(), strict=True)
    return sorted((Fraction(start, tpq), Fraction(duration, tpq), pitch) for start, duration, pitch in rows)


def chorale() -> Score:
    """Four bars: a melody with ties, triplets and sixteenths over chords that move in quarters and halves."""
    upper = [(0, 480), (480, 240), (720, 720), (1440, 480),  # a syncopation over the middle of the bar
             (1920, 160), (2080, 160), (2240, 160), (2400, 120), (2520, 360), (2880, 1920),  # over a bar line
             (4800, 320), (5120, 320), (5440, 320), (5760, 1920)]  # fmt: skip
    lower = [(480 * n, 480, 48 + n % 3) for n in range(8)] + [(3840 + 960 * n, 960, 43) for n in range(4)]
    rows = [(start, length, 72 + number % 5, 80) for number, (start, length) in enumerate(upper)]
    rows += [(start, length, pitch, 60) for start, length, pitch in lower]
    rows += [(start, length, pitch + 7, 60) for start, length, pitch in lower]
    start, duration, pitch, velocity = zip(*rows, strict=True)
    return Score(
        start, duration, pitch, velocity, np.zeros(len(start)), tracks=(Track("Piano"),),
        tempo_tick=[0, 3840], tempo_bpm=[96.0, 72.5], metre=[[4, 4]], key_tick=[0, 3840], key=[[-3, 1], [2, 0]],
        markers=(Marker(0, "A"), Marker(3840, "calm, after the storm")), length=7680, title="Chorale",
    )  # fmt: skip


def test_every_note_comes_back() -> None:
    score = chorale()
    assert notes_in(opened(score)) == notes_of(score)


def test_key_metre_tempo_title_and_markers_come_back() -> None:
    found = opened(chorale())
    flat = found.flatten()
    keys = found.parts[0].flatten().getElementsByClass(music21.key.KeySignature)
    assert [(key.offset, key.sharps) for key in keys] == [(0, -3), (8, 2)]
    assert [key.mode for key in keys] == ["minor", "major"]
    assert [metre.ratioString for metre in found.parts[0].flatten().getElementsByClass("TimeSignature")] == ["4/4"]
    marks = list(flat.getElementsByClass(music21.tempo.MetronomeMark))
    assert [(mark.offset, mark.number) for mark in marks] == [(0, 96), (8, pytest.approx(72, abs=0.5))]
    assert [mark.content for mark in flat.getElementsByClass(music21.expressions.RehearsalMark)] == ["A"]
    words = [text.content for text in flat.getElementsByClass(music21.expressions.TextExpression)]
    assert words == ["calm, after the storm"]
    assert found.metadata.title == "Walk & <Run>"
    assert {mark.value for mark in flat.getElementsByClass(music21.dynamics.Dynamic)} == {"mp"}


def test_a_piano_has_two_staves_and_the_hands_are_on_theirs() -> None:
    found = opened(chorale())
    assert len(found.parts) == 2
    assert [part.recurse().getElementsByClass("Clef").first().sign for part in found.parts] == ["G", "F"]
    upper, lower = (notes_in(part) for part in found.parts)
    assert {pitch for _, _, pitch in upper} <= set(range(72, 78))
    assert max(pitch for _, _, pitch in lower) < 60


def test_a_syncopation_and_a_bar_line_are_tied_over() -> None:
    root = ET.fromstring(document(chorale(), engrave(chorale()), FACTS))
    measures = root.findall("part/measure")
    assert [len(measure.findall("note/tie")) for measure in measures][:3] == [2, 1, 1]
    tuplets = root.findall(".//tuplet")
    assert len(tuplets) == 4  # one of eighths, one of quarters, each begun and ended
    for measure in measures:
        assert sum(int(note.findtext("duration") or 0) for note in measure.findall("note[staff='1']")
                   if note.find("chord") is None) == 192  # fmt: skip


def test_a_played_piece_reads_as_the_plain_one() -> None:
    """The same tune a little late, a little short: the page is the same, but for dots above the shortest notes."""
    plain = chorale()
    rng = np.random.default_rng(4)
    late = np.where(plain.start % EIGHTH == 0, rng.integers(0, 16, len(plain.start)), 0)
    played = Score(
        plain.start + late, np.maximum(1, (plain.duration * 0.85).astype(int) - late), plain.pitch, plain.velocity,
        plain.track, tracks=plain.tracks, key_tick=plain.key_tick, key=plain.key, length=plain.length,
    )  # fmt: skip
    first, second = ([(start, pitch) for start, _, pitch in notes_in(opened(score))] for score in (plain, played))
    assert second == first
    rests = ET.fromstring(document(played, engrave(played), FACTS)).findall(".//rest")
    assert len(rests) <= 2


def test_compound_metre_is_beamed_and_counted_in_dotted_quarters() -> None:
    start = np.arange(0, 2880, EIGHTH)
    score = Score(
        start, np.full(12, EIGHTH), 60 + np.arange(12), np.full(12, 100), np.zeros(12), metre=[[6, 8]],
        tempo_bpm=[90.0], key_tick=[0], key=[[0, 0]], tracks=(Track("Violin", 40),),
    )  # fmt: skip
    root = ET.fromstring(document(score, engrave(score), {}))
    assert [beam.text for beam in root.findall(".//beam")] == ["begin", "continue", "end"] * 4
    metronome = root.find(".//metronome")
    assert metronome is not None
    assert metronome.find("beat-unit-dot") is not None
    assert metronome.findtext("per-minute") == "60"
    assert root.find(".//sound[@tempo]").get("tempo") == "90"  # type: ignore[union-attr]
    assert notes_in(opened(score)) == notes_of(score)
    assert root.findtext(".//dynamics/f") is not None


def test_a_metre_at_each_bar_comes_back() -> None:
    metres = [(4, 4), (3, 4), (7, 8), (6, 8), (2, 2), (5, 4), (3, 8), (9, 16)]
    ticks = np.cumsum([0, *[1920 * n // d for n, d in metres]])
    score = Score(
        ticks[:-1], np.diff(ticks), np.full(8, 67), np.full(8, 80), np.zeros(8), tracks=(Track("Flute", 73),),
        metre_tick=ticks[:-1], metre=metres, length=int(ticks[-1]),
    )  # fmt: skip
    found = opened(score)
    assert [sign.ratioString for sign in found.flatten().getElementsByClass("TimeSignature")] == [
        f"{n}/{d}" for n, d in metres
    ]
    assert notes_in(found) == notes_of(score)


@st.composite
def lines(draw: st.DrawFn) -> Score:
    """A monophonic line whose notes touch: any cutting into values must give it back."""
    metre = draw(st.sampled_from([(4, 4), (3, 4), (2, 4), (6, 8), (5, 8), (2, 2)]))
    beats = [draw(st.sampled_from([[480], [240, 240], [160, 160, 160], [120, 120, 240], [360, 120], [240, 120, 120]]))
             for _ in range(draw(st.integers(1, 24)))]  # fmt: skip
    if metre[1] == 8:
        beats = [[240, 240] if 160 in beat else beat for beat in beats]
    lengths = [length for beat in beats for length in beat]
    joins = draw(st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths)))
    merged: list[int] = []
    for length, joins_last in zip(lengths, joins, strict=True):
        if joins_last and merged:
            merged[-1] += length
        else:
            merged.append(length)
    starts = np.cumsum([0, *merged[:-1]])
    pitches = draw(st.lists(st.integers(55, 95), min_size=len(merged), max_size=len(merged)))
    sharps, minor = draw(st.integers(-7, 7)), draw(st.integers(0, 1))
    return Score(
        starts, merged, pitches, np.full(len(merged), 80), np.zeros(len(merged)), tracks=(Track("Violin", 40),),
        metre=[metre], key_tick=[0], key=[[sharps, minor]],
    )  # fmt: skip


@given(lines())
@settings(deadline=None, max_examples=40)
def test_any_line_comes_back(score: Score) -> None:
    assert notes_in(opened(score)) == notes_of(score)


@st.composite
def anything(draw: st.DrawFn) -> Score:
    count = draw(st.integers(0, 40))
    ints = lambda low, high: st.lists(st.integers(low, high), min_size=count, max_size=count)  # noqa: E731
    tracks = (Track("Piano"), Track("Tr\x07ommel", 0, True), Track("", 42))
    return Score(
        draw(ints(0, 8000)), draw(ints(1, 4000)), draw(ints(0, 127)), draw(ints(1, 127)), draw(ints(0, 2)),
        tracks=tracks, ticks_per_quarter=draw(st.sampled_from([24, 96, 480, 1000])),
        metre_tick=[0, draw(st.integers(1, 3000))],
        metre=[(4, 4), draw(st.sampled_from([(3, 4), (5, 8), (1, 8), (11, 32)]))],
        markers=(Marker(draw(st.integers(0, 9000)), "\x00odd"),),
    )  # fmt: skip


@given(anything())
@settings(deadline=None, max_examples=40)
def test_any_score_fills_its_bars(score: Score) -> None:
    """Whatever was played: each voice of each bar lasts exactly as long as the bar."""
    data = document(score, engrave(score), FACTS)
    root = ET.fromstring(data)
    sounding = root.findall(".//note/pitch")
    assert bool(sounding) == bool((score.track != 1).any())
    for part, engraved in zip(root.findall("part"), engrave(score), strict=True):
        for element, measure in zip(part.findall("measure"), engraved.measures, strict=True):
            filled: dict[str, int] = defaultdict(int)
            for note in [*element.findall("note"), *element.findall("forward")]:
                if note.find("chord") is None:
                    filled[note.findtext("voice") or ""] += int(note.findtext("duration") or 0)
            assert set(filled.values()) == {measure.bar.length}


def test_drums_stand_on_their_lines() -> None:
    score = Score(
        np.arange(8) * 240, np.full(8, 60), [36, 42, 38, 42, 36, 42, 38, 49], np.full(8, 90), np.zeros(8),
        tracks=(Track("Drums", 0, True),), length=1920,
    )  # fmt: skip
    found = opened(score)
    assert sum(1 for _ in found.recurse().notes) == 8
    root = ET.fromstring(document(score, engrave(score), {}))
    assert len(root.findall(".//unpitched")) == 8
    assert sorted(int(x.text or 0) for x in root.findall(".//midi-unpitched")) == [37, 39, 43, 50]


def test_a_score_without_notes_is_bars_of_rest() -> None:
    score = Score([], [], [], [], [], length=1920 * 3)
    assert len(opened(score).parts[0].getElementsByClass("Measure")) == 3


def test_too_many_bars_are_refused(tmp_path: Path) -> None:
    score = Score([0], [1], [60], [80], [0], length=1920 * 6000)
    with pytest.raises(BadRequest, match="export a part of it"):
        MusicXmlExporter().write(score, tmp_path / "a.musicxml", FACTS)
    assert not list(tmp_path.iterdir())


def test_a_cancel_on_the_way(tmp_path: Path) -> None:
    calls = []

    def cancel(done: float, total: float, note: str = "") -> None:
        calls.append(done / total)
        if len(calls) > 5:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        MusicXmlExporter().write(chorale(), tmp_path / "a.musicxml", FACTS, cancel)
    assert not list(tmp_path.iterdir())


MUSESCORE = next((path for name in ("musescore3", "mscore3", "mscore") if (path := shutil.which(name))), None)


@pytest.mark.skipif(MUSESCORE is None, reason="MuseScore is not installed")
def test_musescore_plays_the_same_notes_and_prints_pages(tmp_path: Path) -> None:
    source = tmp_path / "a.musicxml"
    MusicXmlExporter().write(chorale(), source, FACTS)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    for target in ("a.mid", "a.pdf"):
        command = [str(MUSESCORE), "-o", str(tmp_path / target), str(source)]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "a.pdf").read_bytes()[:5] == b"%PDF-"
    played = read_midi((tmp_path / "a.mid").read_bytes())
    assert [(start, pitch) for start, _, pitch in notes_of(played)] == [
        (start, pitch) for start, _, pitch in notes_of(chorale())
    ]
    assert {tuple(metre) for metre in played.metre.tolist()} == {(4, 4)}
    assert played.tempo_bpm[0] == pytest.approx(96, abs=0.1)


def test_facts_are_in_the_file() -> None:
    root = ET.parse(io.BytesIO(document(chorale(), engrave(chorale()), FACTS))).getroot()
    fields = {field.get("name"): field.text for field in root.findall(".//miscellaneous-field")}
    assert fields["Affect Studio request"] == FACTS["request"]
    assert fields["Affect Studio note"].startswith("Generated by Affect Studio")
    assert fields["Affect Studio digital source type"].endswith("/trainedAlgorithmicMedia")
    assert root.findtext(".//software") == software()
