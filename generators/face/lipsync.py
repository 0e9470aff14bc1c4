"""How well a mouth follows speech: closures, jaw, rounding, timing and stillness, measured against true sound times.

All figures are pooled over clips. Curves are those of ARKit's shapes; actions are brought there first.

Source: the measures are the ones that the systems named in docs and cards were measured with, so that figures can be
compared; the area under a curve (AUC) is the chance that one of the first kind lies above one of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.phone_names import to_arpabet

Floats = npt.NDArray[np.float64]

RATE_HZ = 100.0
MARGIN_S = 0.06
"""How far outside a sound a closure may lie."""
CLOSED_AT = 0.15
TOUCHED_AT = 0.5
PERCENTILES = (5.0, 95.0)
OPEN_VOWELS = frozenset(("aa", "ae", "ah", "ao", "aw", "ay"))
BILABIALS = frozenset(("p", "b", "m"))
LABIODENTALS = frozenset(("f", "v"))
LABIALS = frozenset(("p", "b", "m", "f", "v", "w"))
OTHERS = frozenset(("t", "d", "n", "k", "g", "s", "z", "l", "sh", "ch", "jh", "th", "dh", "ng", "y", "hh"))
"""Consonants that leave the lips open."""
CLOSED_JAW = frozenset(("p", "b", "m", "f", "v", "t", "d", "s", "z", "sh", "ch", "jh"))
ROUNDED = frozenset(("uw", "ow", "w", "ao"))
SPREAD = frozenset(("iy", "ih", "ey", "s"))
_FAR_S = 0.1
_PAUSE_S, _PAUSE_TRIM_S = 0.25, 0.08
_MIDDLE = 0.6
_MIN_VOWEL_S = 0.06
_MAX_LAG_S = 0.3
_SMOOTH_S = 0.03
_SHIFTS = tuple(np.linspace(0.1, 0.9, 9).tolist())
_EXPECTED_TEXT = (
    "sil=0 p=0 b=0 m=0 f=.1 v=.1 w=.2 uw=.25 uh=.35 ow=.5 ao=.75 aa=1 ae=.95 ah=.8 aw=.9 ay=.95 eh=.75 ey=.6 er=.45 "
    "ih=.5 iy=.45 oy=.7 s=.3 z=.3 sh=.4 zh=.4 ch=.4 jh=.4 t=.35 d=.35 n=.35 l=.45 r=.35 y=.4 th=.4 dh=.35 k=.4 g=.4 "
    "ng=.4 hh=.5"
)
_EXPECTED = {name: float(value) for name, value in (pair.split("=") for pair in _EXPECTED_TEXT.split())}
_USUAL_OPENING = 0.4


@dataclass(frozen=True, eq=False)
class Clip:
    """Curves of a face, and the sounds that were said: ARPAbet `phones` without stress from `start_s` to `end_s`."""

    curves: RigCurves
    phones: tuple[str, ...]
    start_s: Floats
    end_s: Floats


def clip_of(curves: RigCurves, phone: npt.ArrayLike, start_s: npt.ArrayLike, end_s: npt.ArrayLike) -> Clip:
    """A clip whose sounds are indices (k,) of phones.PHONES."""
    names = tuple(to_arpabet(int(index)) for index in np.asarray(phone).ravel())
    return Clip(curves, names, np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64))


@dataclass(frozen=True)
class LipSync:
    """The figures. Rates and AUCs are 0..1, `lag_ms` is positive where the mouth is late, `correlation` is at lag 0.

    `balanced_closure` is the hits less the larger of the two false rates. `hits_beyond_chance` is 0 where the mouth
    closes as often when its sounds are shifted in time. `teeth_hits` is the share of f and v with the lower lip at the
    teeth, `false_teeth` that of open vowels; only actions show it, and it is no part of the total. What cannot be
    measured for want of sounds is NaN.
    """

    closure_hits: float
    false_closures_vowels: float
    false_closures_consonants: float
    balanced_closure: float
    closure_auc: float
    hits_beyond_chance: float
    jaw_auc: float
    rounding_auc: float
    stillness: float
    lag_ms: float
    correlation: float
    teeth_hits: float
    false_teeth: float
    total: float

    def lines(self) -> str:
        """The figures as text, one a line."""
        return "\n".join(f"{item.name.replace('_', ' '):28} {getattr(self, item.name):7.3f}" for item in fields(self))


class _Tracks:
    """The curves of one clip at RATE_HZ that the figures are taken from, not yet scaled."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        curves = clip.curves
        if curves.rig == "actions":
            from generators.face.rigs.arkit import ArkitRig

            rig = ArkitRig()
            values = rig.control_values(curves.values)
            columns = {name: values[:, place] for place, name in enumerate(rig.names)}
        else:
            columns = {name: curves.values[:, place] for place, name in enumerate(curves.names)}
        if "jawOpen" not in columns:
            raise BadRequest(f"Lip sync is measured on ARKit's shapes or on actions, not on the rig “{curves.rig}”.")
        self._columns = columns
        self._frame_rate_hz = curves.frame_rate_hz
        count = max(1, int(np.floor(curves.duration_s * RATE_HZ + 1e-9)))
        self.time_s = np.arange(count) / RATE_HZ
        self._frames = np.arange(len(curves.values)) / curves.frame_rate_hz

    def _shape(self, *names: str) -> Floats:
        """The mean of some shapes at RATE_HZ; one that the rig lacks is 0."""
        present = [self._columns.get(name, np.zeros(len(self._frames))) for name in names]
        return np.asarray(np.interp(self.time_s, self._frames, np.mean(present, axis=0)), dtype=np.float64)

    def _both(self, name: str) -> Floats:
        return self._shape(f"{name}Left", f"{name}Right")

    @cached_property
    def jaw(self) -> Floats:
        return self._shape("jawOpen")

    @cached_property
    def aperture(self) -> Floats:
        parted = np.maximum(self.jaw - self._shape("mouthClose"), 0.0)
        parted = parted + 0.5 * self._both("mouthLowerDown") + 0.5 * self._both("mouthUpperUp")
        parted = parted + 0.3 * self._shape("mouthFunnel") - 0.5 * self._both("mouthPress")
        return np.maximum(parted - 0.3 * self._shape("mouthRollLower", "mouthRollUpper"), 0.0)

    @cached_property
    def teeth(self) -> Floats | None:
        """How near the lower lip is to the upper teeth, None where the rig does not tell."""
        curves = self.clip.curves
        if curves.rig != "actions" or "lower_lip_to_teeth" not in curves.names:
            return None
        touch = curves.column("lower_lip_to_teeth")
        return np.asarray(np.interp(self.time_s, self._frames, touch), dtype=np.float64)

    @cached_property
    def rounding(self) -> Floats:
        spread = 0.5 * self._both("mouthStretch") + 0.5 * self._both("mouthSmile")
        return self._shape("mouthPucker") + 0.7 * self._shape("mouthFunnel") - spread

    def frames(self, begin_s: float, end_s: float) -> slice:
        """The frames from `begin_s` to `end_s`, at least one."""
        first = int(np.clip(np.ceil(begin_s * RATE_HZ - 1e-6), 0, len(self.time_s) - 1))
        return slice(first, max(first + 1, int(np.floor(end_s * RATE_HZ + 1e-6)) + 1))

    @cached_property
    def expected(self) -> Floats:
        """How far the mouth should be open at each frame, smoothed."""
        opening = np.zeros(len(self.time_s))
        for name, begin, end in zip(self.clip.phones, self.clip.start_s, self.clip.end_s, strict=True):
            opening[self.frames(begin, end - 1.0 / RATE_HZ)] = _EXPECTED.get(name, _USUAL_OPENING)
        sigma = _SMOOTH_S * RATE_HZ
        reach = int(4 * sigma)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        padded = np.pad(opening, reach, mode="edge")
        return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def _scaled(tracks: Sequence[_Tracks], pick: Callable[[_Tracks], Floats]) -> list[Floats]:
    """Each clip's track on 0..1 between the percentiles of all; a track that never moves is 0."""
    curves = [pick(track) for track in tracks]
    low, high = np.percentile(np.concatenate(curves), PERCENTILES)
    if high - low < 1e-9:
        return [np.zeros(len(curve)) for curve in curves]
    return [np.clip((curve - low) / (high - low), 0.0, 1.0) for curve in curves]


