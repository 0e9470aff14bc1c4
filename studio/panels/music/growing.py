"""A take that is still being written: seen and heard while it grows, bar by bar."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators import artifacts
from generators.artifacts import Audio, Score
from generators.engine.engine import Previewed
from generators.errors import BadArtifact
from studio.output import stereo
from studio.panel import PanelContext, Timeline
from studio.panels.music.composing import Composing
from studio.panels.music.listening import beats_of
from studio.panels.music.seen import timeline_of
from studio.panels.music.sound_maker import SoundMaker, Wanted


@dataclass(frozen=True, eq=False)
class Grown:
    """A take as far as it is written: `score` holds whole bars, in the file `path` with this SHA-256."""

    score: Score
    sha256: str
    path: Path


def read_grown(path: Path) -> Grown:
    """The growing score in the file `path`.

    Raises:
        BadArtifact: it is damaged, or no score.
    """
    data = path.read_bytes()
    score = artifacts.unpack(data)
    if not isinstance(score, Score):
        raise BadArtifact("A take that is being written is a score: update the engine.")
    return Grown(score, artifacts.digest(data), path)


def stretched(score: Score, bars: int) -> Score:
    """`score` as long as `bars` bars: what is not written yet is empty."""
    known = score.bar_ticks()
    missing = bars - (len(known) - 1)
    step = int(known[-1] - known[-2])
    return artifacts.replace(score, length=int(known[-1]) + max(0, missing) * step)


class Growing(QObject):
    """Watches one job that composes: `grew` with each new bar, `ended` when it is over without a take.

    The sound is made passage by passage, each once: what has been heard does not change any more. A composer that goes
    over the bars again shows them changed; the exact sound of the finished take brings that to the ear.
    """

    grew = Signal()
    ended = Signal()

    def __init__(
        self, context: PanelContext, composing: Composing, maker: SoundMaker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._composing = composing
        self._maker = maker
        self._job = ""
        self._bars = 0
        self._aloud = False
        self._grown: Grown | None = None
        self._previews = 0
        self._newest = 0
        self._shown: Score | None = None
        self._made_frames = 0
        self._making = False
        composing.previewed.connect(self._previewed)
        composing.changed.connect(self._look)
        maker.restarted.connect(self._anew)
        context.playback.tempoChanged.connect(lambda _factor: self._anew())
        context.playback.outputChanged.connect(self._anew)

    @property
    def job(self) -> str:
        """The job that is watched, "" for none."""
        return self._job

    @property
    def score(self) -> Score | None:
        """What is written so far, as long as the whole will be; None before the first bar."""
        return self._shown

    @property
    def timeline(self) -> Timeline:
        """The same over time."""
        return timeline_of(self._job, self._shown) if self._shown is not None else Timeline()

    def watch(self, job: str, bars: int, *, aloud: bool) -> None:
        """Follow this job, whose take will have this many bars; `aloud`: play as soon as something can be heard."""
        self.leave()
        self._job, self._bars, self._aloud = job, bars, aloud

    def leave(self) -> None:
        """Follow nothing any more."""
        self._job, self._grown, self._shown = "", None, None
        self._made_frames, self._making, self._newest = 0, False, self._previews

    def _look(self) -> None:
        """End with a job that was cancelled or failed: its take is not kept, and neither is what was heard of it."""
        pending = {one.job for one in self._composing.pending}
        if self._job and self._job not in pending and not self._composing.is_stored(self._job):
            was_seen = self._shown is not None
            job = self._job
            self.leave()
            if self._context.playback.key == job:
                self._context.playback.load("", 0.0)
            if was_seen:
                self.ended.emit()

    def _previewed(self, event: Previewed) -> None:
        if event.job != self._job or event.kind != Score.KIND:
            return
        job = event.job
        self._previews += 1
        number = self._previews
        self._context.background.run(lambda: read_grown(Path(event.path)), lambda grown: self._take(job, number, grown))

    def _take(self, job: str, number: int, grown: Grown) -> None:
        if job != self._job or number <= self._newest:  # files are read side by side, and may be ready out of order
            return
        self._newest = number
        if self._grown is not None and grown.score.length <= self._grown.score.length:
            self._shown = stretched(grown.score, self._bars)  # bars were written anew: seen at once, heard at the end
            self.grew.emit()
            return
        playback = self._context.playback
        first = self._grown is None
        self._grown = grown
        self._shown = stretched(grown.score, self._bars)
        if first:
            playback.pause()
            playback.begin_growing(job)
            if self._aloud:
                playback.play()
        playback.set_beats(*beats_of(self.timeline))
        if playback.wants_sound or playback.sounding is not None:
            self._go_on()
        else:
            playback.grow(job, grown.score.duration_s, grown.score, None)
        self.grew.emit()

    def _anew(self) -> None:
        """The tempo, the SoundFont or the output is another: all that is written so far is made audible again."""
        self._made_frames, self._making = 0, False
        grown = self._grown
        playback = self._context.playback
        if grown is None or playback.key != self._job:
            return
        if playback.midi is not None:
            playback.grow(self._job, grown.score.duration_s, grown.score, None)
        else:
            self._go_on()

    def _go_on(self) -> None:
        """Make the sound of what was written since; one passage at a time."""
        grown, playback = self._grown, self._context.playback
        if grown is None or self._making or playback.key != self._job:
            return
        job, tempo = self._job, playback.tempo
        begin = self._made_frames
        end = round(grown.score.duration_s / tempo * playback.sample_rate_hz)
        if end <= begin:
            return
        self._making = True

        def current() -> bool:
            return self._job == job and self._made_frames == begin and playback.tempo == tempo

        def made(audio: Audio) -> None:
            if not current():
                return
            self._making = False
            self._made_frames = end
            playback.grow(job, grown.score.duration_s, grown.score, stereo(audio), tempo)
            self._go_on()

        def failed(_message: str) -> None:
            if current():  # the next bar tries again; the finished take says what is wrong
                self._making = False
                playback.give_up_sound(job)

        wanted = Wanted(grown.sha256, tempo, (), (begin, end))
        self._maker.make(wanted, made, failed, path=grown.path, queue="growing")
