"""Certificates and keys for signing, made here and trusted by nobody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

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

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
TODAY = dt.datetime.now(dt.UTC)


def name(common: str) -> x509.Name:
    pairs = ((NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, "Trial"))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in pairs])


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, False, False, False, not signs, not signs, False, False)


def chain_of(key: Key, *, years: int = 10) -> bytes:
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
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256())
    )  # fmt: skip
    return leaf.public_bytes(Encoding.PEM) + own.public_bytes(Encoding.PEM)


def write_key(path: Path, key: Key, password: bytes = b"") -> Path:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return path


def write_pair(folder: Path) -> tuple[Path, Path]:
    """A chain and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "chain.pem").write_bytes(chain_of(key))
    return folder / "chain.pem", write_key(folder / "key.pem", key)
