from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from window_hands import Ears, Studio

from generators.affect import AffectPoint
from generators.engine.engine import Lane
from generators.engine.fake_script import Die, Refuse, Say, play
from generators.engine.requests import ExportRequest, decode_request
from generators.errors import BadRequest, DiskFull
from generators.music.request import ComposeRequest, SynthesiseRequest


def test_generate_gives_takes_and_shows_the_first(studio: Studio) -> None:
    studio.make(3)
    music = studio.music
    assert studio.names == ["happy 1", "happy 2", "happy 3"]
    assert music.shown == studio.project.state.takes[0].id
    assert music.timeline.score is not None
    assert [row.id for row in music.right.takes.rows] == [take.id for take in studio.project.state.takes]
    seeds = [decode_request(take.request).seed for take in studio.project.state.takes]
    assert seeds == [seeds[0], seeds[0] + 1, seeds[0] + 2]
    assert len(studio.engine.released) >= 3


def test_a_new_take_does_not_interrupt_listening(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(available=False))
    studio.make(1)
    heard = studio.music.shown
    studio.shell.playback.play()
    studio.make(2)
    assert studio.music.shown == heard
    assert studio.shell.playback.playing
    studio.shell.playback.pause()
    studio.make(1)
    assert studio.music.shown == studio.project.state.takes[-1].id


def test_takes_are_shown_while_they_are_made(studio: Studio) -> None:
    studio.engine.script = lambda request, inputs: [Say(5, 16, "bar 5 of 16"), *play(request, inputs)]
    studio.music.generate(2)
    assert [row.busy for row in studio.music.right.takes.rows] == [0.0, 0.0]
    studio.engine.step()
    studio.engine.step()
    studio.until(lambda: (studio.music.right.takes.rows[0].busy or 0) > 0)
    assert "bar" in studio.music.middle.progress.note.text()
    assert len(studio.window.status.jobs.rows) == 2
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 2 and not studio.music.composing.pending)
    assert all(row.busy is None for row in studio.music.right.takes.rows)
    assert studio.window.status.jobs.rows == ()


def test_an_open_seed_is_drawn_anew_and_a_locked_one_kept(studio: Studio) -> None:
    studio.make(1)
    studio.music.middle.lock.click()
    studio.settle()
    seed = studio.music.left.ask.seed
    studio.make(1)
    studio.make(1)
    seeds = [decode_request(take.request).seed for take in studio.project.state.takes]
    assert seeds[1:] == [seed, seed]
    assert studio.project.state.takes[1].asset_sha256 == studio.project.state.takes[2].asset_sha256


def test_select_shows_the_other_take(studio: Studio) -> None:
    studio.make(2)
    second = studio.project.state.takes[1]
    studio.music.right.takes.view.setCurrentIndex(studio.music.right.takes.model.index(1))
    studio.until(lambda: studio.music.timeline.key == second.asset_sha256)
    assert studio.music.middle.roll.score is studio.music.timeline.score


def test_star_rename_remove_and_undo(studio: Studio) -> None:
    studio.make(2)
    first, second = studio.project.state.takes
    studio.music.star(first.id, True)
    studio.music.rename(second.id, "  bright walk ")
    studio.settle()
    assert studio.project.state.takes[0].starred
    assert studio.names == ["happy 1", "bright walk"]
    assert studio.window.menus.undo.text() == "Undo rename “happy 2”"
    studio.music.remove(first.id)
    studio.until(lambda: studio.names == ["bright walk"])
    studio.until(lambda: studio.music.shown == second.id)
    for expected in (["happy 1", "bright walk"], ["happy 1", "happy 2"]):
        studio.window.menus.undo.trigger()
        studio.until(lambda expected=expected: studio.names == expected)
    studio.window.menus.redo.trigger()
    studio.until(lambda: studio.names == ["happy 1", "bright walk"])


def test_an_empty_name_is_not_taken(studio: Studio) -> None:
    studio.make(1)
    studio.music.rename(studio.project.state.takes[0].id, "   ")
    studio.settle()
    assert studio.names == ["happy 1"]


