"""Edits of notes: whatever the score and the hand, nothing is lost that was not touched."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.artifacts import Marker, Score, Track
from generators.errors import BadRequest
from studio.widgets import note_editing
from studio.widgets.note_editing import GRIDS, Clip, Edit, decode_clip, encode_clip, snapped

BAR = 1920


@st.composite
def scores(draw: Any) -> Score:
    notes = draw(
        st.lists(
            st.tuples(
                st.integers(0, 4 * BAR),
                st.integers(1, 2 * BAR),
                st.integers(0, 127),
                st.integers(1, 127),
                st.integers(0, 2),
            ),
            max_size=25,
        )
    )
    columns = np.array(notes, dtype=np.int64).reshape(-1, 5).T
    return Score(
        *columns,
        tracks=(Track("Voice", 52), Track("Piano"), Track("Drums", 0, True)),
        tempo_tick=np.array([0, 960]),
        tempo_bpm=np.array([100.0, 80.0]),
        metre_tick=np.array([0, BAR]),
        metre=np.array([[4, 4], [3, 4]]),
        key_tick=np.array([0]),
        key=np.array([[-3, 1]]),
        markers=(Marker(960, "chorus"),),
        length=draw(st.integers(BAR + 1, 6 * BAR)),
        title="Song",
    )


@st.composite
def scores_and_rows(draw: Any) -> tuple[Score, list[int]]:
    score = draw(scores())
    rows = draw(st.sets(st.integers(0, score.note_count - 1))) if score.note_count else set()
    return score, sorted(rows)


def _notes(score: Score, rows: Any = None) -> Counter[tuple[int, ...]]:
    table = np.stack([getattr(score, name) for name in note_editing.NOTE_FIELDS], axis=1)
    table = table if rows is None else table[np.asarray(rows, dtype=np.int64)]
    return Counter(map(tuple, table.tolist()))


def _untouched(score: Score, rows: Any) -> Counter[tuple[int, ...]]:
    return _notes(score) - _notes(score, rows)


def _check(before: Score, rows: list[int], edit: Edit) -> None:
    after = edit.score
    assert _untouched(before, rows) == _untouched(after, edit.selected), "a note was lost that was not touched"
    order = np.lexsort((after.track, after.pitch, after.start))
    assert order.tolist() == list(range(after.note_count))
    touched = edit.selected
    assert (after.duration[touched] >= 1).all()
    assert not len(touched) or (after.velocity[touched].min() >= 1 and after.velocity[touched].max() <= 127)
    for name in ("tempo_tick", "tempo_bpm", "metre_tick", "metre", "key_tick", "key"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    assert (after.tracks, after.markers, after.title) == (before.tracks, before.markers, before.title)
    assert after.length >= before.length
    if after.length > before.length:
        assert after.length == after.bar_ticks()[-1]
    assert edit.what


_far = st.integers(-3 * BAR, 3 * BAR)


@given(scores_and_rows(), _far, st.integers(-140, 140))
def test_a_move_keeps_the_shape_of_what_is_moved(given_: tuple[Score, list[int]], ticks: int, semitones: int) -> None:
    score, rows = given_
    edit = note_editing.move(score, rows, ticks, semitones)
    _check(score, rows, edit)
    assert len(edit.selected) == len(rows)
    if rows:
        by, up = note_editing.allowed_move(score, rows, ticks, semitones)
        moved = Counter((a + by, d, p + up, v, t) for a, d, p, v, t in _notes(score, rows).elements())
        assert _notes(edit.score, edit.selected) == moved
        assert by == ticks or edit.score.start[edit.selected].min() == 0
        back = note_editing.move(edit.score, edit.selected, -by, -up)
        assert _notes(back.score) == _notes(score)


@given(scores_and_rows(), _far, st.booleans(), st.integers(1, 480))
def test_a_resize_moves_one_end_only(
    given_: tuple[Score, list[int]], ticks: int, at_start: bool, shortest: int
) -> None:
    score, rows = given_
    edit = note_editing.resize(score, rows, ticks, at_start=at_start, shortest=shortest)
    _check(score, rows, edit)
    assert len(edit.selected) == len(rows)
    if at_start:
        ends = Counter((score.start + score.duration)[rows].tolist())
        assert Counter((edit.score.start + edit.score.duration)[edit.selected].tolist()) == ends
    else:
        assert Counter(edit.score.start[edit.selected].tolist()) == Counter(score.start[rows].tolist())


@given(scores_and_rows(), st.integers(-200, 200))
def test_velocity_stays_in_its_range(given_: tuple[Score, list[int]], by: int) -> None:
    score, rows = given_
    edit = note_editing.change_velocity(score, rows, by)
    _check(score, rows, edit)
    assert edit.score.velocity.tolist() == [
        min(max(value + by, 1), 127) if row in rows else value for row, value in enumerate(score.velocity.tolist())
    ]


@given(scores_and_rows())
def test_delete_takes_those_notes_and_no_others(given_: tuple[Score, list[int]]) -> None:
    score, rows = given_
    edit = note_editing.delete(score, rows)
    _check(score, rows, edit)
    assert edit.score.note_count == score.note_count - len(rows)
    assert edit.score.length == score.length


@given(scores_and_rows(), st.sampled_from(GRIDS), st.floats(0, 1))
def test_quantise_brings_notes_nearer_to_the_grid(
    given_: tuple[Score, list[int]], grid: note_editing.Grid, strength: float
) -> None:
    score, rows = given_
    step = grid.ticks(score)
    edit = note_editing.quantise(score, rows, step, strength)
    _check(score, rows, edit)
    whole = note_editing.quantise(score, rows, step)
    on_grid = snapped(score.start[rows], step, score.bar_ticks())
    assert sorted(whole.score.start[whole.selected].tolist()) == sorted(on_grid.tolist())
    again = note_editing.quantise(whole.score, whole.selected, step)
    assert _notes(again.score) == _notes(whole.score)
    if strength == 0:
        assert _notes(edit.score) == _notes(score)


@given(scores_and_rows(), st.sampled_from([0.0, *(grid.quarters * 480 for grid in GRIDS)]))
def test_duplicates_follow_their_originals(given_: tuple[Score, list[int]], step: float) -> None:
    score, rows = given_
    edit = note_editing.duplicate(score, rows, float(step))
    _check(score, [], edit)
    if rows and len(edit.selected):
        end = int((score.start[rows] + score.duration[rows]).max())
        assert edit.score.start[edit.selected].min() >= max(end, int(score.start[rows].min()) + 1) - 1


@given(scores_and_rows(), st.integers(0, 4 * BAR), st.sampled_from([96, 480, 960]))
def test_copy_and_paste_keeps_all_that_has_room(given_: tuple[Score, list[int]], tick: int, resolution: int) -> None:
    score, rows = given_
    clip = note_editing.copied(score, rows)
    if rows:
        assert decode_clip(encode_clip(clip)) == clip
    target = Score([], [], [], [], [], ticks_per_quarter=resolution, length=4 * resolution)
    edit = note_editing.paste(target, clip, tick)
    places = {(round(note[0] * resolution / 480), note[2]) for note in clip.notes}
    assert edit.score.note_count == len(places), "one note for each place and pitch"
    assert len(edit.selected) == edit.score.note_count
    if rows:
        assert edit.score.start.min() == tick
        assert edit.score.pitch.min() == score.pitch[rows].min()


@given(scores(), st.integers(-50, 5 * BAR), st.integers(-9, 900), st.integers(-5, 140), st.integers(-5, 200))
def test_an_added_note_is_legal(score: Score, start: int, duration: int, pitch: int, velocity: int) -> None:
    edit = note_editing.add_note(score, start, duration, pitch, velocity, 99)
    _check(score, [], edit)
    assert len(edit.selected) <= 1
    if len(edit.selected):
        assert edit.score.track[edit.selected[0]] == 2


@given(scores(), st.integers(0, 5 * BAR), st.sampled_from(GRIDS))
def test_snapping_never_moves_further_than_half_a_step(score: Score, tick: int, grid: note_editing.Grid) -> None:
    step, bars = grid.ticks(score), score.bar_ticks()
    assert abs(int(snapped(tick, step, bars)) - tick) <= step / 2 + 1
    below = int(snapped(tick, step, bars, down=True))
    assert tick - step - 1 <= below <= tick + 1
    assert int(snapped(int(bars[1]), step, bars)) == bars[1]


def test_the_grid_begins_anew_at_each_bar() -> None:
    score = Score([], [], [], [], [], metre=np.array([[7, 8]]), length=1680 * 2)
    assert snapped([1500, 1600, 1680, 1700], 480, score.bar_ticks()).tolist() == [1440, 1680, 1680, 1680]


def test_the_grid_has_triplets() -> None:
    names = {grid.name: grid.quarters for grid in GRIDS}
    assert names["1/16"] == Fraction(1, 4)
    assert names["1/8 triplet"] == Fraction(1, 3)
    assert len(names) == 8


def test_a_transposition_that_would_leave_the_keyboard_is_refused() -> None:
    score = Score([0, 0], [480, 480], [60, 120], [80, 80], [0, 0])
    with pytest.raises(BadRequest, match="leave the keyboard"):
        note_editing.transpose(score, [0, 1], 12)
    edit = note_editing.transpose(score, [0], 12)
    assert edit.score.pitch.tolist() == [72, 120]
    assert edit.what == "transpose note"


def test_paste_on_the_same_place_makes_no_hidden_doubles() -> None:
    score = Score([0, 480], [480, 480], [60, 64], [80, 80], [0, 0])
    clip = note_editing.copied(score, [0, 1])
    assert note_editing.paste(score, clip, 0).score.note_count == 2
    assert note_editing.paste(score, clip, 480).score.start.tolist() == [0, 480, 480, 960]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff\x00",
        b"[" * 100_000,
        encode_clip(Clip(480, ())),
        encode_clip(Clip(0, ((0, 1, 60, 80, 0),))),
        encode_clip(Clip(480, ((0, 1, 128, 80, 0),))),
        encode_clip(Clip(480, ((-1, 1, 60, 80, 0),))),
        encode_clip(Clip(480, ((0, 0, 60, 80, 0),))),
        encode_clip(Clip(480, ((0, 1 << 60, 60, 80, 0),))),
    ],
)
def test_what_is_no_clip_is_not_pasted(data: bytes) -> None:
    assert decode_clip(data) is None


def test_a_full_score_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_editing, "MAX_NOTES", 3)
    score = Score([0, 1, 2], [1] * 3, [60] * 3, [80] * 3, [0] * 3)
    with pytest.raises(BadRequest, match="at most 3 notes"):
        note_editing.add_note(score, 5, 1, 60)


@given(scores_and_rows(), _far)
def test_an_undo_shows_what_it_brought_back(given_: tuple[Score, list[int]], ticks: int) -> None:
    score, rows = given_
    edit = note_editing.move(score, rows, ticks, 0)
    assert set(rows) <= set(note_editing.carried(score, rows, score).tolist())
    back = note_editing.carried(edit.score, edit.selected, score)
    if note_editing.allowed_move(score, rows, ticks, 0)[0]:
        assert set(_notes(score, rows)) - set(_notes(edit.score)) <= set(_notes(score, back))
    deleted = note_editing.delete(score, rows)
    again = note_editing.carried(deleted.score, [], score)
    assert set(_notes(score)) - set(_notes(deleted.score)) <= set(_notes(score, again))
