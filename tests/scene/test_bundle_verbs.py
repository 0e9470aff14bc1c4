"""The verbs `check` and `sign` on bundles and single files."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import soundfile
from small_scene import World
from trial_chain import write_pair

from generators.scene.bundle import BundleInputs, write_bundle
from generators.scene.manifest import check_manifest
from generators.signing import read_signature
from studio.cli import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    world = World(tmp_path / "made")
    world.only("music", "pictures")
    world.with_formats("midi", "wav")
    world.scene = msgspec.structs.replace(world.scene, voice=None)
    write_bundle(world.request(tmp_path / "The scene"), BundleInputs(world.files))
    return tmp_path / "The scene"


def test_a_bundle_is_checked_signed_and_checked_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(folder)]) == 0
    assert "files are as they were written" in capsys.readouterr().out
    chain, key = write_pair(folder.parent)
    words = ["sign", str(folder), "--certificates", str(chain), "--key", str(key)]
    assert run(words) == 0
    assert capsys.readouterr().out.splitlines() == [str(folder / "contact sheet.png"), str(folder / "music.wav")]
    assert check_manifest(folder) == ()
    assert run(["check", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["signed_by"], told["wrong"]) == (["An Artist"], [])
    assert run(words) == 0  # again, over what is signed
    assert run(["check", str(folder)]) == 0
    capsys.readouterr()
    data = bytearray((folder / "music.wav").read_bytes())
    data[5000] ^= 1
    (folder / "music.wav").write_bytes(data)
    assert run(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "“music.wav” was changed since it was written." in said
    assert "“music.wav” was changed since it was signed." in said
    assert run(words) == 2
    assert "not as it was written" in capsys.readouterr().err


def test_single_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain, key = write_pair(folder.parent)
    music = folder / "music.wav"
    assert run(["check", str(music)]) == 0
    assert "not signed" in capsys.readouterr().out
    assert run(["sign", str(music), "--certificates", str(chain), "--key", str(key)]) == 0
    signature = read_signature(music)
    assert signature is not None
    assert signature.source_type == "trainedAlgorithmicMedia"
    capsys.readouterr()
    assert run(["check", str(music)]) == 0
    assert "signed by An Artist" in capsys.readouterr().out
    other = folder.parent / "recorded.wav"
    soundfile.write(other, [0.0] * 100, 48_000)
    for wrong in (other, folder / "music.mid", folder.parent / "gone.wav"):
        before = music.read_bytes()
        assert run(["sign", str(music), str(wrong), "--certificates", str(chain), "--key", str(key)]) == 2
        assert music.read_bytes() == before
        capsys.readouterr()
    assert run(["check", str(folder.parent / "gone.wav")]) == 2
    assert run(["check", str(folder.parent)]) == 2
