"""What can be done with the request of a take, wherever the take is shown: copied, compared, made again."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from generators.engine.request_words import kind_words
from generators.errors import AffectStudioError
from studio.again_sheet import AgainSheet
from studio.document.model import Take
from studio.panel import Level, Message, Panel, PanelContext
from studio.request_sheet import CompareRequests
from studio.requests_text import command_for, pretty, request_in
from studio.take_origin import has_request, readable_request, request_of
from studio.terms_sheet import TermsSheet

_KEY = "request"


class TakeRequests:
    """Does it; sheets belong to `window`, and panels are those that `context.uses` knows."""

    def __init__(self, context: PanelContext, window: QWidget) -> None:
        self._context, self._window = context, window

    # -- text ----------------------------------------------------------------------------------------------------------

    def copy(self, take: Take) -> None:
        """Put the request of a take on the clipboard as text."""
        panel = self._panel_of(take)
        words = panel.recalling.copied_words(take) if panel is not None and panel.recalling is not None else ""
        copy_request(self._context, take, words)

    def copy_command(self, take: Take) -> None:
        """Put a command on the clipboard that makes the take again in a terminal."""
        document = self._context.project.document
        try:
            command = command_for(request_of(take), take.id, None if document.is_untitled else document.path)
        except AffectStudioError as error:
            self._say(error.message, Level.WARNING)
            return
        QGuiApplication.clipboard().setText(command)
        self._say("The command is on the clipboard: run it in a terminal, in the folder where the files shall go.")

    def paste(self) -> None:
        """Show the request on the clipboard as the settings of its panel; one that works on a take is done at once."""
        try:
            request = request_in(QGuiApplication.clipboard().text())
        except AffectStudioError as error:
            self._say(error.message, Level.WARNING)
            return
        for panel in self._panels():
            if panel.recalling is not None and panel.recalling.show(request, {}):
                self._context.uses.bring(panel)
                self._say(f"The request is shown as the settings of {panel.title}; one step of undo takes it back.")
                return
        for panel in self._panels():
            if panel.recalling is not None and panel.recalling.make(request):
                self._context.uses.bring(panel)
                return
        text = (
            f"This request makes {kind_words(request)}, which no panel shows as settings: send it to the command line, "
            "with affect-studio batch --request."
        )
        self._say(text, Level.WARNING)

    # -- sheets --------------------------------------------------------------------------------------------------------

    def compare(self, take: Take | None) -> CompareRequests:
        """Compare a take with the one that it came from, else with what was copied."""
        takes = self._context.project.state.takes
        left = take.parent if take is not None and take.parent and any(one.id == take.parent for one in takes) else ""
        sheet = CompareRequests(takes, left or "", take.id if take is not None else "", self._window, self._name_of)
        sheet.show()
        return sheet

    def make_again(self, *takes: Take) -> AgainSheet | None:
        """Make takes again and compare every byte."""
        if len(takes) == 1 and readable_request(takes[0]) is None:
            self._say(_why_not(takes[0]), Level.WARNING)
            return None
        if not takes:
            self._say("There are no takes to make again: make one first.", Level.WARNING)
            return None
        sheet = AgainSheet(self._context, takes, self._window)
        sheet.show()
        return sheet

    def show_terms(self, take: Take) -> TermsSheet:
        """Tell the terms of use of a take."""
        sheet = TermsSheet(take, self._context.project.state.takes, self._window)
        sheet.show()
        return sheet

    # -- panels --------------------------------------------------------------------------------------------------------

    def show_take(self, take: Take) -> None:
        """Bring the panel of a take to the front, with the take in view."""
        panel = self._panel_of(take)
        if panel is not None:
            self._context.uses.bring(panel)
            panel.select(take.id)

    def branch(self, take: Take) -> None:
        """Make the request of a take the settings of its panel, so that what is made next comes from it."""
        panel = self._panel_of(take)
        request = readable_request(take)
        if panel is None or panel.recalling is None or request is None:
            self._say(_why_not(take), Level.WARNING)
            return
        self._context.uses.bring(panel)
        panel.select(take.id)
        if panel.recalling.show(request, take.facts):
            self._say(f"{panel.title} is set as it was for “{take.name}”: change something, and go on from there.")
        else:
            self._say(f"“{take.name}” is in view: go on from it with the tools of {panel.title}.")

    # -- menus ---------------------------------------------------------------------------------------------------------

    def add_to_menu(self, menu: QMenu, take: Take) -> None:
        """Offer all of this in the menu of a take."""
        inner = menu.addMenu("Request")
        inner.addAction("Copy as text", lambda: self.copy(take))
        inner.addAction("Copy as a command", lambda: self.copy_command(take))
        inner.addSeparator()
        inner.addAction("Compare with another…", lambda: self.compare(take))
        inner.addAction("Make again and compare the bytes…", lambda: self.make_again(take))
        inner.setEnabled(has_request(take))
        menu.addAction("Terms of use…", lambda: self.show_terms(take))

    def _panels(self) -> tuple[Panel, ...]:
        return tuple(self._context.uses.panels)

    def _panel_of(self, take: Take) -> Panel | None:
        return next((panel for panel in self._panels() if panel.key == take.panel), None)

    def _name_of(self, sha256: str) -> str:
        """What a file that came in is called: panels keep the names of recordings and fonts beside their hashes."""
        for take in self._context.project.state.takes:
            if sha256 in take.request and (name := take.facts.get("voice") or take.facts.get("start_name")):
                return name
        return ""

    def _say(self, text: str, level: Level = Level.INFO) -> None:
        self._context.say(Message(text, level, key=_KEY))


def copy_request(context: PanelContext, take: Take, words: str = "") -> None:
    """Put the request of a take on the clipboard as text; `words` tell what it is good for."""
    if not has_request(take):
        context.say(Message(_why_not(take), Level.WARNING, key=_KEY))
        return
    QGuiApplication.clipboard().setText(pretty(take.request))
    context.say(Message(words or "The request is on the clipboard: “Paste a request” shows it again.", key=_KEY))


def _why_not(take: Take) -> str:
    """Why a take's request cannot be used."""
    try:
        request_of(take)
    except AffectStudioError as error:
        return error.message
    return f"“{take.name}” cannot be shown as the settings of a panel."
