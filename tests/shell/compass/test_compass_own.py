"""Pictures of one's own on the panel: they come in, move along directions, and are compared with the original."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import window_hands
from travel_hands import Traveller
from window_hands import Ears, Studio

from generators.compass.request import InvertRequest, RenderRequest
from generators.engine.local import LocalEngine
from generators.runtime.folders import models_folder
from studio.panels.compass import CompassPanel, principals


def test_a_picture_of_ones_own_comes_in_moves_and_is_compared(rose: Traveller, photograph: Path) -> None:
    rose.bring(photograph)
    rose.settle()
    ask, page = rose.ask, rose.panel.middle.travel
    assert (ask.start_name, rose.trail) == ("Harbour at dawn", ["Harbour at dawn"])
    assert rose.studio.project.document.asset(ask.start_picture_sha256) == photograph.read_bytes()
    assert "the model holds" in rose.studio.message
    assert rose.asked(InvertRequest)[-1].picture_sha256 == ask.start_picture_sha256
    rose.go(0)
    assert rose.asked(RenderRequest)[-1].start_sha256 == ask.start_sha256
    assert not rose.panel.middle.seed.isEnabled()
    page._choose_view("wipe")
    rose.until(lambda: page._original is not None)
    assert page.wipe._before.image is page._original
    assert page.wipe._after.image is page.rose.image
    assert "dB" in page.wipe._words[0]
    rose.panel.keep()
    rose.until(lambda: bool(rose.panel.takes.all()) and not rose.panel.taking.pending)
    kept = rose.panel.takes.all()[0]
    page.leave_own.click()
    rose.settle()
    rose.panel.choosing.select(kept.id)  # a take of it brings the original along
    assert rose.ask.start_picture_sha256 == ask.start_picture_sha256
    rose.undo()
    assert (rose.ask.start_sha256, page.view) == ("", "rose")
    rose.undo()
    assert rose.ask.start_sha256 == ask.start_sha256


def test_what_is_no_picture_is_refused_and_nothing_changes(rose: Traveller, tmp_path: Path) -> None:
    for name, data in (("broken.png", b"\x89PNG\r\n\x1a\nnothing"), ("words.jpg", b"just words")):
        path = tmp_path / name
        path.write_bytes(data)
        before = rose.panel.state
        rose.bring(path)
        assert name in rose.studio.message
        assert rose.panel.state == before
        assert not rose.asked(InvertRequest)


def test_bringing_in_is_cancelled(rose: Traveller, photograph: Path) -> None:
    rose.panel.own.open([photograph])
    rose.studio.until(lambda: bool(rose.panel.own._job))
    rose.panel.cancel()
    rose.until(lambda: not rose.panel.own.is_busy)
    assert rose.ask.start_sha256 == ""


@pytest.mark.timeout(900)
def test_with_a_real_worker_and_a_very_small_model(
    open_studio: Callable[..., Studio], photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generators.compass.backends.unconditional import Unconditional
    from generators.compass.single_file import save_model

    path = models_folder() / "compass" / "tiny.safetensors"
    path.parent.mkdir(parents=True)
    save_model(Unconditional.tiny(1), path, metadata={"name": "tiny", "room": "compass", "spec": "compass"})
    monkeypatch.setattr(principals, "POOL", 8)
    monkeypatch.setattr(window_hands, "WAIT_MS", 240_000)  # the worker imports torch first
    studio = open_studio(ears=Ears(available=False), make_engine=LocalEngine)
    panel = next(panel for panel in studio.window.panels if isinstance(panel, CompassPanel))
    panel.choose_model("tiny")
    traveller = Traveller(studio)
    traveller.until(lambda: traveller.page.look.isVisibleTo(traveller.page))
    traveller.page.look.click()
    traveller.settle()
    before = traveller.page.rose.image
    traveller.go(0)
    assert traveller.trail == ["start", "first drift +1.00"]
    assert traveller.page.rose.image != before
    traveller.bring(photograph)
    assert traveller.ask.start_name == "Harbour at dawn"
    traveller.go(2)
    traveller.undo()
    assert traveller.ask.place.amounts == ()
