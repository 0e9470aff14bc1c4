"""What the rooms make: frozen values over numpy arrays, and their form on disk.

An artifact on disk is one safetensors file: its arrays by name, and its other fields as JSON under the
metadata key "artifact". The bytes depend on nothing but the value, so their SHA-256 names it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, get_args

import numpy as np
import numpy.typing as npt

from generators.errors import BadArtifact
from generators.pictures import Direction, Latents, Pictures, Pool, Proposals

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MAX_ARTIFACT_BYTES = 1 << 31
MAX_METADATA_BYTES = 16 << 20


@dataclass(frozen=True)
class Track:
    """One instrument of a score: General MIDI `program` 0..127."""

    name: str = "Piano"
    program: int = 0
    is_drum: bool = False


@dataclass(frozen=True)
class Marker:
    """A text at a place of a score, in ticks."""

    tick: int
    text: str


def _ints(values: Any) -> IntArray:
    array = np.ascontiguousarray(values, dtype=np.int64)
    array.flags.writeable = False
    return array


def _floats(values: Any) -> FloatArray:
    array = np.ascontiguousarray(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def _no_ints() -> IntArray:
    return _ints([])


@dataclass(frozen=True, eq=False)
class Score:
    """A piece of music as notes on a grid of ticks.

    Notes are n rows in parallel int64 arrays, sorted by (start, pitch, track): `start` and `duration` in ticks,
    `pitch` 0..127 (60 is middle C), `velocity` 1..127, `track` an index into `tracks`.
    `tempo_tick` (k,) with `tempo_bpm` (k,) in quarter notes a minute; `metre_tick` (m,) with `metre` (m, 2) as
    numerator and denominator; `key_tick` (j,) with `key` (j, 2) as sharps -7..7 and 1 for minor.
    The first tempo and metre lie at tick 0. `length` is the end of the last bar in ticks, or of the last note.
    """

    KIND: ClassVar[str] = "score"

    start: IntArray
    duration: IntArray
    pitch: IntArray
    velocity: IntArray
    track: IntArray
    tracks: tuple[Track, ...] = (Track(),)
    ticks_per_quarter: int = 480
    tempo_tick: IntArray = field(default_factory=lambda: _ints([0]))
    tempo_bpm: FloatArray = field(default_factory=lambda: _floats([120.0]))
    metre_tick: IntArray = field(default_factory=lambda: _ints([0]))
    metre: IntArray = field(default_factory=lambda: _ints([[4, 4]]))
    key_tick: IntArray = field(default_factory=_no_ints)
    key: IntArray = field(default_factory=lambda: _ints(np.zeros((0, 2))))
    markers: tuple[Marker, ...] = ()
    length: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        for name in ("start", "duration", "pitch", "velocity", "track", "tempo_tick", "metre_tick", "metre"):
            object.__setattr__(self, name, _ints(getattr(self, name)))
        object.__setattr__(self, "key_tick", _ints(self.key_tick))
        object.__setattr__(self, "key", _ints(self.key).reshape(-1, 2))
        object.__setattr__(self, "tempo_bpm", _floats(self.tempo_bpm))
        self._check()
        order = np.lexsort((self.track, self.pitch, self.start))
        if not np.array_equal(order, np.arange(len(order))):
            for name in ("start", "duration", "pitch", "velocity", "track"):
                object.__setattr__(self, name, _ints(getattr(self, name)[order]))
        end = int((self.start + self.duration).max()) if len(self.start) else 0
        object.__setattr__(self, "length", max(int(self.length), end))

    def _check(self) -> None:
        notes = [self.start, self.duration, self.pitch, self.velocity, self.track]
        if len({array.shape for array in notes}) != 1 or self.start.ndim != 1:
            raise ValueError("the arrays of a score's notes differ in length")
        if len(self.start):
            if min(int(self.start.min()), int(self.duration.min()), int(self.track.min())) < 0:
                raise ValueError("a note lies before the beginning, or has no length or track")
            if int(self.track.max()) >= len(self.tracks):
                raise ValueError("a note names a track that is not there")
            if int(self.pitch.min()) < 0 or max(int(self.pitch.max()), int(self.velocity.max())) > 127:
                raise ValueError("a note's pitch or velocity is outside 0 to 127")
        for ticks, values in ((self.tempo_tick, self.tempo_bpm), (self.metre_tick, self.metre)):
            if len(ticks) != len(values) or len(ticks) == 0 or ticks[0] != 0:
                raise ValueError("a score needs a tempo and a metre at its beginning")
        if not bool(np.all(self.tempo_bpm > 0)) or self.metre.shape[1:] != (2,) or int(self.metre.min()) < 1:
            raise ValueError("a tempo or metre is not above zero")

    @property
    def note_count(self) -> int:
        """The number of notes."""
        return len(self.start)

    def seconds_at(self, ticks: npt.ArrayLike) -> FloatArray:
        """The time in seconds of each tick, through the tempo map."""
        ticks = np.asarray(ticks, dtype=np.float64)
        seconds_per_tick = 60.0 / (self.tempo_bpm * self.ticks_per_quarter)
        spans = np.diff(self.tempo_tick) * seconds_per_tick[:-1]
        starts_s = np.concatenate([[0.0], np.cumsum(spans)])
        index = np.clip(np.searchsorted(self.tempo_tick, ticks, side="right") - 1, 0, None)
        return np.asarray(starts_s[index] + (ticks - self.tempo_tick[index]) * seconds_per_tick[index])

    def ticks_at(self, seconds: npt.ArrayLike) -> FloatArray:
        """The tick (not rounded) at each time in seconds: the inverse of `seconds_at`."""
        seconds = np.asarray(seconds, dtype=np.float64)
        starts_s = self.seconds_at(self.tempo_tick)
        ticks_per_second = self.tempo_bpm * self.ticks_per_quarter / 60.0
        index = np.clip(np.searchsorted(starts_s, seconds, side="right") - 1, 0, None)
        return np.asarray(self.tempo_tick[index] + (seconds - starts_s[index]) * ticks_per_second[index])

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return float(self.seconds_at(self.length))

    def bar_ticks(self) -> IntArray:
        """The ticks (b + 1,) where the bars begin, the end of the last bar included."""
        bounds: list[int] = []
        end_tick = max(self.length, 1)
        begun = self.metre_tick < end_tick  # a metre that would come after the end has no bars
        edges = [*self.metre_tick[begun].tolist(), end_tick]
        step = 1
        for (numerator, denominator), begin, end in zip(self.metre[begun].tolist(), edges[:-1], edges[1:], strict=True):
            step = max(1, self.ticks_per_quarter * 4 * numerator // denominator)
            bounds.extend(range(begin, max(end, begin), step))
        return _ints([*bounds, bounds[-1] + step])


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound: `samples` (frames, channels) float32 in -1..1 at `sample_rate_hz`."""

    KIND: ClassVar[str] = "audio"

    samples: npt.NDArray[np.float32]
    sample_rate_hz: int = 44_100

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return len(self.samples) / self.sample_rate_hz


