"""How the scene panel says numbers and states. No Qt."""

from __future__ import annotations

from generators.scene.timeline import Follow

MINUS = "\N{MINUS SIGN}"
ROOM_TITLES = {"music": "Music", "pictures": "Pictures", "face": "Face"}


def signed(value: float, decimals: int = 1) -> str:
    """A number with its sign, 0 without one."""
    return "0" if not round(value, decimals) else f"{value:+.{decimals}f}".replace("-", MINUS)


def decibels(value: float) -> str:
    """A level."""
    return f"{signed(value, 0)} dB"


def quieter(value: float) -> str:
    """How much quieter the music is under speech."""
    return "off" if value > -0.5 else decibels(value)


def percent(value: float) -> str:
    """A share."""
    return f"{value * 100:.0f} %"


def seconds(value: float) -> str:
    """A short time."""
    return f"{value:.1f} s"


def shift(value: float) -> str:
    """A delay: later is positive."""
    return f"{signed(value)} s"


def times(value: float) -> str:
    """A factor."""
    return f"\N{MULTIPLICATION SIGN}{value:.1f}".replace("-", MINUS)


def clock(value_s: float) -> str:
    """A place in time as minutes and seconds to the hundredth."""
    minutes, rest = divmod(max(value_s, 0.0), 60.0)
    return f"{int(minutes)}:{rest:05.2f}"


def length_words(duration_s: float) -> str:
    """A length: seconds with one decimal, from a minute on as a clock."""
    return f"{duration_s:.1f} s" if duration_s < 60 else f"{int(duration_s // 60)}:{duration_s % 60:04.1f}"


def follow_words(follow: Follow, *, off: bool = False) -> str:
    """How a room follows the scene, in a few words."""
    if off:
        return "off"
    if follow.leaves:
        return "own way"
    told = ["follows"]
    if follow.gain != 1.0:
        told.append(times(follow.gain))
    shifts = (follow.offset.valence, follow.offset.arousal, follow.offset.dominance)
    if any(shifts):
        told.append("shifted")
    if follow.delay_s:
        told.append(shift(follow.delay_s))
    return " · ".join(told)


def seeds_in(text: str) -> tuple[int, ...]:
    """The seeds that a line names, as numbers with commas or spaces between them; none where it names none."""
    words = text.replace(",", " ").replace(";", " ").split()
    return tuple(int(word) for word in words if word.isdigit())[:64]
