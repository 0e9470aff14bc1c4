"""How large models are held in memory: planned before loading, with what would fit where the plan does not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from generators.errors import OutOfMemory
from generators.progress import Progress
from generators.runtime.catalog import Catalog
from generators.runtime.devices import Memory
from generators.runtime.manager import ModelManager
from generators.runtime.references import Reference, write_reference
from generators.runtime.spec import CPU, Device, ModelSpec, Need, Setup, Ways

GPU = Device("cuda:0")
MIB = 1 << 20
PARTS = (600, 200)  # in float16, MiB


def need(path: Path, device: Device, setup: Setup) -> Need:
    scale = MIB * (2 if setup.dtype == "float32" else 1)
    whole, largest = sum(PARTS) * scale, max(PARTS) * scale
    if device == CPU:
        return Need(whole)
    return {"": Need(whole), "parts": Need(largest, whole), "layers": Need(50 * MIB, whole)}[setup.offload]


def smaller(path: Path, device: Device, setup: Setup) -> tuple[Setup, ...]:
    ways = [Setup("float16", offload) for offload in (("",) if device == CPU else ("", "parts", "layers"))]
    return tuple(way for way in ways if need(path, device, way).device_bytes < need(path, device, setup).device_bytes)


class Machine:
    """A manager over one large model of the user's, on a device with `gpu` MiB free and `main` MiB beside it."""

    def __init__(self, folder: Path, *, gpu: int, main: int, device: Device = GPU, **setup: str) -> None:
        self.folder = folder
        self.free = {GPU: gpu * MIB, CPU: main * MIB}
        weights = folder / "large.safetensors"
        weights.write_bytes(b"weights")
        self.entry = Reference("large", "room", str(weights), ("",), 7, spec="large", **setup)
        write_reference(folder / "models", self.entry)
        self.loads: list[Setup] = []
        spec = ModelSpec("large", "room", _never, lambda seed: None, ways=Ways(self.load, need, smaller))
        self.manager = ModelManager(
            Catalog.installed(folder / "none", folder / "models", folder / "cache"),
            lambda: [spec],
            measure=self.measure,
            choose_device=lambda kinds: device,
            reserve_bytes=0,
        )

    def load(self, path: Path, device: Device, setup: Setup, progress: Progress) -> object:
        self.loads.append(setup)
        return object()

    def measure(self, device: Device) -> Memory:
        taken = sum(item.bytes for item in self.manager.residents(device))
        return Memory(self.free[device], self.free[device] - taken)

    def use(self, peak: int = 0) -> None:
        with self.manager.lease("large", peak_bytes=peak * MIB):
            pass

    def hold(self, **setup: str) -> None:
        self.entry = msgspec.structs.replace(self.entry, **setup)
        write_reference(self.folder / "models", self.entry)


def _never(path: Path, device: Device, progress: Progress) -> object:
    raise AssertionError("a spec with ways is loaded as they say")


def test_what_fits_is_loaded_as_it_is_asked_for(tmp_path: Path) -> None:
    machine = Machine(tmp_path, gpu=2_000, main=2_000)
    machine.use()
    machine.use()
    assert machine.loads == [Setup()]
    machine.hold(offload="parts")
    machine.use()
    assert machine.loads == [Setup(), Setup("", "parts")]
    assert [item.bytes // MIB for item in machine.manager.residents(GPU)] == [600]
    assert [item.bytes // MIB for item in machine.manager.residents(CPU)] == [800]
    assert len(machine.manager.residents()) == 1


@pytest.mark.parametrize(
    ("gpu", "main", "offer"),
    [
        (1_000, 2_000, "hold it as “float16” (Models, in the File menu), then it takes 900 MB."),
        (750, 2_000, "hold it as “float16 and offload parts” (Models, in the File menu), then it takes 700 MB."),
        (200, 2_000, "hold it as “float16 and offload layers” (Models, in the File menu), then it takes 150 MB."),
        # there is no room for the weights in the main memory, so offloading would not fit either
        (750, 100, "close other programs, or choose something smaller."),
        (10, 2_000, "close other programs, or choose something smaller."),
    ],
)
def test_what_does_not_fit_is_told_before_loading_with_what_would(
    tmp_path: Path, gpu: int, main: int, offer: str
) -> None:
    machine = Machine(tmp_path, gpu=gpu, main=main, dtype="float32")
    with pytest.raises(OutOfMemory) as caught:
        machine.use(peak=100)
    assert caught.value.message == (
        f"“large” needs 1,700 MB on the GPU and at most {gpu:,} MB can be made free: {offer}"
    )
    assert machine.loads == []


def test_taking_the_offer_works(tmp_path: Path) -> None:
    machine = Machine(tmp_path, gpu=750, main=2_000, dtype="float32")
    with pytest.raises(OutOfMemory, match="offload parts"):
        machine.use(peak=100)
    machine.hold(dtype="float16", offload="parts")
    machine.use(peak=100)
    assert machine.loads == [Setup("float16", "parts")]


def test_the_main_memory_beside_the_gpu_is_planned_too(tmp_path: Path) -> None:
    machine = Machine(tmp_path, gpu=2_000, main=100, offload="parts")
    with pytest.raises(OutOfMemory, match="needs 800 MB of the main memory beside the GPU's and at most 100 MB"):
        machine.use()
    assert machine.loads == []


def test_on_a_cpu_a_smaller_dtype_is_offered(tmp_path: Path) -> None:
    machine = Machine(tmp_path, gpu=0, main=1_000, device=CPU, dtype="float32")
    with pytest.raises(OutOfMemory, match=r"needs 1,600 MB and at most 1,000 MB .* hold it as “float16”"):
        machine.use()