def test_undo_brings_back_what_was_asked(studio: Studio) -> None:
    before = studio.music.left.ask
    studio.music.left.pad.setFocus()
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Left)
    studio.settle()
    assert studio.music.left.ask.affect.valence < before.affect.valence
    saved = json.loads(studio.project.state.panel_states["music"])
    assert saved["affect"]["valence"] == studio.music.left.ask.affect.valence
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.music.left.ask == before)
    assert studio.music.left.pad.point == before.affect


def test_sliders_ask_and_are_freed(studio: Studio) -> None:
    slider = studio.music.left.sliders["register"]
    slider.set_asked(72.0)
    slider.askedCommitted.emit(72.0)
    studio.music.left.sliders["tempo"].askedCommitted.emit(90.0)
    request = studio.music.current_request()
    assert isinstance(request, ComposeRequest)
    assert request.attributes == {"register": 72.0}
    assert request.tempo_bpm == 90.0
    slider.askedCommitted.emit(None)
    request = studio.music.current_request()
    assert isinstance(request, ComposeRequest)
    assert request.attributes == {}


def test_measured_marks_and_facts_follow_the_take(studio: Studio) -> None:
    studio.make(1)
    measured = studio.music.left.sliders["tempo"]._measured
    assert measured is not None
    assert abs(measured - studio.music.timeline.tempo_bpm) < 0.5
    shown = {name.text(): value.text() for name, value in studio.music.right._rows.labels if name.text()}
    assert shown["length"].startswith("16 bars")
    assert shown["seed"] == str(studio.music.left.ask.seed)


def test_ask_like_takes_the_controls_back(studio: Studio) -> None:
    studio.make(1)
    first = studio.music.left.ask
    studio.music.left.pad.pointCommitted.emit(AffectPoint(-0.7, -0.4, 0.0))
    studio.settle()
    studio.music.ask_like(studio.project.state.takes[0].id)
    assert studio.music.left.ask.affect == first.affect
    assert studio.music.left.ask.seed_locked


def test_cancel_ends_what_waits_and_what_runs(studio: Studio) -> None:
    studio.music.generate(3)
    studio.engine.step()
    studio.qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending)
    assert studio.names == []
    assert studio.message == ""
    studio.make(1)
    assert studio.names == ["happy 1"]


def test_a_dead_worker_is_told_and_the_take_runs_again(studio: Studio) -> None:
    studio.engine.script = lambda request, inputs: [Say(3, 16, "bar 3 of 16"), Die()]
    studio.music.generate(1)
    studio.engine.run()
    studio.until(lambda: "The engine stopped and was started again" in studio.message)
    assert studio.window.isEnabled()
    studio.engine.script = play
    studio.window.strip._action.click()
    studio.engine.run()
    studio.until(lambda: studio.names == ["happy 1"])


def test_a_refusal_of_the_engine_is_shown(studio: Studio) -> None:
    sentence = "The model has no such key: choose another."
    studio.engine.script = lambda request, inputs: [Refuse(BadRequest(sentence))]
    studio.music.generate(1)
    studio.engine.run()
    studio.until(lambda: studio.message == sentence)
    assert studio.names == []


