"""What to load, keep and evict: a pure function of the numbers, so that tables can test it without a GPU."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Resident:
    """A loaded model: its bytes on the device, the jobs that lease it, its room, and its last use (seconds)."""

    name: str
    bytes: int
    room: str = ""
    leases: int = 0
    last_use_s: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What to do so that a job fits.

    `load` says whether the model has to be read; `keep` and `evict` share out the models that are loaded, `evict` in
    order. Where nothing helps, `lacking_bytes` is above 0, nothing is evicted, and `largest_bytes` is the most that a
    job could take once all that may go is gone.
    """

    load: bool
    keep: tuple[str, ...]
    evict: tuple[str, ...]
    lacking_bytes: int = 0
    largest_bytes: int = 0

    @property
    def refused(self) -> bool:
        """Whether the job does not fit."""
        return self.lacking_bytes > 0


def plan_admission(
    name: str,
    model_bytes: int,
    *,
    peak_bytes: int,
    free_bytes: int,
    reserve_bytes: int,
    residents: Iterable[Resident],
    focus: str = "",
) -> Plan:
    """Plan room for the model `name` of `model_bytes` and a job that takes `peak_bytes` beyond it.

    `free_bytes` is what is free on the device now, `reserve_bytes` what other programs must keep, and `focus` the
    room the user looks at. Leased models stay. Of the others those outside the focused room go first, and in each
    group the least recently used; no more go than have to.
    """
    loaded = tuple(residents)
    is_loaded = any(resident.name == name for resident in loaded)
    needed = peak_bytes + reserve_bytes + (0 if is_loaded else model_bytes)
    lacking = needed - free_bytes
    may_go = sorted(
        (resident for resident in loaded if not resident.leases and resident.name != name),
        key=lambda resident: (resident.room == focus, resident.last_use_s, resident.name),
    )
    largest = max(0, free_bytes + sum(resident.bytes for resident in may_go) - reserve_bytes)
    names = tuple(resident.name for resident in loaded)
    if lacking <= 0:
        return Plan(not is_loaded, names, (), 0, largest)
    if lacking > sum(resident.bytes for resident in may_go):
        missing = lacking - sum(resident.bytes for resident in may_go)
        return Plan(not is_loaded, names, (), missing, largest)
    going: list[Resident] = []
    freed = 0
    for resident in may_go:
        if freed >= lacking:
            break
        going.append(resident)
        freed += resident.bytes
    for resident in reversed(tuple(going)):  # the last one may have been large enough without some before it
        if freed - resident.bytes >= lacking:
            going.remove(resident)
            freed -= resident.bytes
    evict = tuple(resident.name for resident in going)
    return Plan(not is_loaded, tuple(kept for kept in names if kept not in evict), evict, 0, largest)
