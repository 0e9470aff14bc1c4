"""MIDI files that are opened or dropped become takes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from window_hands import Studio

from generators.artifacts import Marker, Score, Track, unpack
from generators.engine.requests import encode_request
from generators.music.midi import write_midi
from generators.music.request import ComposeRequest
from studio.panels.music.importing import MAX_FILES, FreeNames, open_files
from studio.panels.music.output import facts_of
from studio.widgets.note_editing import NOTE_FIELDS


def _song() -> Score:
    return Score(
        [0, 480, 1920],
        [480, 480, 960],
        [60, 64, 48],
        [80, 90, 70],
        [0, 0, 1],
        (Track("Lead", 73), Track("Bass", 32)),
        tempo_tick=np.array([0, 960]),
        tempo_bpm=np.array([120.0, 90.0]),
        metre_tick=np.array([0]),
        metre=np.array([[3, 4]]),
        key_tick=np.array([0]),
        key=np.array([[2, 0]]),
        markers=(Marker(0, "verse"), Marker(1440, "chorus")),
        length=2880,
        title="My song",
    )


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "my song.mid"
    path.write_bytes(write_midi(_song()))
    return path


def _drop(studio: Studio, paths: list[Path]) -> bool:
    """Drag files over the window and let go; whether the window would take them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    kept = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(300, 300), *kept)
    enter.ignore()
    studio.window.dragEnterEvent(enter)
    if not enter.isAccepted():
        return False
    drop = QDropEvent(QPointF(300, 300), *kept)
    drop.ignore()
    studio.window.dropEvent(drop)  # what is refused is followed too, so that the refusal can be said
    return drop.isAccepted()


def test_a_dropped_file_becomes_a_take_with_all_that_it_holds(studio: Studio, song: Path) -> None:
    assert _drop(studio, [song])
    studio.until(lambda: studio.names == ["my song"])
    studio.until(lambda: studio.music.timeline.score is not None)
    take = studio.project.state.takes[0]
    assert take.facts["source"] == "my song.mid"
    stored, expected = unpack(studio.project.document.asset(take.asset_sha256)), _song()
    assert isinstance(stored, Score)
    for name in (*NOTE_FIELDS, "tempo_tick", "metre_tick", "metre", "key_tick", "key"):
        assert np.array_equal(getattr(stored, name), getattr(expected, name)), name
    assert stored.tempo_bpm == pytest.approx(expected.tempo_bpm)
    assert stored.markers == expected.markers
    assert [track.name for track in stored.tracks] == ["Lead", "Bass"]
    shown = {name.text(): value.text() for name, value in studio.music.right._rows.labels if name.text()}
    assert shown["from"] == "my song.mid"
    assert "seed" not in shown
    assert studio.window.menus.undo.text() == "Undo add “my song”"
    assert "“my song” is in the list" in studio.message


def test_several_files_are_one_step_and_a_bad_one_keeps_none_back(studio: Studio, song: Path, tmp_path: Path) -> None:
    noise = tmp_path / "noise.mid"
    noise.write_bytes(bytes(range(256)) * 10)
    empty = tmp_path / "empty.mid"
    empty.write_bytes(b"")
    other = tmp_path / "other.MIDI"
    other.write_bytes(song.read_bytes())
    notes = tmp_path / "notes.txt"
    notes.write_text("no music")
    assert _drop(studio, [noise, song, empty, other, song, notes])
    studio.until(lambda: studio.names == ["my song", "other", "my song 2"])
    studio.until(lambda: "noise.mid" in studio.message)
    assert "empty.mid is empty" in studio.message
    assert "notes.txt" in studio.message
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.names == [])
    studio.window.menus.redo.trigger()
    studio.until(lambda: len(studio.names) == 3)


def test_a_file_that_is_no_music_changes_nothing(studio: Studio, tmp_path: Path) -> None:
    gone = tmp_path / "gone.mid"
    studio.music.importing.open([gone])
    studio.until(lambda: "gone.mid cannot be read" in studio.message)
    letter = tmp_path / "letter.rtf"
    letter.write_bytes(b"")
    assert not _drop(studio, [letter])
    large = tmp_path / "large.mid"
    with large.open("wb") as file:
        file.truncate(200 << 20)
    studio.music.importing.open([large])
    studio.until(lambda: "large.mid has 210 MB" in studio.message)
    assert studio.project.state.takes == ()


def test_the_command_asks_for_a_file(studio: Studio, song: Path) -> None:
    action = next(action for action in studio.music.actions() if action.text() == "Open MIDI…")
    studio.answers.path = None
    action.trigger()
    studio.answers.path = song
    action.trigger()
    studio.until(lambda: studio.names == ["my song"])
    assert Path(studio.shell.preferences.now().last_folder) == song.parent


def test_a_drop_in_another_room_brings_the_music_to_the_front(studio: Studio, song: Path) -> None:
    studio.shell.context.uses.show("compass")
    assert _drop(studio, [song])
    assert studio.window.panel is studio.music
    studio.until(lambda: studio.names == ["my song"])


def test_a_request_in_the_file_can_be_asked_again_but_is_no_promise(tmp_path: Path) -> None:
    text = encode_request(ComposeRequest(seed=7)).decode()
    path = tmp_path / "take.mid"
    path.write_bytes(write_midi(_song(), {"request": text}))
    opened = open_files([path], "music", FreeNames(set()))
    take = opened.takes[0]
    assert take.request == text
    facts = facts_of(take)
    assert "request" not in facts
    assert facts["composed_by_request"] == text
    assert facts["source"] == "take.mid"
    path.write_bytes(write_midi(_song(), {"request": "nonsense"}))
    assert open_files([path], "music", FreeNames(set())).takes[0].request == "{}"


def test_no_more_files_than_can_be_looked_through(song: Path) -> None:
    opened = open_files([song] * (MAX_FILES + 1), "music", FreeNames({"my song"}))
    assert len(opened.takes) == MAX_FILES
    assert len({take.name for take in opened.takes} | {"my song"}) == MAX_FILES + 1
    assert "the first 64 were opened" in opened.refused[0]


def test_an_opened_file_has_no_request_to_copy(studio: Studio, song: Path) -> None:
    _drop(studio, [song])
    studio.until(lambda: studio.names == ["my song"])
    studio.music.copy_request(studio.project.state.takes[0].id)
    assert "no request made it" in studio.message


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_name_that_is_no_text_is_kept_as_far_as_it_is(studio: Studio, song: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(song.parent) + b"/w\xfcst.mid"))
    try:
        odd.write_bytes(song.read_bytes())
    except OSError:  # this file system takes text only
        return
    studio.music.importing.open([odd, song])
    studio.until(lambda: studio.names == ["w?st", "my song"])
