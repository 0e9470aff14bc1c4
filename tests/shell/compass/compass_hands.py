"""The hands of a test on the compass panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from window_hands import WAIT_MS, Studio

from generators.compass.request import Point, PoolRequest
from generators.engine.requests import Request
from studio.document.model import Take
from studio.panels.compass import CompassPanel
from studio.panels.compass.pooling import pool_request
from studio.panels.compass.state import Ask, Sorting, Use


def brightness(point: Point) -> float:
    """What makes a picture of the scripted engine light: the first feature of its seed."""
    return float(np.random.default_rng([point.seed, 23]).standard_normal(12)[0])


class Compass:
    """A window with the compass panel in front; the scripted engine works while one waits."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.patience_ms = WAIT_MS
        panel = next(panel for panel in studio.window.panels if panel.key == "compass")
        assert isinstance(panel, CompassPanel)
        self.panel = panel

    def until(self, ready: Callable[[], bool]) -> None:
        def worked() -> bool:
            if self.studio.engines:
                self.studio.engine.run()
            return ready()

        self.studio.qtbot.waitUntil(worked, timeout=self.patience_ms)

    def settle(self) -> None:
        """Let the document write all, the window hear of it, and what was asked come."""
        self.studio.settle()
        self.until(lambda: not (self.panel.finding.is_busy or self.panel.pooling.is_busy))
        self.studio.settle()

    def begin(self, count: int = 40, seed: int = 100) -> None:
        """Make pictures to sort and wait until the first of them are proposed."""
        self.panel.sorter.begin()
        self.panel.pooling.make(pool_request(self.ask, count, seed))
        self.until(lambda: bool(self.sorting.shown))
        self.settle()

    def by_light(self, rows: Sequence[int] | None = None) -> list[int]:
        """Rows of the pool from the darkest to the lightest."""
        pool = self.pool
        return sorted(range(len(pool.points)) if rows is None else rows, key=lambda row: brightness(pool.points[row]))

    def sort(self) -> None:
        """Put the darkest on Less and the lightest on More, each four."""
        rows = self.by_light()
        self.panel.sorter.put(rows[:4], "less")
        self.settle()
        self.panel.sorter.put(rows[-4:], "more")
        self.settle()
        self.until(lambda: self.panel.finding.current is not None)

    def keep_direction(self, name: str = "light") -> Use:
        """Keep the direction found so far, and wait until it is measured."""
        before = len(self.ask.uses)
        self.panel.middle.sort.name.setText(name)
        self.panel.keep()
        self.until(lambda: len(self.ask.uses) == before + 1 and self.ask.uses[-1].reported)
        self.settle()
        return self.ask.uses[-1]

    def keep_picture(self) -> Take:
        """Keep the picture in view as a take."""
        before = len(self.takes)
        self.panel.show_page("travel")
        self.panel.keep()
        self.until(lambda: len(self.takes) == before + 1 and not self.panel.taking.pending)
        self.studio.settle()
        return self.takes[-1]

    def undo(self) -> None:
        """Take the last step back."""
        self._history(self.studio.window.menus.undo.trigger)

    def redo(self) -> None:
        """Do it again."""
        self._history(self.studio.window.menus.redo.trigger)

    def _history(self, trigger: Callable[[], None]) -> None:
        self.studio.settle()
        before = self.studio.project.state
        trigger()
        self.until(lambda: self.studio.project.state is not before)
        self.settle()

    @property
    def ask(self) -> Ask:
        return self.panel.state.ask

    @property
    def sorting(self) -> Sorting:
        return self.panel.state.sorting

    @property
    def pool(self) -> PoolRequest:
        assert self.sorting.pool is not None
        return self.sorting.pool

    @property
    def takes(self) -> tuple[Take, ...]:
        return self.panel.takes.all()

    @property
    def told(self) -> str:
        """What stands in place of the effect, "" where pictures do."""
        trouble = self.panel.middle.sort.effect.trouble
        return "" if trouble.isHidden() else trouble.text()

    @property
    def message(self) -> str:
        return self.studio.message

    def asked(self, kind: type) -> list[Request]:
        """Every request of a kind that went to the engine."""
        return [request for request, _, _ in self.studio.engine.submitted if isinstance(request, kind)]
