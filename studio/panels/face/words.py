"""Words for what the face panel shows. No Qt."""

from __future__ import annotations

from generators.face.actions import BY_NAME, Group, indices_of
from generators.face.actions import NAMES as ACTION_NAMES
from generators.face.request import EditLayer
from studio.face_lines import Layer, is_whole_mute
from studio.widgets.time_view import clock_words

KIND_WORDS = {"draw": "Drawn", "offset": "Moved", "scale": "Scaled", "smooth": "Smoothed", "mute": "Rests"}


def length_words(seconds: float) -> str:
    """A length: 4.2 s, or minutes and seconds."""
    return f"{seconds:.1f} s" if seconds < 60 else clock_words(seconds)


def actions_words(names: tuple[str, ...]) -> str:
    """Actions in a few words: their group where all of it is meant, a pair as one, else the first and how many."""
    for group in Group:
        if set(names) == {ACTION_NAMES[index] for index in indices_of(group)}:
            return group.value
    known = [BY_NAME[name] for name in names if name in BY_NAME]
    if not known:
        return "nothing"
    title = known[0].title
    if len(known) == 2 and known[0].twin == known[1].name:
        return title.rpartition(",")[0].lower()
    return title.lower() if len(known) == 1 else f"{title.lower()} and {len(known) - 1} more"


def layer_title(layer: Layer) -> str:
    """The name of an edit: the artist's, else what it does."""
    return layer.name or f"{KIND_WORDS.get(layer.edit.kind, layer.edit.kind)}: {actions_words(layer.edit.actions)}"


def layer_detail(edit: EditLayer) -> str:
    """What an edit does, and where."""
    amounts = {
        "offset": f"by {edit.amount:+.2f}",
        "scale": f"× {edit.amount:.2f}",
        "smooth": f"over {edit.amount * 1000:.0f} ms",
        "draw": f"through {len(edit.points)} points",
        "mute": "at rest",
    }
    where = "everywhere"
    if edit.start_s > 0 or edit.end_s < 1e8:
        where = f"from {clock_words(edit.start_s, 0.01)} to {clock_words(edit.end_s, 0.01)}"
    what = amounts.get(edit.kind, "")
    return where if is_whole_mute(edit) else f"{what}, {where}"


def percent(value: float) -> str:
    """A share in percent."""
    return f"{value * 100:.0f} %"


def times(value: float) -> str:
    """A factor."""
    return f"× {value:.2f}"


def milliseconds(value: float) -> str:
    """Seconds as milliseconds with their sign."""
    return f"{value * 1000:+.0f} ms" if abs(value) >= 0.0005 else "0 ms"
