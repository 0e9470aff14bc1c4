"""The scene panel: one feeling over time, and the music, the face and the pictures that follow it together."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from generators.affect import AffectPoint
from generators.engine.requests import Request
from generators.scene.following import mood
from generators.scene.plan import ROOMS
from generators.scene.request import Scene
from studio.document.model import DocumentState, SetPanelState
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext, Timeline
from studio.panels.scene import wiring
from studio.panels.scene.carrying import connect_carrying
from studio.panels.scene.commands import scene_commands
from studio.panels.scene.hands import Hands
from studio.panels.scene.hearing import SceneHearing
from studio.panels.scene.keying import is_empty, with_point
from studio.panels.scene.left import SceneColumn
from studio.panels.scene.making import SceneMaking
from studio.panels.scene.moving import Moving
from studio.panels.scene.opening import Opening
from studio.panels.scene.output import Output
from studio.panels.scene.parts import Parts, bars_of, room_of, with_room
from studio.panels.scene.presets import ScenePresets
from studio.panels.scene.right import PartsColumn
from studio.panels.scene.showing import NOTHING_SEEN, Showing
from studio.panels.scene.stage import Stage
from studio.panels.scene.state import SceneState, decode_state, encode_state
from studio.panels.scene.versions import Versions
from studio.panels.scene.visuals import Visuals
from studio.panels.scene.voicing import Voicing, levels_of
from studio.preset_menu import PresetMenu
from studio.project import sentence
from studio.project_files import sample_scene
from studio.widgets.actions import build_actions

NOTHING = "This scene is empty: draw a feeling, or open a voice."
DONE = "Everything is made and follows the feeling: change something, or press Another beside a part."
COLOUR_S = 0.25
MOST_LIVE_S = 240.0
"""A longer scene shows what the character feels only when the hand rests."""


class ScenePanel(Panel):
    """One feeling over time, and what follows it."""

    key = "scene"
    title = "Scene"
    nothing_plays = "The scene runs along here: its voice, its music, and what is seen."

    left: SceneColumn
    middle: Stage
    right: PartsColumn
    importing: Opening

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        hub = context.hub
        self.left, self.middle, self.right = SceneColumn(hub), Stage(hub), PartsColumn(hub)
        self._state = SceneState()
        self._saving = 0
        self._document: object = None
        self._moved_at_s: float | None = None  # the moment whose feeling the hand holds
        self._timeline: Timeline | None = None  # asked for with each step of the playhead
        self.timelineChanged.connect(self._forget_timeline)
        self._coloured_s = 0.0
        self.voicing = Voicing(context, lambda: self._state, self._store, self)
        self.parts = Parts(context, lambda: self._state.scene, self)
        self.making = SceneMaking(context, self.parts, self)
        self.hearing = SceneHearing(context, self)
        self.visuals = Visuals(context, self.middle.frame, self)
        self.output = Output(context, self.parts, lambda: self._state.scene, self)
        self.moving = Moving(context, sample_scene(), lambda: self._state, self._store, self)
        self.importing = Opening(context, self)
        self.showing, self.hands = Showing(self), Hands(self)
        self.presets = PresetMenu(context, self.key, ScenePresets(lambda: self._state.scene, self.commit), parent=self)
        self.versions = Versions(
            lambda: self._state.scene,
            lambda scene: self.commit(scene, "version"),
            lambda text: context.say(Message(text, key="compare")),
        )
        wiring.connect(self)
        self.taking_in = connect_carrying(self)
        self._actions = build_actions(self, scene_commands(self))
        self._put(self._state)

    # -- the contract --------------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The scene over time: how loud it is, and its bars."""
        if self._timeline is None:
            self._timeline = self._made_timeline()
        return self._timeline

    def _forget_timeline(self) -> None:
        self._timeline = None

    def _made_timeline(self) -> Timeline:
        scene = self._state.scene
        if is_empty(scene):
            return Timeline()
        levels = self.hearing.levels
        if not len(levels) and self.voicing.voice is not None and scene.voice is not None:
            levels = self.hands.laid(levels_of(self.voicing.voice), scene)
        found = self.parts.plan.bars if not scene.music.off else None
        bars_s, beats = bars_of(found) if found is not None else (np.zeros(0), np.zeros(0, dtype=np.int64))
        return Timeline(
            key=self.hearing.key,
            duration_s=scene.duration_s,
            levels=levels,
            bars_s=bars_s,
            beats=beats,
            compared=self.versions.names,
            letter=self.versions.letter,
        )

    def current_request(self) -> Request | None:
        """The first thing that would be made; None where nothing is due."""
        due = self.parts.due()
        return self.parts.plan.room(due[0]).request if due else None

    def save_state(self) -> str:
        """The scene, as JSON text."""
        return encode_state(self._state)

    def load_state(self, text: str) -> None:
        """Show what `save_state` gave, mended where it has to be."""
        state, told = decode_state(text)
        if told:
            self.context.say(Message(told, Level.WARNING, key="scene mended"))
        self._put(state)

    def actions(self) -> tuple[QAction, ...]:
        """The panel's commands."""
        return self._actions

    def activate(self) -> None:
        """Colour the window with the feeling, and give the transport the scene."""
        self._color()
        self.hearing.load()
        self.context.playback.seek(0.0)
        self.showing.left(self._state.scene)

    def focus_first(self) -> None:
        """Give the keyboard to the pad, or to the first way in."""
        first = self.left.pad if self.middle.is_desk else self.middle.empty.first
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def exports(self) -> tuple[ExportChoice, ...]:
        """The bundle and the film, once something is made."""
        return self.output.choices()

    def export(self, choice: ExportChoice) -> None:
        """Ask what and where, and export it."""
        self.output.ask(choice, self.middle.window())

    def document_changed(self, state: DocumentState, action: object) -> None:
        """Show what the document holds now."""
        if action is None:
            if self._document is not None and self._document is not self.context.project.document:
                self.making.cancel()
                self.voicing.forget()
                self.hearing.forget()
                self.visuals.forget()
                self.versions.forget()
            self._document = self.context.project.document
            self.load_state(state.panel_states.get(self.key, "{}"))
        elif isinstance(action, SetPanelState) and action.panel == self.key:
            if not self._saving:
                self.load_state(state.panel_states.get(self.key, "{}"))
        else:
            self._follow()
            if isinstance(action, SetPanelState) and self._moved_at_s is None:
                self.showing.left(self._state.scene)  # the board of the compass, the line of the face

    def compare(self, letter: str) -> None:
        """Go to the version A or B ("": the other one); a letter that is free is given to the takes in use."""
        self.versions.compare(letter)
        self.timelineChanged.emit()

    def cancel(self) -> None:
        """End what is being made."""
        self.making.cancel()
        self.voicing.cancel()
        self.output.cancel()

    def close(self) -> None:
        """Draw no more, and remove what was written for exports."""
        self.visuals.close()
        self.output.close()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> SceneState:
        """All that the panel keeps."""
        return self._state

    @property
    def scene(self) -> Scene:
        """The scene as it is kept."""
        return self._state.scene

    def commit(self, scene: Scene, name: str = "", what: str = "") -> None:
        """Keep another scene; changes in a row that have the same `name` are one step of undo, called `what`."""
        self._moved_at_s = None
        if scene == self._state.scene:
            self.showing.scene(scene)
            return
        begins = is_empty(self._state.scene) and not is_empty(scene)
        step = f"{self.key}:{name}" if name else f"{self.key}:begin:{secrets.token_hex(4)}" if begins else ""
        self._store(self._state.with_scene(scene), {}, step, what=what or (f"change {name}" if name else ""))
        if begins:
            self.moving.begin(step)

    def preview(self, scene: Scene) -> None:
        """Show another scene while the hand moves; nothing is kept yet."""
        timeline = self.middle.timeline
        timeline.set_timeline(scene.timeline, scene.duration_s)
        if scene.duration_s <= MOST_LIVE_S:
            timeline.set_mood(*mood(scene))
        self.showing.left(scene)

    def _store(
        self,
        state: SceneState,
        assets: Mapping[str, bytes | Path],
        merge: str,
        done: Callable[[], object] | None = None,
        *,
        what: str = "",
    ) -> None:
        if not assets:
            self._put(state)
        document = self.context.project.document
        self._saving += 1

        def ended(_value: object) -> None:
            self._saving -= 1
            if assets and document is self.context.project.document:  # what is shown needs what was stored with it
                self._put(state)
            if done is not None:
                done()

        def refused(error: BaseException) -> None:
            self._saving -= 1
            self.load_state(self.context.project.state.panel_states.get(self.key, "{}"))
            self.context.say(Message(sentence(error), Level.ERROR))

        action = SetPanelState(self.key, encode_state(state), what or "change the scene")
        self.context.project.perform(action, assets, merge=merge, done=ended, failed=refused)

    def _put(self, state: SceneState) -> None:
        before, self._state = self._state, state
        self.showing.scene(state.scene)
        self.voicing.show()
        self._follow()
        self._color()
        if before.scene.duration_s != state.scene.duration_s or before.scene.voice != state.scene.voice:
            self.showing.voice()
        self.timelineChanged.emit()
        self.exportsChanged.emit()

    def _follow(self) -> None:
        """Bring stage, sound and cards to the takes in use."""
        scene = self._state.scene
        pictures, face = self.parts.used("pictures"), self.parts.used("face")
        self.visuals.show_pictures(pictures, scene.duration_s, NOTHING_SEEN["off" if scene.pictures.off else ""])
        self.visuals.show_face(face, scene.voice.start_s if scene.voice is not None else 0.0)
        self.visuals.show_head(scene.head_sha256)
        self.hearing.show(scene, self.parts.used("music"), is_empty=is_empty(scene), front=self.is_in_front)
        self.voicing.show()
        self.parts.update()
        self.showing.parts()
        self.showing.progress()

    @property
    def is_shown(self) -> bool:
        """Whether all that is to be seen of the scene has come."""
        return self.parts.is_current and not self.visuals.is_loading

    @property
    def is_in_front(self) -> bool:
        """Whether the panel is the one in view."""
        return self.middle.isVisibleTo(self.middle.window())

    def _color(self) -> None:
        if self.is_in_front:
            self.context.hub.set_point(self._state.scene.timeline.at(self.now_s))

    # -- time ----------------------------------------------------------------------------------------------------------

    @property
    def now_s(self) -> float:
        """The moment of the playhead, 0 while something else is on the transport."""
        return self.context.playback.position_s if self.hearing.is_on_transport else 0.0

    def follow(self, position_s: float) -> None:
        """The playhead moves."""
        if not self.hearing.is_on_transport or not self.is_in_front:
            return
        self.visuals.show_time(position_s)
        self.middle.timeline.set_playhead(position_s)
        if self._moved_at_s is None:
            point = self._state.scene.timeline.at(position_s)
            self.left.show_point(point)
            self.left.show_moment(position_s)
            now_s = time.monotonic()  # the whole window wears the colour: while it plays, not with each picture
            if not self.context.playback.playing or now_s - self._coloured_s > COLOUR_S:
                self._coloured_s = now_s
                self.context.hub.set_point(point)

    def move_point(self, point: AffectPoint, rests: bool) -> None:
        """The feeling at the playhead moves: the keyframe there, or a new one."""
        if is_empty(self._state.scene):
            if rests:
                self.hands.draw(point)
            return
        if self._moved_at_s is None:
            self._moved_at_s = self.now_s
        scene = with_point(self._state.scene, self._moved_at_s, point)
        self.context.hub.set_point(point)
        if rests:
            at_s = self._moved_at_s
            self.commit(scene, f"point {at_s:.3f}", "move the feeling")
        else:
            self.middle.timeline.set_timeline(scene.timeline, scene.duration_s)
            if scene.duration_s <= MOST_LIVE_S:
                self.middle.timeline.set_mood(*mood(scene))

    # -- making --------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make what is missing, and what no longer follows the feeling."""
        if is_empty(self._state.scene):
            self.context.say(Message(NOTHING, Level.WARNING, key="making"))
            return
        due = [key for key in self.parts.due() if self.making.of_room(key) is None]
        if not due and not self.making.waiting:
            troubles = [self.parts.plan.room(key).trouble for key in ROOMS if not room_of(self._state.scene, key).off]
            told = next((trouble for trouble in troubles if trouble), DONE)
            self.context.say(Message(told, key="making"))
        for key in due:
            self.make_room(key)

    def make_room(self, key: str) -> None:
        """Make one part; one that is as it would be made gets another seed."""
        room = self.parts.plan.room(key)
        if room.request is None:
            self.context.say(Message(room.trouble or NOTHING, Level.WARNING, key="making"))
            return
        if self.parts.take(key) is not None and room.fits:
            self.hands.other_seed(key)
            return
        scene, request = self._state.scene, room.request
        if key == "face":
            self.voicing.ensure_line(lambda: self.making.make(key, request, scene))
        else:
            self.making.make(key, request, scene)

    def made(self, key: str, take: str, before: str, step: str) -> None:
        """A part is in the document: it is in use from now on, unless another one was chosen meanwhile."""
        if room_of(self._state.scene, key).take == before:
            self._store(self._state.with_scene(with_room(self._state.scene, key, take=take)), {}, step)
        else:
            self._follow()
