"""The contact sheet of a scene: stills over the feeling over voice and notes, on one line of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.affect import nearest_emotion
from generators.artifacts import Audio, Score
from generators.compass.encoding import pillow
from generators.compass.film import scaled
from generators.compass.lettering import Lettering
from generators.compass.sheet import PAPERS, Paper
from generators.scene.following import mood
from generators.scene.request import Scene
from generators.scene.strip import MARKS, Strip, level_of

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
WIDTH = 2_400
STILLS = 8
_MARGIN, _GAP, _LEFT, _RIGHT = 72, 12, 140, 190
_NAME_ROWS, _NAME_WIDTH = 3, 420
_CURVES, _VOICE, _NOTES, _RULER = 360, 110, 250, 46
_AXES: tuple[tuple[str, dict[str, Colour]], ...] = (
    ("valence", {"dark": (63, 182, 168), "light": (18, 135, 123)}),
    ("arousal", {"dark": (240, 164, 58), "light": (176, 106, 0)}),
    ("dominance", {"dark": (155, 140, 242), "light": (109, 91, 208)}),
)
_LINES: dict[str, Colour] = {"dark": (46, 50, 61), "light": (217, 221, 229)}
_WELLS: dict[str, Colour] = {"dark": (24, 26, 32), "light": (246, 247, 249)}
_TRACKS: dict[str, tuple[Colour, ...]] = {
    "dark": ((91, 123, 213), (240, 164, 58), (63, 182, 168), (232, 96, 76), (155, 140, 242), (163, 169, 184)),
    "light": ((62, 92, 184), (176, 106, 0), (18, 135, 123), (192, 57, 43), (109, 91, 208), (90, 97, 112)),
}
_TICKS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True)
class SheetParts:
    """What a sheet shows beside the feeling: stills (n, height, width, 3) at even moments, `score`, `voice`, `mix`."""

    stills: Sequence[Pixels] = ()
    score: Score | None = None
    voice: Audio | None = None
    mix: Audio | None = None


def still_times_s(duration_s: float, count: int = STILLS) -> list[float]:
    """The moments of the stills: the middles of as many equal parts, so that each stands over its own time."""
    return [(index + 0.5) / count * duration_s for index in range(count)]


def scene_sheet(scene: Scene, parts: SheetParts, paper: str = "dark") -> Pixels:
    """The sheet (height, WIDTH, 3) on "dark" or "light" paper."""
    return _Sheet(scene, parts, paper).drawn()


class _Sheet:
    """One sheet as it is drawn, from the top down; `_y` is how far it is."""

    def __init__(self, scene: Scene, parts: SheetParts, paper: str) -> None:
        self._scene, self._parts, self._name = scene, parts, paper
        self._paper: Paper = PAPERS[paper]
        self._line, self._well = _LINES[paper], _WELLS[paper]
        self._duration_s = scene.duration_s
        self._left, self._right = _MARGIN + _LEFT, WIDTH - _MARGIN - _RIGHT
        texts = [scene.title, *(cue.name for cue in scene.cues)]
        if parts.score is not None:
            texts += [track.name for track in parts.score.tracks]
        self._title, self._text, self._small = (Lettering(px, texts) for px in (52, 27, 22))
        self._strips = self._chosen_strips()
        self._still = self._still_size()
        self._height = self._y = 0

    def _chosen_strips(self) -> list[tuple[str, int]]:
        strips = [("feeling", _CURVES)]
        if self._parts.voice is not None:
            strips.append(("voice", _VOICE))
        if self._parts.score is not None and self._parts.score.note_count:
            strips.append(("music", _NOTES))
        elif self._parts.mix is not None:
            strips.append(("sound", _VOICE))
        return strips

    def _still_size(self) -> tuple[int, int] | None:
        if not self._parts.stills:
            return None
        height, width = self._parts.stills[0].shape[:2]
        own = (self._right - self._left - _GAP * (len(self._parts.stills) - 1)) / len(self._parts.stills)
        return round(own), round(own * height / width)

    def drawn(self) -> Pixels:
        top = _MARGIN + 112
        stills = self._still[1] + 56 if self._still is not None else 0
        below = sum(height + _GAP * 2 for _, height in self._strips)
        self._height = top + stills + below + _RULER + 34 + _MARGIN - 24
        image_module = pillow()
        from PIL import ImageDraw

        self._image = image_module.new("RGB", (WIDTH, self._height), self._paper.ground)
        self._draw = ImageDraw.Draw(self._image)
        self._head()
        self._y = top
        self._put_stills()
        first = self._y
        for name, height in self._strips:
            self._label(name.capitalize(), self._y + 4)
            strip = Strip((self._right - self._left, height), self._duration_s, self._line, self._well)
            {"feeling": self._feeling, "voice": self._voice, "music": self._notes, "sound": self._sound}[name](strip)
            self._image.paste(strip.finished(), (self._left, self._y))
            if name == "feeling":
                self._name_axes(self._y, height)
            self._y += height + _GAP * 2
        self._ruler(self._y - _GAP * 2)
        self._cue_names(first)
        self._foot()
        return np.asarray(self._image)

    # -- words ---------------------------------------------------------------------------------------------------------

    def write(
        self, lettering: Lettering, text: str, x: float, y: float, anchor: str = "la", colour: Colour | None = None
    ) -> None:
        self._draw.text(
            (x, y), lettering.spelled(text), fill=colour or self._paper.ink, font=lettering.font, anchor=anchor
        )

    def _head(self) -> None:
        scene = self._scene
        facts = [f"{self._duration_s:.1f} s", f"{scene.frame_count:,} frames at {scene.film.frame_rate} a second"]
        if self._parts.score is not None:
            tempi = self._parts.score.tempo_bpm
            low, high = round(float(tempi.min())), round(float(tempi.max()))
            facts.append(f"{low} bpm" if low == high else f"{low} to {high} bpm")
        told = ", ".join(facts)
        width = WIDTH - 2 * _MARGIN - self._text.width(told) - 60
        for line in self._title.lines(scene.title or "Scene", width, 1):
            self.write(self._title, line, _MARGIN, _MARGIN - 12)
        self.write(self._text, told, WIDTH - _MARGIN, _MARGIN + 14, "ra", self._paper.faint)

    def _label(self, text: str, y: float) -> None:
        self.write(self._text, text, _MARGIN, y, colour=self._paper.faint)

    def _foot(self) -> None:
        from generators.provenance import software

        voice = self._scene.voice
        told = f"Generated by {software()}." + (f" Voice: {voice.name}." if voice and voice.name else "")
        line = self._small.lines(told, WIDTH - 2 * _MARGIN, 1)[0]
        self.write(self._small, line, _MARGIN, self._height - _MARGIN + 8, colour=self._paper.faint)

    # -- stills --------------------------------------------------------------------------------------------------------

    def _put_stills(self) -> None:
        if self._still is None:
            return
        image_module = pillow()
        width, height = self._still
        count = len(self._parts.stills)
        times_s = still_times_s(self._duration_s, count)
        for index, (still, time_s) in enumerate(zip(self._parts.stills, times_s, strict=True)):
            x = self._left + round(index * (self._right - self._left + _GAP) / count)
            self._image.paste(image_module.fromarray(scaled(still, (width, height))), (x, self._y))
            self.write(self._small, f"{time_s:.1f} s", x + width / 2, self._y + height + 10, "ma", self._paper.faint)
        self._label("Film", self._y + 4)
        self._y += height + 56

    # -- strips --------------------------------------------------------------------------------------------------------

    def x_at(self, time_s: float) -> float:
        """Where a time lies on the sheet."""
        return self._left + (self._right - self._left) * time_s / self._duration_s

    def _feeling(self, strip: Strip) -> None:
        for value in (-0.5, 0.5):
            strip.across(level_of(value), 1)
        strip.across(level_of(0.0), 2)
        times_s, points = mood(self._scene)
        for place, (_, colours) in enumerate(_AXES):
            strip.curve(times_s, level_of(points[:, place]), colours[self._name])
        for key in self._scene.timeline.keys:
            at = int(np.searchsorted(times_s, key.time_s).clip(0, len(times_s) - 1))
            for place, (_, colours) in enumerate(_AXES):
                strip.mark(key.time_s, float(level_of(points[at, place])), colours[self._name], MARKS[place])

    def _name_axes(self, top: int, height: int) -> None:
        """The names of the curves at their ends, apart from each other, and the feelings of the keyframes below."""
        _, points = mood(self._scene)
        ends = sorted(
            (float(level_of(points[-1, place])), name, colours) for place, (name, colours) in enumerate(_AXES)
        )
        least, y = 34.0, -math.inf
        places = []
        for level, _, _ in ends:
            y = max(level * height, y + least)
            places.append(y)
        over = places[-1] - (height - 16)
        if over > 0:
            places = [place - over for place in places]
        for place, (_, name, colours) in zip(places, ends, strict=True):
            self.write(self._text, name, self._right + 18, top + place, "lm", colours[self._name])
        taken, before = -math.inf, ""
        for key in self._scene.timeline.keys:
            x = self.x_at(min(key.time_s, self._duration_s))
            word = nearest_emotion(key.point).name
            wide = self._small.width(word)
            begin = min(max(x - wide / 2, self._left + 8), self._right - wide - 8)
            lines = [self.x_at(cue.time_s) for cue in self._scene.cues]
            crossing = next((line for line in lines if begin - 6 < line < begin + wide + 6), None)
            if crossing is not None and crossing + 8 + wide < self._right:
                begin = crossing + 8
            if begin > taken and word != before:
                self.write(self._small, word, begin, top + height - 34, colour=self._paper.faint)
                taken = begin + wide + 18
            before = word

    def _voice(self, strip: Strip) -> None:
        if self._parts.voice is not None:
            strip.wave(self._parts.voice, self._paper.faint)

    def _sound(self, strip: Strip) -> None:
        if self._parts.mix is not None:
            strip.wave(self._parts.mix, self._paper.faint)

    def _notes(self, strip: Strip) -> None:
        score = self._parts.score
        if score is None:
            return
        for bar_s in score.seconds_at(score.bar_ticks()).tolist():
            strip.upright(bar_s, self._line)
        low, high = int(score.pitch.min()) - 2, int(score.pitch.max()) + 2
        begins, ends = score.seconds_at(score.start), score.seconds_at(score.start + score.duration)
        colours = _TRACKS[self._name]
        tall = max(1.0 / (high - low), 0.02)
        for note in range(score.note_count):
            level = (high - int(score.pitch[note])) / (high - low)
            ink = colours[int(score.track[note]) % len(colours)]
            share = 0.45 + 0.55 * int(score.velocity[note]) / 127
            strip.bar(
                float(begins[note]), float(ends[note]), level - tall / 2, level + tall / 2, self._mixed(ink, share)
            )
        self._name_tracks(score)

    def _mixed(self, ink: Colour, share: float) -> Colour:
        red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(ink, self._well, strict=True))
        return red, green, blue

    def _name_tracks(self, score: Score) -> None:
        y = self._y + 4.0
        for track in np.unique(score.track).tolist()[:6]:
            name = score.tracks[track].name or f"Track {track + 1}"
            lines = self._small.lines(name, _RIGHT - 20, 1)
            colour = _TRACKS[self._name][track % len(_TRACKS[self._name])]
            self.write(self._small, lines[0] if lines else "", self._right + 18, y, colour=colour)
            y += 32

    def _ruler(self, y: int) -> None:
        step = next((one for one in _TICKS_S if self._duration_s / one <= 12), _TICKS_S[-1])
        for tick in range(int(self._duration_s / step + 1e-6) + 1):
            x = self.x_at(tick * step)
            self._draw.line([(x, y), (x, y + 10)], fill=self._paper.faint, width=2)
            text = f"{tick * step:g} s" if step < 60 else f"{tick * step / 60:g} min"
            self.write(self._small, text, x, y + 16, "ma", self._paper.faint)

    def _cue_names(self, top: int) -> None:
        """A line down all strips at each chosen moment, and its name beside it, below others that are in its way."""
        cues = [cue for cue in self._scene.cues if cue.time_s <= self._duration_s]
        for x in (self.x_at(cue.time_s) for cue in cues):
            for y in range(top, self._y - _GAP * 2, 12):
                self._draw.line([(x, y), (x, y + 6)], fill=self._paper.ink, width=2)
        ends = [-math.inf] * _NAME_ROWS
        for cue in sorted(cues, key=lambda cue: cue.time_s):
            x = self.x_at(cue.time_s)
            line = next(iter(self._small.lines(cue.name, _NAME_WIDTH, 1)), "")
            wide = self._small.width(line)
            begin = x + 8 if x + 8 + wide <= self._right else x - 8 - wide
            row = next((row for row, end in enumerate(ends) if end < begin), None)
            if row is None or not line:
                continue
            y = top + 6 + row * 30
            self._draw.rectangle((begin - 4, y, begin + wide + 4, y + 28), fill=self._well)  # over the lines it crosses
            self.write(self._small, line, begin, y)
            ends[row] = begin + wide + 12
