"""The music panel: what is asked becomes takes, a take is seen, heard and taken away."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.document.model import AddTakes, DocumentState, RemoveTake, RenameTake, SetPanelState, StarTake, Take
from studio.jobs import JobState
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext, Timeline
from studio.panels.music.ask import Ask, ask_of, decode_ask, encode_ask
from studio.panels.music.commands import Command, build_actions
from studio.panels.music.composing import Composing
from studio.panels.music.editing import Editing
from studio.panels.music.hearing import Hearing
from studio.panels.music.importing import Importing
from studio.panels.music.left import AskColumn
from studio.panels.music.output import Output, request_words
from studio.panels.music.seen import Seen, read_request, seen_of
from studio.panels.music.soundfont import SoundFontChoice
from studio.panels.music.stage import Stage
from studio.panels.music.takes import TakesColumn
from studio.panels.music.thumbnails import Thumbnails
from studio.project import sentence
from studio.widgets.take_list import TakeRow


class MusicPanel(Panel):
    """Music from a feeling."""

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
        self.importing = Importing(context, self.key, self.select, self)
        self._connect()
        self._build_actions()
        self.middle.set_count(context.settings().takes_per_press)

    def _connect(self) -> None:
        self.left.committed.connect(self._commit)
        stage, takes = self.middle, self.right.takes
        stage.generateRequested.connect(self.generate)
        stage.countChosen.connect(self._choose_count)
        stage.cancelRequested.connect(self.cancel)
        self.context.jobs.changed.connect(self._show_progress)
        stage.seedEdited.connect(lambda seed: self._change("seed", seed=seed, seed_locked=True))
        stage.lockToggled.connect(lambda locked: self._change("seed", seed_locked=locked))
        stage.diceThrown.connect(self._throw_dice)
        stage.roll.seekRequested.connect(self.context.playback.seek)
        self.context.playback.positionChanged.connect(self._follow)
        takes.selected.connect(self.select)
        takes.activated.connect(self._play_take)
        takes.starToggled.connect(self.star)
        takes.renamed.connect(self.rename)
        takes.removeRequested.connect(self.remove)
        takes.menuRequested.connect(self._show_menu)
        takes.mime_for = lambda identity: self.output.mime(self.take(identity))
        self.right.exportRequested.connect(lambda: self.output.ask(self.take(self._shown), self.right.export))
        self.right.copyRequested.connect(lambda: self.copy_request(self._shown))
        self.right.repeatRequested.connect(lambda: self.ask_like(self._shown))
        self.composing.changed.connect(self._fill_list)
        self.composing.progressed.connect(self._fill_list)
        self.composing.kept.connect(self._kept)
        self.thumbnails.ready.connect(self._fill_list)
        self.listening.grew.connect(self._show_growing)
        self.listening.ended.connect(lambda: self._show(self._seen))
        self.listening.compare.changed.connect(self.timelineChanged)

    def _build_actions(self) -> None:
        commands: tuple[Command, ...] = (
            ("Generate takes", "Ctrl+Return", self.generate),
            ("Star the take", "Ctrl+D", self._toggle_star),
            ("Ask like this take", "Ctrl+L", lambda: self.ask_like(self._shown)),
            ("Copy the request as text", "Ctrl+Shift+C", lambda: self.copy_request(self._shown)),
            ("Another seed", "Ctrl+R", self._throw_dice),
            None,
            ("Switch between A and B", "X", lambda: self.compare("")),
            ("Make the take A", "Shift+A", lambda: self.listening.mark("A", self._shown)),
            ("Make the take B", "Shift+B", lambda: self.listening.mark("B", self._shown)),
            None,
            ("Open MIDI…", "Ctrl+Shift+O", lambda: self.importing.ask(self.middle.window())),
            ("Choose a SoundFont…", "", lambda: self.soundfont.choose(self.middle.window())),
            ("Use the built-in SoundFont", "", self.soundfont.use_built_in),
        )
        self._actions = build_actions(self, commands)

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
        return encode_ask(self.left.ask)

    def load_state(self, text: str) -> None:
        """Put the controls where `save_state` had them."""
        self._show_ask(decode_ask(text))

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
        if (take := self.take(self._shown)) is not None:
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
        self._fill_list()

    # -- asking --------------------------------------------------------------------------------------------------------

    def _show_ask(self, ask: Ask) -> None:
        self.left.show_ask(ask)
        self.middle.show_ask(ask)
        self.left.show_ghost(self._seen.request.affect if self._seen is not None else None)

    def _commit(self, ask: Ask, name: str) -> None:
        self._show_ask(ask)
        self._saving += 1

        def ended(_value: object) -> None:
            self._saving -= 1

        def failed(error: BaseException) -> None:
            self._saving -= 1
            self.context.say(Message(sentence(error), Level.ERROR))

        action = SetPanelState(self.key, encode_ask(ask))
        self.context.project.perform(action, merge=f"{self.key}:{name}", done=ended, failed=failed)

    def _change(self, name: str, **changes: object) -> None:
        self._commit(msgspec.structs.replace(self.left.ask, **changes), name)

    def _choose_count(self, count: int) -> None:
        self.middle.set_count(count)
        self.context.remember(takes_per_press=count)

    def _throw_dice(self) -> None:
        fresh = msgspec.structs.replace(self.left.ask, seed_locked=False).with_fresh_seed()
        self._change("seed", seed=fresh.seed, seed_locked=True)

    def ask_like(self, identity: str) -> None:
        """Put the controls where they were for a take."""
        take = self.take(identity)
        request = read_request(take.request) if take is not None else None
        if request is not None:
            self._commit(ask_of(request), "like")

    # -- making --------------------------------------------------------------------------------------------------------

    def generate(self, count: int | None = None) -> None:
        """Compose takes with what is asked now."""
        ask = self.left.ask.with_fresh_seed()
        self._show_ask(ask)
        if not self.composing.pending:
            self._follow_new = True
        try:
            for offset in range(count or self.context.settings().takes_per_press):
                self.listening.follow(self.composing.submit(ask.request(offset)), ask.bars)
        except AffectStudioError as error:
            self.context.say(Message(error.message, Level.ERROR))
        self._fill_list()

    def cancel(self) -> None:
        """End what is being composed; finished takes stay."""
        self.composing.cancel()

    def _kept(self, identity: str) -> None:
        if self._follow_new and self.listening.wants(identity):
            self.select(identity)
        self._follow_new = False

    # -- the takes -----------------------------------------------------------------------------------------------------

    def take(self, identity: str) -> Take | None:
        """The take with this id, if it is in the document."""
        takes = self.context.project.state.takes_of(self.key)
        return next((take for take in takes if take.id == identity), None)

    @property
    def shown(self) -> str:
        """The id of the take in view, "" for none."""
        return self._shown

    def _fill_list(self) -> None:
        takes = self.context.project.state.takes_of(self.key)
        depth: dict[str, int] = {}
        rows = []
        for take in takes:
            depth[take.id] = depth.get(take.parent, -1) + 1 if take.parent else 0
            request = read_request(take.request)
            detail = self.thumbnails.detail(take, request)
            picture = self.thumbnails.picture(take, request)
            rows.append(TakeRow(take.id, take.name, detail, take.starred, depth[take.id], picture))
        rows += [
            TakeRow(one.job, one.name, f"seed {one.request.seed}", busy=one.fraction) for one in self.composing.pending
        ]
        self.right.takes.set_rows(rows)
        if self._shown and self.right.takes.selected_id is None and self.listening.growing.score is None:
            self.right.takes.select(self._shown)
        self.right.show_count(len(rows), sum(take.starred for take in takes))
        self._show_progress()

    def _show_progress(self) -> None:
        waiting = self.composing.pending
        if not waiting:
            self.middle.set_progress(None)
            return
        now = next((pending for pending in waiting if 0 < pending.fraction < 1), waiting[0])
        note = now.note or "waiting for the engine"
        more = f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""
        job = self.context.jobs.job(now.job)
        stuck = job is not None and job.state is JobState.STUCK
        self.middle.set_progress(now.fraction, f"{now.name} · {note}{more}", stuck=stuck)

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
            functools.partial(seen_of, take),
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
        stay_s = self.editing.show(seen)
        if seen is None:
            self._shown = ""
            self.left.show_measured({}, {})
            self.left.show_ghost(None)
            self.right.show_facts(())
        else:
            self.left.show_measured(seen.measured, seen.asked)
            self.left.show_ghost(seen.request.affect)
            self.right.show_facts(seen.facts)
            self.thumbnails.learn(seen.sha256, seen.score)
        self.listening.load(seen)
        if stay_s is not None:
            self.context.playback.seek(stay_s)
        self.timelineChanged.emit()
        self.exportsChanged.emit()

    def _show_growing(self) -> None:
        self.middle.roll.set_score(self.listening.growing.score)
        self.right.takes.select(None)
        self.timelineChanged.emit()

    def _follow(self, position_s: float) -> None:
        if self.listening.is_on_transport(self._seen):
            self.middle.roll.set_playhead(position_s)

    def _play_take(self, identity: str) -> None:
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
        takes = {take.id: take for take in self.context.project.state.takes_of(self.key)}
        self.listening.switch(letter, self._shown, self._seen, takes, self.select)

    def star(self, identity: str, starred: bool) -> None:
        """Mark a take as a favourite, or no longer."""
        if self.take(identity) is not None:
            self.context.project.perform(StarTake(identity, starred))

    def _toggle_star(self) -> None:
        if (take := self.take(self._shown)) is not None:
            self.star(take.id, not take.starred)

    def rename(self, identity: str, name: str) -> None:
        """Give a take another name."""
        if name.strip() and self.take(identity) is not None:
            self.context.project.perform(RenameTake(identity, name.strip()))

    def remove(self, identity: str) -> None:
        """Take a take out of the list (undo brings it back), or end one that is being composed."""
        if self.take(identity) is not None:
            self.context.project.perform(RemoveTake(identity))
        else:
            self.composing.cancel(identity)

    def _show_menu(self, identity: str, place: QPoint) -> None:
        menu = self.menu_of(identity)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def menu_of(self, identity: str) -> QMenu:
        """What can be done with a take, or with one that is being composed."""
        take = self.take(identity)
        menu = QMenu(self.right)
        if take is None:
            menu.addAction("Cancel", lambda: self.composing.cancel(identity))
        else:
            menu.addAction("Play", lambda: self._play_take(identity))
            self.listening.add_marks(menu, identity)
            menu.addAction("Ask like this", lambda: self.ask_like(identity))
            menu.addAction("Unstar" if take.starred else "Star", lambda: self.star(identity, not take.starred))
            menu.addAction("Rename", lambda: self.right.takes.edit_name(identity))
            menu.addSeparator()
            for choice in self.output.choices():
                run = functools.partial(self.output.export, take, choice, self.middle.window())
                menu.addAction(f"Export {choice.title}…", run)
            menu.addAction("Copy the request as text", lambda: self.copy_request(identity))
            menu.addSeparator()
            menu.addAction("Remove", lambda: self.remove(identity))
        return menu

    # -- away ----------------------------------------------------------------------------------------------------------

    def copy_request(self, identity: str) -> None:
        """Put the request of a take on the clipboard as text."""
        take = self.take(identity)
        if take is not None:
            QGuiApplication.clipboard().setText(take.request)
            self.context.say(Message(request_words(take)))

    def close(self) -> None:
        """Remove what was written for dragging."""
        self.output.close()
