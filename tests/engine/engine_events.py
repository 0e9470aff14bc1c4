"""Keeping and awaiting an engine's events in tests."""

from __future__ import annotations

import threading
from collections.abc import Callable

from generators.engine.engine import Engine, Event, Failed, Finished


class Recorder:
    """Keeps an engine's events and waits for them."""

    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()
        engine.subscribe(self._add)

    def _add(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Event], bool], timeout_s: float = 20.0) -> Event:
        with self._changed:
            assert self._changed.wait_for(lambda: any(wanted(event) for event in self.events), timeout_s), self.events
            return next(event for event in self.events if wanted(event))

    def end_of(self, job: str, timeout_s: float = 20.0) -> Finished | Failed:
        event = self.wait(lambda event: isinstance(event, Finished | Failed) and event.job == job, timeout_s)
        assert isinstance(event, Finished | Failed)
        return event

    def of(self, job: str) -> list[Event]:
        return [event for event in self.events if getattr(event, "job", "") == job]
