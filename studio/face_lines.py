"""What the face panel asks for and keeps, as values: lines (the scene makes some too), settings, edits."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable

import msgspec

from generators.affect import AffectCurve, AffectPoint, nearest_emotion
from generators.face.request import MIXABLE, SHIPPED_MODEL, EditLayer, Eyes, FeelingKey, PerformRequest, Strengths
from studio.panel import FIRST_FEELING

MODES = ("point", "curve", "mixture")
FRESH_SEEDS = 100_000
FIRST_AROUSAL = 0.3
LINE_STATES = ("", "approved", "sent back")
LAYER_NAMES = "layer_names"
LINE = "line"
"""Facts of a take: the names of its edits as JSON, and the id of its line."""


class Layer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One edit by hand with its name."""

    name: str
    edit: EditLayer


class OwnFeeling(msgspec.Struct, frozen=True, omit_defaults=True):
    """A feeling that waits while the scene leads the line: the fields of Ask that say what is felt."""

    mode: str = "point"
    affect: AffectPoint = FIRST_FEELING
    curve: AffectCurve | None = None
    feelings: tuple[FeelingKey, ...] = ()


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of one line: the feeling, how the face takes part, and the edits that lie above it.

    `mode` says which of `affect`, `curve` and `feelings` counts; the others are kept for when one goes back. The face
    lives on for `after_s` when the voice has ended, as a scene may ask; `own` is the line's own feeling while the scene
    leads it.
    """

    mode: str = "point"
    affect: AffectPoint = FIRST_FEELING
    curve: AffectCurve | None = None
    feelings: tuple[FeelingKey, ...] = ()
    intensity: float = 1.0
    voice_arousal: float = FIRST_AROUSAL
    variation: float = 0.3
    strengths: Strengths = Strengths()
    eyes: Eyes = Eyes()
    layers: tuple[Layer, ...] = ()
    seed: int = 1
    seed_locked: bool = False
    model: str = SHIPPED_MODEL
    after_s: float = 0.0
    own: OwnFeeling | None = None

    def request(self, voice_sha256: str, *, edited: bool = True) -> PerformRequest:
        """What is asked of the engine for a voice; without the edits it gives what lies under them.

        Raises:
            BadRequest: a value is outside its range.
        """
        mixed = self.mode == "mixture"
        return PerformRequest(
            voice_sha256=voice_sha256,
            affect=self.affect,
            curve=self.curve if self.mode == "curve" else None,
            feelings=(self.feelings or (FeelingKey(0.0, {}),)) if mixed else (),
            intensity=self.intensity,
            voice_arousal=self.voice_arousal,
            variation=self.variation,
            strengths=self.strengths,
            eyes=self.eyes,
            layers=tuple(layer.edit for layer in self.layers) if edited else (),
            seed=self.seed,
            model=self.model,
            after_s=self.after_s,
        )

    def for_another_voice(self) -> Ask:
        """The same without what belongs to moments of one recording."""
        feelings = self.feelings[:1]
        if feelings:
            feelings = (FeelingKey(0.0, feelings[0].weights),)
        eyes = msgspec.structs.replace(self.eyes, blink_at_s=(), open_s=(), look_at=())
        return msgspec.structs.replace(self, curve=None, feelings=feelings, eyes=eyes, layers=(), after_s=0.0, own=None)

    def with_fresh_seed(self) -> Ask:
        """The same with a seed drawn by chance, unless it is locked."""
        return self if self.seed_locked else msgspec.structs.replace(self, seed=1 + secrets.randbelow(FRESH_SEEDS))

    def with_gains(self, names: Iterable[str], gain: float) -> Ask:
        """The same with single actions scaled."""
        changed = set(names)
        gains = {name: kept for name, kept in self.strengths.gains.items() if name not in changed}
        if gain != 1.0:
            gains.update(dict.fromkeys(sorted(changed), gain))
        return msgspec.structs.replace(self, strengths=msgspec.structs.replace(self.strengths, gains=gains))

    @property
    def muted(self) -> frozenset[str]:
        """The actions that rest over the whole line."""
        return frozenset(
            name
            for layer in self.layers
            if is_whole_mute(layer.edit) and not layer.edit.off
            for name in layer.edit.actions
        )

    def with_muted(self, names: Iterable[str], *, muted: bool) -> Ask:
        """The same with actions that rest over the whole line, or no longer."""
        changed = set(names)
        layers: list[Layer] = []
        for layer in self.layers:
            edit = layer.edit
            if is_whole_mute(edit) and changed & set(edit.actions):
                rest = tuple(name for name in edit.actions if name not in changed)
                if not rest:
                    continue
                layer = Layer(layer.name, msgspec.structs.replace(edit, actions=rest))
            layers.append(layer)
        if muted:
            edit = EditLayer("mute", tuple(dict.fromkeys(names)), fade_s=0.0)
            layers.append(Layer("", edit))
        return msgspec.structs.replace(self, layers=tuple(layers))

    def feeling_words(self) -> str:
        """The feeling in a word or two, for names."""
        if self.mode == "mixture":
            found: list[str] = []
            for key in self.feelings or (FeelingKey(0.0, {}),):
                strongest = max(key.weights.items(), key=lambda pair: pair[1], default=("neutral", 0.0))[0]
                if not found or found[-1] != strongest:
                    found.append(strongest)
            return " to ".join(found if len(found) <= 3 else [found[0], "…", found[-1]])
        if self.mode == "curve" and self.curve is not None:
            names = [nearest_emotion(self.curve.keyframes[place].point).name for place in (0, -1)]
            return " to ".join(dict.fromkeys(names))
        return nearest_emotion(self.affect).name


def is_whole_mute(edit: EditLayer) -> bool:
    """Whether an edit lets actions rest from beginning to end."""
    return edit.kind == "mute" and edit.start_s == 0.0 and edit.end_s >= 1e8


def ask_of(request: PerformRequest, names: Iterable[str] = ()) -> Ask:
    """The settings that ask for `request` again; `names` are those of its edits."""
    named = [*names]
    layers = tuple(Layer(named[place] if place < len(named) else "", edit) for place, edit in enumerate(request.layers))
    mode = "mixture" if request.feelings else "curve" if request.curve is not None else "point"
    return Ask(
        mode=mode,
        affect=request.affect,
        curve=request.curve,
        feelings=request.feelings,
        intensity=request.intensity,
        voice_arousal=request.voice_arousal,
        variation=request.variation,
        strengths=request.strengths,
        eyes=request.eyes,
        layers=layers,
        seed=request.seed,
        seed_locked=False,
        model=request.model,
        after_s=request.after_s,
    )


def layer_names(ask: Ask) -> dict[str, str]:
    """The fact that keeps the names of edits beside a request, nothing where none has one."""
    names = [layer.name for layer in ask.layers]
    return {LAYER_NAMES: json.dumps(names, ensure_ascii=False)} if any(names) else {}


def names_in(facts: dict[str, str]) -> tuple[str, ...]:
    """The names that `layer_names` kept."""
    try:
        found = json.loads(facts.get(LAYER_NAMES, "[]"))
    except ValueError:
        return ()
    return tuple(str(name) for name in found) if isinstance(found, list) else ()


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One recording: its file as an asset, what was heard in it, and how far it is.

    `take` is the take that its settings come from, "" where none was made yet. `state` is one of LINE_STATES, and
    `approved` the take that was approved.
    """

    id: str
    name: str
    voice_sha256: str
    heard_sha256: str = ""
    source: str = ""
    duration_s: float = 0.0
    state: str = ""
    note: str = ""
    take: str = ""
    approved: str = ""
    ask: Ask = Ask()


