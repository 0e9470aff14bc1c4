"""A made voice: syllables of a buzzing source through moving resonances, with pauses; enough like speech."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from generators.face.model import tiny_model


def made_voice(
    seconds: float, rate_hz: int = 16_000, seed: int = 0, pitch_hz: float = 130.0
) -> npt.NDArray[np.float32]:
    """Mono samples."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    pitch = pitch_hz * 2 ** (0.25 * np.sin(2 * np.pi * 0.7 * time_s) + 0.1 * np.sin(2 * np.pi * 3.1 * time_s))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    syllable = np.clip(np.sin(2 * np.pi * 2.3 * time_s) + 0.3, 0.0, 1.0)
    syllable *= np.sin(2 * np.pi * 0.35 * time_s) > -0.6
    first, second = 500 + 250 * np.sin(2 * np.pi * 1.1 * time_s), 1500 + 600 * np.sin(2 * np.pi * 0.9 * time_s)
    sound = np.zeros(len(time_s))
    for partial in range(1, 30):
        hz = partial * pitch
        gain = sum(1.0 / (1.0 + ((hz - centre) / 120.0) ** 2) for centre in (first, second)) + 0.02
        sound += np.where(hz < 0.45 * rate_hz, gain * np.sin(partial * phase), 0.0) / partial**0.5
    sound = 0.1 * syllable * sound + 0.002 * rng.standard_normal(len(time_s))
    return sound.astype(np.float32)


def tiny_face(path: Path, seed: int = 0) -> Path:
    """Write the weights of `tiny_model(seed)` to `path`, as training would."""
    model = tiny_model(seed)
    tensors = {
        name: np.ascontiguousarray(array if ".along." in name or array.ndim < 2 else array.T)
        for name, array in model.weights.items()
    }
    save_file(tensors, path, {"facts": json.dumps({"config": model.config.as_dict()})})
    return path
