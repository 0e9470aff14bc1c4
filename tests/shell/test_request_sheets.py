"""Requests in the window: copied, pasted, compared, made again; terms and licences."""

from __future__ import annotations

import shlex
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from window_hands import Studio

from generators import artifacts
from generators.artifacts import Score
from generators.engine.requests import decode_request, encode_request
from generators.made_with import FACT, as_fact, made_now
from generators.music.request import ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.runtime.catalog import Catalog
from studio.again_sheet import AgainSheet
from studio.credits_sheet import CreditsSheet
from studio.document.model import EditTake, Take
from studio.making_again import AgainState
from studio.take_terms import terms_fact

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # windows without a window system


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def run(studio: Studio, words: str) -> None:
    """Choose a command of the menus."""
    actions = [action for _, actions in studio.window.menus.sections for action in actions]
    next(action for action in actions if action.text() == words).trigger()


def made(studio: Studio) -> Take:
    studio.make(1)
    return studio.project.state.takes[0]


def ended(studio: Studio, sheet: AgainSheet) -> AgainSheet:
    def is_over() -> bool:
        studio.engine.run()
        return not sheet.making.is_running

    studio.until(is_over)
    return sheet


def test_a_copied_request_is_pasted_as_settings(studio: Studio) -> None:
    take = made(studio)
    run(studio, "Copy the request as text")
    request = decode_request(take.request)
    assert isinstance(request, ComposeRequest)
    assert decode_request(clipboard()) == request
    assert clipboard().startswith('{\n  "')
    studio.music.change("key", key="C", bars=8)
    studio.settle()
    studio.window.show_panel(0)
    run(studio, "Paste a request")
    studio.settle()
    assert studio.window.panel is studio.music
    assert studio.music.left.ask.request() == request
    assert "the settings of Music" in studio.message
    studio.project.undo()
    studio.until(lambda: studio.music.left.ask.key == "C")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello", "is no request"),
        ("", "Nothing was copied"),
        ('{"type":"compose","bars":900}', "choose between 1 and 128"),
        (encode_request(ReworkRequest("ab" * 32, "vary")).decode(), "music that this project does not hold"),
        (encode_request(SynthesiseRequest("ab" * 32)).decode(), "no panel shows as settings"),
    ],
)
def test_what_cannot_be_pasted_is_said(studio: Studio, text: str, told: str) -> None:
    before = studio.music.save_state()
    QGuiApplication.clipboard().setText(text)
    run(studio, "Paste a request")
    studio.until(lambda: told in studio.message)
    assert studio.music.save_state() == before


def test_a_request_that_works_on_a_take_is_done_at_once(studio: Studio) -> None:
    take = made(studio)
    request = ReworkRequest(take.asset_sha256, "vary", seed=9)
    QGuiApplication.clipboard().setText(encode_request(request).decode())
    run(studio, "Paste a request")

    def is_there() -> bool:
        studio.engine.run()
        return len(studio.names) == 2

    studio.until(is_there)
    child = studio.project.state.takes[1]
    assert (child.name, child.parent) == (f"{take.name}, vary", take.id)
    assert decode_request(child.request) == request


def test_a_command_names_the_project_once_it_has_a_file(studio: Studio, tmp_path: Path) -> None:
    take = made(studio)
    run(studio, "Copy the request as a command")
    words = shlex.split(clipboard())
    assert words[:3] == ["affect-studio", "batch", "--request"]
    assert decode_request(words[3]) == decode_request(take.request)
    path = tmp_path / "It's mine.affect"
    studio.project.save_as(path)
    studio.until(lambda: not studio.project.document.is_untitled)
    run(studio, "Copy the request as a command")
    assert shlex.split(clipboard())[2:6] == ["--project", str(path), "--take", take.id]


def test_without_a_take_in_view_the_commands_say_so(studio: Studio) -> None:
    for words in ("Copy the request as text", "Make the take again…", "Terms of use of the take…"):
        run(studio, words)
        studio.until(lambda: "No take is in view" in studio.message)


