"""What the hand does on the Sort page, as other judgements: each one step of undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from generators.affect import AffectPoint
from generators.artifacts import Direction
from generators.compass.judgements import Judgements
from generators.compass.request import SHIPPED_MODEL, PoolRequest
from generators.errors import AffectStudioError
from studio.panel import Level, Message
from studio.panels.compass import sorting as changes
from studio.panels.compass.newest import Result
from studio.panels.compass.pooling import pool_request
from studio.panels.compass.stage import SORT
from studio.panels.compass.state import Sorting, Use
from studio.take_changes import free_name

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel

SECOND_POOL_FINDERS = ("jacobian", "text pair")
UNNAMED = "direction"
FIRST = "first pictures"


class Sorter(QObject):
    """Turns gestures into judgements, and keeps what they led to."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.shows_all = False
        self._new: tuple[int, ...] = ()

    @property
    def _sorting(self) -> Sorting:
        return self._panel.state.sorting

    def _keep(self, merge: str = "", /, **fields: object) -> None:
        self._panel.commit(self._panel.state.with_sorting(**fields), merge)

    def _judge(self, judgements: Judgements) -> None:
        if judgements != self._sorting.judgements:
            self._keep(judgements=judgements)

    # -- the pool ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Go to the page; where nothing is sorted yet it says how to begin."""
        self._panel.show_page(SORT)

    def make_pool(self, count: int) -> None:
        """Make pictures to sort."""
        try:
            self._panel.pooling.make(pool_request(self._panel.state.ask, count))
        except AffectStudioError as error:
            self._panel.context.say(Message(error.message, Level.WARNING))

    def pool_made(self, request: PoolRequest, sha256: str, path: Path, job: str, _images: object) -> None:
        """The pictures are there: keep them, and begin to sort."""
        sorting = Sorting(pool_sha256=sha256, pool=request)
        self.shows_all, self._new = False, ()
        self._panel.store(
            msgspec.structs.replace(self._panel.state, sorting=sorting),
            {sha256: path},
            f"{self._panel.key}:{FIRST}",
            done=lambda _state: self._pool_kept(job),
            failed=lambda _error: self._panel.context.jobs.release(job),
        )

    def _pool_kept(self, job: str) -> None:
        self._panel.context.jobs.release(job)
        self._panel.finding.propose(self._sorting)

    def new_pool(self) -> None:
        """Go back to the page that begins; undo brings the sorting back."""
        self._panel.commit(msgspec.structs.replace(self._panel.state, sorting=Sorting()))

    # -- judging -------------------------------------------------------------------------------------------------------

    def put(self, rows: Sequence[int], where: str, place: int = -1) -> None:
        """Pictures are put on a tray, into the order, or back."""
        self._judge(changes.put(self._sorting.judgements, rows, where, place))

    def star(self, rows: Sequence[int], count: int) -> None:
        """Pictures get stars, or lose them."""
        self._judge(changes.starred(self._sorting.judgements, rows, count))

    def feel(self, point: AffectPoint) -> bool:
        """What was felt at the chosen pictures; False where that is not what is asked now."""
        page = self._panel.middle.sort
        if self._panel.page != SORT or self._sorting.finder != "affect" or not page.chosen:
            return False
        self._judge(changes.felt(self._sorting.judgements, page.chosen, point))
        return True

    def over(self) -> None:
        """Judge anew: nothing is judged any more."""
        self._judge(Judgements())

    # -- how it is found -----------------------------------------------------------------------------------------------

    def choose_finder(self, finder: str) -> None:
        """Find in another way."""
        self._keep(finder=finder, second_pool_sha256="")
        if finder == "jacobian":
            self._panel.second_pool.make(self._sorting)
        elif finder == "text pair":
            if not self._sorting.second_prompt:
                self.ask_text()
            else:
                self._panel.second_pool.make(self._sorting)

    def set_option(self, field: str, value: object) -> None:
        """Another measure, axis or component."""
        if getattr(self._sorting, field) != value:
            self._keep(f"sorting {field}", **{field: value})

    def ask_text(self) -> None:
        """Ask for the text at the other end."""
        answer = self._panel.context.dialogs.text(
            self._panel.middle.window(), "From one text to another", "The text at the other end:",
            self._sorting.second_prompt,
        )  # fmt: skip
        if answer and answer.strip():
            self._keep(second_prompt=answer.strip(), second_pool_sha256="")
            self._panel.second_pool.make(self._sorting)

    def second_pool_made(self, sorting: Sorting, sha256: str, path: Path, job: str) -> None:
        """The second pool is there."""

        def release(_value: object) -> None:
            self._panel.context.jobs.release(job)

        now = self._sorting
        if (now.pool_sha256, now.finder, now.second_prompt) != (
            sorting.pool_sha256, sorting.finder, sorting.second_prompt,
        ):  # fmt: skip
            release(None)
            return
        state = self._panel.state.with_sorting(second_pool_sha256=sha256)
        self._panel.store(state, {sha256: path}, done=release, failed=release)

    def leave_alone(self, sha256: str, is_left: bool) -> None:
        """Take another direction out of this one, or no longer."""
        others = tuple(key for key in self._sorting.disentangle if key != sha256)
        self._keep(disentangle=(*others, sha256) if is_left else others)

    # -- going on ------------------------------------------------------------------------------------------------------

    def next_pictures(self) -> None:
        """Show what would teach most, and what carries on along the direction."""
        if self._sorting.pool_sha256:
            self._panel.finding.propose(self._sorting)

    def proposed(self, rows: tuple[int, ...]) -> None:
        """The pictures to show next are known: they come first, those of before follow."""
        known = set(self._sorting.shown)
        new = tuple(row for row in rows if row not in known)
        is_first = not self._sorting.shown
        self._new = () if is_first else new
        self.shows_all = False
        self._keep(
            FIRST if is_first else "",
            shown=(*new, *self._sorting.shown),
            rounds=self._sorting.rounds + 1,
        )
        self._panel.middle.sort.grid.scroll_to_top()

    def show_all(self, shows_all: bool) -> None:
        """See every picture of the pool, or those that were proposed."""
        self.shows_all = shows_all
        self.show()

    def name(self, name: str) -> None:
        """Name what is felt."""
        if name != self._sorting.name:
            self._keep(name=name)

    def keep(self) -> None:
        """Put the direction on the board, and measure it."""
        panel = self._panel
        trouble = panel.finding.why_not() if self._sorting.pool_sha256 else "Make pictures and sort some of them first."
        if trouble:
            panel.context.say(Message(trouble, Level.WARNING, key="keep"))
            return
        typed = panel.middle.sort.name.text().strip()
        used = {use.name for use in panel.state.ask.uses}
        name = free_name(typed or self._sorting.name or UNNAMED, used)
        request = msgspec.structs.replace(self._sorting, name=name).request()
        if request is not None:
            panel.finding.keep(request, lambda result: self._found(name, result))

    def _found(self, name: str, result: Result) -> None:
        panel, sorting = self._panel, self._sorting
        if not isinstance(result.artifact, Direction) or sorting.pool is None:
            return
        if panel.state.ask.use(result.sha256) is not None:
            panel.context.say(Message("This direction is on the board already.", key="keep"))
            return
        source = {"pca": "principal", "jacobian": "principal", "measured": "measured", "affect": "affect"}
        use = Use(
            result.sha256,
            name,
            source=source.get(sorting.finder, "found"),  # type: ignore[arg-type]
            found_by=result.request,  # type: ignore[arg-type]
            model=sorting.pool.model,
        )
        state = panel.state.with_ask(panel.state.ask.with_uses((use,))).with_sorting(name="")
        state = msgspec.structs.replace(state, direction=result.sha256)
        panel.store(state, {result.sha256: result.path}, done=lambda _state: panel.measure(use.sha256))
        panel.context.say(Message(f"“{name}” is on the board. It is being measured on pictures it has not seen."))

    # -- showing -------------------------------------------------------------------------------------------------------

    def grew(self, images: Sequence[QImage], expected: int) -> None:
        """More pictures of the pool are there."""
        self._panel.middle.sort.show_growing(images, expected)

    def show(self) -> None:
        """Show the sorting of now."""
        panel, sorting = self._panel, self._sorting
        if panel.pooling.is_busy:
            return
        page = panel.middle.sort
        page.show_desk(bool(sorting.pool_sha256))
        page.empty.suggest(is_quick=panel.state.ask.model == SHIPPED_MODEL)
        if panel.page != SORT:
            return
        if not sorting.pool_sha256:
            return
        images = panel.pooling.images(sorting.pool_sha256)
        by_row: Mapping[int, QImage] = dict(enumerate(images))
        board = panel.state.ask.board
        page.show_sorting(
            sorting,
            by_row,
            board,
            shows_all=self.shows_all,
            new=self._new,
            reads_prompts=sorting.pool is not None and panel.models.reads_text(sorting.pool.model),
        )
        names = {use.sha256: use.name for use in panel.state.ask.uses}
        panel.finding.show(sorting, lambda sha256: names.get(sha256, "another"))
