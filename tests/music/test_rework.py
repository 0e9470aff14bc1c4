"""Working with scores that exist: what stays, stays to the note."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generators.affect import AffectPoint, emotion_named
from generators.artifacts import Score, Track, digest, pack, replace
from generators.errors import BadRequest, Cancelled
from generators.music import attributes, tokens
from generators.music.excerpt import highest_line, select
from generators.music.model import MusicModel
from generators.music.request import ReworkRequest
from generators.music.rework import key_of_score, rework
from generators.progress import silent
from tests.music.conftest import walking_score

BAR = 1920
Note = tuple[int, int, int, int, int]


def request(kind: str, **more: Any) -> ReworkRequest:
    return ReworkRequest("", kind, **{"tries": 1, "seed": 3, **more})


def notes(score: Score, chosen: np.ndarray | None = None) -> set[Note]:
    """The notes as (start, duration, pitch, velocity, track)."""
    rows = np.stack([score.start, score.duration, score.pitch, score.velocity, score.track], axis=1)
    return {tuple(row) for row in (rows if chosen is None else rows[chosen]).tolist()}


def places(score: Score, chosen: np.ndarray | None = None) -> set[tuple[int, int, int, int]]:
    """The notes without their velocities."""
    return {(start, duration, pitch, track) for start, duration, pitch, _, track in notes(score, chosen)}


def inside(score: Score, begin: int, end: int) -> np.ndarray:
    return np.asarray((score.start >= begin * BAR) & (score.start < end * BAR))


def performed(seed: int, bars: int = 8) -> Score:
    """As played by hand: nothing lies on the grid, at another resolution."""
    score, rng = walking_score(seed, bars=bars), np.random.default_rng(seed)
    start = np.clip(score.start * 2 + rng.integers(-30, 31, score.note_count), 0, None)
    duration = score.duration * 2 + rng.integers(-100, 30, score.note_count)
    return replace(score, start=start, duration=duration, ticks_per_quarter=960, length=bars * 2 * BAR)


def two_hands(bars: int = 16) -> Score:
    """A flute's melody, a piano below it, and a drum."""
    melody, bass = walking_score(5, bars=bars), walking_score(6, bars=bars)
    high, low = melody.pitch >= 60, bass.pitch < 60
    beats = np.arange(bars * 4) * 480
    parts = [
        (melody.start[high], melody.duration[high], melody.pitch[high], melody.velocity[high]),
        (bass.start[low], bass.duration[low], bass.pitch[low], bass.velocity[low]),
        (beats, np.full(len(beats), 60), np.full(len(beats), 38), np.full(len(beats), 90)),
    ]
    track = np.repeat(np.arange(3), [len(part[0]) for part in parts])
    start, duration, pitch, velocity = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Score(
        start, duration, pitch, velocity, track, length=bars * BAR,
        tracks=(Track("Flute", 73), Track("Piano", 0), Track("Drums", 0, is_drum=True)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def score() -> Score:
    return walking_score(2, bars=16)


def test_rewriting_keeps_every_other_note(score: Score, model: MusicModel) -> None:
    found, facts = rework(request("rewrite", bars=(4, 8)), score, model, silent)
    changed = inside(score, 4, 8)
    assert notes(found, ~inside(found, 4, 8)) == notes(score, ~changed)
    assert notes(found, inside(found, 4, 8)) != notes(score, changed)
    assert inside(found, 4, 8).any()
    assert found.length == score.length
    assert found.tracks == score.tracks
    np.testing.assert_array_equal(found.bar_ticks(), score.bar_ticks())
    np.testing.assert_array_equal(found.tempo_bpm, score.tempo_bpm)
    assert facts["kept"] == pytest.approx(float((~changed).mean()), abs=1e-3)
    assert facts["bars"] == 16
    for pitch in set(found.pitch.tolist()):
        line = found.pitch == pitch
        assert ((found.start + found.duration)[line][:-1] <= found.start[line][1:]).all()


@pytest.mark.parametrize("bars", [(0, 1), (15, 16), (0, 16), None])
def test_edges_can_be_rewritten(bars: tuple[int, int] | None, score: Score, model: MusicModel) -> None:
    found, _ = rework(request("rewrite", bars=bars), score, model, silent)
    begin, end = bars or (0, 16)
    assert notes(found, ~inside(found, begin, end)) == notes(score, ~inside(score, begin, end))
    assert found.length == score.length


def test_locked_bars_and_tracks_stay_to_the_note(model: MusicModel) -> None:
    score = two_hands()
    asked = request(
        "rewrite", bars=(2, 8), locked_bars=(3, 4), locked_tracks=(0,), affect=AffectPoint(0.8, 0.9), strength=1.0
    )
    found, _ = rework(asked, score, model, silent)
    open_bars = inside(score, 2, 8) & ~inside(score, 3, 5)
    may_change = open_bars & (score.track == 1)
    assert notes(score, ~may_change) <= notes(found)
    new = notes(found) - notes(score)
    assert new
    assert {track for *_, track in new} == {1}
    assert {start // BAR for start, *_ in new} <= {2, 5, 6, 7}


def test_only_chosen_tracks_are_rewritten(model: MusicModel) -> None:
    score = two_hands()
    found, _ = rework(request("rewrite", bars=(0, 4), tracks=(0,)), score, model, silent)
    assert notes(score, (score.track != 0) | ~inside(score, 0, 4)) <= notes(found)
    assert {track for *_, track in notes(found) - notes(score)} == {0}


def test_the_network_is_not_shown_drums_as_notes(model: MusicModel) -> None:
    score = two_hands(4)
    work = select(request("rewrite", tracks=(0,)), score)
    assert 38 not in work.events(1)[:, 2].tolist()
    found, _ = rework(request("rewrite"), score, model, silent)
    assert notes(score, score.track == 2) == notes(found, found.track == 2)


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.7, 1.0])
def test_varying_keeps_about_as_much_as_asked(amount: float, score: Score, model: MusicModel) -> None:
    found, facts = rework(request("vary", amount=amount), score, model, silent)
    kept = len(notes(score) & notes(found)) / score.note_count
    assert kept >= 1 - amount - 0.02
    assert facts["kept"] == pytest.approx(1 - amount, abs=0.01)
    if amount == 0.3:
        beats = score.start % 480 == 0
        stays = np.array([note in notes(found) for note in sorted(notes(score))])
        order = np.lexsort((score.track, score.velocity, score.pitch, score.duration, score.start))
        assert stays[beats[order]].mean() > stays[~beats[order]].mean()


def test_continuing_adds_bars_and_keeps_everything(score: Score, model: MusicModel) -> None:
    found, facts = rework(request("continue", bars_more=5), score, model, silent)
    assert len(found.bar_ticks()) == 16 + 5 + 1
    assert found.length == 21 * BAR
    assert notes(found, ~inside(found, 16, 21)) == notes(score)
    assert inside(found, 16, 21).any()
    assert facts["kept"] == 1.0


@pytest.mark.parametrize("bars", [1, 3])
def test_continuing_with_a_feeling_moves_nothing_that_is_there(bars: int, model: MusicModel) -> None:
    score = walking_score(4, bars=bars)
    found, _ = rework(request("continue", bars_more=2, affect=AffectPoint(0.9, 0.9)), score, model, silent)
    assert notes(score) <= notes(found)
    np.testing.assert_array_equal(found.tempo_bpm, score.tempo_bpm)


def test_a_piece_that_ends_within_its_bar_goes_on_at_the_line(model: MusicModel) -> None:
    score = walking_score(4, bars=4)
    keep = score.start < 3 * BAR + 700
    arrays = {name: getattr(score, name)[keep] for name in ("start", "duration", "pitch", "velocity", "track")}
    short = Score(**arrays, metre_tick=np.array([0, 9 * BAR]), metre=np.array([[4, 4], [3, 8]]))
    found, _ = rework(request("continue", bars_more=6), short, model, silent)
    assert notes(short) == notes(found, found.start < 4 * BAR)
    np.testing.assert_array_equal(found.bar_ticks(), np.arange(11) * BAR)


def test_harmonising_keeps_the_melody_on_top(model: MusicModel) -> None:
    score = walking_score(7, bars=8)
    top = highest_line(score, np.ones(score.note_count, dtype=bool))
    found, _ = rework(request("harmonise"), score, model, silent)
    assert notes(score, top) <= notes(found)
    new = notes(found) - notes(score, top)
    assert new
    assert_below(new, score, top)


def assert_below(new: set[Note], score: Score, melody: np.ndarray) -> None:
    """No new note begins at or above a note of the melody that sounds."""
    start, end, pitch = score.start[melody], (score.start + score.duration)[melody], score.pitch[melody]
    for begins, _, height, *_ in new:
        sounding = (start <= begins) & (end > begins)
        assert not sounding.any() or height < pitch[sounding].min()


def test_a_melody_held_over_the_line_stays_on_top(model: MusicModel) -> None:
    score = Score(
        start=np.array([480, 4 * 480 + 960]), duration=np.array([5 * 480, 960]), pitch=np.array([50, 52]),
        velocity=np.array([80, 80]), track=np.array([0, 0]), tracks=(Track("Lead", 80),), length=2 * BAR,
    )  # fmt: skip
    found, _ = rework(request("harmonise", affect=AffectPoint(0.5, 0.9)), score, model, silent)
    assert notes(score) <= notes(found)
    assert len(found.tracks) == 2
    assert_below(notes(found) - notes(score), score, np.ones(2, dtype=bool))


def test_harmonising_a_locked_track(model: MusicModel) -> None:
    score = two_hands(8)
    found, _ = rework(request("harmonise", locked_tracks=(0,)), score, model, silent)
    assert notes(score, score.track != 1) <= notes(found)
    assert {track for *_, track in notes(found) - notes(score, score.track != 1)} == {1}
    assert_below(notes(found, found.track == 1), score, score.track == 0)


def test_harmonising_a_violin_writes_the_strings_below(model: MusicModel) -> None:
    violin = walking_score(3, bars=4)
    top = violin.pitch >= 60
    arrays = {name: getattr(violin, name)[top] for name in ("start", "duration", "pitch", "velocity", "track")}
    tracks = (Track("Violin", 40), Track("Viola", 41), Track("Cello", 42))
    score = Score(**arrays, tracks=tracks, length=4 * BAR)
    found, _ = rework(request("harmonise", locked_tracks=(0,)), score, model, silent)
    assert notes(score) == notes(found, found.track == 0)
    assert (found.track > 0).any()
    assert_below(notes(found, found.track > 0), score, np.ones(score.note_count, dtype=bool))


def test_feeling_moves_tempo_and_loudness_and_keeps_what_it_keeps(model: MusicModel) -> None:
    score = walking_score(7, bars=16)  # in the middle of the model's scales
    tempo, loudness = attributes.INDEX["tempo"], attributes.INDEX["loudness"]
    before = attributes.measure(score).values
    found = {
        name: rework(request("feel", affect=emotion_named(name).point, amount=0.3), score, model, silent)
        for name in ("q1", "q3")
    }
    measured = {name: attributes.measure(result).values for name, (result, _) in found.items()}
    assert measured["q1"][tempo] > before[tempo] > measured["q3"][tempo]
    for result, facts in found.values():
        assert len(places(score) & places(result)) / score.note_count >= 0.69
        assert facts["kept"] == pytest.approx(0.7, abs=0.01)
    kept = {(start, pitch): velocity for start, _, pitch, velocity, _ in notes(found["q1"][0])}
    lower = {(start, pitch): velocity for start, _, pitch, velocity, _ in notes(found["q3"][0])}
    both = [(kept[place], lower[place]) for place in kept.keys() & lower.keys()]
    assert np.mean([first - second for first, second in both]) > 5
    assert found["q1"][1]["asked"]["loudness"] > before[loudness] > found["q3"][1]["asked"]["loudness"]


def test_locked_attributes_keep_their_value(score: Score, model: MusicModel) -> None:
    locked = ("tempo", "loudness", "mode")
    asked = request("feel", affect=AffectPoint(-0.9, 0.9), amount=0.5, locked_attributes=locked)
    found, facts = rework(asked, score, model, silent)
    np.testing.assert_array_equal(found.tempo_bpm, score.tempo_bpm)
    before = attributes.measure(score).as_dict()
    assert facts["asked"]["tempo"] == pytest.approx(before["tempo"], rel=0.02)
    assert len(notes(score) & notes(found)) / score.note_count >= 0.49


def test_asked_attributes_and_keys_are_told(score: Score, model: MusicModel) -> None:
    _, facts = rework(request("feel", attributes={"register": 66.0, "tempo": 100.0}, key="F#m"), score, model, silent)
    assert facts["asked"]["register"] == pytest.approx(66.0, abs=0.1)
    assert facts["tempo_bpm"] == pytest.approx(100.0, rel=0.02)
    assert facts["key"] == "F#m"


def test_a_key_that_is_named_is_kept(score: Score) -> None:
    named = replace(score, key_tick=np.array([0]), key=np.array([[-3, 1]]))
    assert key_of_score(named) == 12
    assert key_of_score(score) == attributes.key_of(attributes.notes_of(score))


@pytest.mark.parametrize("kind", ["rewrite", "vary", "feel", "continue"])
def test_what_was_played_by_hand_keeps_its_ticks(kind: str, model: MusicModel) -> None:
    score = performed(1)
    bars = None if kind == "continue" else (2, 4)
    found, _ = rework(request(kind, bars=bars, bars_more=2, amount=0.5), score, model, silent)
    lo, hi = 2 * 2 * BAR - 40, 4 * 2 * BAR
    outside = np.ones(score.note_count, dtype=bool) if kind == "continue" else (score.start < lo) | (score.start >= hi)
    assert notes(score, outside) <= notes(found)
    assert found.ticks_per_quarter == 960
    new = notes(found) - notes(score)
    assert new
    assert all(start % 40 == 0 for start, *_ in new)
    if kind in ("vary", "feel"):
        assert len(notes(score, ~outside) & notes(found)) >= 0.45 * (~outside).sum()


def test_other_metres_are_worked_in_and_left_alone(model: MusicModel) -> None:
    score = walking_score(3, bars=12)
    changed = replace(score, metre_tick=np.array([0, 4 * BAR]), metre=np.array([[4, 4], [6, 8]]))
    ticks = changed.bar_ticks()
    found, _ = rework(request("rewrite", bars=(5, 7)), changed, model, silent)
    np.testing.assert_array_equal(found.bar_ticks(), ticks)
    outside = (score.start < ticks[5]) | (score.start >= ticks[7])
    assert notes(score, outside) == notes(found, (found.start < ticks[5]) | (found.start >= ticks[7]))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bars": (2, 6)}, "change their metre"),
        ({"bars": (8, 9)}, "does not write 5/4"),
        ({"bars": (0, 90)}, "Bar 90 was asked for"),
        ({"bars": (0, 2), "locked_bars": (0, 1)}, "Every chosen bar is locked"),
        ({"bars": (0, 2), "tracks": (4,)}, "There is no track 5"),
        ({"bars": (0, 2), "locked_tracks": (0,)}, "Every chosen track is locked"),
        ({"bars": (0, 2), "attributes": {"colour": 1.0}}, "There is no attribute"),
        ({"bars": (0, 2), "locked_attributes": ("colour",)}, "There is no attribute .* to lock"),
        ({"bars": (0, 2), "chords": ("Hx",)}, "no chord"),
    ],
)
def test_what_does_not_fit_is_refused(more: dict[str, Any], said: str, model: MusicModel) -> None:
    score = walking_score(3, bars=12)
    ticks, metres = np.array([0, 4 * BAR, 4 * BAR + 4 * 1440]), np.array([[4, 4], [3, 4], [5, 4]])
    with pytest.raises(BadRequest, match=said):
        rework(request("rewrite", **more), replace(score, metre_tick=ticks, metre=metres), model, silent)