def test_two_takes_are_compared_in_words(studio: Studio) -> None:
    studio.make(1)
    studio.music.change("key", key="C")
    studio.make(1)
    first, second = studio.project.state.takes
    sheet = studio.window.requests.requests.compare(second)
    sheet.left.setCurrentIndex(sheet.left.findData(first.id))
    told = {row.name: (row.left, row.right) for row in sheet.found}
    assert told["Key"] == ("left to the feeling", "C")
    assert "Seed" in told
    assert sheet.text().splitlines()[0] == f"\t{first.name}\t{second.name}"
    sheet.right.setCurrentIndex(sheet.right.findData(first.id))
    assert sheet.told.text() == "Both ask for the same, to the seed."
    QGuiApplication.clipboard().setText("no request")
    sheet.right.setCurrentIndex(0)
    assert "is no request" in sheet.told.text()
    QGuiApplication.clipboard().setText(first.request)
    sheet.show_differences()
    assert sheet.told.text() == "Both ask for the same, to the seed."
    sheet.close()


def test_a_take_is_made_again(studio: Studio) -> None:
    made(studio)
    sheet = studio.window.requests.requests.make_again(*studio.project.state.takes)
    assert sheet is not None
    ended(studio, sheet)
    assert sheet.outcome.text() == "The same to the last byte."
    assert "was not recorded" in sheet.told.text()
    assert sheet.text().endswith("The same to the last byte.")
    sheet.close()
    assert studio.names == [take.name for take in studio.project.state.takes]


def test_other_bytes_and_other_versions_are_told(studio: Studio) -> None:
    studio.make(2)
    first, second = studio.project.state.takes
    score = artifacts.unpack(studio.project.document.asset(first.asset_sha256))
    assert isinstance(score, Score)
    pitch = score.pitch.copy()
    pitch[0] = 1 if pitch[0] != 1 else 2
    data = artifacts.pack(artifacts.replace(score, pitch=pitch))
    sha256 = artifacts.digest(data)
    then = msgspec.structs.replace(made_now("compose", device="cuda:0"), device_name="Big GPU")
    studio.project.perform(EditTake(first.id, sha256, {FACT: as_fact(then)}), {sha256: data})
    studio.settle()
    run(studio, "Make all takes again…")
    sheet = next(child for child in studio.window.children() if isinstance(child, AgainSheet))
    ended(studio, sheet)
    each = sheet.making.takes[first.id]
    assert each.state is AgainState.DIFFERS
    assert "1 went and 1 came." in each.words
    assert sheet.making.takes[second.id].state is AgainState.SAME
    assert "Device  Big GPU (cuda:0)" in sheet.told.text()
    assert sheet.windowTitle() == "Made again: 1 the same, 1 differs"
    sheet.close()


def test_stopping_leaves_the_rest_out(studio: Studio) -> None:
    studio.make(2)
    sheet = studio.window.requests.requests.make_again(*studio.project.state.takes)
    assert sheet is not None
    studio.until(lambda: bool(sheet.making.takes[studio.project.state.takes[0].id].state is AgainState.WORKING))
    sheet.stop.click()
    ended(studio, sheet)
    assert sheet.making.count(AgainState.CANCELLED) >= 1
    assert not sheet.stop.isEnabled()
    sheet.close()


def test_terms_stand_among_the_facts_and_in_a_sheet(studio: Studio) -> None:
    take = made(studio)
    requests = studio.window.requests.requests
    assert studio.music._seen is not None
    assert {name: words for name, words, _ in studio.music._seen.facts}["terms"] == "ask first"
    sheet = requests.show_terms(take)  # the weights of this engine are none that are known
    assert "Another version of it" in sheet.text()
    sheet.close()
    weights = Catalog.shipped().find("music-small").sha256
    studio.project.perform(EditTake(take.id, take.asset_sha256, {**take.facts, "model_sha256": weights}))
    studio.settle()
    take = studio.project.state.takes[0]
    assert terms_fact(take, [take])[1] == "free to use"
    sheet = requests.show_terms(take)
    told = sheet.text()
    assert "Yours to use, change and sell." in told
    assert "OpenScore Lieder (CC0)" in told
    assert "To keep with the weights: Trained on scores of The Fryderyk Chopin Institute" in told
    sheet.close()


def test_licences_are_searched_and_read(studio: Studio) -> None:
    run(studio, "Licences and credits…")
    sheet = next(child for child in studio.window.children() if isinstance(child, CreditsSheet))
    studio.until(lambda: "Apache License" in sheet.text.toPlainText())
    everything = len(sheet.shown())
    sheet.search.setText("pyside6 window")
    assert [credit.name for credit in sheet.shown()] == ["PySide6"]
    studio.until(lambda: "GNU LESSER GENERAL PUBLIC LICENSE" in sheet.text.toPlainText())
    sheet.search.setText("no such thing")
    assert sheet.told.text() == f"0 of {everything}"
    sheet.close()
