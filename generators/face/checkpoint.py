"""Saving and loading the speech network: safetensors with JSON metadata, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators.errors import ModelMissing
from generators.face.config import NetworkConfig
from generators.face.network import Network
from generators.runtime.training_files import (
    Optimisers,
    halved,
    read_tensors,
    run_tensors,
    take_up,
    weights_in,
    write_tensors,
)

_AVERAGE = "average."


class Average:
    """The mean of a network's weights over several moments of its training.

    Source: Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018.
    """

    def __init__(self) -> None:
        self.weights: dict[str, Tensor] = {}
        self.moments = 0

    def add(self, network: Network) -> None:
        """Take in the weights as they are now."""
        self.moments += 1
        for name, tensor in network.state_dict().items():
            mean = self.weights.setdefault(name, torch.zeros_like(tensor))
            mean += (tensor - mean) / self.moments

    def network_of(self, network: Network) -> Network:
        """A network like `network` with the mean weights; itself where nothing was taken in."""
        if not self.moments:
            return network
        found = Network(network.config).to(next(network.parameters()).device)
        found.load_state_dict(self.weights)
        return found


def save_run(
    path: Path, network: Network, optimisers: Optimisers, facts: Mapping[str, Any], average: Average | None = None
) -> None:
    """Write all that is needed to go on training: weights, their average, the optimisers' moments, and `facts`."""
    average = average or Average()
    tensors = run_tensors(network, optimisers)
    tensors |= {f"{_AVERAGE}{name}": tensor for name, tensor in average.weights.items()}
    facts = {**facts, "averaged": average.moments}
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_run(path: Path, network: Network, optimisers: Optimisers, average: Average | None = None) -> dict[str, Any]:
    """Take up the run saved in `path`: fills `network`, `optimisers` and `average`, returns the facts.

    Raises:
        ModelMissing: it is no run, or one of a network of another size.
    """
    tensors, facts = read_tensors(path)
    take_up(path, tensors, network, optimisers)
    if average is not None:
        average.moments = int(facts.get("averaged", 0))
        average.weights = {n.removeprefix(_AVERAGE): t for n, t in tensors.items() if n.startswith(_AVERAGE)}
    return facts


def export(path: Path, network: Network, facts: Mapping[str, Any]) -> None:
    """Write the weights alone, in half precision, with `facts`."""
    write_tensors(path, halved(network), {**facts, "config": network.config.as_dict()})


def load_network(path: Path) -> tuple[Network, dict[str, Any]]:
    """The network in a file of `export` or `save_run` (cast to float32), and its facts.

    Raises:
        ModelMissing: it is no weight file of this version's network.
    """
    tensors, facts = read_tensors(path)
    try:
        network = Network(NetworkConfig.of(facts["config"]))
        network.load_state_dict(weights_in(tensors, (_AVERAGE,)))
    except (KeyError, TypeError, RuntimeError) as error:
        raise ModelMissing(f"{path} holds weights of another network than this version's.") from error
    return network.eval(), facts
