"""Films of the head: as long as the voice, with sound and picture that PyAV reads again."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from generators.artifacts import RigCurves
from generators.errors import BadRequest, BadSound, Cancelled, MissingDependency
from generators.face.actions import INDEX, NAMES
from generators.face.film import Film, frame_count, write_film
from generators.face.renderer import open_context
from generators.face.rigs import as_rig
from generators.provenance import Provenance

av = pytest.importorskip("av")


def has_gl() -> bool:
    try:
        open_context().release()
    except MissingDependency:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_gl(), reason="there is no OpenGL on this machine")
SMALL = (96, 96)


def curves(duration_s: float) -> RigCurves:
    values = np.zeros((max(1, round(duration_s * 60)), len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.4 + 0.4 * np.sin(np.arange(len(values)) / 5)
    return RigCurves("actions", NAMES, values)


def a_voice(path: Path, duration_s: float, rate_hz: int = 44_100, channels: int = 1) -> Path:
    tone = 0.4 * np.sin(2 * np.pi * 220 * np.arange(round(duration_s * rate_hz)) / rate_hz)
    soundfile.write(path, np.stack([tone] * channels, axis=1), rate_hz)
    return path


def filmed(made: RigCurves, voice: Path | None, film: Film) -> bytes:
    file = io.BytesIO()
    write_film(file, made, voice, film, provenance=Provenance("Line", request='{"seed":1}'))
    return file.getvalue()


@pytest.mark.parametrize(
    ("rate", "fraction", "rate_hz", "channels", "duration_s"),
    [
        ("24", Fraction(24), 44_100, 1, 0.71),
        ("25", Fraction(25), 48_000, 2, 0.503),
        ("29.97", Fraction(30_000, 1_001), 11_025, 1, 0.8),
        ("30", Fraction(30), 16_000, 6, 0.61),
        ("60", Fraction(60), 192_000, 1, 0.4),
    ],
)
def test_a_film_is_as_long_as_its_voice(
    rate: str, fraction: Fraction, rate_hz: int, channels: int, duration_s: float, tmp_path: Path
) -> None:
    voice = a_voice(tmp_path / "voice.wav", duration_s, rate_hz, channels)
    data = filmed(curves(duration_s), voice, Film(SMALL, rate))
    with av.open(io.BytesIO(data)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (picture.width, picture.height) == SMALL
        assert picture.average_rate == fraction
        assert container.metadata["title"] == "Line"
        assert container.metadata["comment"] == '{"seed":1}'
        assert abs(float(container.duration) / 1e6 - duration_s) <= 1 / float(fraction)
        assert abs(float(picture.duration * picture.time_base) - duration_s) <= 1 / float(fraction)
        assert abs(float(sound.duration * sound.time_base) - duration_s) <= 0.005
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(picture)]
    assert len(frames) == frame_count(duration_s, rate)
    assert np.abs(frames[0].astype(int) - frames[len(frames) // 2].astype(int)).mean() > 0.3
    with av.open(io.BytesIO(data)) as container:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert np.abs(heard).max() == pytest.approx(0.4, abs=0.06)


def test_the_same_film_has_the_same_bytes(tmp_path: Path) -> None:
    voice = a_voice(tmp_path / "voice.wav", 0.3)
    first, second = (filmed(curves(0.3), voice, Film(SMALL)) for _ in range(2))
    assert first == second


def test_without_a_voice_and_through_another_rig() -> None:
    made = as_rig(curves(0.5), "arkit")
    with av.open(io.BytesIO(filmed(made, None, Film(SMALL, "30")))) as container:
        assert not container.streams.audio
        assert sum(1 for _ in container.decode(video=0)) == 15


def test_curves_shorter_than_the_voice_are_held(tmp_path: Path) -> None:
    voice = a_voice(tmp_path / "voice.wav", 0.5)
    with av.open(io.BytesIO(filmed(curves(0.1), voice, Film(SMALL, "30")))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 15


def test_it_says_how_far_it_is_and_can_be_cancelled() -> None:
    seen: list[float] = []

    def told(done: float, total: float, note: str = "") -> None:
        seen.append(done / total)
        if len(seen) > 5:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        write_film(io.BytesIO(), curves(1.0), None, Film(SMALL), told)
    assert seen == sorted(seen)


def test_what_cannot_be_filmed(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="even numbers"):
        Film((101, 100))
    with pytest.raises(BadRequest, match="choose 24"):
        Film(SMALL, "12")
    with pytest.raises(BadRequest, match="no frames"):
        filmed(RigCurves("actions", NAMES, np.zeros((0, len(NAMES)))), None, Film(SMALL))
    broken = tmp_path / "voice.wav"
    broken.write_bytes(b"%PDF-1.7 not a sound at all")
    with pytest.raises(BadSound):
        filmed(curves(0.2), broken, Film(SMALL))
