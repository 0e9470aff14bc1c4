"""The commands of the compass panel, for the menu and the sheet of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.panels.compass.stage import SORT, TRAVEL
from studio.widgets.actions import Command

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


def compass_commands(panel: CompassPanel) -> tuple[Command, ...]:
    """The commands of the panel: pages, pictures, directions, takes."""
    return (
        ("Keep the picture or the direction", "Ctrl+Return", panel.keep),
        ("Another seed", "Ctrl+R", panel.throw_dice),
        ("The next seed", "Ctrl+Alt+Right", lambda: panel.travel.step_seed(1)),
        ("The seed before", "Ctrl+Alt+Left", lambda: panel.travel.step_seed(-1)),
        ("Back along the trail", "Alt+Left", panel.travel.step_back),
        ("On along the trail", "Alt+Right", panel.travel.step_on),
        ("To the rose", "Ctrl+T", panel.travel.focus_rose),
        ("Presets of the look…", "", lambda: panel.presets.open_below(panel.left.presets)),
        ("Save the look as preset…", "", lambda: panel.presets.ask_name(panel.middle.window())),
        ("Bring in a picture of your own…", "Ctrl+Shift+O", lambda: panel.own.ask(panel.middle.window())),
        None,
        ("Travel", "Alt+1", lambda: panel.show_page(TRAVEL)),
        ("Sort", "Alt+2", lambda: panel.show_page(SORT)),
        ("Find a direction…", "Ctrl+Shift+F", panel.sorter.begin),
        ("Next pictures to sort", "Ctrl+Shift+N", panel.sorter.next_pictures),
        ("See the effect on another picture", "Ctrl+Shift+E", panel.finding.another),
        ("Judge anew", "", panel.sorter.over),
        None,
        ("Measure the direction", "Ctrl+Shift+M", lambda: panel.measure(panel.state.direction)),
        ("Go on sorting for the direction", "", panel.choosing.sort_on),
        ("Rename the direction…", "", panel.choosing.rename_direction),
        ("Export the direction…", "", panel.output.export_direction),
        ("Open a direction…", "", panel.importing.ask_directions),
        ("Take the direction off the board", "", panel.choosing.remove_direction),
        None,
        ("Star the picture", "Ctrl+D", lambda: panel.takes.toggle_star(panel.shown)),
        ("Switch between A and B", "X", lambda: panel.compare("")),
        ("Mark the picture as A", "Shift+A", lambda: panel.takes.mark("A", panel.shown)),
        ("Mark the picture as B", "Shift+B", lambda: panel.takes.mark("B", panel.shown)),
        ("Duplicate the picture", "Ctrl+Shift+D", lambda: panel.takes.duplicate(panel.shown)),
    )
