"""The commands of the scene panel, for the menu and the sheet of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.widgets.actions import Command

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel


def scene_commands(panel: ScenePanel) -> tuple[Command, ...]:
    """The commands of the panel: beginning, making, the curve, the way out."""
    window, hands = panel.middle.window, panel.hands
    return (
        ("Open the sample scene", "", lambda: panel.context.open_sample()),
        ("Open a voice…", "Ctrl+Shift+O", lambda: panel.voicing.ask(window())),
        ("Take the line of the Face panel", "", panel.voicing.take_line),
        ("Feeling from a MIDI file…", "", lambda: panel.importing.ask_midi(window())),
        ("Feeling from the voice", "", hands.propose),
        None,
        ("Make the scene", "Ctrl+Return", panel.make),
        ("Presets…", "", lambda: panel.presets.open_below(panel.left.presets)),
        ("Save as preset…", "", lambda: panel.presets.ask_name(window())),
        ("Make the music", "", lambda: panel.make_room("music")),
        ("Make the face", "", lambda: panel.make_room("face")),
        ("Make the pictures", "", lambda: panel.make_room("pictures")),
        None,
        ("Add a cue at the playhead", "M", hands.add_cue),
        ("Keyframe at the playhead", "K", hands.key_here),
        ("Remove the keyframe at the playhead", "", hands.unkey_here),
        ("Clear the feeling", "", hands.clear),
        None,
        ("Switch between versions A and B", "X", lambda: panel.compare("")),
        ("Show picture and head", "Alt+1", lambda: hands.choose_layout("side by side")),
        ("Show the picture", "Alt+2", lambda: hands.choose_layout("pictures")),
        ("Show the head", "Alt+3", lambda: hands.choose_layout("head")),
        None,
        ("Export the scene…", "", lambda: panel.output.ask_bundle(window())),
        ("Export the film…", "", lambda: panel.output.ask_film(window())),
    )
