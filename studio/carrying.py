"""What the hand carries from panel to panel: takes with the feeling that goes with them, and who takes that in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QMenu

from generators.affect import AffectCurve, AffectPoint
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from studio.document.model import Take
from studio.panel import PanelContext
from studio.widgets.dragged import Dragged


def feeling_in(request: str) -> tuple[AffectPoint | None, AffectCurve | None]:
    """The point and the curve that a take was asked with; None for what its request does not say."""
    try:
        found = decode_request(request)
    except AffectStudioError:
        return None, None
    if isinstance(found, PerformRequest) and found.feelings:  # a mixture of emotions has no place on the pad
        return None, None
    if isinstance(found, ComposeRequest | PerformRequest):
        return found.affect, found.curve
    return None, None


def carried_take(
    context: PanelContext, take: Take, *, name: str = "", sha256: str = "", duration_s: float = 0.0
) -> Dragged:
    """A take as it is carried to another panel; `sha256` and `duration_s` are those of its voice, if it has one."""
    affect, curve = feeling_in(take.request)
    return Dragged(
        panel=take.panel,
        id=take.id,
        name=name or take.name,
        document=str(context.project.document.path),
        sha256=sha256,
        duration_s=duration_s,
        affect=affect,
        curve=curve,
    )


def carried_curve(context: PanelContext, panel: str, curve: AffectCurve | None) -> Dragged | None:
    """A curve of feeling as it is carried to another panel; None where there is none."""
    if curve is None:
        return None
    document = str(context.project.document.path)
    return Dragged(panel, "curve", name="feeling over time", document=document, curve=curve)


def with_dragged(mime: QMimeData | None, dragged: Dragged) -> QMimeData:
    """What a drag carries: the files in `mime` for other programs, and `dragged` for this window."""
    return dragged.into(mime if mime is not None else QMimeData())


def add_uses(menu: QMenu, context: PanelContext, dragged: Dragged | None) -> None:
    """Offer in `menu` what a drag to another panel would do, for those who use keys."""
    offers = context.uses.of(dragged) if dragged is not None else ()
    if not offers:
        return
    inner = menu.addMenu("Use in")
    for offer in offers:
        inner.addAction(f"{offer.title}: {offer.words[:1].lower()}{offer.words[1:]}", offer.run)


class FeelingTaker(QObject):
    """Takes in the feeling of what other panels carry; `subject` is what feels it then, "music".

    `set_curve` and `set_point` each make one step of undo.
    """

    def __init__(
        self,
        panel: str,
        subject: str,
        set_curve: Callable[[AffectCurve], object],
        set_point: Callable[[AffectPoint], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._subject = subject
        self._set_curve = set_curve
        self._set_point = set_point

    def accepts(self, dragged: Dragged) -> str:
        """What would happen; "" refuses."""
        if dragged.panel == self._panel:
            return ""
        if dragged.curve is not None:
            return f"The {self._subject} follows its feeling over time"
        return f"The {self._subject} takes its feeling" if dragged.affect is not None else ""

    def refuses(self, dragged: Dragged) -> str:
        """Why it is not taken."""
        if dragged.panel == self._panel:
            return "This is where it comes from: carry it to another workspace, or to another program"
        return f"No feeling goes with this, so the {self._subject} cannot follow it"

    def take(self, dragged: Dragged) -> None:
        """Do it."""
        if not self.accepts(dragged):
            return
        if dragged.curve is not None:
            self._set_curve(dragged.curve)
        elif dragged.affect is not None:
            self._set_point(dragged.affect)
