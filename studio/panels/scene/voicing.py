"""The voice of a scene: a recording is listened to, and becomes the scene's voice and a line of the face panel."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.artifacts import Artifact, Voice
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.errors import AffectStudioError, BadArtifact
from generators.face.request import ListenRequest
from generators.scene.proposing import mended
from generators.scene.request import SceneVoice
from studio.document.model import SetPanelState
from studio.face_lines import FaceState, Line, decode_state, encode_state
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.keying import is_empty
from studio.panels.scene.state import SceneState
from studio.project import sentence
from studio.take_changes import free_name
from studio.voices import FILTERS, VoiceFile, examine, plain_name

BINS = 1_200


def levels_of(voice: Voice, bins: int = BINS) -> npt.NDArray[np.float64]:
    """How loud a voice is over its length: (bins,) in 0..1."""
    if not len(voice.peaks):
        return np.zeros(bins)
    loud = np.abs(voice.peaks.astype(np.float64)).max(axis=1)
    edges = np.linspace(0, len(loud), bins, endpoint=False).astype(int)
    levels = np.maximum.reduceat(loud, edges)
    return np.asarray(levels / max(float(levels.max()), 1.0))


def _voice_in(artifact: Artifact) -> Voice:
    if not isinstance(artifact, Voice):
        raise BadArtifact("What was heard in this voice cannot be read: choose the voice again.")
    return artifact


class Voicing(QObject):
    """Opens voices for the scene.

    `keep` stores another state of the scene panel with assets: (state, assets, key of the step, what then).
    `progressed` carries how far listening is and words, None when there is nothing to hear; `heard` comes when what was
    heard in the scene's voice is there, or no longer.
    """

    progressed = Signal(object, str)
    heard = Signal()
    begun = Signal(str)  # a scene began with a voice: the key of that step of undo

    def __init__(
        self,
        context: PanelContext,
        state: Callable[[], SceneState],
        keep: Callable[..., None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._state = state
        self._keep = keep
        self._job = ""
        self._shown = ""  # the hash of what was heard that is shown, or on its way
        self._voice: Voice | None = None

    @property
    def voice(self) -> Voice | None:
        """What was heard in the scene's voice, as soon as it is read."""
        return self._voice

    @property
    def has_line(self) -> bool:
        """Whether the face panel has a line in view that could be taken."""
        return self._face().shown is not None

    # -- choosing ------------------------------------------------------------------------------------------------------

    def ask(self, parent: QWidget | None) -> None:
        """Ask for a recording and take it."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Open a voice for the scene", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open(path)

    def open(self, path: Path) -> None:
        """Take the recording in a file as the voice of the scene."""
        self.cancel()
        document = self._context.project.document
        self.progressed.emit(0.0, f"Listening to {plain_name(path.name)}")

        def found(voice: VoiceFile) -> None:
            if document is self._context.project.document:
                self._listen(voice)

        self._context.background.run(functools.partial(examine, path), found, self._refuse)

    def take_line(self, identity: str = "") -> None:
        """Take a line of the face panel, the one in view there where none is named."""
        line = self._face().line(identity) if identity else self._face().shown
        if line is None:
            self._context.say(Message("The Face panel has no line yet: open a recording.", Level.WARNING, key="voice"))
            return
        self._set(SceneVoice(line.voice_sha256, line.name, line.duration_s), line.heard_sha256)

    def remove(self) -> None:
        """Let nobody speak."""
        state = self._state()
        scene = state.scene
        # without a voice the scene would shrink to its last keyframe
        asked_s = scene.asked_s or scene.duration_s
        scene = msgspec.structs.replace(scene, voice=None, asked_s=asked_s)
        self._keep(msgspec.structs.replace(state, scene=scene, heard_sha256=""), {}, "")

    def _face(self) -> FaceState:
        return decode_state(self._context.project.state.panel_states.get("face", "{}"))

    def _set(self, voice: SceneVoice, heard_sha256: str, **stored: object) -> None:
        state = self._state()
        scene = state.scene
        begins = is_empty(scene)
        before = scene.voice
        start_s = before.start_s if before is not None and before.start_s < voice.duration_s else 0.0
        voice = msgspec.structs.replace(voice, start_s=start_s)
        asked_s = scene.asked_s if scene.asked_s > start_s + voice.duration_s else 0.0
        scene = msgspec.structs.replace(scene, voice=voice, asked_s=asked_s)
        curve, told = mended(scene.timeline.keys, scene.duration_s)
        scene = msgspec.structs.replace(scene, timeline=curve)
        if told:
            self._context.say(Message(f"{' '.join(told)} Undo brings it back.", Level.INFO, key="scene mended"))
        after = msgspec.structs.replace(state, scene=scene, heard_sha256=heard_sha256)
        step = str(stored.get("step", "")) or f"scene:voice:{secrets.token_hex(4)}"
        done = stored.get("done")

        def then() -> None:
            if callable(done):
                done()
            if begins:
                self.begun.emit(step)

        self._keep(after, stored.get("assets", {}), step, then)

    # -- listening -----------------------------------------------------------------------------------------------------

    def _listen(self, voice: VoiceFile) -> None:
        known = next((line for line in self._face().lines if line.voice_sha256 == voice.sha256), None)
        if known is not None and known.heard_sha256:
            self.progressed.emit(None, "")
            self._set(SceneVoice(voice.sha256, known.name, known.duration_s), known.heard_sha256)
            return
        self._submit(voice.sha256, voice.path, voice.name, functools.partial(self._store, voice))

    def _submit(self, sha256: str, path: Path, name: str, finished: Callable[[Finished], None]) -> None:
        words = f"Listening to {name}"

        def progressed(event: Progressed) -> None:
            self.progressed.emit(min(1.0, event.done / event.total) if event.total > 0 else 0.0, words)

        def ended(event: Finished) -> None:
            self._job = ""
            self.progressed.emit(None, "")
            finished(event)

        def failed(event: Failed) -> None:
            self._job = ""
            self.progressed.emit(None, "")
            if event.error != "Cancelled":
                self._context.say(Message(event.message, Level.ERROR, key="voice"))

        try:
            self._job = self._context.jobs.submit(
                ListenRequest(sha256), words, JobCallbacks(ended, failed, progressed),
                lane=Lane.TAKE, panel="scene", inputs={sha256: path}, quiet=True,
            )  # fmt: skip
        except AffectStudioError as error:  # there is no engine
            self.progressed.emit(None, "")
            self._context.say(Message(error.message, Level.ERROR, key="voice"))

    def _store(self, voice: VoiceFile, event: Finished) -> None:
        face = self._face()
        line = Line(
            id=secrets.token_hex(8),
            name=free_name(voice.name, {line.name for line in face.lines}),
            voice_sha256=voice.sha256,
            heard_sha256=event.sha256,
            source=plain_name(voice.path.name),
            duration_s=voice.duration_s,
        )
        step = f"scene:voice:{line.id}"

        def stored() -> None:
            self._context.jobs.release(event.job)
            self._context.project.perform(
                SetPanelState("face", encode_state(self._face().with_lines([line]))), merge=step
            )

        assets = {voice.sha256: voice.path, event.sha256: Path(event.path)}
        self._set(
            SceneVoice(voice.sha256, line.name, voice.duration_s), event.sha256, assets=assets, step=step, done=stored
        )

    def ensure_line(self, then: Callable[[], object]) -> None:
        """Do `then` once the voice of the scene is a line of the face panel: a project from elsewhere may lack it."""
        voice, state = self._state().scene.voice, self._state()
        if voice is None or any(line.voice_sha256 == voice.sha256 for line in self._face().lines):
            then()
            return

        def add(heard_sha256: str, assets: dict[str, bytes | Path], job: str) -> None:
            line = Line(
                secrets.token_hex(8), voice.name or "voice", voice.sha256, heard_sha256, duration_s=voice.duration_s
            )
            text = encode_state(self._face().with_lines([line]))

            def stored(_state: object) -> None:
                if job:
                    self._context.jobs.release(job)
                then()

            self._context.project.perform(SetPanelState("face", text), assets, done=stored)

        if state.heard_sha256:
            add(state.heard_sha256, {}, "")
            return
        self._context.project.asset_file(
            voice.sha256,
            lambda path: self._submit(
                voice.sha256, path, voice.name or "the voice",
                lambda event: add(event.sha256, {event.sha256: Path(event.path)}, event.job),
            ),
            self._refuse,
        )  # fmt: skip

    def cancel(self) -> None:
        """Listen no more."""
        if self._job:
            self._context.jobs.cancel(self._job)

    def _refuse(self, error: BaseException) -> None:
        self.progressed.emit(None, "")
        self._context.say(Message(sentence(error), Level.ERROR, key="voice"))

    # -- what was heard ------------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Bring what was heard in the scene's voice."""
        state = self._state()
        voice = state.scene.voice
        wanted = state.heard_sha256 if voice is not None else ""
        if voice is not None and not wanted:
            known = next((line for line in self._face().lines if line.voice_sha256 == voice.sha256), None)
            wanted = known.heard_sha256 if known is not None else ""
        if wanted == self._shown:
            return
        self._shown, self._voice = wanted, None
        self.heard.emit()
        if not wanted:
            return

        def done(found: Voice) -> None:
            if wanted == self._shown:
                self._voice = found
                self.heard.emit()

        self._context.project.examine(wanted, _voice_in, done, self._refuse)

    def forget(self) -> None:
        """Another project."""
        self.cancel()
        self._shown, self._voice = "", None
