"""What is in view: the voice of a line, the curves that are asked for with the edits above them, and the playhead."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from generators.artifacts import RigCurves, Voice
from generators.engine.requests import decode_request, encode_request
from generators.errors import AffectStudioError
from generators.face.actions import INDEX, NAMES
from generators.face.request import EditLayer, PerformRequest
from studio.document.model import Take
from studio.face_lines import Ask, Line
from studio.head_maker import TURN_AT_FRONT, HeadMaker, Wish, fitting
from studio.panel import Level, Message, PanelContext
from studio.panels.face.edited import with_edits
from studio.panels.face.performing import Performing, curves_in, unedited
from studio.panels.face.pictures import voice_in
from studio.panels.face.stage import Stage
from studio.project import sentence
from studio.widgets.voice_lane import SILENT

if TYPE_CHECKING:  # meshes are made on the thread that draws
    from generators.face.mesh import Head

KEPT_VOICES = 8
KEPT_CURVES = 12


def key_of(request: PerformRequest) -> bytes:
    """What names the curves that lie under the edits of `request`."""
    return encode_request(unedited(request))


class Desk(QObject):
    """Brings curves and voice to the stage: from a take that is just so, from what was previewed, or by a preview.

    `voiceShown` comes when the voice of the line is there, `curvesShown` when other curves are, `rowShown` with the
    facial actions (actions,) of each moment that is shown.
    """

    voiceShown = Signal(object)
    rowShown = Signal(object)
    curvesShown = Signal()

    def __init__(
        self,
        context: PanelContext,
        stage: Stage,
        performing: Performing,
        takes: Callable[[str], tuple[Take, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._stage = stage
        self._performing = performing
        self._takes = takes
        self._line: Line | None = None
        self._ask = Ask()
        self._voice: Voice | None = None
        self._voices: OrderedDict[str, Voice] = OrderedDict()
        self._curves: OrderedDict[bytes, RigCurves] = OrderedDict()
        self._generated: RigCurves | None = None
        self._generated_key = b""
        self._shown: RigCurves | None = None
        self._hand: EditLayer | None = None
        self._loading = b""
        self.head = HeadMaker(self)
        self._own_head: Head | None = None
        self._side = 0
        self.head.pictured.connect(stage.head.set_picture)
        self.head.failed.connect(stage.head.set_trouble)
        stage.head.viewTurned.connect(self._show_now)
        stage.head.roomChanged.connect(self._show_now)
        context.hub.settled.connect(self._show_now)
        performing.previewed.connect(self._previewed)
        performing.previewFailed.connect(self._told)

    # -- what there is -------------------------------------------------------------------------------------------------

    @property
    def line(self) -> Line | None:
        """The line in view."""
        return self._line

    @property
    def voice(self) -> Voice | None:
        """What was heard in it."""
        return self._voice

    @property
    def generated(self) -> RigCurves | None:
        """The curves under the edits."""
        return self._generated

    @property
    def shown(self) -> RigCurves | None:
        """The curves as they are seen."""
        return self._shown

    @property
    def is_current(self) -> bool:
        """Whether the curves in view are those that are asked for."""
        return self._generated is not None and self._generated_key == self._wanted()

    def _wanted(self) -> bytes:
        return key_of(self._ask.request(self._line.voice_sha256)) if self._line is not None else b""

    # -- showing -------------------------------------------------------------------------------------------------------

    def show(self, line: Line | None, ask: Ask) -> None:
        """Show a line with these settings."""
        before, self._line, self._ask = self._line, line, ask
        self._hand = None  # what the hand made is kept by now, or was taken back
        if line is None or before is None or before.id != line.id:
            self._performing.forget_preview()
            self._put(None, b"")
            self._show_voice(line)
        if line is not None:
            self._find(line)
            self._apply()

    def preview(self, ask: Ask) -> None:
        """Show what other settings give, while the hand still moves."""
        if self._line is not None:
            self._ask = ask
            self._find(self._line)
            self._apply()

    def show_hand(self, edit: EditLayer | None) -> None:
        """Show an edit that is just being made, None for none."""
        self._hand = edit
        self._apply()

    def _show_voice(self, line: Line | None) -> None:
        self._voice = None
        view = self._stage.view
        view.set_duration(line.duration_s if line is not None else 0.0)
        self._stage.voice.set_voice(None)
        self._stage.feeling.set_voice(None)
        if line is None:
            return
        known = self._voices.get(line.heard_sha256)
        if known is not None:
            self._take_voice(line, known)
            return
        self._context.project.examine(
            line.heard_sha256,
            voice_in,
            lambda voice: self._take_voice(line, voice),
            lambda error: self._told(sentence(error)),
        )

    def _take_voice(self, line: Line, voice: Voice) -> None:
        self._voices[line.heard_sha256] = voice
        while len(self._voices) > KEPT_VOICES:
            self._voices.popitem(last=False)
        if self._line is None or self._line.heard_sha256 != line.heard_sha256:
            return
        self._voice = voice
        if abs(voice.duration_s - self._stage.view.duration_s) > 0.02:
            self._stage.view.set_duration(voice.duration_s)
        self._stage.voice.set_voice(voice)
        self._stage.feeling.set_voice(voice)
        self.voiceShown.emit(voice)

    def _find(self, line: Line) -> None:
        """Find the curves that are asked for: those in view, those that were previewed, those of a take."""
        try:
            request = unedited(self._ask.request(line.voice_sha256))
        except AffectStudioError as error:
            self._told(error.message)
            return
        key = encode_request(request)
        if key == self._generated_key:
            return
        known = self._curves.get(key)
        if known is not None:
            self._put(known, key)
            return
        take = self.take_under(line, key)
        if take is None:
            self._performing.preview(request)
        elif self._loading != key:
            self._loading = key
            self._context.project.examine(
                take.asset_sha256,
                curves_in,
                lambda curves: self._loaded(key, curves),
                lambda error: self._unreadable(key, request, error),
            )

    def take_under(self, line: Line, key: bytes) -> Take | None:
        """A take of the line with just these curves under its edits."""
        for take in reversed(self._takes(line.id)):
            request = request_of(take)
            if request is not None and key_of(request) == key:
                return take
        return None

    def _loaded(self, key: bytes, curves: RigCurves) -> None:
        self._loading = b""
        self._keep(key, curves)

    def _unreadable(self, key: bytes, request: PerformRequest, error: BaseException) -> None:
        self._loading = b""
        self._told(sentence(error))
        if key == self._wanted():
            self._performing.preview(request)

    def _previewed(self, request: PerformRequest, curves: RigCurves) -> None:
        if self._line is None or request.voice_sha256 != self._line.voice_sha256:
            return
        key = encode_request(unedited(request))
        whole = abs(curves.duration_s - self._line.duration_s) < 0.5
        if whole:
            self._keep(key, curves, passing=True)
        elif key == self._wanted():  # the beginning of a long recording: the rest follows
            self._generated = curves
            self._apply()

    def _keep(self, key: bytes, curves: RigCurves, *, passing: bool = False) -> None:
        """Keep curves for a while; while the hand moves, those on the way to what is asked are shown too."""
        self._curves[key] = curves
        self._curves.move_to_end(key)
        while len(self._curves) > KEPT_CURVES:
            self._curves.popitem(last=False)
        if passing or key == self._wanted():
            self._put(curves, key)

    def _put(self, curves: RigCurves | None, key: bytes) -> None:
        self._generated, self._generated_key = curves, key
        self._apply()

    def _apply(self) -> None:
        """Put the edits above the curves, and show both."""
        generated = self._generated
        if generated is None:
            self._shown = None
            self._stage.board.set_curves(None, None)
        else:
            edits = [layer.edit for layer in self._ask.layers]
            if self._hand is not None:
                edits.append(self._hand)
            self._shown = with_edits(generated, edits)
            self._stage.board.set_curves(generated.values, self._shown.values, generated.frame_rate_hz)
        self.show_time(self._context.playback.position_s)
        self.curvesShown.emit()

    # -- time ----------------------------------------------------------------------------------------------------------

    def values_at(self, position_s: float) -> Mapping[str, float]:
        """The facial actions at a time; those that are not soloed rest, where some are."""
        shown = self._shown
        if shown is None or not len(shown.values):
            return {}
        frame = min(max(int(position_s * shown.frame_rate_hz), 0), len(shown.values) - 1)
        row = shown.values[frame]
        soloed = self._stage.board.soloed
        if soloed:
            mask = np.zeros(len(NAMES), dtype=np.float32)
            mask[[INDEX[name] for name in soloed]] = 1.0
            row = row * mask
        return dict(zip(NAMES, row.tolist(), strict=True))

    def show_time(self, position_s: float) -> None:
        """Show the face and the playhead at a time."""
        values = self.values_at(position_s)
        view = self._stage.head
        view.set_values(values)
        row = np.array([values.get(name, 0.0) for name in NAMES], dtype=np.float32)
        self.rowShown.emit(row)
        if view.isVisible() and self._line is not None:
            self._side = fitting(view.picture_size(), self._side)
            yaw, pitch, zoom = view.turn
            dark = self._context.hub.theme.is_dark
            self.head.ask(
                Wish(row, TURN_AT_FRONT[0] + yaw, TURN_AT_FRONT[1] + pitch, zoom, dark, self._side, self._own_head)
            )
        sound = self._stage.voice.sound_at(position_s)
        self._stage.head.set_caption("" if sound in SILENT else sound)
        self._stage.set_playhead(position_s if self._line is not None else None)

    def _show_now(self, *_unused: object) -> None:
        self.show_time(self._context.playback.position_s)

    def set_head(self, head: Head | None) -> None:
        """Draw a head of the user's own, None: ours."""
        self._own_head = head
        self._show_now()

    def _told(self, text: str) -> None:
        self._context.say(Message(text, Level.ERROR, key="preview"))

    def close(self) -> None:
        """Draw no more."""
        self.head.close()

    def forget(self) -> None:
        """Another project: nothing of the one before is kept."""
        self._voices.clear()
        self._curves.clear()
        self._performing.forget_preview()


def request_of(take: Take) -> PerformRequest | None:
    """The request of a take, None where it cannot be read."""
    return _decoded(take.request)


@functools.lru_cache(maxsize=16_384)  # more than a project has takes: a list of them is read from end to end
def _decoded(text: str) -> PerformRequest | None:
    try:
        request = decode_request(text)
    except AffectStudioError:
        return None
    return request if isinstance(request, PerformRequest) else None
