"""What a project can do without is let go of, and the file shrinks; whatever is named stays."""

from __future__ import annotations

import hashlib
import random
import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest

from generators.errors import BadRequest, Cancelled
from studio.document import AddTakes, Document, EditTake, RemoveTake, SetPanelState, SetTitle
from studio.document.assets import Medium
from studio.document.previews import LATER_S, Previews
from studio.document.tidying import measure, tidy

MB = 1_000_000


def _bytes(number: int, size: int = MB) -> bytes:
    return random.Random(number).randbytes(size)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _names(document: Document, *names: str) -> list[bool]:
    return [document.has_asset(name) for name in names]


@pytest.fixture
def add(document: Document, make_take: Any) -> Callable[..., str]:
    """Adds a take, and gives the name of its asset."""

    def add(number: int, size: int = MB, **changes: Any) -> str:
        data = _bytes(number, size)
        take = make_take(str(number), data, **changes)
        document.perform(AddTakes((take,)), {take.asset_sha256: data}).result()
        return _sha(data)

    return add


def test_what_nothing_names_goes_and_the_file_shrinks(document: Document, add: Callable[..., str]) -> None:
    taken = add(1)
    unused = _bytes(2, 5 * MB)
    document.keep({_sha(unused): unused}).result()
    spare = measure(document)
    assert (spare.unused, spare.unused_bytes, spare.left) == ((_sha(unused),), 5 * MB, ())
    document.shrink(0).result()
    before = document.path.stat().st_size
    assert before > 6 * MB
    freed = tidy(document, spare)
    assert 4.9 * MB < freed < 5.2 * MB
    assert document.path.stat().st_size == before - freed
    assert _names(document, taken, _sha(unused)) == [True, False]
    assert measure(document).certain_bytes == 0
    assert tidy(document, measure(document)) == 0


def test_whatever_is_named_stays(document: Document, add: Callable[..., str]) -> None:
    """A take's own asset and what its request names; a panel's; a collected file; what steps of the line name; and
    what assets name themselves."""
    voice, pool, direction, font, edited = (_bytes(number, 2000) for number in range(10, 15))
    header = f'{{"__metadata__":{{"affect_studio":"{{\\"pool\\":\\"{_sha(pool)}\\"}}"}}}}'.encode()
    direction = struct.pack("<Q", len(header)) + header + direction
    given = {_sha(data): data for data in (voice, pool, direction, font, edited)}
    document.keep(given, [Medium("soundfont", "piano.sf2", _sha(font))]).result()
    first = add(1, 3000, request=f'{{"voice_sha256":"{_sha(voice)}"}}')
    document.perform(SetPanelState("compass", f'{{"uses":["{_sha(direction)}"]}}')).result()
    document.perform(EditTake("1", _sha(edited))).result()
    second = add(2, 3000)
    document.perform(RemoveTake("2")).result()
    document.undo().result()
    document.undo().result()  # both of them can be done again
    spare = measure(document)
    assert (spare.unused, spare.left, spare.left_steps) == ((), (), ())
    tidy(document, spare, left=True)
    assert all(_names(document, first, second, *given))
    assert document.redo().result().take("2").asset_sha256 == second


def test_what_was_left_goes_only_when_asked(document: Document, add: Callable[..., str]) -> None:
    kept = add(1)
    left = add(2, 3 * MB)
    shared = add(3)
    document.go_to(1).result()
    document.perform(SetTitle("another way")).result()
    again = add(3)
    assert again == shared
    spare = measure(document)
    assert (spare.left, spare.left_bytes, spare.left_steps) == ((left,), 3 * MB, (2, 3))
    tidy(document, spare)
    assert all(_names(document, kept, left, shared))
    assert len(document.history()) == 6
    assert tidy(document, measure(document), left=True) > 2.9 * MB
    assert _names(document, kept, left, shared) == [True, False, True]
    assert [step.id for step in document.history()] == [0, 1, 4, 5]
    with pytest.raises(BadRequest):
        document.go_to(2).result()
    while document.can_undo:
        document.undo().result()
    document.close()
    reopened = Document.open(document.path)
    while reopened.can_redo:
        reopened.redo().result()
    assert reopened.state.title == "another way"
    assert reopened.asset(shared) == _bytes(3)
    add_id = reopened.perform(SetTitle("onward")).result()
    assert add_id.title == "onward"
    reopened.close()


