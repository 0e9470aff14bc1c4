"""What can be saved from damaged projects is saved, and the damaged file stays as it was."""

from __future__ import annotations

import functools
import hashlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import Cancelled, DocumentDamaged, DocumentError, DocumentInUse, NotADocument
from studio.document import AddTakes, Document, RemoveTake, SetPanelState, SetTitle, Take
from studio.document.assets import Medium
from studio.document.rescue import Rescued, rescue

TAKES = 12


def _data(number: int) -> bytes:
    return number.to_bytes(2, "big") * (number**3 * 400)  # nothing at all to 1.4 MB, which is two pieces


def _take(number: int) -> Take:
    sha256 = hashlib.sha256(_data(number)).hexdigest()
    request = f'{{"bars":16,"seed":{number}}}'
    return Take(str(number), "music", f"Dawn {number}", number == 3, "score", sha256, request, facts={"key": "C"})


@functools.cache
def _good() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        document = Document.create(Path(folder) / "good.affect")
        for number in range(TAKES):
            take = _take(number)
            document.perform(AddTakes((take,), 0), {take.asset_sha256: _data(number)}).result()
        voice = hashlib.sha256(b"voice").hexdigest()
        document.perform(SetPanelState("face", f'{{"voice":"{voice}"}}'), {voice: b"voice"}).result()
        document.perform(SetPanelState("scene", '{"scene":{}}')).result()
        document.perform(AddTakes((Take("gone", "music", "Gone", False, "score", voice, "{}"),))).result()
        document.perform(RemoveTake("gone")).result()
        document.perform(SetTitle("Song")).result()
        font = hashlib.sha256(b"font").hexdigest()
        document.keep({font: b"font"}, [Medium("soundfont", "piano.sf2", font)]).result()
        document.close()
        return document.path.read_bytes()


def _rescued(path: Path, folder: Path) -> tuple[Document, Rescued]:
    before = path.read_bytes()
    document, told = rescue(path, None, folder)
    assert path.read_bytes() == before
    assert [file for file in folder.iterdir() if file.name.startswith(".rescue")] == []
    return document, told


def _check(document: Document, told: Rescued) -> None:
    """All that was saved is as it was, and in its order; all is accounted for."""
    assert document.is_untitled
    takes = document.state.takes
    assert len(takes) == told.takes
    expected = {str(number): _take(number) for number in range(TAKES)}
    assert [take.id for take in takes] == sorted((take.id for take in takes), key=int, reverse=True)
    for take in takes:
        assert take == expected[take.id]
        assert document.asset(take.asset_sha256) == _data(int(take.id))
    assert {take.id for take in takes}.isdisjoint(take.id for take in told.lost)
    document.undo().result()
    assert document.state.takes == ()
    assert document.redo().result().takes == takes


def test_a_whole_project_is_saved_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(_good())
    document, told = _rescued(path, tmp_path / "recovery")
    _check(document, told)
    assert (told.takes, told.lost, told.panels) == (TAKES, (), ("face", "scene"))
    assert (document.state.title, document.state.panel_states["scene"]) == ("Song", '{"scene":{}}')
    assert document.asset(hashlib.sha256(b"voice").hexdigest()) == b"voice"
    assert [(medium.kind, medium.name) for medium in document.media()] == [("soundfont", "piano.sf2")]
    document.close()


def test_the_rescued_project_can_be_given_a_file(tmp_path: Path) -> None:
    (tmp_path / "song.affect").write_bytes(_good()[:-5000])
    document, told = rescue(tmp_path / "song.affect", tmp_path / "new.affect", tmp_path)
    assert (document.path, document.is_untitled) == (tmp_path / "new.affect", False)
    document.close()
    again = Document.open(tmp_path / "new.affect")
    assert len(again.state.takes) == told.takes
    again.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["new.affect", "song.affect"]


def test_a_project_whose_beginning_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(bytes(4096) + _good()[4096:])
    document, told = _rescued(path, tmp_path)
    _check(document, told)
    assert told.takes == TAKES
    document.close()


def test_a_take_with_a_wrong_hash_is_told_with_its_request(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(_good())
    connection = sqlite3.connect(path)
    asset = connection.execute("SELECT id FROM asset WHERE sha256 = ?", (_take(5).asset_sha256,)).fetchone()
    connection.execute("UPDATE chunk SET data = zeroblob(length(data)) WHERE asset = ?", asset)
    connection.execute("UPDATE take SET facts = '{' WHERE id = '7'")
    connection.commit()
    connection.close()
    document, told = _rescued(path, tmp_path)
    assert told.takes == TAKES - 1
    assert [(take.name, take.request) for take in told.lost] == [("Dawn 5", '{"bars":16,"seed":5}')]
    assert document.state.take("7").facts == {}
    document.close()


def test_what_a_crash_left_beside_the_file_counts(tmp_path: Path) -> None:
    (tmp_path / "live.affect").write_bytes(_good())
    live = Document.open(tmp_path / "live.affect")
    data = b"the newest"
    take = Take("new", "music", "Newest", False, "score", hashlib.sha256(data).hexdigest(), "{}")
    live.perform(AddTakes((take,)), {take.asset_sha256: data}).result()
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"live.affect{suffix}", tmp_path / f"song.affect{suffix}")
    with pytest.raises(DocumentInUse):
        rescue(tmp_path / "live.affect", None, tmp_path / "recovery")
    live.close()
    document, told = rescue(tmp_path / "song.affect", None, tmp_path / "recovery")
    assert told.takes == TAKES + 1
    assert document.state.takes[-1].name == "Newest"
    document.close()
    assert (tmp_path / "song.affect-wal").exists()


@pytest.mark.parametrize("content", [b"", b"x" * 5000, bytes(100_000), b"SQLite format 3\0" + bytes(9000)])
def test_where_nothing_is_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(content)
    with pytest.raises(DocumentDamaged, match="open a copy"):
        rescue(path, None, tmp_path / "recovery")
    assert list((tmp_path / "recovery").iterdir()) == []
    with pytest.raises(NotADocument):
        rescue(tmp_path / "missing.affect", None, tmp_path / "recovery")


def test_a_rescue_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(_good())

    def cancel(done: float, _total: float, note: str = "") -> None:
        if done > 3:
            raise Cancelled(note)

    for target in (None, tmp_path / "new.affect"):
        with pytest.raises(Cancelled):
            rescue(path, target, tmp_path / "recovery", cancel)
    assert list((tmp_path / "recovery").iterdir()) == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["recovery", "song.affect"]


@settings(max_examples=15, deadline=None)
@given(st.floats(0.02, 1))
def test_cut_anywhere(part: float) -> None:
    content = _good()[: int(part * len(_good()))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.affect"
        path.write_bytes(content)
        try:
            document, told = rescue(path, None, Path(folder) / "recovery")
        except DocumentDamaged:
            assert part < 0.2  # so little that not even the first takes are in it
            return
        _check(document, told)
        document.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=12))
def test_flipped_bits_lose_no_more_than_they_hit(flips: list[tuple[float, int]]) -> None:
    content = bytearray(_good())
    for place, bit in flips:
        content[int(place**3 * len(content))] ^= 1 << bit
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.affect"
        path.write_bytes(content)
        try:
            document, _told = rescue(path, None, Path(folder) / "recovery")
        except DocumentError:
            return
        # a flip may change a name; whatever has bytes has the right ones
        for take in document.state.takes:
            assert hashlib.sha256(document.asset(take.asset_sha256)).hexdigest() == take.asset_sha256
        assert len(document.state.takes) >= TAKES - 3 * len(flips)
        document.close()
