"""What stands in the menu of the music panel, with its shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.widgets.actions import Command

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


def music_commands(panel: MusicPanel) -> tuple[Command, ...]:
    """The commands of the panel: making, working with a take, takes, sound."""
    doing, window = panel.actions_of_takes, panel.middle.window
    return (
        ("Generate takes", "Ctrl+Return", panel.generate),
        ("Another seed", "Ctrl+R", panel.throw_dice),
        ("Finer features…", "Ctrl+Shift+J", lambda: panel.features.open(window())),
        ("Presets…", "", lambda: panel.presets.open_below(panel.left.presets)),
        ("Save as preset…", "", lambda: panel.presets.ask_name(window())),
        ("My ear…", "", lambda: panel.ear.open_sheet(window())),
        None,
        ("Rewrite…", "Ctrl+Shift+R", lambda: panel.working.open("rewrite")),
        ("Vary…", "Ctrl+Shift+V", lambda: panel.working.open("vary")),
        ("Continue…", "Ctrl+Shift+N", lambda: panel.working.open("continue")),
        ("Harmonise…", "Ctrl+Shift+H", lambda: panel.working.open("harmonise")),
        ("Make it happier, calmer…", "Ctrl+Shift+F", lambda: panel.working.open("feel")),
        None,
        ("Star the take", "Ctrl+D", lambda: doing.toggle_star(panel.shown)),
        ("Where do you hear this take?", "Ctrl+J", panel.placing.begin),
        ("Switch between A and B", "X", lambda: panel.compare("")),
        ("Mark the take as A", "Shift+A", lambda: doing.mark("A", panel.shown)),
        ("Mark the take as B", "Shift+B", lambda: doing.mark("B", panel.shown)),
        ("Compare A and B…", "", lambda: doing.compare(*doing.marks, window())),
        ("What was asked for the take…", "Ctrl+I", lambda: doing.history(panel.shown, window())),
        ("Duplicate the take", "Ctrl+Shift+D", lambda: doing.duplicate(panel.shown)),
        ("Ask like this take", "Ctrl+L", lambda: panel.ask_like(panel.shown)),
        None,
        ("Open MIDI…", "Ctrl+Shift+O", lambda: panel.importing.ask(window())),
        ("Follow a DAW…", "", lambda: panel.following.ask(window())),
        ("Choose a SoundFont…", "", lambda: panel.soundfont.choose(window())),
        ("Use the built-in SoundFont", "", panel.soundfont.use_built_in),
    )
