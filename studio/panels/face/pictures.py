"""Small pictures of voices and takes, made beside the window as they are needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen, QPixmap, QPolygonF

from generators.artifacts import Artifact, RigCurves, Voice
from generators.errors import BadArtifact
from generators.face.actions import ACTIONS, INDEX, NAMES, Group
from generators.face.request import EditLayer
from studio.background import ignore
from studio.document.model import Take
from studio.panel import PanelContext
from studio.panels.face.edited import with_edits
from studio.panels.face.performing import curves_in
from studio.widgets.face_sketch import paint_face
from studio.widgets.take_delegate import THUMBNAIL

KEPT = 256
TOGETHER_MS = 40
KEPT_VOICES = 12
BINS = 96
SHOWN_POINTS = 64
_FELT = tuple(
    INDEX[action.name]
    for action in ACTIONS
    if action.group in (Group.BROWS, Group.LIDS, Group.CHEEKS, Group.LIPS) and not action.name.startswith("blink")
)


def levels_of(voice: Voice, bins: int = BINS) -> npt.NDArray[np.float64]:
    """How loud a voice is over its length: (bins,) in 0..1."""
    if not len(voice.peaks):
        return np.zeros(bins)
    loud = np.abs(voice.peaks.astype(np.float64)).max(axis=1)
    edges = np.linspace(0, len(loud), bins, endpoint=False).astype(int)
    levels = np.maximum.reduceat(loud, edges)
    return np.asarray(levels / max(float(levels.max()), 1.0))


def expression_of(curves: RigCurves) -> dict[str, float]:
    """The face that stands for a take: what it feels on average, with the mouth a little open."""
    values = curves.values
    if not len(values):
        return {}
    mean = np.zeros(len(NAMES))
    mean[list(_FELT)] = np.percentile(values[:, list(_FELT)], 65, axis=0)
    mean[INDEX["jaw_drop"]] = 0.6 * float(np.percentile(values[:, INDEX["jaw_drop"]], 80))
    return dict(zip(NAMES, mean.tolist(), strict=True))


def voice_in(artifact: Artifact) -> Voice:
    """`artifact` as what was heard.

    Raises:
        BadArtifact: it is something else.
    """
    if not isinstance(artifact, Voice):
        raise BadArtifact("What was heard in this recording cannot be read: remove the line and open it again.")
    return artifact


class Pictures(QObject):
    """Keeps the loudness of voices and the faces of takes; `ready` says that there are new ones."""

    ready = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._levels: dict[str, npt.NDArray[np.float64]] = {}
        self._faces: OrderedDict[str, tuple[dict[str, float], npt.NDArray[np.float64]]] = OrderedDict()
        self._pixmaps: dict[tuple[str, str, str, float], QPixmap] = {}
        self._loading: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOGETHER_MS)
        self._soon.timeout.connect(self.ready)

    def levels(self, heard_sha256: str) -> npt.NDArray[np.float64] | None:
        """The loudness of a voice; None until it was read."""
        if heard_sha256 and heard_sha256 not in self._levels:
            self._load(heard_sha256, lambda artifact: self.learn_voice(heard_sha256, voice_in(artifact)))
        return self._levels.get(heard_sha256)

    def learn_voice(self, heard_sha256: str, voice: Voice) -> None:
        """Take a voice that was read for another reason."""
        if heard_sha256 not in self._levels:
            self._levels[heard_sha256] = levels_of(voice)
            self._tell()

    def face(self, take: Take, edits: Sequence[EditLayer], accent: QColor) -> QPixmap | None:
        """The picture of a take; None until its curves were read."""
        key = f"{take.asset_sha256}:{hash(tuple(edits))}"
        if key not in self._faces:
            self._load(
                key, lambda artifact: self._learn(key, with_edits(curves_in(artifact), edits)), take.asset_sha256
            )
            return None
        self._faces.move_to_end(key)
        theme = self._context.hub.theme
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        place = (key, theme.name, accent.name(), ratio)
        if place not in self._pixmaps:
            if len(self._pixmaps) >= KEPT:
                self._pixmaps.pop(next(iter(self._pixmaps)))
            self._pixmaps[place] = self._paint(*self._faces[key], accent, ratio)
        return self._pixmaps[place]

    def _learn(self, key: str, curves: RigCurves) -> None:
        jaw = curves.values[:, INDEX["jaw_drop"]].astype(np.float64)
        edges = np.linspace(0, len(jaw), min(SHOWN_POINTS, max(len(jaw), 1)), endpoint=False).astype(int)
        line = np.maximum.reduceat(jaw, edges) if len(jaw) else np.zeros(1)
        self._faces[key] = expression_of(curves), line
        while len(self._faces) > KEPT:
            self._faces.popitem(last=False)
        self._tell()

    def _tell(self) -> None:
        """Say that there are new ones, once for those that come together."""
        if not self._soon.isActive():
            self._soon.start()

    def _load(self, key: str, learn: Callable[[Artifact], None], sha256: str = "") -> None:
        if key in self._loading:
            return
        self._loading.add(key)

        def done(artifact: Artifact) -> None:
            self._loading.discard(key)
            try:
                learn(artifact)
            except BadArtifact:
                return  # choosing it says what is wrong

        # a damaged asset keeps an empty picture; choosing it says what is wrong
        self._context.project.examine(sha256 or key, lambda artifact: artifact, done, ignore)

    def _paint(self, values: dict[str, float], line: npt.NDArray[np.float64], accent: QColor, ratio: float) -> QPixmap:
        size: QSize = THUMBNAIL
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = QRectF(1, 0, 37, size.height() + 1)
        paint_face(painter, face, values, self._context.hub.theme, accent)
        box = QRectF(41, 6, size.width() - 46, size.height() - 12)
        top = max(float(line.max(initial=0.0)), 0.3)
        points = [
            QPointF(box.left() + place / max(len(line) - 1, 1) * box.width(), box.bottom() - value / top * box.height())
            for place, value in enumerate(line.tolist())
        ]
        painter.setPen(QPen(accent, 1.2))
        painter.drawPolyline(QPolygonF(points))
        painter.end()
        return picture
