from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from generators.errors import Cancelled, ModelAltered, ModelMissing, OutOfMemory
from generators.progress import Progress
from generators.runtime.catalog import Catalog, write_catalog
from generators.runtime.devices import Memory
from generators.runtime.manager import ModelManager
from generators.runtime.spec import CPU, Device, ModelSpec

SIZE = 1000  # bytes of each model


class Weights:
    """What a trial spec loads: something a weak reference can watch."""

    def __init__(self, name: str) -> None:
        self.name = name


class House:
    """A manager over models "a" to "d" of SIZE bytes on a device of `total` bytes."""

    def __init__(self, folder: Path, total: int, load: Callable[[Path, Progress], object] | None = None) -> None:
        (folder / "room").mkdir(parents=True)
        (folder / "room" / "card.md").write_text("# Trial\nLicence: CC0\n")
        for number, name in enumerate("abcd"):
            weights = {"w": np.full(SIZE, number, np.uint8)}
            safetensors.numpy.save_file(weights, folder / "room" / f"{name}.safetensors")
        write_catalog(folder)
        self.folder = folder
        self.loads: list[str] = []
        self.moves: list[str] = []
        self.total = total
        self.now_s = 0.0
        self._load = load
        specs = [ModelSpec(name, f"room-{name}", self.load, lambda seed: None) for name in "abcd"]
        self.manager = ModelManager(
            Catalog.shipped(folder, folder / "cache"),
            lambda: specs,
            on_move=lambda move: self.moves.append(str(move)),
            measure=self.measure,
            reserve_bytes=0,
            clock=self.clock,
        )

    def load(self, path: Path, device: Device, progress: Progress) -> object:
        self.loads.append(path.stem)
        progress(0, 1, "loading")
        return self._load(path, progress) if self._load else Weights(path.stem)

    def measure(self, device: Device) -> Memory:
        used = sum(item.bytes for item in self.manager.residents(device)) if hasattr(self, "manager") else 0
        return Memory(self.total, self.total - used)

    def clock(self) -> float:
        self.now_s += 1
        return self.now_s

    def use(self, name: str) -> None:
        with self.manager.lease(name):
            pass

    @property
    def names(self) -> str:
        return "".join(sorted(item.name for item in self.manager.residents()))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "assets", 3 * SIZE)


def test_a_model_is_loaded_once(house: House) -> None:
    with house.manager.lease("a") as first, house.manager.lease("a") as second:
        assert first is second
        assert house.manager.residents()[0].leases == 2
    assert house.manager.residents()[0].leases == 0
    house.use("a")
    assert house.loads == ["a"]
    assert house.moves == ["loading a", "loaded a"]


def test_progress_of_loading_only_grows(house: House) -> None:
    told: list[float] = []
    with house.manager.lease("a", lambda done, total, note="": told.append(done / total)):
        pass
    assert told == sorted(told)
    assert len(told) >= 2


def test_the_least_recently_used_goes(house: House) -> None:
    for name in "abc":
        house.use(name)
    house.use("a")
    house.use("d")
    assert house.names == "acd"
    assert "evicted b" in house.moves


def test_leases_and_focus_keep(tmp_path: Path) -> None:
    house = House(tmp_path / "assets", 3 * SIZE)
    house.manager.focus("room")  # the catalog's room of all of them, so the least recently used goes
    for name in "abc":
        house.use(name)
    with house.manager.lease("a"):
        house.use("d")
    assert house.names == "acd"


def test_a_lease_ends_with_an_error_too(house: House) -> None:
    with pytest.raises(ValueError, match="in the job"), house.manager.lease("a"):
        raise ValueError("in the job")
    assert house.manager.residents()[0].leases == 0


def test_evicted_weights_are_really_gone(house: House) -> None:
    with house.manager.lease("a") as value:
        alive = weakref.ref(value)
    del value
    house.manager.evict_unused()
    assert alive() is None
    assert house.names == ""