@dataclass(frozen=True, eq=False)
class Measures:
    """Named numbers that were measured on something, with the unit of each."""

    KIND: ClassVar[str] = "measures"

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: FloatArray

    def as_dict(self) -> dict[str, float]:
        """The values by name."""
        return dict(zip(self.names, self.values.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class RigCurves:
    """The controls of a face over time: `values` (frames, controls) float32 at `frame_rate_hz`, the first at 0 s.

    `rig` says whose `names` they are: "actions" for the space of facial actions (face/actions.py), else the name of a
    rig (face/rigs/). Units are the rig's own; actions of eyes and head are in degrees.
    """

    KIND: ClassVar[str] = "rig curves"

    rig: str
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]
    frame_rate_hz: float = 60.0

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.float32)
        if values.ndim != 2 or values.shape[1] != len(self.names):
            raise ValueError("the curves of a face need one column a name")
        if not self.frame_rate_hz > 0 or not bool(np.isfinite(values).all()):
            raise ValueError("the curves of a face need finite values and a rate above zero")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @property
    def duration_s(self) -> float:
        """The length in seconds: each frame is held for one period."""
        return len(self.values) / self.frame_rate_hz

    def column(self, name: str) -> npt.NDArray[np.float32]:
        """The curve (frames,) of one control."""
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True, eq=False)
class Voice:
    """What was heard in a voice recording of `duration_s`.

    `peaks` (n, 2) int8 are the lowest and highest sample (of ±127) and `spectrogram` (n, bands) uint8 the mel bands
    from 0 (quiet) to 255, both at `picture_rate_hz`. At `frame_rate_hz`: `loudness_db` (frames,) float32 below full
    scale, `pitch_hz` (frames,) float32 with 0 where there is none, `speech` (frames,) float32 0..1, and `arousal` and
    `valence` (frames,) float32 in -1..1 as the prosody proposes. `sound_names` are the sounds that can be recognised;
    `sound_index` (k,) says which were, from `sound_start_s` to `sound_end_s`.
    """

    KIND: ClassVar[str] = "voice"

    duration_s: float
    sample_rate_hz: int
    channels: int
    picture_rate_hz: float
    frame_rate_hz: float
    peaks: npt.NDArray[np.int8]
    spectrogram: npt.NDArray[np.uint8]
    loudness_db: npt.NDArray[np.float32]
    pitch_hz: npt.NDArray[np.float32]
    speech: npt.NDArray[np.float32]
    arousal: npt.NDArray[np.float32]
    valence: npt.NDArray[np.float32]
    sound_names: tuple[str, ...]
    sound_index: IntArray
    sound_start_s: FloatArray
    sound_end_s: FloatArray


