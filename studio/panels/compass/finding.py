"""From what was judged to a direction, and what it does: fitted anew after each judgement, the newest wins."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from generators.artifacts import Pictures, Proposals
from generators.compass.request import FindRequest, Point, PoolRequest, ProposeRequest, Push, RenderRequest
from generators.errors import AffectStudioError
from studio.panel import PanelContext
from studio.panels.compass.effect import NEEDS_JUDGEMENTS, Effect
from studio.panels.compass.files import Files
from studio.panels.compass.newest import Newest, Result
from studio.panels.compass.sorting import has_comparison, judged_words, why_nothing
from studio.panels.compass.state import Sorting
from studio.widgets.effect_strip import StripRow
from studio.widgets.picture_painting import image_of

KEPT_FITS = 48
FIRST_UNSEEN, FIRST_REPORTED = 2_000_000, 3_000_000
"""Seeds that no pool has: those of the effect, and those of reports."""
AMOUNTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
NEXT_COUNT, FIRST_COUNT = 20, 40


def along(sha256: str, pool: PoolRequest, seed: int) -> RenderRequest:
    """Pictures of an unseen seed along a direction that was just found."""
    points = tuple(Point(seed, amounts=(amount,)) for amount in AMOUNTS)
    return RenderRequest(points, (Push(sha256, even=False),), pool.making, model=pool.model)


class Finding(QObject):
    """Fits directions for the sorting in view and shows what they do; proposes what to judge next.

    `found` comes with each new fit, `proposed` with rows of the pool, `failed` with a sentence.
    """

    found = Signal()
    proposed = Signal(object)
    failed = Signal(str)

    def __init__(self, context: PanelContext, files: Files, effect: Effect, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._files = files
        self._effect = effect
        self._sorting = Sorting()
        self._names: Callable[[str], str] = lambda _sha256: ""
        self._fits: OrderedDict[FindRequest, Result] = OrderedDict()
        self._strips: OrderedDict[RenderRequest, list[QImage]] = OrderedDict()
        self._unseen = 0
        self._fit, self._plain_fit = (
            Newest(context, files, f"compass:{name}", "Finding the direction", self) for name in ("find", "plain")
        )
        self._strip, self._plain_strip = (
            Newest(context, files, f"compass:{name}", "Showing the direction", self) for name in ("strip", "beside")
        )
        self._keeping = Newest(context, files, "compass:keep", "Finding the direction", self)
        self._next = Newest(context, files, "compass:next", "Choosing pictures", self)

    # -- what is found -------------------------------------------------------------------------------------------------

    def request(self) -> FindRequest | None:
        """What finds the direction of now without its name, None where nothing can be found yet."""
        sorting = self._sorting
        if not sorting.pool_sha256 or self.why_not():
            return None
        return msgspec.structs.replace(sorting, name="").request()

    def why_not(self) -> str:
        """What is missing before something can be found, "" for nothing."""
        sorting = self._sorting
        if sorting.finder == "affect":
            if len({rating.affect for rating in sorting.judgements.felt}) < 2:
                return "Choose pictures, then point at what you feel on the pad on the left; two at least."
        elif sorting.finder in NEEDS_JUDGEMENTS and not has_comparison(sorting.judgements):
            return why_nothing(sorting.judgements)
        elif sorting.finder in ("jacobian", "text pair") and not sorting.second_pool_sha256:
            return "Its pictures are not made yet."
        return ""

    @property
    def current(self) -> Result | None:
        """What was found for what is judged now, None before it is there."""
        try:
            request = self.request()
        except AffectStudioError:
            return None
        return self._fits.get(request) if request is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether something is being found or shown."""
        return any(one.is_busy for one in (self._fit, self._plain_fit, self._strip, self._plain_strip, self._keeping))

    # -- showing -------------------------------------------------------------------------------------------------------

    def show(self, sorting: Sorting, name_of: Callable[[str], str]) -> None:
        """Find and show what these judgements say; `name_of` names a direction by its hash."""
        self._sorting, self._names = sorting, name_of
        if not sorting.pool_sha256:
            return
        trouble = self.why_not()
        if trouble:
            for stream in (self._fit, self._plain_fit, self._strip, self._plain_strip):
                stream.forget()
            self._effect.show_told("")
            self._effect.show_trouble(trouble)
            return
        try:
            wanted = self.request()
        except AffectStudioError as error:
            self._effect.show_trouble(error.message)
            return
        if wanted is None:
            return
        self._find(self._fit, wanted)
        if wanted.disentangle:
            self._find(self._plain_fit, msgspec.structs.replace(wanted, disentangle=()))
        self._show()

    def _find(self, stream: Newest, request: FindRequest) -> None:
        if request not in self._fits:
            stream.ask(request, self._fitted, self._refused, keeps=True)

    def _fitted(self, result: Result) -> None:
        request = result.request
        if not isinstance(request, FindRequest):
            return
        self._remember(request, result)
        self._show()
        self.found.emit()

    def _remember(self, request: FindRequest, result: Result) -> None:
        self._files.know(result.sha256, result.path)
        self._fits[request] = result
        while len(self._fits) > KEPT_FITS:
            _, old = self._fits.popitem(last=False)
            self._files.forget(old.sha256)
            self._context.jobs.release(old.job)

    def _refused(self, text: str) -> None:
        self._effect.show_told("")
        self._effect.show_trouble(text)

    def _show(self) -> None:
        """Show pictures of what was found, and ask for those that are not there."""
        sorting, result = self._sorting, self.current
        if result is None or sorting.pool is None or not isinstance(result.request, FindRequest):
            self._effect.set_stale(True)
            return
        request = result.request
        told = judged_words(sorting.judgements) if sorting.finder in NEEDS_JUDGEMENTS else ""
        self._effect.show_told(told)
        rows = [(self._strip, result.sha256, "")]
        if request.disentangle:
            names = ", ".join(self._names(sha256) for sha256 in request.disentangle)
            plain = self._fits.get(msgspec.structs.replace(request, disentangle=()))
            rows = [(self._plain_strip, plain.sha256 if plain is not None else "", "as sorted"),
                    (self._strip, result.sha256, f"leaving alone {names}")]  # fmt: skip
        shown = []
        for stream, sha256, title in rows:
            images: list[QImage] = []
            if sha256:
                asked = along(sha256, sorting.pool, FIRST_UNSEEN + self._unseen)
                images = self._strips.get(asked, [])
                if not images:
                    stream.ask(asked, self._pictured, self._refused)
            shown.append(StripRow(title, images))
        if all(row.images for row in shown) or not any(self._effect.strip.images()):
            self._effect.show_rows(shown)
        else:
            self._effect.show_trouble("")
            self._effect.set_stale(True)

    def _pictured(self, result: Result) -> None:
        if isinstance(result.artifact, Pictures) and isinstance(result.request, RenderRequest):
            self._strips[result.request] = [image_of(pixels) for pixels in result.artifact.pixels]
            while len(self._strips) > KEPT_FITS:
                self._strips.popitem(last=False)
            self._show()

    def another(self) -> None:
        """Show it on another unseen picture."""
        self._unseen += 1
        self._show()

    # -- going on ------------------------------------------------------------------------------------------------------

    def keep(self, request: FindRequest, done: Callable[[Result], object]) -> None:
        """Find `request` (with its name) to be kept; the file lasts while the fit is remembered."""

        def found(result: Result) -> None:
            self._remember(request, result)
            done(result)

        known = self._fits.get(request)
        if known is not None:
            done(known)
        else:
            self._keeping.ask(request, found, self.failed.emit, keeps=True)

    def propose(self, sorting: Sorting) -> None:
        """Ask which pictures to show next."""
        current = self.current
        request = ProposeRequest(
            pool_sha256=sorting.pool_sha256,
            judgements=sorting.judgements,
            direction_sha256=current.sha256 if current is not None else "",
            count=NEXT_COUNT if sorting.shown else FIRST_COUNT,
            seed=sorting.rounds,
            shown=sorting.shown,
        )

        def came(result: Result) -> None:
            if isinstance(result.artifact, Proposals):
                self.proposed.emit(tuple(int(row) for row in result.artifact.rows))

        self._next.ask(request, came, self.failed.emit)

    def forget(self) -> None:
        """Another project is in view."""
        for stream in (self._fit, self._plain_fit, self._strip, self._plain_strip, self._keeping, self._next):
            stream.forget()
        for result in self._fits.values():
            self._files.forget(result.sha256)
            self._context.jobs.release(result.job)
        self._fits.clear()
        self._strips.clear()
        self._sorting = Sorting()
