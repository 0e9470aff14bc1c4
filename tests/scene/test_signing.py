"""Content Credentials with a chain made here: signed, read back, and seen to be broken when a byte is changed."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from PIL import Image
from small_scene import World
from trial_chain import Key, chain_of, write_key, write_pair

from generators.errors import BadInput
from generators.provenance import GENERATED, SOURCE_TYPES
from generators.scene.bundle import write_bundle
from generators.scene.manifest import check_manifest
from generators.signing import MEDIA_TYPES, can_sign, read_credential, read_signature, sign_file


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing is asked on the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return write_pair(tmp_path)


def a_file(folder: Path, suffix: str) -> Path:
    path = folder / f"made{suffix}"
    if suffix in (".wav", ".flac"):
        soundfile.write(path, np.sin(np.arange(4800) / 10), 48_000)
    elif suffix == ".mp4":
        from fractions import Fraction

        from generators.provenance import Provenance
        from generators.video import FilmWriter

        with path.open("wb+") as file, FilmWriter(file, (64, 64), Fraction(24), Provenance("Made")) as film:
            film.add(np.full((64, 64, 3), 90, dtype=np.uint8))
    else:
        down, across = np.mgrid[0:32, 0:32]
        Image.fromarray(np.stack([across * 8, down * 8, 0 * down], -1).astype(np.uint8)).save(path)
    return path


@pytest.mark.parametrize("suffix", list(MEDIA_TYPES))
def test_what_is_signed_is_read_back_and_a_change_is_seen(suffix: str, pair: tuple[Path, Path], tmp_path: Path) -> None:
    path = a_file(tmp_path, suffix)
    assert can_sign(path)
    assert read_signature(path) is None
    before = path.read_bytes()
    sign_file(path, read_credential(*pair), GENERATED, "Made")
    signature = read_signature(path)
    assert signature is not None
    assert (signature.signer, signature.is_whole) == ("An Artist", True)
    assert SOURCE_TYPES + signature.source_type == GENERATED
    assert len(path.read_bytes()) > len(before)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chain.pem", "key.pem", path.name]
    if suffix in (".wav", ".png"):
        data = bytearray(path.read_bytes())
        at = data.index(before[60:70]) + 4 if suffix == ".wav" else data.index(b"IDAT") + 20
        data[at] ^= 1
        path.write_bytes(data)
        broken = read_signature(path)
        assert broken is not None
        assert not broken.is_whole


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (rsa.generate_private_key(65_537, 2048), "ps256"),
    ],
)
def test_the_usual_keys_sign(key: Key, algorithm: str, tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(chain_of(key))
    credential = read_credential(tmp_path / "chain.pem", write_key(tmp_path / "key.pem", key))
    assert credential.algorithm == algorithm
    assert "PRIVATE" not in repr(credential)
    path = a_file(tmp_path, ".png")
    sign_file(path, credential, GENERATED)
    signature = read_signature(path)
    assert signature is not None
    assert signature.is_whole


def test_what_cannot_be_used_is_said(pair: tuple[Path, Path], tmp_path: Path) -> None:
    chain, key = pair
    other = write_key(tmp_path / "other.pem", ec.generate_private_key(ec.SECP256R1()))
    locked = write_key(tmp_path / "locked.pem", ec.generate_private_key(ec.SECP256R1()), b"secret")
    odd = write_key(tmp_path / "odd.pem", (odd_key := ec.generate_private_key(ec.SECP256K1())))
    (tmp_path / "odd chain.pem").write_bytes(chain_of(odd_key))
    for certificates, secret, words in (
        (chain, other, "does not belong"),
        (chain, locked, "password"),
        (chain, chain, "no private key"),
        (key, key, "no certificate"),
        (tmp_path / "gone.pem", key, "cannot be read"),
        (tmp_path / "odd chain.pem", odd, "P-256"),
    ):
        with pytest.raises(BadInput, match=words):
            read_credential(certificates, secret)
    with pytest.raises(BadInput, match="cannot be signed"):
        sign_file(tmp_path / "music.mid", read_credential(chain, key), GENERATED)
    with pytest.raises(BadInput, match="cannot be signed"):
        read_signature(tmp_path / "music.mid")


def test_a_certificate_that_has_ended_signs_nothing_and_the_file_stays(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "chain.pem").write_bytes(chain_of(key, years=-1))
    credential = read_credential(tmp_path / "chain.pem", write_key(tmp_path / "key.pem", key))
    path = a_file(tmp_path, ".png")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="valid today"):
        sign_file(path, credential, GENERATED)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chain.pem", "key.pem", path.name]


def test_a_bundle_signs_what_was_generated_and_its_manifest_knows_the_signed_files(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    world = World(tmp_path / "made")
    world.only("music", "pictures", "mix")
    world.with_formats("midi", "wav", "png")
    chain, key = write_pair(tmp_path)
    out = tmp_path / "out"
    request = world.request(out, certificates_path=str(chain), key_path=str(key))
    write_bundle(request, world.inputs())
    assert check_manifest(out) == ()
    assert "Content Credentials" in (out / "README.txt").read_text()
    signed = {path.name: read_signature(path) for path in out.iterdir() if can_sign(path)}
    voice = signed.pop("voice.wav")
    assert voice is None  # it was recorded, not generated
    assert set(signed) == {"music.wav", "mix.wav", "picture.png", "contact sheet.png"}
    assert all(signature is not None and signature.is_whole for signature in signed.values())
    texts = [path.read_bytes() for path in out.rglob("*.json")]
    assert not any(str(tmp_path).encode() in text or b"PRIVATE" in text for text in texts)
    with pytest.raises(BadInput, match="cannot be read"):
        write_bundle(world.request(tmp_path / "two", certificates_path=str(chain)), world.inputs())
    assert not (tmp_path / "two").exists()
