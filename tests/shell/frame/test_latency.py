"""How late the sound is, from taps; and that everything which follows the sound follows it then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from window_hands import Ears, Studio

from studio.frame.latency import (
    CLICKS,
    FIRST_TAPS,
    LEAST_TAPS,
    LENGTH_S,
    PERIOD_S,
    after_click,
    click_track,
    estimate,
)
from studio.frame.latency_sheet import LatencySheet
from studio.mixer import Mixer, Sounding


def taps_of(delay_s: float, count: int, jitter_s: float, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    return (delay_s + rng.normal(0.0, jitter_s, count)).tolist()


@settings(deadline=None, max_examples=60)
@given(st.floats(-0.05, 0.35), st.integers(0, 10_000))
def test_taps_as_people_tap_say_the_delay(delay_s: float, seed: int) -> None:
    taps = taps_of(delay_s, FIRST_TAPS + 14, 0.02, seed)
    taps[:FIRST_TAPS] = [delay_s - 0.2, delay_s + 0.15]  # one finds the beat first
    taps[7] = delay_s - 0.3  # a tap that was missed, and one too late
    taps[11] = delay_s + 0.25
    found = estimate(taps)
    assert found is not None
    assert found.delay_s == pytest.approx(delay_s, abs=0.025)
    assert found.is_even
    assert found.count <= 14


def test_too_few_or_uneven_taps_say_nothing_for_sure() -> None:
    assert estimate([]) is None
    assert estimate([0.1] * (FIRST_TAPS + LEAST_TAPS - 1)) is None
    even = estimate([0.1] * (FIRST_TAPS + LEAST_TAPS))
    assert even is not None
    assert even.is_even
    assert (even.delay_s, even.count) == (pytest.approx(0.1), LEAST_TAPS)
    uneven = estimate(taps_of(0.1, 30, 0.2, 5))
    assert uneven is not None
    assert not uneven.is_even


def test_the_track_clicks_where_it_says() -> None:
    rate = 44_100
    track = click_track(rate)
    assert len(track) == round(LENGTH_S * rate)
    starts = [round(number * PERIOD_S * rate) for number in range(CLICKS)]
    for start in starts:
        assert np.abs(track[start : start + 600]).max() > 0.2
        assert np.abs(track[start + 2000 : start + round(PERIOD_S * rate) - 10]).max() == 0.0


@settings(deadline=None)
@given(st.integers(0, 50), st.floats(-0.44, 0.44))
def test_the_nearest_click(number: int, after_s: float) -> None:
    assert after_click(number * PERIOD_S + after_s) == pytest.approx(after_s, abs=1e-6)


def test_a_delay_moves_what_is_heard_and_not_the_sound() -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, (44_100 * 4, 2)).astype(np.float32)
    plain, late = (Mixer(Sounding.whole("piece", samples, 44_100), 1.0) for _ in range(2))
    late.delay_s = 0.25
    assert np.array_equal(plain.read(44_100), late.read(44_100))
    assert plain.heard(44_100).position_s == pytest.approx(2.0)
    assert late.heard(44_100).position_s == pytest.approx(1.75)
    assert late.heard(4_410).position_s == pytest.approx(1.0)  # nothing has left the loudspeaker yet
    late.set_loop((0.5, 2.5), 4.0)
    late.read(44_100)
    assert late.heard(66_150 + 11_025 + 100).position_s == pytest.approx(0.5 + 100 / 44_100, abs=1e-6)


def test_the_playhead_follows_what_is_heard(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(manual=True))
    studio.make(1)
    playback = studio.shell.playback

    def synthesised() -> bool:
        studio.engine.run()
        return playback.sounding is not None

    studio.until(synthesised)
    studio.window.context.remember(sound_delay_ms=200.0)
    playback.play()
    seen: list[float] = []
    playback.positionChanged.connect(seen.append)
    studio.ears.pull(44_100)
    studio.until(lambda: bool(seen) and seen[-1] >= 0.8)
    assert seen[-1] <= 0.8 + 0.4  # the clock runs on from what was heard, not from what was given
    heard = studio.ears.mixer.heard(44_100)
    assert heard.position_s == pytest.approx(0.8)
    studio.window.context.remember(sound_delay_ms=0.0)
    assert studio.ears.mixer.heard(44_100).position_s == pytest.approx(1.0)


def opened(studio: Studio) -> LatencySheet:
    context = studio.window.context
    sheet = LatencySheet(
        context.hub,
        context.playback,
        lambda: context.settings().sound_delay_ms,
        lambda delay_ms: context.remember(sound_delay_ms=delay_ms),
        studio.window,
    )
    sheet.show()
    return sheet


def test_tapping_along_sets_the_delay(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = opened(studio)
    assert studio.ears.sounding is not None
    studio.until(lambda: sheet._clock.playing)
    moments = iter([0.3, 0.5, *(0.125 + wobble for wobble in (0.0, 0.01, -0.01, 0.02, -0.02, 0.0, 0.4, 0.005))])
    monkeypatch.setattr(
        type(sheet._clock), "position_s", property(lambda _clock: 3 * PERIOD_S + next(moments)), raising=True
    )
    sheet._timer.stop()
    for _ in range(FIRST_TAPS + 8):
        studio.qtbot.keyClick(sheet, Qt.Key.Key_Space)
    assert sheet.slider.value() == pytest.approx(125, abs=6)
    assert studio.window.context.settings().sound_delay_ms == sheet.slider.value()
    assert "Your taps say" in sheet.told.text()
    sheet.reset.click()
    assert studio.window.context.settings().sound_delay_ms == 0.0
    monkeypatch.undo()
    sheet.close()
    assert studio.ears.mixer is None


def test_without_a_device_it_says_so(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(available=False))
    sheet = opened(studio)
    assert "no sound device" in sheet.told.text()
    assert not sheet.tap.isEnabled()
    sheet.take_tap()
    sheet.close()


def test_a_piece_that_is_played_meanwhile_ends_it(studio: Studio) -> None:
    studio.make(1)
    sheet = opened(studio)
    studio.until(lambda: sheet._clock.playing)
    other = Sounding.whole("other", np.zeros((44_100, 2), dtype=np.float32), 44_100)
    studio.ears.start(Mixer(other))
    studio.until(lambda: not sheet.tap.isEnabled())
    sheet.close()
    assert studio.ears.sounding is other  # what plays is not ours to stop
