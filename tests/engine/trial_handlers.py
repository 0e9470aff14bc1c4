"""Cheap jobs for a real worker process; `attributes` of a ComposeRequest says what happens in it."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

import numpy as np

from generators.artifacts import Score
from generators.engine.context import JobContext, Made, Outcome, Registry
from generators.engine.handlers import HANDLERS
from generators.errors import BadRequest
from generators.music.request import ComposeRequest
from generators.progress import Progress
from generators.runtime.spec import Device, ModelSpec


def score_of(seed: int, note_count: int = 4) -> Score:
    pitches = np.random.default_rng(seed).integers(40, 80, note_count)
    ones = np.ones(note_count)
    return Score(np.arange(note_count) * 480, ones * 480, pitches, ones * 80, ones * 0)


def load(path: Path, device: Device, progress: Progress) -> object:
    steps = int(os.environ.get("TRIAL_LOAD_STEPS", "1"))
    for step in range(steps):
        progress(step, steps, "loading")
        time.sleep(0.01)
    return path.read_bytes()


SPEC = ModelSpec("trial", "music", load, lambda seed: b"", devices=("cpu",))


def compose(request: ComposeRequest, context: JobContext) -> Outcome:
    asked = request.attributes
    if "refuse" in asked:
        raise BadRequest("This cannot be done: ask for something else.")
    if "defect" in asked:
        raise ZeroDivisionError("a defect")
    if "out_of_memory" in asked:
        raise MemoryError
    if "nested_only_alone" in asked and Path(os.environ["TRIAL_FLAG"]).exists():
        raise MemoryError
    if "hold_s" in asked:  # as reading a large native library does: no other Python thread runs meanwhile
        ctypes.PyDLL(None).sleep(int(asked["hold_s"]))
    step_s = asked.get("step_s", 0.0)
    for note in ("sampling", "decoding"):
        steps = int(asked.get(note, 1))
        if note == "decoding" and "hold_late_s" in asked:
            ctypes.PyDLL(None).sleep(int(asked["hold_late_s"]))
        with context.models.lease("trial", context.progress):
            for step in range(steps):
                context.progress(step, steps, note)
                time.sleep(step_s)
                if "preview" in asked and step == 0:
                    context.preview(score_of(request.seed, 1))
    if "flag" in asked:  # from here on the other job fits
        Path(os.environ["TRIAL_FLAG"]).unlink()
    if "die" in asked:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang" in asked:
        os.kill(os.getpid(), signal.SIGSTOP)
    return Made(score_of(request.seed), {"request": "x"}, {"seed": str(request.seed)})


REGISTRY = Registry({**HANDLERS, ComposeRequest: compose}, lambda: (SPEC,))
