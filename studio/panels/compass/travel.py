"""Travelling: what the hand does on rose, trail, strip, board and folds, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from generators.affect import AffectPoint
from studio.background import ignore
from studio.panel import PanelContext
from studio.panels.compass import steps
from studio.panels.compass.affect_drive import at_feeling, drive_words, driven, feeling_label, feeling_of
from studio.panels.compass.own_picture import without_own
from studio.panels.compass.state import Ask, CompassState, Place, Use, fresh_seed
from studio.panels.compass.steps import Step
from studio.panels.compass.words import picture_name
from studio.widgets.mix_row import signed
from studio.widgets.rose_view import Petal
from studio.widgets.trail_bar import TrailStop, onward

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


class Travel(QObject):
    """Holds the parts of travelling together. The panel calls `show` with each state."""

    def __init__(self, context: PanelContext, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._page, self._board, self._folds = panel.middle.travel, panel.left.board, panel.left.folds
        self._viewing, self._principals, self._own = panel.viewing, panel.principals, panel.own
        self._ask = Ask()  # what is in view: the state's, or what the hand is about to make of it
        self._steps: tuple[Step, ...] = ()
        self._strip: Use | None = None
        self._viewing.nearby = self._nearby
        self._connect()

    def _connect(self) -> None:
        page, board, folds = self._page, self._board, self._folds
        self._viewing.looksCame.connect(self._fill)
        self._viewing.shown.connect(self._fill)
        page.rose.chosen.connect(self.go)
        page.trail.chosen.connect(self.go_back)
        page.strip.chosen.connect(self._go_along)
        page.ownLeft.connect(self.leave_own)
        page.searchRequested.connect(self._principals.again)
        page.searchStopped.connect(self._principals.cancel)
        self._principals.changed.connect(lambda: self.show(self._panel.state))
        self._principals.progressed.connect(self._search)
        self._own.shown.connect(self._show_own)
        board.edited.connect(lambda sha256, amount: self.look({sha256: amount}))
        board.committed.connect(lambda sha256, amount: self.move({sha256: amount}))
        board.picked.connect(self.choose)
        board.muted.connect(lambda sha256, muted: self._change(sha256, is_muted=muted))
        board.renamed.connect(lambda sha256, name: self._change(sha256, name=name))
        board.roseToggled.connect(lambda sha256, is_in: self._change(sha256, is_in_rose=is_in))
        board.moved.connect(self._reorder)
        board.removed.connect(lambda sha256: self._commit(self._kept.without_use(sha256), ""))
        folds.amountsEdited.connect(self.look)
        folds.amountsCommitted.connect(self.move)
        folds.axesChosen.connect(lambda x, y: self._commit(msgspec.structs.replace(self._kept, pad=(x, y)), "pad axes"))
        folds.shapeEdited.connect(lambda sha256, shape: self._look(self._kept.with_use(sha256, over_time=shape)))
        folds.shapeCommitted.connect(lambda sha256, shape: self._change(sha256, over_time=shape))
        folds.walkEdited.connect(lambda seed, mix: self._look(self._walked(seed, mix)))
        folds.walkCommitted.connect(self.walk)
        folds.to_dice.clicked.connect(lambda: self.walk(fresh_seed(), self._kept.mix))
        folds.makingEdited.connect(lambda changes: self._look(msgspec.structs.replace(self._kept, **changes)))
        folds.makingCommitted.connect(self._make)

    # -- what is known -------------------------------------------------------------------------------------------------

    @property
    def _kept(self) -> Ask:
        return self._panel.state.ask

    @property
    def principal(self) -> tuple[Use, ...]:
        """The principal directions of the model."""
        return self._principals.of(self._ask.model)

    def _nearby(self, ask: Ask) -> tuple[Ask, Sequence[Place]]:
        known = steps.with_ways(ask, self.principal)
        places = [step.place for step in steps.rose_steps(ask, self.principal)]
        along = self._along(ask)
        if along is not None:
            places += steps.strip_places(ask, along)
        return known, places

    def _along(self, ask: Ask) -> Use | None:
        """The direction of the strip: the one that was chosen, else the first of the rose."""
        chosen = self._panel.state.direction
        known = {use.sha256: use for use in (*self.principal, *ask.uses)}
        ways = steps.ways(ask, self.principal)
        return known.get(chosen) or (ways[0] if ways else None)

    # -- showing -------------------------------------------------------------------------------------------------------

    def resume(self) -> None:
        """The rose comes into view, or goes."""
        if self._panel.is_travelling:
            self._principals.look_for(self._kept.model)
            self._viewing.resume()
        else:
            self._viewing.pause()

    def show(self, state: CompassState) -> None:
        """Show what the panel keeps."""
        ask = state.ask
        if self._panel.is_travelling:
            self._principals.look_for(ask.model)
        self._show_around(ask)
        stops = [TrailStop(stop.id, stop.label, stop.parent) for stop in ask.trail]
        self._page.trail.set_stops(stops, ask.stop)
        self._board.show_ask(ask, state.direction)
        self._folds.show_ask(ask, state.direction)
        self._panel.left.show_drive(drive_words(ask), can_propose=bool(self._principals.feeling_of(ask.model)))
        self._panel.following.show()
        self._own.show(ask)
        if not self._principals.is_busy:
            self._search(None)
        self._viewing.show(ask)
        self._fill()

    def _show_around(self, ask: Ask) -> None:
        self._ask = ask
        self._steps = steps.rose_steps(ask, self.principal)
        self._page.rose.set_petals([self._petal(step) for step in self._steps])
        self._page.rose.set_words(picture_name(ask))
        self._strip = self._along(ask)
        use = self._strip
        if use is None:
            self._page.show_strip("")
            return
        self._page.strip.set_places([signed(amount) for amount in steps.strip_amounts(use)])
        self._page.strip.set_here(steps.strip_here(use))
        even = "even steps through the usable range" if use.reported else "steps not evened yet"
        self._page.show_strip(f"along “{use.name or 'unnamed'}” · {even}")

    @staticmethod
    def _petal(step: Step) -> Petal:
        far = " Pictures may break so far out." if step.goes_far else ""
        hint = f"Go to {steps.step_label(step.use, step.amount)}.{far}"
        return Petal(step.key, step.label, hint, step.goes_far)

    def _fill(self) -> None:
        """Put the small pictures that are there into their places."""
        known = steps.with_ways(self._ask, self.principal)
        for step in self._steps:
            self._page.rose.set_picture(step.key, self._look_at(known, step.place))
        if self._strip is not None:
            places = steps.strip_places(self._ask, self._strip)
            self._page.strip.set_pictures([self._look_at(known, place) for place in places])

    def _look_at(self, ask: Ask, place: Place) -> QImage | None:
        looks = self._viewing.looks
        # neighbours are compared: a painted one among plain ones would look like another place
        return looks.get(looks.key(ask, place)) or looks.get(looks.key(ask, place, "full"))

    def _search(self, fraction: float | None) -> None:
        lacks = not steps.ways(self._ask, self.principal)
        self._page.set_search(fraction, can_look=lacks and not self._principals.is_busy)

    def _show_own(self, original: QImage | None, words: str) -> None:
        self._page.show_own(original, words, is_own=bool(self._kept.start_sha256))

    # -- looking: nothing is kept yet ----------------------------------------------------------------------------------

    def _look(self, ask: Ask) -> None:
        self._show_around(ask)
        self._fill()
        self._viewing.show(ask)

    def _with_amounts(self, amounts: Mapping[str, float]) -> Ask:
        ask = self._kept
        for sha256, amount in amounts.items():
            ask = ask.with_use(sha256, amount=amount)
        return ask

    def look(self, amounts: Mapping[str, float]) -> None:
        """Show the picture at other amounts while the hand moves."""
        self._look(self._with_amounts(amounts))

    def look_at_feeling(self, point: AffectPoint) -> None:
        """Show the picture where a feeling puts it while the hand moves."""
        if driven(self._kept):
            self._look(at_feeling(self._kept, point))

    # -- going ---------------------------------------------------------------------------------------------------------

    def _commit(self, ask: Ask, name: str, done: Callable[[object], object] = ignore, **changes: object) -> None:
        """Keep other settings; the files of directions that come in with them are kept too."""
        known = {use.sha256 for use in self._kept.uses}
        assets: dict[str, bytes | Path] = {}
        for use in ask.uses:
            if use.sha256 not in known:
                assets.update(self._principals.files_of(use.sha256))
        self._look(ask)
        state = msgspec.structs.replace(self._panel.state.with_ask(ask), **changes)
        self._panel.store(state, assets, f"{self._panel.key}:{name}" if name else "", done)

    def _change(self, sha256: str, **changes: object) -> None:
        self._commit(self._kept.with_use(sha256, **changes), f"{' '.join(changes)} {sha256}")

    def go(self, key: str) -> None:
        """Go one step of the rose."""
        step = next((step for step in self._steps if step.key == key), None)
        if step is None:
            return
        known = self._kept.with_uses([step.use])
        after = known.at(step.place)
        label = steps.step_label(step.use, step.amount)
        self._commit(steps.gone(self._kept, after, label, topic=""), "")

    def _go_along(self, place: int) -> None:
        use = self._strip
        if use is None:
            return
        amount = steps.strip_amounts(use)[place]
        known = self._kept.with_uses([use])
        after = known.with_use(use.sha256, amount=amount, is_muted=False)
        self._commit(steps.gone(self._kept, after, steps.step_label(use, amount), topic=use.name or "unnamed"), "")

    def move(self, amounts: Mapping[str, float]) -> None:
        """Go to other amounts."""
        ask = self._with_amounts(amounts)
        uses = [use for sha256 in amounts if (use := ask.use(sha256)) is not None]
        label = ", ".join(steps.step_label(use, use.amount) for use in uses)
        topic = label.rpartition(" ")[0] if len(uses) == 1 else ""
        after = steps.gone(self._kept, ask, label, topic=topic)
        affect = feeling_of(ask, self._panel.state.affect)
        direction = uses[0].sha256 if len(uses) == 1 else self._panel.state.direction
        self._commit(after, f"amounts {' '.join(sorted(amounts))}", affect=affect, direction=direction)

    def go_to_feeling(self, point: AffectPoint) -> None:
        """Go where a feeling puts the picture, and keep the feeling."""
        ask = at_feeling(self._kept, point)
        after = steps.gone(self._kept, ask, feeling_label(point), topic="feeling") if driven(ask) else ask
        self._commit(after, "feeling", affect=point)

    def go_back(self, stop: str) -> None:
        """Go to a stop of the trail."""
        self._commit(self._kept.back_to(stop), "")

    def go_to_seed(self, seed: int) -> None:
        """Go to another seed, with the same directions."""
        seed = min(max(seed, 0), 2**31 - 1)
        after = msgspec.structs.replace(self._kept, seed=seed, to_seed=None, mix=0.0)
        self._commit(steps.gone(self._kept, after, f"seed {seed}", topic="seed"), "seed")

    def step_seed(self, step: int) -> None:
        """Go to the next seed, or the one before."""
        self.go_to_seed(self._kept.seed + step)

    def _walked(self, to_seed: int, mix: float) -> Ask:
        return msgspec.structs.replace(self._kept, to_seed=to_seed, mix=mix)

    def walk(self, to_seed: int, mix: float) -> None:
        """Go some of the way to another seed."""
        after = self._walked(to_seed, mix)
        label = f"to seed {to_seed} {mix * 100:.0f}%"
        self._commit(steps.gone(self._kept, after, label, topic=label.rpartition(" ")[0]), "walk")

    def _make(self, changes: Mapping[str, object]) -> None:
        self._commit(msgspec.structs.replace(self._kept, **changes), f"making {' '.join(sorted(changes))}")

    def choose(self, sha256: str) -> None:
        """Choose the direction of card, strip and strength over time."""
        if sha256 != self._panel.state.direction:
            self._commit(self._kept, "direction", direction=sha256)

    def _reorder(self, sha256: str, place: int) -> None:
        shown = [use.sha256 for use in self._kept.board if use.sha256 != sha256]
        shown.insert(min(max(place, 0), len(shown)), sha256)
        rank = {key: number for number, key in enumerate(shown)}
        uses = tuple(sorted(self._kept.uses, key=lambda use: rank.get(use.sha256, len(rank))))
        self._commit(msgspec.structs.replace(self._kept, uses=uses), "")

    def start_from(self, seed: int) -> None:
        """Travel from a picture of the model's own, wherever one was."""
        ask = without_own(self._kept) if self._kept.start_sha256 else self._kept
        after = msgspec.structs.replace(ask, seed=seed, to_seed=None, mix=0.0)
        self._commit(steps.gone(ask, after, f"seed {seed}", topic=""), "")

    def leave_own(self) -> None:
        """Go back to the model's own pictures."""
        self._commit(without_own(self._kept), "")

    def propose_feeling(self) -> None:
        """Take the proposals of valence and arousal onto the board, where the feeling drives them, and even them."""
        proposed = self._principals.feeling_of(self._kept.model)
        if proposed:
            ask = at_feeling(self._kept.with_uses(proposed), self._panel.state.affect)
            after = steps.gone(self._kept, ask, feeling_label(self._panel.state.affect), topic="feeling")

            def measure(_state: object) -> None:
                for use in proposed:
                    self._panel.measure(use.sha256)

            self._commit(after, "", done=measure)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Go one stop back."""
        way = self._kept.path()
        if len(way) > 1:
            self.go_back(way[-2].id)

    def step_on(self) -> None:
        """Go on where one went on from here before."""
        stops = [TrailStop(stop.id, stop.label, stop.parent) for stop in self._kept.trail]
        following = onward(stops, self._kept.stop)
        if following:
            self.go_back(following[0].id)

    def focus_rose(self) -> None:
        """Give the keyboard to the rose."""
        self._page.rose.setFocus(Qt.FocusReason.ShortcutFocusReason)
