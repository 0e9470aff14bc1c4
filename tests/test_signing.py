"""Content Credentials with a chain made here: signed, read back, and seen to be broken when a byte is changed."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from generators.errors import BadInput
from generators.provenance import GENERATED, SOURCE_TYPES
from generators.signing import MEDIA_TYPES, can_sign, read_credential, read_signature, sign_file

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
TODAY = dt.datetime.now(dt.UTC)


def name(common: str) -> x509.Name:
    pairs = ((NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, "Trial"))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in pairs])


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, False, False, False, not signs, not signs, False, False)


def chain_of(
    key: Key, *, years: int = 10, purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION
) -> bytes:
    """A certificate for `key`, and the one that vouches for it."""
    root = ec.generate_private_key(ec.SECP256R1())
    begun, ended = TODAY - dt.timedelta(days=3650), TODAY + dt.timedelta(days=365 * years)
    build = x509.CertificateBuilder().issuer_name(name("Root")).not_valid_before(begun).not_valid_after(ended)
    own = (
        build.subject_name(name("Root")).public_key(root.public_key()).serial_number(1)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256())
    )  # fmt: skip
    leaf = (
        build.subject_name(name("An Artist")).public_key(key.public_key()).serial_number(2)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256())
    )  # fmt: skip
    return leaf.public_bytes(Encoding.PEM) + own.public_bytes(Encoding.PEM)


def write_key(path: Path, key: Key, password: bytes = b"") -> Path:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return path


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing is asked on the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "chain.pem").write_bytes(chain_of(key))
    return tmp_path / "chain.pem", write_key(tmp_path / "key.pem", key)


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