def auc(above: Sequence[float], below: Sequence[float]) -> float:
    """The chance that one of `above` is larger than one of `below`, ties half; NaN where either is empty."""
    if not len(above) or not len(below):
        return float("nan")
    ordered = np.sort(np.asarray(below, dtype=np.float64))
    values = np.asarray(above, dtype=np.float64)
    smaller = np.searchsorted(ordered, values, side="left")
    equal = np.searchsorted(ordered, values, side="right") - smaller
    return float((smaller + 0.5 * equal).mean() / len(ordered))


def _mean(values: Sequence[float] | Sequence[bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _smallest(track: _Tracks, aperture: Floats, begin_s: float, end_s: float) -> float:
    return float(aperture[track.frames(begin_s, end_s)].min())


def _far_from_lips(clip: Clip) -> npt.NDArray[np.bool_]:
    """Which sounds lie further than _FAR_S from any labial and any pause, the ends of the clip not counted."""
    near = [place for place, name in enumerate(clip.phones) if name in LABIALS or name == "sil"]
    far = np.ones(len(clip.phones), dtype=bool)
    for place in near:
        far &= (clip.start_s - clip.end_s[place] > _FAR_S) | (clip.start_s[place] - clip.end_s > _FAR_S)
    return far


def _closures(track: _Tracks, aperture: Floats, shift: float = 0.0) -> list[float]:
    """The smallest aperture around each bilabial, the sounds shifted round by a part of the clip."""
    clip = track.clip
    length_s = len(aperture) / RATE_HZ
    found = []
    for name, begin, end in zip(clip.phones, clip.start_s, clip.end_s, strict=True):
        if name in BILABIALS:
            moved = (begin + shift * length_s) % length_s if shift else begin
            found.append(_smallest(track, aperture, moved - MARGIN_S, moved + (end - begin) + MARGIN_S))
    return found


def _still(tracks: Sequence[_Tracks], apertures: Sequence[Floats]) -> float:
    silent, spoken = [], []
    for track, aperture in zip(tracks, apertures, strict=True):
        speed = np.gradient(aperture) if len(aperture) > 1 else np.zeros(1)
        speech = np.ones(len(speed), dtype=bool)
        for name, begin, end in zip(track.clip.phones, track.clip.start_s, track.clip.end_s, strict=True):
            if name != "sil":
                continue
            speech[track.frames(begin, end)] = False
            if end - begin >= _PAUSE_S:
                silent.append(speed[track.frames(begin + _PAUSE_TRIM_S, end - _PAUSE_TRIM_S)])
        spoken.append(speed[speech])
    if not silent:
        return float("nan")
    moving = float(np.sqrt(np.mean(np.concatenate(spoken) ** 2))) if spoken else 0.0
    if moving < 1e-9:
        return 0.0
    return 1.0 - float(np.sqrt(np.mean(np.concatenate(silent) ** 2))) / moving


def _normal(curve: Floats) -> Floats:
    spread = float(curve.std())
    return (curve - curve.mean()) / spread if spread > 1e-9 else np.zeros(len(curve))


def _timing(tracks: Sequence[_Tracks], apertures: Sequence[Floats]) -> tuple[float, float]:
    """The lag in milliseconds of the best correlation, and the correlation at lag 0."""
    reach = round(_MAX_LAG_S * RATE_HZ)
    sums, counts = np.zeros(2 * reach + 1), np.zeros(2 * reach + 1)
    for track, aperture in zip(tracks, apertures, strict=True):
        seen, wanted = _normal(aperture), _normal(track.expected)
        for place, lag in enumerate(range(-reach, reach + 1)):
            late, early = (seen[lag:], wanted[: len(wanted) - lag]) if lag >= 0 else (seen[:lag], wanted[-lag:])
            sums[place] += float(late @ early)
            counts[place] += len(late)
    correlations = sums / np.maximum(counts, 1)
    if not np.any(np.abs(correlations) > 1e-12):
        return 0.0, 0.0
    return (int(np.argmax(correlations)) - reach) * 1000.0 / RATE_HZ, float(correlations[reach])


@dataclass
class _Samples:
    """What is gathered from all clips, sound by sound."""

    closed: list[float]
    open_vowels: list[float]
    others: list[float]
    jaw_open: list[float]
    jaw_closed: list[float]
    rounded: list[float]
    spread: list[float]
    touched: list[bool]
    touched_vowels: list[bool]


def _gathered(tracks: Sequence[_Tracks], apertures: Sequence[Floats], roundings: Sequence[Floats]) -> _Samples:
    found = _Samples([], [], [], [], [], [], [], [], [])
    for track, aperture, rounding in zip(tracks, apertures, roundings, strict=True):
        clip, far = track.clip, _far_from_lips(track.clip)
        found.closed += _closures(track, aperture)
        for place, (name, begin, end) in enumerate(zip(clip.phones, clip.start_s, clip.end_s, strict=True)):
            inside = track.frames(begin, end - 1.0 / RATE_HZ)
            if name in OPEN_VOWELS:
                found.jaw_open.append(float(track.jaw[inside].mean()))
                if end - begin >= _MIN_VOWEL_S:
                    edge = 0.5 * (1.0 - _MIDDLE) * (end - begin)
                    found.open_vowels.append(_smallest(track, aperture, begin + edge, end - edge))
            if track.teeth is not None and name in LABIODENTALS:
                around = track.frames(begin - MARGIN_S, end + MARGIN_S)
                found.touched.append(bool(track.teeth[around].max() >= TOUCHED_AT))
            if track.teeth is not None and name in OPEN_VOWELS:
                edge = 0.5 * (1.0 - _MIDDLE) * (end - begin)
                middle = track.frames(begin + edge, end - edge)
                found.touched_vowels.append(bool(track.teeth[middle].max() >= TOUCHED_AT))
            if name in CLOSED_JAW:
                found.jaw_closed.append(float(track.jaw[inside].mean()))
            if name in OTHERS and far[place]:
                found.others.append(_smallest(track, aperture, begin - MARGIN_S, end + MARGIN_S))
            if name in ROUNDED:
                found.rounded.append(float(rounding[inside].mean()))
            if name in SPREAD:
                found.spread.append(float(rounding[inside].mean()))
    return found


def measure(clips: Sequence[Clip]) -> LipSync:
    """The figures of `clips` together.

    Raises:
        BadRequest: there are no clips, or their rig has no jaw that could be measured.
    """
    if not clips:
        raise BadRequest("There is nothing to measure lip sync on: give at least one clip with sound times.")
    tracks = [_Tracks(clip) for clip in clips]
    apertures = _scaled(tracks, lambda track: track.aperture)
    found = _gathered(tracks, apertures, _scaled(tracks, lambda track: track.rounding))
    hits = _mean([value <= CLOSED_AT for value in found.closed])
    false_vowels = _mean([value <= CLOSED_AT for value in found.open_vowels])
    false_others = _mean([value <= CLOSED_AT for value in found.others])
    pairs = list(zip(tracks, apertures, strict=True))
    shifted = [value for shift in _SHIFTS for track, curve in pairs for value in _closures(track, curve, shift)]
    chance = _mean([value <= CLOSED_AT for value in shifted])
    beyond = (hits - chance) / (1.0 - chance) if chance < 1.0 - 1e-9 else 0.0
    closure_auc = auc(found.others, found.closed)
    jaw_auc, rounding_auc = auc(found.jaw_open, found.jaw_closed), auc(found.rounded, found.spread)
    stillness = _still(tracks, apertures)
    lag_ms, correlation = _timing(tracks, apertures)
    parts = [2 * closure_auc - 1, beyond, 2 * jaw_auc - 1, 2 * rounding_auc - 1, correlation, stillness]
    known = [max(0.0, part) for part in parts if not np.isnan(part)]
    false = [rate for rate in (false_vowels, false_others) if not np.isnan(rate)]
    return LipSync(
        closure_hits=hits,
        false_closures_vowels=false_vowels,
        false_closures_consonants=false_others,
        balanced_closure=hits - max(false, default=0.0),
        closure_auc=closure_auc,
        hits_beyond_chance=beyond,
        jaw_auc=jaw_auc,
        rounding_auc=rounding_auc,
        stillness=stillness,
        lag_ms=lag_ms,
        correlation=correlation,
        teeth_hits=_mean(found.touched),
        false_teeth=_mean(found.touched_vowels),
        total=float(np.mean(known)) if known else float("nan"),
    )
