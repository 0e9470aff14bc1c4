"""The commands of the face panel, for the menu and the sheet of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.widgets.actions import Command

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


def face_commands(panel: FacePanel) -> tuple[Command, ...]:
    """The commands of the panel: voices, making, curves, lines, takes."""
    window, curves = panel.middle.window, panel.middle.curves
    return (
        ("Open a voice…", "Ctrl+Shift+O", lambda: panel.importing.ask(window())),
        ("Open a folder of lines…", "", lambda: panel.importing.ask_folder(window())),
        ("Open the sample line", "", panel.choosing.try_sample),
        ("Record a voice…", "Ctrl+Shift+R", panel.record),
        ("Use a head of your own…", "", lambda: panel.heads.ask(window())),
        ("Back to the clay head", "", panel.heads.back_to_clay),
        None,
        ("Perform", "Ctrl+Return", panel.perform),
        ("Perform all lines", "Ctrl+Shift+Return", panel.perform_all),
        ("Another seed", "Ctrl+R", panel.throw_dice),
        ("Presets…", "", lambda: panel.presets.open_below(panel.left.feeling.presets)),
        ("Save as preset…", "", lambda: panel.presets.ask_name(window())),
        None,
        ("Blink at the playhead", "Ctrl+B", panel.blink),
        ("Hold the gaze", "Ctrl+Shift+B", panel.hold_gaze),
        ("Select on curves", "Alt+1", lambda: curves.set_tool("select")),
        ("Draw curves", "Alt+2", lambda: curves.set_tool("draw")),
        ("Move curves", "Alt+3", lambda: curves.set_tool("offset")),
        ("Scale curves", "Alt+4", lambda: curves.set_tool("scale")),
        ("Smooth curves", "Alt+5", lambda: curves.set_tool("smooth")),
        ("Show the whole recording", "Ctrl+0", panel.middle.view.fit),
        None,
        ("Approve the line", "Ctrl+Shift+A", lambda: panel.lines.toggle_approved(panel.state.current)),
        ("Send the line back", "Ctrl+Shift+K", panel.choosing.send_back),
        ("Next line", "Ctrl+Down", lambda: panel.choosing.choose_line(panel.lines.step(1))),
        ("Line before", "Ctrl+Up", lambda: panel.choosing.choose_line(panel.lines.step(-1))),
        ("Export all approved lines…", "", panel.choosing.export_lines),
        ("Send what you see to an avatar…", "Ctrl+Shift+G", lambda: panel.live.toggle_seen(window())),
        ("Send the microphone to an avatar…", "Ctrl+Shift+M", lambda: panel.live.toggle_microphone(window())),
        None,
        ("Star the take", "Ctrl+D", lambda: panel.takes.toggle_star(panel.shown)),
        ("Switch between A and B", "X", lambda: panel.compare("")),
        ("Mark the take as A", "Shift+A", lambda: panel.takes.mark("A", panel.shown)),
        ("Mark the take as B", "Shift+B", lambda: panel.takes.mark("B", panel.shown)),
        ("Duplicate the take", "Ctrl+Shift+D", lambda: panel.takes.duplicate(panel.shown)),
    )
