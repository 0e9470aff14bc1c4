"""Pictures that are kept as takes: made in full quality, stored with their request."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.compass.request import RenderRequest
from generators.engine.engine import Finished, Lane
from generators.errors import AffectStudioError
from studio.document.model import Take
from studio.panel import Level, Message, PanelContext
from studio.panels.compass.files import Files
from studio.project import sentence
from studio.take_making import TakeMaking, WaitingTake


@dataclass(eq=False, kw_only=True)
class Pending(WaitingTake):
    """A picture that is being made to be kept, with what is kept beside it."""

    request: RenderRequest
    facts: dict[str, str]


class Taking(TakeMaking[Pending]):
    """Makes pictures in full quality and keeps them.

    Signals: `changed` when the list of pending ones did or one goes on, `kept` with the id of a take once it is stored.
    """

    noun, verb, message_key = "picture", "Paint", "painting"

    kept = Signal(str)

    def __init__(self, context: PanelContext, panel: str, files: Files, parent: QObject | None = None) -> None:
        super().__init__(context, panel, parent)
        self._files = files

    def take(self, request: RenderRequest, name: str, parent: str | None, facts: dict[str, str] | None = None) -> None:
        """Make the pictures of `request` and keep them as one take; `facts` are kept beside those of the engine."""
        document = self._context.project.document
        waiting = Pending(name=name, request=request, document=document, parent=parent, facts=facts or {})
        self._files.gather(
            request,
            functools.partial(self._submit, waiting),
            lambda error: self._context.say(Message(sentence(error), Level.ERROR)),
        )

    def _submit(self, waiting: Pending, inputs: dict[str, Path]) -> None:
        if waiting.document is not self._context.project.document:
            return
        try:
            waiting.job = self._context.jobs.submit(
                waiting.request,
                f"Painting “{waiting.name}”",
                self._callbacks(waiting),
                lane=Lane.TAKE,
                panel=self._panel,
                inputs=inputs,
            )
        except AffectStudioError as error:  # there is no engine
            self._context.say(Message(error.message, Level.ERROR))
            return
        self._pending[waiting.job] = waiting
        self.changed.emit()

    def _facts(self, waiting: Pending, event: Finished) -> dict[str, str]:
        return {**event.facts, **waiting.facts}

    def _stored(self, waiting: Pending, take: Take) -> None:
        super()._stored(waiting, take)
        self.kept.emit(take.id)

    def _again(self, waiting: Pending) -> None:
        self.take(waiting.request, waiting.name, waiting.parent, waiting.facts)
