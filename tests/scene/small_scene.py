"""A very small scene with a part from every room, made without a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from generators import artifacts
from generators.affect import AffectPoint
from generators.artifacts import Artifact, Pictures, RigCurves, Score, Track
from generators.compass.request import Point, RenderRequest
from generators.engine.requests import encode_request
from generators.face.actions import INDEX, NAMES
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from generators.scene.bundle import BundleInputs
from generators.scene.mixing import mix
from generators.scene.request import (
    BundleRequest,
    Cue,
    MixRequest,
    Scene,
    SceneFilm,
    SceneVoice,
)
from generators.scene.timeline import SceneKey, Timeline

QUIET_FILM = SceneFilm(frame_rate="25", size="960x540", off=True)
VOICE_S, START_S, SCENE_S = 0.4, 0.12, 0.8
FRAMES = 20


def a_score() -> Score:
    """0.8 s: two instruments at 150 bpm, one bar of 2/4."""
    return Score(
        [0, 0, 480], [480, 960, 480], [76, 48, 79], [80, 70, 90], [0, 1, 0],
        tracks=(Track("Violin", 40), Track("Cello", 42)), tempo_bpm=[150.0], metre=[[2, 4]], length=960, title="Small",
    )  # fmt: skip


def a_face(seconds: float = SCENE_S - START_S) -> RigCurves:
    values = np.zeros((round(seconds * 60), len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0.0, 0.5, len(values))
    return RigCurves("actions", NAMES, values)


def some_pictures() -> Pictures:
    down, across = np.mgrid[0:24, 0:32]
    return Pictures(
        np.stack([np.stack([across * 7, down * 9, 0 * down + 70 * n], -1) for n in range(3)]).astype(np.uint8)
    )


@dataclass
class World:
    """Files and requests of the scene in `folder`."""

    folder: Path
    scene: Scene = field(init=False)
    files: dict[str, Path] = field(default_factory=dict)
    sha256s: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.voice = self.folder / "line.wav"
        times = np.arange(round(VOICE_S * 16_000)) / 16_000
        soundfile.write(self.voice, 0.4 * np.sin(2 * np.pi * 300 * times), 16_000)
        voice_sha256 = artifacts.digest(self.voice.read_bytes())
        keys = (SceneKey(0.0, AffectPoint(0.4, -0.5, 0.1)), SceneKey(0.6, AffectPoint(-0.6, 0.7, 0.5)))
        self.scene = Scene(
            title="A small scene", asked_s=SCENE_S, voice=SceneVoice(voice_sha256, "line.wav", VOICE_S, START_S),
            timeline=Timeline(keys), cues=(Cue(0.4, "she turns"),), film=QUIET_FILM,
        )  # fmt: skip
        self.keep("music", a_score(), ComposeRequest(seed=1, bars=1))
        self.keep("face", a_face(), PerformRequest(voice_sha256, voice_arousal=0.3, seed=1))
        self.keep("pictures", some_pictures(), RenderRequest(tuple(Point(seed) for seed in (1, 2, 3))))
        asked = MixRequest(self.sha256s["music"], voice_sha256, SCENE_S, START_S)
        self.keep("mix", mix(asked, a_score(), self.voice)[0], asked)

    def keep(
        self, room: str, artifact: Artifact, request: ComposeRequest | PerformRequest | RenderRequest | MixRequest
    ) -> None:
        """Make `artifact` the part of `room`, as the worker would keep it."""
        text = encode_request(request).decode()
        self.files[room] = self.folder / f"{room}.safetensors"
        self.sha256s[room] = artifacts.write(artifact, self.files[room], {"request": text, "model_sha256": "c" * 64})
        self.requests[room] = text

    def request(self, path: Path, **changes: object) -> BundleRequest:
        """The request of the bundle `path`."""
        named = {"music": "score_sha256", "face": "curves_sha256", "pictures": "pictures_sha256", "mix": "mix_sha256"}
        given = {named[room]: sha256 for room, sha256 in self.sha256s.items()}
        return BundleRequest(str(path), self.scene, requests=self.requests, **given, **changes)  # type: ignore[arg-type]

    def inputs(self) -> BundleInputs:
        """Its files."""
        return BundleInputs(self.files, self.voice)

    def only(self, *rooms: str) -> None:
        """Leave all other parts out; without the face nothing is drawn, which is much quicker."""
        for named in (self.files, self.sha256s, self.requests):
            for room in [room for room in named if room not in rooms]:
                del named[room]

    def with_formats(self, *formats: str) -> None:
        """Choose the formats."""
        self.scene = msgspec.structs.replace(self.scene, formats=formats)
