"""Hearing the take in view: its sound is made when it is first shown, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject

from generators import artifacts
from generators.artifacts import Artifact, Audio
from generators.engine.engine import Failed, Finished, Lane
from generators.music.request import SynthesiseRequest
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.music.seen import Seen
from studio.panels.music.soundfont import Font, SoundFontChoice
from studio.project import sentence

KEPT_SOUNDS = 8


class Listening(QObject):
    """Puts takes on the transport, and asks the engine for their sound where there is a device to play it."""

    def __init__(
        self, context: PanelContext, panel: str, soundfont: SoundFontChoice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._soundfont = soundfont
        self._seen: Seen | None = None
        self._round = 0  # one more with each SoundFont: sounds of the one before are not kept
        soundfont.changed.connect(self._sound_again)
        self._sounds: OrderedDict[str, Audio] = OrderedDict()
        self._making: set[str] = set()
        self._play_next = False

    def load(self, seen: Seen | None) -> None:
        """Put a take on the transport, or nothing."""
        playback = self._context.playback
        self._seen = seen
        if seen is None:
            playback.load("", 0.0)
            return
        sha256 = seen.sha256
        sound = self._sounds.get(sha256)
        if sound is not None:
            self._sounds.move_to_end(sha256)
        playback.load(sha256, seen.score.duration_s, sound)
        if playback.wants_sound and sha256 not in self._making:
            self._making.add(sha256)
            number = self._round

            def found(font: Font) -> None:
                self._context.project.asset_file(
                    sha256,
                    lambda path: self._synthesise(sha256, path, font, number),
                    lambda error: self._no_sound(sha256, sentence(error)),
                )

            self._soundfont.find(found)
        if self._play_next:
            self._play_next = False
            playback.play()

    def play_next(self) -> None:
        """Play the take that is loaded next, as soon as it is."""
        self._play_next = True

    def _sound_again(self) -> None:
        """Forget every sound of the SoundFont before, and make that of the take in view anew."""
        self._round += 1
        self._sounds.clear()
        self._making.clear()
        self._context.playback.forget_sound()
        self.load(self._seen)

    def _synthesise(self, sha256: str, path: Path, font: Font, number: int) -> None:
        if number != self._round:
            return
        if self._context.playback.key != sha256:  # another take is in view by now
            self._making.discard(sha256)
            return
        rate_hz = self._context.playback.sample_rate_hz
        inputs = {sha256: path}
        if font is not None:
            inputs[font[0]] = font[1]
        request = SynthesiseRequest(sha256, rate_hz, font[0] if font is not None else "")
        callbacks = JobCallbacks(
            lambda event: self._made(sha256, event, number),
            lambda event: self._failed(sha256, event, number),
        )
        # as a preview: of takes looked through quickly only the last one is made
        self._context.jobs.submit(
            request,
            "Making it audible",
            callbacks,
            lane=Lane.PREVIEW,
            panel=self._panel,
            inputs=inputs,
            quiet=True,
        )

    def _made(self, sha256: str, event: Finished, number: int) -> None:
        def read(artifact: Artifact) -> None:
            self._context.jobs.release(event.job)
            if number != self._round:
                return
            self._making.discard(sha256)
            if isinstance(artifact, Audio):
                self._sounds[sha256] = artifact
                while len(self._sounds) > KEPT_SOUNDS:
                    self._sounds.popitem(last=False)
                self._context.playback.set_audio(sha256, artifact)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._no_sound(sha256, sentence(error))

        self._context.background.run(lambda: artifacts.read(Path(event.path)), read, failed)

    def _failed(self, sha256: str, event: Failed, number: int) -> None:
        if number != self._round:
            return
        if event.error == "Cancelled":
            self._making.discard(sha256)
            if self._context.playback.key == sha256:
                self._context.playback.give_up_sound(sha256)
            return
        self._no_sound(sha256, event.message)

    def _no_sound(self, sha256: str, message: str) -> None:
        self._making.discard(sha256)
        self._context.playback.give_up_sound(sha256)
        self._context.say(Message(f"This take plays silently. {message}", Level.WARNING))