Artifact = Score | Audio | Measures | RigCurves | Voice | Pictures | Pool | Proposals | Direction | Latents
ARTIFACT_TYPES: tuple[type[Artifact], ...] = get_args(Artifact)
_BY_KIND = {kind.KIND: kind for kind in ARTIFACT_TYPES}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def pack(artifact: Artifact, facts: dict[str, Any] | None = None) -> bytes:
    """The safetensors bytes of `artifact`; `facts` are further JSON values kept beside it (its request, say)."""
    import safetensors.numpy

    arrays: dict[str, npt.NDArray[Any]] = {}
    plain: dict[str, Any] = {"kind": artifact.KIND}
    for item in dataclasses.fields(artifact):
        value = getattr(artifact, item.name)
        if isinstance(value, np.ndarray):
            arrays[item.name] = np.ascontiguousarray(value)
        else:
            plain[item.name] = _plain(value)
    metadata = {"artifact": json.dumps(plain, sort_keys=True)}
    if facts:
        metadata["facts"] = json.dumps(facts, sort_keys=True)
    # one metadata key at a time keeps the order, and so the bytes, the same from run to run
    joined = {"affect_studio": json.dumps(metadata, sort_keys=True)}
    return safetensors.numpy.save(arrays, metadata=joined)


def _read_header(data: bytes) -> dict[str, str]:
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > min(MAX_METADATA_BYTES, len(data) - 8):
        raise ValueError("no header")
    header = json.loads(data[8 : 8 + size])
    metadata = json.loads(header["__metadata__"]["affect_studio"])
    if not isinstance(metadata, dict):
        raise TypeError("metadata")
    return metadata


def unpack(data: bytes) -> Artifact:
    """The artifact in `data`.

    Raises:
        BadArtifact: the bytes are damaged or of a kind this version does not know.
    """
    import safetensors.numpy

    try:
        plain = json.loads(_read_header(data)["artifact"])
        return _rebuild(_BY_KIND[plain.pop("kind")], plain, safetensors.numpy.load(data))
    except Exception as error:  # any damage in foreign bytes ends here
        raise BadArtifact("This result is damaged and cannot be read: make it again from its request.") from error


def facts(data: bytes) -> dict[str, Any]:
    """The further facts that `pack` kept beside the artifact."""
    try:
        found = json.loads(_read_header(data).get("facts", "{}"))
    except Exception as error:
        raise BadArtifact("This result is damaged and cannot be read: make it again from its request.") from error
    return dict(found)


def facts_in_file(path: Path) -> dict[str, Any]:
    """The further facts in the file `path`, of which no more than its head is read; raises as `read`."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            return facts(head + file.read(min(int.from_bytes(head, "little"), MAX_METADATA_BYTES)))
    except OSError as error:
        raise BadArtifact(f"{path} cannot be read: check that it is still there.") from error


def _rebuild(cls: type[Artifact], plain: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Artifact:
    if cls is Score:
        plain["tracks"] = [Track(**item) for item in plain["tracks"]]
        plain["markers"] = [Marker(**item) for item in plain["markers"]]
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    fields: dict[str, Any] = {**told, **arrays}
    return cls(**fields)


def digest(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal: the name of an asset."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> Artifact:
    """The artifact in the file `path`.

    Raises:
        BadArtifact: the file is missing, too large, damaged or of an unknown kind.
    """
    try:
        if path.stat().st_size > MAX_ARTIFACT_BYTES:
            raise BadArtifact(f"{path.name} is larger than a result can be: it was not opened.")
        return unpack(path.read_bytes())
    except OSError as error:
        raise BadArtifact(f"{path} cannot be read: check that it is still there.") from error


def write(artifact: Artifact, path: Path, facts: dict[str, Any] | None = None) -> str:
    """Write `artifact` to `path` and return the SHA-256 of the file."""
    data = pack(artifact, facts)
    path.write_bytes(data)
    return digest(data)


def replace(score: Score, **changes: Any) -> Score:
    """A copy of `score` with some fields changed."""
    return dataclasses.replace(score, **changes)


__all__ = [
    "ARTIFACT_TYPES",
    "Artifact",
    "Audio",
    "Direction",
    "Latents",
    "Marker",
    "Measures",
    "Pictures",
    "Pool",
    "Proposals",
    "RigCurves",
    "Score",
    "Track",
    "Voice",
    "digest",
    "facts",
    "facts_in_file",
    "pack",
    "read",
    "replace",
    "unpack",
    "write",
]
