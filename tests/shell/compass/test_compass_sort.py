"""Pictures come in, are judged by hand and by keys, and a direction follows; every judgement can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from compass_hands import Compass
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from window_hands import Ears, Studio

from generators.affect import AffectPoint
from generators.compass.request import FindRequest, PoolRequest, ProposeRequest, RenderRequest
from generators.engine.fake_script import Refuse, play
from generators.errors import BadRequest
from studio.panels.compass.pooling import pool_request
from studio.widgets.picture_drag import mime_of


def drop(widget: QWidget, mime: QMimeData, x: float) -> None:
    """Let go of what is carried, at `x` of a tray."""
    where, button, keys = QPointF(x, 40), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.MoveAction
    widget.dragEnterEvent(QDragEnterEvent(where.toPoint(), action, mime, button, keys))
    widget.dropEvent(QDropEvent(where, action, mime, button, keys))


def test_pictures_come_in_and_some_of_them_are_proposed(compass: Compass) -> None:
    grown: list[tuple[int, int]] = []
    compass.panel.pooling.grew.connect(lambda images, expected: grown.append((len(images), expected)))
    compass.begin(60)
    assert grown[0] == (0, 60)
    assert grown[-1][0] > 0
    page = compass.panel.middle.sort
    assert page.pages.currentWidget() is page.desk
    assert len(compass.sorting.shown) == 40
    assert [tile.key for tile in page.grid.tiles] == list(compass.sorting.shown)
    assert page.grid.image(compass.sorting.shown[0]) is not None
    page.all.click()
    assert len(page.grid.tiles) == 60
    assert compass.pool.making.quality == "preview"


def test_a_pool_that_is_cancelled_leaves_the_page_as_it_was(compass: Compass) -> None:
    compass.panel.sorter.begin()
    compass.panel.pooling.make(pool_request(compass.ask, 40, 5))
    assert not compass.panel.middle.progress.isHidden()
    compass.panel.cancel()
    compass.until(lambda: not compass.panel.pooling.is_busy)
    page = compass.panel.middle.sort
    assert page.pages.currentWidget() is page.empty
    assert not compass.sorting.pool_sha256
    assert compass.panel.middle.progress.isHidden()


def test_a_pool_that_fails_can_be_run_again(compass: Compass) -> None:
    compass.studio.shell.jobs.start()
    compass.studio.engine.script = lambda request, inputs: [Refuse(BadRequest("No pictures today: try tomorrow."))]
    compass.panel.sorter.begin()
    compass.panel.pooling.make(pool_request(compass.ask, 40, 5))
    compass.until(lambda: "No pictures today" in compass.message)
    compass.studio.engine.script = play
    compass.studio.window.strip._action.click()
    compass.until(lambda: bool(compass.sorting.shown))


def test_a_direction_is_found_at_once_and_shown_on_an_unseen_picture(sorted_by_light: Compass) -> None:
    panel = sorted_by_light.panel
    strip = panel.middle.sort.effect.strip
    images = strip.images()
    light = [image.pixelColor(10, 10).lightnessF() for image in images if image is not None]
    assert len(light) == 5
    assert light == sorted(light)
    assert light[-1] > light[0] + 0.1
    asked = [request for request in sorted_by_light.asked(RenderRequest) if isinstance(request, RenderRequest)]
    seeds = {point.seed for point in sorted_by_light.pool.points}
    assert not seeds & {point.seed for request in asked if len(request.points) == 5 for point in request.points}
    assert panel.middle.sort.effect.told.text() == "from 8 pictures"


def test_of_judgements_made_quickly_the_newest_is_fitted(pooled: Compass) -> None:
    rows = pooled.by_light()
    pooled.panel.sorter.put(rows[:2], "less")
    pooled.settle()
    for count in range(1, 7):
        pooled.panel.sorter.put([rows[-count]], "more")
    pooled.settle()
    pooled.until(lambda: pooled.panel.finding.current is not None)
    found = [request for request in pooled.asked(FindRequest) if isinstance(request, FindRequest)]
    found = [request for request in found if request.finder == "ridge"]
    assert len(found) == 2
    assert len(found[-1].judgements.more) == 6


def test_each_judgement_is_one_step_of_undo(pooled: Compass) -> None:
    rows = pooled.by_light()
    sorter = pooled.panel.sorter
    sorter.put([rows[0]], "less")
    sorter.put([rows[-1], rows[-2]], "more")
    sorter.star([rows[-1]], 5)
    sorter.put([rows[10], rows[20]], "order")
    pooled.settle()
    last = pooled.sorting.judgements
    expected = [(1, 2, 1, 0), (1, 2, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0)]
    for less, more, stars, orders in expected:
        pooled.undo()
        found = pooled.sorting.judgements
        assert (len(found.less), len(found.more), len(found.stars), len(found.orders)) == (less, more, stars, orders)
    for _ in expected:
        pooled.redo()
    assert pooled.sorting.judgements == last
    assert len(pooled.panel.middle.sort.trays["more"].tiles) == 2


def test_what_cannot_be_fitted_is_a_sentence_and_nothing_is_lost(pooled: Compass) -> None:
    rows = pooled.by_light()
    assert "More and some on Less" in pooled.told
    pooled.panel.sorter.put(rows[:3], "more")
    pooled.settle()
    assert "one tray" in pooled.told
    pooled.panel.sorter.put(rows[3:5], "less")
    pooled.panel.sorter.star([rows[3], rows[4]], 5)
    pooled.settle()
    pooled.until(lambda: "opposite" in pooled.told)
    assert len(pooled.sorting.judgements.more) == 3
    pooled.panel.keep()
    pooled.until(lambda: "opposite" in pooled.message)
    assert not pooled.ask.uses
    pooled.panel.sorter.star([rows[3], rows[4]], 0)
    pooled.until(lambda: pooled.panel.finding.current is not None)
    assert not pooled.told


def test_pictures_are_judged_with_the_keyboard_alone(pooled: Compass) -> None:
    page = pooled.panel.middle.sort
    key = pooled.studio.qtbot.keyClick
    first, second, third, fourth, fifth = pooled.sorting.shown[:5]
    page.grid.choose(0)
    key(page.grid.ground, Qt.Key.Key_M)
    key(page.grid.ground, Qt.Key.Key_L)
    key(page.grid.ground, Qt.Key.Key_N)
    key(page.grid.ground, Qt.Key.Key_Return)
    key(page.grid.ground, Qt.Key.Key_4)
    judged = pooled.sorting.judgements
    assert (judged.more, judged.less, judged.unsure, judged.orders) == ((first,), (second,), (third,), ((fourth,),))
    assert dict(judged.stars) == {fifth: 4}
    key(page.grid.ground, Qt.Key.Key_Left)
    key(page.grid.ground, Qt.Key.Key_Delete)
    assert pooled.sorting.judgements.orders == ()
    key(page.trays["more"], Qt.Key.Key_Right)
    key(page.trays["more"], Qt.Key.Key_L)
    assert pooled.sorting.judgements.less == (second, first)


def test_pictures_are_dropped_on_trays_and_between_others(pooled: Compass) -> None:
    page = pooled.panel.middle.sort
    one, two, three, four = pooled.sorting.shown[:4]
    drop(page.trays["less"], mime_of([one, two]), 30)
    assert pooled.sorting.judgements.less == (one, two)
    drop(page.order, mime_of([three]), 10)
    drop(page.order, mime_of([four]), 900)
    assert pooled.sorting.judgements.orders == ((three, four),)
    drop(page.order, mime_of([four]), 1)
    assert pooled.sorting.judgements.orders == ((four, three),)
    drop(page.grid.ground, mime_of([one]), 10)
    assert pooled.sorting.judgements.less == (two,)
    other = QMimeData()
    other.setText("[1, 2]")
    drop(page.trays["less"], other, 30)
    assert pooled.sorting.judgements.less == (two,)


def test_the_next_pictures_come_first_and_were_not_shown_before(compass: Compass) -> None:
    compass.begin(70)
    compass.sort()
    before = compass.sorting.shown
    compass.panel.middle.sort.next.click()
    compass.until(lambda: len(compass.sorting.shown) > len(before))
    compass.settle()
    new = compass.sorting.shown[: -len(before)]
    assert len(new) == 20
    assert not set(new) & set(before)
    request = compass.asked(ProposeRequest)[-1]
    assert isinstance(request, ProposeRequest)
    assert request.direction_sha256
    assert request.judgements == compass.sorting.judgements
    tiles = compass.panel.middle.sort.grid.tiles
    assert all(tile.is_new for tile in tiles[:20])
    assert not tiles[20].is_new
    compass.undo()
    assert compass.sorting.shown == before


def test_ways_to_find_that_need_no_judgement(pooled: Compass) -> None:
    sorter = pooled.panel.sorter
    sorter.choose_finder("measured")
    pooled.until(lambda: pooled.panel.finding.current is not None)
    assert not pooled.told
    sorter.set_option("measured", "warmth")
    pooled.settle()
    sorter.choose_finder("pca")
    sorter.set_option("component", 2)
    pooled.settle()
    pooled.until(lambda: pooled.panel.finding.current is not None)
    found = [request for request in pooled.asked(FindRequest) if isinstance(request, FindRequest)]
    assert {request.measured for request in found} >= {"brightness", "warmth"}
    assert found[-1].component == 2


def test_what_changes_one_picture_most_is_tried_on_it(pooled: Compass) -> None:
    pooled.panel.sorter.choose_finder("jacobian")
    pooled.until(lambda: bool(pooled.sorting.second_pool_sha256))
    pooled.until(lambda: pooled.panel.finding.current is not None)
    tried = pooled.asked(PoolRequest)[-1]
    assert isinstance(tried, PoolRequest)
    assert len(tried.points) == len(tried.directions) + 1 == 9
    assert len({point.seed for point in tried.points}) == 1
    assert not pooled.told


def test_a_direction_of_feeling_follows_what_was_felt(pooled: Compass) -> None:
    pooled.panel.sorter.choose_finder("affect")
    assert "pad" in pooled.told
    grid, rows = pooled.panel.middle.sort.grid, pooled.by_light(pooled.sorting.shown)
    affect = pooled.panel.state.affect
    for row, valence in ((rows[0], -0.8), (rows[1], -0.6), (rows[-1], 0.9), (rows[-2], 0.7)):
        grid.choose(next(place for place, tile in enumerate(grid.tiles) if tile.key == row))
        pooled.panel.left.pad.pointCommitted.emit(AffectPoint(valence, 0.0))
    pooled.settle()
    assert pooled.panel.state.affect == affect
    assert len(pooled.sorting.judgements.felt) == 4
    pooled.until(lambda: pooled.panel.finding.current is not None)
    images = [image for image in pooled.panel.middle.sort.effect.strip.images() if image is not None]
    pooled.until(lambda: len(pooled.panel.middle.sort.effect.strip.images()) == 5)
    assert images[-1].pixelColor(10, 10).lightnessF() > images[0].pixelColor(10, 10).lightnessF()


def test_another_direction_is_left_alone_and_the_difference_is_seen(sorted_by_light: Compass) -> None:
    use = sorted_by_light.keep_direction()
    panel = sorted_by_light.panel
    panel.sorter.choose_finder("measured")
    sorted_by_light.settle()
    effect = panel.middle.sort.effect
    assert effect.plain.isHidden()
    action = effect.apart_menu.actions()[0]
    assert action.text() == "light"
    action.trigger()
    sorted_by_light.settle()
    assert sorted_by_light.sorting.disentangle == (use.sha256,)
    sorted_by_light.until(lambda: not effect.plain.isHidden() and all(effect.strip.images()))
    assert effect.plain.rows == ("as sorted",)
    assert effect.strip.rows == ("leaving alone light",)

    def change(images: list) -> float:
        return abs(images[-1].pixelColor(10, 10).lightnessF() - images[0].pixelColor(10, 10).lightnessF())

    assert change(effect.strip.images()) < change(effect.plain.images())


def test_a_project_opened_again_goes_on_where_it_was(
    sorted_by_light: Compass, open_studio: Callable[..., Studio], tmp_path
) -> None:
    path = tmp_path / "felt.affect"
    saved: list[bool] = []
    sorted_by_light.studio.project.save_as(path, lambda: saved.append(True))
    sorted_by_light.until(lambda: bool(saved))
    judged, shown = sorted_by_light.sorting.judgements, sorted_by_light.sorting.shown
    strip = list(sorted_by_light.panel.middle.sort.effect.strip.images())
    sorted_by_light.studio.close()
    studio = open_studio(ears=Ears(available=False), path=path)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
    again = Compass(studio)
    again.panel.show_page("sort")
    again.until(lambda: again.panel.finding.current is not None)
    again.settle()
    assert (again.sorting.judgements, again.sorting.shown) == (judged, shown)
    assert again.panel.middle.sort.effect.strip.images() == strip


@pytest.mark.parametrize("where", ["keep", "next"])
def test_without_pictures_nothing_is_asked_and_it_is_said_how_to_begin(compass: Compass, where: str) -> None:
    compass.panel.sorter.begin()
    if where == "keep":
        compass.panel.keep()
        assert "sort some of them first" in compass.message
    else:
        compass.panel.sorter.next_pictures()
    assert not compass.asked(ProposeRequest)
