"""With what something was made: versions, device, machine, model. Torch-free; kept beside a result, never inside it.

The bytes of a result depend on its request alone, so that the same request gives the same bytes; that holds on one
set of versions and one kind of device. Where bytes differ after all, `differences` says what was different around them.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

FACT = "made_with"
"""The name of the fact of a take that holds this as JSON."""
PROGRAM = "affect-studio"
MAX_FACT_BYTES = 64 << 10
_CPU_INFO = Path("/proc/cpuinfo")
_PICTURES = ("numpy", "torch", "diffusers")
_LIBRARIES: dict[str, tuple[str, ...]] = {
    "synthesise": ("numpy", "tinysoundfont"),
    "mix": ("numpy", "tinysoundfont", "soundfile"),
    "listen": ("numpy", "soundfile"),
    "perform": ("numpy", "soundfile"),
    "render": _PICTURES,
    "pool": _PICTURES,
    "invert": (*_PICTURES, "pillow"),
    "report": (*_PICTURES, "scipy"),
}
"""What computes for each kind of request; one that is not here is computed by numpy."""
_TORCH = ("torch", "transformers")
_SHORT = 8


class MadeWith(msgspec.Struct, frozen=True, omit_defaults=True):
    """Versions and machine of one result; "" and 0 are what was not recorded.

    `program` is the version of Affect Studio, `libraries` are versions by name, `processor` names the CPU, `device` is
    where the model computed ("cpu", "cuda:0", "mps") and `device_name` what a GPU is called. `threads` is how many the
    libraries had. `model_sha256` is the digest of the weights.
    """

    program: str = ""
    python: str = ""
    libraries: dict[str, str] = {}
    system: str = ""
    machine: str = ""
    processor: str = ""
    device: str = ""
    device_name: str = ""
    dtype: str = ""
    threads: int = 0
    model: str = ""
    model_sha256: str = ""


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not as it was: in words what, what it was, and what it is now."""

    what: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before} then, {self.now} now"


def made_now(
    kind: str,
    *,
    model: str = "",
    model_sha256: str = "",
    device: str = "",
    device_name: str = "",
    dtype: str = "",
    uses_torch: bool = False,
) -> MadeWith:
    """What a request with the tag `kind` is made with in this process.

    `uses_torch` is for kinds that use it with some models only.
    """
    names = _LIBRARIES.get(kind, ("numpy",))
    if uses_torch:
        names = tuple(dict.fromkeys((*names, *_TORCH)))
    versions = {name: version for name in names if (version := version_of(name))}
    return MadeWith(
        program=version_of(PROGRAM),
        python=platform.python_version(),
        libraries=versions,
        system=_system(),
        machine=platform.machine(),
        processor=_processor(),
        device=device,
        device_name=device_name,
        dtype=dtype,
        threads=_threads(),
        model=model,
        model_sha256=model_sha256,
    )


def as_fact(made: MadeWith) -> str:
    """`made` as the text that a take keeps."""
    return msgspec.json.encode(made, order="sorted").decode()


def from_facts(facts: dict[str, str]) -> MadeWith | None:
    """What the facts of a take tell, None for one of which it was not recorded."""
    text = facts.get(FACT, "")
    if not text or len(text) > MAX_FACT_BYTES:
        return None
    try:
        return msgspec.json.decode(text, type=MadeWith)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None  # of a version that tells it in another way


def differences(before: MadeWith, now: MadeWith) -> tuple[Difference, ...]:
    """What is not as it was, what matters most first; what one of the two does not tell is passed over."""
    found = [
        _difference("Model", before.model, now.model),
        _difference("Weights of the model", _short(before.model_sha256), _short(now.model_sha256)),
        _difference("Device", _device(before), _device(now)),
        _difference("Precision", before.dtype, now.dtype),
        _difference("Affect Studio", before.program, now.program),
        *(
            _difference(name, before.libraries[name], now.libraries[name])
            for name in sorted(before.libraries.keys() & now.libraries.keys())
        ),
        _difference("Python", before.python, now.python),
        _difference("System", before.system, now.system),
        _difference("Kind of processor", before.machine, now.machine),
        _difference("Processor", before.processor, now.processor),
        _difference("Threads", str(before.threads or ""), str(now.threads or "")),
    ]
    return tuple(difference for difference in found if difference is not None)


def rows(made: MadeWith) -> tuple[tuple[str, str], ...]:
    """What is told of `made`, as titles and words, what is empty left out."""
    told = (
        ("Affect Studio", made.program),
        ("Model", f"{made.model} {_short(made.model_sha256)}".strip()),
        ("Device", _device(made)),
        ("Precision", made.dtype),
        *sorted(made.libraries.items()),
        ("Python", made.python),
        ("System", " ".join(word for word in (made.system, made.machine) if word)),
        ("Processor", made.processor),
        ("Threads", str(made.threads or "")),
    )
    return tuple((title, words) for title, words in told if words)


def _difference(what: str, before: str, now: str) -> Difference | None:
    return Difference(what, before, now) if before and now and before != now else None


def _short(sha256: str) -> str:
    return f"{sha256[:_SHORT]}…" if sha256 else ""


def _device(made: MadeWith) -> str:
    kind = made.device.partition(":")[0]
    name = {"cpu": "the processor", "cuda": "a CUDA GPU", "mps": "an Apple GPU"}.get(kind, made.device)
    return f"{made.device_name} ({made.device})" if made.device_name else name


# -- this machine ------------------------------------------------------------------------------------------------------


@cache
def version_of(name: str) -> str:
    """The version of the installed package `name`, "" where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


@cache
def _system() -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}".strip()
    return f"{platform.system()} {platform.release().split('-')[0]}".strip()


@cache
def _processor() -> str:
    """What the processor calls itself, as far as the system tells without starting a program."""
    try:
        text = _CPU_INFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", text, re.MULTILINE)
    return (found[1].strip() if found else platform.processor())[:120]


def _threads() -> int:
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdigit() else os.cpu_count() or 0
