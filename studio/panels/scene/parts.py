"""How the parts of a scene stand: what would be made now, which take is in use, whether it follows what is drawn."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from generators.compass.request import RenderRequest
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from generators.scene.fitting import Fitted
from generators.scene.following import mood
from generators.scene.plan import PANEL_OF, ROOMS, fits, fitted, remarks, request_of
from generators.scene.request import Scene, SceneFace, SceneMusic, ScenePictures
from studio.document.model import Take
from studio.panel import PanelContext

KIND_OF = {"music": "score", "face": "rig curves", "pictures": "pictures"}
SCENE_FACT = "scene"
"""The fact of a take that a scene made: the words for its feeling."""
REST_MS = 90

RoomRequest = ComposeRequest | PerformRequest | RenderRequest
Room = SceneMusic | ScenePictures | SceneFace
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RoomPlan:
    """What one room would be asked now, or why it cannot be; and whether the take in use still says the same."""

    request: RoomRequest | None = None
    trouble: str = ""
    fits: bool = False


@dataclass(frozen=True)
class Plan:
    """What follows from a scene: the requests by room, its bars where it has music, what the character feels."""

    scene: Scene = field(default_factory=Scene)
    takes: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, RoomPlan] = field(default_factory=dict)
    bars: Fitted | None = None
    remarks: tuple[str, ...] = ()
    mood: tuple[Floats, Floats] | None = None

    def room(self, key: str) -> RoomPlan:
        """The plan of one room."""
        return self.rooms.get(key, RoomPlan())


def room_of(scene: Scene, key: str) -> Room:
    """What a scene says of one room."""
    found: Room = getattr(scene, key)
    return found


def with_room(scene: Scene, key: str, **changes: object) -> Scene:
    """`scene` with some fields of one room changed."""
    return msgspec.structs.replace(scene, **{key: msgspec.structs.replace(room_of(scene, key), **changes)})


def make_plan(scene: Scene, made_by: Mapping[str, str]) -> Plan:
    """The plan of a scene; `made_by` holds by room the request, as text, of the take in use."""
    rooms: dict[str, RoomPlan] = {}
    for key in ROOMS:
        try:
            request, trouble = request_of(scene, key), ""
        except AffectStudioError as error:
            request, trouble = None, error.message
        still = False
        if key in made_by:
            try:
                still = fits(scene, decode_request(made_by[key]))
            except AffectStudioError:  # a take from elsewhere, without a request: it was chosen as it is
                still = True
        rooms[key] = RoomPlan(request, trouble, still)
    try:
        bars = fitted(scene)
    except AffectStudioError:
        bars = None
    return Plan(scene, dict(made_by), rooms, bars, remarks(scene), mood(scene))


class Parts(QObject):
    """Follows scene and takes; `planned` comes when there is a newer plan, a moment after the hand rests."""

    planned = Signal()

    def __init__(self, context: PanelContext, scene: Callable[[], Scene], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scene = scene
        self._plan = Plan()
        self._round = 0
        self._asked: tuple[Scene, Mapping[str, str]] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._begin)

    @property
    def plan(self) -> Plan:
        """The newest plan; it may be a moment behind the scene."""
        return self._plan

    @property
    def is_current(self) -> bool:
        """Whether the plan is that of the scene as it is."""
        return self._plan.scene == self._scene() and self._plan.takes == self._made_by()

    def takes(self, key: str) -> tuple[Take, ...]:
        """The takes of the project that one room could use."""
        kind = KIND_OF[key]
        return tuple(take for take in self._context.project.state.takes_of(PANEL_OF[key]) if take.kind == kind)

    def take(self, key: str, scene: Scene | None = None) -> Take | None:
        """The take in use, None where none is chosen or it is no longer in the project."""
        chosen = room_of(scene or self._scene(), key).take
        return next((take for take in self.takes(key) if take.id == chosen), None) if chosen else None

    def used(self, key: str) -> Take | None:
        """The take in use of a room that takes part."""
        return None if room_of(self._scene(), key).off else self.take(key)

    def _made_by(self) -> dict[str, str]:
        found = {key: self.take(key) for key in ROOMS}
        return {key: take.request for key, take in found.items() if take is not None}

    def update(self) -> None:
        """The scene or the takes may have changed: plan anew, a moment later."""
        if not self._rest.isActive():
            self._rest.start()

    def _begin(self) -> None:
        asked = (self._scene(), self._made_by())
        if asked == self._asked:
            return
        self._asked = asked
        self._round += 1
        turn = self._round

        def done(plan: Plan) -> None:
            if turn == self._round:
                self._plan = plan
                self.planned.emit()

        self._context.background.run(functools.partial(make_plan, *asked), done, self._unforeseen)

    def _unforeseen(self, error: BaseException) -> None:
        self._asked = None
        raise error

    def due(self) -> tuple[str, ...]:
        """The rooms that take part and have no take, or one that no longer follows what is drawn; those that can be."""
        scene = self._scene()
        return tuple(
            key
            for key in ROOMS
            if not room_of(scene, key).off
            and self._plan.room(key).request is not None
            and (self.take(key) is None or not self._plan.room(key).fits)
        )


def bars_of(found: Fitted) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The bar lines in seconds (bars + 1,), and the beats in each bar."""
    bars_s = found.seconds_at(np.arange(found.bars + 1) * found.bar_quarters)
    beats = np.full(found.bars, round(found.bar_quarters / found.beat_quarters), dtype=np.int64)
    return bars_s, beats


def beats_of(found: Fitted) -> Floats:
    """All beats in seconds."""
    count = round(found.bars * found.bar_quarters / found.beat_quarters)
    return found.seconds_at(np.arange(count) * found.beat_quarters)
