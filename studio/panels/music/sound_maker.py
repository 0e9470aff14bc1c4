"""Asks the engine for sound: of a take, of some of its tracks, or of a passage of one that is still being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators import artifacts
from generators.artifacts import Artifact, Audio
from generators.engine.engine import Failed, Finished, Lane
from generators.errors import BadArtifact
from generators.music.request import SynthesiseRequest
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.music.soundfont import Font, SoundFontChoice
from studio.project import sentence

STOPPED = ""
"""What `failed` is told when the making was stopped, or another one took its place: there is nothing to say."""


@dataclass(frozen=True)
class Wanted:
    """A sound to be made: of which score, how fast, of which tracks (() for all) and frames (None for all)."""

    sha256: str
    tempo: float = 1.0
    tracks: tuple[int, ...] = ()
    frames: tuple[int, int] | None = None


class SoundMaker(QObject):
    """Makes sounds with the chosen SoundFont; `restarted` when another one was chosen and all have to be made anew.

    Of the sounds asked for with the same `queue` only the newest is made: takes may be looked through quickly.
    """

    restarted = Signal()

    def __init__(
        self, context: PanelContext, panel: str, soundfont: SoundFontChoice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._soundfont = soundfont
        self._round = 0  # one more with each SoundFont: sounds of the one before are not told
        soundfont.changed.connect(self._restart)

    def _restart(self) -> None:
        self._round += 1
        self.restarted.emit()

    def make(
        self,
        wanted: Wanted,
        done: Callable[[Audio], None],
        failed: Callable[[str], None],
        *,
        path: Path | None = None,
        queue: str = "",
        still: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make `wanted` and call `done`, or `failed` with a sentence (or STOPPED).

        `path` is the file of the score, None for one of the document. Before it goes to the engine `still` is asked
        whether it is needed yet.
        """
        number = self._round

        def found(font: Font) -> None:
            if path is not None:
                submit(path, font)
            else:
                self._context.project.asset_file(
                    wanted.sha256, lambda known: submit(known, font), lambda error: ended(sentence(error))
                )

        def ended(message: str) -> None:
            if number == self._round:
                failed(message)

        def submit(source: Path, font: Font) -> None:
            if number != self._round:
                return
            if not still():
                failed(STOPPED)
                return
            inputs = {wanted.sha256: source}
            if font is not None:
                inputs[font[0]] = font[1]
            request = SynthesiseRequest(
                wanted.sha256,
                self._context.playback.sample_rate_hz,
                font[0] if font is not None else "",
                wanted.tempo,
                wanted.tracks,
                wanted.frames,
            )
            callbacks = JobCallbacks(read, refused)
            self._context.jobs.submit(
                request,
                "Making it audible",
                callbacks,
                lane=Lane.PREVIEW,
                panel=f"{self._panel} {queue}".strip(),
                inputs=inputs,
                quiet=True,
            )

        def read(event: Finished) -> None:
            def made(artifact: Artifact) -> None:
                self._context.jobs.release(event.job)
                if number == self._round and isinstance(artifact, Audio):
                    done(artifact)

            def unreadable(error: BaseException) -> None:
                self._context.jobs.release(event.job)
                ended(sentence(error))

            self._context.background.run(lambda: _read_audio(Path(event.path)), made, unreadable)

        def refused(event: Failed) -> None:
            ended(STOPPED if event.error == "Cancelled" else event.message)

        self._soundfont.find(found)


def _read_audio(path: Path) -> Artifact:
    artifact = artifacts.read(path)
    if not isinstance(artifact, Audio):
        raise BadArtifact("The engine gave something that is no sound: play the take again.")
    return artifact