@pytest.mark.parametrize("meanwhile", ["gone back", "gone back and on", "named anew"])
def test_what_happens_meanwhile_counts(
    document: Document, add: Callable[..., str], make_take: Any, meanwhile: str
) -> None:
    add(1)
    left = add(2)
    document.undo().result()
    document.perform(SetTitle("another way")).result()
    unused = _bytes(3)
    document.keep({_sha(unused): unused}).result()
    spare = measure(document)
    assert (spare.left, spare.unused) == ((left,), (_sha(unused),))
    if meanwhile == "named anew":
        document.perform(EditTake("1", _sha(unused)))
        document.perform(EditTake("1", left))
        document.perform(EditTake("1", _sha(unused))).result()
        tidy(document, spare, left=True)
        assert _names(document, left, _sha(unused)) == [True, True]  # only steps name the first by now
        return
    document.go_to(2).result()
    if meanwhile == "gone back and on":
        document.perform(SetTitle("a third way")).result()
        document.go_to(3).result()
    with pytest.raises(BadRequest, match="once more"):
        tidy(document, spare, left=True)
    assert document.go_to(2).result().take("2").asset_sha256 == left
    assert document.asset(left) == _bytes(2)


def test_work_goes_on_while_it_tidies(document: Document, add: Callable[..., str], monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.document.tidying.PIECE_BYTES", MB)
    monkeypatch.setattr("studio.document.tidying.PIECE_PAGES", 50)
    for number in range(20, 30):
        document.keep({_sha(_bytes(number)): _bytes(number)}).result()
    told: list[str] = []

    def progress(done: float, total: float, note: str = "") -> None:
        assert 0 <= done <= total
        told.append(note)
        if len(told) % 5 == 0:
            document.perform(SetTitle(f"meanwhile {len(told)}")).result()

    spare = measure(document)
    assert tidy(document, spare, progress=progress) > 9 * MB
    assert {"letting go of what nothing needs", "giving space back"} <= set(told)
    assert document.state.title.startswith("meanwhile")

    def cancel(_done: float, _total: float, note: str = "") -> None:
        raise Cancelled(note)

    document.keep({_sha(_bytes(40)): _bytes(40)}).result()
    with pytest.raises(Cancelled):
        tidy(document, measure(document), progress=cancel)
    assert document.has_asset(_sha(_bytes(40)))
    with pytest.raises(Cancelled):
        measure(document, cancel)


def test_previews_keep_to_their_budget(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_000_000.0
    monkeypatch.setattr("time.time", lambda: now_s)
    previews = Previews(document, 10_000)
    for number in range(10):
        previews.keep(f"p{number}", bytes(1000))
        now_s += 1
    document.flush()
    assert previews.get("p0") == bytes(1000)
    now_s += LATER_S + 1
    assert previews.get("p1") == bytes(1000)  # used again, after a while
    previews.keep("p10", bytes(1000))
    document.flush()
    kept = [number for number in range(11) if previews.get(f"p{number}") is not None]
    assert kept == [1, 4, 5, 6, 7, 8, 9, 10]
    previews.keep("p1", b"other")
    document.flush()
    assert previews.get("p1") == b"other"
    assert document.can_undo is False  # they are no part of what is done
    spare = measure(document)
    assert spare.preview_bytes == 7005
    tidy(document, spare)
    assert previews.get("p1") is None
    previews.keep("huge", bytes(50_000))
    document.flush()
    assert previews.get("huge") is None
    document.close()
    previews.keep("late", b"x")  # nobody is told: it will be made again


def test_previews_for_many_threads(document: Document) -> None:
    previews = Previews(document, MB)
    failures: list[BaseException] = []

    def use(first: int) -> None:
        try:
            for number in range(first, first + 20):
                previews.keep(str(number), b"%d" % number)
                document.flush()
                assert previews.get(str(number)) == b"%d" % number
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
