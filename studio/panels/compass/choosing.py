"""Pictures that are chosen, compared and gone back to, and the direction that is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from generators import artifacts
from generators.compass.request import PoolRequest
from generators.engine.requests import decode_request
from generators.errors import BadArtifact
from studio.carrying import add_uses, carried_take
from studio.panel import Level, Message
from studio.panels.compass.stage import SORT, TRAVEL
from studio.panels.compass.state import Sorting, Use
from studio.project import sentence

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


class Choosing(QObject):
    """Brings another picture or direction into view."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    # -- pictures ------------------------------------------------------------------------------------------------------

    def select(self, identity: str) -> None:
        """Go back to a picture: put all settings where they were for it."""
        panel = self._panel
        take = panel.takes.take(identity)
        ask = panel.takes.ask_like(take) if take is not None else None
        if take is None or ask is None:
            return
        panel.chosen = identity
        if ask.request() == panel.state.ask.request():
            panel.showing.lists()
            panel.showing.take()
        else:
            panel.commit(panel.state.with_ask(ask), "take")

    def open(self, identity: str) -> None:
        """Go back to a picture and look at it."""
        self._panel.show_page(TRAVEL)
        self.select(identity)

    def remove(self, identity: str) -> None:
        """Take a picture out of the list (undo brings it back), or end one that is being made."""
        if not self._panel.takes.remove(identity):
            self._panel.taking.cancel(identity)

    def show_take_menu(self, identity: str, place: QPoint) -> None:
        """Open the menu of a picture."""
        panel = self._panel
        menu = QMenu(panel.right)
        take = panel.takes.take(identity)
        if take is None:
            menu.addAction("Cancel", lambda: panel.taking.cancel(identity))
        else:
            menu.addAction("Go back to it", lambda: self.open(identity))
            menu.addAction("Unstar" if take.starred else "Star", lambda: panel.takes.toggle_star(identity))
            menu.addAction("Rename", lambda: panel.right.takes.edit_name(identity))
            menu.addAction("Duplicate", lambda: panel.takes.duplicate(identity))
            menu.addSeparator()
            for letter, marked in zip("AB", panel.takes.marks, strict=True):
                words = f"No longer {letter}" if marked == identity else f"Mark as {letter}"
                menu.addAction(words, lambda letter=letter: panel.takes.mark(letter, identity))
            add_uses(menu, panel.context, carried_take(panel.context, take))
            panel.takes.add_request_actions(menu, take, panel.right.window())
            menu.addSeparator()
            menu.addAction("Remove", lambda: self.remove(identity))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def keep_picture(self) -> None:
        """Keep the picture in view, whichever page is shown."""
        self._panel.show_page(TRAVEL)
        self._panel.keep()

    # -- directions ----------------------------------------------------------------------------------------------------

    def choose_direction(self, sha256: str) -> None:
        """Show the card of a direction."""
        panel = self._panel
        if sha256 != panel.state.direction and panel.state.ask.use(sha256) is not None:
            panel.commit(msgspec.structs.replace(panel.state, direction=sha256), "direction")

    def rename_direction(self) -> None:
        """Give the direction in view another name."""
        panel = self._panel
        use = panel.state.ask.use(panel.state.direction)
        if use is None:
            return
        name = panel.context.dialogs.text(panel.right.window(), "Rename the direction", "Name:", use.name)
        if name and name.strip() and name.strip() != use.name:
            panel.commit_ask(panel.state.ask.with_use(use.sha256, name=name.strip()[:60]))

    def remove_direction(self) -> None:
        """Take the direction in view off the board; undo brings it back."""
        panel = self._panel
        state = panel.state.with_ask(panel.state.ask.without_use(panel.state.direction))
        first = state.ask.uses[0].sha256 if state.ask.uses else ""
        apart = tuple(key for key in state.sorting.disentangle if key != panel.state.direction)
        state = state.with_sorting(disentangle=apart)
        panel.commit(msgspec.structs.replace(state, direction=first))

    def sort_on(self) -> None:
        """Go on sorting where the direction in view was found."""
        panel = self._panel
        use = panel.state.ask.use(panel.state.direction)
        found_by = use.found_by if use is not None else None
        if use is None or found_by is None:
            return
        panel.show_page(SORT)
        pool = panel.state.sorting.pool
        if panel.state.sorting.pool_sha256 == found_by.pool_sha256 and pool is not None:
            self._sort_in(pool, use)
            return
        document = panel.context.project.document
        panel.context.background.run(
            lambda: request_in(document.asset(found_by.pool_sha256)),
            lambda found: self._sort_in(found, use),
            lambda error: panel.context.say(Message(sentence(error), Level.ERROR)),
        )

    def _sort_in(self, pool: PoolRequest, use: Use) -> None:
        found_by = use.found_by
        if found_by is None:
            return
        sorting = Sorting(
            pool_sha256=found_by.pool_sha256,
            pool=pool,
            judgements=found_by.judgements,
            finder=found_by.finder,
            disentangle=found_by.disentangle,
            measured=found_by.measured or "brightness",
            axis=found_by.axis,
            component=found_by.component,
            second_pool_sha256=found_by.second_pool_sha256,
            name=use.name,
        )
        now = self._panel.state.sorting
        if now.pool_sha256 == sorting.pool_sha256:
            sorting = msgspec.structs.replace(sorting, shown=now.shown, rounds=now.rounds)
        self._panel.commit(msgspec.structs.replace(self._panel.state, sorting=sorting))


def request_in(data: bytes) -> PoolRequest:
    """The request that made a pool, as its file keeps it.

    Raises:
        BadArtifact: it keeps none.
    """
    found = decode_request(str(artifacts.facts(data).get("request", "{}")))
    if not isinstance(found, PoolRequest):
        raise BadArtifact("The pictures that it was found in do not say how they were made: begin another sorting.")
    return found
