"""What memory there is, measured. Imports torch only when a model can use a GPU and a driver for one is there.

Asking CUDA for its memory makes a context of 100 to 300 MiB, so the shell never calls this: the worker does.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.errors import OutOfMemory
from generators.runtime.spec import CPU, Device

DEVICE_VARIABLE = "AFFECT_STUDIO_DEVICE"
RESERVE_BYTES = {"cpu": 512 << 20, "mps": 1 << 30, "cuda": 600 << 20}
_RETURN_WAIT_S = 5.0
_RETURN_SHARE = 0.75


@dataclass(frozen=True)
class Memory:
    """The memory of a device: all of it, and what is free now, in bytes."""

    total_bytes: int
    free_bytes: int


def choose_device(kinds: Sequence[str]) -> Device:
    """The first of the device `kinds` that this machine has; the CPU where none is.

    The variable AFFECT_STUDIO_DEVICE ("cpu", "cuda:1") overrides the choice for models that can use that kind.
    """
    wanted = Device(os.environ.get(DEVICE_VARIABLE, ""))
    if wanted.kind in kinds:
        return wanted
    for kind in kinds:
        if kind == "cpu":
            return CPU
        if kind == "cuda" and _has_cuda_driver() and _torch_has("cuda"):
            return Device("cuda:0")
        if kind == "mps" and sys.platform == "darwin" and platform.machine() == "arm64" and _torch_has("mps"):
            return Device("mps")
    return CPU


def measure(device: Device) -> Memory:
    """The memory of `device`, measured now."""
    if device.kind == "cuda":
        import torch

        free, total = torch.cuda.mem_get_info(device.name)
        # what torch keeps in its cache can be used again at once
        cached = torch.cuda.memory_reserved(device.name) - torch.cuda.memory_allocated(device.name)
        return Memory(int(total), int(free) + int(cached))
    main = _measure_cpu()
    if device.kind == "mps":
        import torch

        total = int(torch.mps.recommended_max_memory())
        return Memory(total, min(total - int(torch.mps.driver_allocated_memory()), main.free_bytes))
    return main


def _measure_cpu(cgroup_root: Path = Path("/sys/fs/cgroup")) -> Memory:
    import psutil  # type: ignore[import-untyped]  # it ships no types

    found = psutil.virtual_memory()
    total, free = int(found.total), int(found.available)
    limit = _cgroup_memory(cgroup_root)
    if limit is not None and limit.total_bytes < total:
        return Memory(limit.total_bytes, min(free, limit.free_bytes))
    return Memory(total, free)


def _cgroup_memory(root: Path) -> Memory | None:
    """The limit of this process's control group (version 2, then 1), which a container sets and psutil does not see."""
    own = ""
    try:
        for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
            if line.startswith("0::"):
                own = line[3:].strip("/")
    except OSError:
        return None
    layouts = (
        (root / own, "memory.max", "memory.current", "inactive_file"),
        (root, "memory.max", "memory.current", "inactive_file"),
        (root / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    )
    for folder, limit_name, used_name, cache_name in layouts:
        try:
            limit = int((folder / limit_name).read_text(encoding="ascii"))
            used = int((folder / used_name).read_text(encoding="ascii"))
            stat = (folder / "memory.stat").read_text(encoding="ascii")
        except (OSError, ValueError):  # no such layout here, or the limit is "max"
            continue
        cached = next((int(line.split()[1]) for line in stat.splitlines() if line.split()[0] == cache_name), 0)
        return Memory(limit, max(0, limit - used + cached))
    return None


def give_back(device: Device, before: Memory, expected_bytes: int, measure: Callable[[Device], Memory]) -> None:
    """Make what was just let go really free again, and wait until most of `expected_bytes` is.

    A driver returns memory with a delay: a load that starts at once would meet a device that still looks full.
    """
    gc.collect()
    torch = sys.modules.get("torch")
    if device.kind == "cpu":
        _trim_heap()
        return
    if torch is not None:
        (torch.cuda if device.kind == "cuda" else torch.mps).empty_cache()
    deadline = time.monotonic() + _RETURN_WAIT_S
    while measure(device).free_bytes - before.free_bytes < _RETURN_SHARE * expected_bytes:
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)


def _trim_heap() -> None:
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).malloc_trim(0)  # glibc keeps freed blocks otherwise
        except (OSError, AttributeError):  # another libc, which has no such call
            return


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out, whichever library raised it."""
    if isinstance(error, MemoryError | OutOfMemory):
        return True
    if any(cls.__name__ == "OutOfMemoryError" for cls in type(error).__mro__):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        sign in text for sign in ("out of memory", "can't allocate memory", "failed to allocate memory", "bad_alloc")
    )


def _has_cuda_driver() -> bool:
    """Whether a CUDA driver is installed; a question to the loader, not to CUDA."""
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    else:  # noqa: RET505 - a type checker reads one platform's branch
        return Path("/proc/driver/nvidia/version").exists() or Path("/dev/nvidiactl").exists()


def _torch_has(kind: str) -> bool:
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available() if kind == "cuda" else torch.backends.mps.is_available())
