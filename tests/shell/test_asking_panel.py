"""What is asked in the left column: every field, chords while typing, contradictions, finer features."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mido
import pytest
from PySide6.QtCore import Qt
from window_hands import Studio, leave_all

from generators.affect import AffectCurve as Curve
from generators.affect import AffectPoint, Keyframe
from generators.engine.requests import decode_request
from generators.music.request import ENSEMBLES, FORMS, ComposeRequest
from generators.runtime.folders import models_folder
from studio.panels.music.ask import Ask, ask_of
from studio.panels.music.attribute_list import FIRST_ATTRIBUTES
from studio.panels.music.closeness import FIRST, STEPS
from studio.panels.music.features_sheet import ASKED, MEASURED
from tests.music.tiny_weights import tiny_file

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # windows without a window system


def request_of(studio: Studio) -> ComposeRequest:
    request = studio.music.current_request()
    assert isinstance(request, ComposeRequest)
    return request


def choose(combo: object, row: int) -> None:
    combo.setCurrentIndex(row)  # type: ignore[attr-defined]
    combo.activated.emit(row)  # type: ignore[attr-defined]


def test_every_control_reaches_the_request(studio: Studio) -> None:
    piece, sampling = studio.music.left.piece, studio.music.middle.sampling
    choose(piece.ensemble, ENSEMBLES.index("quartet"))
    choose(piece.form, FORMS.index("rondo"))
    piece.bars.setValue(24)
    piece.chords.setText("Am7 F C G")
    piece.chords.editingFinished.emit()
    sampling.guidance.askedCommitted.emit(3.5)
    sampling.candidates.setValue(4)
    curve = Curve((Keyframe(0.0, AffectPoint()), Keyframe(8.0, AffectPoint(0.5, 0.5))))
    studio.music.change("curve", curve=curve)
    studio.music.middle.lanes.barAttributeCommitted.emit("loudness", (40.0, None, 80.0))
    request = request_of(studio)
    assert (request.ensemble, request.form, request.bars) == ("quartet", "rondo", 24)
    assert request.chords == ("Am7", "F", "C", "G")
    assert (request.guidance, request.candidates) == (3.5, 4)
    assert request.curve == curve
    assert request.bar_attributes == {"loudness": (40.0, None, 80.0)}
    studio.settle()
    studio.make(1)
    made = decode_request(studio.project.state.takes[0].request)
    assert isinstance(made, ComposeRequest)
    assert made.chords == request.chords
    piece.curveCleared.emit()
    assert request_of(studio).curve is None
    assert request_of(studio).bar_attributes == {}


def test_a_bar_attribute_without_values_is_free(studio: Studio) -> None:
    studio.music.middle.lanes.barAttributeCommitted.emit("register", (60.0,))
    studio.music.middle.lanes.barAttributeCommitted.emit("register", (None, None))
    assert request_of(studio).bar_attributes == {}


def test_a_wrong_chord_is_told_and_nothing_is_lost(studio: Studio) -> None:
    piece = studio.music.left.piece
    piece.set_open(True)
    piece.chords.setText("Am Hx C")
    piece.chords.textEdited.emit("Am Hx C")
    assert "“Hx” is no chord" in piece._chords_told.text()
    piece.chords.editingFinished.emit()
    assert request_of(studio).chords == ()
    studio.music.left.sliders["register"].askedCommitted.emit(70.0)  # something else is changed meanwhile
    assert piece.chords.text() == "Am Hx C"
    piece.chords.textEdited.emit("Am Bb C Ab")
    assert piece._chords_told.text() == ""
    piece.chords.setText("Am Bbma")  # still growing
    piece.chords.textEdited.emit("Am Bbma")
    assert piece._chords_told.text() == ""


def test_a_contradiction_is_told_where_it_is_asked_and_at_the_button(studio: Studio) -> None:
    left = studio.music.left
    left.sliders["tempo"].askedCommitted.emit(40.0)
    assert left.piece.trouble.isHidden()
    left.sliders["onset_rate"].askedCommitted.emit(16.0)
    assert "raise the tempo to 80 bpm" in left.piece.trouble.text()
    studio.music.generate(1)
    assert "raise the tempo to 80 bpm" in studio.message
    assert not studio.music.composing.pending
    left.sliders["tempo"].askedCommitted.emit(None)
    assert left.piece.trouble.isHidden()


def test_what_is_asked_or_locked_is_never_hidden(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(styled=True)
    studio.window.resize(1440, 900)
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    left = studio.music.left
    assert "consonance" not in FIRST_ATTRIBUTES
    assert left.sliders["consonance"].isHidden()
    left.sliders["consonance"].askedCommitted.emit(0.8)
    assert not left.sliders["consonance"].isHidden()
    studio.qtbot.keyClick(left.sliders["consonance"], Qt.Key.Key_K)
    assert left.ask.locked == ("consonance",)
    left.sliders["consonance"].askedCommitted.emit(None)
    assert not left.sliders["consonance"].isHidden()
    left.sliders["consonance"].toggle_lock()
    assert left.ask.locked == ()
    assert left.sliders["consonance"].isHidden()


def test_finer_features_are_asked_measured_and_freed(studio: Studio) -> None:
    studio.make(1)
    sheet = studio.music.features.open(studio.window)
    assert len(sheet.items) == 100
    item = sheet.items["Range"]
    item.setText(ASKED, "40")
    assert request_of(studio).features == {"Range": 40.0}
    item.setText(ASKED, "9000")
    assert request_of(studio).features == {"Range": 127.0}
    item.setText(ASKED, "much")
    assert request_of(studio).features == {"Range": 127.0}
    assert item.text(ASKED) == "127"
    assert "(1)" in studio.music.left.attributes._features.text()
    sheet.search.setText("bass register")
    shown = [name for name, one in sheet.items.items() if not one.isHidden()]
    assert shown == ["Importance of Bass Register"]
    sheet.search.clear()
    sheet.only_asked.setChecked(True)
    assert [name for name, one in sheet.items.items() if not one.isHidden()] == ["Range"]
    sheet.only_asked.setChecked(False)
    sheet.show_measured({"Mean Pitch": 61.5})
    assert sheet.items["Mean Pitch"].text(MEASURED) == "61.5"
    sheet.items["Mean Pitch"].setSelected(True)
    sheet.take_over.click()
    assert request_of(studio).features == {"Range": 127.0, "Mean Pitch": 61.5}
    sheet.free.click()
    assert request_of(studio).features == {}
    assert item.text(ASKED) == "free"
    sheet.close()


def test_the_engine_measures_the_features_of_the_take_in_view(studio: Studio) -> None:
    studio.make(1)
    sheet = studio.music.features.open(studio.window)
    studio.until(lambda: any(getattr(request, "what", "") == "features" for request, _, _ in studio.engine.submitted))
    studio.engine.run()
    # the engine of the tests measures the musician's attributes, none of which stands on this page
    studio.until(lambda: studio.music.features._measured[0] == studio.project.state.takes[0].asset_sha256)
    assert studio.music.features._measured[1]["tempo"] > 0
    sheet.close()


def test_ask_like_brings_all_of_it_back(studio: Studio) -> None:
    choose(studio.music.left.piece.form, FORMS.index("ABA"))
    studio.music.middle.sampling.candidates.setValue(3)
    studio.settle()
    studio.make(1)
    leave_all(studio)
    studio.music.ask_like(studio.project.state.takes[0].id)
    assert request_of(studio).form == "ABA"
    assert request_of(studio).candidates == 3


@pytest.mark.parametrize("seed", [7, 2**40])
def test_the_toolbar_tells_the_seed(studio: Studio, seed: int) -> None:
    sampling = studio.music.middle.sampling
    sampling.show_ask(Ask(seed=seed, seed_locked=True, candidates=2))
    assert sampling.text() in (f"seed {seed}", f"seed {seed} · closely · best of 2")
    sampling.show_ask(Ask(seed=seed))
    assert "last seed" in sampling.toolTip()


def test_how_closely_is_one_choice(studio: Studio) -> None:
    sampling = studio.music.middle.sampling
    assert sampling.text() in ("any seed · closely", "Closely")
    assert sampling.steps.checkedId() == STEPS.index(FIRST)
    sampling.steps.button(3).click()
    assert (request_of(studio).guidance, request_of(studio).tries, request_of(studio).refine) == (3.0, 12, 3)
    assert "Bars are written anew" in sampling.hint.text()
    assert sampling.more.isChecked() is False
    studio.settle()
    sampling.refine.setValue(5)
    assert request_of(studio).refine == 5
    assert sampling.steps.checkedId() == -1
    assert sampling.more.isChecked()
    studio.settle()
    studio.make(1)
    made = decode_request(studio.project.state.takes[0].request)
    assert isinstance(made, ComposeRequest)
    assert (made.tries, made.refine) == (12, 5)
    assert ask_of(made).refine == 5


def tempo_file(path: Path, *, metre: int = 3) -> Path:
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(
        mido.MidiTrack(
            (
                mido.MetaMessage("time_signature", numerator=metre, denominator=4),
                mido.MetaMessage("key_signature", key="Dm"),
                mido.MetaMessage("set_tempo", tempo=500_000),
                mido.MetaMessage("marker", text="Door", time=480 * 3),
                mido.MetaMessage("set_tempo", tempo=600_000, time=480 * 3),
                mido.MetaMessage("end_of_track", time=480 * 6),
            )
        )
    )
    song.save(path)
    return path


def test_a_daw_is_followed_and_no_more(studio: Studio, tmp_path: Path) -> None:
    piece = studio.music.left.piece
    piece.set_open(True)
    studio.music.left.sliders["tempo"].askedCommitted.emit(66.0)
    studio.settle()
    assert piece.followed.isHidden()
    studio.answers.path = tempo_file(tmp_path / "song.mid")
    piece.follow.click()
    studio.until(lambda: bool(request_of(studio).tempo_map))
    request = request_of(studio)
    assert (request.bars, request.metre, request.key, request.tempo_bpm) == (4, (3, 4), "Dm", None)
    assert request.markers == ((3.0, "Door"),)
    assert piece.followed.text() == "Follows “song.mid”: 100 to 120 bpm, 1 marker"
    assert piece.follow.isHidden()
    assert "4 bars of 3/4" in studio.message
    studio.settle()
    studio.make(1)
    made = decode_request(studio.project.state.takes[0].request)
    assert isinstance(made, ComposeRequest)
    assert made.tempo_map == request.tempo_map
    studio.music.left.sliders["tempo"].askedCommitted.emit(66.0)
    assert "set the tempo free" in piece.trouble.text()
    studio.music.left.sliders["tempo"].askedCommitted.emit(None)
    piece.unfollow.click()
    assert request_of(studio).tempo_map == ()
    assert piece.followed.isHidden()
    studio.settle()
    studio.project.undo()
    studio.until(lambda: bool(request_of(studio).tempo_map))
    assert piece.followed.text() == "Follows “song.mid”: 100 to 120 bpm, 1 marker"


def test_a_dropped_file_without_notes_can_be_followed(studio: Studio, tmp_path: Path) -> None:
    studio.music.importing.open([tempo_file(tmp_path / "song.mid", metre=5)])
    studio.until(lambda: "holds no notes" in studio.message)
    message = studio.window.strip.current
    assert message is not None
    assert message.action_text == "Follow its tempo"
    assert message.action is not None
    message.action()
    studio.until(lambda: bool(request_of(studio).tempo_map))
    assert request_of(studio).metre == (4, 4)
    assert "5/4 is none of" in studio.message


def test_what_says_nothing_of_time_cannot_be_followed(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(b"MThd")
    studio.music.following.open(path)
    studio.until(lambda: "song.mid" in studio.message)
    assert request_of(studio).tempo_map == ()


def test_a_model_of_ones_own_can_be_chosen(studio: Studio) -> None:
    sampling = studio.music.middle.sampling
    sampling.click()
    assert sampling.model.parentWidget().isHidden()
    sampling.sheet.close()
    (models_folder() / "music").mkdir(parents=True)
    tiny_file(models_folder() / "music" / "mine.safetensors")
    sampling.click()
    assert not sampling.model.parentWidget().isHidden()
    choose(sampling.model, sampling.model.findText("mine"))
    assert request_of(studio).model == "mine"
    sampling.sheet.close()
    studio.settle()
    studio.make(1)
    assert '"model":"mine"' in studio.project.state.takes[0].request
