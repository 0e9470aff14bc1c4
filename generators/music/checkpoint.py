"""Saving and loading networks: safetensors with JSON metadata, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generators.errors import ModelMissing
from generators.music.config import NetworkConfig
from generators.music.network import Network
from generators.runtime.training_files import (
    Optimisers,
    halved,
    read_tensors,
    run_tensors,
    take_up,
    weights_in,
    write_tensors,
)

_RANKS = "ranks."


def save_run(path: Path, network: Network, optimisers: Optimisers, facts: Mapping[str, Any]) -> None:
    """Write all that is needed to go on training: weights, the optimisers' moments, and `facts`."""
    write_tensors(path, run_tensors(network, optimisers), {**facts, "config": network.config.as_dict()})


def load_run(path: Path, network: Network, optimisers: Optimisers) -> dict[str, Any]:
    """Take up the run saved in `path`: fills `network` and `optimisers`, returns the facts.

    Raises:
        ModelMissing: it is no run, or one of a network of another size.
    """
    tensors, facts = read_tensors(path)
    take_up(path, tensors, network, optimisers)
    return facts


def export(path: Path, network: Network, ranks: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Write the weights alone, in half precision, with the `ranks` of the data (see ranks.py) and `facts`."""
    tensors = halved(network) | {name: torch.from_numpy(array) for name, array in ranks.items()}
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_network(path: Path) -> tuple[Network, dict[str, Any]]:
    """The network in a file of `export` or `save_run` (cast to float32), and its facts.

    Raises:
        ModelMissing: it is no weight file of this version's network.
    """
    tensors, facts = read_tensors(path)
    try:
        network = Network(NetworkConfig(**facts["config"]))
        network.load_state_dict(weights_in(tensors, (_RANKS,)))
    except (KeyError, TypeError, RuntimeError) as error:
        raise ModelMissing(f"{path} holds weights of another network than this version's.") from error
    return network.eval(), facts


def load_ranks(path: Path) -> dict[str, np.ndarray]:
    """The ranks (see ranks.py) in a file of `export`."""
    tensors, _ = read_tensors(path)
    return {name: tensor.numpy() for name, tensor in tensors.items() if name.startswith(_RANKS)}
