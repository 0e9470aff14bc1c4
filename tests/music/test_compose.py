"""From a request to a score."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of, emotion_named
from generators.artifacts import Score, digest, pack
from generators.errors import BadRequest, Cancelled
from generators.music import attributes, tokens
from generators.music.chord_labels import chord_rows
from generators.music.chord_symbols import parse_chord
from generators.music.compose import Piece, compose, plan_piece, settle
from generators.music.conditions import BAR_ATTRIBUTES, BAR_FREE, ECHO, KEY, LEFT, SINCE, bar_bins
from generators.music.decoder import Plan
from generators.music.keys import key_index, key_name, key_signature
from generators.music.model import MusicModel, tiny_model
from generators.music.request import ENSEMBLES, METRES, TONICS, ComposeRequest
from generators.music.spec import SPECS
from generators.progress import silent
from generators.runtime.spec import CPU

LOUDNESS = BAR_ATTRIBUTES + attributes.BAR_NAMES.index("loudness")


@given(
    seed=st.integers(0, (1 << 53) - 1),
    bars=st.integers(1, 6),
    metre=st.sampled_from(METRES),
    valence=st.floats(-1, 1),
    arousal=st.floats(-1, 1),
    key=st.sampled_from(["", "C", "F#m", "Gb", "Cbm", "B#"]),
    tempo_bpm=st.none() | st.floats(30, 240),
)
@settings(max_examples=20, deadline=None)
def test_every_score_has_the_bars_metre_key_and_tempo(
    seed: int, bars: int, metre: tuple[int, int], valence: float, arousal: float, key: str, tempo_bpm: float | None
) -> None:
    request = ComposeRequest(
        affect=AffectPoint(valence, arousal),
        bars=bars,
        seed=seed,
        metre=metre,
        key=key,
        tempo_bpm=tempo_bpm,
        tries=1 + seed % 2,
    )
    score, facts = compose(request, tiny_model(seed % 2), silent)
    bar = 480 * 4 * metre[0] // metre[1]
    assert score.length == bars * bar
    assert len(score.bar_ticks()) == bars + 1
    assert score.metre.tolist() == [list(metre)]
    assert ((score.start + score.duration) <= score.length).all()
    assert (score.duration > 0).all()
    assert ((score.velocity > 0) & (score.velocity < 128)).all()
    assert score.tempo_bpm[0] == facts["tempo_bpm"] == (tempo_bpm or facts["tempo_bpm"])
    assert 30 <= facts["tempo_bpm"] <= 240
    assert -7 <= score.key[0, 0] <= 7
    assert not key or facts["key"] == key
    assert {"tempo", "mode", "loudness"} <= set(facts["asked"]) <= set(facts["measured"]) == set(attributes.NAMES)
    assert facts["measured"]["tempo"] == pytest.approx(facts["tempo_bpm"], abs=0.01)
    for pitch in set(score.pitch.tolist()):
        line = score.pitch == pitch
        assert ((score.start + score.duration)[line][:-1] <= score.start[line][1:]).all()


def test_the_same_request_gives_the_same_bytes(model: MusicModel) -> None:
    request = ComposeRequest(affect=emotion_named("happy").point, bars=4, seed=7)
    first, second = (digest(pack(compose(request, model, silent)[0])) for _ in range(2))
    other = digest(pack(compose(ComposeRequest(affect=request.affect, bars=4, seed=8), model, silent)[0]))
    assert first == second != other


def test_128_bars(model: MusicModel) -> None:
    score, _ = compose(ComposeRequest(bars=128, metre=(2, 4), tries=1), model, silent)
    assert score.length == 128 * 960


def test_asked_attributes_win(model: MusicModel) -> None:
    wanted = {"loudness": 70.0, "register": 66.0}
    _, facts = compose(ComposeRequest(bars=2, attributes=wanted, tempo_bpm=87.5), model, silent)
    assert {name: facts["asked"][name] for name in wanted} == wanted
    assert facts["asked"]["tempo"] == facts["tempo_bpm"] == 87.5


@pytest.mark.parametrize(
    ("wanted", "message"), [({"colour": 1.0}, "There is no attribute"), ({"loudness": 900.0}, "between 10 and 120")]
)
def test_attributes_outside_the_table_are_refused(wanted: dict[str, float], message: str, model: MusicModel) -> None:
    with pytest.raises(BadRequest, match=message):
        compose(ComposeRequest(attributes=wanted), model, silent)


def planned(model: MusicModel, **more: Any) -> tuple[Plan, Piece]:
    piece = settle(ComposeRequest(**more), model)
    return plan_piece(piece, model)[0], piece


def test_an_asked_key_sets_the_mode(model: MusicModel) -> None:
    plan, piece = planned(model, key="Am", affect=emotion_named("happy").point)
    assert piece.aim.key == "Am"
    assert (piece.values[:, attributes.INDEX["mode"]] < 0).all()
    assert set(plan.whole[:, KEY].tolist()) == {21}
    assert {bar.aid.key for bar in plan.bars} == {21}


def test_a_key_fits_the_mode(model: MusicModel) -> None:
    for seed in range(8):
        _, piece = planned(model, seed=seed)
        assert piece.aim.key.endswith("m") == bool(piece.values[0, attributes.INDEX["mode"]] < 0)


def test_bars_count_down_to_the_end(model: MusicModel) -> None:
    plan, _ = planned(model, bars=40, form="through")
    assert plan.bar[:3, SINCE].tolist() == [0, 1, 2]
    assert plan.bar[-3:, LEFT].tolist() == [2, 1, 0]
    assert (plan.bar[:, ECHO] == BAR_FREE[ECHO]).all()
    assert all(bar.ago == 0 for bar in plan.bars)


def test_the_loudness_swells_as_much_as_is_asked(model: MusicModel) -> None:
    still, swelling = (
        planned(model, attributes={"loudness": 65.0, "loudness_range": wide})[0].bar[:16, LOUDNESS]
        for wide in (0.0, 20.0)
    )
    assert still.std() == 0.0
    assert swelling[4] > still[4] > swelling[0]
    assert swelling[8] == swelling[0]


def test_a_curve_moves_the_bars(model: MusicModel) -> None:
    curve = curve_of([(0.0, AffectPoint(-0.7, -0.7)), (40.0, AffectPoint(0.7, 0.7))])
    plan, piece = planned(model, curve=curve, bars=16, tempo_bpm=96.0)
    loud = plan.whole[:, attributes.INDEX["loudness"]]
    assert loud[0] < loud[15]
    assert (np.diff(loud) >= 0).all()
    assert plan.bar[:4, LOUDNESS].mean() < plan.bar[12:16, LOUDNESS].mean()
    assert len(set(plan.whole[:, attributes.INDEX["tempo"]].tolist())) == 1
    assert (piece.tempo == 96.0).all()
    score, _ = compose(ComposeRequest(curve=curve, bars=4, tries=1), model, silent)
    assert score.length == 4 * 1920


def test_a_curve_gives_a_tempo_map_and_markers(model: MusicModel) -> None:
    sad, excited = emotion_named("sad").point, emotion_named("excited").point
    curve = curve_of([(0.0, sad), (2.0, sad.mixed(excited, 0.2)), (10.0, excited)])
    score, facts = compose(ComposeRequest(curve=curve, bars=8, tries=1), model, silent)
    assert len(score.tempo_tick) > 1
    assert set(score.tempo_tick.tolist()) <= set(score.bar_ticks().tolist())
    assert (np.diff(score.tempo_bpm) > 0).all()
    assert [marker.text for marker in score.markers] == ["sad", "excited"]  # one for each emotion that comes
    np.testing.assert_allclose(score.seconds_at([marker.tick for marker in score.markers]), [0.0, 10.0], atol=0.01)
    assert facts["tempo_bpm"] == pytest.approx(facts["measured"]["tempo"], abs=0.01)


def test_a_tempo_map_is_followed_to_the_tick(model: MusicModel) -> None:
    steps = ((0.0, 100.0), (2.5, 50.0), (7.0, 130.5), (400.0, 60.0))
    marks = ((4.0, "verse"), (1.0, "up"), (8.0, "end"), (8.1, "beyond"))
    request = ComposeRequest(bars=2, tempo_map=steps, tempo_bpm=77.0, markers=marks, tries=1)
    score, facts = compose(request, model, silent)
    assert score.tempo_tick.tolist() == [0, 1200, 3360]
    assert score.tempo_bpm.tolist() == [100.0, 50.0, 130.5]
    assert [(marker.tick, marker.text) for marker in score.markers] == [(480, "up"), (1920, "verse"), (3840, "end")]
    assert facts["tempo_bpm"] == pytest.approx(8 * 60 / score.duration_s)


def test_attributes_are_asked_bar_by_bar(model: MusicModel) -> None:
    told = {"loudness": (30.0, None, 100.0), "note_density": (None, 2.0)}
    plan, piece = planned(model, bars=4, bar_attributes=told)
    loud, dense = (attributes.BAR_NAMES.index(name) for name in told)
    assert piece.asked_bars[[0, 2], loud].tolist() == [30.0, 100.0]
    assert np.isnan(piece.asked_bars[[1, 3], loud]).all()
    assert piece.asked_bars[1, dense] == 2.0
    assert np.isfinite(piece.asked_bars).sum() == 3
    assert plan.bar[0, LOUDNESS] < plan.bar[2, LOUDNESS]
    assert (plan.bar[[0, 2], BAR_ATTRIBUTES + dense] == BAR_FREE[BAR_ATTRIBUTES + dense]).all()


def test_a_piece_comes_to_rest(model: MusicModel) -> None:
    dense = BAR_ATTRIBUTES + attributes.BAR_NAMES.index("note_density")
    plan, _ = planned(model, bars=8, attributes={"note_density": 8.0})
    told = plan.bar[7, dense]
    assert told < bar_bins(np.full((1, len(attributes.BAR_NAMES)), 8.0), model.bar_edges)[0, dense - BAR_ATTRIBUTES]
    assert (plan.bar[:7, dense] == BAR_FREE[dense]).all()
    asked, _ = planned(model, bars=8, bar_attributes={"note_density": (*[None] * 7, 8.0)})
    assert asked.bar[7, dense] > told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bar_attributes": {"tempo": (90.0,)}}, "cannot be asked bar by bar"),
        ({"bar_attributes": {"loudness": (900.0,)}}, "between 10 and 120"),
        ({"features": {"Colour": 1.0}}, "There is no feature"),
        ({"chords": ("C", "Hm")}, "no chord"),
    ],
)
def test_what_is_unknown_is_refused(more: dict[str, Any], said: str, model: MusicModel) -> None:
    with pytest.raises(BadRequest, match=said):
        settle(ComposeRequest(**more), model)


def test_chords_are_told_bar_by_bar_and_repeat(model: MusicModel) -> None:
    plan, piece = planned(model, bars=5, chords=("Am", "", "G7"))
    assert sorted(piece.chords) == [0, 2, 3]
    for bar, symbol in ((0, "Am"), (2, "G7"), (3, "Am")):
        np.testing.assert_array_equal(plan.bars[bar].aid.chord, chord_rows(parse_chord(symbol)))
    assert plan.bars[1].aid.chord is None


def test_a_piece_comes_home(model: MusicModel) -> None:
    _, piece = planned(model, bars=8, key="D")
    assert piece.chords == {6: parse_chord("A7"), 7: parse_chord("D")}
    assert planned(model, bars=2, key="Dm")[1].chords == {1: parse_chord("Dm")}


def test_a_form_returns(model: MusicModel) -> None:
    plan, piece = planned(model, bars=12, form="ABA")
    assert [back.ago for back in piece.returns] == [bar.ago for bar in plan.bars]
    assert plan.bars[8].ago == 8
    told = [bar for bar in range(12) if plan.bars[bar].ago]
    assert [int(plan.bar[bar, ECHO]) for bar in told] == [piece.returns[bar].kind for bar in told]


@pytest.mark.parametrize("ensemble", ["voice", "quartet"])
def test_ensembles_have_their_tracks(ensemble: str, model: MusicModel) -> None:
    score, _ = compose(ComposeRequest(bars=4, ensemble=ensemble, tries=1), model, silent)
    roles = tokens.ENSEMBLE_ROLES[ENSEMBLES.index(ensemble)]
    assert {track.name for track in score.tracks} <= {tokens.ROLES[role].capitalize() for role in roles}
    assert len(score.tracks) > 1


def test_previews_grow_by_whole_bars(model: MusicModel) -> None:
    seen: list[Score] = []
    score, _ = compose(ComposeRequest(bars=7, seed=2), model, silent, seen.append)
    assert [len(shown.bar_ticks()) - 1 for shown in seen] == [2, 4, 6]
    for shown in seen:
        early = score.start < shown.length
        np.testing.assert_array_equal(shown.pitch, score.pitch[early])
        np.testing.assert_array_equal(shown.start, score.start[early])


def test_refining_brings_nearer_and_shows_it(model: MusicModel) -> None:
    seen: list[Score] = []
    request = ComposeRequest(bars=4, seed=5, tries=1, affect=emotion_named("q1").point)
    _, before = compose(request, model, silent)
    calls: list[float] = []
    refined = msgspec.structs.replace(request, refine=2)
    score, after = compose(refined, model, lambda done, total, note="": calls.append(done / total), seen.append)
    assert after["met"] >= before["met"] - 0.05
    assert len([shown for shown in seen if shown.length == score.length]) >= 1
    assert calls == sorted(calls)
    again, _ = compose(refined, model, silent)
    assert digest(pack(again)) == digest(pack(score))


def test_the_candidate_that_meets_the_request_best_is_kept(model: MusicModel) -> None:
    request = ComposeRequest(bars=2, seed=5, tries=1, affect=emotion_named("q1").point)
    meeting = plan_piece(settle(request, model), model)[1]
    one, several = (compose(msgspec.structs.replace(request, candidates=n), model, silent)[0] for n in (1, 4))
    assert meeting.distance(several, 2) <= meeting.distance(one, 2)


def test_cancel_ends_in_the_middle(model: MusicModel) -> None:
    calls = 0

    def cancel(done: float, total: float, note: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        compose(ComposeRequest(), model, cancel)
    assert calls == 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [("C", (0, 0)), ("Am", (0, 1)), ("F#", (6, 0)), ("Gb", (-6, 0)), ("Bbm", (-5, 1)), ("G#m", (5, 1)), ("B#", (0, 0))],
)
def test_key_signatures(name: str, expected: tuple[int, int]) -> None:
    assert key_signature(name) == expected


@pytest.mark.parametrize("name", [tonic + minor for tonic in TONICS for minor in ("", "m")])
def test_every_key_has_a_signature_of_its_pitch_class(name: str) -> None:
    sharps, minor = key_signature(name)
    assert -7 <= sharps <= 7
    assert (7 * sharps + 9 * minor) % 12 + 12 * minor == key_index(name)


def test_the_spec_builds_a_model_that_composes() -> None:
    (spec,) = SPECS
    tiny = spec.tiny(5)
    assert isinstance(tiny, MusicModel)
    assert compose(ComposeRequest(bars=1), tiny, silent)[0].length == 1920
    assert spec.devices == (CPU.kind,)


@pytest.mark.parametrize("key", range(24))
def test_keys_come_back_from_their_names(key: int) -> None:
    assert key_index(key_name(key)) == key


def test_a_take_that_is_gone_over_may_be_a_little_faster(model: MusicModel) -> None:
    request = ComposeRequest(affect=AffectPoint(0.6, 0.6), bars=4, seed=3, refine=1, tries=2)
    piece = settle(request, model)
    score, facts = compose(request, model, silent)
    assert piece.aim.tempo_bpm / 1.26 <= facts["tempo_bpm"] <= piece.aim.tempo_bpm * 1.26
    assert score.tempo_bpm.tolist() == [facts["tempo_bpm"]]
    aimed, bars_s = facts["asked"]["onset_rate"], score.duration_s
    plain = facts["measured"]["onset_rate"] * bars_s * piece.aim.tempo_bpm / 60 / 16
    assert abs(facts["measured"]["onset_rate"] - aimed) <= abs(plain - aimed) + 0.05
    for more in ({"tempo_bpm": 90.0}, {"refine": 0}):
        other = msgspec.structs.replace(request, **more)
        assert compose(other, model, silent)[1]["tempo_bpm"] == settle(other, model).aim.tempo_bpm
