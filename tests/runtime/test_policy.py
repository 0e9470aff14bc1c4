from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.runtime.policy import Plan, Resident, plan_admission


def residents(text: str) -> list[Resident]:
    """From "name:bytes:room:leases:last_use" words."""
    found = []
    for word in text.split():
        name, size, room, leases, used = word.split(":")
        found.append(Resident(name, int(size), room, int(leases), float(used)))
    return found


@pytest.mark.parametrize(
    ("loaded", "free", "size", "peak", "reserve", "focus", "evicted"),
    [
        ("", 100, 50, 30, 20, "", ""),  # fits exactly
        ("a:10:r:0:1 b:10:r:0:2", 100, 50, 30, 20, "", ""),  # nothing goes without need
        ("a:10:r:0:2 b:10:r:0:1", 100, 60, 30, 20, "", "b"),  # the least recently used first
        ("a:10:r:0:2 b:10:q:0:1", 100, 60, 30, 20, "q", "a"),  # but the focused room's last
        ("a:10:r:0:2 b:10:q:0:1", 100, 70, 30, 20, "q", "a b"),  # and when it must, also that
        ("a:10:r:1:1 b:10:r:0:2", 100, 60, 30, 20, "", "b"),  # what is leased stays
        ("a:5:r:0:1 b:30:r:0:2", 100, 75, 30, 20, "", "b"),  # a small old one does not go in vain
        ("a:5:r:0:1 b:5:r:0:2 c:30:r:0:3", 100, 85, 30, 20, "", "a c"),
    ],
)
def test_loading(loaded: str, free: int, size: int, peak: int, reserve: int, focus: str, evicted: str) -> None:
    found = residents(loaded)
    plan = plan_admission(
        "new", size, peak_bytes=peak, free_bytes=free, reserve_bytes=reserve, residents=found, focus=focus
    )
    assert plan.load
    assert not plan.refused
    assert sorted(plan.evict) == evicted.split()
    assert sorted((*plan.keep, *plan.evict)) == sorted(item.name for item in found)


@pytest.mark.parametrize(
    ("loaded", "free", "size", "peak", "lacking", "largest"),
    [
        ("", 100, 90, 30, 40, 80),
        ("a:10:r:1:1", 100, 90, 30, 40, 80),  # what is leased does not help
        ("a:10:r:0:1", 100, 90, 30, 30, 90),
        ("", 10, 1, 0, 11, 0),  # less is free than the reserve
    ],
)
def test_refusing(loaded: str, free: int, size: int, peak: int, lacking: int, largest: int) -> None:
    plan = plan_admission("new", size, peak_bytes=peak, free_bytes=free, reserve_bytes=20, residents=residents(loaded))
    assert plan.refused
    assert plan.evict == ()
    assert (plan.lacking_bytes, plan.largest_bytes) == (lacking, largest)


def test_a_loaded_model_needs_only_room_for_the_job() -> None:
    loaded = residents("here:50:r:0:1 a:10:r:0:2")
    plan = plan_admission("here", 50, peak_bytes=30, free_bytes=50, reserve_bytes=20, residents=loaded)
    assert plan == Plan(False, ("here", "a"), (), 0, 40)
    plan = plan_admission("here", 50, peak_bytes=40, free_bytes=50, reserve_bytes=20, residents=loaded)
    assert plan.evict == ("a",)
    plan = plan_admission("here", 50, peak_bytes=60, free_bytes=50, reserve_bytes=20, residents=loaded)
    assert plan.refused  # it does not evict itself


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 1), st.integers(0, 2), st.integers(0, 9)), max_size=6),
    st.integers(0, 200),
    st.integers(0, 100),
    st.integers(0, 50),
    st.integers(0, 50),
)
def test_a_plan_always_fits_and_never_evicts_in_vain(
    loaded: list[tuple[int, int, int, int]], free: int, size: int, peak: int, reserve: int
) -> None:
    found = [Resident(f"m{i}", b, f"r{room}", leases, used) for i, (b, leases, room, used) in enumerate(loaded)]
    sizes = {item.name: item.bytes for item in found}
    plan = plan_admission("new", size, peak_bytes=peak, free_bytes=free, reserve_bytes=reserve, residents=found)
    freed = sum(sizes[name] for name in plan.evict)
    if plan.refused:
        may_go = sum(item.bytes for item in found if not item.leases)
        assert free + may_go < size + peak + reserve
    else:
        assert free + freed >= size + peak + reserve
        for name in plan.evict:
            assert free + freed - sizes[name] < size + peak + reserve
            assert not next(item for item in found if item.name == name).leases
