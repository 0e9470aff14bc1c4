"""What is heard of a scene: the mix of its voice and its music, made as a preview, on the one transport."""

from __future__ import annotations

import functools
from collections import OrderedDict
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from generators import artifacts
from generators.artifacts import Audio
from generators.engine.engine import Failed, Finished, Lane
from generators.engine.requests import encode_request
from generators.errors import AffectStudioError, BadArtifact
from generators.scene.plan import mix_request
from generators.scene.request import MixRequest, Scene
from studio.document.model import Take
from studio.jobs import JobCallbacks
from studio.mixer import Sounding
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.files import gather, needed_by
from studio.project import sentence
from studio.widgets.overview import envelope_of_audio

KEPT = 4
KEPT_BYTES = 512 << 20
SILENT = "scene:silent"
Levels = npt.NDArray[np.float64]


def _read(path: Path) -> Audio:
    found = artifacts.read(path)
    if not isinstance(found, Audio):
        raise BadArtifact("The engine gave something that is no sound: play the scene again.")
    return found


def _stereo(audio: Audio) -> npt.NDArray[np.float32]:
    samples = audio.samples.reshape(len(audio.samples), -1)
    return np.ascontiguousarray(samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1))


class SceneHearing(QObject):
    """Puts the scene on the transport, whatever of it is there; `levelsChanged` when it looks otherwise."""

    levelsChanged = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._request: MixRequest | None = None
        self._duration_s = 0.0
        self._key = ""
        self._sounds: OrderedDict[tuple[str, int], Sounding] = OrderedDict()
        self._levels: dict[str, Levels] = {}
        self._making: tuple[str, int] | None = None
        self._job = ""
        context.playback.outputChanged.connect(self._want_sound)

    @property
    def key(self) -> str:
        """What the transport calls the scene, "" for none."""
        return self._key

    def _name(self) -> str:
        if self._duration_s <= 0:
            return ""
        if self._request is None:
            return f"{SILENT}:{self._duration_s:.4f}"
        return f"scene:{artifacts.digest(encode_request(self._request))}"

    @property
    def is_on_transport(self) -> bool:
        """Whether the scene is what plays."""
        return bool(self.key) and self._context.playback.key == self.key

    @property
    def levels(self) -> Levels:
        """How loud the mix is over the scene: (n,) in 0..1, empty while nobody knows."""
        return self._levels.get(self.key, np.zeros(0))

    def show(self, scene: Scene, music: Take | None, *, is_empty: bool, front: bool) -> None:
        """Another scene, or another take: it goes on the transport while the panel is in `front`."""
        before = self.key
        self._duration_s = 0.0 if is_empty else scene.duration_s
        self._request = None
        if not is_empty and (music is not None or scene.voice is not None):
            try:
                self._request = mix_request(scene, music.asset_sha256 if music is not None else "")
            except AffectStudioError:  # a voice that begins after the end: said elsewhere
                self._request = None
        self._key = self._name()
        if front and self.key != before:
            self.load(keep_place=bool(before))

    def load(self, *, keep_place: bool = False) -> None:
        """Put the scene on the transport, where it stood with `keep_place`."""
        playback = self._context.playback
        if not self.key:
            playback.load("", 0.0)
            return
        position_s, was_playing = playback.position_s, playback.playing
        known = self._sounds.get((self.key, playback.sample_rate_hz))
        if keep_place and playback.key != self.key:
            playback.pause()
            playback.load(self.key, self._duration_s, known, recorded=True)
            playback.seek(min(position_s, self._duration_s))
            if was_playing:
                playback.play()
        else:
            playback.load(self.key, self._duration_s, known, recorded=True)
        self._want_sound()

    def _want_sound(self) -> None:
        playback = self._context.playback
        if not self.is_on_transport:
            return
        if self._request is None:
            playback.give_up_sound(self.key)
            if playback.wants_sound:  # silent pictures: a sound of nothing lets them run on the same clock
                frames = max(1, round(self._duration_s * playback.sample_rate_hz))
                silence = np.zeros((frames, 2), dtype=np.float32)
                playback.set_sound(self.key, Sounding.whole(self.key, silence, playback.sample_rate_hz))
            return
        place = (self.key, playback.sample_rate_hz)
        if place in self._sounds:
            self._give(place)
            return
        if place == self._making:
            return
        self._making = place
        request = msgspec.structs.replace(self._request, sample_rate_hz=place[1])
        gather(
            self._context.project,
            needed_by(request),
            functools.partial(self._submit, place, request),
            lambda error: self._no_sound(place, sentence(error)),
        )

    def _submit(self, place: tuple[str, int], request: MixRequest, inputs: dict[str, Path]) -> None:
        if place != self._making:
            return
        callbacks = JobCallbacks(functools.partial(self._mixed, place), functools.partial(self._failed, place))
        try:
            self._job = self._context.jobs.submit(
                request, "Mixing the scene", callbacks, lane=Lane.PREVIEW, panel="scene mix", inputs=inputs, quiet=True
            )
        except AffectStudioError as error:  # there is no engine
            self._no_sound(place, error.message)

    def _mixed(self, place: tuple[str, int], event: Finished) -> None:
        def done(found: tuple[npt.NDArray[np.float32], Levels]) -> None:
            self._context.jobs.release(event.job)
            self._made(place, *found)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._no_sound(place, sentence(error))

        def work() -> tuple[npt.NDArray[np.float32], Levels]:
            audio = _read(Path(event.path))
            return _stereo(audio), envelope_of_audio(audio)

        self._context.background.run(work, done, failed)

    def _made(self, place: tuple[str, int], samples: npt.NDArray[np.float32], levels: Levels) -> None:
        if place == self._making:
            self._making = None
        self._sounds[place] = Sounding.whole(place[0], samples, place[1])
        self._levels[place[0]] = levels
        while len(self._sounds) > 1 and (len(self._sounds) > KEPT or self._bytes() > KEPT_BYTES):
            gone = self._sounds.popitem(last=False)[0]
            self._levels.pop(gone[0], None)
        self._give(place)
        self.levelsChanged.emit()

    def _bytes(self) -> int:
        return sum(kept.reading.frames * 8 for kept in self._sounds.values())

    def _give(self, place: tuple[str, int]) -> None:
        self._sounds.move_to_end(place)
        if self._context.playback.sounding is not self._sounds[place]:
            self._context.playback.set_sound(place[0], self._sounds[place])

    def _failed(self, place: tuple[str, int], event: Failed) -> None:
        self._no_sound(place, "" if event.error == "Cancelled" else event.message)

    def _no_sound(self, place: tuple[str, int], text: str) -> None:
        if place == self._making:
            self._making = None
        missed = self._context.playback.wants_sound  # without a device the mix was only to be looked at
        self._context.playback.give_up_sound(place[0])
        if text and missed:
            self._context.say(Message(f"The scene plays silently. {text}", Level.WARNING, key="scene sound"))

    def forget(self) -> None:
        """Another project."""
        self._sounds.clear()
        self._levels.clear()
        self._making, self._request, self._duration_s, self._key = None, None, 0.0, ""
