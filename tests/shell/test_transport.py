"""Loops, levels, tempo, two takes compared, metronome, markers and outputs, by the hand on the window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from test_midi_out import FakePort
from window_hands import Ears, Studio, clicks

from generators import artifacts
from generators.artifacts import Marker, Score, Track
from generators.engine.fake_script import Give, play_growing, score_for
from generators.errors import BadInput, MissingDependency
from generators.music.passage import synthesise_tracks
from generators.music.request import ComposeRequest, SynthesiseRequest
from generators.music.synth import synthesise
from studio.panels.music.compare import Compare, place_in
from studio.panels.music.seen import timeline_of


def trio(request: ComposeRequest) -> Score:
    """The score of the fake engine for three instruments, with markers."""
    score = score_for(request)
    tracks = (Track("Violin", 40), Track("Viola", 41), Track("Cello", 42))
    markers = (Marker(0, "calm"), Marker(4 * 1920, "tense"), Marker(9 * 1920, "calm again"))
    return artifacts.replace(score, tracks=tracks, track=np.arange(score.note_count) % 3, markers=markers)


def play_trio(request: object, inputs: object) -> object:
    if isinstance(request, ComposeRequest):
        yield Give(trio(request))
    else:
        yield from play_growing(request, inputs)


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    studio = open_studio(ears=Ears(manual=True))
    studio.engine.script = play_trio
    studio.window.resize(1440, 900)
    return studio


def until(studio: Studio, ready: Callable[[], bool]) -> None:
    def again() -> bool:
        studio.engine.run()
        return ready()

    studio.until(again)


def make_audible(studio: Studio, count: int = 1) -> None:
    studio.make(count)
    until(studio, lambda: studio.shell.playback.sounding is not None)


def sounds(studio: Studio) -> list[SynthesiseRequest]:
    return [request for request, _, _ in studio.engine.submitted if isinstance(request, SynthesiseRequest)]


def shown(studio: Studio) -> Score:
    score = studio.music.timeline.score
    assert score is not None
    return score


# -- loops -------------------------------------------------------------------------------------------------------------


def test_a_drag_on_the_ruler_loops_whole_bars_and_a_double_click_all(studio: Studio) -> None:
    make_audible(studio)
    studio.window.show()
    overview, playback = studio.window.overview, studio.shell.playback
    bars_s = studio.music.timeline.bars_s
    from_x = round(overview.x_of(float(bars_s[4]) + 0.4))
    to_x = round(overview.x_of(float(bars_s[6]) + 0.4))
    studio.qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(from_x, 8))
    studio.qtbot.mouseMove(overview, QPoint(from_x + 20, 8))
    studio.qtbot.mouseMove(overview, QPoint(to_x, 8))
    studio.qtbot.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(to_x, 8))
    assert playback.loop_range_s == (pytest.approx(bars_s[4]), pytest.approx(bars_s[7]))
    assert playback.loop
    assert studio.window.transport.loop_button.isChecked()
    assert overview.range_s == playback.loop_range_s
    playback.seek(float(bars_s[6]))
    playback.play()
    ears = studio.ears
    ears.pull(round((bars_s[7] - bars_s[6]) * 44_100))
    assert ears.mixer.position_s == pytest.approx(bars_s[4], abs=0.001)
    studio.qtbot.mouseDClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(to_x, 8))
    assert playback.loop_range_s == (0.0, pytest.approx(playback.length_s))
    assert overview.range_s is None


def test_a_click_on_the_ruler_seeks_and_bars_of_the_roll_are_looped(studio: Studio) -> None:
    make_audible(studio)
    studio.window.show()
    overview, playback = studio.window.overview, studio.shell.playback
    studio.qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(round(overview.x_of(10.0)), 8))
    assert playback.position_s == pytest.approx(10.0, abs=0.05)
    bars_s = studio.music.timeline.bars_s
    studio.music.listening.loop_bars(2, 4)
    assert playback.loop_range_s == (pytest.approx(bars_s[2]), pytest.approx(bars_s[4]))
    assert not playback.loop
    studio.music.listening.loop_bars(0, 0)
    assert playback.loop_range_s == (0.0, pytest.approx(playback.length_s))


def test_another_take_has_a_loop_of_its_own(studio: Studio) -> None:
    make_audible(studio, 2)
    playback = studio.shell.playback
    playback.set_loop_range(1.0, 2.0)
    studio.music.select(studio.project.state.takes[1].id)
    studio.until(lambda: playback.key == studio.project.state.takes[1].asset_sha256)
    assert playback.loop_range_s == (0.0, pytest.approx(playback.length_s))
    assert studio.window.overview.range_s is None


# -- tracks ------------------------------------------------------------------------------------------------------------


def test_mute_solo_and_volume_are_heard_within_a_moment(studio: Studio) -> None:
    make_audible(studio)
    rows, ears = studio.window.bottom.tracks.rows, studio.ears
    assert [row.lane.name for row in rows] == ["Violin", "Viola", "Cello"]
    score = shown(studio)
    stems = [synthesise_tracks(score, (track,)).samples for track in range(3)]
    sounding = studio.shell.playback.sounding
    assert sounding is not None
    studio.shell.playback.play()
    ears.pull(50_000)
    rows[1].solo.click()
    until(studio, lambda: sounding.reading.gain == 0.0)
    ears.pull(50_000)
    assert np.abs(ears.samples[:50_000] - synthesise(score).samples[:50_000]).max() < 1e-6
    assert np.abs(ears.samples[51_000:] - stems[1][51_000:100_000]).max() < 1e-3
    rows[1].solo.click()
    rows[1].mute.click()
    ears.pull(20_000)
    assert np.abs(ears.samples[101_000:] - (stems[0] + stems[2])[101_000:120_000]).max() < 1e-3
    rows[1].mute.click()
    rows[2].slider.setValue(50)
    until(studio, lambda: bool(sounding.reading.stems) and sounding.missing_stems({0: 1.0, 1: 1.0, 2: 0.5}) == [])
    ears.pull(20_000)
    assert np.abs(ears.samples[121_000:] - (stems[0] + stems[1] + stems[2] / 2)[121_000:140_000]).max() < 1e-3
    whole = np.sum(stems, axis=0)
    assert not clicks(ears, 50_000, whole, stems[1])
    assert not clicks(ears, 100_000, whole, *stems)
    assert not clicks(ears, 120_000, whole, *stems)
    assert [request.tracks for request in sounds(studio)] == [(), (1,), (2,)]
    assert ears.started == [(0.0, None)]


def test_one_instrument_needs_no_strip(studio: Studio) -> None:
    studio.engine.script = play_growing
    studio.make(1)
    studio.window.show()
    assert studio.window.bottom.tracks.isHidden()


def test_levels_of_a_take_hold_for_the_next_with_the_same_instruments(studio: Studio) -> None:
    make_audible(studio, 2)
    studio.window.bottom.tracks.rows[0].mute.click()
    studio.music.select(studio.project.state.takes[1].id)
    second = studio.project.state.takes[1].asset_sha256
    until(studio, lambda: studio.shell.playback.sounding is not None and studio.shell.playback.key == second)
    sounding = studio.shell.playback.sounding
    assert sounding is not None
    assert sounding.key == second
    assert sounding.reading.gain == 1.0
    assert len(sounding.reading.stems) == 1


# -- tempo -------------------------------------------------------------------------------------------------------------


def test_another_tempo_goes_on_at_the_same_place_in_the_bar(studio: Studio) -> None:
    make_audible(studio)
    playback, ears = studio.shell.playback, studio.ears
    before = studio.project.state.takes
    playback.play()
    ears.pull(3 * 44_100)
    studio.window.transport.tempo_slider.setValue(200)
    until(studio, lambda: playback.sounding is not None and playback.sounding.rate == 2.0)
    assert ears.mixer.position_s == pytest.approx(3.0, abs=1e-3)
    ears.pull(44_100)
    assert ears.mixer.position_s == pytest.approx(5.0, abs=1e-3)
    fast = synthesise(artifacts.replace(shown(studio), tempo_bpm=shown(studio).tempo_bpm * 2)).samples
    heard = ears.samples[3 * 44_100 + 400 :]
    assert np.abs(heard - fast[round(1.5 * 44_100) + 400 :][: len(heard)]).max() < 1e-6
    assert "200 %" in studio.window.transport.tempo_button.text()
    assert studio.project.state.takes == before
    assert ears.started == [(0.0, None)]
    studio.window.transport.tempo_slider.setValue(100)
    assert "%" not in studio.window.transport.tempo_button.text()


# -- A and B -----------------------------------------------------------------------------------------------------------


def test_places_are_the_same_bar_and_part_of_it() -> None:
    slow = timeline_of("a", score_for(ComposeRequest(bars=8, tempo_bpm=60)))
    fast = timeline_of("b", score_for(ComposeRequest(bars=4, tempo_bpm=120)))
    assert place_in(4.0 * 2 + 1.0, slow, fast) == pytest.approx(2.0 * 2 + 0.5)
    assert place_in(4.0 * 5 + 2.0, slow, fast) == pytest.approx(2.0 * 1 + 1.0)
    assert place_in(3.0, slow, slow) == pytest.approx(3.0)


def test_one_key_switches_between_two_takes_without_stopping(studio: Studio) -> None:
    make_audible(studio, 2)
    first, second = studio.project.state.takes
    playback, ears, transport = studio.shell.playback, studio.ears, studio.window.transport
    transport.compare_buttons["A"].click()
    studio.music.listening.compare.mark("B", second.id)
    assert transport.compare_buttons["A"].isChecked()
    assert "happy 2" in transport.compare_buttons["B"].toolTip()
    before = synthesise(shown(studio)).samples
    playback.play()
    ears.pull(3 * 44_100)
    transport.compare_buttons["B"].click()
    until(studio, lambda: playback.key == second.asset_sha256)
    assert studio.music.shown == second.id
    assert transport.compare_buttons["B"].isChecked()
    assert ears.mixer.position_s == pytest.approx(3.0, abs=1e-3)
    ears.pull(44_100)
    exact = synthesise(shown(studio)).samples
    assert not clicks(ears, 3 * 44_100, before, exact)
    assert np.abs(ears.samples[3 * 44_100 + 400 :] - exact[3 * 44_100 + 400 : 4 * 44_100]).max() < 1e-6
    next(action for action in studio.music.actions() if action.shortcut().toString() == "X").trigger()
    until(studio, lambda: playback.key == first.asset_sha256)
    assert ears.mixer.position_s == pytest.approx(4.0, abs=1e-3)
    assert ears.started == [(0.0, None)]
    assert playback.playing


def test_a_letter_is_given_and_forgotten_with_its_take(studio: Studio) -> None:
    make_audible(studio, 2)
    first, second = studio.project.state.takes
    studio.music.compare("")
    assert "Make one take A" in studio.message
    studio.music.compare("A")
    studio.music.select(second.id)
    studio.until(lambda: studio.music.timeline.key == second.asset_sha256)
    studio.music.compare("")
    studio.until(lambda: studio.music.timeline.key == first.asset_sha256)
    assert studio.music.listening.compare.takes == {"A": first.id, "B": second.id}
    studio.music.remove(second.id)
    studio.until(lambda: studio.music.listening.compare.takes == {"A": first.id})


def test_a_take_is_never_both() -> None:
    compare = Compare()
    compare.mark("A", "one")
    compare.mark("B", "one")
    assert compare.takes == {"B": "one"}


# -- metronome, markers, keys ------------------------------------------------------------------------------------------


def test_the_metronome_is_heard_and_remembered(studio: Studio) -> None:
    make_audible(studio)
    studio.qtbot.keyClick(studio.window, Qt.Key.Key_C)
    assert studio.window.transport.metronome_button.isChecked()
    assert studio.shell.preferences.now().metronome
    studio.shell.playback.play()
    heard = studio.ears.pull(44_100)
    clicks = np.abs(heard - synthesise(shown(studio)).samples[:44_100]).max(axis=1) > 0.01
    beat = round(60 / float(shown(studio).tempo_bpm[0]) * 44_100)
    assert clicks[5:200].any()
    assert clicks[beat + 5 : beat + 200].any()
    assert not clicks[2_000 : beat - 5].any()
    studio.window.transport.metronome_button.click()
    assert not studio.shell.preferences.now().metronome


def test_markers_are_shown_and_jumped_to(studio: Studio) -> None:
    make_audible(studio)
    studio.window.show()
    overview, playback = studio.window.overview, studio.shell.playback
    bars_s = studio.music.timeline.bars_s
    assert [text for _, text in overview.markers] == ["calm", "tense", "calm again"]
    flag = overview._flag(*overview.markers[1]).center().toPoint()
    studio.qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, pos=flag)
    assert playback.position_s == pytest.approx(bars_s[4])
    actions = {action.text(): action for _, section in studio.window.menus.sections for action in section}
    actions["Next marker"].trigger()
    assert playback.position_s == pytest.approx(bars_s[9])
    actions["Next marker"].trigger()
    assert playback.position_s == pytest.approx(bars_s[9])
    actions["Marker before"].trigger()
    assert playback.position_s == pytest.approx(bars_s[4])


def test_every_command_of_the_transport_is_in_the_sheet(studio: Studio) -> None:
    told = {what for _, keys in studio.window.menus.shortcuts() for _, what in keys}
    assert {"Metronome", "Slower", "Faster", "Next marker", "Switch between A and B", "Mark the take as A"} <= told
    keys = [key for _, section in studio.window.menus.shortcuts() for key, _ in section]
    assert len(keys) == len(set(keys)) or sorted(keys).count("S") == 1


# -- outputs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def port(studio: Studio) -> FakePort:
    port = FakePort()
    studio.window.midi._names = lambda: ("Synth", "Organ")
    studio.window.midi._open = lambda name: port
    return port


def menu_of(studio: Studio) -> dict[str, object]:
    menu = QMenu()
    studio.window.midi.fill(menu)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_notes_go_to_the_chosen_port_which_is_remembered(studio: Studio, port: FakePort) -> None:
    make_audible(studio)
    studio.window.midi.choose("Organ")
    studio.until(lambda: studio.shell.playback.midi is not None)
    assert studio.shell.preferences.now().midi_port == "Organ"
    assert studio.window.transport.output.text().startswith("Organ")
    assert not studio.window.transport.volume.isEnabled()
    studio.shell.playback.play()
    studio.until(lambda: len(port.hanging()) > 0)
    assert studio.ears.started == []
    studio.until(lambda: studio.shell.playback.position_s > 0.1)
    studio.shell.playback.pause()
    assert port.hanging() == set()
    studio.window.midi.choose("")
    assert port.closed
    assert studio.shell.playback.midi is None
    assert studio.shell.preferences.now().midi_port == ""
    studio.shell.playback.play()
    assert len(studio.ears.started) == 1


def test_a_port_that_is_gone_is_told_and_stays_remembered(studio: Studio, port: FakePort) -> None:
    studio.shell.preferences.remember(midi_port="Organ")

    def gone(name: str) -> FakePort:
        raise BadInput(f"The MIDI port “{name}” is not there: connect it, or choose another one.")

    studio.window.midi._open = gone
    studio.window.midi.restore()
    studio.until(lambda: "Organ" in studio.message)
    assert "heard as sound" in studio.message
    assert studio.shell.preferences.now().midi_port == "Organ"
    assert studio.window.transport.output.text().startswith("Sound")


def test_a_port_that_fails_while_it_plays_goes_back_to_sound(studio: Studio, port: FakePort) -> None:
    make_audible(studio)
    studio.window.midi.choose("Synth")
    studio.until(lambda: studio.shell.playback.midi is not None)
    port.broken = True
    studio.shell.playback.play()
    studio.until(lambda: studio.shell.playback.midi is None)
    assert "unplugged" in studio.message


def test_the_menu_says_what_is_missing(studio: Studio, port: FakePort) -> None:
    assert set(menu_of(studio)) == {"Sound", "Synth", "Organ", "End all notes (panic)"}

    def missing() -> tuple[str, ...]:
        raise MissingDependency("MIDI out needs python-rtmidi: install affect-studio[midi].")

    studio.window.midi._names = missing
    assert "MIDI out needs python-rtmidi: install affect-studio[midi]." in menu_of(studio)
    studio.window.midi._names = lambda: ()
    assert any(text.startswith("No MIDI port") for text in menu_of(studio))


def test_a_take_grows_on_a_midi_port_too(studio: Studio, port: FakePort) -> None:
    studio.shell.preferences.remember(auto_play=True)
    studio.engine.script = play_growing
    studio.window.midi.choose("Organ")
    studio.until(lambda: studio.shell.playback.midi is not None)
    studio.music.generate(1)

    def step() -> bool:
        studio.engine.step()
        return len(port.hanging()) > 0

    studio.until(step)
    assert studio.shell.playback.growing
    assert sounds(studio) == []
    until(studio, lambda: len(studio.names) == 1 and not studio.shell.playback.growing)
    assert studio.shell.playback.playing
    studio.shell.playback.pause()
    assert port.hanging() == set()
