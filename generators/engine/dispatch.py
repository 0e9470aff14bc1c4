"""Calling the listeners of an engine, in order, on one thread of its own. Torch-free."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from generators.engine.engine import Event, Listener, MemoryChanged, WorkerChanged, WorkerState

_log = logging.getLogger(__name__)


@dataclass
class _Subscription:
    listener: Listener
    is_over: bool = False

    def tell(self, event: Event) -> None:
        if self.is_over:
            return
        try:
            self.listener(event)
        except Exception:  # the others still hear it
            _log.exception("A listener of the engine failed")


class Dispatcher:
    """A queue of events and the thread that tells them; a slow listener holds up nothing but the others."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event | _Subscription | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="engine-events", daemon=True)
        self._thread.start()

    def put(self, event: Event) -> None:
        """Tell `event` to all listeners, soon."""
        self._queue.put(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` the state of the worker and its memory, then every event put from now on.

        Returns what ends the subscription.
        """
        subscription = _Subscription(listener)
        self._queue.put(subscription)  # so it begins in its place among the events

        def unsubscribe() -> None:
            subscription.is_over = True

        return unsubscribe

    def close(self) -> None:
        """Tell what is left and end; waits, unless a listener calls it."""
        self._queue.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        subscriptions: list[_Subscription] = []
        state: Event = WorkerChanged(WorkerState.STARTING, "The engine is starting.")
        memory: Event | None = None
        while (item := self._queue.get()) is not None:
            if isinstance(item, _Subscription):
                subscriptions.append(item)
                item.tell(state)
                if memory is not None:
                    item.tell(memory)
                continue
            if isinstance(item, WorkerChanged):
                state = item
            elif isinstance(item, MemoryChanged):
                memory = item
            subscriptions = [subscription for subscription in subscriptions if not subscription.is_over]
            for subscription in subscriptions:
                subscription.tell(item)
