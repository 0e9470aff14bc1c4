"""Features of transposed music, without measuring it anew."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, Track, replace
from generators.music import jsymbolic
from generators.music.features import shifted_features


@given(seed=st.integers(0, 100_000), count=st.integers(1, 80), shift=st.integers(-12, 12), voices=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_shifted_features_are_those_of_the_shifted_score(seed: int, count: int, shift: int, voices: int) -> None:
    rng = np.random.default_rng(seed)
    value = Score(
        start=np.sort(rng.integers(0, 64, count)) * 120,
        duration=rng.choice((120, 240, 480), count),
        pitch=rng.integers(30, 98, count),
        velocity=rng.integers(20, 120, count),
        track=rng.integers(0, voices, count),
        tracks=(Track(),) * voices,
    )
    classes = np.sort(np.bincount(value.pitch % 12, minlength=12))
    assume(classes[-1] > classes[-2])
    pitches = np.bincount(value.pitch, minlength=128)
    found = shifted_features(jsymbolic.measure(value), pitches, shift, len(set(value.track.tolist())))
    expected = jsymbolic.measure(replace(value, pitch=value.pitch + shift))
    apart = {name: (a, b) for name, a, b in zip(jsymbolic.NAMES, found, expected, strict=True) if not np.isclose(a, b)}
    assert not apart


def test_silence_stays_as_it_is() -> None:
    features = np.arange(100.0)
    np.testing.assert_array_equal(shifted_features(features, np.zeros(128), 3), features)
