"""A weight file of the real architecture at a very small size."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from generators.music.model import tiny_model


def tiny_file(path: Path, seed: int = 0) -> Path:
    """Write the weights of `tiny_model(seed)` to `path`, as training would."""
    model = tiny_model(seed)
    ranks = {
        "ranks.quantiles": model.quantiles,
        "ranks.feature_quantiles": model.feature_quantiles,
        "ranks.bank": model.bank,
        "ranks.bank_features": model.bank_features,
        "ranks.bank_key": model.bank_key,
        "ranks.bank_metre": model.bank_metre,
    }
    facts = {**model.facts, "config": model.config.as_dict()}
    tensors = {name: np.ascontiguousarray(array) for name, array in {**model.weights, **ranks}.items()}
    save_file(tensors, path, {"facts": json.dumps(facts)})
    return path
