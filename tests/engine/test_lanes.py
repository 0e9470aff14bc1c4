from __future__ import annotations

import threading

import pytest

from generators.engine.engine import Lane
from generators.engine.lanes import Job, Lanes


def order(lanes: Lanes) -> str:
    taken = []
    while (job := lanes.take(timeout_s=0)) is not None:
        lanes.end(job)
        taken.append(job.id)
    return " ".join(taken)


@pytest.mark.parametrize(
    ("jobs", "focus", "expected"),
    [
        ("a:take:m b:take:f c:take:m", "", "a b c"),
        ("a:take:m b:take:f c:take:m", "f", "b a c"),
        ("a:batch:m b:take:f c:preview:c", "m", "c b a"),
        ("a:preview:m b:preview:m c:preview:f", "", "b c"),
        ("a:preview:m b:take:m c:preview:m", "", "c b"),
        ("a:preview: b:preview:", "", "b"),
        ("a:take:m b:take:m", "m", "a b"),
    ],
)
def test_order(jobs: str, focus: str, expected: str) -> None:
    lanes = Lanes()
    lanes.focus(focus)
    for text in jobs.split():
        name, lane, panel = text.split(":")
        lanes.add(Job(name, Lane(lane), panel))
    assert order(lanes) == expected


def test_only_more_urgent_jobs_interrupt() -> None:
    lanes = Lanes()
    lanes.add(Job("take", Lane.TAKE))
    take = lanes.take()
    assert take is not None
    lanes.add(Job("batch", Lane.BATCH))
    lanes.add(Job("take2", Lane.TAKE))
    assert lanes.take_above(take) is None
    lanes.add(Job("alone", Lane.PREVIEW, "a", nests=False))
    assert lanes.take_above(take) is None
    lanes.add(Job("preview", Lane.PREVIEW, "b"))
    preview = lanes.take_above(take)
    assert preview is not None
    assert preview.id == "preview"
    assert not lanes.must_unwind(preview)
    lanes.cancel("take")
    assert lanes.must_unwind(preview)
    assert not lanes.must_unwind(take)
    lanes.end(preview)
    lanes.put_back(preview)
    lanes.end(take)
    assert order(lanes) == "preview alone take2 batch"


def test_a_running_preview_is_cancelled_by_a_newer_one() -> None:
    lanes = Lanes()
    first = Job("first", Lane.PREVIEW, "m")
    lanes.add(first)
    lanes.take()
    assert lanes.add(Job("second", Lane.PREVIEW, "m")) == []
    assert first.cancelled


def test_close_wakes_who_waits() -> None:
    lanes = Lanes()
    found: list[Job | None] = []
    waiting = threading.Thread(target=lambda: found.append(lanes.take()))
    waiting.start()
    lanes.close()
    waiting.join(5)
    assert found == [None]
    assert lanes.cancel("unknown") == (None, False)
