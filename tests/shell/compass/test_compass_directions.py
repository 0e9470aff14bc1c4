"""Directions that are kept: on the board, measured, told on their card, renamed, taken off, sorted on for."""

from __future__ import annotations

from compass_hands import Compass

from generators.compass.request import FindRequest, ReportRequest
from generators.engine.engine import Lane
from generators.engine.fake_script import Refuse, play
from generators.errors import BadRequest


def test_a_kept_direction_is_on_the_board_measured_and_told(sorted_by_light: Compass) -> None:
    panel = sorted_by_light.panel
    use = sorted_by_light.keep_direction("light")
    assert (use.name, use.reported, use.source) == ("light", True, "found")
    assert use.found_by is not None
    assert use.found_by.judgements == sorted_by_light.sorting.judgements
    assert panel.state.direction == use.sha256
    report = sorted_by_light.asked(ReportRequest)[-1]
    assert isinstance(report, ReportRequest)
    assert report.found_by == use.found_by
    assert len(set(report.seeds) - {point.seed for point in sorted_by_light.pool.points}) == 20
    assert next(lane for request, lane, _ in sorted_by_light.studio.engine.submitted if request is report) is Lane.BATCH
    card = panel.right.card
    sorted_by_light.until(lambda: len(card.strip.rows) == 2 and all(card.strip.images(0)) and all(card.strip.images(1)))
    assert card.name.text() == "light"
    assert card.bars.bars[0].value == 0.9
    told = {name.text(): value.text() for name, value in card._facts.labels if not name.isHidden()}
    assert told["sorted"] == "8 pictures"
    assert told["steps differ by"] == "40 % → 10 %"
    assert sorted_by_light.studio.project.document.has_asset(use.sha256)


def test_keeping_is_one_step_and_its_report_another(sorted_by_light: Compass) -> None:
    use = sorted_by_light.keep_direction()
    sorted_by_light.undo()
    assert not sorted_by_light.ask.uses[0].reported
    assert sorted_by_light.ask.uses[0].sha256 != use.sha256
    assert sorted_by_light.panel.right.card.report.isVisibleTo(sorted_by_light.panel.right.card)
    sorted_by_light.undo()
    assert not sorted_by_light.ask.uses
    sorted_by_light.redo()
    sorted_by_light.redo()
    assert sorted_by_light.ask.uses[0] == use


def test_names_are_free_and_the_same_direction_comes_once(sorted_by_light: Compass) -> None:
    first = sorted_by_light.keep_direction("hush")
    rows = sorted_by_light.by_light()
    sorted_by_light.panel.sorter.put([rows[5]], "less")
    sorted_by_light.settle()
    second = sorted_by_light.keep_direction("hush")
    assert (first.name, second.name) == ("hush", "hush 2")


def test_a_report_that_fails_says_so_and_can_be_tried_again(sorted_by_light: Compass) -> None:
    engine = sorted_by_light.studio.engine

    def refusing(request, inputs):
        if isinstance(request, ReportRequest):
            return [Refuse(BadRequest("The pictures fall apart at once: judge some more."))]
        return play(request, inputs)

    engine.script = refusing
    sorted_by_light.panel.keep()
    sorted_by_light.until(lambda: "fall apart" in sorted_by_light.message)
    assert not sorted_by_light.ask.uses[0].reported
    engine.script = play
    sorted_by_light.studio.window.strip._action.click()
    sorted_by_light.until(lambda: sorted_by_light.ask.uses[0].reported)


def test_a_direction_taken_off_the_board_while_it_is_measured_stays_off(sorted_by_light: Compass) -> None:
    sorted_by_light.panel.keep()
    sorted_by_light.until(lambda: bool(sorted_by_light.ask.uses))
    sorted_by_light.panel.choosing.remove_direction()
    sorted_by_light.until(lambda: not sorted_by_light.panel.reporting.is_busy)
    sorted_by_light.settle()
    assert not sorted_by_light.ask.uses


def test_rename_remove_and_sort_on(sorted_by_light: Compass) -> None:
    panel, studio = sorted_by_light.panel, sorted_by_light.studio
    use = sorted_by_light.keep_direction()
    studio.answers.words = "  first light "
    panel.choosing.rename_direction()
    assert sorted_by_light.ask.uses[0].name == "first light"
    sorted_by_light.begin(24, seed=5_000)
    assert sorted_by_light.sorting.pool_sha256 != (use.found_by.pool_sha256 if use.found_by else "")
    panel.choosing.sort_on()
    sorted_by_light.until(lambda: len(sorted_by_light.sorting.judgements.more) == 4)
    assert sorted_by_light.sorting.name == "first light"
    assert len(sorted_by_light.pool.points) == 40
    sorted_by_light.settle()
    panel.choosing.remove_direction()
    assert not sorted_by_light.ask.uses
    assert panel.right._card_area.isHidden()
    sorted_by_light.undo()
    assert sorted_by_light.ask.uses[0].name == "first light"


def test_a_measured_direction_moves_the_picture_by_its_slider(sorted_by_light: Compass) -> None:
    use = sorted_by_light.keep_direction()
    panel = sorted_by_light.panel
    panel.show_page("travel")
    sorted_by_light.until(lambda: panel.viewing.is_current)
    before = panel.middle.travel.rose.image
    assert before is not None
    panel.left.board.sliders[use.sha256].askedCommitted.emit(1.0)
    sorted_by_light.until(lambda: panel.viewing.is_current)
    after = panel.middle.travel.rose.image
    assert after is not None
    assert after.pixelColor(10, 10).lightnessF() > before.pixelColor(10, 10).lightnessF()
    sorted_by_light.undo()
    assert sorted_by_light.ask.uses[0].amount == 0.0


def test_the_same_fit_is_not_made_twice(sorted_by_light: Compass) -> None:
    rows = sorted_by_light.by_light()
    before = len(sorted_by_light.asked(FindRequest))
    sorted_by_light.panel.sorter.put([rows[6]], "less")
    sorted_by_light.settle()
    sorted_by_light.undo()
    sorted_by_light.redo()
    assert len(sorted_by_light.asked(FindRequest)) == before + 1
