"""Files of a repository on the Hugging Face Hub, at one commit. Torch-free; reaches the network only when called.

What is downloaded is pinned: a commit names its files for ever, and each is held to the digest that the hub tells. A
download that was cut off goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from generators.errors import (
    BadInput,
    BadRequest,
    Cancelled,
    DiskFull,
    ModelAltered,
    ModelMissing,
    NotReachable,
    output_error,
)
from generators.progress import Progress, silent

_REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_BLOCK_BYTES = 1 << 20
_ANSWER_S = 30.0
_SPARE_BYTES = 256 << 20  # what the disk keeps
MAX_FILES = 500
PART = ".part"


@dataclass(frozen=True)
class RemoteFile:
    """A file: `sha256` is told of large ones, `blob` (git's own digest) of all."""

    name: str
    bytes: int
    sha256: str = ""
    blob: str = ""


@dataclass(frozen=True)
class Repository:
    """What a repository holds at `commit`."""

    name: str
    commit: str
    files: tuple[RemoteFile, ...]
    licence: str = ""

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files)


def check_repo(repo: str) -> None:
    """Refuse what cannot be the name of a repository.

    Raises:
        BadRequest: it cannot.
    """
    if not _REPO.fullmatch(repo) or ".." in repo:
        raise BadRequest(f"“{repo}” is no repository: name one as ORG/NAME, as the address of its page ends.")


def check_commit(commit: str) -> None:
    """Refuse what is not a whole commit: branches and tags move.

    Raises:
        BadRequest: it is not.
    """
    if not _COMMIT.fullmatch(commit):
        raise BadRequest(
            f"“{commit}” is no commit: name one by its 40 digits and letters, for branches and tags change."
        )


def look(repo: str, commit: str = "", endpoint: str | None = None) -> Repository:
    """What `repo` holds at `commit`, "" being the newest one. No file is downloaded.

    Raises:
        BadRequest: a name or a commit that cannot be.
        ModelMissing: there is no such repository or commit, or its terms must be accepted first.
        NotReachable: the hub does not answer.
    """
    check_repo(repo)
    if commit:
        check_commit(commit)
    from huggingface_hub import HfApi

    with _in_words(repo):
        info = HfApi(endpoint=endpoint).model_info(
            repo, revision=commit or None, files_metadata=True, timeout=_ANSWER_S
        )
    files = []
    for file in info.siblings or []:
        path = PurePosixPath(file.rfilename)
        if not file.rfilename or path.is_absolute() or ".." in path.parts or "\\" in file.rfilename:
            raise BadInput(f"The repository {repo} names a file outside itself: it cannot be trusted.")
        files.append(
            RemoteFile(file.rfilename, int(file.size or 0), file.lfs.sha256 if file.lfs else "", file.blob_id or "")
        )
    found = str(info.sha or "")
    check_commit(found)
    if commit and found != commit:
        raise ModelAltered(f"The hub gave commit {found[:8]}… of {repo} for {commit[:8]}…: try again later.")
    licence = str((info.card_data or {}).get("license", "") or "") if info.card_data else ""
    return Repository(repo, found, tuple(files), licence)


