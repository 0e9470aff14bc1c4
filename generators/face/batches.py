"""What the speech network learns from: rows of augmented speech with the actions and sounds that belong to them.

A pack is a folder of shards (`shard-*.npz`) of utterances with the times of their phones. A process beside the training
draws utterances, puts them together with pauses, augments them and works out features; the training keeps the last few
thousand rows and draws its batches from them, so that neither waits for the other. numpy only.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput
from generators.face.actions import SPEECH
from generators.face.features import BANDS, FRAME_RATE_HZ, HOP, SAMPLE_RATE_HZ, WINDOW, features_of
from generators.face.phones import SILENCE
from generators.face.teacher.augment import augment
from generators.face.teacher.jali import speech_actions
from generators.face.teacher.pack import Shard, read_shard, shards_of
from generators.face.teacher.spoken import Spoken

FloatArray = npt.NDArray[np.float32]

ROW_FRAMES = 600
"""Frames of a row of training: six seconds."""
ROW_SAMPLES = int(ROW_FRAMES / FRAME_RATE_HZ * SAMPLE_RATE_HZ)
REAL_SHARE = 0.5
"""How many rows are of real speech, where there is some."""
_CLEAN_SHARE = 0.15
_LOOK_AGAIN_S = 30.0
_WAIT_S = 1.0


class Pack:
    """The utterances of a folder of shards; shards that are added or change later are found by `look_again`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, tuple[int, Shard]] = {}
        self._actions: dict[tuple[str, int, int], npt.NDArray[np.float16]] = {}
        self._places: list[tuple[str, int]] = []
        self.look_again()

    def look_again(self) -> None:
        """Read the shards that are new or changed."""
        for path in shards_of(self._folder):
            changed = path.stat().st_mtime_ns
            known = self._shards.get(path.name)
            if known is None or known[0] != changed:
                self._shards[path.name] = (changed, read_shard(path))
        self._places = [(name, index) for name, (_, shard) in self._shards.items() for index in range(len(shard))]
        self._chances = self._voice_chances()

    def _voice_chances(self) -> npt.NDArray[np.float64]:
        """The summed chances (n,) of the utterances.

        A family of voices (the synthesiser before the colon, else the voice itself) comes by the root of how many
        utterances there are of it, and in it a voice by the root of its own.
        """
        voices = [shard.voices[int(voice)] for _, shard in self._shards.values() for voice in shard.voice]
        counts = Counter(voices)
        families = [voice.partition(":")[0] for voice in voices]
        sizes = Counter(families)
        shares: dict[str, float] = defaultdict(float)
        for family, voice in zip(families, voices, strict=True):
            shares[family] += counts[voice] ** -0.5
        chances = [
            sizes[family] ** 0.5 * counts[voice] ** -0.5 / shares[family]
            for family, voice in zip(families, voices, strict=True)
        ]
        return np.cumsum(chances)

    def draw(self, rng: np.random.Generator) -> int:
        """The number of an utterance at random; voices of which there is much do not drown the others."""
        return int(np.searchsorted(self._chances, rng.random() * self._chances[-1], side="right"))

    def __len__(self) -> int:
        return len(self._places)

    @property
    def hours(self) -> float:
        """Hours of speech."""
        return sum(int(shard.bounds[-1]) for _, shard in self._shards.values()) / SAMPLE_RATE_HZ / 3600

    @property
    def voices(self) -> tuple[str, ...]:
        """Whose voices there are."""
        return tuple(sorted({voice for _, shard in self._shards.values() for voice in shard.voices}))

    def __getitem__(self, number: int) -> Spoken:
        name, index = self._places[number]
        return self._shards[name][1].utterance(index)

    def actions(self, number: int) -> FloatArray:
        """The actions (frames, SPEECH) of utterance `number`, worked out once."""
        name, index = self._places[number]
        key = (name, self._shards[name][0], index)
        if key not in self._actions:
            self._actions[key] = targets_of(self[number]).astype(np.float16)
        return self._actions[key].astype(np.float32)


