"""The compass panel: pictures are sorted, a direction is found, and one travels along it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from generators import artifacts
from generators.affect import AffectPoint
from generators.artifacts import Artifact, Direction
from generators.compass.request import SHIPPED_MODEL
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.background import ignore
from studio.document.model import DocumentState, SetPanelState
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext
from studio.panels.compass import wiring
from studio.panels.compass.affect_drive import at_feeling, driven
from studio.panels.compass.cards import Cards
from studio.panels.compass.carrying import connect_carrying
from studio.panels.compass.choosing import Choosing
from studio.panels.compass.commands import compass_commands
from studio.panels.compass.dropped import Dropped
from studio.panels.compass.feeling_way import Following
from studio.panels.compass.files import Files
from studio.panels.compass.finding import Finding
from studio.panels.compass.left import AskColumn
from studio.panels.compass.models import Models
from studio.panels.compass.output import Output
from studio.panels.compass.own_picture import OwnPictures, without_own
from studio.panels.compass.pooling import Pooling
from studio.panels.compass.presets import CompassPresets
from studio.panels.compass.principals import Principals
from studio.panels.compass.reporting import Reporting
from studio.panels.compass.right import PictureColumn
from studio.panels.compass.scene_feeling import SceneFeeling
from studio.panels.compass.second_pool import SecondPool
from studio.panels.compass.showing import Showing
from studio.panels.compass.sorter import Sorter
from studio.panels.compass.stage import SORT, TRAVEL, Stage
from studio.panels.compass.state import Ask, CompassState, decode_state, encode_state, fresh_seed
from studio.panels.compass.steps import evened
from studio.panels.compass.takes import Takes, facts_of_start
from studio.panels.compass.taking import Taking
from studio.panels.compass.thumbnails import Thumbnails
from studio.panels.compass.travel import Travel
from studio.panels.compass.viewing import Viewing
from studio.preset_menu import PresetMenu
from studio.project import sentence
from studio.widgets.actions import build_actions

Done = Callable[..., object]
Failed = Callable[[BaseException], object]
SAME = "This picture is kept already: move something, or take another seed."


class CompassPanel(Panel):
    """Pictures from directions that were found by sorting."""

    key = "compass"
    title = "Compass"
    made_title = "Pictures"
    nothing_plays = "Pictures stand still. To see them follow a curve, play “Feeling over time” on the Travel page."
    runs = False

    left: AskColumn
    middle: Stage
    right: PictureColumn
    importing: Dropped

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        hub = context.hub
        self.left, self.middle, self.right = AskColumn(hub), Stage(hub), PictureColumn(hub)
        self._state = CompassState()
        self._saving = 0
        self._document: object = None
        self.chosen = ""  # the picture that was chosen or kept last
        self.files = Files(context, self)
        self.models = Models(context, self)
        self.thumbnails = Thumbnails(context, self)
        self.taking = Taking(context, self.key, self.files, self)
        self.takes = Takes(context, self.key, lambda: self._state, self.commit, self.thumbnails, self)
        self.viewing = Viewing(context, self.files, self.middle.travel, lambda: self.is_travelling, self)
        self.principals = Principals(context, self.files, self.key, self)
        self.own = OwnPictures(context, self.key, lambda: self._state.ask, self._keep_own, self)
        self.travel = Travel(context, self)
        self.following = Following(self)
        self.pooling = Pooling(context, self.key, self)
        self.second_pool = SecondPool(context, self.key, self.files, self)
        self.finding = Finding(context, self.files, self.middle.sort.effect, self)
        self.reporting = Reporting(context, self.key, self.files, self)
        self.cards = Cards(context, self.files, self.right, self)
        self.output, self.importing = Output(self), Dropped(self)
        self.sorter, self.showing, self.choosing = Sorter(self), Showing(self), Choosing(self)
        holder = CompassPresets(lambda: self._state.ask, self.commit_ask)
        self.presets = PresetMenu(context, self.key, holder, parent=self)
        self.scene_feeling = SceneFeeling(self)
        wiring.connect(self)
        self.taking_in = connect_carrying(self)
        self._actions = build_actions(self, compass_commands(self))
        self.show_models()

    # -- the contract --------------------------------------------------------------------------------------------------

    def current_request(self) -> Request | None:
        """What the picture in the middle is asked with."""
        try:
            return self._state.ask.request()
        except AffectStudioError:
            return None

    def save_state(self) -> str:
        """All that the panel keeps, as JSON text."""
        return encode_state(self.scene_feeling.own(self._state))

    def load_state(self, text: str) -> None:
        """Show what `save_state` gave."""
        self.show_own(decode_state(text))

    def show_own(self, own: CompassState) -> None:
        """Show the panel's own state, with the curve of the scene where that is followed."""
        self._put(self.scene_feeling.shown(own))

    def actions(self) -> tuple[QAction, ...]:
        """The panel's commands."""
        return self._actions

    def exports(self) -> tuple[ExportChoice, ...]:
        """All that can leave: the picture, strips, maps, films."""
        return self.output.choices()

    def export(self, choice: ExportChoice) -> None:
        """Ask how and where, and export it."""
        self.output.ask(choice.key)

    def activate(self) -> None:
        """Colour the window with the feeling, and show what is asked."""
        self.context.hub.set_point(self._state.affect)
        self.models.load()
        self.travel.resume()
        self.sorter.show()
        self.showing.card()

    def models_changed(self) -> None:
        """Offer the models that there are now."""
        self.models.load()

    def select(self, identity: str) -> None:
        """Bring a take into view."""
        self.choosing.select(identity)

    def focus_first(self) -> None:
        """Give the keyboard to the pad."""
        self.left.pad.setFocus(Qt.FocusReason.OtherFocusReason)

    def document_changed(self, state: DocumentState, action: object) -> None:
        """Show what the document holds now."""
        if action is None:
            if self._document is not None and self._document is not self.context.project.document:
                self._forget()
            self._document = self.context.project.document
            self.load_state(state.panel_states.get(self.key, "{}"))
        elif isinstance(action, SetPanelState) and action.panel == self.key:
            if not self._saving:
                self.load_state(state.panel_states.get(self.key, "{}"))
        else:
            self.showing.lists()
            self.showing.take()

    def _forget(self) -> None:
        self.cancel()
        self.reporting.cancel()
        for part in (self.viewing, self.own, self.pooling, self.finding, self.cards):
            part.forget()
        self.chosen = ""

    def compare(self, letter: str) -> None:
        """Go to the picture A or B ("": the other one); a letter that is free is given to the picture in view."""
        self.takes.switch(letter, self.shown, self.choosing.select)

    def cancel(self) -> None:
        """End what is being painted."""
        self.following.stop()
        self.taking.cancel()
        self.own.cancel()
        self.pooling.cancel()
        self.second_pool.cancel()

    def close(self) -> None:
        """Ask for nothing more, and remove what was written for dragging."""
        self._forget()
        self.output.close()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> CompassState:
        """All that the panel keeps."""
        return self._state

    @property
    def page(self) -> str:
        """The page in view."""
        return self.middle.current_page

    @property
    def is_in_front(self) -> bool:
        """Whether the panel is the one that is seen."""
        return self.middle.isVisibleTo(self.middle.window())

    @property
    def is_travelling(self) -> bool:
        """Whether the rose is what is seen."""
        return self.is_in_front and self.page == TRAVEL

    @property
    def can_export_direction(self) -> bool:
        """Whether there is a way to write the direction in view."""
        return self._state.ask.use(self._state.direction) is not None

    @property
    def shown(self) -> str:
        """The id of the take that is just what is in view, "" for none."""
        try:
            take = self.takes.matching(self._state.ask, self.chosen)
        except AffectStudioError:
            return ""
        return take.id if take is not None else ""

    def commit(self, state: CompassState, name: str = "") -> None:
        """Keep another state; changes in a row that have the same `name` are one step of undo."""
        self.store(state, {}, f"{self.key}:{name}" if name else "")

    def commit_ask(self, ask: Ask, name: str = "") -> None:
        """Keep other settings."""
        self.commit(self._state.with_ask(ask), name)

    def change(self, name: str, **changes: object) -> None:
        """Keep other values of some fields of Ask."""
        self.commit_ask(self._state.ask.replace(**changes), name)

    def store(
        self,
        state: CompassState,
        assets: Mapping[str, bytes | Path],
        merge: str = "",
        done: Callable[..., object] = ignore,
        failed: Callable[[BaseException], object] = ignore,
    ) -> None:
        """Keep another state with the assets that it needs, in one step."""
        own = self.scene_feeling.own(state)
        # what is done next, before all is on disk, goes on from here
        self._state = state = self.scene_feeling.shown(own)
        if not assets:
            self._put(state)
        self._saving += 1

        def ended(value: object) -> None:
            self._saving -= 1
            if assets:  # what is shown needs what was stored with it
                self._put(self._state)
            done(value)

        def refused(error: BaseException) -> None:
            self._saving -= 1
            self.load_state(self.context.project.state.panel_states.get(self.key, "{}"))
            self.context.say(Message(sentence(error), Level.ERROR))
            failed(error)

        action = SetPanelState(self.key, encode_state(own))
        self.context.project.perform(action, assets, merge=merge, done=ended, failed=refused)

    def _put(self, state: CompassState) -> None:
        self._state = state
        self.left.show_ask(state.ask, state.affect)
        self.middle.show_ask(state.ask)
        self.travel.show(state)
        if self.is_in_front:
            self.context.hub.set_point(state.affect)
        self.sorter.show()
        self.showing.lists()
        self.showing.take()
        self.showing.card()
        self.exportsChanged.emit()

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_page(self, page: str) -> None:
        """Bring Travel or Sort into view."""
        self.middle.show_page(page)
        self.travel.resume()
        self.sorter.show()
        self.showing.told()

    def show_models(self) -> None:
        """Show which models there are."""
        self.left.show_models(self.models.choices, self._state.ask.model)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def feel_on_the_way(self, point: AffectPoint) -> None:
        """The pad is being moved: the picture follows where directions stand for the feeling."""
        if self.page == TRAVEL:
            self.travel.look_at_feeling(point)

    def feel(self, point: AffectPoint) -> None:
        """The pad was moved: a feeling for the panel, or for the pictures that are being rated."""
        if self.sorter.feel(point):
            self.left.show_affect(self._state.affect)
            return
        self.travel.go_to_feeling(point)

    def _keep_own(self, ask: Ask, assets: Mapping[str, bytes | Path], done: Done, failed: Failed) -> None:
        """A picture of one's own came in: travel with it."""
        self.show_page(TRAVEL)
        self.store(self._state.with_ask(ask), assets, "", done, failed)

    def choose_model(self, name: str) -> None:
        """Paint with another model; its own directions come onto the board."""
        if name != self._state.ask.model:
            ask = without_own(self._state.ask).replace(model=name, is_finished=name == SHIPPED_MODEL)
            texts = (ask.prompt, ask.negative) if self.models.reads_text(name) else ("", "")
            # what was set for one model's size and steps is seldom right for another
            ask = ask.replace(prompt=texts[0], negative=texts[1], guidance=None, steps=0, width=0, height=0)
            self.commit_ask(ask)

    def throw_dice(self) -> None:
        """Draw another seed."""
        self.travel.go_to_seed(fresh_seed())

    def start_from(self, row: int) -> None:
        """Travel from a picture of the grid."""
        pool = self._state.sorting.pool
        if pool is not None and row < len(pool.points):
            self.show_page(TRAVEL)
            self.travel.start_from(pool.points[row].seed)

    # -- making --------------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep the picture in view as a take; on the Sort page, the direction."""
        if self.page == SORT:
            self.sorter.keep()
            return
        ask = self._state.ask
        try:
            match = self.takes.matching(ask, self.chosen)
            request = ask.request()
        except AffectStudioError as error:
            self.context.say(Message(error.message, Level.WARNING))
            return
        if match is not None or any(waiting.request == request for waiting in self.taking.pending):
            self.context.say(Message(SAME, key="keep"))
            return
        parent = self.chosen if self.takes.take(self.chosen) is not None else None
        name = self.takes.free_name(ask, self.taking.pending)
        self.taking.take(request, name, parent, facts_of_start(ask))

    def kept(self, take_id: str) -> None:
        """A new take is in the document."""
        self.chosen = take_id
        self.showing.lists()
        self.showing.take()
        self.exportsChanged.emit()

    def measure(self, sha256: str) -> None:
        """Even a direction and report on it."""
        use = self._state.ask.use(sha256)
        if use is None:
            self.context.say(Message("Choose a direction on the board first.", Level.WARNING))
        elif not self.reporting.start(use, self._state.ask.replace(lock=0.0).making("preview")):
            text = "It can be measured where it was found by sorting; this one brought no pictures with it."
            self.context.say(Message(text, Level.WARNING))

    def measured(self, sha256: str, new_sha256: str, path: Path, job: str) -> None:
        """A report is there: the evened direction takes the place of the one before, wherever that is used."""

        def release(_value: object) -> None:
            self.context.jobs.release(job)

        def even(direction: Artifact) -> None:
            use = self._state.ask.use(sha256)
            if use is None or not isinstance(direction, Direction):  # it was taken off the board meanwhile
                release(None)
                return
            scale = partial(evened, direction) if not use.reported else float
            state = self._state.replaced(sha256, new_sha256, scale, reported=True)
            found = state.ask.use(new_sha256)
            if found is not None and found in driven(state.ask).values():
                state = state.with_ask(at_feeling(state.ask, state.affect))
            self.store(state, {new_sha256: path}, done=release, failed=release)

        self.context.background.run(lambda: artifacts.read(path), even, release)
