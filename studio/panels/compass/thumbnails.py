"""Small pictures of takes, made beside the window as they are needed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPainterPath, QPixmap

from generators.artifacts import Artifact, Pictures
from studio.panel import PanelContext
from studio.widgets.picture_painting import image_of
from studio.widgets.take_delegate import THUMBNAIL

KEPT = 512
TOGETHER_MS = 40
KEPT_SIDE = 256


def small(artifact: Artifact) -> QImage | None:
    """The first picture of an artifact, not larger than a thumbnail needs."""
    if not isinstance(artifact, Pictures) or not len(artifact):
        return None
    image = image_of(artifact.pixels[0])
    if max(image.width(), image.height()) <= KEPT_SIDE:
        return image
    return image.scaled(
        KEPT_SIDE, KEPT_SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


class Thumbnails(QObject):
    """Keeps a small picture of each asset; `ready` says that there are new ones."""

    ready = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._images: dict[str, QImage] = {}
        self._pictures: dict[tuple[str, float], QPixmap] = {}
        self._loading: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOGETHER_MS)
        self._soon.timeout.connect(self.ready)

    def picture(self, sha256: str) -> QPixmap | None:
        """The picture of a take, filling its place in the list; None until it is there."""
        image = self._images.get(sha256)
        if image is None:
            self._load(sha256)
            return None
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        key = (sha256, ratio)
        if key not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[key] = _filling(image, ratio)
        return self._pictures[key]

    def learn(self, sha256: str, image: QImage) -> None:
        """Take a picture that was read for another reason."""
        if sha256 not in self._images:
            if len(self._images) >= KEPT:
                self._images.pop(next(iter(self._images)))
            self._images[sha256] = image
            self._tell()

    def _tell(self) -> None:
        """Say that there are new ones, once for those that come together."""
        if not self._soon.isActive():
            self._soon.start()

    def _load(self, sha256: str) -> None:
        if sha256 in self._loading:
            return
        self._loading.add(sha256)

        def done(image: QImage | None) -> None:
            self._loading.discard(sha256)
            if image is not None:
                self.learn(sha256, image)

        # a damaged take keeps an empty picture; choosing it says what is wrong
        self._context.project.small_picture(sha256, small, done)


def _filling(image: QImage, ratio: float) -> QPixmap:
    """`image` over the whole place of a thumbnail, its middle where it is too high."""
    pixmap = QPixmap(round(THUMBNAIL.width() * ratio), round(THUMBNAIL.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    place = QRectF(0, 0, THUMBNAIL.width(), THUMBNAIL.height())
    scale = max(place.width() / image.width(), place.height() / image.height())
    whole = QRectF(0, 0, image.width() * scale, image.height() * scale)
    whole.moveCenter(place.center())
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    clip = QPainterPath()
    clip.addRoundedRect(place, 4, 4)
    painter.setClipPath(clip)
    painter.drawImage(whole, image)
    painter.end()
    return pixmap
