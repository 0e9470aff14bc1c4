"""Lines and takes that are chosen, played, and on their way out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from generators.artifacts import unpack
from generators.errors import AffectStudioError
from generators.runtime.folders import assets_folder
from studio.carrying import add_uses, carried_take, with_dragged
from studio.document.model import Take
from studio.face_lines import LINE, Line
from studio.panel import Level, Message
from studio.panels.face.lines import outgoing_of
from studio.panels.face.output import Outgoing
from studio.panels.face.takes import ask_like
from studio.widgets.dragged import Dragged

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel

SAMPLE = Path("samples") / "letters.flac"


class Choosing(QObject):
    """Brings another line or take into view, and hands what is in view to exports and drags."""

    def __init__(self, panel: FacePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._plays_sample = False

    # -- lines and takes -----------------------------------------------------------------------------------------------

    def choose_line(self, identity: str) -> None:
        """Show another line."""
        if self._panel.state.line(identity) is not None and identity != self._panel.state.current:
            state = msgspec.structs.replace(self._panel.state, current=identity)
            self._panel.commit(state, "line", of_line=False)

    def play_line(self, identity: str) -> None:
        """Play a line, or pause it."""
        if identity == self._panel.state.current:
            self._panel.context.playback.toggle()
        else:
            self._panel.hearing.play_next()
            self.choose_line(identity)

    def try_sample(self) -> None:
        """Open the line that comes with the program, and play it as soon as it is performed."""
        known = next((line.id for line in self._panel.state.lines if line.source == SAMPLE.name), "")
        if known:
            self.play_line(known)
            return
        self._plays_sample = True
        self._panel.importing.open([assets_folder() / SAMPLE])

    def play_sample(self) -> None:
        """Play the line that was just opened to try it, once its face is there."""
        panel = self._panel
        line = panel.state.shown
        if self._plays_sample and line is not None and line.source == SAMPLE.name and panel.desk.is_current:
            self._plays_sample = False
            if panel.hearing.is_on_transport:
                panel.context.playback.play()

    def send_back(self) -> None:
        """Send the line in view back, and ask for a note."""
        if self._panel.lines.toggle_sent_back(self._panel.state.current):
            self._panel.right.line_note.setFocus(Qt.FocusReason.OtherFocusReason)

    def export_lines(self) -> None:
        """Export all approved lines in a format that is asked for."""
        panel = self._panel
        panel.output.ask_below(
            panel.right.more_lines, lambda choice: panel.lines.export_all(choice, panel.middle.window())
        )

    def select(self, identity: str) -> None:
        """Show a take: put all settings where they were for it."""
        take, line = self._panel.takes.take(identity), self._panel.state.shown
        ask = ask_like(take) if take is not None else None
        if take is None or ask is None:
            return
        home = take.facts.get("line", "")
        state = self._panel.state
        if home and home != state.current and state.line(home) is not None:
            state = msgspec.structs.replace(state, current=home)
            line = state.shown
        if line is None:
            return
        self._panel.chosen[line.id] = identity
        ask = msgspec.structs.replace(ask, seed_locked=line.ask.seed_locked)
        if state == self._panel.state and ask.request("") == line.ask.request(""):
            self._panel.showing.lists()
            self._panel.showing.take()
            return
        self._panel.commit(state.with_ask(ask), "take")

    def play_take(self, identity: str) -> None:
        """Play a take, or pause it."""
        if identity != self._panel.shown:
            self.select(identity)
            self._panel.context.playback.play()
        else:
            self._panel.context.playback.toggle()

    def remove(self, identity: str) -> None:
        """Take a take out of the list (undo brings it back), or end one that is being made."""
        if not self._panel.takes.remove(identity):
            self._panel.performing.cancel(identity)

    def show_take_menu(self, identity: str, place: QPoint) -> None:
        """Open the menu of a take."""
        menu = QMenu(self._panel.right)
        take = self._panel.takes.take(identity)
        if take is None:
            menu.addAction("Cancel", lambda: self._panel.performing.cancel(identity))
        else:
            menu.addAction("Play", lambda: self.play_take(identity))
            menu.addAction("Unstar" if take.starred else "Star", lambda: self._panel.takes.toggle_star(identity))
            menu.addAction("Rename", lambda: self._panel.right.takes.edit_name(identity))
            menu.addAction("Duplicate", lambda: self._panel.takes.duplicate(identity))
            menu.addSeparator()
            for letter, marked in zip("AB", self._panel.takes.marks, strict=True):
                words = f"No longer {letter}" if marked == identity else f"Mark as {letter}"
                menu.addAction(words, lambda letter=letter: self._panel.takes.mark(letter, identity))
            line = self._line_of(take)
            add_uses(menu, self._panel.context, self.carried(take, line) if line is not None else None)
            self._panel.takes.add_request_actions(menu, take, self._panel.right.window())
            menu.addSeparator()
            menu.addAction("Remove", lambda: self.remove(identity))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def show_head_menu(self, place: QPoint) -> None:
        """Open the menu of the head."""
        panel = self._panel
        menu = QMenu(panel.middle)
        menu.addAction("Use a head of your own…", lambda: panel.heads.ask(panel.middle.window()))
        menu.addAction("Back to the clay head", panel.heads.back_to_clay).setEnabled(bool(panel.heads.sha256))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # -- out -----------------------------------------------------------------------------------------------------------

    def outgoing(self) -> Outgoing | None:
        """What is in view, on its way out."""
        line, shown = self._panel.state.shown, self._panel.desk.shown
        if line is None or shown is None:
            return None
        if not self._panel.desk.is_current:
            self._panel.context.say(Message("It is still being performed: export it in a moment.", Level.WARNING))
            return None
        take = self._panel.takes.take(self._panel.shown)
        name = f"{line.name} {take.name}" if take is not None else line.name
        return Outgoing(name, shown, line.ask.request(line.voice_sha256), take.facts if take is not None else {})

    def _line_of(self, take: Take) -> Line | None:
        state = self._panel.state
        return state.line(take.facts.get(LINE, "")) or state.shown

    def mime(self, identity: str) -> QMimeData | None:
        """A take as a file for other programs."""
        take = self._panel.takes.take(identity)
        line = self._line_of(take) if take is not None else None
        if take is None or line is None:
            return None
        try:
            found = unpack(self._panel.context.project.document.asset(take.asset_sha256))
            outgoing = outgoing_of(f"{line.name} {take.name}", take, found)
        except AffectStudioError as error:
            self._panel.context.say(Message(error.message, Level.ERROR))
            return None
        data = self._panel.output.mime(outgoing)
        return with_dragged(data, self.carried(take, line)) if data is not None else None

    def carried(self, take: Take, line: Line) -> Dragged:
        """A take as it is carried to other panels: its feeling, and the voice of its line."""
        context = self._panel.context
        return carried_take(context, take, name=line.name, sha256=line.voice_sha256, duration_s=line.duration_s)

    def carried_line(self, identity: str) -> Dragged | None:
        """A line as it is carried to other panels: its voice, and the feeling that is asked of it."""
        line = self._panel.state.line(identity)
        if line is None:
            return None
        ask, document = line.ask, str(self._panel.context.project.document.path)
        return Dragged(
            panel=self._panel.key,
            kind="line",
            id=line.id,
            name=line.name,
            document=document,
            sha256=line.voice_sha256,
            duration_s=line.duration_s,
            affect=ask.affect if ask.mode == "point" else None,
            curve=ask.curve if ask.mode == "curve" else None,
        )

    def mime_of_line(self, identity: str) -> QMimeData | None:
        """A line for other panels, and its take in view as a file for other programs."""
        dragged, line = self.carried_line(identity), self._panel.state.line(identity)
        if dragged is None or line is None:
            return None
        take = self._panel.takes.matching(line, self._panel.chosen.get(line.id, ""))
        data = self.mime(take.id) if take is not None else None
        return with_dragged(data, dragged)
