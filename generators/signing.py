"""Content Credentials (C2PA): a file signed with a certificate of the user's own, so that a change to it is seen.

Nobody is asked and nothing is fetched: there is no time stamp, and whether a certificate is trusted is for whoever
looks at the file to say. Needs the extra “provenance” (c2pa-python). A signature is another one each time, so the bytes
of a signed file are not the same twice.

Source: C2PA Technical Specification 2.2, “Actions” and “Digital signatures”.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generators.errors import BadInput, MissingDependency
from generators.exporter import write_atomically
from generators.made_with import PROGRAM, version_of
from generators.provenance import SOFTWARE, SOURCE_TYPES

MEDIA_TYPES: dict[str, str] = {
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".tif": "image/tiff", ".gif": "image/gif",
    ".wav": "audio/wav", ".flac": "audio/flac", ".mp4": "video/mp4",
}  # fmt: skip
"""What can be signed, by the ending of its name."""
MAX_PEM_BYTES = 1 << 20
_SETTINGS = {
    "core": {"allowed_network_hosts": []},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Credential:
    """A certificate with those that vouch for it, the signer's own first, and its key; PEM, `algorithm` as C2PA has it.

    The key is left out when it is printed.
    """

    certificates: bytes
    key: bytes = field(repr=False)
    algorithm: str = "es256"


@dataclass(frozen=True)
class Signature:
    """Who signed a file. `is_whole` says that nothing was changed since; `source_type` is its digital source type."""

    signer: str
    is_whole: bool
    source_type: str = ""


def read_credential(certificates: Path, key: Path) -> Credential:
    """The certificate chain and the private key in two PEM files.

    Raises:
        BadInput: a file is missing, no PEM, or protected by a password; or the key does not belong to the certificate.
        MissingDependency: the extra “provenance” is not installed.
    """
    _library()
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    chain, secret = _pem(certificates), _pem(key)
    try:
        found = x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise BadInput(f"{certificates.name} holds no certificate in PEM: export it as PEM.") from error
    try:
        private = load_pem_private_key(secret, password=None)
    except TypeError as error:
        raise BadInput(f"The key {key.name} is protected by a password: export it without one for this.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(f"{key.name} holds no private key in PEM: export it as PEM.") from error
    ours, theirs = (
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for public in (private.public_key(), found[0].public_key())
    )
    if ours != theirs:
        raise BadInput(
            f"The key {key.name} does not belong to the first certificate in {certificates.name}: choose its key, and "
            "put the signer's own certificate first."
        )
    return Credential(chain, secret, _algorithm(private, key.name))


def _algorithm(key: Any, name: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, RSAPrivateKey):
        return "ps256"
    raise BadInput(f"Files cannot be signed with a key like {name}: use one of P-256, P-384, P-521, Ed25519 or RSA.")


def can_sign(path: Path) -> bool:
    """Whether a file of this name can be signed."""
    return path.suffix in MEDIA_TYPES


def sign_file(path: Path, credential: Credential, source_type: str, title: str = "") -> None:
    """Sign the file `path`, which then says that it was made here, by what `source_type`; it is replaced when whole.

    Raises:
        BadInput: the file cannot be signed, or not with this certificate.
        MissingDependency: the extra “provenance” is not installed.
        OutputError: the file cannot be written.
    """
    c2pa = _library()
    if not can_sign(path):
        raise BadInput(f"A file like {path.name} cannot be signed: choose a picture, sound or film.")
    agent = {"name": SOFTWARE, "version": version_of(PROGRAM) or "0"}
    action = {"action": "c2pa.created", "digitalSourceType": source_type, "softwareAgent": agent}
    claim = {
        "claim_generator_info": [agent],
        "title": title or path.name,
        "format": MEDIA_TYPES[path.suffix],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    try:
        info = c2pa.C2paSignerInfo(credential.algorithm, credential.certificates, credential.key, None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Builder(json.dumps(claim), context) as builder,
            path.open("rb") as source,
            write_atomically(path) as target,
        ):
            builder.sign(signer, MEDIA_TYPES[path.suffix], source, target)
    except c2pa.C2paError as error:
        raise BadInput(
            f"{path.name} cannot be signed with this certificate ({_reason(error)}): it must be valid today, meant for "
            "signing documents or mail, and stand before those that vouch for it."
        ) from error


def read_signature(path: Path) -> Signature | None:
    """Who signed the file `path`, None where nobody did.

    Raises:
        BadInput: it is of a kind that cannot be signed, or cannot be read.
        MissingDependency: the extra “provenance” is not installed.
    """
    c2pa = _library()
    if not can_sign(path):
        raise BadInput(f"A file like {path.name} cannot be signed: choose a picture, sound or film.")
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            path.open("rb") as file,
            c2pa.Reader(MEDIA_TYPES[path.suffix], file, context=context) as reader,
        ):
            found = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return None
    except (c2pa.C2paError, OSError) as error:
        raise BadInput(f"{path.name} cannot be read ({_reason(error)}): check that it is whole.") from error
    manifest = found["manifests"][found["active_manifest"]]
    actions = [
        action
        for assertion in manifest.get("assertions", [])
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    ]
    source_type = next((str(action["digitalSourceType"]) for action in actions if "digitalSourceType" in action), "")
    signer = manifest.get("signature_info", {})
    return Signature(
        str(signer.get("common_name") or signer.get("issuer") or ""),
        found.get("validation_state") in ("Valid", "Trusted"),
        source_type.removeprefix(SOURCE_TYPES),
    )


def _library() -> Any:
    try:
        import c2pa
    except (ImportError, OSError) as error:
        raise MissingDependency(
            "Signing needs the package c2pa-python: install it with pip install affect-studio[provenance], or leave "
            "signing out."
        ) from error
    return c2pa


def _pem(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_PEM_BYTES:
            raise BadInput(f"{path.name} is too large to be a certificate or a key: choose a PEM file.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is there and may be opened.") from error


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160].rstrip(".:")
