"""Downloads from a stand-in for the hub on this machine; nothing reaches the network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from generators.errors import BadInput, BadRequest, Cancelled, DiskFull, ModelAltered, ModelMissing, NotReachable
from generators.runtime.hub import RemoteFile, Repository, fetch, look
from tests.runtime.hub_server import COMMIT, REPO, Hub, serving

WEIGHTS = bytes(range(256)) * 20_000  # about 5 MB, several blocks


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("generators.runtime.hub._ANSWER_S", 5.0)
    with serving({"model_index.json": b"{}", "unet/model.safetensors": WEIGHTS, "empty.txt": b""}) as found:
        yield found


def test_a_repository_is_looked_at_and_fetched(hub: Hub, tmp_path: Path) -> None:
    newest = look(REPO, endpoint=hub.endpoint)
    assert (newest.commit, newest.licence, newest.bytes) == (COMMIT, "mit", len(WEIGHTS) + 2)
    assert look(REPO, COMMIT, hub.endpoint) == newest
    seen: list[tuple[float, str]] = []
    fetch(newest, tmp_path, lambda done, total, note="": seen.append((done / total, note)), hub.endpoint)
    assert (tmp_path / "unet" / "model.safetensors").read_bytes() == WEIGHTS
    assert (tmp_path / "empty.txt").read_bytes() == b""
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)
    assert seen[-1][0] == 1.0
    assert not list(tmp_path.rglob("*.part"))
    before = len(hub.asked)
    fetch(newest, tmp_path, endpoint=hub.endpoint)
    assert len(hub.asked) == before  # what is whole is not asked for again


def test_a_download_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    repository = look(REPO, COMMIT, hub.endpoint)
    hub.cut_after = 3_000_000
    with pytest.raises(NotReachable, match=r"does not answer|ended in the middle"):
        fetch(repository, tmp_path, endpoint=hub.endpoint)
    part = tmp_path / "unet" / "model.safetensors.part"
    have = part.stat().st_size
    assert 0 < have < len(WEIGHTS)
    hub.cut_after = 0
    hub.asked.clear()
    fetch(repository, tmp_path, endpoint=hub.endpoint)
    assert (tmp_path / "unet" / "model.safetensors").read_bytes() == WEIGHTS
    assert f"bytes={have}-" in [asked for _, asked in hub.asked]


def test_a_server_that_begins_again_is_followed(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "model.safetensors.part").write_bytes(WEIGHTS[:1_000_000])
    hub.ignores_ranges = True
    fetch(look(REPO, COMMIT, hub.endpoint), tmp_path, endpoint=hub.endpoint)
    assert (tmp_path / "unet" / "model.safetensors").read_bytes() == WEIGHTS


def test_cancelling_keeps_what_came(hub: Hub, tmp_path: Path) -> None:
    def progress(done: float, total: float, note: str = "") -> None:
        if done > 2_000_000:
            raise Cancelled("cancelled")

    repository = look(REPO, COMMIT, hub.endpoint)
    with pytest.raises(Cancelled):
        fetch(repository, tmp_path, progress, hub.endpoint)
    assert (tmp_path / "unet" / "model.safetensors.part").stat().st_size >= 2_000_000
    fetch(repository, tmp_path, endpoint=hub.endpoint)
    assert (tmp_path / "unet" / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("name", ["unet/model.safetensors", "model_index.json"])
def test_what_is_not_what_was_told_of_is_thrown_away(hub: Hub, tmp_path: Path, name: str) -> None:
    hub.lie = name
    with pytest.raises(ModelAltered, match="not what the hub says"):
        fetch(look(REPO, COMMIT, hub.endpoint), tmp_path, endpoint=hub.endpoint)
    assert not (tmp_path / name).exists()
    assert not list(tmp_path.rglob("*.part"))
    hub.lie = ""
    fetch(look(REPO, COMMIT, hub.endpoint), tmp_path, endpoint=hub.endpoint)
    assert (tmp_path / name).read_bytes() == hub.files[name]


def test_a_full_disk_is_told_before(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    repository = look(REPO, COMMIT, hub.endpoint)
    hub.asked.clear()
    with pytest.raises(DiskFull, match=r"takes 0\.01 GB more and the disk has 0\.00 GB free"):
        fetch(repository, tmp_path, endpoint=hub.endpoint)
    assert not hub.asked


def test_what_cannot_be_had_is_a_sentence(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for repo in ("skies", "../x/y", "a/b/c", "a/..", "http://a/b", ""):
        with pytest.raises(BadRequest, match="is no repository"):
            look(repo, COMMIT, hub.endpoint)
    for commit in ("main", "0123", "g" * 40):
        with pytest.raises(BadRequest, match="is no commit"):
            look(REPO, commit, hub.endpoint)
    assert not hub.asked  # nothing of this was asked
    with pytest.raises(ModelMissing, match="There is no someone/else"):
        look("someone/else", COMMIT, hub.endpoint)
    with pytest.raises(ModelMissing, match="no such commit"):
        look(REPO, "f" * 40, hub.endpoint)
    hub.status = 503
    with pytest.raises(NotReachable, match="refused"):
        look(REPO, COMMIT, hub.endpoint)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(NotReachable, match="switched off"):
        look(REPO, COMMIT, hub.endpoint)


def test_no_connection_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with serving({}) as gone:
        endpoint = gone.endpoint
    with pytest.raises(NotReachable, match="does not answer"):
        look(REPO, COMMIT, endpoint)
    with pytest.raises(NotReachable, match="does not answer"):
        fetch(Repository(REPO, COMMIT, (RemoteFile("a.json", 5),)), tmp_path, endpoint=endpoint)


def test_a_file_outside_the_folder_is_refused(hub: Hub) -> None:
    hub.files["../evil.json"] = b"{}"
    with pytest.raises(BadInput, match="outside itself"):
        look(REPO, COMMIT, hub.endpoint)
