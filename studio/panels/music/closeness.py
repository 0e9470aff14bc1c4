"""How closely takes follow what is asked: a few steps in words, and what they mean for the composer. No Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Closeness:
    """One step: `guidance`, `tries` and `refine` are those of ComposeRequest."""

    title: str
    hint: str
    guidance: float
    tries: int
    refine: int

    @property
    def fields(self) -> dict[str, object]:
        """What it sets in Ask."""
        return {"guidance": self.guidance, "tries": self.tries, "refine": self.refine}


STEPS: tuple[Closeness, ...] = (
    Closeness("Freely", "The feeling is a hint: more surprise, and the quickest.", 1.0, 1, 0),
    Closeness("Closely", "Every two bars are tried a few times, and the best goes on.", 2.0, 4, 0),
    Closeness("Very closely", "Then all bars are gone over once more. Takes about three times as long.", 2.5, 8, 1),
    Closeness(
        "To the letter", "Bars are written anew until nothing comes nearer. Takes ten times as long.", 3.0, 12, 3
    ),
)
FIRST = STEPS[1]


def step_of(guidance: float, tries: int, refine: int | None) -> Closeness | None:
    """The step that means just this; None where it was set by hand. A rework has no `refine`."""
    for step in STEPS:
        if (step.guidance, step.tries) == (guidance, tries) and refine in (None, step.refine):
            return step
    return None


def closeness_words(guidance: float, tries: int, refine: int | None) -> str:
    """How closely a request is followed, in a few words."""
    step = step_of(guidance, tries, refine)
    if step is not None:
        return step.title.lower()
    passes = f", gone over {refine}×" if refine else ""
    return f"pull {guidance:.1f}, {tries} {'try' if tries == 1 else 'tries'}{passes}"
