"""The face panel: a voice is opened, a feeling asked for, and a head performs it; curves are bent and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from generators.engine.requests import Request
from studio.background import ignore
from studio.document.model import DocumentState, SetPanelState
from studio.face_lines import Ask, FaceState, decode_state, encode_state
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext, Timeline
from studio.panels.face import keying, wiring
from studio.panels.face.carrying import connect_carrying
from studio.panels.face.choosing import Choosing
from studio.panels.face.commands import face_commands
from studio.panels.face.desk import Desk
from studio.panels.face.hands import Hands
from studio.panels.face.heads import Heads
from studio.panels.face.hearing import Hearing
from studio.panels.face.left import AskColumn
from studio.panels.face.lines import NO_LINE, Lines
from studio.panels.face.live import Live
from studio.panels.face.opening import Opening
from studio.panels.face.output import Output
from studio.panels.face.performing import Performing
from studio.panels.face.pictures import Pictures, levels_of
from studio.panels.face.presets import FacePresets
from studio.panels.face.right import FaceColumn
from studio.panels.face.scene_feeling import SceneFeeling, led
from studio.panels.face.showing import Showing
from studio.panels.face.stage import Stage
from studio.panels.face.takes import Takes
from studio.preset_menu import PresetMenu
from studio.project import sentence
from studio.widgets.actions import build_actions

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
        self.chosen: dict[str, str] = {}  # by line: the take that was chosen or kept last
        self.performing = Performing(context, self.key, self)
        self.pictures = Pictures(context, self)
        self.takes = Takes(context, self.key, lambda: self._state, self.commit, self.pictures, self)
        self.desk = Desk(context, self.middle, self.performing, self.takes.of_line, self)
        self.hearing = Hearing(context, self)
        self.live = Live(context, lambda: keying.felt_now(self.left.ask, *self._places, self._now_s()), self)
        self.heads = Heads(context, self.key, lambda: self._state, self._store, self)
        self.output = Output(context, self.key, self.heads, self)
        self.lines = Lines(context, lambda: self._state, self.commit, self.takes, self.performing, self.output, self)
        self.importing = Opening(context, self.key, lambda: self._state, self._store, self)
        self.hands, self.showing, self.choosing = Hands(self), Showing(self), Choosing(self)
        self.presets = PresetMenu(
            context, self.key, FacePresets(lambda: self._state.asked, self.commit_ask), parent=self
        )
        self.scene_feeling = SceneFeeling(self)
        wiring.connect(self)
        self.taking_in = connect_carrying(self)
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
        return self.scene_feeling.next_of(line).request(line.voice_sha256) if line is not None else None

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

    def select(self, identity: str) -> None:
        """Bring a take into view."""
        self.choosing.select(identity)

    def focus_first(self) -> None:
        """Give the keyboard to the pad, or to the button that opens a voice."""
        first = self.left.pad if self._state.shown is not None else self.middle.empty.open
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def exports(self) -> tuple[ExportChoice, ...]:
        """The formats that take a face."""
        return self.output.choices() if self.desk.shown is not None else ()

    def export(self, choice: ExportChoice) -> None:
        """Ask what and where, and export what is in view."""
        outgoing = self.choosing.outgoing()
        if outgoing is not None:
            self.output.export(outgoing, choice, self.middle.window())

    def document_changed(self, state: DocumentState, action: object) -> None:
        """Show what the document holds now."""
        if action is None:
            if self._document is not None and self._document is not self.context.project.document:
                self.performing.cancel()
                self.importing.cancel()
                self.desk.forget()
                self.heads.forget()
                self.chosen.clear()
            self._document = self.context.project.document
            self.load_state(state.panel_states.get(self.key, "{}"))
        elif isinstance(action, SetPanelState) and action.panel == self.key:
            if not self._saving:
                self.load_state(state.panel_states.get(self.key, "{}"))
        else:
            self.showing.lists()
            self.showing.take()

    def compare(self, letter: str) -> None:
        """Go to the take A or B ("": the other one); a letter that is free is given to the take in view."""
        self.takes.switch(letter, self.shown, self.choosing.select)

    def cancel(self) -> None:
        """End what is being performed and opened."""
        self.performing.cancel()
        self.importing.cancel()
        self.heads.cancel()

    def close(self) -> None:
        """Remove what was written for dragging, and draw no more."""
        self.output.close()
        self.heads.close()
        self.desk.close()
        self.live.close()
        self.hearing.close()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> FaceState:
        """All that the panel keeps."""
        return self._state

    @property
    def can_draw_head(self) -> bool:
        """Whether this machine can draw the modelled head, as far as is known."""
        return self.desk.head.can_draw

    @property
    def shown(self) -> str:
        """The id of the take that is just what is in view, "" for none."""
        line = self._state.shown
        take = self.takes.matching(line, self.chosen.get(line.id, "")) if line is not None else None
        return take.id if take is not None else ""

    def commit(self, state: FaceState, name: str = "", *, of_line: bool = True) -> None:
        """Keep another state; changes in a row that have the same `name` (and line) are one step of undo."""
        line = state.current if of_line else ""
        self._store(state, {}, f"{self.key}:{line}:{name}" if name else "")

    def commit_ask(self, ask: Ask, name: str = "") -> None:
        """Keep other settings of the line in view."""
        self.commit(self._state.with_ask(self.scene_feeling.kept(ask)), name)

    def change(self, name: str, **changes: object) -> None:
        """Keep other values of some fields of Ask."""
        self.commit_ask(msgspec.structs.replace(self._state.asked, **changes), name)

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
        self.show_again()
        self.desk.show(line, state.asked)
        self.heads.show()
        if moved:
            self.hearing.show(line, front=self.middle.isVisibleTo(self.middle.window()))
        self.showing.edits(state.asked)
        self.middle.voice.set_moments(keying.moments(state.asked.eyes))
        self._color()
        self.showing.lists()
        self.showing.take()
        if moved:
            self.timelineChanged.emit()
        self.exportsChanged.emit()

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def _places(self) -> tuple[int | None, int | None]:
        return self.middle.feeling.place, self.middle.mixture.place

    def _now_s(self) -> float:
        return self.context.playback.position_s if self.hearing.is_on_transport else 0.0

    def show_again(self) -> None:
        """Show what the next take is asked for: the settings of the line, with the scene's feeling where it leads."""
        self.scene_feeling.show()
        self.middle.show_ask(self.scene_feeling.next)
        self.show_left()

    def show_left(self) -> None:
        """Put the controls where the settings are, and pad and sliders where the chosen keyframe is."""
        ask, now_s = self.scene_feeling.next, self._now_s()
        point = keying.point_at(ask, self.middle.feeling.place, now_s)
        mixture = keying.mixture_at(ask, self.middle.mixture.place, now_s)
        self.left.show_ask(ask, point, mixture, keying.mixture_words(ask, self.middle.mixture.place))

    def _color(self) -> None:
        if self.middle.isVisibleTo(self.middle.window()):
            ask, now_s = self.scene_feeling.next, self._now_s()
            point = keying.point_at(ask, self.middle.feeling.place, now_s)
            self.left.feeling.accent_of(ask, point, keying.mixture_at(ask, self.middle.mixture.place, now_s))

    def preview(self, ask: Ask) -> None:
        """Show what other settings give while the hand moves; nothing is kept yet."""
        ask = led(ask, self.scene_feeling.asked_of(self._state.shown))
        self.left.take(ask)
        self.desk.preview(ask)

    # -- time ----------------------------------------------------------------------------------------------------------

    def follow(self, position_s: float) -> None:
        """The playhead moves."""
        if not self.hearing.is_on_transport:
            return
        if self.context.playback.playing:
            self.middle.view.follow(position_s)
        self.desk.show_time(position_s)
        ask = self.scene_feeling.next
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
        if self.scene_feeling.next != line.ask:
            self.commit_ask(line.ask, "scene")
            line = self._state.shown or line
        parent = self.chosen.get(line.id) or None
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

    def perform_all(self) -> None:
        """Make a take of every line that has none like what is asked."""
        self.scene_feeling.take_over()
        self.lines.perform_all()

    def kept(self, take_id: str, line_id: str) -> None:
        """A new take is in the document."""
        self.chosen[line_id] = take_id
        self.showing.lists()
        self.showing.take()
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

        sheet = RecordSheet(self.context.hub, self.output.scratch(), self.middle.window())
        sheet.recorded.connect(lambda path: self.importing.open([path]))
        sheet.show()
