"""Picture models of the user's own, as entries of the catalog: they stay where they are. Torch-free."""

from __future__ import annotations

import re
from pathlib import Path

from generators.compass.opening import OURS, Found, look_into
from generators.errors import AffectStudioError, BadRequest
from generators.runtime.catalog import Catalog
from generators.runtime.references import Reference, check_name, entry_path
from generators.runtime.spec import CPU, Setup
from generators.runtime.weights import read_header

ROOM = "compass"
_LICENCE_BYTES = 16 << 10
_TITLES = {
    "unconditional": "A model without prompts",
    "stable diffusion": "Stable Diffusion",
    "sdxl": "Stable Diffusion XL",
    "few-step": "A few-step model",
    "sd3": "Stable Diffusion 3",
    "flux": "Flux",
}


def is_picture_model(path: Path) -> bool:
    """Whether `path` holds what only this room could use: a folder, a pickle, or a checkpoint of pictures."""
    if path.is_dir() or path.suffix.lower() != ".safetensors":
        return True
    try:
        header = read_header(path)
    except AffectStudioError:
        return False
    known = ("model.diffusion_model.", "first_stage_model.", "double_blocks.", "joint_blocks.", "lora_", "down_blocks.")
    return OURS in header.metadata or any(name.startswith(known) for name in header.tensors)


def name_for(path: Path) -> str:
    """A name for the model at `path` that a model may have."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem if path.is_file() else path.name)[:64]
    return plain.strip("-._") or "model"


def refer(path: Path, name: str = "", *, setup: Setup | None = None, origin: str = "") -> Reference:
    """The entry for the model at `path`, which is looked into first.

    Raises:
        ModelMissing, ModelAltered, BadInput: it cannot be used; the message says why.
        BadRequest: the name or the setup cannot be.
    """
    name = name or name_for(path)
    check_name(name)
    path = path.expanduser().absolute()
    found = look_into(path)
    read = found.read
    setup = setup or Setup()
    if setup.sampler and found.family not in ("stable diffusion", "sdxl", "few-step"):
        raise BadRequest(f"{path.name} is no Stable Diffusion, so it has no form for few steps: leave that choice out.")
    return Reference(
        name=name,
        room=ROOM,
        path=str(path),
        files=("",) if path.is_file() else tuple(file.relative_to(path).as_posix() for file in read),
        bytes=sum(file.stat().st_size for file in read),
        title=_title(found),
        licence=_licence(path),
        origin=origin,
        spec="compass",
        dtype=setup.dtype,
        offload=setup.offload,
        sampler=setup.sampler,
    )


def check_free(name: str, models: Path, catalog: Catalog) -> None:
    """Refuse a name that another model has.

    Raises:
        BadRequest: there is one.
    """
    taken = any(model.name == name for model in catalog.models)
    if taken or entry_path(models, Reference(name, ROOM, "", ("",), 0)).exists():
        raise BadRequest(f"There is a model called “{name}” already: give another name, or remove that one.")


def memory_bytes(path: Path) -> int:
    """What the model at `path` takes in memory on the CPU.

    Raises:
        ModelMissing, ModelAltered, BadInput: it cannot be used any more.
    """
    return look_into(path).need(CPU, Setup()).device_bytes


def _title(found: Found) -> str:
    return f"{_TITLES[found.family]}, {found.parameters / 1e6:,.0f} million parameters"


def _licence(path: Path) -> str:
    """What the card in a folder says of its licence, as cards on the Hugging Face Hub do."""
    card = path / "README.md"
    try:
        with card.open(encoding="utf-8", errors="replace") as file:
            told = re.search(r"^license(?:_name)?:\s*(\S.*)$", file.read(_LICENCE_BYTES), re.MULTILINE)
    except OSError:
        return ""
    return told[1].strip() if told else ""
