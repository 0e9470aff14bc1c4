"""`check` and `sign`: whether what was exported is as it was written, and signing it with one's own certificate."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from generators.errors import BadInput, MissingDependency
from studio.commands.console import FAILED, OK, Console
from studio.commands.session import EngineFactory

AddParser = Callable[..., argparse.ArgumentParser]


def add_bundles(add_parser: AddParser) -> None:
    """The options of both verbs."""
    check = add_parser("check", help="see whether an exported bundle or file is as it was written", allow_abbrev=False)
    check.add_argument("path", type=Path, metavar="PATH", help="the folder of a bundle, or a signed file")
    check.set_defaults(verb=_check)
    sign = add_parser("sign", help="sign what was exported, with a certificate of your own", allow_abbrev=False)
    sign.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="folders of bundles, pictures, sounds, films")
    sign.add_argument("--certificates", type=Path, required=True, metavar="CHAIN.pem", help="yours, and who vouches")
    sign.add_argument("--key", type=Path, required=True, metavar="KEY.pem", help="the private key of yours")
    sign.set_defaults(verb=_sign)


def _check(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:  # noqa: ARG001
    path: Path = options.path
    if not path.is_dir():
        return _check_file(path, console)
    from generators.scene.manifest import check_manifest, read_manifest

    with console.stage(f"Checking {path.name}") as line:
        wrong = list(check_manifest(path, line))
    count = len(read_manifest(path).files)
    signers: list[str] = []
    try:
        signers, broken = _signatures(path)
        wrong += [f"“{name}” was changed since it was signed." for name in broken]
    except MissingDependency as error:
        console.say(f"Signatures were not looked at. {error.message}")
    for sentence in wrong:
        console.say(sentence)
    if not wrong:
        console.say(f"All {count} files are as they were written.")
    if signers:
        console.say(f"Signed by {', '.join(signers)}.")
    console.tell({"folder": str(path), "files": count, "wrong": wrong, "signed_by": signers})
    return FAILED if wrong else OK


def _signatures(folder: Path) -> tuple[list[str], list[str]]:
    """Who signed files of a bundle, and the names of those that were changed since."""
    from generators.scene.signed import signable_files
    from generators.signing import read_signature

    signers, broken = set(), []
    for file in signable_files(folder):
        path = folder / file.name
        signature = read_signature(path) if path.is_file() else None
        if signature is not None:
            signers.add(signature.signer)
            if not signature.is_whole:
                broken.append(file.name)
    return sorted(signers), broken


def _check_file(path: Path, console: Console) -> int:
    from generators.signing import read_signature

    if not path.is_file():
        raise BadInput(f"{path} is not there: name the folder of a bundle, or a file.")
    signature = read_signature(path)
    told = {"file": str(path), "signed_by": signature.signer if signature else "", "wrong": []}
    if signature is None:
        console.say(f"{path.name} is not signed, so nothing can be said of changes.")
    elif signature.is_whole:
        console.say(f"{path.name} was signed by {signature.signer}, and not changed since.")
    else:
        told["wrong"] = [f"{path.name} was changed since {signature.signer} signed it."]
        console.say(f"{path.name} was changed since {signature.signer} signed it.")
    console.tell(told)
    return FAILED if told["wrong"] else OK


def _sign(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:  # noqa: ARG001
    from generators.scene.signed import said_source_type, sign_bundle
    from generators.signing import can_sign, read_credential, sign_file

    credential = read_credential(options.certificates, options.key)
    files = []
    for path in options.paths:  # refused before the first is signed
        if not path.is_dir() and (not can_sign(path) or not said_source_type(path)):
            raise BadInput(f"{path.name} does not say that it was generated here: only such pictures, sounds and films "
                           "are signed.")  # fmt: skip
    for path in options.paths:
        with console.stage(f"Signing {path.name}") as line:
            if path.is_dir():
                names = sign_bundle(path, credential, line)
                files += [str(path / name) for name in names]
            else:
                sign_file(path, credential, said_source_type(path))
                files.append(str(path))
    for file in files:
        console.say(file)
    console.tell({"signed": files})
    return OK
