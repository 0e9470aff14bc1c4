"""The sample scene that comes with the program (assets/samples/note.affect), made again.

    python -m studio.sample_scene

The voice needs the program flite 2.2 with its voice slt. The words, their moods and when they come stand in this file;
the feeling, the moments and the directions of the pictures follow from them and from the shipped models.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from generators import artifacts
from generators.affect import AffectPoint
from generators.compass.painter.finish import Finish
from generators.compass.request import FindRequest, Making, Point, PoolRequest, RenderRequest, ReportRequest
from generators.engine.local import LocalEngine
from generators.engine.requests import Request
from generators.engine.run import run_request
from generators.face.request import ListenRequest
from generators.music.request import ComposeRequest
from generators.scene.request import (
    AffectPush,
    Cue,
    Scene,
    SceneFilm,
    SceneMusic,
    ScenePictures,
    SceneVoice,
)
from generators.scene.timeline import Personality, SceneKey, Timeline
from studio.document import Document, SetPanelState, SetTitle

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "assets" / "samples" / "note.affect"
TITLE = "The note"
RATE_HZ = 16_000
END_S = 2.6
"""How long the scene goes on after the last word."""
POOL, FIRST_UNSEEN = range(400), 1_000_000
_SPEAKS = ("flite", "-voice", "slt")


@dataclass(frozen=True)
class Phrase:
    """A few words, how they are spoken, and the silence after them.

    `pitch_hz` and `lilt_hz` are the mean and spread of the voice's pitch, `stretch` how slowly it speaks, `gain_db`
    how loudly.
    """

    words: str
    pitch_hz: float
    lilt_hz: float
    stretch: float
    gain_db: float
    pause_s: float


PHRASES: tuple[Phrase, ...] = (
    Phrase("Good morning, little house.", 172, 24, 1.08, -4.0, 0.50),
    Phrase("The lake is still, and the coffee is warm.", 168, 22, 1.08, -4.5, 0.55),
    Phrase("I left the window open, so that you would hear the birds.", 166, 20, 1.08, -4.5, 1.00),
    Phrase("What is this?", 186, 30, 1.05, -3.5, 0.55),
    Phrase("A note?", 205, 38, 1.05, -2.5, 0.45),
    Phrase("Nine years, and you leave me a note!", 214, 42, 0.90, 0.0, 0.35),
    Phrase("No! You do not get to walk out like that!", 226, 46, 0.88, 1.5, 0.25),
    Phrase("Not like that!", 232, 44, 0.92, 2.0, 1.70),
    Phrase("I only wanted you to say goodbye.", 158, 14, 1.18, -6.0, 0.90),
    Phrase("I would have let you go.", 150, 11, 1.26, -7.0, 0.0),
)
LEAD_S = 0.6
NOTE, ANGER, SLAM_AFTER, SAD = 3, 5, 7, 8
"""Which phrases the moments belong to."""
SLAM_S = 0.45
"""How long after the last angry word the door slams."""

CALM = AffectPoint(0.55, -0.55, 0.15)
UNEASY = AffectPoint(-0.15, 0.25, -0.2)
ANGRY = AffectPoint(-0.7, 0.7, 0.45)
SLAMMED = AffectPoint(-0.85, 0.9, 0.6)
SAD_POINT = AffectPoint(-0.7, -0.5, -0.4)
EMPTY = AffectPoint(-0.6, -0.75, -0.45)


def spoken() -> tuple[npt.NDArray[np.float32], list[tuple[float, float]]]:
    """The recording (n,) at RATE_HZ, and when each phrase begins and ends."""
    sound = [np.zeros(round(LEAD_S * RATE_HZ), dtype=np.float32)]
    for phrase in PHRASES:
        sound += [_said(phrase), np.zeros(round(phrase.pause_s * RATE_HZ), dtype=np.float32)]
    whole = np.concatenate(sound)
    return whole * np.float32(0.79 / np.abs(whole).max()), _times([len(part) for part in sound])


def _times(lengths: list[int]) -> list[tuple[float, float]]:
    ends = np.cumsum(lengths) / RATE_HZ
    return [(float(ends[2 * index]), float(ends[2 * index + 1])) for index in range(len(PHRASES))]


def _said(phrase: Phrase) -> npt.NDArray[np.float32]:
    settings = {
        "int_f0_target_mean": phrase.pitch_hz,
        "int_f0_target_stddev": phrase.lilt_hz,
        "duration_stretch": phrase.stretch,
    }
    set_to = [word for name, value in settings.items() for word in ("--setf", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run([*_SPEAKS, *set_to, "-t", phrase.words, str(path)], check=True)
        samples, rate_hz = soundfile.read(path, dtype="float32")
    if rate_hz != RATE_HZ:
        raise SystemExit(f"flite spoke at {rate_hz} Hz, not at {RATE_HZ}: use the voice slt of flite 2.2.")
    heard = np.flatnonzero(np.abs(samples) > 0.004)
    kept = samples[max(0, heard[0] - 320) : heard[-1] + 960]
    rise = np.linspace(0.0, 1.0, 320, dtype=np.float32)
    kept[:320] *= rise
    kept[-320:] *= rise[::-1]
    return np.asarray(kept * np.float32(10.0 ** (phrase.gain_db / 20.0)), dtype=np.float32)


class Maker:
    """Runs requests one after another; what they make is kept by its SHA-256."""

    def __init__(self) -> None:
        self.engine = LocalEngine()
        self.files: dict[str, Path] = {}

    def run(self, request: Request) -> str:
        """The SHA-256 of what `request` makes."""
        done = run_request(request, self.files, engine=self.engine)
        self.files[done.sha256] = Path(done.path)
        return done.sha256

    def direction(self, pool: str, axis: str) -> str:
        """The direction of pictures that psychology proposes for valence or arousal, its scale evened."""
        found_by = FindRequest(pool, finder="affect proposal", axis=axis, name=axis.capitalize(), spatial=False)
        found = self.run(found_by)
        unseen = tuple(range(FIRST_UNSEEN, FIRST_UNSEEN + 12))
        return self.run(ReportRequest(found, pool, unseen, found_by, Making(quality="preview"), scale_seeds=6))


def timeline_of(times: list[tuple[float, float]], end_s: float) -> Timeline:
    """How the scene feels: calm, uneasy as the note is found, angry to the slam of the door, then sad and empty."""
    keys = (
        SceneKey(0.0, CALM),
        SceneKey(times[NOTE][0] - 0.1, CALM),
        SceneKey(times[NOTE][1], UNEASY, {"surprise": 0.45, "fear": 0.15}),
        SceneKey(times[ANGER][0] + 0.3, ANGRY, {"angry": 0.75, "disgust": 0.1}),
        SceneKey(times[SLAM_AFTER][1] + SLAM_S, SLAMMED, {"angry": 1.0}, "ease out"),
        SceneKey(times[SAD][0], SAD_POINT, {"sad": 0.75}),
        SceneKey(end_s - 1.5, EMPTY, {"sad": 0.95}),
    )
    return Timeline(tuple(SceneKey(round(k.time_s, 2), k.point, k.weights, k.easing) for k in keys))


def scene_of(voice: SceneVoice, times: list[tuple[float, float]], directions: dict[str, str]) -> Scene:
    """The scene itself."""
    end_s = round(times[-1][1] + END_S, 1)
    slam_s = round(times[SLAM_AFTER][1] + SLAM_S, 2)
    return Scene(
        title=TITLE,
        asked_s=end_s,
        voice=voice,
        timeline=timeline_of(times, end_s),
        personality=Personality(strength=1.1, inertia_s=0.4, pull=0.08, temper=CALM),
        cues=(
            Cue(round(times[NOTE][0] - 0.35, 2), "finds the note", "beat"),
            Cue(round(times[ANGER][0], 2), "nine years", "bar"),
            Cue(slam_s, "slams the door", "bar"),
            Cue(round(times[SAD][0], 2), "alone", "beat"),
        ),
        music=SceneMusic(base=ComposeRequest(seed=7, tries=6), level_db=-5.0, duck_db=-7.0),
        pictures=ScenePictures(
            base=RenderRequest(making=Making(steps=10), finish=Finish(scale=4)),
            pushes=tuple(AffectPush(sha256, axis) for axis, sha256 in directions.items()),
            seeds=(8, 1, 1, 4),
            seed_times_s=(0.0, round(times[NOTE][0], 2), slam_s, round(end_s - 1.5, 2)),
            pictures_per_s=2.0,
        ),
        film=SceneFilm(size="960x540"),
    )


def panel_states(scene: Scene, heard: str) -> dict[str, str]:
    """What the panels keep, as JSON: the scene, its voice as a line of the face, and its directions on the board."""
    voice = scene.voice
    line = {
        "id": "note",
        "name": TITLE,
        "voice_sha256": voice.sha256 if voice else "",
        "heard_sha256": heard,
        "source": "note.flac",
        "duration_s": voice.duration_s if voice else 0.0,
    }
    uses = [
        {"sha256": push.sha256, "name": push.axis.capitalize(), "spatial": False, "source": "affect", "reported": True}
        for push in scene.pictures.pushes
    ]
    states: dict[str, object] = {
        "scene": {"scene": scene, "heard_sha256": heard},
        "face": {"lines": [line], "current": "note"},
        "compass": {"ask": {"seed": scene.pictures.seeds[0], "uses": uses}},
    }
    return {panel: msgspec.json.encode(state, order="sorted").decode() for panel, state in states.items()}


def write_project(path: Path, states: dict[str, str], assets: dict[str, Path]) -> None:
    """Write the project, without the steps that led to it: whoever opens it has nothing to undo yet."""
    path.unlink(missing_ok=True)
    document = Document.create(path)
    document.perform(SetTitle(TITLE)).result()
    for panel, state in states.items():
        used = {sha256: file for sha256, file in assets.items() if sha256 in state}
        document.perform(SetPanelState(panel, state), used).result()
    document.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM step")
        connection.execute("UPDATE property SET value = '' WHERE key IN ('cursor', 'redo')")
        connection.commit()
        connection.execute("VACUUM")


def main() -> None:
    """Make the sample scene."""
    parser = argparse.ArgumentParser(description="Make the sample scene that comes with the program.")
    parser.add_argument("--out", type=Path, default=PROJECT, help="the project to write")
    out = parser.parse_args().out
    samples, times = spoken()
    with tempfile.TemporaryDirectory() as folder:
        voice_path = Path(folder) / "note.flac"
        soundfile.write(voice_path, samples, RATE_HZ, subtype="PCM_16")
        maker = Maker()
        try:
            voice = SceneVoice(artifacts.digest(voice_path.read_bytes()), "note.flac", len(samples) / RATE_HZ)
            maker.files[voice.sha256] = voice_path
            heard = maker.run(ListenRequest(voice.sha256))
            pool = maker.run(PoolRequest(tuple(Point(seed) for seed in POOL), spatial=False))
            directions = {axis: maker.direction(pool, axis) for axis in ("valence", "arousal")}
            scene = scene_of(voice, times, directions)
            write_project(out, panel_states(scene, heard), maker.files)
        finally:
            maker.engine.close()
    sys.stdout.write(f"{out}: {out.stat().st_size / 1e3:.0f} kB, {scene.duration_s:.2f} s\n")


if __name__ == "__main__":
    main()
