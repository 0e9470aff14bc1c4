"""What the hand does to a scene: its curve, its cues, what is asked of the rooms, which takes are in use."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from generators.affect import AffectPoint
from generators.compass.request import RenderRequest
from generators.errors import AffectStudioError, BadRequest
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from generators.runtime.folders import assets_folder
from generators.scene.arcs import arc_timeline
from generators.scene.plan import PANEL_OF
from generators.scene.proposing import from_voice
from generators.scene.request import Cue, Scene
from generators.scene.timeline import SceneKey, Timeline
from studio.document.model import StarTake
from studio.face_lines import decode_state
from studio.panel import Level, Message
from studio.panels.scene.board import as_in_compass, board_in
from studio.panels.scene.keying import changed, is_empty, with_point, without_key
from studio.panels.scene.parts import with_room
from studio.panels.scene.words import ROOM_TITLES

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel

FIRST_LENGTH_S = 20.0
FRESH_SEEDS = 100_000
SAMPLE_VOICE = "letters.flac"
FIRST_ARC = "wave"


class Hands(QObject):
    """Changes the scene of a panel; each change is one step of undo."""

    def __init__(self, panel: ScenePanel) -> None:
        super().__init__(panel)
        self._panel = panel

    @property
    def _scene(self) -> Scene:
        return self._panel.scene

    def _try(self, change: Callable[[], Scene], name: str = "", what: str = "") -> None:
        """Keep what `change` gives, or say why it cannot be."""
        try:
            scene = change()
        except AffectStudioError as error:
            self._panel.showing.scene(self._scene)
            self._panel.context.say(Message(error.message, Level.WARNING, key="scene"))
            return
        self._panel.commit(scene, name, f"{what[:1].lower()}{what[1:]}")

    # -- the curve -----------------------------------------------------------------------------------------------------

    def draw(self, point: AffectPoint | None = None) -> None:
        """Begin a scene without a voice: some length, and a curve to bend."""
        duration_s = self._scene.asked_s or FIRST_LENGTH_S
        curve = Timeline((SceneKey(0.0, point),)) if point is not None else arc_timeline(FIRST_ARC, duration_s)
        self._try(lambda: changed(self._scene, asked_s=duration_s, timeline=curve), what="begin a scene")
        self._panel.middle.timeline.curves.setFocus()

    def bend(self, timeline: Timeline) -> None:
        """The curve is being moved."""
        self._panel.preview(changed(self._scene, timeline=timeline))

    def keep_curve(self, timeline: Timeline, what: str) -> None:
        """The curve was moved; `what` says how."""
        self._try(lambda: changed(self._scene, timeline=timeline), what=what)

    def keep_cues(self, cues: tuple[Cue, ...], what: str) -> None:
        """Cues were moved, named or removed."""
        self._try(lambda: changed(self._scene, cues=cues), what=what)

    def propose(self) -> None:
        """Let the voice propose the feeling."""
        voice, scene = self._panel.voicing.voice, self._scene
        if voice is None or scene.voice is None:
            self._panel.context.say(
                Message("Open a voice first: its loudness and melody propose a feeling.", Level.WARNING, key="scene")
            )
            return
        start_s = scene.voice.start_s
        self._try(lambda: changed(scene, timeline=from_voice(voice, start_s)), what="take the feeling of the voice")

    def clear(self) -> None:
        """Take the whole curve away."""
        asked_s = self._scene.asked_s or self._scene.duration_s
        asked_s = self._scene.asked_s if self._scene.voice is not None else asked_s
        self._try(lambda: changed(self._scene, timeline=Timeline(), asked_s=asked_s))

    def key_here(self) -> None:
        """Set a keyframe at the playhead that changes nothing yet."""
        now_s = self._panel.now_s
        self._try(lambda: with_point(self._scene, now_s, self._scene.timeline.at(now_s)))

    def unkey_here(self) -> None:
        """Take the keyframe at the playhead away."""
        self._try(lambda: without_key(self._scene, self._panel.now_s))

    def add_cue(self) -> None:
        """A chosen moment at the playhead."""
        if is_empty(self._scene):
            return
        self._panel.middle.timeline.cues.add(self._panel.now_s)

    def set_length(self, asked_s: float) -> None:
        """Make the scene this long; 0 lets its voice say."""
        self._try(lambda: changed(self._scene, asked_s=round(asked_s, 3)), "length")

    def choose_layout(self, layout: str) -> None:
        """Show picture, head or both, here and in the film."""
        self._try(lambda: changed(self._scene, film=msgspec.structs.replace(self._scene.film, layout=layout)), "layout")

    # -- the rooms -----------------------------------------------------------------------------------------------------

    def adopt(self, key: str) -> None:
        """Ask of a room what its own panel asks for now."""
        panel, scene = self._panel, self._scene
        asked = panel.context.uses.asked(PANEL_OF[key])
        states = panel.context.project.state.panel_states
        title = {"music": "Music", "pictures": "Compass", "face": "Face"}[key]
        if key == "face" and asked is None:  # a panel without a line still has settings
            asked = decode_state(states.get("face", "{}")).ask.request("")
        if isinstance(asked, ComposeRequest) and key == "music":
            self._try(lambda: with_room(scene, key, base=msgspec.structs.replace(asked, tempo_map=(), markers=())))
        elif isinstance(asked, RenderRequest) and key == "pictures":
            self._try(lambda: changed(scene, pictures=as_in_compass(scene.pictures, asked, board_in(states))))
        elif isinstance(asked, PerformRequest) and key == "face":
            base = msgspec.structs.replace(asked, voice_sha256="", curve=None, feelings=(), layers=())
            self._try(lambda: with_room(scene, key, base=base))
        else:
            panel.context.say(Message(f"The {title} panel asks for nothing yet.", Level.WARNING, key="scene"))
            return
        panel.context.say(Message(f"The scene asks for what the {title} panel shows.", key="scene"))

    def other_seed(self, key: str) -> None:
        """Make one part again with other chance."""
        scene = self._scene
        if key == "pictures":
            self.other_pictures()
        else:
            room = getattr(scene, key)
            base = msgspec.structs.replace(room.base, seed=1 + secrets.randbelow(FRESH_SEEDS))
            self._try(lambda: with_room(scene, key, base=base), f"{key} seed")
        self._make_fresh(key)

    def other_pictures(self) -> None:
        """Walk through as many other pictures."""
        seeds = tuple(1 + secrets.randbelow(FRESH_SEEDS) for _ in self._scene.pictures.seeds)
        self._try(lambda: with_room(self._scene, "pictures", seeds=seeds), "pictures seeds")

    def _make_fresh(self, key: str) -> None:
        from generators.scene.plan import request_of

        scene, panel = self._scene, self._panel
        try:
            request = request_of(scene, key)
        except BadRequest as error:
            panel.context.say(Message(error.message, Level.WARNING, key="making"))
            return
        if key == "face":
            panel.voicing.ensure_line(lambda: panel.making.make(key, request, scene))
        else:
            panel.making.make(key, request, scene)

    def choose_take(self, key: str, identity: str) -> None:
        """Use another take of the project."""
        what = f"use another take of the {ROOM_TITLES[key].lower()}"
        self._try(lambda: with_room(self._scene, key, take=identity), f"take {key}", what)

    def star(self, key: str) -> None:
        """Mark the take in use as a favourite, or no longer."""
        take = self._panel.parts.take(key)
        if take is not None:
            self._panel.context.project.perform(StarTake(take.id, not take.starred))

    def go_to(self, key: str) -> None:
        """See the take in use in its own panel."""
        self._panel.context.uses.show(PANEL_OF[key])

    def sample_voice(self) -> None:
        """Take the recording that comes with the program."""
        self._panel.voicing.open(assets_folder() / "samples" / SAMPLE_VOICE)

    # -- sound ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def laid(levels: npt.NDArray[np.float64], scene: Scene) -> npt.NDArray[np.float64]:
        """The levels of the voice alone over the whole scene."""
        voice = scene.voice
        if voice is None or not len(levels):
            return np.zeros(0)
        found = np.zeros(len(levels))
        times_s = (np.arange(len(levels)) + 0.5) / len(levels) * scene.duration_s - voice.start_s
        inside = (times_s >= 0) & (times_s < voice.duration_s)
        places = np.clip(times_s[inside] / max(voice.duration_s, 1e-9) * len(levels), 0, len(levels) - 1).astype(int)
        found[inside] = levels[places]
        return found
