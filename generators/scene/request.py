"""What a scene is, and what can be asked of it: frozen values that travel as JSON. Torch-free.

A `Scene` is what a project keeps (as the state of the panel "scene"). `generators/scene/plan.py` makes of it the
requests of the rooms, whose results are takes like any other; `MixRequest` and `BundleRequest` bring those together.
"""

from __future__ import annotations

import math

import msgspec

from generators.compass.request import RenderRequest
from generators.errors import BadRequest
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from generators.scene.timeline import MAX_DURATION_S, Follow, Personality, Timeline

MAX_CUES = 256
FRAME_RATES: tuple[str, ...] = ("24", "25", "30")
LAYOUTS: tuple[str, ...] = ("side by side", "pictures", "head")
SIZES: tuple[str, ...] = ("1920x1080", "1280x720", "960x540")
LANDINGS: tuple[str, ...] = ("beat", "bar")


def _between(what: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise BadRequest(f"The {what} is {value:g}: choose between {low:g} and {high:g}.")


def _choice(what: str, chosen: str, known: tuple[str, ...]) -> None:
    if chosen not in known:
        raise BadRequest(f"The {what} “{chosen}” is not known: choose {', '.join(known)}.")


class Cue(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chosen moment that the music shall land on, with a beat or with the first beat of a bar."""

    time_s: float
    name: str = ""
    lands_on: str = "beat"

    def __post_init__(self) -> None:
        _between("moment in seconds", self.time_s, 0.0, MAX_DURATION_S)
        _choice("landing", self.lands_on, LANDINGS)


class SceneVoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """The recording that is spoken: its file by hash, its name, its length, and when in the scene it begins."""

    sha256: str
    name: str = ""
    duration_s: float = 0.0
    start_s: float = 0.0

    def __post_init__(self) -> None:
        _between("length of the voice", self.duration_s, 0.0, MAX_DURATION_S)
        _between("beginning of the voice", self.start_s, 0.0, MAX_DURATION_S)


class SceneMusic(msgspec.Struct, frozen=True, omit_defaults=True):
    """The music: what is asked beside the feeling, and how loud. Curve, bars and tempo map of `base` are the scene's.

    `duck_db` is how much quieter it is while somebody speaks, 0 for not at all. `take` is the id of the take that was
    chosen, "" for one that is still to be made.
    """

    off: bool = False
    follow: Follow = Follow()
    base: ComposeRequest = ComposeRequest(seed=1)
    level_db: float = -6.0
    duck_db: float = -8.0
    take: str = ""

    def __post_init__(self) -> None:
        _between("level of the music in dB", self.level_db, -60.0, 12.0)
        _between("ducking in dB", self.duck_db, -40.0, 0.0)


class AffectPush(msgspec.Struct, frozen=True, omit_defaults=True):
    """A direction of pictures that the feeling moves: valence, arousal or dominance of 1 is `reach` along it."""

    sha256: str
    axis: str
    reach: float = 1.0

    def __post_init__(self) -> None:
        _choice("axis", self.axis, ("valence", "arousal", "dominance"))
        _between("reach", self.reach, -8.0, 8.0)


class ScenePictures(msgspec.Struct, frozen=True, omit_defaults=True):
    """The pictures: what is asked beside the feeling (`base`: its points are the scene's), and what the feeling moves.

    `base.directions` are those that stand still at `base.points[0].amounts`; `pushes` are moved by the feeling. Along
    the scene the picture also walks from the first of `seeds` to the last, by `seed_times_s` where they are given, else
    evenly. `pictures_per_s` are made for each second; films blend between them. `take` is as in SceneMusic.
    """

    off: bool = False
    follow: Follow = Follow()
    base: RenderRequest = RenderRequest()
    pushes: tuple[AffectPush, ...] = ()
    seeds: tuple[int, ...] = (1,)
    seed_times_s: tuple[float, ...] = ()
    pictures_per_s: float = 2.0
    take: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.seeds) <= 64 or len(self.seed_times_s) not in (0, len(self.seeds)):
            raise BadRequest("The pictures walk through 1 to 64 seeds, each with its time or none: set them again.")
        if any(later <= earlier for earlier, later in zip(self.seed_times_s, self.seed_times_s[1:], strict=False)):
            raise BadRequest("The times of the seeds are not in order: sort them, one seed to a time.")
        _between("pictures a second", self.pictures_per_s, 0.25, 30.0)


class SceneFace(msgspec.Struct, frozen=True, omit_defaults=True):
    """The face: what is asked beside the feeling (`base`: its voice, curve and feelings are the scene's)."""

    off: bool = False
    follow: Follow = Follow()
    base: PerformRequest = PerformRequest("", voice_arousal=0.3, seed=1)
    take: str = ""


class SceneFilm(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the film of the scene looks: frames a second, its size, and what is seen; `off` leaves it out.

    The frame rate counts without a film, too: a scene lasts whole frames.
    """

    frame_rate: str = "30"
    size: str = "1280x720"
    layout: str = "side by side"
    off: bool = False

    def __post_init__(self) -> None:
        _choice("frame rate", self.frame_rate, FRAME_RATES)
        _choice("size", self.size, SIZES)
        _choice("layout", self.layout, LAYOUTS)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.size.split("x")[0])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.size.split("x")[1])


class Scene(msgspec.Struct, frozen=True, omit_defaults=True):
    """A scene: a feeling over time, a voice, and what the three rooms make of them.

    `asked_s` is the length that was asked for, 0 for that of the voice. `formats` are exporters by name (see
    generators/exporters), those of the bundle. `head_sha256` is a head of the user's own that performs, "" for ours.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    title: str = ""
    asked_s: float = 0.0
    voice: SceneVoice | None = None
    timeline: Timeline = Timeline()
    personality: Personality = Personality()
    cues: tuple[Cue, ...] = ()
    music: SceneMusic = SceneMusic()
    pictures: ScenePictures = ScenePictures()
    face: SceneFace = SceneFace()
    film: SceneFilm = SceneFilm()
    formats: tuple[str, ...] = ("midi", "wav", "stems-wav", "live-link-face", "gltf", "json")
    soundfont_sha256: str = ""
    head_sha256: str = ""

    def __post_init__(self) -> None:
        _between("length of the scene in seconds", self.asked_s, 0.0, MAX_DURATION_S)
        if len(self.cues) > MAX_CUES:
            raise BadRequest(f"A scene has at most {MAX_CUES} chosen moments: remove some.")

    @property
    def frame_count(self) -> int:
        """How many frames of the film the scene lasts: its length in whole frames, at least one."""
        keys = self.timeline.keys
        spoken_s = self.voice.start_s + self.voice.duration_s if self.voice is not None else 0.0
        wanted_s = self.asked_s or spoken_s or (keys[-1].time_s if keys else 0.0)
        return max(1, math.ceil(round(wanted_s * int(self.film.frame_rate), 6)))

    @property
    def duration_s(self) -> float:
        """How long everything in the scene is, to the sample: a whole number of the film's frames."""
        return self.frame_count / int(self.film.frame_rate)


class MixRequest(msgspec.Struct, frozen=True, tag="mix", omit_defaults=True):
    """Mix the score `score_sha256` and the recording `voice_sha256` into stereo sound of exactly `duration_s`.

    Either may be "" for none. The voice begins at `voice_start_s`; the music has `music_db` of gain and `duck_db` more
    (0 or below) while somebody speaks. The result has round(duration_s * sample_rate_hz) frames.
    """

    score_sha256: str = ""
    voice_sha256: str = ""
    duration_s: float = 1.0
    voice_start_s: float = 0.0
    music_db: float = -6.0
    duck_db: float = -8.0
    sample_rate_hz: int = 48_000
    soundfont_sha256: str = ""

    def __post_init__(self) -> None:
        _between("length in seconds", self.duration_s, 0.001, MAX_DURATION_S)
        _between("beginning of the voice", self.voice_start_s, 0.0, MAX_DURATION_S)
        _between("level of the music in dB", self.music_db, -60.0, 12.0)
        _between("ducking in dB", self.duck_db, -40.0, 0.0)
        if not 8_000 <= self.sample_rate_hz <= 192_000:
            raise BadRequest(f"A sample rate of {self.sample_rate_hz} Hz was asked for: choose 8,000 to 192,000.")


class BundleRequest(msgspec.Struct, frozen=True, tag="bundle", omit_defaults=True):
    """Write everything of a scene into the folder `path`: see generators/scene/bundle.py.

    `score_sha256`, `curves_sha256` (actions), `pictures_sha256` and `mix_sha256` are artifacts, "" for what is left
    out. `requests` are the requests that made them, as canonical JSON by "music", "face", "pictures" and "mix".
    `ingredient_sha256s` are directions and latents that the request of the pictures names. `certificates_path` and
    `key_path` are PEM files of this machine to sign with what was generated (generators/signing.py), "" for not.
    """

    path: str
    scene: Scene
    score_sha256: str = ""
    curves_sha256: str = ""
    pictures_sha256: str = ""
    mix_sha256: str = ""
    requests: dict[str, str] = {}
    ingredient_sha256s: tuple[str, ...] = ()
    may_replace: bool = False
    certificates_path: str = ""
    key_path: str = ""
