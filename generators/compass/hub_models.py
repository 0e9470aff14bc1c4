"""Which files of a repository make a picture model, and how they become one of the user's own. Torch-free."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from generators.compass.own_models import ROOM, check_free, name_for, refer
from generators.errors import AffectStudioError, BadInput, output_error
from generators.progress import Progress, silent
from generators.runtime.catalog import Catalog
from generators.runtime.hub import RemoteFile, Repository, fetch, forget, look
from generators.runtime.references import Reference, check_name, own_folder, write_reference
from generators.runtime.spec import Setup

_WEIGHTS_IN = ("unet", "transformer", "vae", "text_encoder", "text_encoder_2")
_TEXTS_IN = (*_WEIGHTS_IN, "scheduler", "tokenizer", "tokenizer_2")
_TEXTS = (".json", ".txt", ".model")
_TOP = ("model_index.json", "README.md")
_MAX_TEXT_BYTES = 32 << 20
_WEIGHTS = re.compile(
    r"(?:diffusion_pytorch_model|model)(?:\.(?P<early>\w+))?(?:-\d+-of-\d+)?(?:\.(?P<late>\w+))?\.safetensors"
)
_INDEX = re.compile(r"(?:diffusion_pytorch_model|model)\.safetensors\.index(?:\.(?P<late>\w+))?\.json")


def look_at(repo: str, commit: str = "", variant: str = "", endpoint: str | None = None) -> Repository:
    """What would be downloaded of `repo`: only safetensors, and the texts beside them.

    Raises:
        BadInput: it is no picture model in the form of diffusers, or holds only pickles.
        BadRequest, ModelMissing, NotReachable: as the hub's `look`.
    """
    found = look(repo, commit, endpoint)
    return replace(found, files=tuple(choose(found, variant)))


def choose(repository: Repository, variant: str = "") -> list[RemoteFile]:
    """The files of `repository` that make the model; of its weights the `variant`, where a part has it.

    Raises:
        BadInput: it is no picture model in the form of diffusers, or a part holds only pickles.
    """
    by_folder: dict[str, list[RemoteFile]] = {}
    for file in repository.files:
        path = PurePosixPath(file.name)
        if len(path.parts) <= 2:
            by_folder.setdefault(path.parts[0] if len(path.parts) == 2 else "", []).append(file)
    top = [file for file in by_folder.get("", []) if file.name in _TOP]
    if not any(file.name == "model_index.json" for file in top):
        raise BadInput(
            f"{repository.name} is no picture model in the form of diffusers, it has no model_index.json: choose "
            "another, or download its safetensors file yourself and add that."
        )
    chosen = list(top)
    for folder in _TEXTS_IN:
        files = by_folder.get(folder, [])
        chosen += [file for file in files if file.name.endswith(_TEXTS) and not _INDEX.fullmatch(_last(file))]
        if folder in _WEIGHTS_IN and files:
            chosen += _weights(repository, folder, files, variant)
    large = [file.name for file in chosen if file.name.endswith((*_TEXTS, ".md")) and file.bytes > _MAX_TEXT_BYTES]
    if large:
        raise BadInput(f"{large[0]} in {repository.name} is too large for what it should be: choose another model.")
    return chosen


def _weights(repository: Repository, folder: str, files: Iterable[RemoteFile], variant: str) -> list[RemoteFile]:
    by_variant: dict[str, list[RemoteFile]] = {}
    for file in files:
        told = _WEIGHTS.fullmatch(_last(file)) or _INDEX.fullmatch(_last(file))
        if told:
            groups = told.groupdict()
            by_variant.setdefault(groups.get("early") or groups.get("late") or "", []).append(file)
    if not by_variant:
        raise BadInput(
            f"{repository.name} has no safetensors in {folder}: what could run code is not downloaded, so choose a "
            "repository or a commit that has them."
        )
    wanted = next((name for name in (variant, "", *sorted(by_variant)) if name in by_variant), "")
    return by_variant[wanted]


def _last(file: RemoteFile) -> str:
    return PurePosixPath(file.name).name


def _tidy(folder: Path, repository: Repository) -> None:
    """Take away what an earlier download of another variant left half done."""
    wanted = {folder / file.name for file in repository.files}
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path not in wanted:
            with contextlib.suppress(OSError):
                path.unlink()


def download(
    repository: Repository,
    models: Path,
    name: str = "",
    *,
    setup: Setup | None = None,
    progress: Progress = silent,
    endpoint: str | None = None,
) -> Reference:
    """Download what `look_at` found into the folder `models` and enter it as a model called `name`.

    Raises:
        BadRequest: there is a model of that name.
        ModelMissing, ModelAltered, BadInput: what came is no model that can be used; it is thrown away.
        As the hub's `fetch`; what came so far stays, and the next call goes on.
    """
    name = name or name_for(Path(repository.name))
    check_name(name)
    check_free(name, models, Catalog.installed(models=models))
    waiting = models / ".downloads" / f"{repository.name.replace('/', '--')}@{repository.commit[:12]}"
    fetch(repository, waiting, progress, endpoint)
    _tidy(waiting, repository)
    try:
        refer(waiting, name)
    except AffectStudioError:
        forget(waiting)
        raise
    target = own_folder(models, ROOM, name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        waiting.replace(target)
    except OSError as error:
        raise output_error(error, target) from error
    entry = refer(target, name, setup=setup, origin=f"{repository.name}@{repository.commit}")
    write_reference(models, entry)
    return entry
