"""The tour itself: which step is shown, where its light falls, and what goes on when the user does it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from studio.document.document import Document
from studio.document.model import DocumentState, SetPanelState
from studio.panel import Message, Panel, PanelContext
from studio.project_files import sample_scene
from studio.tour.card import Card
from studio.tour.spotlight import Spotlight, find, place_of
from studio.tour.steps import STEPS, Step
from studio.translation import tr

TIP = "tour"
"""The name among the tips that were seen."""
LOOK_MS, DONE_MS = 150, 900


class TourWindow(Protocol):
    """What the tour needs of the window, which is a QWidget too."""

    @property
    def panels(self) -> Sequence[Panel]:
        """All workspaces."""
        ...

    def bring(self, panel: Panel) -> None:
        """Bring one to the front."""
        ...


class Tour(QObject):
    """Walks through the steps, beside the window's own controls; nothing is blocked meanwhile.

    `open_sample` opens the sample scene as a project without a name, `open_path` goes back to the user's own. The
    user's project is left only when it is empty, or when the user says so.
    """

    def __init__(
        self,
        window: QWidget,
        places: TourWindow,
        context: PanelContext,
        open_sample: Callable[[], object],
        open_path: Callable[[Path], object],
        steps: Sequence[Step] = STEPS,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._places = places
        self._context = context
        self._open_sample = open_sample
        self._open_path = open_path
        self.steps = tuple(steps)
        self.place = -1
        self._sample: Path | None = None  # the copy of the sample scene that the tour opened
        self._left: Path | None = None  # the user's own project, to go back to
        self._waits_for_sample: Document | None = None  # that document is to make way for it
        self._done = False
        self.spotlight = Spotlight(context.hub, window)
        self.card = Card(context.hub, window, len(self.steps))
        self.offer_card = Card(context.hub, window)
        self._asks = False
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._stand)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.end)
        self.card.onward.connect(self.onward)
        self.card.back.connect(self.back)
        self.card.ended.connect(self.end)
        self.offer_card.onward.connect(self._accept)
        self.offer_card.ended.connect(self._decline)
        context.playback.playingChanged.connect(lambda plays: self._happened("plays") if plays else None)
        context.project.changed.connect(self._changed)
        context.project.failed.connect(self._failed)
        context.jobs.changed.connect(lambda: self._happened("makes") if context.jobs.shown() else None)

    # -- offering ------------------------------------------------------------------------------------------------------

    @property
    def was_seen(self) -> bool:
        """Whether it was offered before."""
        return TIP in self._context.settings().seen_tips

    def offer(self) -> None:
        """Offer the tour in a quiet card, unless it was offered before."""
        if self.was_seen or self.is_running:
            return
        self._show_offer(
            tr("New here?"),
            tr("A tour of two minutes leads through a short sample scene. It waits in the menu Help, too."),
            tr("Take the tour"),
        )

    def _show_offer(self, title: str, text: str, onward: str) -> None:
        self.offer_card.tell(title, text, onward=onward, skip=tr("Not now"))
        self._window.installEventFilter(self)
        self._stand()

    def _accept(self) -> None:
        self._hide_offer()
        self._begin() if self._asks else self.start()

    def _decline(self) -> None:
        self._hide_offer()
        self._asks = False
        self._remember()

    def _hide_offer(self) -> None:
        self.offer_card.hide()
        if not self.is_running:
            self._window.removeEventFilter(self)

    def _remember(self) -> None:
        if not self.was_seen:
            self._context.remember(seen_tips=(*self._context.settings().seen_tips, TIP))

    # -- walking -------------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether a step is shown."""
        return self.place >= 0

    @property
    def step(self) -> Step | None:
        """The step that is shown."""
        return self.steps[self.place] if self.is_running else None

    def start(self) -> None:
        """Help, Take the tour: from the first step, on the sample scene."""
        self._remember()
        self.offer_card.hide()
        if self.is_running or self._is_on_sample:
            self.go_to(0)
        elif self._is_empty:
            self._begin()
        else:
            self._asks = True
            self._show_offer(
                tr("The tour opens a sample scene"),
                tr("“{name}” stays just as it is. When the tour is over, one click goes back to it.").format(
                    name=self._context.project.name
                ),
                tr("Open the sample"),
            )
            self.offer_card.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _is_empty(self) -> bool:
        document, state = self._context.project.document, self._context.project.state
        return document.is_untitled and not state.takes and not state.panel_states

    @property
    def _is_on_sample(self) -> bool:
        return self._sample is not None and self._sample == self._context.project.document.path

    def _begin(self) -> None:
        self._left = None if self._is_empty else self._context.project.document.path
        self._asks = False
        if sample_scene() is not None:
            self._waits_for_sample = self._context.project.document
            self._open_sample()
        else:  # it was not installed: the controls are there all the same
            self.go_to(0)

    def onward(self) -> None:
        """Next; after the last step the tour is over."""
        if self.place + 1 < len(self.steps):
            self.go_to(self.place + 1)
        else:
            self.end()

    def back(self) -> None:
        """The step before."""
        if self.place > 0:
            self.go_to(self.place - 1)

    def end(self) -> None:
        """Over, wherever it is; the sample stays open."""
        if not self.is_running:
            return
        self.place = -1
        self._look.stop()
        self._escape.setEnabled(False)
        self.card.hide()
        self.spotlight.hide()
        self._window.removeEventFilter(self)
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        text = tr("The sample is yours to play with. The tour waits in the menu Help.")
        left = self._left
        if left is not None and left.exists() and self._is_on_sample:
            self._left = None
            back = functools.partial(self._open_path, left)
            self._context.say(Message(text, action=tr("Back to your project"), act=back, key=TIP, lasting=True))
        else:
            self._context.say(Message(text, key=TIP))

    def go_to(self, place: int) -> None:
        """Show a step, counted from 0."""
        self.place, self._done = place, False
        step = self.steps[place]
        panel = next((panel for panel in self._places.panels if panel.key == step.panel), None)
        if panel is not None:
            self._places.bring(panel)
        if self.card.dots is not None:
            self.card.dots.show_place(place)
        is_last = place == len(self.steps) - 1
        self.card.tell(
            tr(step.title),
            tr(step.text),
            onward=tr("Done") if is_last else tr("Next"),
            skip="" if is_last else tr("Skip"),
            back=place > 0,
        )
        self.spotlight.show()
        self._window.installEventFilter(self)
        self._escape.setEnabled(True)
        self._look.start()
        self._stand()
        self.card.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _changed(self, _state: DocumentState, action: object) -> None:
        waited = self._waits_for_sample
        if action is None and waited is not None and waited is not self._context.project.document:
            self._waits_for_sample = None
            self._sample = self._context.project.document.path
            self.go_to(0)
        elif isinstance(action, SetPanelState) and action.panel == "scene":
            self._happened("changes")

    def _failed(self, _text: str) -> None:
        self._waits_for_sample = None

    def _happened(self, what: str) -> None:
        """The user did something: when the step asked for it, the tour goes on in a moment."""
        step = self.step
        if step is not None and step.by_doing == what and not self._done:
            self._done = True
            QTimer.singleShot(DONE_MS, self, functools.partial(self._go_on, self.place))

    def _go_on(self, place: int) -> None:
        if self._done and self.place == place:
            self.onward()

    # -- where ---------------------------------------------------------------------------------------------------------

    def hole(self) -> QRect:
        """Where the light falls now, in the window; empty where its widget is not in sight."""
        step = self.step
        target = find(self._window, step.target) if step is not None else None
        return place_of(target, self._window) if target is not None else QRect()

    def _stand(self) -> None:
        room = self._window.rect()
        if self.offer_card.isVisibleTo(self._window):
            self.offer_card.stand_in_corner(room)
        if self.is_running:
            self.spotlight.setGeometry(room)
            self.spotlight.light(self.hole())
            self.spotlight.raise_()
            self.card.raise_()
            self.card.stand_beside(self.spotlight.hole, room)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The light and the card follow the window."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._stand()
        return super().eventFilter(watched, event)
