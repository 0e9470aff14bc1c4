"""What the palette of commands offers: all that the menus and panels can do, and places to go to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence

from generators.affect import EMOTIONS, AffectPoint
from studio.document.model import Take
from studio.panel import Panel
from studio.translation import tr

MOST_TAKES = 400
NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True, eq=False)
class Entry:
    """One thing to do: `key` names it over restarts, `others` are further words it is found by.

    What cannot be done now is not `enabled`, and `why` says why where that is known.
    """

    key: str
    title: str
    group: str
    run: Callable[[], object]
    keys: str = ""
    others: str = ""
    enabled: bool = True
    why: str = ""


def entry_of(action: QAction, group: str) -> Entry:
    """The entry of a command in a menu."""
    title = action.text().replace("&", "")
    keys = action.shortcut().toString(NATIVE)
    beside = tr("{group} · on").format(group=group) if action.isCheckable() and action.isChecked() else group
    return Entry(f"{group}/{title}", title, beside, action.trigger, keys, "", action.isEnabled(), action.whatsThis())


def workspace_entries(panels: Sequence[Panel], actions: Sequence[QAction]) -> list[Entry]:
    """The workspaces to go to."""
    found = []
    for panel, action in zip(panels, actions, strict=True):
        keys = action.shortcut().toString(NATIVE)
        found.append(Entry(f"go/{panel.key}", tr(panel.title), tr("Go to this workspace"), action.trigger, keys))
    return found


def export_entries(panel: Panel) -> list[Entry]:
    """The ways in which what `panel` shows can leave now."""
    return [
        Entry(f"export/{panel.key}/{choice.key}", tr("Export: {kind}…").format(kind=choice.title),
              tr("File · {panel}").format(panel=tr(panel.title)), functools.partial(panel.export, choice),
              others=f"{tr('save as write')} {choice.suffix}")
        for choice in panel.exports()
    ]  # fmt: skip


def menu_entries(sections: Iterable[tuple[str, Sequence[QAction]]]) -> list[Entry]:
    """The commands of the window's own menus."""
    return [entry_of(action, title) for title, actions in sections for action in actions if _is_command(action)]


def theme_entries(themes: Iterable[QAction]) -> list[Entry]:
    """The themes."""
    return [
        Entry(f"theme/{action.text()}", tr("Theme: {name}").format(name=action.text()), tr("View"), action.trigger,
              others=tr("colours appearance"))
        for action in themes
    ]  # fmt: skip


def _is_command(action: QAction) -> bool:
    return not action.isSeparator() and bool(action.text()) and action.menu() is None


def panel_entries(panels: Sequence[Panel], front: int, show: Callable[[int], object]) -> list[Entry]:
    """The commands of every panel, those of the one in front first; one of another panel goes there before it runs."""
    found = []
    for place in sorted(range(len(panels)), key=lambda place: place != front):
        for action in filter(_is_command, panels[place].actions()):
            entry = entry_of(action, tr(panels[place].title))
            if place != front:  # the commands of panels behind rest, whatever they can do
                run = functools.partial(_go_and_run, show, place, action)
                entry = Entry(entry.key, entry.title, entry.group, run, entry.keys, entry.others)
            found.append(entry)
    return found


def _go_and_run(show: Callable[[int], object], place: int, action: QAction) -> None:
    show(place)
    action.trigger()


def recent_entries(paths: Iterable[Path], open_path: Callable[[Path], object]) -> list[Entry]:
    """The projects that were opened last."""
    return [
        Entry(f"project/{path}", path.stem, tr("Open a recent project"), functools.partial(open_path, path),
              others=str(path.parent))
        for path in paths
    ]  # fmt: skip


def take_entries(
    takes: Sequence[Take], panels: Sequence[Panel], show: Callable[[int], object], most: int = MOST_TAKES
) -> list[Entry]:
    """The takes of the project by name, the newest first; one goes to its panel and into view there."""
    places = {panel.key: place for place, panel in enumerate(panels)}
    found = []
    for take in [take for take in reversed(takes) if take.panel in places][:most]:
        place = places[take.panel]
        title = f"★ {take.name}" if take.starred else take.name
        group = tr("Take · {panel}").format(panel=tr(panels[place].title))
        run = functools.partial(_show_take, show, place, panels[place], take.id)
        found.append(Entry(f"take/{take.id}", title, group, run, others=tr("take")))
    return found


def _show_take(show: Callable[[int], object], place: int, panel: Panel, identity: str) -> None:
    show(place)
    panel.select(identity)


def feeling_entries(panel: Panel) -> list[Entry]:
    """Named feelings: each moves what the pad of `panel` stands for."""
    if not panel.can_feel:
        return []
    found = []
    for emotion in EMOTIONS:
        if emotion.sets == ("quadrants",):
            continue  # places in another program's table, no words
        title = tr("Feel {emotion}").format(emotion=tr(emotion.name))
        others = " ".join((*emotion.aliases, tr("feeling")))
        run = functools.partial(_feel, panel, emotion.point)
        found.append(Entry(f"feel/{emotion.name}", title, tr("Feeling · {panel}").format(panel=tr(panel.title)), run,
                           others=others))  # fmt: skip
    return found


def _feel(panel: Panel, point: AffectPoint) -> None:
    panel.feel(point)
