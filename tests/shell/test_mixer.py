"""What the device is given: every sample in its place, and nothing that clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clicks import Clicks
from studio.mixer import FADE_S, Mixer, Sounding, Stem, mix_plan

RATE_HZ = 10_000
FADE = round(FADE_S * RATE_HZ)


def wave(seconds: float, hz: float = 50.0, level: float = 0.5) -> np.ndarray:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.repeat((level * np.cos(2 * np.pi * hz * time_s)).astype(np.float32)[:, None], 2, axis=1)


def whole(samples: np.ndarray, key: str = "a", rate: float = 1.0) -> Sounding:
    return Sounding.whole(key, samples, RATE_HZ, rate)


def steepest(samples: np.ndarray) -> float:
    return float(np.abs(np.diff(samples, axis=0)).max(initial=0.0))


# a cosine of 50 Hz at half level moves so much from one frame to the next, a fade adds level / FADE
SMOOTH = 0.5 * 2 * np.pi * 50 / RATE_HZ + 1.1 / FADE


@given(reads=st.lists(st.integers(1, 700), min_size=40, max_size=60), parts=st.lists(st.integers(60, 900), max_size=9))
def test_a_growing_sound_is_read_as_if_it_had_been_there_from_the_beginning(reads: list[int], parts: list[int]) -> None:
    data = wave(3.0)
    sounding = Sounding("a", RATE_HZ)
    mixer = Mixer(sounding)
    begin, heard = 0, []
    for index, count in enumerate(reads):
        # the generator is always ahead of what is read
        while begin < len(data) and begin < sum(reads[: index + 1]) + 2 * FADE:
            step = parts[index % len(parts)] if parts else 500
            sounding.grow(data[begin : begin + step])
            begin += step
        if begin >= len(data):
            sounding.finish(data)
        mixer.update(fade=False)
        heard.append(mixer.read(count))
    got = np.concatenate(heard)
    assert np.array_equal(got, data[: len(got)])
    assert len(got) == min(sum(reads), len(data))


def test_a_sound_that_runs_dry_waits_at_its_end_and_goes_on_there() -> None:
    data = wave(1.0)
    sounding = Sounding("a", RATE_HZ)
    sounding.grow(data[:3000])
    mixer = Mixer(sounding)
    first = mixer.read(4000)
    assert mixer.holding
    assert np.array_equal(first[: 3000 - FADE], data[: 3000 - FADE])
    assert not first[3000:].any()
    assert steepest(first) < SMOOTH
    place = mixer.heard(3900)
    assert not place.moving
    assert place.position_s == pytest.approx(0.3, abs=FADE_S)
    sounding.grow(data[3000:6000])
    mixer.update(fade=False)
    again = mixer.read(1000)
    assert not mixer.holding
    assert np.array_equal(again[FADE:], data[3000 + FADE : 4000])
    assert steepest(np.concatenate([first, again])) < SMOOTH
    assert mixer.heard(4500).position_s == pytest.approx(0.35)


def test_a_loop_wraps_without_a_click_and_a_start_behind_it_plays_to_the_end_first() -> None:
    data = wave(1.0)
    mixer = Mixer(whole(data), 0.1)
    mixer.set_loop((0.2, 0.4133), 1.0)
    got = mixer.read(20_000)
    assert len(got) == 20_000
    assert steepest(got) < SMOOTH
    assert np.array_equal(got[FADE:3133], data[1000 + FADE : 4133])
    assert np.array_equal(got[3133 + FADE : 3133 + 2133], data[2000 + FADE : 4133])
    assert mixer.heard(3133 + 500).position_s == pytest.approx(0.25)
    behind = Mixer(whole(data), 0.6)
    behind.set_loop((0.2, 0.4), 0.9)
    assert np.array_equal(behind.read(3000)[FADE:], data[6000 + FADE : 9000])
    assert behind.heard(3100).position_s == pytest.approx(0.21)
    behind.set_loop(None, 0.9)
    assert len(behind.read(20_000)) == 8000 - 0
    assert behind.ended


def test_a_loop_that_is_longer_than_the_sound_ends_in_silence() -> None:
    mixer = Mixer(whole(wave(0.2)))
    mixer.set_loop((0.0, 0.5), 0.5)
    got = mixer.read(6000)
    assert not got[2000:5000].any()
    assert got[5000 + FADE :].any()


def test_another_piece_takes_over_without_a_click_at_its_own_tempo() -> None:
    mixer = Mixer(whole(wave(1.0)))
    first = mixer.read(1500)
    other = whole(wave(2.0, level=0.3), "b", rate=0.5)
    mixer.move(other, 0.25)
    got = np.concatenate([first, mixer.read(1500)])
    assert steepest(got) < SMOOTH
    assert np.array_equal(got[1500 + FADE :], other.reading.read(5000 + FADE, 1500 - FADE))
    assert mixer.heard(1000).key == "a"
    assert mixer.heard(2500).key == "b"
    assert mixer.heard(2500).position_s == pytest.approx(0.25 + 0.1 * 0.5)


def test_changes_that_follow_each_other_at_once_are_one_change() -> None:
    mixer = Mixer(whole(wave(1.0)))
    first = mixer.read(1500)
    for level in (0.4, 0.2, 0.3):
        mixer.move(whole(wave(2.0, level=level), "b"), 0.25)
    got = np.concatenate([first, mixer.read(1500)])
    assert steepest(got) < SMOOTH
    assert np.array_equal(got[1500 + FADE :], wave(2.0, level=0.3)[2500 + FADE : 4000])


def test_the_exact_sound_in_place_of_the_same_is_no_change() -> None:
    data = wave(1.0)
    grown = Sounding("a", RATE_HZ)
    grown.grow(data[:8000])
    mixer = Mixer(grown)
    first = mixer.read(3001)
    mixer.move(whole(data), mixer.position_s)
    got = np.concatenate([first, mixer.read(6000)])
    assert np.abs(got - data[:9001]).max() < 1e-6


def test_levels_are_mixed_from_the_whole_and_as_few_stems_as_can_be() -> None:
    tracks = [wave(0.5, hz) / 4 for hz in (50, 80, 110, 170)]
    sounding = whole(np.sum(tracks, axis=0, dtype=np.float32))
    levels = {0: 1.0, 1: 1.0, 2: 0.0, 3: 1.0}
    assert sounding.missing_stems(levels) == [2]
    assert not sounding.set_levels(levels)
    sounding.set_stem(2, Stem.of(tracks[2]))
    assert sounding.set_levels(levels)
    assert np.abs(sounding.reading.read(0, 5000) - (tracks[0] + tracks[1] + tracks[3])).max() < 1e-4
    solo = {0: 0.0, 1: 0.0, 2: 1.0, 3: 0.0}
    assert sounding.missing_stems(solo) == []
    sounding.set_levels(solo)
    assert np.abs(sounding.reading.read(0, 5000) - tracks[2]).max() < 1e-4
    assert sounding.set_levels(dict.fromkeys(range(4), 0.0))
    assert not sounding.reading.read(0, 5000).any()


@given(st.dictionaries(st.integers(0, 7), st.sampled_from([0.0, 0.4, 1.0, 1.5]), min_size=1))
def test_a_plan_reaches_every_level(levels: dict[int, float]) -> None:
    gain, stems = mix_plan(levels)
    assert {track: gain + stems.get(track, 0.0) for track in levels} == pytest.approx(levels)
    assert len(stems) <= len(levels)


def test_a_change_of_levels_does_not_click() -> None:
    data = wave(1.0)
    sounding = whole(data)
    mixer = Mixer(sounding)
    first = mixer.read(1000)
    sounding.set_levels({0: 0.0})
    mixer.update(fade=True)
    got = np.concatenate([first, mixer.read(1000)])
    assert steepest(got) < SMOOTH
    assert not got[1000 + FADE :].any()


def test_the_metronome_clicks_on_its_beats_only() -> None:
    mixer = Mixer(whole(np.zeros((RATE_HZ, 2), dtype=np.float32)))
    mixer.set_clicks(Clicks(np.array([0, 2500, 5000]), np.array([True, False, True])))
    got = np.concatenate([mixer.read(count) for count in (2490, 30, 5000)])
    sounding = np.abs(got[:, 0]) > 0
    assert sounding[1:40].all()
    assert sounding[2501:2540].all()
    assert not sounding[400:2500].any()
    assert not sounding[2900:5000].any()
