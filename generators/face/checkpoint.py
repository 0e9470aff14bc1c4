"""Saving and loading the speech network: safetensors with JSON metadata, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators.errors import ModelMissing
from generators.face.config import NetworkConfig
from generators.face.network import Network

Optimisers = Sequence[torch.optim.Optimizer]


def write_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write `tensors` and JSON `facts` to `path` through a temporary file."""
    from safetensors.torch import save

    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(save(whole, {"facts": json.dumps(facts, sort_keys=True)}))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts in `path`.

    Raises:
        ModelMissing: there is no such file, or it is no weight file of ours.
    """
    from safetensors import safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118 - not a mapping
    except Exception as error:
        raise ModelMissing(f"{path} is not a weight file of the face model: choose another one.") from error


def _names(network: Network, optimisers: Optimisers) -> Iterator[tuple[torch.optim.Optimizer, list[str]]]:
    """Each optimiser with the names of its parameters in its own order."""
    known = {id(parameter): name for name, parameter in network.named_parameters()}
    for optimiser in optimisers:
        yield optimiser, [known[id(each)] for group in optimiser.param_groups for each in group["params"]]


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
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    average = average or Average()
    tensors |= {f"average.{name}": tensor for name, tensor in average.weights.items()}
    facts = {**facts, "averaged": average.moments}
    for optimiser, names in _names(network, optimisers):
        for index, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimiser.{names[index]}/{key}"] = torch.as_tensor(value)
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_run(path: Path, network: Network, optimisers: Optimisers, average: Average | None = None) -> dict[str, Any]:
    """Take up the run saved in `path`: fills `network`, `optimisers` and `average`, returns the facts.

    Raises:
        ModelMissing: it is no run, or one of a network of another size.
    """
    tensors, facts = read_tensors(path)
    try:
        network.load_state_dict({n.removeprefix("network."): t for n, t in tensors.items() if n.startswith("network.")})
    except RuntimeError as error:
        raise ModelMissing(f"{path} is a run of another network: choose another folder, or its own sizes.") from error
    if average is not None:
        average.moments = int(facts.get("averaged", 0))
        average.weights = {n.removeprefix("average."): t for n, t in tensors.items() if n.startswith("average.")}
    for optimiser, names in _names(network, optimisers):
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            parameter, _, key = name.removeprefix("optimiser.").rpartition("/")
            if name.startswith("optimiser.") and parameter in names:
                state.setdefault(names.index(parameter), {})[key] = tensor
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return facts


def export(path: Path, network: Network, facts: Mapping[str, Any]) -> None:
    """Write the weights alone, in half precision, with `facts`."""
    tensors = {name: tensor.to(torch.float16) for name, tensor in network.state_dict().items()}
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_network(path: Path) -> tuple[Network, dict[str, Any]]:
    """The network in a file of `export` or `save_run` (cast to float32), and its facts.

    Raises:
        ModelMissing: it is no weight file of this version's network.
    """
    tensors, facts = read_tensors(path)
    weights = {
        n.removeprefix("network."): t.float()
        for n, t in tensors.items()
        if not n.startswith(("optimiser.", "average."))
    }
    try:
        network = Network(NetworkConfig.of(facts["config"]))
        network.load_state_dict(weights)
    except (KeyError, TypeError, RuntimeError) as error:
        raise ModelMissing(f"{path} holds weights of another network than this version's.") from error
    return network.eval(), facts
