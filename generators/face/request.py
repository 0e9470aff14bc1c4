"""What can be asked of the face room: frozen values that travel as JSON. Torch-free."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec

from generators.affect import NEUTRAL, AffectCurve, AffectPoint, emotions_in, mixed_amounts
from generators.errors import BadRequest

SHIPPED_MODEL = "face-small"
MAX_SEED = (1 << 53) - 1
MAX_KEYS = 10_000
MAX_LAYERS = 512
MAX_AFTER_S = 3_600.0
FRAME_RATE_HZ = 60.0
"""Action curves are always made at this rate; exporters resample."""
EYE_STYLES: tuple[str, ...] = ("natural", "emoface")
EDITS: tuple[str, ...] = ("draw", "offset", "scale", "smooth", "mute")
MIXABLE: tuple[str, ...] = tuple(emotion.name for emotion in emotions_in("face"))
"""EmoFace's seven, which a face can tell apart."""


def _check(what: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise BadRequest(f"The {what} is {value:g}: choose between {low:g} and {high:g}.")


class FeelingKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mixture of EmoFace's emotions at a time in seconds: `weights` of 0 or more by name, neutral to a sum of 1.

    Raises:
        BadRequest: an unknown emotion, or a weight that is no number from 0 on.
    """

    time_s: float
    weights: dict[str, float] = {}

    def __post_init__(self) -> None:
        if not (math.isfinite(self.time_s) and self.time_s >= 0):
            raise BadRequest("A keyframe's time must be a number of seconds from 0 on: mend the curve.")
        mixed_amounts(self.weights)
        for name in self.weights:
            if name not in MIXABLE:
                raise BadRequest(f"A face does not mix “{name}”: choose among {', '.join(MIXABLE)}.")


class Strengths(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far each part goes: 1 as it was found, 0 not at all, at most 2.

    `jaw` and `lips` are JALI's two axes. `smoothing` 0..1 widens the smoothing of speech, `offset_s` moves the whole
    face in time (later is positive), `gains` multiply single actions by name.
    """

    jaw: float = 1.0
    lips: float = 1.0
    tongue: float = 1.0
    upper_face: float = 1.0
    lower_face: float = 1.0
    blink: float = 1.0
    gaze: float = 1.0
    head: float = 1.0
    from_voice: float = 1.0
    smoothing: float = 0.0
    offset_s: float = 0.0
    gains: dict[str, float] = {}

    def __post_init__(self) -> None:
        for name in ("jaw", "lips", "tongue", "upper_face", "lower_face", "blink", "gaze", "head", "from_voice"):
            _check(name.replace("_", " "), getattr(self, name), 0.0, 2.0)
        _check("smoothing", self.smoothing, 0.0, 1.0)
        _check("time offset", self.offset_s, -1.0, 1.0)
        for name, gain in self.gains.items():
            _check(f"gain of {name}", gain, 0.0, 4.0)


class Eyes(msgspec.Struct, frozen=True, omit_defaults=True):
    """Blinks and gaze: their `style`, rates, and what is forced or held at chosen moments.

    `blinks_per_minute` is the mean while speaking; `blink_at_s` forces blinks; `open_s` are spans (start, end) without
    any. `look_at` holds the gaze: (start_s, end_s, yaw in degrees to the left, pitch in degrees up).
    """

    style: str = "natural"
    blinks_per_minute: float = 18.0
    gaze_shifts: float = 1.0
    blink_at_s: tuple[float, ...] = ()
    open_s: tuple[tuple[float, float], ...] = ()
    look_at: tuple[tuple[float, float, float, float], ...] = ()

    def __post_init__(self) -> None:
        if self.style not in EYE_STYLES:
            raise BadRequest(f"There is no style of eyes called “{self.style}”: choose {' or '.join(EYE_STYLES)}.")
        _check("blinks a minute", self.blinks_per_minute, 0.0, 100.0)
        _check("gaze shifts", self.gaze_shifts, 0.0, 4.0)
        if len(self.blink_at_s) + len(self.open_s) + len(self.look_at) > MAX_KEYS:
            raise BadRequest(f"More than {MAX_KEYS:,} moments of the eyes are set: remove some.")
        spans = [*self.open_s, *((start, end) for start, end, _, _ in self.look_at)]
        if not all(math.isfinite(time) and time >= 0 for time in self.blink_at_s) or not all(
            math.isfinite(start) and math.isfinite(end) and 0 <= start < end for start, end in spans
        ):
            raise BadRequest("A moment of the eyes lies before the beginning, or ends before it begins: set it again.")
        for _, _, yaw, pitch in self.look_at:
            _check("gaze to the side", yaw, -45.0, 45.0)
            _check("gaze up or down", pitch, -35.0, 35.0)


class EditLayer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One edit that lies above the generated curves, on `actions` from `start_s` to `end_s`.

    `kind` is one of EDITS: "draw" puts the line through `points` (seconds, value) in place of the curve, "offset" adds
    `amount`, "scale" multiplies by it, "smooth" blurs with a standard deviation of `amount` seconds, "mute" takes
    the curve to rest. Each fades in and out over `fade_s`. A layer with `off` is kept, and passed over.
    """

    kind: str
    actions: tuple[str, ...]
    start_s: float = 0.0
    end_s: float = 1e9
    amount: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    fade_s: float = 0.05
    off: bool = False

    def __post_init__(self) -> None:
        if self.kind not in EDITS:
            raise BadRequest(f"There is no edit called “{self.kind}”: choose {', '.join(EDITS)}.")
        if not (0 <= self.start_s <= self.end_s) or not 0 <= self.fade_s <= 10:
            raise BadRequest("An edit ends before it begins: set its times again.")
        numbers = [self.amount, self.start_s, self.end_s, *(value for point in self.points for value in point)]
        if not all(math.isfinite(number) for number in numbers) or len(self.points) > MAX_KEYS:
            raise BadRequest("An edit holds a value that is no number, or too many points: draw it again.")
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.points)):
            raise BadRequest("The points of a drawn curve are not in order of time: draw it again.")


class PerformRequest(msgspec.Struct, frozen=True, tag="perform", omit_defaults=True):
    """Make the action curves of one voice recording that feels like `affect` (or follows `curve`).

    `feelings`, where given, are mixtures of EmoFace's emotions over time and win over `affect` and `curve`.
    `voice_arousal` 0..1 blends the arousal that the voice's own prosody proposes into the feeling. `intensity` scales
    the whole feeling. `variation` 0..1 is how much this character differs from the prototypes, by `seed`. The face
    lives on for `after_s` seconds when the recording has ended.
    `model` is a face model of the catalog; `model_sha256` names its weights exactly, "" takes the shipped ones.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    voice_sha256: str
    affect: AffectPoint = NEUTRAL
    curve: AffectCurve | None = None
    feelings: tuple[FeelingKey, ...] = ()
    intensity: float = 1.0
    voice_arousal: float = 0.0
    variation: float = 0.3
    strengths: Strengths = Strengths()
    eyes: Eyes = Eyes()
    layers: tuple[EditLayer, ...] = ()
    seed: int = 0
    model: str = SHIPPED_MODEL
    model_sha256: str = ""
    after_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= MAX_SEED:
            raise BadRequest(f"The seed {self.seed} is out of range: choose a whole number from 0 to {MAX_SEED}.")
        _check("time after the recording in seconds", self.after_s, 0.0, MAX_AFTER_S)
        _check("intensity", self.intensity, 0.0, 2.0)
        _check("arousal from the voice", self.voice_arousal, 0.0, 1.0)
        _check("variation", self.variation, 0.0, 1.0)
        if len(self.feelings) > MAX_KEYS or len(self.layers) > MAX_LAYERS:
            raise BadRequest(f"At most {MAX_KEYS:,} keyframes and {MAX_LAYERS} layers of edits can be kept.")
        if any(later.time_s <= earlier.time_s for earlier, later in pairwise(self.feelings)):
            raise BadRequest("The keyframes of the feeling are not in order of time: sort them, one to a time.")


class ListenRequest(msgspec.Struct, frozen=True, tag="listen", omit_defaults=True):
    """Hear one voice recording: waveform, spectrogram, recognised sounds, prosody and a proposal of its affect."""

    voice_sha256: str
    model: str = SHIPPED_MODEL
    model_sha256: str = ""


class RetargetRequest(msgspec.Struct, frozen=True, tag="retarget", omit_defaults=True):
    """Read the curves in a file of another program, a recording of Live Link Face or what EmoFace wrote.

    The result is of the file's own rig, from which all others follow.
    """

    curves_sha256: str
