"""From a request to a score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of, emotion_named
from generators.artifacts import digest, pack
from generators.errors import BadRequest, Cancelled
from generators.music import attributes
from generators.music.compose import compose, key_index, key_signature, plan_piece
from generators.music.conditions import BAR_FREE, KEY, LEFT, SINCE
from generators.music.model import MusicModel, tiny_model
from generators.music.request import METRES, TONICS, ComposeRequest
from generators.music.spec import SPECS
from generators.progress import silent
from generators.runtime.spec import CPU


@given(
    seed=st.integers(0, (1 << 53) - 1),
    bars=st.integers(1, 6),
    metre=st.sampled_from(METRES),
    valence=st.floats(-1, 1),
    arousal=st.floats(-1, 1),
    key=st.sampled_from(["", "C", "F#m", "Gb", "Cbm", "B#"]),
    tempo_bpm=st.none() | st.floats(30, 240),
)
@settings(max_examples=30, deadline=None)
def test_every_score_has_the_bars_metre_key_and_tempo(
    seed: int, bars: int, metre: tuple[int, int], valence: float, arousal: float, key: str, tempo_bpm: float | None
) -> None:
    request = ComposeRequest(
        affect=AffectPoint(valence, arousal), bars=bars, seed=seed, metre=metre, key=key, tempo_bpm=tempo_bpm
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
    assert set(facts["asked"]) == set(facts["measured"]) == set(attributes.NAMES)
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
    score, _ = compose(ComposeRequest(bars=128, metre=(2, 4)), model, silent)
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


def test_an_asked_key_sets_the_mode(model: MusicModel) -> None:
    plan, values, name = plan_piece(ComposeRequest(key="Am", affect=emotion_named("happy").point), model)
    assert name == "Am"
    assert values[attributes.INDEX["mode"]] < 0
    assert set(plan.whole[:, KEY].tolist()) == {21}


def test_a_key_fits_the_mode(model: MusicModel) -> None:
    for seed in range(8):
        _, values, name = plan_piece(ComposeRequest(seed=seed), model)
        assert name.endswith("m") == bool(values[attributes.INDEX["mode"]] < 0)


def test_bars_count_down_to_the_end(model: MusicModel) -> None:
    plan, _, _ = plan_piece(ComposeRequest(bars=40), model)
    assert plan.bar[:3, SINCE].tolist() == [0, 1, 2]
    assert plan.bar[-3:, LEFT].tolist() == [2, 1, 0]
    assert (plan.bar[:40, 2:4] == plan.bar[0, 2:4]).all()
    assert (plan.bar[:40, 2:] < BAR_FREE[2:]).all()


def test_the_loudness_swells_as_much_as_is_asked(model: MusicModel) -> None:
    plans = [
        plan_piece(ComposeRequest(attributes={"loudness": 65.0, "loudness_range": wide}), model)[0]
        for wide in (0.0, 20.0)
    ]
    still, swelling = (plan.bar[:16, 4] for plan in plans)
    assert still.std() == 0.0
    assert swelling[4] > still[4] > swelling[0]
    assert swelling[8] == swelling[0]


def test_a_curve_moves_the_bars(model: MusicModel) -> None:
    curve = curve_of([(0.0, AffectPoint(-0.7, -0.7)), (40.0, AffectPoint(0.7, 0.7))])
    plan, values, _ = plan_piece(ComposeRequest(curve=curve, bars=16, tempo_bpm=96.0), model)
    loud = plan.whole[:, attributes.INDEX["loudness"]]
    assert loud[0] < loud[15]
    assert (np.diff(loud) >= 0).all()
    assert plan.bar[0, 4] < BAR_FREE[4]
    assert plan.bar[:4, 4].mean() < plan.bar[12:16, 4].mean()
    assert len(set(plan.whole[:, attributes.INDEX["tempo"]].tolist())) == 1
    assert values[attributes.INDEX["tempo"]] == 96.0
    score, _ = compose(ComposeRequest(curve=curve, bars=4), model, silent)
    assert score.length == 4 * 1920


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
