"""The face panel: a voice is opened, a feeling asked for, and a head performs it; curves are bent and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from generators.artifacts import Voice
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.background import ignore
from studio.document.model import DocumentState, SetPanelState, Take
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext, Timeline
from studio.panels.face import keying, wiring
from studio.panels.face.commands import build_actions, face_commands
from studio.panels.face.desk import Desk, request_of
from studio.panels.face.edited import with_edits
from studio.panels.face.hands import Hands
from studio.panels.face.hearing import Hearing
from studio.panels.face.left import AskColumn
from studio.panels.face.lines import NO_LINE, Lines
from studio.panels.face.opening import Opening
from studio.panels.face.output import Outgoing, Output
from studio.panels.face.performing import Performing
from studio.panels.face.pictures import Pictures, levels_of
from studio.panels.face.right import FaceColumn
from studio.panels.face.stage import Stage
from studio.panels.face.state import Ask, FaceState, decode_state, encode_state
from studio.panels.face.takes import Takes, ask_like, facts_of
from studio.panels.face.words import layer_detail, layer_title
from studio.project import sentence
from studio.widgets.edit_list import EditRow

SAME = "This take is there already: change something, or let the seed be free."
OVERVIEW_BINS = 1_200


class FacePanel(Panel):
    """A face from a voice and a feeling."""

    key = "face"
    title = "Face"

    left: AskColumn
    middle: Stage
    right: FaceColumn
    importing: Opening

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        hub = context.hub
        self.left, self.middle, self.right = AskColumn(hub), Stage(hub), FaceColumn(hub)
        self._state = FaceState()
        self._saving = 0
        self._document: object = None
        self._chosen: dict[str, str] = {}  # by line: the take that was chosen or kept last
        self._opening = False
        self.performing = Performing(context, self.key, self)
        self.pictures = Pictures(context, self)
        self.takes = Takes(context, self.key, lambda: self._state, self.commit, self.pictures, self)
        self.desk = Desk(context, self.middle, self.performing, self.takes.of_line, self)
        self.hearing = Hearing(context, self)
        self.output = Output(context, self.key, self)
        self.lines = Lines(context, lambda: self._state, self.commit, self.takes, self.performing, self.output, self)
        self.importing = Opening(context, self.key, lambda: self._state, self._add_lines, self)
        self.hands = Hands(self)
        wiring.connect(self)
        self._actions = build_actions(self, face_commands(self))

    # -- the contract --------------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The voice in view over time."""
        line, voice = self._state.shown, self.desk.voice
        if line is None:
            return Timeline()
        marks = self.takes.marks
        names = {take.id: take.name for take in self.takes.all()}
        compared = {letter: names[of] for letter, of in zip("AB", marks, strict=True) if of}
        letter = next((letter for letter, of in zip("AB", marks, strict=True) if of and of == self.shown), "")
        levels = levels_of(voice, OVERVIEW_BINS) if voice is not None else np.zeros(0)
        return Timeline(
            key=line.voice_sha256, compared=compared, letter=letter, duration_s=line.duration_s, levels=levels
        )

    def current_request(self) -> Request | None:
        """What the next take is asked for; None without a voice."""
        line = self._state.shown
        return line.ask.request(line.voice_sha256) if line is not None else None

    def save_state(self) -> str:
        """Lines and settings, as JSON text."""
        return encode_state(self._state)

    def load_state(self, text: str) -> None:
        """Show what `save_state` gave."""
        self._put(decode_state(text))

    def actions(self) -> tuple[QAction, ...]:
        """The panel's commands."""
        return self._actions

    def activate(self) -> None:
        """Colour the window with the feeling of the line, and give the transport its voice."""
        self._color()
        self.hearing.load()
        self.context.playback.seek(0.0)

    def focus_first(self) -> None:
        """Give the keyboard to the pad, or to the button that opens a voice."""
        first = self.left.pad if self._state.shown is not None else self.middle.empty.open
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def exports(self) -> tuple[ExportChoice, ...]:
        """The formats that take a face."""
        return self.output.choices() if self.desk.shown is not None else ()

    def export(self, choice: ExportChoice) -> None:
        """Ask what and where, and export what is in view."""
        outgoing = self._outgoing()
        if outgoing is not None:
            self.output.export(outgoing, choice, self.middle.window())

    def document_changed(self, state: DocumentState, action: object) -> None:
        """Show what the document holds now."""
        if action is None:
            if self._document is not None and self._document is not self.context.project.document:
                self.performing.cancel()
                self.importing.cancel()
                self.desk.forget()
                self._chosen.clear()
            self._document = self.context.project.document
            self.load_state(state.panel_states.get(self.key, "{}"))
        elif isinstance(action, SetPanelState) and action.panel == self.key:
            if not self._saving:
                self.load_state(state.panel_states.get(self.key, "{}"))
        else:
            self.fill_lists()
            self._show_take()

    def compare(self, letter: str) -> None:
        """Go to the take A or B ("": the other one); a letter that is free is given to the take in view."""
        mark_a, mark_b = self.takes.marks
        marked = {"A": mark_a, "B": mark_b}
        if letter and not marked[letter]:
            self.takes.mark(letter, self.shown)
            return
        other = marked[letter] if letter else mark_b if self.shown == mark_a else mark_a
        if not other:
            self.context.say(Message("Make one take A and another one B, then switch between them.", key="compare"))
            return
        self.select(other)

    def cancel(self) -> None:
        """End what is being performed and opened."""
        self.performing.cancel()
        self.importing.cancel()

    def close(self) -> None:
        """Remove what was written for dragging, and draw no more."""
        self.output.close()
        self.desk.close()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> FaceState:
        """All that the panel keeps."""
        return self._state

    @property
    def shown(self) -> str:
        """The id of the take that is just what is in view, "" for none."""
        line = self._state.shown
        take = self.takes.matching(line, self._chosen.get(line.id, "")) if line is not None else None
        return take.id if take is not None else ""

    def commit(self, state: FaceState, name: str = "") -> None:
        """Keep another state; changes in a row that have the same `name` are one step of undo."""
        self._store(state, {}, f"{self.key}:{state.current}:{name}" if name else "")

    def commit_ask(self, ask: Ask, name: str = "") -> None:
        """Keep other settings of the line in view."""
        self.commit(self._state.with_ask(ask), name)

    def change(self, name: str, **changes: object) -> None:
        """Keep other values of some fields of Ask."""
        self.commit_ask(msgspec.structs.replace(self._state.asked, **changes), name)

    def _add_lines(
        self,
        state: FaceState,
        assets: Mapping[str, bytes | Path],
        merge: str,
        done: Callable[..., object],
        failed: Callable[[BaseException], object],
    ) -> None:
        self._store(state, assets, merge, done, failed)

    def _store(
        self,
        state: FaceState,
        assets: Mapping[str, bytes | Path],
        merge: str,
        done: Callable[..., object] = ignore,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        if not assets:
            self._put(state)
        self._saving += 1

        def ended(value: object) -> None:
            self._saving -= 1
            if assets:  # what is shown needs what was stored with it
                self._put(state)
            done(value)

        def refused(error: BaseException) -> None:
            self._saving -= 1
            self.load_state(self.context.project.state.panel_states.get(self.key, "{}"))
            if failed is not None:
                failed(error)
            else:
                self.context.say(Message(sentence(error), Level.ERROR))

        action = SetPanelState(self.key, encode_state(state))
        self.context.project.perform(action, assets, merge=merge, done=ended, failed=refused)

    def _put(self, state: FaceState) -> None:
        before, self._state = self._state, state
        line = state.shown
        moved = before.current != state.current or (before.shown is None) != (line is None)
        if moved:
            self.middle.feeling.choose(None)
            self.middle.mixture.choose(None)
        self.middle.show_desk(line is not None)
        self.middle.show_ask(state.asked)
        self.desk.show(line, state.asked)
        if moved:
            self.hearing.show(line, front=self.middle.isVisibleTo(self.middle.window()))
        self.show_left()
        self._show_edits(state.asked)
        self.middle.voice.set_moments(keying.moments(state.asked.eyes))
        self._color()
        self.fill_lists()
        self._show_take()
        if moved:
            self.timelineChanged.emit()
        self.exportsChanged.emit()

    # -- showing -------------------------------------------------------------------------------------------------------

    def _now_s(self) -> float:
        return self.context.playback.position_s if self.hearing.is_on_transport else 0.0

    def show_left(self) -> None:
        """Put the controls where the settings are, and pad and sliders where the chosen keyframe is."""
        ask, now_s = self._state.asked, self._now_s()
        point = keying.point_at(ask, self.middle.feeling.place, now_s)
        mixture = keying.mixture_at(ask, self.middle.mixture.place, now_s)
        self.left.show_ask(ask, point, mixture, keying.mixture_words(ask, self.middle.mixture.place))

    def _color(self) -> None:
        if self.middle.isVisibleTo(self.middle.window()):
            ask, now_s = self._state.asked, self._now_s()
            point = keying.point_at(ask, self.middle.feeling.place, now_s)
            self.left.feeling.accent_of(ask, point, keying.mixture_at(ask, self.middle.mixture.place, now_s))

    def _show_edits(self, ask: Ask) -> None:
        rows = [EditRow(layer_title(one), layer_detail(one.edit), not one.edit.off) for one in ask.layers]
        self.middle.edits.set_rows(rows)
        self.middle.show_edits(bool(rows))

    def preview(self, ask: Ask) -> None:
        """Show what other settings give while the hand moves; nothing is kept yet."""
        self.left.take(ask)
        self.desk.preview(ask)

    def fill_lists(self) -> None:
        """Show lines and takes of now, and those that are being made."""
        waiting, line = self.performing.pending, self._state.shown
        rows = self.lines.rows(self.pictures, waiting)
        self.right.show_lines(rows, self._state.current, line)
        takes = self.takes.rows(line.id, waiting) if line is not None else []
        self.right.takes.set_rows(takes)
        self.right.takes.select(self.shown or None)
        told = "Perform keeps what you see as a take, to compare it and to come back to it." if line else ""
        self.right.show_count(len(takes), told)
        self._show_progress()
        self.show_told()

    def _show_progress(self) -> None:
        waiting = self.performing.pending
        if self._opening:
            return
        if not waiting:
            self.middle.set_progress(None)
            return
        now = next((one for one in waiting if 0 < one.fraction < 1), waiting[0])
        more = f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""
        words = f"{now.line.name}, {now.name}{f' · {now.note}' if now.note else ''}{more}"
        self.middle.set_progress(now.fraction, words)

    def show_opening(self, fraction: float | None, words: str) -> None:
        """Show how far listening to a new voice is."""
        self._opening = fraction is not None
        self.middle.empty.busy.setText(words)
        if fraction is None:
            self._show_progress()
        else:
            self.middle.set_progress(fraction, words)

    def show_told(self) -> None:
        """Say whether what is in view is a take."""
        take = self.takes.take(self.shown) if self.shown else None
        if take is not None:
            told = f"“{take.name}”"
        else:
            told = "Not kept yet" if self.desk.shown is not None else ""
        self.middle.told.setText(told)

    def _show_take(self) -> None:
        line, take = self._state.shown, self.takes.take(self.shown)
        facts = facts_of(take, request_of(take), line) if take is not None else ()
        self.right.show_facts(facts)
        self.right.show_note(self._state.notes.get(self.shown, ""))
        self.right.show_marks(self.takes.marks, self.shown)

    def voice_shown(self, voice: Voice) -> None:
        """The voice of the line is there."""
        line = self._state.shown
        if line is not None:
            self.pictures.learn_voice(line.heard_sha256, voice)
        self.timelineChanged.emit()
        self.exportsChanged.emit()

    # -- time ----------------------------------------------------------------------------------------------------------

    def follow(self, position_s: float) -> None:
        """The playhead moves."""
        if not self.hearing.is_on_transport:
            return
        if self.context.playback.playing:
            self.middle.view.follow(position_s)
        self.desk.show_time(position_s)
        ask = self._state.asked
        keyed = ask.mode == "curve" and self.middle.feeling.place is None
        mixed = ask.mode == "mixture" and self.middle.mixture.place is None and len(ask.feelings) > 1
        if (keyed or mixed) and not self.left.isActiveWindow():
            return
        if keyed or mixed:
            self.show_left()

    def loop(self, selection: tuple[float, float] | None) -> None:
        """Loop the chosen stretch, or nothing."""
        if self.hearing.is_on_transport:
            begin, end = selection or (0.0, 0.0)
            self.context.playback.set_loop_range(begin, end)
            if end > begin:
                self.context.playback.set_loop(True)

    def show_loop(self, chosen: tuple[float, float] | None) -> None:
        """The loop was chosen elsewhere: show the stretch."""
        if self.hearing.is_on_transport:
            self.middle.view.select(chosen)

    # -- making --------------------------------------------------------------------------------------------------------

    def perform(self) -> None:
        """Keep what is asked as a new take; what is a take already gets another seed first."""
        line = self._state.shown
        if line is None:
            self.context.say(Message(NO_LINE, Level.WARNING))
            return
        parent = self._chosen.get(line.id) or None
        match = self.takes.matching(line, parent or "")
        if match is not None:
            if line.ask.seed_locked:
                self.context.say(Message(SAME, key="perform"))
                return
            self.commit_ask(line.ask.with_fresh_seed(), "seed")
            parent = match.parent
        line = self._state.shown
        if line is not None:
            known = {take.id for take in self.takes.of_line(line.id)}
            self.lines.perform(line, parent=parent if parent in known else None)

    def kept(self, take_id: str, line_id: str) -> None:
        """A new take is in the document."""
        self._chosen[line_id] = take_id
        self.fill_lists()
        self._show_take()
        self.timelineChanged.emit()

    def throw_dice(self) -> None:
        """Draw another seed."""
        fresh = msgspec.structs.replace(self._state.asked, seed_locked=False).with_fresh_seed()
        self.change("seed", seed=fresh.seed)

    def blink(self) -> None:
        """Force a blink at the playhead."""
        self._with_line(self.hands.blink)

    def hold_gaze(self) -> None:
        """Keep the eyes where they look."""
        self._with_line(self.hands.hold_gaze)

    def _with_line(self, do: Callable[[], object]) -> None:
        if self._state.shown is None:
            self.context.say(Message(NO_LINE, Level.WARNING))
        else:
            do()

    def record(self) -> None:
        """Open the sheet that records a voice."""
        from studio.panels.face.record_sheet import RecordSheet

        sheet = RecordSheet(self.context.hub, self.middle.window())
        sheet.recorded.connect(lambda path: self.importing.open([path]))
        sheet.show()

    # -- lines and takes -----------------------------------------------------------------------------------------------

    def choose_line(self, identity: str) -> None:
        """Show another line."""
        if self._state.line(identity) is not None and identity != self._state.current:
            self.commit(msgspec.structs.replace(self._state, current=identity), "line")

    def play_line(self, identity: str) -> None:
        """Play a line, or pause it."""
        if identity == self._state.current:
            self.context.playback.toggle()
        else:
            self.hearing.play_next()
            self.choose_line(identity)

    def send_back(self) -> None:
        """Send the line in view back, and ask for a note."""
        if self.lines.toggle_sent_back(self._state.current):
            self.right.line_note.setFocus(Qt.FocusReason.OtherFocusReason)

    def export_lines(self) -> None:
        """Export all approved lines in a format that is asked for."""
        self.output.ask_below(self.right.more_lines, lambda choice: self.lines.export_all(choice, self.middle.window()))

    def select(self, identity: str) -> None:
        """Show a take: put all settings where they were for it."""
        take, line = self.takes.take(identity), self._state.shown
        ask = ask_like(take) if take is not None else None
        if take is None or ask is None:
            return
        home = take.facts.get("line", "")
        state = self._state
        if home and home != state.current and state.line(home) is not None:
            state = msgspec.structs.replace(state, current=home)
            line = state.shown
        if line is None:
            return
        self._chosen[line.id] = identity
        ask = msgspec.structs.replace(ask, seed_locked=line.ask.seed_locked)
        if state == self._state and ask.request("") == line.ask.request(""):
            self.fill_lists()
            self._show_take()
            return
        self.commit(state.with_ask(ask), "take")

    def play_take(self, identity: str) -> None:
        """Play a take, or pause it."""
        if identity != self.shown:
            self.select(identity)
            self.context.playback.play()
        else:
            self.context.playback.toggle()

    def remove(self, identity: str) -> None:
        """Take a take out of the list (undo brings it back), or end one that is being made."""
        if not self.takes.remove(identity):
            self.performing.cancel(identity)

    def show_take_menu(self, identity: str, place: QPoint) -> None:
        """Open the menu of a take."""
        menu = QMenu(self.right)
        take = self.takes.take(identity)
        if take is None:
            menu.addAction("Cancel", lambda: self.performing.cancel(identity))
        else:
            menu.addAction("Play", lambda: self.play_take(identity))
            menu.addAction("Unstar" if take.starred else "Star", lambda: self.takes.toggle_star(identity))
            menu.addAction("Rename", lambda: self.right.takes.edit_name(identity))
            menu.addAction("Duplicate", lambda: self.takes.duplicate(identity))
            menu.addSeparator()
            for letter, marked in zip("AB", self.takes.marks, strict=True):
                words = f"No longer {letter}" if marked == identity else f"Mark as {letter}"
                menu.addAction(words, lambda letter=letter: self.takes.mark(letter, identity))
            menu.addAction("Copy the request as text", lambda: self.takes.copy_request(identity))
            menu.addSeparator()
            menu.addAction("Remove", lambda: self.remove(identity))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # -- out -----------------------------------------------------------------------------------------------------------

    def _outgoing(self) -> Outgoing | None:
        line, shown = self._state.shown, self.desk.shown
        if line is None or shown is None:
            return None
        if not self.desk.is_current:
            self.context.say(Message("It is still being performed: export it in a moment.", Level.WARNING))
            return None
        take = self.takes.take(self.shown)
        name = f"{line.name} {take.name}" if take is not None else line.name
        return Outgoing(name, shown, line.ask.request(line.voice_sha256), take.facts if take is not None else {})

    def mime(self, identity: str) -> QMimeData | None:
        """A take as a file for other programs."""
        take: Take | None = self.takes.take(identity)
        line = self._state.shown
        request = request_of(take) if take is not None else None
        if take is None or line is None or request is None:
            return None
        try:
            from generators.artifacts import unpack
            from studio.panels.face.performing import curves_in

            curves = curves_in(unpack(self.context.project.document.asset(take.asset_sha256)))
        except AffectStudioError as error:
            self.context.say(Message(error.message, Level.ERROR))
            return None
        name = f"{line.name} {take.name}"
        return self.output.mime(Outgoing(name, with_edits(curves, request.layers), request, take.facts))
