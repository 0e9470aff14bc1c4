"""The one local model manager: every use of a model holds a lease, and nothing leased is evicted."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from generators.errors import ModelMissing, OutOfMemory
from generators.progress import Progress, part, silent
from generators.runtime import devices
from generators.runtime.catalog import Catalog, Model
from generators.runtime.devices import Memory
from generators.runtime.policy import Plan, Resident, plan_admission
from generators.runtime.spec import CPU, Device, ModelSpec, Need

T = TypeVar("T")
Peak = int | Callable[[Device], int]
_MIB = 1 << 20
_CHECKING_SHARE = 0.2  # of the time that loading takes


@dataclass(frozen=True)
class Move:
    """Something the manager did: `action` is "loading", "loaded", "evicted", "refused" or "retrying"."""

    action: str
    name: str
    device: Device

    def __str__(self) -> str:
        return f"{self.action} {self.name}"


@dataclass
class _Loaded:
    model: Model
    value: object
    device: Device
    need: Need
    sha256: str
    leases: int = 0
    last_use_s: float = 0.0

    def bytes_on(self, device: Device) -> int:
        """What it takes on `device`: some keep their weights in the main memory and compute elsewhere."""
        if device == self.device:
            return self.need.device_bytes
        return self.need.host_bytes if device == CPU else 0


class ModelManager:
    """Loads models when they are leased and evicts others when memory is short. Used from one thread.

    Args of the constructor:
        catalog: where models are found by name.
        specs: gives the specs of all rooms; called at the first lease, so that starting imports no room.
        on_move: told of every load, eviction, retry and refusal.
        measure: the memory of a device, and `reserve_bytes` what other programs must keep (None: by kind of device).
    """

    def __init__(
        self,
        catalog: Catalog,
        specs: Callable[[], Iterable[ModelSpec]],
        *,
        on_move: Callable[[Move], None] = lambda _: None,
        measure: Callable[[Device], Memory] = devices.measure,
        choose_device: Callable[[tuple[str, ...]], Device] = devices.choose_device,
        reserve_bytes: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.catalog = catalog
        self._give_specs = specs
        self._specs: tuple[ModelSpec, ...] | None = None
        self._on_move = on_move
        self._measure = measure
        self._choose_device = choose_device
        self._reserve_bytes = reserve_bytes
        self._clock = clock
        self._loaded: dict[str, _Loaded] = {}
        self._focus = ""
        self.is_loading = False

    def focus(self, room: str) -> None:
        """Say which room the user looks at: its models are evicted last."""
        self._focus = room

    def residents(self, device: Device | None = None) -> tuple[Resident, ...]:
        """The models in memory, on `device` or anywhere."""
        return tuple(
            Resident(name, item.bytes_on(device or item.device), item.model.room, item.leases, item.last_use_s)
            for name, item in self._loaded.items()
            if device is None or item.bytes_on(device)
        )

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices that hold models now."""
        return tuple(sorted({item.device for item in self._loaded.values()}, key=lambda device: device.name))

    def device_of(self, name: str) -> str:
        """Where the model `name` is loaded now ("cpu", "cuda:0"), "" where it is not."""
        item = self._loaded.get(name)
        return item.device.name if item is not None else ""

    def memory(self, device: Device) -> Memory:
        """The memory of `device`, measured now."""
        return self._measure(device)

    @contextmanager
    def lease(
        self, name: str, progress: Progress = silent, *, sha256: str = "", peak_bytes: Peak | None = None
    ) -> Iterator[object]:
        """Hold the model `name`, loaded, while the block runs; `sha256` asks for exact weights.

        `peak_bytes` is what this job takes beyond the weights at its highest, or gives it for a device; None takes the
        spec's figure.

        Raises:
            ModelMissing: it is not in the catalog, its weights are gone, or no room knows how to load it.
            ModelAltered: its weights are not the ones the catalog knows.
            OutOfMemory: it does not fit; the message says what would.
            Cancelled: from `progress` while loading; nothing stays loaded of it.
        """
        model = self.catalog.find(name, sha256)
        spec = self._spec_of(model)
        item = self._loaded.get(name)
        if item is not None and not item.leases and not self._is_current(item, model):
            self._evict(name)
            item = None
        device = item.device if item else self._choose_device(spec.devices)
        if peak_bytes is None:
            peak = spec.peak_bytes
        else:
            peak = peak_bytes if isinstance(peak_bytes, int) else peak_bytes(device)
        if item is None:
            item = self._load(model, spec, device, peak, progress)
        else:
            self._make_room(model, spec, Need(0), peak, device)
        item.leases += 1
        try:
            yield item.value
        finally:
            item.leases -= 1
            item.last_use_s = self._clock()

    def run_smaller(self, attempt: Callable[[int], T], what: str = "this") -> T:
        """Run `attempt(1)`; if memory runs out free what is not leased and run `attempt(2)`, the work in halves.

        Raises:
            OutOfMemory: it did not fit the second time either.
        """
        try:
            return attempt(1)
        except Exception as error:
            if not devices.is_out_of_memory(error):
                raise
        self.evict_unused()
        self._on_move(Move("retrying", what, Device()))
        try:
            return attempt(2)
        except Exception as error:
            if not devices.is_out_of_memory(error):
                raise
            raise OutOfMemory(
                f"The memory ran out while making {what}, also in smaller parts: "
                "close other programs, or ask for something smaller."
            ) from error

    def evict_unused(self) -> None:
        """Let go of every model that no job leases."""
        for name in [name for name, item in self._loaded.items() if not item.leases]:
            self._evict(name)

    def _spec_of(self, model: Model) -> ModelSpec:
        if self._specs is None:
            self._specs = tuple(self._give_specs())
        wanted = model.spec or model.name
        named = [spec for spec in self._specs if spec.name == wanted]
        in_room = [spec for spec in self._specs if spec.room == model.room]
        if not (named or in_room):
            raise ModelMissing(
                f"Nothing here knows how to load “{model.name}”: update Affect Studio, or choose another."
            )
        return (named or in_room)[0]

    def _is_current(self, item: _Loaded, model: Model) -> bool:
        """Whether what is loaded is still what the user has on the disk, held as it is asked for now."""
        if item.model != model:
            return False
        if model.shipped:
            return True
        try:
            return self.catalog.sha256(model) == item.sha256
        except ModelMissing:  # its disk was taken away: what is loaded still works
            return True

    def _load(self, model: Model, spec: ModelSpec, device: Device, peak_bytes: int, progress: Progress) -> _Loaded:
        self.is_loading = True
        try:
            sha256 = self.catalog.verify(model, part(progress, 0.0, _CHECKING_SHARE))
            need = spec.need(model.path, device, model.setup)
            self._make_room(model, spec, need, peak_bytes, device)
            self._on_move(Move("loading", model.name, device))
            value = self._read(model, spec, device, part(progress, _CHECKING_SHARE, 1.0))
        finally:
            self.is_loading = False
        item = _Loaded(model, value, device, need, sha256, 0, self._clock())
        self._loaded[model.name] = item
        self._on_move(Move("loaded", model.name, device))
        return item

    def _read(self, model: Model, spec: ModelSpec, device: Device, progress: Progress) -> object:
        try:
            return spec.load_as(model.path, device, model.setup, progress)
        except Exception as error:
            # what was read so far goes at once, not when the traceback that holds it does
            traceback.clear_frames(error.__traceback__)
            if not devices.is_out_of_memory(error):
                devices.give_back(device, self._measure(device), 0, self._measure)
                raise
        self.evict_unused()
        devices.give_back(device, self._measure(device), 0, self._measure)
        self._on_move(Move("retrying", model.name, device))
        try:
            return spec.load_as(model.path, device, model.setup, progress)
        except Exception as error:
            if not devices.is_out_of_memory(error):
                raise
            raise OutOfMemory(
                f"The memory ran out while loading “{model.name}”, also after everything else was let go: "
                "close other programs, or choose a smaller model."
            ) from error

    def _make_room(self, model: Model, spec: ModelSpec, need: Need, peak_bytes: int, device: Device) -> None:
        plan = self._plan(model, need.device_bytes, peak_bytes, device)
        if plan.refused:
            # cached files and unreturned blocks may hide memory: look again once before refusing
            devices.give_back(device, self._measure(device), 0, self._measure)
            plan = self._plan(model, need.device_bytes, peak_bytes, device)
        if plan.refused:
            self._on_move(Move("refused", model.name, device))
            raise OutOfMemory(self._too_large(model, spec, need, peak_bytes, plan.largest_bytes, device))
        for name in plan.evict:
            self._evict(name)
        if not need.host_bytes or device == CPU:
            return
        beside = self._plan(model, need.host_bytes, 0, CPU)
        if beside.refused:
            self._on_move(Move("refused", model.name, CPU))
            raise OutOfMemory(
                f"“{model.name}” needs {_mib(need.host_bytes)} of the main memory beside the GPU's and at most "
                f"{_mib(beside.largest_bytes)} can be made free: close other programs, or choose something smaller."
            )
        for name in beside.evict:
            self._evict(name)

    def _too_large(
        self, model: Model, spec: ModelSpec, need: Need, peak_bytes: int, largest_bytes: int, device: Device
    ) -> str:
        """The sentence that refuses, with what would fit."""
        where = "" if device == CPU else " on the GPU"
        sentence = (
            f"“{model.name}” needs {_mib(need.device_bytes + peak_bytes)}{where} and at most {_mib(largest_bytes)} can "
            "be made free: "
        )
        for setup in spec.smaller(model.path, device, model.setup) if model.reference else ():
            other = spec.need(model.path, device, setup)
            needed = other.device_bytes + peak_bytes
            if needed <= largest_bytes and self._fits_beside(model, other, device):
                return f"{sentence}hold it as “{setup}” (Models, in the File menu), then it takes {_mib(needed)}."
        return f"{sentence}close other programs, or choose something smaller."

    def _fits_beside(self, model: Model, need: Need, device: Device) -> bool:
        return device == CPU or not need.host_bytes or not self._plan(model, need.host_bytes, 0, CPU).refused

    def _plan(self, model: Model, size_bytes: int, peak_bytes: int, device: Device) -> Plan:
        reserve = self._reserve_bytes
        return plan_admission(
            model.name,
            size_bytes,
            peak_bytes=peak_bytes,
            free_bytes=self._measure(device).free_bytes,
            reserve_bytes=devices.RESERVE_BYTES.get(device.kind, 0) if reserve is None else reserve,
            residents=self.residents(device),
            focus=self._focus,
        )

    def _evict(self, name: str) -> None:
        item = self._loaded.pop(name)
        before = self._measure(item.device)
        # of one that is moved in as it is used nothing may be there now
        device, is_moved = item.device, bool(item.model.setup.offload)
        size = 0 if is_moved else item.need.device_bytes
        del item  # the last reference, so that the memory is back before the next load starts
        devices.give_back(device, before, size, self._measure)
        if is_moved and device != CPU:
            devices.give_back(CPU, before, 0, self._measure)
        self._on_move(Move("evicted", name, device))


def _mib(count: int) -> str:
    return f"{max(1, round(count / _MIB)):,} MB"
