"""What the parts of the compass panel tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.panel import Level, Message
from studio.panels.compass.recalling import Recalling

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


def connect(panel: CompassPanel) -> None:
    """Connect what the panel is made of."""
    panel.recalling = Recalling(panel)
    _connect_left(panel)
    _connect_stage(panel)
    _connect_sort(panel)
    _connect_right(panel)
    _connect_out(panel)
    panel.taking.changed.connect(panel.showing.lists)
    panel.taking.kept.connect(panel.kept)
    panel.thumbnails.ready.connect(panel.showing.lists)
    panel.models.changed.connect(panel.show_models)
    panel.viewing.failed.connect(lambda text: panel.context.say(Message(text, Level.WARNING, key="picture")))
    panel.viewing.shown.connect(panel.exportsChanged)
    panel.context.hub.settled.connect(panel.showing.lists)


def _connect_left(panel: CompassPanel) -> None:
    left = panel.left
    left.pointCommitted.connect(panel.feel)
    left.pointEdited.connect(panel.feel_on_the_way)
    left.driveRequested.connect(panel.travel.propose_feeling)
    left.presets.clicked.connect(lambda: panel.presets.open_below(left.presets))
    left.findRequested.connect(panel.sorter.begin)
    left.modelChosen.connect(panel.choose_model)
    left.prompt.committed.connect(lambda field, text: panel.change("", **{field: text}))


def _connect_stage(panel: CompassPanel) -> None:
    stage = panel.middle
    stage.pageChosen.connect(panel.show_page)
    stage.keepRequested.connect(panel.keep)
    stage.cancelRequested.connect(panel.cancel)
    stage.seedEdited.connect(panel.travel.go_to_seed)
    stage.seedStepped.connect(panel.travel.step_seed)
    stage.ownRequested.connect(lambda: panel.own.ask(stage.window()))
    panel.own.progressed.connect(panel.showing.progress)
    stage.diceThrown.connect(panel.throw_dice)


def _connect_sort(panel: CompassPanel) -> None:
    page, sorter, effect = panel.middle.sort, panel.sorter, panel.middle.sort.effect
    page.poolRequested.connect(sorter.make_pool)
    page.judged.connect(sorter.put)
    page.starred.connect(sorter.star)
    page.nextRequested.connect(sorter.next_pictures)
    page.allToggled.connect(sorter.show_all)
    page.overRequested.connect(sorter.over)
    page.newPoolRequested.connect(sorter.new_pool)
    page.nameEdited.connect(sorter.name)
    page.keepRequested.connect(panel.keep)
    page.activated.connect(panel.start_from)
    effect.finderChosen.connect(sorter.choose_finder)
    effect.optionChosen.connect(sorter.set_option)
    effect.apartToggled.connect(sorter.leave_alone)
    effect.anotherRequested.connect(panel.finding.another)
    effect.textRequested.connect(sorter.ask_text)
    panel.pooling.changed.connect(panel.showing.progress)
    panel.pooling.ended.connect(sorter.show)
    panel.pooling.grew.connect(sorter.grew)
    panel.pooling.made.connect(sorter.pool_made)
    panel.pooling.loaded.connect(lambda _sha256: sorter.show())
    panel.second_pool.changed.connect(panel.showing.progress)
    panel.second_pool.made.connect(sorter.second_pool_made)
    panel.second_pool.failed.connect(lambda text: panel.context.say(Message(text, Level.WARNING, key="finder")))
    panel.finding.proposed.connect(sorter.proposed)
    panel.finding.failed.connect(lambda text: panel.context.say(Message(text, Level.WARNING, key="finding")))


def _connect_right(panel: CompassPanel) -> None:
    right, takes, choosing = panel.right, panel.takes, panel.choosing
    right.takes.selected.connect(choosing.select)
    right.empty.pressed.connect(panel.choosing.keep_picture)
    right.takes.activated.connect(choosing.open)
    right.takes.starToggled.connect(takes.star)
    right.takes.renamed.connect(takes.rename)
    right.takes.removeRequested.connect(choosing.remove)
    right.takes.menuRequested.connect(choosing.show_take_menu)
    right.facts.copyRequested.connect(lambda: takes.copy_request(panel.shown))
    right.facts.termsRequested.connect(lambda: takes.show_terms(panel.shown, right.window()))
    right.facts.duplicateRequested.connect(lambda: takes.duplicate(panel.shown))
    right.marks.marked.connect(lambda letter: takes.mark(letter, panel.shown))
    right.note.noted.connect(lambda text: takes.note(panel.shown, text))
    card = right.card
    card.reportRequested.connect(lambda: panel.measure(panel.state.direction))
    card.cancelRequested.connect(lambda: panel.reporting.cancel(panel.state.direction))
    card.renameRequested.connect(choosing.rename_direction)
    card.sortRequested.connect(choosing.sort_on)
    card.removeRequested.connect(choosing.remove_direction)
    panel.reporting.changed.connect(panel.showing.card)
    panel.reporting.made.connect(panel.measured)
    panel.cards.changed.connect(panel.showing.card)


def _connect_out(panel: CompassPanel) -> None:
    panel.right.facts.exportRequested.connect(lambda: panel.output.ask())
    panel.right.card.exportRequested.connect(panel.output.export_direction)
