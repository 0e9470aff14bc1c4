"""From a tool to a request: what is to be done with the take in view. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators.affect import AffectPoint, emotion_named
from generators.music.contradictions import check_rework
from generators.music.request import MAX_BARS, ReworkRequest
from studio.panels.music.ask import Ask
from studio.panels.music.words import bars_words

TITLES: dict[str, str] = {
    "rewrite": "Rewrite",
    "vary": "Vary",
    "continue": "Continue",
    "harmonise": "Harmonise",
    "feel": "Make it…",
}
HINTS: dict[str, str] = {
    "rewrite": "Write the chosen bars anew and keep the rest to the note (Ctrl+Shift+R)",
    "vary": "The same piece a little or a lot different (Ctrl+Shift+V)",
    "continue": "Go on where the piece ends (Ctrl+Shift+N)",
    "harmonise": "Keep the melody and write the rest around it (Ctrl+Shift+H)",
    "feel": "Happier, calmer, sadder, tenser: move the whole towards another feeling (Ctrl+Shift+F)",
}
NOTHING = "There is nothing to work on yet: generate a take, or drop a MIDI file on the window."
FEELS: tuple[tuple[str, str], ...] = (
    ("happier", "happy"), ("calmer", "calm"), ("sadder", "sad"), ("tenser", "tense"),
)  # fmt: skip
"""What the take can be made, and the emotion that lies there."""
FIRST_AMOUNT = 0.5


@dataclass(frozen=True)
class Work:
    """The take that tools would work on: how many `bars`, the names of its `tracks`, and what is chosen in the roll.

    `selection` is (begin, end) from 0, end left out, None for all; `locked_bars` from 0 stay to the note.
    """

    name: str
    bars: int
    tracks: tuple[str, ...] = ()
    selection: tuple[int, int] | None = None
    locked_bars: tuple[int, ...] = ()

    @property
    def room(self) -> int:
        """How many bars can be added."""
        return max(MAX_BARS - self.bars, 0)


@dataclass(frozen=True)
class Choice:
    """What was chosen of one tool; `feel` is "happier" and the like, or "pad" for the feeling on the left.

    `follows_ask` lets the feeling and the attributes of the left column steer what is written.
    """

    kind: str
    bars: tuple[int, int] | None = None
    tracks: tuple[int, ...] = ()
    amount: float = FIRST_AMOUNT
    bars_more: int = 8
    locked_bars: tuple[int, ...] = ()
    melody_tracks: tuple[int, ...] = ()
    feel: str = "pad"
    follows_ask: bool = False


def first_choice(kind: str, work: Work) -> Choice:
    """What a tool does where nothing is said: the bars chosen in the roll, half of the way."""
    return Choice(kind, bars=work.selection, locked_bars=work.locked_bars, bars_more=max(min(8, work.room), 1))


def target_of(choice: Choice, ask: Ask) -> AffectPoint:
    """The feeling that "feel" moves towards."""
    names = dict(FEELS)
    return emotion_named(names[choice.feel]).point if choice.feel in names else ask.affect


def rework_request(choice: Choice, ask: Ask, score_sha256: str, work: Work) -> ReworkRequest:
    """The request that does what was chosen with the score.

    Raises:
        BadRequest: nothing is left to work on, or what is asked excludes itself; the message tells what to change.
    """
    steered = choice.follows_ask or (choice.kind == "feel" and choice.feel == "pad")
    attributes: Mapping[str, float] = {}
    if steered:
        told = ask.attributes if ask.tempo_bpm is None else {**ask.attributes, "tempo": ask.tempo_bpm}
        attributes = {name: value for name, value in told.items() if name not in ask.locked}
    affect = target_of(choice, ask) if choice.kind == "feel" else ask.affect if steered else None
    bars = None if choice.kind == "continue" or choice.bars == (0, work.bars) else choice.bars
    request = ReworkRequest(
        score_sha256,
        choice.kind,
        bars=bars,
        tracks=choice.tracks,
        amount=choice.amount,
        bars_more=choice.bars_more,
        locked_bars=choice.locked_bars,
        locked_tracks=choice.melody_tracks,
        locked_attributes=ask.locked,
        affect=affect,
        attributes=dict(attributes),
        chords=ask.chords if steered or choice.kind == "harmonise" else (),
        key=ask.key if steered else "",
        strength=ask.strength,
        seed=ask.seed,
        guidance=ask.guidance,
        tries=ask.tries,
        candidates=ask.candidates,
        model=ask.model,
        ear=ask.ear,
    )
    check_rework(request, work.bars, max(len(work.tracks), 1))
    return request


def name_of(choice: Choice, work: Work) -> str:
    """What the new take is called: what was done stands behind the name of the old one."""
    base = work.name
    amount = f"{round(choice.amount * 100)} %"
    match choice.kind:
        case "rewrite":
            done = f"{bars_words(*choice.bars)} again" if choice.bars else "written again"
        case "vary":
            done = f"varied {amount}"
        case "continue":
            done = f"{choice.bars_more} bars on"
        case "harmonise":
            done = "harmonised"
        case _:
            done = f"{choice.feel if choice.feel != 'pad' else 'towards the pad'} {amount}"
    # a family of many generations keeps names that can be read
    root, _, earlier = base.partition(", ")
    return f"{root}, {done}" if not earlier or len(base) > 40 else f"{base}, {done}"
