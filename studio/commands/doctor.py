"""`doctor`: what this machine has, what is missing, and how to mend it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from generators.errors import AffectStudioError
from generators.music.synth import default_soundfont
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder
from generators.runtime.references import Reference
from studio.commands.console import FAILED, OK, Console

MIN_FREE_BYTES = 1 << 30
_PROBE_LIMIT_S = 90.0
_PACKAGES = ("PySide6", "torch", "numpy", "safetensors", "msgspec", "soundfile", "tinysoundfont")
_QT_REMEDY = (
    "on Debian or Ubuntu: apt-get install "
    "libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libpulse0"
)
# Qt and torch are asked in processes of their own: a crash or a missing library is then an answer too.
_QT_PROBE = """
import json
import PySide6
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
app = QApplication([])
found = {"qt": PySide6.__version__, "fonts": len(QFontDatabase.families())}
try:
    from PySide6.QtMultimedia import QMediaDevices
    found["sound"] = [device.description() for device in QMediaDevices.audioOutputs()]
except ImportError as error:
    found["sound_error"] = str(error)
print("FOUND" + json.dumps(found))
"""
_DEVICE_PROBE = """
import json, torch
from generators.runtime.devices import choose_device, measure
found = []
for device in {choose_device(("cuda", "mps", "cpu")), choose_device(("cpu",))}:
    memory = measure(device)
    found.append([device.name, memory.total_bytes, memory.free_bytes])
print("FOUND" + json.dumps({"torch": torch.__version__, "devices": sorted(found)}))
"""
_MICROPHONE_PROBE = """
import json
from generators.errors import AffectStudioError
from generators.face.live.microphone import Microphone
try:
    found = {"microphone": Microphone().name}
except AffectStudioError as error:
    found = {"no_microphone": error.message}
print("FOUND" + json.dumps(found))
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `state` is "ok", "note" (less works) or "missing"; `remedy` says what to do."""

    subject: str
    state: str
    text: str
    remedy: str = ""


def examine(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001  (all verbs take them)
    """Print what was found; the exit code is 0 when nothing necessary is missing."""
    findings: list[Finding] = []
    for check in (_python, _packages, _qt, _microphone, _soundfont, _models, _devices, _disk):
        with console.stage(f"Looking at {check.__name__.strip('_')}"):
            found = list(check())
        for finding in found:
            console.say(f"[{finding.state:^7}] {finding.subject:<18} {finding.text}")
            if finding.remedy:
                console.say(f"{'':<30}{finding.remedy}")
        findings += found
    missing = [finding for finding in findings if finding.state == "missing"]
    console.say("Nothing is missing." if not missing else f"{len(missing)} missing: see the remedies above.")
    console.tell({"findings": [asdict(finding) for finding in findings]})
    return FAILED if missing else OK


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    system = f"{version} on {platform.system()} {platform.release()} {platform.machine()}"
    yield Finding("Python", "ok", system)


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield Finding(name, "ok", metadata.version(name))
        except metadata.PackageNotFoundError:
            remedy = "run the bootstrap again: python3 packaging/dev.py run"
            yield Finding(name, "missing", "not installed", remedy)


def _qt() -> Iterator[Finding]:
    has_display = sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    found = _probe(_QT_PROBE, {"QT_QPA_PLATFORM": "offscreen"})
    if isinstance(found, str):
        yield Finding("Qt", "missing", found, _QT_REMEDY)
        return
    yield Finding("Qt", "ok", f"{found['qt']} starts" + ("" if has_display else ", offscreen"))
    if not has_display:
        yield Finding(
            "Display", "note", "none: the window cannot be shown, the command line works", "log in to a desktop"
        )
    if not found["fonts"]:
        yield Finding(
            "Fonts", "missing", "none: text would not be drawn", "apt-get install fonts-inter or fonts-dejavu-core"
        )
    if "sound_error" in found:
        yield Finding("Sound", "note", found["sound_error"], "apt-get install libpulse0; until then playing is silent")
    elif not found["sound"]:
        yield Finding("Sound", "note", "no sound device: playing is silent, WAV files are not", "connect one")
    else:
        yield Finding("Sound", "ok", ", ".join(found["sound"]))


def _microphone() -> Iterator[Finding]:
    found = _probe(_MICROPHONE_PROBE, {})
    if isinstance(found, str):
        yield Finding("Microphone", "note", found, "live use needs one; recordings do not")
    elif "microphone" in found:
        yield Finding("Microphone", "ok", found["microphone"])
    else:
        yield Finding("Microphone", "note", found.get("no_microphone", "none"), "live use needs one; recordings do not")


def _soundfont() -> Iterator[Finding]:
    try:
        yield Finding("SoundFont", "ok", str(default_soundfont()))
    except AffectStudioError as error:
        yield Finding("SoundFont", "missing", error.message, "run the bootstrap again: python3 packaging/dev.py run")


def _models() -> Iterator[Finding]:
    try:
        catalog = Catalog.installed()
    except AffectStudioError as error:
        yield Finding("Models", "missing", error.message)
        return
    if not catalog.models:
        yield Finding("Models", "missing", "none is installed", "install Affect Studio again")
    for model in catalog.models:
        try:
            if model.reference is not None:  # many GB, perhaps: `models verify` reads them
                yield _referred(model.reference)
                continue
            yield Finding(model.name, "ok", f"verified, {catalog.verify(model)[:12]}…, {model.licence}")
        except AffectStudioError as error:
            yield Finding(model.name, "missing", error.message)


def _referred(entry: Reference) -> Finding:
    gone = [path for path in entry.paths if not path.is_file()]
    if gone:
        return Finding(entry.name, "missing", f"{gone[0]} is not there", f"affect-studio models remove {entry.name}")
    return Finding(entry.name, "ok", f"{len(entry.files)} files in {entry.path}, {entry.licence or 'no licence told'}")


def _devices() -> Iterator[Finding]:
    found = _probe(_DEVICE_PROBE, {})
    if isinstance(found, str):
        yield Finding("torch", "missing", found, "run the bootstrap again: python3 packaging/dev.py run")
        return
    for name, total, free in found["devices"]:
        yield Finding(f"Device {name}", "ok", f"{total / 1e9:.1f} GB of memory, {free / 1e9:.1f} free")


def _disk() -> Iterator[Finding]:
    for subject, folder in (("Disk here", Path.cwd()), ("Disk of models", _existing(models_folder()))):
        free = shutil.disk_usage(folder).free
        state = "ok" if free >= MIN_FREE_BYTES else "note"
        yield Finding(subject, state, f"{free / 1e9:.1f} GB free", "" if state == "ok" else "free some space")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _probe(code: str, variables: dict[str, str]) -> dict[str, Any] | str:
    """What `code` prints after FOUND in a process of its own; else the last line of why it did not."""
    environment = {**os.environ, **variables}
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, timeout=_PROBE_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return "no answer within 90 seconds"
    for line in done.stdout.decode(errors="replace").splitlines():
        if line.startswith("FOUND"):
            return dict(json.loads(line.removeprefix("FOUND")))
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"ended with code {done.returncode}"
