"""Transactions, listeners, reading beside writing, and what happens when the disk has no more room."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from generators.errors import (
    BadRequest,
    DiskFull,
    DocumentDamaged,
    DocumentError,
    DocumentInUse,
    NotWritable,
)
from studio.document import (
    Action,
    AddTakes,
    Document,
    DocumentState,
    EditTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    session,
)
from studio.document.assets import CHUNK_BYTES

LARGE = bytes(range(256)) * (CHUNK_BYTES // 100)  # some pieces and a rest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_assets_of_any_size_come_back(document: Document, make_take: Any, tmp_path: Path) -> None:
    file = tmp_path / "result.safetensors"
    file.write_bytes(LARGE)
    sources: list[bytes | Path] = [b"", b"short", bytes(CHUNK_BYTES), file]
    for number, source in enumerate(sources):
        data = source.read_bytes() if isinstance(source, Path) else source
        document.perform(AddTakes((make_take(str(number), data),)), {_sha256(data): source}).result()
        file_again = tmp_path / "again"
        assert document.has_asset(_sha256(data))
        assert document.asset(_sha256(data)) == data
        document.copy_asset(_sha256(data), file_again)
        assert file_again.read_bytes() == data
    assert not list(tmp_path.glob("*.tmp"))


def test_a_removed_take_keeps_its_asset(document: Document, make_take: Any) -> None:
    take = make_take("1", b"notes")
    document.perform(AddTakes((take,)), {take.asset_sha256: b"notes"}).result()
    document.perform(RemoveTake("1")).result()
    assert document.asset(take.asset_sha256) == b"notes"
    assert document.undo().result().takes == (take,)


def test_an_edited_take_keeps_both_results_and_survives_a_restart(
    document: Document, make_take: Any, tmp_path: Path
) -> None:
    take = make_take("1", b"notes")
    edited = _sha256(b"other notes")
    document.perform(AddTakes((take,)), {take.asset_sha256: b"notes"}).result()
    action = EditTake("1", edited, {"edited": "by hand"}, "move 2 notes")
    with pytest.raises(BadRequest, match="edit it again"):
        document.perform(action).result()
    document.perform(action, {edited: b"other notes"}).result()
    path = document.path
    document.close()
    again = Document.open(path)
    try:
        assert again.state.take("1").asset_sha256 == edited
        assert again.state.take("1").facts == {"edited": "by hand"}
        assert again.undo_label == "move 2 notes"
        assert again.undo().result().takes == (take,)
        assert again.asset(take.asset_sha256) == b"notes"
        assert again.redo().result().take("1").asset_sha256 == edited
        assert again.asset(edited) == b"other notes"
    finally:
        again.close()


def test_refused_actions_change_nothing(document: Document, make_take: Any, tmp_path: Path) -> None:
    take = make_take("1", b"notes")
    sha256 = take.asset_sha256
    seen: list[Action] = []
    document.subscribe(lambda _state, action: seen.append(action))
    cases: list[tuple[Action, dict[str, Any], type[Exception]]] = [
        (AddTakes((take,)), {}, BadRequest),
        (AddTakes((take,)), {sha256: b"other"}, DocumentDamaged),
        (AddTakes((take,)), {"../" + sha256: b"notes"}, BadRequest),
        (AddTakes((take,)), {sha256: tmp_path / "missing"}, BadRequest),
        (AddTakes((make_take("1", request="{"),)), {sha256: b"notes"}, BadRequest),
        (SetPanelState("music", "not JSON"), {}, BadRequest),
        (SetPanelState("music", "[" * 100_000), {}, BadRequest),
        (SetTitle("\udcff"), {}, BadRequest),
        (RenameTake("1", "Dawn"), {sha256: b"notes"}, BadRequest),
    ]
    for action, assets, error in cases:
        with pytest.raises(error, match=r"^[A-Z/].*\.$"):
            document.perform(action, assets).result()
    assert document.state == DocumentState()
    assert not seen
    assert not document.can_undo
    assert not document.has_asset(sha256)
    document.perform(AddTakes((take,)), {sha256: b"notes"}).result()
    assert document.asset(sha256) == b"notes"


def test_listeners_hear_of_what_is_committed_already(document: Document, make_take: Any) -> None:
    heard: list[tuple[DocumentState, Action, int]] = []

    def listen(state: DocumentState, action: Action) -> None:
        assert document.state is state
        with sqlite3.connect(document.path) as other:
            heard.append((state, action, other.execute("SELECT count(*) FROM take").fetchone()[0]))
        other.close()

    def fail(_state: DocumentState, _action: Action) -> None:
        raise ValueError("a careless listener")

    document.subscribe(fail)
    unsubscribe = document.subscribe(listen)
    action = AddTakes((make_take("1"), make_take("2", b"more")))
    document.perform(action, {_sha256(data): data for data in (b"notes", b"more")}).result()
    assert heard == [(document.state, action, 2)]
    unsubscribe()
    document.perform(SetTitle("Song")).result()
    assert len(heard) == 1


def test_undo_tells_of_each_action(document: Document, make_take: Any) -> None:
    document.perform(AddTakes((make_take("1"), make_take("2"))), {_sha256(b"notes"): b"notes"}).result()
    heard: list[tuple[int, Action]] = []
    document.subscribe(lambda state, action: heard.append((len(state.takes), action)))
    document.undo().result()
    assert heard == [(1, RemoveTake("2")), (0, RemoveTake("1"))]


def test_labels_and_one_step_for_a_drag(document: Document) -> None:
    assert (document.can_undo, document.can_redo, document.undo_label, document.redo_label) == (False, False, "", "")
    for value in range(50):
        document.perform(SetPanelState("music", str(value)), merge="drag 1")
    document.perform(SetPanelState("music", "50"), merge="drag 2")
    document.perform(SetTitle("Song")).result()
    assert document.undo_label == "rename project"
    document.undo()
    assert document.undo().result().panel_states == {"music": "49"}
    assert document.undo().result().panel_states == {}
    assert (document.can_undo, document.redo_label) == (False, "change music settings")
    assert document.undo().result() == DocumentState()  # nothing left to undo
    assert document.redo().result().panel_states == {"music": "49"}
    document.perform(SetPanelState("music", "51"), merge="drag 1").result()  # not the drag from before
    assert document.undo().result().panel_states == {"music": "49"}


@pytest.mark.parametrize("between", ["undo", "undo and redo", "save"])
def test_a_drag_does_not_go_on_after(document: Document, between: str) -> None:
    document.perform(SetTitle("Song"))
    document.perform(SetPanelState("music", "1"), merge="drag").result()
    if between == "save":
        document.save_as(document.path.with_name("other.affect")).result()
    else:
        document.undo()
        if between == "undo and redo":
            document.redo()
    document.perform(SetPanelState("music", "2"), merge="drag").result()
    assert document.undo().result().panel_states == ({} if between == "undo" else {"music": "1"})
    assert document.redo().result() == DocumentState(title="Song", panel_states={"music": "2"})


def test_a_drag_survives_reopening_as_one_step(document: Document) -> None:
    for value in range(5):
        document.perform(SetPanelState("music", str(value)), merge="drag")
    document.close()
    again = Document.open(document.path)
    assert again.undo().result() == DocumentState()
    assert again.redo().result().panel_states == {"music": "4"}
    again.close()


def test_what_was_left_behind_by_undo_stays_in_the_file(document: Document) -> None:
    for title in ("A", "B"):
        document.perform(SetTitle(title)).result()
    document.undo().result()
    document.perform(SetTitle("C")).result()
    assert not document.can_redo
    document.close()
    with sqlite3.connect(document.path) as raw:
        forward = [row[0] for row in raw.execute("SELECT forward FROM step ORDER BY id")]
    raw.close()
    assert ['"title":"A"' in forward[0], '"title":"B"' in forward[1], '"title":"C"' in forward[2]] == [True] * 3


def test_positions_are_renumbered_when_the_room_between_two_is_used_up(document: Document, make_take: Any) -> None:
    given = {_sha256(b"notes"): b"notes"}
    document.perform(AddTakes((make_take("first"), make_take("last"))), given).result()
    for number in range(120):  # halving 120 times is more than a double can hold
        document.perform(AddTakes((make_take(str(number)),), 1))
    document.flush()
    order = [take.id for take in document.state.takes]
    assert order == ["first", *map(str, reversed(range(120))), "last"]
    document.close()
    again = Document.open(document.path)
    assert [take.id for take in again.state.takes] == order
    again.close()


def test_reading_goes_on_while_another_thread_writes(document: Document, make_take: Any) -> None:
    document.perform(AddTakes((make_take("0", LARGE),)), {_sha256(LARGE): LARGE}).result()
    stop, failures, reads = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                for take in document.state.takes[-3:]:  # what the state shows can be read
                    data = document.asset(take.asset_sha256)
                    assert _sha256(data) == take.asset_sha256
                    reads.append(1)
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 40):
        data = b"%d" % number * 5000
        document.perform(AddTakes((make_take(str(number), data),)), {_sha256(data): data})
        if number == 20:
            document.save_as(document.path.with_name("moved.affect"))
    document.flush()
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(reads) > 3
    assert len(document.state.takes) == 40


def test_without_a_write_ahead_log_all_works_too(
    tmp_path: Path, make_take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "lies_on_network", lambda _path: True)
    document = Document.create(tmp_path / "song.affect")
    for number in range(10):
        data = b"%d" % number
        document.perform(AddTakes((make_take(str(number), data),)), {_sha256(data): data}).result()
        assert document.asset(_sha256(data)) == data
    assert document.is_remote
    assert not (tmp_path / "song.affect-wal").exists()
    document.undo().result()
    document.save_as(tmp_path / "other.affect").result()
    document.close()
    again = Document.open(tmp_path / "other.affect")
    assert len(again.state.takes) == 9
    assert again.can_redo
    again.close()


def _limit_pages(document: Document, spare: int | None) -> None:
    """Let the file grow by `spare` more pages, or without end: as a disk that fills up, and is emptied again."""

    def limit() -> None:
        writer = document._session.writer
        count = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {1 << 30 if spare is None else count + spare}")

    document._writer.submit(limit).result()


def test_a_full_disk_fails_the_action_and_nothing_else(document: Document, make_take: Any) -> None:
    first = make_take("1")
    document.perform(AddTakes((first,)), {first.asset_sha256: b"notes"}).result()
    before = document.state
    _limit_pages(document, 50)
    with pytest.raises(DiskFull, match=r"free some space and try again\.$"):
        document.perform(AddTakes((make_take("2", LARGE),)), {_sha256(LARGE): LARGE}).result()
    assert document.state is before
    assert not document.has_asset(_sha256(LARGE))
    document.perform(RenameTake("1", "Dawn")).result()  # what fits still works
    _limit_pages(document, None)
    document.perform(AddTakes((make_take("2", LARGE),)), {_sha256(LARGE): LARGE}).result()
    document.close()
    again = Document.open(document.path)
    assert [take.name for take in again.state.takes] == ["Dawn", "Take 2"]
    assert again.asset(_sha256(LARGE)) == LARGE
    again.close()


def test_a_disk_that_fails_in_the_middle_of_a_write(document: Document, make_take: Any) -> None:
    resource = pytest.importorskip("resource")  # limits on file sizes exist on POSIX only
    document.perform(SetTitle("Song")).result()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    document.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (document.path.stat().st_size + 100_000, limits[1]))
    try:
        with pytest.raises(DiskFull):
            document.perform(AddTakes((make_take("1", LARGE),)), {_sha256(LARGE): LARGE}).result()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert document.state == DocumentState(title="Song")
    document.perform(AddTakes((make_take("1", LARGE),)), {_sha256(LARGE): LARGE}).result()
    document.close()
    again = Document.open(document.path)
    assert again.asset(_sha256(LARGE)) == LARGE
    again.close()


def test_one_window_a_document(document: Document, tmp_path: Path) -> None:
    with pytest.raises(DocumentInUse, match=r"song\.affect is open in another window"):
        Document.open(document.path)
    with pytest.raises(DocumentInUse):
        Document.open(tmp_path / "." / "song.affect")
    document.perform(SetTitle("Song")).result()  # the one that is open did not notice
    document.close()
    again = Document.open(document.path)
    assert again.state.title == "Song"
    again.close()
    assert [file.name for file in tmp_path.iterdir()] == ["song.affect"]


def test_a_closed_document_says_so(document: Document) -> None:
    document.perform(SetTitle("Song"))
    document.close()
    document.close()
    assert document.state.title == "Song"  # closing finishes what was asked for
    with pytest.raises(DocumentError, match="closed"):
        document.perform(SetTitle("Other")).result()
    with pytest.raises(DocumentError, match="closed"):
        document.asset("0" * 64)


def test_places_that_cannot_be_written(tmp_path: Path, document: Document) -> None:
    document.close()
    with pytest.raises(NotWritable, match="exists already"):
        Document.create(document.path)
    file = tmp_path / "file"
    file.write_bytes(b"")
    for path in (tmp_path / "missing" / "song.affect", file / "song.affect"):
        with pytest.raises(NotWritable, match=r"\.$"):
            Document.create(path)


def test_the_document_needs_no_window_and_no_arrays() -> None:
    program = "import sys, studio.document, studio.settings; print(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"PySide6", "numpy", "torch"} & set(ran.stdout.split())
    assert "msgspec" in ran.stdout.split()