def test_what_cannot_fit_is_refused_and_nothing_is_lost(house: House) -> None:
    with house.manager.lease("a"), house.manager.lease("b"), house.manager.lease("c"):
        with pytest.raises(OutOfMemory, match=r"needs .* MB and at most .* MB"), house.manager.lease("d"):
            pass
        assert house.names == "abc"
    with pytest.raises(OutOfMemory), house.manager.lease("d", peak_bytes=10 * SIZE):
        pass
    assert house.names == "abc"
    assert house.moves[-1] == "refused d"
    house.use("d")


def test_out_of_memory_while_loading_frees_and_tries_once_more(tmp_path: Path) -> None:
    fails = {"b": 1, "c": 2}

    def load(path: Path, progress: Progress) -> object:
        if fails.get(path.stem, 0):
            fails[path.stem] -= 1
            raise MemoryError
        return Weights(path.stem)

    house = House(tmp_path / "assets", 10 * SIZE, load)
    house.use("a")
    house.use("b")
    assert house.names == "b"  # all that could go went before the second try
    assert house.moves[-3:] == ["evicted a", "retrying b", "loaded b"]
    with pytest.raises(OutOfMemory, match="close other programs"), house.manager.lease("c"):
        pass
    assert house.loads == ["a", "b", "b", "c", "c"]
    house.use("c")
    assert house.names == "c"


def test_other_errors_of_loading_pass_at_once(tmp_path: Path) -> None:
    def load(path: Path, progress: Progress) -> object:
        raise RuntimeError("no such kernel")

    house = House(tmp_path / "assets", 10 * SIZE, load)
    with pytest.raises(RuntimeError, match="no such kernel"), house.manager.lease("a"):
        pass
    assert house.loads == ["a"]
    assert not house.manager.is_loading


def test_cancel_while_loading_leaves_nothing(tmp_path: Path) -> None:
    parts: list[weakref.ref[Weights]] = []

    def load(path: Path, progress: Progress) -> object:
        part = Weights("half")
        parts.append(weakref.ref(part))
        progress(1, 2, "loading")
        return part

    house = House(tmp_path / "assets", 10 * SIZE, load)

    def cancel(done: float, total: float, note: str = "") -> None:
        if parts:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled), house.manager.lease("a", cancel):
        pass
    gc.collect()
    assert parts[0]() is None
    assert house.names == ""
    assert not house.manager.is_loading
    house.use("a")
    assert house.names == "a"


def test_work_is_tried_once_smaller(house: House) -> None:
    tried = []

    def attempt(parts: int) -> str:
        tried.append(parts)
        if parts == 1:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return "done"

    house.use("a")
    assert house.manager.run_smaller(attempt, "a picture") == "done"
    assert tried == [1, 2]
    assert house.names == ""
    with pytest.raises(OutOfMemory, match="a picture"):
        house.manager.run_smaller(lambda parts: (_ for _ in ()).throw(MemoryError()), "a picture")
    with pytest.raises(ValueError, match="other"):
        house.manager.run_smaller(lambda parts: (_ for _ in ()).throw(ValueError("other")))


def test_missing_altered_and_unknown_models(house: House) -> None:
    with pytest.raises(ModelMissing, match="“z” is not installed"), house.manager.lease("z"):
        pass
    path = house.folder / "room" / "a.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"\xff")
    with pytest.raises(ModelAltered, match="put the original file back"), house.manager.lease("a"):
        pass
    path.write_bytes(data)
    house.use("a")
    (house.folder / "room" / "b.safetensors").unlink()
    with pytest.raises(ModelMissing, match="put the file back"), house.manager.lease("b"):
        pass
    with pytest.raises(ModelAltered, match="another version"), house.manager.lease("a", sha256="0" * 64):
        pass
    house.manager._specs = ()
    with pytest.raises(ModelMissing, match="how to load"), house.manager.lease("c"):
        pass


def test_the_real_cpu_is_measured() -> None:
    manager = ModelManager(Catalog([]), tuple)
    memory = manager.memory(CPU)
    assert 0 < memory.free_bytes <= memory.total_bytes