def test_export_writes_the_file_and_remembers_the_folder(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    target = tmp_path / "out" / "walk.mid"
    target.parent.mkdir()
    studio.answers.path = target
    choice = next(choice for choice in studio.music.exports() if choice.suffix == ".mid")
    studio.music.export(choice)
    studio.until(lambda: any(isinstance(request, ExportRequest) for request, _, _ in studio.engine.submitted))
    studio.engine.run()
    studio.until(target.exists)
    studio.until(lambda: "walk.mid was written" in studio.message)
    assert target.read_bytes()[:4] == b"MThd"
    assert studio.shell.preferences.now().last_folder == str(target.parent)
    studio.music.export(choice)
    assert studio.answers.proposed == target.parent / "happy 1.mid"


def test_stems_go_into_a_folder(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.answers.path = tmp_path / "walk stems"
    choice = next(choice for choice in studio.music.exports() if choice.key == "stems-midi")
    assert choice.suffix == " stems"
    studio.music.export(choice)
    assert studio.answers.proposed.name == "happy 1 stems"
    studio.until(lambda: any(isinstance(request, ExportRequest) for request, _, _ in studio.engine.submitted))
    studio.engine.run()
    studio.until(lambda: "walk stems was written" in studio.message)
    (file,) = (tmp_path / "walk stems").iterdir()
    assert file.name == "01 Piano.mid"
    assert file.read_bytes()[:4] == b"MThd"


def test_a_refused_export_is_told_and_the_take_stays(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.answers.path = tmp_path / "full.mid"
    studio.engine.script = lambda request, inputs: [Refuse(DiskFull("The disk is full: free some space."))]
    studio.music.export(studio.music.exports()[0])
    studio.until(lambda: any(isinstance(request, ExportRequest) for request, _, _ in studio.engine.submitted))
    studio.engine.run()
    studio.until(lambda: studio.message == "The disk is full: free some space.")
    assert studio.names == ["happy 1"]


def test_a_take_is_dragged_out_as_midi(studio: Studio) -> None:
    studio.make(1)
    mime = studio.music.right.takes.mime_for
    assert mime is not None
    data = mime(studio.project.state.takes[0].id)
    assert data is not None
    path = Path(data.urls()[0].toLocalFile())
    assert path.name == "happy 1.mid"
    assert path.read_bytes()[:4] == b"MThd"
    assert mime("unknown") is None


def test_the_request_is_copied_as_text(studio: Studio) -> None:
    studio.make(1)
    studio.music.right.copy.trigger()
    assert decode_request(QGuiApplication.clipboard().text()) == decode_request(studio.project.state.takes[0].request)


def test_the_sound_of_a_take_is_made_once_and_kept(studio: Studio) -> None:
    studio.make(2)
    first, second = studio.project.state.takes
    playback = studio.shell.playback

    def sounds() -> list[SynthesiseRequest]:
        return [request for request, lane, _ in studio.engine.submitted if lane is Lane.PREVIEW]

    studio.until(lambda: len(sounds()) >= 1)
    studio.engine.run()
    studio.until(lambda: not playback.wants_sound)
    playback.play()
    assert studio.ears.sounding is not None
    studio.music.select(second.id)
    studio.until(lambda: playback.key == second.asset_sha256)
    studio.until(lambda: len(sounds()) == 2)
    studio.engine.run()
    studio.until(lambda: not playback.wants_sound)
    studio.music.select(first.id)
    studio.until(lambda: playback.key == first.asset_sha256)
    assert not playback.wants_sound
    assert len(sounds()) == 2
    playback.pause()


def test_without_a_device_nothing_is_synthesised_and_it_says_so(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(available=False))
    studio.make(1)
    studio.shell.playback.play()
    assert studio.shell.playback.playing
    assert "silently" in studio.window.transport._note.text()
    assert all(lane is Lane.TAKE for _, lane, _ in studio.engine.submitted)
    studio.shell.playback.pause()


def test_the_menu_of_a_take_offers_its_ways(studio: Studio) -> None:
    studio.make(1)
    identity = studio.project.state.takes[0].id
    menu = studio.music.menu_of(identity)
    ways = {action.text(): action for action in menu.actions() if action.text()}
    assert {"Play", "Ask like this", "Star", "Rename", "Remove"} <= set(ways)
    assert any(title.startswith("Export MIDI") for title in ways)
    ways["Star"].trigger()
    studio.until(lambda: studio.project.state.takes[0].starred)
    assert "Unstar" in [action.text() for action in studio.music.menu_of(identity).actions()]


def test_another_project_ends_what_was_being_made_for_the_first(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.music.generate(2)
    studio.shell.files.new()
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending)
    studio.settle()
    assert studio.names == []
    assert studio.music.timeline.score is None
    assert "is kept" in studio.message
    studio.window.strip._action.click()
    studio.until(lambda: studio.names == ["happy 1"])
