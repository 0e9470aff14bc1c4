"""What the figures of a direction's report are called and say. Torch-free, so that a window can show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure of a report: its `name`, what it is called, what it says in one line, and what is good."""

    name: str
    title: str
    tells: str
    more_is_better: bool


FIGURES: tuple[Figure, ...] = (
    Figure(
        "monotonicity", "Keeps its order", "How steadily the quality rises with the slider on unseen pictures.", True
    ),
    Figure("sign_agreement", "Works on others", "The share of unseen pictures that it moves the right way.", True),
    Figure("disentanglement", "Changes only this", "The share of all change that is the change that was meant.", True),
    Figure("preservation", "Keeps the picture", "How much of a picture stays at one step of the quality.", True),
    Figure("stability", "Certainty", "How alike the direction comes out from other samples of the judgements.", True),
    Figure("halves", "Agreement of halves", "How alike two directions are, each from half of the judgements.", True),
    Figure(
        "variation_before", "Unevenness before", "How uneven the steps were to the eye before they were evened.", False
    ),
    Figure("variation_after", "Unevenness after", "How uneven the steps are to the eye now.", False),
)
"""The figures that a report holds under these names; those of controls begin with "random_" or "shuffled_"."""
