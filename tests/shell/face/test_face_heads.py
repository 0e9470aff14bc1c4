"""A head of the user's own: dropped, drawn, kept in the project, taken along by exports, and given back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from face_hands import Face
from made_head import head_bytes, write_apart
from pytestqt.qtbot import QtBot
from window_hands import Ears, Studio

from generators.engine.requests import ExportRequest
from generators.errors import BadInput
from generators.face.actions import NAMES
from generators.face.glb import read_glb, target_names
from generators.face.mesh import Head
from studio.head_maker import HeadMaker, Wish
from studio.panels.face import heads


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "Anna.glb"
    path.write_bytes(head_bytes("jawOpen"))
    return path


def _use(face: Face, path: Path) -> None:
    before = face.panel.state.head_sha256
    assert face.panel.importing.takes([path])
    face.panel.importing.open([path])
    face.until(lambda: face.panel.state.head_sha256 != before)
    face.settle()


def _drawn(face: Face) -> Head | None:
    return face.panel.desk._own_head


def test_a_dropped_head_performs_and_undo_brings_the_clay_head_back(spoken: Face, mine: Path) -> None:
    _use(spoken, mine)
    assert spoken.panel.state.head_name == "Anna"
    assert "“Anna” performs now" in spoken.message
    head = _drawn(spoken)
    assert head is not None
    assert len(head.vertices) == 100
    assert len(spoken.panel.state.lines) == 1
    spoken.undo()
    assert spoken.panel.state.head_sha256 == ""
    assert _drawn(spoken) is None
    spoken.studio.window.menus.redo.trigger()
    spoken.until(lambda: _drawn(spoken) is not None)
    spoken.panel.heads.back_to_clay()
    spoken.until(lambda: "performs again" in spoken.message)
    assert _drawn(spoken) is None
    spoken.panel.heads.back_to_clay()
    assert "already" in spoken.message


def test_the_menu_asks_for_a_file(spoken: Face, mine: Path) -> None:
    spoken.studio.answers.path = mine
    actions = {action.text(): action for action in spoken.panel.actions()}
    actions["Use a head of your own…"].trigger()
    spoken.until(lambda: _drawn(spoken) is not None)
    actions["Use a head of your own…"].trigger()
    spoken.until(lambda: "in use already" in spoken.message)


def test_the_project_carries_it(
    open_studio: Callable[..., Studio], make_voice: Callable[..., Path], mine: Path, tmp_path: Path
) -> None:
    studio = open_studio(ears=Ears(available=False))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    face = Face(studio)
    face.open(make_voice())
    _use(face, mine)
    saved = tmp_path / "scene.affect"
    studio.project.save_as(saved)
    face.until(lambda: not studio.project.document.is_untitled)
    studio.close()
    mine.unlink()
    again = Face(open_studio(ears=Ears(available=False), path=saved))
    again.until(lambda: _drawn(again) is not None)
    assert again.panel.state.head_name == "Anna"


def test_exports_take_it_along(spoken: Face, mine: Path, tmp_path: Path) -> None:
    _use(spoken, mine)
    outgoing = spoken.panel.choosing.outgoing()
    assert outgoing is not None
    choices = {choice.key: choice for choice in spoken.panel.exports()}
    for key, target in (("gltf", tmp_path / "speaks.glb"), ("csv", tmp_path / "speaks.csv")):
        spoken.studio.answers.path = target
        exporter = next(one for one in spoken.panel.output.exporters() if one.name == key)
        options = exporter.chosen({})
        spoken.panel.output._ask_where(outgoing, choices[key], dict(options), None)
        spoken.until(lambda target=target: f"{target.name} was written" in spoken.message)
        request = spoken.asked[-1]
        assert isinstance(request, ExportRequest)
        assert request.exporter == key
        assert request.head_sha256 == (spoken.panel.state.head_sha256 if key == "gltf" else "")
        if key == "gltf":
            document = read_glb(target).document
            assert target_names(document["meshes"][0]) == ("jawOpen",)
            assert document["animations"]


def test_files_beside_it_come_along(spoken: Face, tmp_path: Path) -> None:
    _use(spoken, write_apart(tmp_path, "jawOpen"))
    (tmp_path / "made data.bin").unlink()
    kept = tmp_path / "kept.glb"
    spoken.studio.project.document.copy_asset(spoken.panel.state.head_sha256, kept)
    assert len(read_glb(kept).binary) > 1_000
    assert heads.examine(kept).head.vertices.shape == (100, 3)


def test_what_is_no_head_changes_nothing(spoken: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for data, reason in ((b"%PDF-1.7 " * 9, "not a GLB"), (head_bytes("smirk"), "no morph targets")):
        bad = tmp_path / "bad.vrm"
        bad.write_bytes(data)
        spoken.panel.importing.open([bad])
        spoken.until(lambda reason=reason: reason in spoken.message)
        assert spoken.panel.state.head_sha256 == ""
        assert spoken.panel.middle.told.isVisibleTo(spoken.panel.middle)
    large = tmp_path / "large.glb"
    large.write_bytes(head_bytes("jawOpen"))
    monkeypatch.setattr(heads, "MAX_KEPT_BYTES", 1_000)
    with pytest.raises(BadInput, match="are kept in a project"):
        heads.examine(large)


def test_what_is_read_can_be_given_up(spoken: Face, mine: Path) -> None:
    spoken.panel.importing.open([mine])
    spoken.panel.cancel()
    spoken.studio.qtbot.wait(300)
    spoken.settle()
    assert spoken.panel.state.head_sha256 == ""
    assert spoken.panel.middle.told.isVisibleTo(spoken.panel.middle)


def test_a_head_that_the_driver_refuses_is_told_and_ours_is_drawn(qtbot: QtBot, mine: Path) -> None:
    class Plain:
        def draw(self, row: np.ndarray, *, view: object = None, light: object = None) -> np.ndarray:
            return np.full((8, 8, 4), 200, dtype=np.uint8)

        def close(self) -> None:
            pass

    def make(_side: int, head: Head | None) -> Plain:
        if head is not None:
            raise BadInput("This head cannot be drawn here.")
        return Plain()

    maker = HeadMaker(make=make, paint=lambda renderer, wish: renderer.draw(wish.row, view=None, light=None))
    told: list[str] = []
    pictures: list[object] = []
    maker.refused.connect(told.append)
    maker.pictured.connect(pictures.append)
    wish = Wish(np.zeros(len(NAMES), dtype=np.float32), 0.0, 0.0, 1.0, True, 8, heads.examine(mine).head)
    maker.ask(wish)
    qtbot.waitUntil(lambda: len(pictures) == 1, timeout=20_000)
    maker.ask(wish)
    qtbot.waitUntil(lambda: len(pictures) == 2, timeout=20_000)
    assert told == ["This head cannot be drawn here."]
    assert maker.can_draw
    maker.close()
