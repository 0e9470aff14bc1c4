"""Travelling on the panel: rose, trail, strip, board, pad, seeds, and finding a place again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from travel_hands import Traveller
from window_hands import Ears, Studio

from generators.compass.request import FindRequest, PoolRequest, RenderRequest
from generators.engine.engine import Lane
from studio.panels.compass.steps import RAW_STEP, STRIP

# -- the rose and the trail --------------------------------------------------------------------------------------------


def test_a_new_project_has_a_rose_of_principal_directions(rose: Traveller) -> None:
    page = rose.panel.middle.travel
    assert [petal.label for petal in page.rose.petals[:3]] == ["first drift +", "first drift −", "second drift +"]
    assert page.rose.image is not None
    assert rose.ask.uses == ()  # nothing was put on the board unasked
    assert not rose.studio.project.document.can_undo
    assert all(len(request.points) == 1 for lane in (Lane.PREVIEW, Lane.TAKE) for request in rose.rendered(lane))
    assert sum(len(request.points) for request in rose.rendered(Lane.BATCH)) >= 8 + STRIP - 1


def test_a_step_goes_there_leaves_a_trail_and_takes_the_direction_into_the_project(rose: Traveller) -> None:
    page = rose.panel.middle.travel
    there = page.rose.picture_of(page.rose.petals[0].key)
    before = page.rose.image
    rose.click(0)
    assert page.rose.image is there  # at once: it was looked at before
    rose.settle()
    assert page.rose.image != before
    use = rose.ask.uses[0]
    assert (use.source, use.amount) == ("principal", RAW_STEP)
    assert rose.trail == ["start", "first drift +1.00"]
    assert rose.studio.project.document.asset(use.sha256)
    rose.undo()
    assert (rose.ask.uses, rose.ask.trail) == ((), ())


def test_going_back_along_the_trail_branches(rose: Traveller) -> None:
    rose.go(0)
    rose.go(2)
    far = rose.ask.place
    rose.panel.travel.step_back()
    rose.settle()
    rose.go(5)
    assert rose.trail == ["start", "first drift +1.00", "third drift −1.00"]
    bar = rose.panel.middle.travel.trail
    fork = rose.ask.path()[1].id
    assert [stop.label for stop in bar.branches(fork)] == ["second drift +1.00"]
    bar.branch_menu(fork).actions()[0].trigger()
    rose.settle()
    assert rose.ask.place == far
    rose.panel.travel.step_back()
    rose.panel.travel.step_on()
    assert rose.ask.place.amounts


def test_the_strip_goes_along_the_direction_of_the_card(rose: Traveller) -> None:
    strip = rose.panel.middle.travel.strip
    rose.click_strip(6)
    assert rose.ask.uses[0].amount == 1.5
    assert strip._here == 6.0
    rose.click_strip(7)
    assert rose.trail == ["start", "first drift +2.25"]  # moved along: one stop


def test_principal_directions_are_found_once_for_all_projects(
    rose: Traveller, open_studio: Callable[..., Studio]
) -> None:
    assert len(rose.asked(PoolRequest)) == 1
    kept = rose.panel.travel.principal
    rose.studio.close()
    studio = open_studio(ears=Ears(available=False))
    second = Traveller(studio)
    second.settle()
    assert second.panel.travel.principal == kept
    assert not second.asked(PoolRequest)
    assert not second.asked(FindRequest)


def test_a_search_that_is_stopped_can_be_begun_again(traveller: Traveller) -> None:
    page, principals = traveller.panel.middle.travel, traveller.panel.principals
    traveller.studio.until(lambda: principals.is_busy)
    assert page.stop.isVisibleTo(page)
    page.stop.click()
    traveller.until(lambda: not principals.is_busy)
    assert not traveller.panel.travel.principal
    assert page.look.isVisibleTo(page)
    page.look.click()
    traveller.settle()
    assert len(page.rose.petals) == 8


# -- dragging ----------------------------------------------------------------------------------------------------------


def test_a_drag_shows_previews_newest_wins_and_keeps_one_step(rose: Traveller) -> None:
    rose.go(0)
    sha256 = rose.ask.uses[0].sha256
    slider = rose.panel.left.board.sliders[sha256]
    made = len(rose.studio.engine.submitted)
    for amount in (1.1, 1.2, 1.3, 1.4, 1.6):
        slider.askedEdited.emit(amount)
    assert rose.ask.uses[0].amount == 1.0  # nothing is kept while the hand moves
    rose.until(lambda: rose.panel.viewing.looks.get(rose.panel.viewing._key) is not None)
    slider.askedCommitted.emit(1.6)
    rose.settle()
    previewed = [request.points[0].amounts[0] for request in rose.rendered(Lane.PREVIEW, made)]
    assert (previewed[0], previewed[-1]) == (1.1, 1.6)
    assert len(previewed) < 5  # those in between are passed over, unless the machine is slow
    full = rose.rendered(Lane.TAKE, made)
    assert [(request.points[0].amounts[0], request.making.quality) for request in full] == [(1.6, "full")]
    rose.undo()
    assert rose.ask.uses[0].amount == 1.0


def test_leaving_the_page_gives_up_what_nobody_sees(traveller: Traveller) -> None:
    traveller.until(lambda: traveller.panel.viewing._around.is_busy)
    traveller.panel.show_page("sort")
    assert not traveller.panel.viewing.is_busy
    asked = len(traveller.asked(RenderRequest))
    traveller.studio.engine.run()
    traveller.studio.settle()
    assert len(traveller.asked(RenderRequest)) == asked
    traveller.panel.show_page("travel")
    traveller.settle()


# -- the board ---------------------------------------------------------------------------------------------------------


def test_muting_takes_a_direction_out_of_the_picture_and_keeps_its_amount(board: Traveller) -> None:
    first, second = board.ask.uses
    board.panel.left.board.mix.rows[first.sha256].mute.click()
    board.settle()
    assert board.ask.uses[0].amount == RAW_STEP
    assert dict(board.ask.place.amounts) == {second.sha256: RAW_STEP}
    board.panel.left.board.mix.rows[first.sha256].mute.click()
    assert len(board.ask.place.amounts) == 2


def test_rows_are_renamed_moved_hidden_from_the_rose_and_removed(board: Traveller) -> None:
    first, second = (use.sha256 for use in board.ask.uses)
    left = board.panel.left.board
    left.renamed.emit(first, "hush")
    assert board.ask.uses[0].name == "hush"
    left.moved.emit(first, 1)
    assert [use.sha256 for use in board.ask.uses] == [second, first]
    assert left.mix.order == (second, first)
    menu = left.menu(first)
    named = {action.text(): action for action in menu.actions()}
    named["In the rose"].trigger()
    assert not any(petal.label.startswith("hush") for petal in board.panel.middle.travel.rose.petals)
    named["Take off the board"].trigger()
    assert [use.sha256 for use in board.ask.uses] == [second]
    for _ in range(2):
        board.undo()
    assert any(petal.label == "hush +" for petal in board.panel.middle.travel.rose.petals)


def test_a_direction_is_shaped_over_time(board: Traveller) -> None:
    first = board.ask.uses[0].sha256
    board.panel.left.board.picked.emit(first)
    folds = board.panel.left.folds
    folds._preset("form")
    board.settle()
    assert board.ask.uses[0].over_time[0] == 1.0
    assert board.ask.uses[0].over_time[-1] == 0.0
    request = board.asked(RenderRequest)[-1]
    shaped = {push.sha256: push.over_time for push in request.directions}
    assert shaped[first] == board.ask.uses[0].over_time


def test_the_pad_moves_two_directions_at_once(board: Traveller) -> None:
    folds = board.panel.left.folds
    first, second = (use.sha256 for use in board.ask.uses)
    folds.axesChosen.emit(first, second)
    assert folds.pad.isEnabled()
    assert folds.pad.value == pytest.approx((1 / 3, 1 / 3))
    folds.pad.edited.emit(0.5, -0.5)
    assert board.ask.uses[0].amount == RAW_STEP
    folds.pad.committed.emit(0.5, -0.5)
    board.settle()
    assert [use.amount for use in board.ask.uses] == [1.5, -1.5]
    board.undo()
    assert [use.amount for use in board.ask.uses] == [RAW_STEP, RAW_STEP]


def test_seeds_are_walked_and_the_way_between_two_is_slid(board: Traveller) -> None:
    stage, folds = board.panel.middle, board.panel.left.folds
    amounts = board.ask.place.amounts
    stage.after.click()
    assert (board.ask.seed, board.ask.place.amounts) == (2, amounts)
    stage.before.click()
    assert board.ask.seed == 1
    folds.mix.askedEdited.emit(0.25)
    assert board.ask.to_seed is None
    folds.mix.askedCommitted.emit(0.25)
    assert (board.ask.to_seed, board.ask.mix) == (2, 0.25)
    assert board.trail[-1] == "to seed 2 25%"
    board.settle()
    point = board.asked(RenderRequest)[-1].points[0]
    assert (point.to_seed, point.mix) == (2, 0.25)


def test_the_place_is_held_and_the_finish_is_the_full_pictures_own(board: Traveller) -> None:
    folds = board.panel.left.folds
    folds.lock.askedCommitted.emit(0.6)
    folds.finishes["rain"].askedCommitted.emit(0.5)
    board.settle()
    assert board.ask.lock == 0.6
    full, around = (board.rendered(lane)[-1] for lane in (Lane.TAKE, Lane.BATCH))
    assert (full.finish.rain, around.finish.rain) == (0.5, 0.0)
    assert full.making.lock == around.making.lock == 0.6
    folds.finished.click()
    assert not board.ask.is_finished
    assert not folds.finishes["rain"].isEnabled()


def test_a_model_of_the_users_own_is_searched_only_when_asked(rose: Traveller) -> None:
    page = rose.page
    rose.panel.choose_model("painter")
    rose.until(lambda: page.look.isVisibleTo(page))
    assert len(rose.asked(PoolRequest)) == 1
    page.look.click()
    rose.settle()
    assert [request.model for request in rose.asked(PoolRequest)] == ["compass-small", "painter"]
    assert len(rose.panel.principals.feeling_of("painter")) == 0


def test_a_place_is_found_again_when_the_project_is_opened(
    board: Traveller, tmp_path: Path, open_studio: Callable[..., Studio]
) -> None:
    before = board.panel.middle.travel.rose.image
    ask = board.ask
    path = tmp_path / "journey.affect"
    board.studio.project.save_as(path)
    board.until(lambda: board.studio.project.document.path == path)
    board.studio.close()
    for kept in Path(_cache()).glob("*.safetensors"):
        kept.unlink()  # the project holds what it needs
    studio = open_studio(ears=Ears(available=False), path=path)
    again = Traveller(studio)
    again.until(lambda: again.ask == ask)
    again.settle()
    assert again.panel.middle.travel.rose.image == before


def _cache() -> Path:
    from studio.settings import home_folders

    return home_folders().cache / "compass"