class FaceState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the panel keeps: lines in their order, which one is in view, notes on takes, the two that are compared.

    `ask` are the settings for the first voice that will be opened; `head_sha256` is the head that performs, "" for
    ours, and `head_name` what its file was called.
    """

    lines: tuple[Line, ...] = ()
    current: str = ""
    ask: Ask = Ask()
    notes: dict[str, str] = {}
    mark_a: str = ""
    mark_b: str = ""
    export: dict[str, str] = {}
    head_sha256: str = ""
    head_name: str = ""

    def line(self, identity: str) -> Line | None:
        """The line with this id."""
        return next((line for line in self.lines if line.id == identity), None)

    @property
    def shown(self) -> Line | None:
        """The line in view."""
        return self.line(self.current)

    @property
    def asked(self) -> Ask:
        """The settings in view."""
        line = self.shown
        return line.ask if line is not None else self.ask

    def with_line(self, identity: str, **changes: object) -> FaceState:
        """The same with some fields of one line changed."""
        lines = tuple(msgspec.structs.replace(line, **changes) if line.id == identity else line for line in self.lines)
        return msgspec.structs.replace(self, lines=lines)

    def with_ask(self, ask: Ask) -> FaceState:
        """The same with other settings in view."""
        if self.shown is None:
            return msgspec.structs.replace(self, ask=ask)
        return self.with_line(self.current, ask=ask)

    def with_lines(self, lines: Iterable[Line]) -> FaceState:
        """The same with more lines at the end; the first of them comes into view where none is."""
        added = tuple(lines)
        current = self.current if self.shown is not None else added[0].id if added else ""
        return msgspec.structs.replace(self, lines=(*self.lines, *added), current=current)

    def without_line(self, identity: str) -> FaceState:
        """The same without a line; its neighbour comes into view."""
        places = [line.id for line in self.lines]
        if identity not in places:
            return self
        place = places.index(identity)
        lines = (*self.lines[:place], *self.lines[place + 1 :])
        current = self.current
        if current == identity:
            current = lines[min(place, len(lines) - 1)].id if lines else ""
        return msgspec.structs.replace(self, lines=lines, current=current)


def encode_state(state: FaceState) -> str:
    """The JSON text of `state`: the same value gives the same text."""
    return msgspec.json.encode(state, order="sorted").decode()


def decode_state(text: str) -> FaceState:
    """The state in `text`; an empty one where it cannot be understood."""
    try:
        return msgspec.json.decode(text, type=FaceState)
    except Exception:  # text of another version, or by another hand: never a reason not to open a project
        return FaceState()


__all__ = [
    "MIXABLE",
    "MODES",
    "Ask",
    "FaceState",
    "Layer",
    "Line",
    "ask_of",
    "decode_state",
    "encode_state",
    "layer_names",
    "names_in",
]
