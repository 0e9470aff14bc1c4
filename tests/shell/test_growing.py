"""A take is seen and heard while it is still being written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from window_hands import Ears, Studio

from generators import artifacts
from generators.artifacts import Score
from generators.engine.fake_script import Refuse, Show, play, play_growing, score_for
from generators.errors import BadRequest
from generators.music.request import ComposeRequest, SynthesiseRequest
from generators.music.synth import synthesise
from studio.panels.music.growing import Grown


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    studio = open_studio(ears=Ears(manual=True), auto_play=True)
    studio.engine.script = play_growing
    return studio


def step_until(studio: Studio, ready: Callable[[], bool]) -> None:
    """Let the engine go on step by step, and the window hear of each."""

    def again() -> bool:
        if not ready():
            studio.engine.step()
        return ready()

    studio.until(again)


def taken(studio: Studio) -> Score:
    score = artifacts.unpack(studio.project.document.asset(studio.project.state.takes[0].asset_sha256))
    assert isinstance(score, Score)
    return score


def passages(studio: Studio) -> list[SynthesiseRequest]:
    asked = [request for request, _, _ in studio.engine.submitted if isinstance(request, SynthesiseRequest)]
    return [request for request in asked if request.frames is not None]


def test_it_sounds_with_the_first_bar_and_joins_without_a_seam(studio: Studio) -> None:
    playback, ears = studio.shell.playback, studio.ears
    studio.music.generate(1)
    step_until(studio, lambda: ears.mixer is not None)
    assert playback.playing
    assert playback.growing
    assert studio.names == []
    assert len(passages(studio)) == 1
    shown = studio.music.middle.roll.score
    assert shown is not None
    assert len(shown.bar_ticks()) - 1 == 16
    assert 0 < shown.note_count <= 16
    assert studio.window.overview.duration_s == pytest.approx(shown.duration_s)
    while not studio.names:
        sounding = playback.sounding
        assert sounding is not None
        room = int(sounding.available_s * 44_100) - len(ears.samples) - 2_000
        if room > 0:
            ears.pull(min(room, 30_000))
        studio.engine.step()
        studio.qtbot.wait(5)
    step_until(studio, lambda: playback.sounding is not None and playback.sounding.reading.complete)
    assert not playback.growing
    assert playback.playing
    while len(ears.pull(100_000)):
        assert not ears.mixer.holding
    exact = synthesise(taken(studio)).samples
    assert len(ears.samples) == len(exact)
    assert np.abs(ears.samples - exact).max() < 1e-5
    assert ears.started == [(0.0, None)]
    sounds = passages(studio)
    assert len(sounds) > 4
    assert [one.frames[0] for one in sounds[1:]] == [one.frames[1] for one in sounds[:-1]]
    assert studio.music.shown == studio.project.state.takes[0].id
    assert playback.key == studio.project.state.takes[0].asset_sha256
    assert studio.music.middle.roll.score.note_count == taken(studio).note_count


def test_it_waits_at_the_bar_line_where_it_runs_dry_and_says_so(studio: Studio) -> None:
    playback, ears = studio.shell.playback, studio.ears
    studio.music.generate(1)
    step_until(studio, lambda: ears.mixer is not None)
    first_bar_s = playback.length_s
    ears.pull(round(first_bar_s * 44_100) + 20_000)
    studio.until(lambda: playback.holding)
    assert studio.window.transport._note.text() == "Still being written…"
    assert playback.position_s == pytest.approx(first_bar_s, abs=0.02)
    studio.qtbot.wait(60)
    assert playback.position_s == pytest.approx(first_bar_s, abs=0.02)
    step_until(studio, lambda: playback.length_s > first_bar_s)
    ears.pull(10_000)
    studio.until(lambda: not playback.holding and playback.position_s > first_bar_s)
    assert studio.window.transport._note.text() == ""
    heard = ears.samples
    assert np.abs(np.diff(heard, axis=0)).max() < 0.1
    studio.engine.run()


def test_cancel_keeps_nothing_and_shows_what_was_there_before(studio: Studio) -> None:
    playback = studio.shell.playback
    studio.make(1)
    step_until(studio, lambda: playback.sounding is not None and playback.sounding.reading.complete)
    playback.pause()
    before = studio.music.shown
    studio.music.generate(1)
    step_until(studio, lambda: playback.growing and playback.sounding is not None)
    studio.music.cancel()
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending and not playback.growing)
    studio.settle()
    assert len(studio.names) == 1
    assert studio.music.shown == before
    assert studio.music.right.takes.selected_id == before
    assert playback.key == studio.project.state.takes[0].asset_sha256
    assert studio.music.middle.roll.score is studio.music.timeline.score
    assert not playback.playing


def test_a_failure_halfway_is_told_and_nothing_stays_of_it(studio: Studio) -> None:
    def half(request: object, inputs: object) -> object:
        if not isinstance(request, ComposeRequest):
            yield from play_growing(request, inputs)
            return
        for step in play_growing(request, inputs):
            yield step
            if isinstance(step, Show) and len(step.artifact.bar_ticks()) > 4:
                yield Refuse(BadRequest("Out of ideas: ask for something else."))
                return

    studio.engine.script = half
    studio.music.generate(1)

    def told() -> bool:
        studio.engine.run()
        return "Out of ideas" in studio.message

    studio.until(told)
    studio.until(lambda: studio.shell.playback.key == "")
    assert studio.names == []
    assert studio.music.timeline.score is None
    assert not studio.shell.playback.playing


def test_who_chooses_another_take_meanwhile_is_left_alone(studio: Studio) -> None:
    playback = studio.shell.playback
    studio.make(1)
    first = studio.project.state.takes[0]
    studio.until(lambda: playback.key == first.asset_sha256)
    studio.music.generate(1)
    step_until(studio, lambda: studio.music.listening.growing.score is not None)
    assert studio.music.right.takes.selected_id is None
    studio.music.right.takes.view.setCurrentIndex(studio.music.right.takes.model.index(0))
    studio.until(lambda: playback.key == first.asset_sha256)
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 2)
    studio.engine.run()
    studio.settle()
    assert studio.music.shown == first.id
    assert playback.key == first.asset_sha256


def test_without_auto_play_it_is_shown_but_waits_for_the_space_bar(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(manual=True))
    studio.engine.script = play_growing
    studio.music.generate(1)
    step_until(studio, lambda: studio.shell.playback.sounding is not None)
    assert not studio.shell.playback.playing
    assert studio.music.middle.roll.score is not None
    studio.shell.playback.play()
    assert studio.ears.started == [(0.0, None)]
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 1)


def test_without_a_device_it_grows_silently(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(available=False), auto_play=True)
    studio.engine.script = play_growing
    studio.music.generate(1)
    step_until(studio, lambda: studio.shell.playback.position_s > 0)
    assert studio.shell.playback.growing
    assert passages(studio) == []
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 1 and not studio.shell.playback.growing)
    assert studio.shell.playback.playing


def test_another_tempo_while_it_grows_is_heard_from_the_same_place(studio: Studio) -> None:
    playback, ears = studio.shell.playback, studio.ears
    studio.music.generate(1)
    step_until(studio, lambda: ears.mixer is not None and playback.length_s > 3)
    ears.pull(50_000)
    playback.set_tempo(0.5)
    step_until(studio, lambda: playback.sounding is not None and playback.sounding.rate == 0.5)
    assert ears.mixer.position_s == pytest.approx(50_000 / 44_100)
    ears.pull(44_100)
    assert ears.mixer.position_s == pytest.approx(50_000 / 44_100 + 0.5)
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 1)


def test_the_next_press_is_heard_though_the_take_before_comes_into_view_only_then(studio: Studio) -> None:
    playback = studio.shell.playback
    studio.music.generate(1)
    step_until(studio, lambda: playback.growing and playback.sounding is not None)
    studio.engine.run()

    def press_again(_take: str) -> None:
        if len(studio.names) == 1:
            studio.music.generate(1)

    studio.music.composing.kept.connect(press_again)
    studio.until(lambda: len(studio.music.composing.pending) == 1 and len(studio.names) == 1)
    job = studio.music.composing.pending[0].job
    step_until(studio, lambda: playback.key == job and playback.sounding is not None)
    assert playback.playing
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 2 and playback.key == studio.project.state.takes[1].asset_sha256)
    assert playback.playing


def test_bars_that_are_written_anew_are_seen_at_once_and_heard_at_the_end(studio: Studio) -> None:
    """The composer goes over the bars again: the roll follows it, what sounds stays as it began."""

    def twice(request: object, inputs: object) -> object:
        if not isinstance(request, ComposeRequest):
            yield from play_growing(request, inputs)
            return
        first = msgspec.structs.replace(request, seed=request.seed + 1)
        yield from [step for step in play_growing(first, inputs) if isinstance(step, Show)]
        yield Show(score_for(request))
        yield from play(request, inputs, 0.0)

    studio.engine.script = twice
    playback, ears, growing = studio.shell.playback, studio.ears, studio.music.listening.growing
    studio.music.generate(1)
    request = studio.music.composing.pending[0].request
    first, last = score_for(msgspec.structs.replace(request, seed=request.seed + 1)), score_for(request)
    assert not np.array_equal(first.pitch, last.pitch)
    step_until(studio, lambda: growing.score is not None and growing.score.length == last.length)

    def shows(score: Score) -> bool:
        roll = studio.music.middle.roll.score
        return roll is not None and np.array_equal(roll.pitch, score.pitch)

    step_until(studio, lambda: shows(last))
    step_until(studio, lambda: bool(studio.names))
    step_until(studio, lambda: playback.sounding is not None and playback.sounding.reading.complete)
    assert not playback.growing
    assert ears.started == [(0.0, None)]
    sounds = passages(studio)
    assert [one.frames[0] for one in sounds[1:]] == [one.frames[1] for one in sounds[:-1]]  # each passage once
    while len(ears.pull(100_000)):
        assert not ears.mixer.holding
    exact = synthesise(taken(studio)).samples
    assert len(ears.samples) == len(exact)
    assert np.abs(ears.samples[-44_100:] - exact[-44_100:]).max() < 1e-5


def test_files_that_are_read_out_of_order_do_not_bring_an_older_version_back(studio: Studio, tmp_path: Path) -> None:
    growing = studio.music.listening.growing
    studio.music.generate(1)
    job = growing.job
    request = studio.music.composing.pending[0].request
    older, newer = (
        Grown(score_for(msgspec.structs.replace(request, seed=seed)), str(seed), tmp_path / "none") for seed in (5, 6)
    )
    growing._take(job, 2, newer)
    growing._take(job, 1, older)
    assert growing.score is not None
    assert np.array_equal(growing.score.pitch, newer.score.pitch)


def test_what_grows_is_only_looked_at(studio: Studio) -> None:
    """The take before is out of view: no edit and no tool reaches it, and the view stays where one looks."""
    studio.make(1)
    before, roll = studio.project.state.takes[0], studio.music.middle.roll
    step_until(studio, lambda: roll.editor.editable)
    studio.music.left.bars.setValue(64)
    studio.shell.playback.pause()
    studio.music.generate(1)
    step_until(studio, lambda: studio.music.listening.growing.score is not None and len(roll.bars) - 1 == 64)
    assert not roll.editor.editable
    roll.editor.select_all()
    roll.editor.transpose(12)
    assert studio.music.middle.tools.work is None
    roll.horizontalScrollBar().setValue(90)
    grown = roll.score
    step_until(studio, lambda: roll.score is not grown)
    assert roll.horizontalScrollBar().value() == 90
    step_until(studio, lambda: len(studio.names) == 2 and studio.music.shown == studio.project.state.takes[1].id)
    step_until(studio, lambda: roll.editor.editable)
    assert roll.horizontalScrollBar().value() == 90
    assert studio.music.middle.tools.work is not None
    assert studio.project.state.takes[0] == before
