"""Saving and loading networks: safetensors with JSON metadata, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generators.errors import ModelMissing
from generators.music.config import NetworkConfig
from generators.music.network import Network


def write_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write `tensors` and JSON `facts` to `path` through a temporary file."""
    from safetensors.torch import save

    data = save(
        {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, {"facts": json.dumps(facts)}
    )
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(data)
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
        raise ModelMissing(
            f"{path} is not a weight file of the music model: choose another or fetch it again."
        ) from error


def _names(network: Network, optimiser: torch.optim.Optimizer) -> list[str]:
    """The names of the parameters in the optimiser's own order."""
    known = {id(parameter): name for name, parameter in network.named_parameters()}
    return [known[id(parameter)] for group in optimiser.param_groups for parameter in group["params"]]


def save_run(path: Path, network: Network, optimiser: torch.optim.Optimizer, facts: Mapping[str, Any]) -> None:
    """Write all that is needed to go on training: weights, the optimiser's moments, and `facts`."""
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    names = _names(network, optimiser)
    for index, state in optimiser.state_dict()["state"].items():
        for key, value in state.items():
            tensors[f"optimiser.{names[index]}/{key}"] = torch.as_tensor(value)
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_run(path: Path, network: Network, optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    """Take up the run saved in `path`: fills `network` and `optimiser`, returns the facts."""
    tensors, facts = read_tensors(path)
    network.load_state_dict({n.removeprefix("network."): t for n, t in tensors.items() if n.startswith("network.")})
    names = _names(network, optimiser)
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimiser."):
            parameter, _, key = name.removeprefix("optimiser.").rpartition("/")
            state.setdefault(names.index(parameter), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return facts


def export(path: Path, network: Network, ranks: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Write the weights alone, in half precision, with the `ranks` of the data (see ranks.py) and `facts`."""
    tensors = {name: tensor.to(torch.float16) for name, tensor in network.state_dict().items()}
    tensors |= {name: torch.from_numpy(array) for name, array in ranks.items()}
    write_tensors(path, tensors, {**facts, "config": network.config.as_dict()})


def load_network(path: Path) -> tuple[Network, dict[str, Any]]:
    """The network in a file of `export` or `save_run` (cast to float32), and its facts."""
    tensors, facts = read_tensors(path)
    network = Network(NetworkConfig(**facts["config"]))
    weights = {
        n.removeprefix("network."): t.float() for n, t in tensors.items() if not n.startswith(("optimiser.", "ranks."))
    }
    network.load_state_dict(weights)
    return network.eval(), facts
