"""Pictures and lines of detail for the list of takes, made beside the window as they are needed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPixmap

from generators.affect import NEUTRAL, AffectPoint
from generators.artifacts import Artifact, Score
from studio.background import ignore
from studio.document.model import Take
from studio.panel import PanelContext
from studio.panels.music.asked import MusicRequest
from studio.widgets.colour import accent_for, readable
from studio.widgets.note_layer import thumbnail
from studio.widgets.take_delegate import THUMBNAIL

KEPT = 512
TOGETHER_MS = 40


class Thumbnails(QObject):
    """Keeps a small picture and the tempo of each score; `ready` says that there are new ones."""

    ready = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scores: dict[str, Score] = {}
        self._pictures: dict[tuple[str, str, float], QPixmap] = {}
        self._loading: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOGETHER_MS)
        self._soon.timeout.connect(self.ready)
        context.hub.settled.connect(self._theme_changed)
        self._theme = context.hub.theme.name

    def detail(self, take: Take, request: MusicRequest | None) -> str:
        """The line under a take's name: seed and tempo."""
        score = self._scores.get(take.asset_sha256)
        seed = f"seed {request.seed}" if request is not None else ""
        tempo = f"{score.tempo_bpm[0]:.0f} bpm" if score is not None else ""
        return " · ".join(part for part in (seed, tempo) if part)

    def picture(self, take: Take, feeling: AffectPoint | None) -> QPixmap | None:
        """The take's picture in the colour of its feeling; None until it is there."""
        score = self._scores.get(take.asset_sha256)
        if score is None:
            self._load(take.asset_sha256)
            return None
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        color = readable(accent_for(feeling or NEUTRAL), self._context.hub.theme.well, 2.5)
        key = (take.asset_sha256, color.name(), ratio)
        if key not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[key] = thumbnail(score, THUMBNAIL, color, ratio)
        return self._pictures[key]

    def learn(self, sha256: str, score: Score) -> None:
        """Take a score that was read for another reason."""
        if sha256 not in self._scores:
            if len(self._scores) >= KEPT:
                self._scores.pop(next(iter(self._scores)))
            self._scores[sha256] = score
            self._tell()

    def _tell(self) -> None:
        """Say that there are new ones, once for those that come together."""
        if not self._soon.isActive():
            self._soon.start()

    def _load(self, sha256: str) -> None:
        if sha256 in self._loading:
            return
        self._loading.add(sha256)

        def done(artifact: Artifact) -> None:
            self._loading.discard(sha256)
            if isinstance(artifact, Score):
                self.learn(sha256, artifact)

        # a damaged take keeps an empty picture; choosing it says what is wrong
        self._context.project.examine(sha256, lambda artifact: artifact, done, ignore)

    def _theme_changed(self) -> None:
        if self._context.hub.theme.name != self._theme:
            self._theme = self._context.hub.theme.name
            self._pictures.clear()
            self.ready.emit()
