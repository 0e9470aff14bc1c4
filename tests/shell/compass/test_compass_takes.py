"""Pictures that are kept: as a tree, starred, compared, gone back to."""

from __future__ import annotations

from pathlib import Path

from compass_hands import Compass

from generators.compass.recipe import has_recipe
from generators.compass.request import RenderRequest
from generators.engine.fake_script import Refuse, play
from generators.engine.requests import decode_request
from generators.errors import BadRequest
from generators.scene.kept import scene_in
from studio.widgets.dragged import Dragged, dragged_in


def test_keep_makes_the_picture_in_full_quality(compass: Compass) -> None:
    take = compass.keep_picture()
    request = decode_request(take.request)
    assert isinstance(request, RenderRequest)
    assert request == compass.ask.request()
    assert request.making.quality == "full"
    assert (take.name, take.kind) == ("seed 1", "pictures")
    assert compass.panel.shown == take.id
    assert compass.panel.middle.told.text() == "“seed 1”"
    compass.until(lambda: compass.panel.right.takes.rows[0].picture is not None)
    compass.panel.keep()
    assert "kept already" in compass.message


def test_going_back_brings_the_settings_back_and_makes_a_tree(compass: Compass) -> None:
    first = compass.keep_picture()
    compass.panel.throw_dice()
    assert compass.panel.shown == ""
    second = compass.keep_picture()
    assert second.parent == first.id
    assert [row.depth for row in compass.panel.right.takes.rows] == [0, 1]
    seed = compass.ask.seed
    compass.panel.right.takes.view.setCurrentIndex(compass.panel.right.takes.model.index(0))
    assert compass.ask.seed == 1
    assert compass.panel.shown == first.id
    compass.undo()
    assert compass.ask.seed == seed
    assert compass.panel.shown == second.id


def test_a_and_b_star_rename_note_remove(compass: Compass) -> None:
    first = compass.keep_picture()
    compass.panel.right.marks.buttons["A"].click()
    compass.panel.throw_dice()
    second = compass.keep_picture()
    compass.panel.compare("B")
    compass.panel.compare("")
    assert compass.panel.shown == first.id
    assert compass.panel.takes.marks == (first.id, second.id)
    compass.panel.takes.star(first.id, True)
    compass.panel.takes.rename(first.id, " dusk ")
    compass.panel.right.note.setText("the one")
    compass.panel.right.note.editingFinished.emit()
    compass.settle()
    row = compass.panel.right.takes.rows[0]
    assert (row.name, row.starred, row.note, row.mark) == ("dusk", True, "the one", "A")
    compass.panel.choosing.remove(first.id)
    compass.settle()
    assert [take.id for take in compass.takes] == [second.id]
    compass.undo()
    assert {take.name for take in compass.takes} == {"dusk", second.name}


def test_a_picture_that_fails_can_be_painted_again(compass: Compass) -> None:
    compass.until(lambda: compass.panel.viewing.is_current)
    compass.studio.engine.script = lambda request, inputs: [Refuse(BadRequest("No colours left: try later."))]
    compass.panel.keep()
    compass.until(lambda: "No colours left" in compass.message)
    compass.studio.engine.script = play
    compass.studio.window.strip._action.click()
    compass.until(lambda: len(compass.takes) == 1)


def test_a_picture_of_the_grid_is_where_one_travels_from(pooled: Compass) -> None:
    row = pooled.sorting.shown[3]
    pooled.panel.middle.sort.grid.activated.emit(row)
    assert pooled.panel.page == "travel"
    assert pooled.ask.seed == pooled.pool.points[row].seed
    pooled.until(lambda: pooled.panel.viewing.is_current)


def test_a_picture_is_carried_as_a_file_and_as_itself(compass: Compass) -> None:
    take = compass.keep_picture()
    mime_for = compass.panel.right.takes.mime_for
    assert mime_for is not None
    data = mime_for(take.id)
    assert data is not None
    file = Path(data.urls()[0].toLocalFile())
    assert (file.suffix, has_recipe(file)) == (".png", True)
    document = str(compass.studio.project.document.path)
    assert dragged_in(data) == Dragged("compass", "take", take.id, take.name, document)
    assert compass.panel.context.uses.mime_of("compass", take.id) is not None
    assert compass.panel.context.uses.mime_of("compass", "gone") is None
    scene = compass.panel.context.uses.panels[0]
    dragged = dragged_in(data)
    assert dragged is not None
    assert scene.accepts_take(dragged) == "The pictures of this scene begin with it"
    scene.take_dropped(dragged)
    compass.settle()
    kept = scene_in(compass.studio.project.state.panel_states["scene"]).pictures
    assert kept.seeds[0] == compass.ask.seed
