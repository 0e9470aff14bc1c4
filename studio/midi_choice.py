"""Which output the transport is heard on: the sound device, or a MIDI port that is remembered by its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu

from generators.errors import AffectStudioError
from studio.midi_out import MidiPlayer, Port, open_port, port_names
from studio.panel import Level, Message, PanelContext
from studio.translation import mark, tr

SOUND = mark("Sound")


class MidiChoice(QObject):
    """Opens and closes ports beside the window, for some systems take their time; `changed` with another output."""

    changed = Signal()
    _failed = Signal(str)

    def __init__(
        self,
        context: PanelContext,
        parent: QObject | None = None,
        *,
        names: Callable[[], tuple[str, ...]] = port_names,
        opener: Callable[[str], Port] = open_port,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._names, self._open = names, opener
        self._player: MidiPlayer | None = None
        self._wanted = ""
        self._failed.connect(self._lost, Qt.ConnectionType.QueuedConnection)  # it holds its lock while it tells

    @property
    def title(self) -> str:
        """Where it is heard now, for the user."""
        return self._context.settings().midi_port if self._player is not None else SOUND

    @property
    def player(self) -> MidiPlayer | None:
        """What sends the notes, None while the sound device plays."""
        return self._player

    def restore(self) -> None:
        """Open the port of the last time; where it is gone the sound device plays, and the port stays remembered."""
        if self._context.settings().midi_port:
            self.choose(self._context.settings().midi_port)

    def choose(self, name: str) -> None:
        """Send notes to the port `name` from now on; "" is the sound device."""
        self._wanted = name
        if not name:
            self._take(None)
            self._context.remember(midi_port="")
            self.changed.emit()
            return
        self._context.background.run(lambda: self._open(name), lambda port: self._opened(name, port), self._refused)

    def _opened(self, name: str, port: Port) -> None:
        if name != self._wanted:
            port.close()
            return
        self._context.remember(midi_port=name)
        self._take(MidiPlayer(port, self._failed.emit))
        self.changed.emit()

    def _refused(self, error: BaseException) -> None:
        text = error.message if isinstance(error, AffectStudioError) else str(error)
        self._context.say(Message(f"{text} Takes are heard as sound.", Level.WARNING, key="midi"))
        self._take(None)
        self.changed.emit()

    def _lost(self, text: str) -> None:
        self._context.say(Message(f"{text} Takes are heard as sound meanwhile.", Level.WARNING, key="midi"))
        self._take(None)
        self.changed.emit()

    def _take(self, player: MidiPlayer | None) -> None:
        before, self._player = self._player, player
        self._context.playback.set_midi(player)
        if before is not None:
            before.close()

    def panic(self) -> None:
        """End everything that sounds on the port."""
        if self._player is not None:
            self._player.panic()

    def fill(self, menu: QMenu) -> None:
        """Put the outputs that are there now into `menu`."""
        menu.clear()
        now = self.title
        sound = menu.addAction(tr(SOUND), lambda: self.choose(""))
        sound.setCheckable(True)
        sound.setChecked(self._player is None)
        menu.addSeparator()
        try:
            names = self._names()
            missing = tr("No MIDI port: connect an instrument, or start a synthesiser")
        except AffectStudioError as error:
            names, missing = (), error.message
        if not names:
            menu.addAction(missing).setEnabled(False)
        for name in names:
            action = menu.addAction(name, lambda name=name: self.choose(name))
            action.setCheckable(True)
            action.setChecked(name == now)
        menu.addSeparator()
        panic = menu.addAction(tr("End all notes (panic)"), self.panic)
        panic.setEnabled(self._player is not None)

    def close(self) -> None:
        """End all notes and let the port go."""
        self._take(None)
