from __future__ import annotations

import numpy as np
import pytest
from speaking import RATE_HZ, heard_line, heard_silence

from generators.face.accents import accents_of, bumps
from generators.face.actions import SPEECH
from generators.face.heard import Heard


def voice(loudness: np.ndarray, pitch: np.ndarray, active: np.ndarray) -> Heard:
    frames = len(loudness)
    return Heard(np.zeros((frames, len(SPEECH)), np.float32), loudness, pitch, active, np.zeros(frames, np.float32))


def test_a_loud_high_syllable_is_a_stress() -> None:
    frames = 10 * RATE_HZ
    loudness = np.full(frames, -25.0, np.float32)
    pitch = np.full(frames, 110.0, np.float32)
    for centre in (120, 300, 480):
        loudness[centre - 6 : centre + 6] += 12.0
        pitch[centre - 6 : centre + 6] *= 1.3
    found = accents_of(voice(loudness, pitch, np.ones(frames, np.float32)))
    assert found.stress_s == pytest.approx([2.0, 5.0, 8.0], abs=0.05)
    assert (found.stress > 0.5).all()
    assert found.semitones[300] > 2.0
    assert found.loudness[300] > 0.5


def test_phrases_begin_and_end_where_somebody_speaks() -> None:
    active = np.zeros(600, np.float32)
    active[60:200] = active[205:300] = active[400:500] = 1.0  # the first pause is shorter than one between phrases
    active[550:555] = 1.0  # a click
    found = accents_of(voice(np.full(600, -20.0, np.float32), np.zeros(600, np.float32), active))
    assert found.phrase_start_s == pytest.approx([1.0, 400 / 60])
    assert found.phrase_end_s == pytest.approx([5.0, 500 / 60])


def test_silence_has_no_accents() -> None:
    found = accents_of(heard_silence(5.0))
    assert not len(found.stress_s)
    assert not len(found.phrase_end_s)
    assert not found.loudness.any()
    assert not found.semitones.any()


def test_the_speakers_own_level_and_pitch_do_not_matter() -> None:
    line = heard_line(20.0)
    other = Heard(line.speech, line.loudness_db - 15.0, line.pitch_hz * np.float32(1.8), line.activity, line.arousal)
    one, two = accents_of(line), accents_of(other)
    assert two.semitones == pytest.approx(one.semitones, abs=1e-3)
    assert two.loudness == pytest.approx(one.loudness, abs=1e-3)
    assert np.array_equal(one.stress_s, two.stress_s)
    assert len(one.stress_s) > 10


def test_bumps_rise_and_fall_smoothly_block_by_block() -> None:
    times = np.arange(600) / 60.0
    centres, heights = np.array([2.0, 5.0]), np.array([1.0, 0.5])
    whole = bumps(times, centres, heights, 0.2, 0.4)
    assert whole[120] == pytest.approx(1.0)
    assert whole[300] == pytest.approx(0.5)
    assert whole[100] == whole[150] == 0.0
    parts = [bumps(times[first : first + 50], centres, heights, 0.2, 0.4) for first in range(0, 600, 50)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert len(bumps(times[:0], centres, heights, 0.2, 0.4)) == 0


def test_what_was_heard_must_fit_together() -> None:
    line = heard_line(2.0)
    with pytest.raises(ValueError, match="length"):
        Heard(line.speech, line.loudness_db[:-1], line.pitch_hz, line.activity, line.arousal)
    with pytest.raises(ValueError, match="finite"):
        Heard(line.speech, line.loudness_db * np.float32(np.nan), line.pitch_hz, line.activity, line.arousal)
    with pytest.raises(ValueError, match="column"):
        Heard(line.speech[:, :3], line.loudness_db, line.pitch_hz, line.activity, line.arousal)
