"""The music panel: what is asked becomes takes, a take is seen, heard and taken away."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.document.model import AddTakes, DocumentState, RemoveTake, SetPanelState, Take
from studio.jobs import JobState
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext, Timeline
from studio.panels.music import wiring
from studio.panels.music.ask import Ask, Kept, ask_of, decode_ask, encode_ask
from studio.panels.music.asked import read_request
from studio.panels.music.carrying import feelings_into
from studio.panels.music.composing import Composing, progress_of
from studio.panels.music.ear import Ear
from studio.panels.music.editing import Editing
from studio.panels.music.features import Features
from studio.panels.music.following import Following
from studio.panels.music.hearing import Hearing
from studio.panels.music.importing import Importing
from studio.panels.music.left import AskColumn
from studio.panels.music.menu import music_commands
from studio.panels.music.output import Output
from studio.panels.music.placing import Placing
from studio.panels.music.presets import preset_menu
from studio.panels.music.reworking import Choice
from studio.panels.music.scene_feeling import SceneFeeling
from studio.panels.music.seen import Seen, seen_of
from studio.panels.music.soundfont import SoundFontChoice
from studio.panels.music.stage import Stage
from studio.panels.music.take_actions import TakeActions
from studio.panels.music.take_menus import TakeCommands, TakeMenus
from studio.panels.music.take_rows import take_rows
from studio.panels.music.takes import TakesColumn
from studio.panels.music.thumbnails import Thumbnails
from studio.panels.music.working import Working
from studio.project import sentence
from studio.widgets.actions import build_actions


class MusicPanel(Panel):
    """Music from a feeling.

    `marksChanged` carries the ids of the takes that are marked A and B, "" for none.
    """

    marksChanged = Signal(str, str)

    key = "music"
    title = "Music"

    left: AskColumn
    middle: Stage
    right: TakesColumn
    importing: Importing

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        hub = context.hub
        self.left, self.middle, self.right = AskColumn(hub), Stage(hub), TakesColumn(hub)
        self._saving = 0
        self._shown = ""
        self._follow_new = True  # until the user chooses a take, each press shows its first one
        self._seen: Seen | None = None
        self._document: object = None
        self.composing = Composing(context, self.key, self)
        self.soundfont = SoundFontChoice(context, self)
        self.listening = Hearing(context, self.key, self.composing, self.soundfont, self)
        self.output = Output(context, self.key, self.soundfont, self)
        self.thumbnails = Thumbnails(context, self)
        self.editing = Editing(context, self.middle.desk, self.take, self._show_again, self)
        self.importing = Importing(context, self.key, self.select, lambda path: self.following.open(path), self)
        self.following = Following(
            context, lambda: self.left.ask, lambda ask, name: self.commit(ask, name, joins=False), self
        )
        self.actions_of_takes = TakeActions(context, self.key, lambda: self.left.ask.kept, self)
        self.ear = Ear(context, lambda: self.left.ask.kept, self)
        once = functools.partial(self.commit, joins=False)
        self.presets = preset_menu(context, self.key, lambda: self.left.ask, once)
        self.features = Features(context, self.key, self)
        self.working = Working(context, self.middle.roll, self.middle.tools, self.composing, self._fresh_ask, self)
        run = TakeCommands(self.play_take, self.ask_like, self.composing.cancel, self.remove)
        self.menus = TakeMenus(context, self.actions_of_takes, self.output, self.right, run, self)
        self.placing = Placing(context, self.left, self.right, self.actions_of_takes, self.ear, self)
        self.star, self.rename = self.actions_of_takes.star, self.actions_of_takes.rename
        self.copy_request, self.menu_of = self.actions_of_takes.copy_request, self.menus.menu_of
        self.carry, self.taking_in = self.menus.mime, feelings_into(self)
        self.scene_feeling = SceneFeeling(self)
        wiring.connect(self)
        self._actions = build_actions(self, music_commands(self))
        self.middle.set_count(context.settings().takes_per_press)

    # -- the contract --------------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """What is shown over time: the take in view, or the one that is being written."""
        return self.listening.timeline(self._seen)

    def current_request(self) -> Request | None:
        """What the next press asks for its first take."""
        return self.left.ask.request()

    def save_state(self) -> str:
        """What is asked, as JSON text."""
        return encode_ask(self.scene_feeling.own)

    def load_state(self, text: str) -> None:
        """Put the controls where `save_state` had them."""
        self.show_own(decode_ask(text))

    def show_own(self, own: Ask) -> None:
        """Put the controls where the panel's own settings are, with the feeling of the scene where that is followed."""
        self._show_ask(self.scene_feeling.shown(own))

    def actions(self) -> tuple[QAction, ...]:
        """The panel's commands."""
        return self._actions

    def activate(self) -> None:
        """Colour the window with this panel's feeling, and give the transport its take."""
        self.context.hub.set_point(self.left.ask.affect)
        self.listening.load(self._seen)

    def focus_first(self) -> None:
        """Give the keyboard to the pad."""
        self.left.pad.setFocus(Qt.FocusReason.OtherFocusReason)

    def exports(self) -> tuple[ExportChoice, ...]:
        """The formats that take a score."""
        return self.output.choices() if self._seen is not None else ()

    def export(self, choice: ExportChoice) -> None:
        """Ask where, and export the take in view."""
        take = self.take(self._shown)
        if take is not None:
            self.output.export(take, choice, self.middle.window())

    def document_changed(self, state: DocumentState, action: object) -> None:
        """Show what the document holds now."""
        if action is None:
            if self._document is not None and self._document is not self.context.project.document:
                self.composing.cancel()
                self._show(None)
            self._document = self.context.project.document
            self.load_state(state.panel_states.get(self.key, "{}"))
        elif isinstance(action, SetPanelState) and action.panel == self.key and not self._saving:
            self.load_state(state.panel_states.get(self.key, "{}"))
        takes = state.takes_of(self.key)
        if self._shown and self.take(self._shown) is None:
            self._show(None)
        again = isinstance(action, AddTakes) and not self.composing.pending  # by undo or redo
        if not self._shown and takes and (again or action is None or isinstance(action, RemoveTake)):
            self.select(takes[-1].id)
        self.fill_list()
        self._show_kept()

    # -- asking --------------------------------------------------------------------------------------------------------

    def _show_ask(self, ask: Ask) -> None:
        self.left.show_ask(ask)
        self.middle.show_ask(ask)
        self.left.show_ghost(self._seen.feeling if self._seen is not None else None)
        self.features.show_ask(ask)
        self.ear.show()

    def keep(self, kept: Kept, name: str) -> None:
        """Keep something with the project beside what is asked, as a step of undo called `name`."""
        self.commit(msgspec.structs.replace(self.left.ask, kept=kept), name, joins=False)
        self.fill_list()
        self._show_kept()

    def _show_kept(self) -> None:
        self.right.note.show_words(self.left.ask.kept.notes.get(self._shown, ""))
        self.right.marks.show_marks(self.actions_of_takes.marks, self._shown)
        self.actions_of_takes.tell_marks()

    def commit(self, ask: Ask, name: str, *, joins: bool = True) -> None:
        """Ask for something else; changes in a row that have the same `name` and `joins` are one step of undo."""
        own = self.scene_feeling.kept(ask)
        self.show_own(own)
        self._saving += 1

        def ended(_value: object) -> None:
            self._saving -= 1

        def failed(error: BaseException) -> None:
            self._saving -= 1
            self.context.say(Message(sentence(error), Level.ERROR))

        action = SetPanelState(self.key, encode_ask(own))
        self.context.project.perform(action, merge=f"{self.key}:{name}" if joins else "", done=ended, failed=failed)

    def change(self, name: str, **changes: object) -> None:
        """Ask for other values of some fields of Ask."""
        self.commit(msgspec.structs.replace(self.left.ask, **changes), name)

    def choose_count(self, count: int) -> None:
        """Compose so many takes with each press from now on."""
        self.middle.set_count(count)
        self.context.remember(takes_per_press=count)

    def throw_dice(self) -> None:
        """Draw another seed and keep it."""
        fresh = msgspec.structs.replace(self.left.ask, seed_locked=False).with_fresh_seed()
        self.change("seed", seed=fresh.seed, seed_locked=True)

    def ask_like(self, identity: str) -> None:
        """Put the controls where they were for a take."""
        take = self.take(identity)
        request = read_request(take.request) if take is not None else None
        if request is not None:
            self.commit(ask_of(request, self.left.ask.kept), "like", joins=False)
        elif take is not None:
            self.context.say(Message("This take was not composed from a request: there is nothing to ask like it."))

    # -- making --------------------------------------------------------------------------------------------------------

    def generate(self, count: int | None = None) -> None:
        """Compose takes with what is asked now."""
        ask = self._fresh_ask()
        if not self.composing.pending:
            self._follow_new = True
        try:
            for offset in range(count or self.context.settings().takes_per_press):
                self.listening.follow(self.composing.submit(ask.checked_request(offset)), ask.bars)
        except AffectStudioError as error:
            self.context.say(Message(error.message, Level.ERROR))
        self.fill_list()

    def rework(self, choice: Choice) -> None:
        """Work with the take in view; what comes of it comes into view, unless something is listened to."""
        if not self.composing.pending:
            self._follow_new = True
        self.working.rework(choice)

    def _fresh_ask(self) -> Ask:
        ask = self.left.ask.with_fresh_seed()
        self._show_ask(ask)
        return ask

    def cancel(self) -> None:
        """End what is being composed; finished takes stay. A take that waits to be placed is placed no more."""
        if self.placing.waits:
            self.placing.give_up()
        else:
            self.composing.cancel()

    def kept(self, identity: str) -> None:
        """A new take is in the document: show it, unless another is listened to."""
        if identity not in {row.id for row in self.right.takes.rows}:
            self.right.show_all()  # what was just made is not hidden by an old search
            self.fill_list()
        if self._follow_new and self.listening.wants(identity):
            self.select(identity)
        self._follow_new = False

    # -- the takes -----------------------------------------------------------------------------------------------------

    def take(self, identity: str) -> Take | None:
        """The take with this id, if it is in the document."""
        return self.actions_of_takes.take(identity)

    @property
    def shown(self) -> str:
        """The id of the take in view, "" for none."""
        return self._shown

    def fill_list(self) -> None:
        """Show the takes of now, and those that are being made."""
        takes = self.context.project.state.takes_of(self.key)
        waiting = self.composing.pending
        rows = take_rows(takes, waiting, self.thumbnails, self.right.which, self.left.ask.kept)
        self.right.takes.set_rows(rows)
        if self._shown and self.right.takes.selected_id is None and self.listening.growing.score is None:
            self.right.takes.select(self._shown)
        self.right.show_count(len(takes) + len(waiting), sum(take.starred for take in takes))
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far the take is that is being made."""
        told = progress_of(self.composing.pending)
        if told is None:
            self.middle.set_progress(None)
            return
        job = self.context.jobs.job(told.job)
        self.middle.set_progress(told.fraction, told.words, stuck=job is not None and job.state is JobState.STUCK)

    def select(self, identity: str) -> None:
        """Show a take: its notes, what was measured, and its sound."""
        take = self.take(identity)
        if take is None or (identity == self._shown and self.listening.growing.score is None):
            return
        self._follow_new = False
        self.listening.leave(identity)
        self._shown = identity
        self.right.takes.select(identity)
        self.context.project.examine(
            take.asset_sha256,
            functools.partial(seen_of, take, by_id=self.actions_of_takes.by_id()),
            functools.partial(self._arrived, identity),
            functools.partial(self._unreadable, identity),
        )

    def _show_again(self, identity: str) -> None:
        if identity == self._shown:
            self._shown = ""
            self.select(identity)

    def _arrived(self, identity: str, seen: Seen) -> None:
        if identity == self._shown and self.editing.is_current(identity, seen.sha256):
            self._show(seen)

    def _unreadable(self, identity: str, error: BaseException) -> None:
        if identity == self._shown:
            self._show(None)
        self.context.say(Message(sentence(error), Level.ERROR))

    def _show(self, seen: Seen | None) -> None:
        self._seen = seen
        bars = self.working.bars_for(seen)
        stay_s = self.editing.show(seen, self.listening.job_of(seen.take.id) if seen is not None else "")
        if seen is None:
            self._shown = ""
            self.left.show_measured({}, {})
            self.left.show_ghost(None)
            self.right.show_facts(())
        else:
            self.left.show_measured(seen.measured, seen.asked)
            self.left.show_ghost(seen.feeling)
            self.right.show_facts(seen.facts)
            self.thumbnails.learn(seen.sha256, seen.score)
        self.working.show(seen)
        self.features.show_take(seen)
        self._show_kept()
        self.placing.show(seen)
        if self.middle.isVisibleTo(self.middle.window()):  # else it is another panel's transport
            self.listening.load(seen)
        self.working.choose_again(bars)
        if stay_s is not None:
            self.context.playback.seek(stay_s)
        self.timelineChanged.emit()
        self.exportsChanged.emit()

    def show_growing(self) -> None:
        """Show the take that is being written as far as it is."""
        growing = self.listening.growing
        if self.editing.show_growing(growing.job, growing.score):  # nothing of the take before is in view any more
            self.left.show_measured({}, {})
            self.right.show_facts(())
            self.working.show(None)
        self.right.takes.select(None)
        self.timelineChanged.emit()

    def show_seen(self) -> None:
        """Show the take in view again, for what was being written became none."""
        seen = self._seen
        self._show(seen)
        if seen is not None and not self.editing.is_current(seen.take.id, seen.sha256):  # undone meanwhile
            self._show_again(seen.take.id)

    def follow(self, position_s: float) -> None:
        """Move the playhead of the roll."""
        if self.listening.is_on_transport(self._seen):
            self.middle.roll.set_playhead(position_s)

    def play_take(self, identity: str) -> None:
        """Play a take, or pause it."""
        if identity == self._shown and self._seen is not None:
            self.context.playback.toggle()
        elif self.take(identity) is not None:
            self.listening.play_next()
            self.select(identity)

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Hear each track of the take in view at its level."""
        self.listening.set_levels(levels)

    def compare(self, letter: str) -> None:
        """Go to the take A or B ("": the other one) at the same place in the bar."""
        self.listening.switch(letter, self._shown, self._seen, self.actions_of_takes.by_id(), self.select)

    def remove(self, identity: str) -> None:
        """Take a take out of the list (undo brings it back), or end one that is being composed."""
        if not self.actions_of_takes.remove(identity):
            self.composing.cancel(identity)

    def close(self) -> None:
        """Remove what was written for dragging."""
        self.output.close()