def fetch(repository: Repository, folder: Path, progress: Progress = silent, endpoint: str | None = None) -> None:
    """Download all files of `repository` below `folder`; those that are whole there already are not asked for again.

    Raises:
        DiskFull: there is no room for what is missing; nothing is downloaded.
        NotWritable: the folder refuses a file.
        NotReachable: the hub stops answering; what came so far stays.
        ModelAltered: what arrived is not what the hub told of.
        ModelMissing: a file is gone.
        Cancelled: from `progress`, which is called after each MiB; what came so far stays.
    """
    if len(repository.files) > MAX_FILES:
        raise BadInput(f"{repository.name} has {len(repository.files):,} files, too many for a model: choose another.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(repository, folder)
        before = 0
        for file in repository.files:

            def told(done: int, before: int = before, name: str = file.name) -> None:
                progress(before + done, max(1, repository.bytes), name)

            _fetch_file(repository, file, folder, told, endpoint)
            before += file.bytes
    except OSError as error:
        raise output_error(error, folder) from error


def _check_room(repository: Repository, folder: Path) -> None:
    there = 0
    for file in repository.files:
        for path in (folder / file.name, folder / f"{file.name}{PART}"):
            if path.is_file():
                there += min(file.bytes, path.stat().st_size)
    lacking = repository.bytes - there
    free = shutil.disk_usage(folder).free
    if lacking + _SPARE_BYTES > free:
        raise DiskFull(
            f"{repository.name} takes {lacking / 1e9:,.2f} GB more and the disk has {free / 1e9:,.2f} GB free: "
            "make room on it and try again."
        )


def _fetch_file(repository: Repository, file: RemoteFile, folder: Path, told: Any, endpoint: str | None) -> None:
    target = folder / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and target.stat().st_size == file.bytes:
        told(file.bytes)  # it was held to its digest when it got this name
        return
    part = target.with_name(f"{target.name}{PART}")
    digests = _Digests(file)
    done = 0
    if part.is_file() and part.stat().st_size <= file.bytes:
        with part.open("rb") as begun:
            while block := begun.read(_BLOCK_BYTES):
                digests.update(block)
                done += len(block)
                told(done)
    if done < file.bytes or not part.is_file():
        _receive(repository, file, part, done, digests, told, endpoint)
    if not digests.match(part.stat().st_size):
        part.unlink(missing_ok=True)
        raise ModelAltered(
            f"What arrived of {file.name} is not what the hub says it holds: try again, and it is fetched anew."
        )
    part.replace(target)


def _receive(
    repository: Repository, file: RemoteFile, part: Path, done: int, digests: _Digests, told: Any, endpoint: str | None
) -> None:
    from huggingface_hub import hf_hub_url
    from huggingface_hub.utils import build_hf_headers, get_session

    url = hf_hub_url(repository.name, file.name, revision=repository.commit, endpoint=endpoint)
    headers = {**build_hf_headers(library_name="affect-studio"), "Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    with _in_words(repository.name), get_session().stream("GET", url, headers=headers, timeout=_ANSWER_S) as answer:
        _check_status(answer)
        goes_on = bool(done) and answer.status_code == 206
        if not goes_on:  # the server begins again
            done = 0
            digests.restart()
        with part.open("ab" if goes_on else "wb") as out:
            for block in answer.iter_bytes(_BLOCK_BYTES):
                done += len(block)
                if done > file.bytes:
                    break  # more than was told of: refused below
                out.write(block)
                digests.update(block)
                told(done)
    if done < file.bytes:
        raise NotReachable(
            f"The connection ended in the middle of {file.name}: try again, it goes on where it stopped."
        )


def _check_status(answer: Any) -> None:
    if answer.status_code >= 400:
        from huggingface_hub.utils import hf_raise_for_status

        answer.read()
        hf_raise_for_status(answer)


class _Digests:
    """The digests of one file as its bytes come."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self._sha256 = hashlib.sha256()
        # git's own name of a file's content
        self._blob = hashlib.sha1(f"blob {self._file.bytes}\0".encode(), usedforsecurity=False)

    def update(self, block: bytes) -> None:
        """Take in the next bytes."""
        self._sha256.update(block)
        self._blob.update(block)

    def match(self, size: int) -> bool:
        """Whether this is the file that was told of."""
        if size != self._file.bytes:
            return False
        if self._file.sha256:
            return self._sha256.hexdigest() == self._file.sha256
        return not self._file.blob or self._blob.hexdigest() == self._file.blob


@contextmanager
def _in_words(repo: str) -> Iterator[None]:
    """Turn what the hub's library raises into sentences."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        yield
    except (Cancelled, BadInput):
        raise
    except GatedRepoError as error:
        raise ModelMissing(
            f"{repo} wants its terms accepted first: do so on its page in a browser, sign in with `hf auth login`, and "
            "try again."
        ) from error
    except RevisionNotFoundError as error:
        raise ModelMissing(f"{repo} has no such commit: copy it from the page of its files.") from error
    except (RepositoryNotFoundError, EntryNotFoundError) as error:
        raise ModelMissing(
            f"There is no {repo} on the hub, or not for you: check its name, or sign in with `hf auth login`."
        ) from error
    except OfflineModeIsEnabled as error:
        raise NotReachable("Downloads are switched off by HF_HUB_OFFLINE: unset it and try again.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no status"
        raise NotReachable(f"The hub refused to give {repo} ({status}): try again later.") from error
    except (HTTPError, ConnectionError, TimeoutError) as error:
        raise NotReachable(
            f"The hub does not answer ({type(error).__name__}): check the connection to the internet and try again; "
            "what has come so far is kept."
        ) from error


def forget(folder: Path) -> None:
    """Take away what a download left."""
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)
