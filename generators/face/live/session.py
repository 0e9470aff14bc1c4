"""A voice to an avatar while it sounds: one thread takes the sound in and thinks, one sends on a steady clock.

The sound of a frame is due at its packet look-ahead + a block of sound + at most two ticks later: 112 ms for the
network, 10 for a block, and 8 on the average for the clock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from generators.errors import AffectStudioError
from generators.face.live.face import LiveFace, now_s
from generators.face.live.vmc import FRAME_RATE_HZ, SteadyClock

FloatArray = npt.NDArray[np.float32]

BLOCK_S = 0.01
_MOST_WAITING = 3
"""Frames that may wait to be sent; beyond that sound came in a burst, and the oldest are left out."""
_JOIN_S = 2.0


class Sender(Protocol):
    """What takes frames of actions: VmcSender."""

    def send(self, frame: FloatArray) -> None:
        """Send one frame (actions,)."""


@dataclass
class Timing:
    """How long after their sound frames were sent: `latencies_s`, the latest 10,000; `sent` and `left_out` in all."""

    latencies_s: deque[float] = field(default_factory=lambda: deque(maxlen=10_000))
    sent: int = 0
    left_out: int = 0

    def percentile_ms(self, share: float) -> float:
        """The latency in milliseconds that `share` (0..1) of the frames keep to; 0 before the first."""
        ordered = sorted(self.latencies_s)
        return 1000.0 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _unwatched(timing: Timing) -> None:
    """Nobody looks at the timing."""


class LiveSession:
    """Runs `face` on `blocks` of sound, and sends what it gives to `sender`.

    `blocks` are pairs: when the block's first sample sounded, by the clock `now_s`, and its samples. They come as they
    sound; `run` returns when they end or `stop` was called.
    """

    def __init__(self, face: LiveFace, sender: Sender) -> None:
        self._face, self._sender = face, sender
        self._waiting: deque[tuple[float, FloatArray]] = deque()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._finished = threading.Event()
        self._error: AffectStudioError | None = None
        self.timing = Timing()

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()

    def run(self, blocks: Iterator[tuple[float, FloatArray]], watch: Callable[[Timing], None] = _unwatched) -> Timing:
        """Listen and send until the sound ends; `watch` is called a few times a second.

        Raises:
            AffectStudioError: the sound or the network failed.
        """
        sending = threading.Thread(target=self._send, name="vmc", daemon=True)
        sending.start()
        told_s = now_s()
        began_s: float | None = None
        frames = 0
        try:
            for at_s, samples in blocks:
                if self._stopped.is_set():
                    break
                began_s = at_s if began_s is None else began_s
                made = self._face.push(samples)
                with self._lock:
                    for row in made:
                        self._waiting.append((began_s + frames / FRAME_RATE_HZ, row))
                        frames += 1
                if now_s() - told_s > 0.25:
                    told_s = now_s()
                    watch(self.timing)
        finally:
            self._finished.set()
            sending.join(_JOIN_S)
        if self._error is not None:
            raise self._error
        watch(self.timing)
        return self.timing

    def _send(self) -> None:
        clock = SteadyClock()
        last: FloatArray | None = None
        while True:
            clock.wait()
            with self._lock:
                while len(self._waiting) > _MOST_WAITING:
                    self._waiting.popleft()
                    self.timing.left_out += 1
                found = self._waiting.popleft() if self._waiting else None
            if found is None and (self._finished.is_set() or self._stopped.is_set()):
                return
            if found is not None:
                last = found[1]
            if last is None:
                continue
            try:
                self._sender.send(last)  # an avatar that hears nothing for a while goes back to rest
            except AffectStudioError as error:
                self._error = error
                self._stopped.set()
                return
            if found is not None:
                self.timing.sent += 1
                self.timing.latencies_s.append(now_s() - found[0])


def file_blocks(path: Path, clock: SteadyClock | None = None) -> Generator[tuple[float, FloatArray], None, None]:
    """A recording at 16 kHz in blocks, each given when its last sample would have sounded.

    Raises:
        BadSound: the file cannot be used.
    """
    from generators.face.features import SAMPLE_RATE_HZ
    from generators.face.sound import SoundReader

    size = round(BLOCK_S * SAMPLE_RATE_HZ)
    clock = clock or SteadyClock(1.0 / BLOCK_S)
    with SoundReader(path) as reader:
        began_s = clock.wait()
        given = 0
        held = np.zeros(0, dtype=np.float32)
        for part in reader.blocks():
            held = np.concatenate([held, part])
            while len(held) >= size:
                block, held = held[:size], held[size:]
                clock.wait()
                yield began_s + given / SAMPLE_RATE_HZ, block
                given += size
        # silence after it, so that the last frames come out
        for block in np.split(np.concatenate([held, np.zeros(size * 30 - len(held), dtype=np.float32)]), 30):
            clock.wait()
            yield began_s + given / SAMPLE_RATE_HZ, block
            given += size