def test_too_many_bars_and_drums_alone_are_refused(model: MusicModel) -> None:
    with pytest.raises(BadRequest, match="129 bars are too many"):
        rework(request("rewrite"), walking_score(1, bars=129, metre=(2, 4)), model, silent)
    drums = replace(walking_score(1, bars=4), tracks=(Track("Drums", 0, is_drum=True),))
    nothing: list[int] = []
    for empty in (drums, Score(nothing, nothing, nothing, nothing, nothing)):
        with pytest.raises(BadRequest, match="no pitched notes"):
            rework(request("rewrite"), empty, model, silent)


@pytest.mark.parametrize("kind", ["rewrite", "vary", "continue", "harmonise", "feel"])
def test_the_same_request_gives_the_same_bytes(kind: str, model: MusicModel) -> None:
    score = walking_score(2, bars=6)
    asked = request(kind, bars_more=2, tries=2, affect=AffectPoint(0.3, 0.3))
    first, second = (digest(pack(rework(asked, score, model, silent)[0])) for _ in range(2))
    other = digest(pack(rework(request(kind, bars_more=2, tries=2, seed=9), score, model, silent)[0]))
    assert first == second != other


def test_previews_grow(score: Score, model: MusicModel) -> None:
    seen: list[Score] = []
    found, _ = rework(request("rewrite", bars=(4, 10)), score, model, silent, seen.append)
    assert len(seen) == 2
    outside = notes(score, ~inside(score, 4, 10))
    for step, shown in enumerate(seen):
        end = 4 + 2 * (step + 1)
        assert notes(shown, ~inside(shown, 4, 10)) == outside
        assert notes(shown, inside(shown, 4, end)) <= notes(found) | {
            note for note in notes(shown) if note[0] + note[1] > end * BAR
        }
        assert not inside(shown, end, 10).any()
        assert shown.length == score.length


def test_the_best_candidate_is_kept(score: Score, model: MusicModel) -> None:
    asked = request("rewrite", bars=(4, 6), candidates=3)
    seen: list[Score] = []
    found, _ = rework(asked, score, model, silent, seen.append)
    assert not seen
    assert notes(found, ~inside(found, 4, 6)) == notes(score, ~inside(score, 4, 6))


def test_cancel_ends_in_the_middle(score: Score, model: MusicModel) -> None:
    calls = 0

    def cancel(done: float, total: float, note: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        rework(request("rewrite"), score, model, cancel)
    assert calls == 5


def test_an_ensemble_keeps_its_players(model: MusicModel) -> None:
    violin = walking_score(3, bars=4)
    half = np.where(violin.pitch >= 60, 0, 1)
    score = replace(violin, track=half, tracks=(Track("Violin", 40), Track("Cello", 42)))
    work = select(request("rewrite", bars=(1, 3)), score)
    assert set(work.roles) <= set(tokens.ENSEMBLE_ROLES[2])
    found, _ = rework(request("rewrite", bars=(1, 3)), score, model, silent)
    assert found.tracks == score.tracks
    assert notes(found, ~inside(found, 1, 3)) == notes(score, ~inside(score, 1, 3))
