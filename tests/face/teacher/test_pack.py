from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators.errors import BadArtifact, BadRequest
from generators.face.phones import INDEX, NAMES, SILENCE
from generators.face.teacher import pack
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Spoken


class Whistler:
    """Speaks tones; every third try fails."""

    def __init__(self) -> None:
        self.tries = 0

    def speak(self, rng: np.random.Generator) -> Spoken:
        self.tries += 1
        if self.tries % 3 == 0:
            raise BadRequest("hoarse")
        seconds = float(rng.uniform(0.4, 1.5))
        count = round(seconds * SAMPLE_RATE_HZ)
        samples = (0.3 * np.sin(np.arange(count) * 0.05)).astype(np.float32)
        start = np.array([0.0, 0.1, 0.2], dtype=np.float32)
        end = np.array([0.1, 0.2, count / SAMPLE_RATE_HZ], dtype=np.float32)
        phone = np.array([INDEX["m"], INDEX["a"], INDEX["s"]], dtype=np.uint8)
        voice = f"whistler:{int(rng.integers(2))}"
        return Spoken(samples, phone, start, end, np.array([0, 2, 0], dtype=np.uint8), "en", voice)


def utterances(seconds: float = 8.0) -> list[Spoken]:
    return pack.make_shard(Whistler(), 5, 0, seconds)


def test_a_shard_gives_back_what_was_said(tmp_path: Path) -> None:
    said = utterances()
    path = tmp_path / "shard-000.npz"
    pack.write_shard(path, said)
    shard = pack.read_shard(path)
    assert len(shard) == len(said) > 4
    for before, after in zip(said, shard, strict=True):
        assert np.abs(before.samples - after.samples).max() <= 1.01 / 65_536
        assert np.array_equal(before.phone, after.phone)
        assert np.array_equal(before.start_s, after.start_s)
        assert np.array_equal(before.end_s, after.end_s)
        assert np.array_equal(before.stress, after.stress)
        assert (before.voice, before.language) == (after.voice, after.language)
    assert not list(tmp_path.glob(".*")), "the temporary file is gone"
    with np.load(path, allow_pickle=False) as file:
        assert file["audio"].dtype == np.int16
        assert file["phones"].tolist() == list(NAMES)


def test_utterances_have_silence_around_them_and_no_gaps() -> None:
    for spoken in utterances():
        assert spoken.phone[0] == spoken.phone[-1] == SILENCE
        assert spoken.start_s[0] == 0.0
        assert spoken.end_s[-1] == pytest.approx(spoken.duration_s, abs=1e-4)
        assert np.allclose(spoken.start_s[1:], spoken.end_s[:-1])
        assert not spoken.samples[: int(spoken.end_s[0] * SAMPLE_RATE_HZ) - 1].any()


def test_padding_lengthens_the_silence_that_is_there() -> None:
    first = utterances()[0]
    longer = pack.padded(first, 0.1, 0.2)
    assert np.array_equal(longer.phone, first.phone)
    assert longer.duration_s == pytest.approx(first.duration_s + 0.3)
    assert longer.end_s[0] == pytest.approx(first.end_s[0] + 0.1)
    assert longer.start_s[0] == 0.0


def test_a_pack_is_the_same_again_and_is_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "SHARD_S", 3.0)
    monkeypatch.setattr(pack, "_speaker", lambda source, texts: Whistler())
    lines: list[str] = []
    for name in ("one", "two"):
        pack.build(tmp_path / name, 0.1, 3, workers=0, say=lines.append)
    shards = pack.shards_of(tmp_path / "one")
    assert [path.name for path in shards] == ["shard-000.npz", "shard-001.npz"]
    assert shards[0].read_bytes() == (tmp_path / "two" / "shard-000.npz").read_bytes()
    assert shards[0].read_bytes() != shards[1].read_bytes()
    began = shards[0].stat().st_mtime_ns
    pack.build(tmp_path / "one", 0.15, 3, workers=0, say=lines.append)
    assert len(pack.shards_of(tmp_path / "one")) == 3
    assert shards[0].stat().st_mtime_ns == began
    assert any("is there already" in line for line in lines)


def test_damaged_and_foreign_shards_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "shard-000.npz"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(BadArtifact, match="damaged"):
        pack.read_shard(path)
    pack.write_shard(path, utterances(2.0))
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **{**arrays, "phones": np.array(["x", "y"])})
    with pytest.raises(BadArtifact, match="other phones"):
        pack.read_shard(path)
    np.savez(path, **{**arrays, "audio": arrays["audio"][:-5]})
    with pytest.raises(BadArtifact, match="pack again"):
        pack.read_shard(path)


def test_a_speaker_who_never_speaks_is_given_up() -> None:
    class Mute:
        def speak(self, rng: np.random.Generator) -> Spoken:
            raise BadRequest("nothing")

    with pytest.raises(BadRequest, match="nothing"):
        pack.make_shard(Mute(), 1, 0, 1.0)