def frames_of(spoken: Spoken) -> int:
    """The frames of features of an utterance."""
    return -(-len(spoken.samples) // HOP)


def sounds_of(spoken: Spoken) -> npt.NDArray[np.uint8]:
    """The phone (frames,) that sounds in each frame."""
    edges = np.append(spoken.start_s, spoken.end_s[-1:])
    places = np.searchsorted(edges, np.arange(frames_of(spoken)) / FRAME_RATE_HZ + 1e-6, side="right") - 1
    return np.asarray(spoken.phone[np.clip(places, 0, len(spoken.phone) - 1)], dtype=np.uint8)


def targets_of(spoken: Spoken) -> FloatArray:
    """The actions (frames, SPEECH) that the teacher's rules give an utterance."""
    frames = frames_of(spoken)
    padded = np.pad(spoken.samples, (WINDOW // 2, WINDOW // 2 + HOP))
    power = np.lib.stride_tricks.sliding_window_view(np.square(padded), WINDOW)[: frames * HOP : HOP].mean(axis=1)
    loudness_db = 10.0 * np.log10(power + 1e-8)
    duration_s = frames / FRAME_RATE_HZ
    return speech_actions(
        spoken.phone, spoken.start_s, spoken.end_s, duration_s, FRAME_RATE_HZ, loudness_db, spoken.stress
    )


@dataclass(frozen=True, eq=False)
class Row:
    """A row of training: `features` (ROW_FRAMES, BANDS), `actions` (ROW_FRAMES, SPEECH), `sounds` (ROW_FRAMES,)."""

    features: npt.NDArray[np.float16]
    actions: npt.NDArray[np.float16]
    sounds: npt.NDArray[np.uint8]

    def to_bytes(self) -> bytes:
        """The row for a pipe."""
        return self.features.tobytes() + self.actions.tobytes() + self.sounds.tobytes()

    @classmethod
    def of_bytes(cls, data: bytes) -> Row:
        """The row that `to_bytes` gave."""
        first, second = 2 * ROW_FRAMES * BANDS, 2 * ROW_FRAMES * (BANDS + len(SPEECH))
        return cls(
            np.frombuffer(data[:first], dtype=np.float16).reshape(ROW_FRAMES, BANDS),
            np.frombuffer(data[first:second], dtype=np.float16).reshape(ROW_FRAMES, len(SPEECH)),
            np.frombuffer(data[second:], dtype=np.uint8),
        )


def draw_row(pack: Pack, rng: np.random.Generator, *, is_augmented: bool = True) -> Row:
    """Utterances of `pack` one after the other with pauses between, begun and ended anywhere."""
    samples = np.zeros(ROW_SAMPLES, dtype=np.float32)
    actions = np.zeros((ROW_FRAMES, len(SPEECH)), dtype=np.float32)
    sounds = np.full(ROW_FRAMES, SILENCE, dtype=np.uint8)
    frame = -int(rng.integers(0, ROW_FRAMES // 2)) if rng.random() < 0.5 else int(rng.exponential(25))
    while frame < ROW_FRAMES:
        number = pack.draw(rng)
        spoken = pack[number]
        length = len(spoken.samples) // HOP
        skipped = max(0, -frame)
        if skipped < length:
            count = min(length - skipped, ROW_FRAMES - frame - skipped)
            begin = frame + skipped
            loud = spoken.samples[skipped * HOP : (skipped + count) * HOP]
            samples[begin * HOP : (begin + count) * HOP] = loud
            actions[begin : begin + count] = pack.actions(number)[skipped : skipped + count]
            sounds[begin : begin + count] = sounds_of(spoken)[skipped : skipped + count]
        frame += length + int(rng.exponential(40) if rng.random() < 0.7 else rng.integers(60, 250))
    if is_augmented and rng.random() > _CLEAN_SHARE:
        samples = augment(samples, rng)
    elif is_augmented:
        samples = samples * np.float32(10.0 ** rng.uniform(-1.0, 0.1))
    return Row(features_of(samples).astype(np.float16), actions.astype(np.float16), sounds)


def _draw_for_ever(pipe: Connection, data: Path, real: Path | None, seed: int) -> None:
    """Send rows until the other end is closed."""
    with contextlib.suppress(AttributeError, OSError):  # Windows has no nice
        os.nice(5)
    rng = np.random.default_rng(seed)
    made, spoken = Pack(data), Pack(real) if real is not None else None
    looked_s = time.monotonic()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        while True:
            if time.monotonic() - looked_s > _LOOK_AGAIN_S:
                made.look_again()
                if spoken is not None:
                    spoken.look_again()
                looked_s = time.monotonic()
            is_real = spoken is not None and len(spoken) > 0 and rng.random() < REAL_SHARE
            pipe.send_bytes(draw_row(spoken if is_real and spoken is not None else made, rng).to_bytes())


class Reservoir:
    """The last `size` rows of processes that draw beside the training. Use it in a `with` block, which ends them."""

    def __init__(self, data: Path, real: Path | None, *, seed: int, size: int = 4000, workers: int = 1) -> None:
        self._arrived: queue.Queue[bytes] = queue.Queue(maxsize=256)
        self._features = np.zeros((size, ROW_FRAMES, BANDS), dtype=np.float16)
        self._actions = np.zeros((size, ROW_FRAMES, len(SPEECH)), dtype=np.float16)
        self._sounds = np.zeros((size, ROW_FRAMES), dtype=np.uint8)
        self.drawn = 0
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            worker_seed = 1_000 * seed + number
            process = context.Process(target=_draw_for_ever, args=(theirs, data, real, worker_seed), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
            threading.Thread(target=self._receive, args=(ours,), daemon=True).start()

    def _receive(self, pipe: Connection) -> None:
        """Take rows from one process as fast as they come; a thread's work, until its pipe is closed."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._arrived.put(pipe.recv_bytes())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()
        with contextlib.suppress(queue.Empty):  # a thread may wait for room
            while True:
                self._arrived.get_nowait()
        for pipe in self._pipes:
            pipe.close()

    def take_in(self, at_least: int = 0) -> None:
        """Take the rows that are ready, and wait until there have been `at_least` so many in all.

        Raises:
            BadInput: the processes that draw have ended, because the data cannot be used.
        """
        while True:
            is_waiting = self.drawn < at_least
            try:
                row = Row.of_bytes(self._arrived.get(block=is_waiting, timeout=_WAIT_S))
            except queue.Empty:
                if not is_waiting:
                    return
                if not any(process.is_alive() for process in self._processes):
                    raise BadInput("No speech could be drawn from the data: see above what is wrong with it.") from None
                continue
            place = self.drawn % len(self._sounds)
            self._features[place], self._actions[place], self._sounds[place] = row.features, row.actions, row.sounds
            self.drawn += 1

    def batch(self, rng: np.random.Generator, rows: int) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
        """Some rows at random: features, actions and sounds, the features with bands damped and noise."""
        chosen = rng.integers(min(self.drawn, len(self._sounds)), size=rows)
        features = self._features[chosen].astype(np.float32)
        for row in features:
            _disturb(row, rng)
        return features, self._actions[chosen].astype(np.float32), self._sounds[chosen].astype(np.int64)


def _disturb(features: FloatArray, rng: np.random.Generator) -> None:
    """Change features in place: a tilted spectrum, another level, missing bands.

    Source: Park et al., "SpecAugment", 2019, for the missing bands.
    """
    tilt = rng.normal(0.0, 0.12) * np.linspace(-1, 1, BANDS) + rng.normal(0.0, 0.08)
    heard = features > 0
    features += tilt.astype(np.float32)
    features *= heard
    np.clip(features, 0.0, 3.0, out=features)
    for _ in range(int(rng.integers(0, 3))):
        width = int(rng.integers(1, 9))
        begin = int(rng.integers(0, BANDS - width))
        features[:, begin : begin + width] = 0.0
