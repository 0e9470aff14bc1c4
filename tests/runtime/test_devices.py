from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generators.errors import OutOfMemory
from generators.runtime import devices
from generators.runtime.devices import Memory, choose_device, is_out_of_memory
from generators.runtime.spec import CPU, Device


def test_names_of_devices() -> None:
    assert Device("cuda:1").kind == "cuda"
    assert Device().kind == "cpu"


@pytest.mark.parametrize(
    ("wanted", "kinds", "driver", "expected"),
    [
        ("", ("cpu",), True, "cpu"),
        ("", ("cuda", "cpu"), True, "cuda:0"),
        ("", ("cuda", "cpu"), False, "cpu"),
        ("cpu", ("cuda", "cpu"), True, "cpu"),
        ("cuda:1", ("cuda", "cpu"), True, "cuda:1"),
        ("cuda:1", ("cpu",), True, "cpu"),
        ("", (), True, "cpu"),
    ],
)
def test_choice(
    monkeypatch: pytest.MonkeyPatch, wanted: str, kinds: tuple[str, ...], driver: bool, expected: str
) -> None:
    monkeypatch.setenv(devices.DEVICE_VARIABLE, wanted)
    monkeypatch.setattr(devices, "_has_cuda_driver", lambda: driver)
    monkeypatch.setattr(devices, "_torch_has", lambda kind: kind == "cuda")
    assert choose_device(kinds).name == expected


def test_a_model_for_the_cpu_never_imports_torch() -> None:
    code = (
        "import sys; from generators.runtime import devices; "
        "print(devices.choose_device(('cpu',)).name, devices.measure(devices.CPU).total_bytes > 0); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["cpu", "True", "False"]


@pytest.mark.parametrize("version", [1, 2])
def test_the_limit_of_a_container(tmp_path: Path, version: int) -> None:
    folder = tmp_path / "memory" if version == 1 else tmp_path
    folder.mkdir(exist_ok=True)
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    if version == 2:
        names = ("memory.max", "memory.current", "inactive_file")
    (folder / names[0]).write_text("1000\n")
    (folder / names[1]).write_text("700\n")
    (folder / "memory.stat").write_text(f"anon 600\n{names[2]} 50\n")
    if not Path("/proc/self/cgroup").exists():
        pytest.skip("control groups are Linux's")
    assert devices._cgroup_memory(tmp_path) == Memory(1000, 350)
    assert devices._measure_cpu(tmp_path) == Memory(1000, 350)
    (folder / names[0]).write_text("max\n")
    assert devices._cgroup_memory(tmp_path) is None
    assert devices.measure(CPU).total_bytes > 1000


def test_errors_of_memory_are_recognised() -> None:
    class OutOfMemoryError(RuntimeError):
        """As torch names its own."""

    for error in (
        MemoryError(),
        OutOfMemory("x"),
        OutOfMemoryError("anything"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("MPS backend out of memory"),
    ):
        assert is_out_of_memory(error)
    for other in (RuntimeError("shape mismatch"), ValueError("out of memory"), KeyError("x")):
        assert not is_out_of_memory(other)


def test_waiting_for_memory_that_comes_back_late(monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([0, 10, 50, 80, 100])
    monkeypatch.setattr(devices.time, "sleep", lambda seconds: None)
    devices.give_back(Device("cuda:0"), Memory(100, 0), 100, lambda device: Memory(100, next(free)))
    assert next(free) == 100  # it asked until three quarters were back
