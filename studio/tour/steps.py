"""The steps of the tour, as data: where each happens, what it points at, what it says."""

from __future__ import annotations

from dataclasses import dataclass

from studio.translation import mark


@dataclass(frozen=True)
class Step:
    """One card.

    `panel` comes to the front; `target` is the accessible name of the widget in the light. With `by_doing` the step
    goes on by itself once that has been done: "plays" (the transport runs), "changes" (the scene was changed), "makes"
    (something is being made).
    """

    panel: str
    target: str
    title: str
    text: str
    by_doing: str = ""


STEPS: tuple[Step, ...] = (
    Step(
        "scene",
        "Feeling of the scene over time",
        mark("One feeling, over time"),
        mark(
            "This sample is a short scene: calm, then angry, then sad. Three curves say how it feels, and all that you "
            "see and hear follows them. Each dot is a moment that you can drag."
        ),
    ),
    Step(
        "scene",
        "Transport",
        mark("Hear the line"),
        mark("Press play, or the space bar. The point on the pad goes along with what the character feels."),
        "plays",
    ),
    Step(
        "scene",
        "Feeling",
        mark("Point at a feeling"),
        mark("Right is pleasant, up is awake. Drag the point: the curves at the playhead go where you point."),
        "changes",
    ),
    Step(
        "scene",
        "Make the scene",
        mark("Make it"),
        mark(
            "One press composes the music, performs the face and paints the pictures, on this machine alone. It takes "
            "a while; go on meanwhile."
        ),
        "makes",
    ),
    Step(
        "scene",
        "Takes",
        mark("Nothing is lost"),
        mark(
            "What was made gathers here. Another makes one more beside it. Undo goes back to the very beginning, "
            "also tomorrow: the project saves itself."
        ),
    ),
    Step(
        "music",
        "Piano roll",
        mark("A room for the music"),
        mark(
            "Each part has a workspace of its own. Takes appear here as notes: edit them, let a few bars be written "
            "anew, or drag a take into your own program."
        ),
    ),
    Step(
        "compass",
        "The picture and one step in each direction",
        mark("A room for the pictures"),
        mark(
            "Click a picture to step that way. Find a direction: sort some pictures by a quality that only you feel, "
            "and it becomes a slider."
        ),
    ),
    Step(
        "face",
        "Head",
        mark("A room for the face"),
        mark(
            "The head speaks what the voice says and feels what you point at. Shape its curves by hand, then send "
            "them to your rig."
        ),
    ),
    Step(
        "scene",
        "Export…",
        mark("Take it with you"),
        mark(
            "Once the scene is made, everything leaves in one folder: music, sound, the rig, pictures and film, each "
            "with how it was made. Ctrl+K finds any command, F1 shows the keys."
        ),
    ),
)
