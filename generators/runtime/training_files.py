"""Weights and training runs as safetensors with JSON facts. Needs torch: for training and its figures only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.errors import ModelMissing
from generators.runtime.whole_files import written_whole

Optimisers = Sequence[torch.optim.Optimizer]
_NETWORK, _OPTIMISER = "network.", "optimiser."


def write_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write `tensors` and JSON `facts` to `path`, whole or not at all."""
    from safetensors.torch import save

    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with written_whole(path) as file:
        file.write(save(whole, {"facts": json.dumps(facts, sort_keys=True)}))


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
        raise ModelMissing(f"{path} is not a weight file of ours: choose another or fetch it again.") from error


def _names(network: nn.Module, optimisers: Optimisers) -> Iterator[tuple[torch.optim.Optimizer, list[str]]]:
    """Each optimiser with the names of its parameters in its own order."""
    known = {id(parameter): name for name, parameter in network.named_parameters()}
    for optimiser in optimisers:
        yield optimiser, [known[id(each)] for group in optimiser.param_groups for each in group["params"]]


def run_tensors(network: nn.Module, optimisers: Optimisers) -> dict[str, Tensor]:
    """All that is needed to go on training: the weights and the optimisers' moments, by names of ours."""
    tensors = {f"{_NETWORK}{name}": tensor for name, tensor in network.state_dict().items()}
    for optimiser, names in _names(network, optimisers):
        for index, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"{_OPTIMISER}{names[index]}/{key}"] = torch.as_tensor(value)
    return tensors


def take_up(path: Path, tensors: Mapping[str, Tensor], network: nn.Module, optimisers: Optimisers) -> None:
    """Fill `network` and `optimisers` with what `run_tensors` gave, read from `path`.

    Raises:
        ModelMissing: it is a run of a network of another size.
    """
    try:
        network.load_state_dict(
            {name.removeprefix(_NETWORK): tensor for name, tensor in tensors.items() if name.startswith(_NETWORK)}
        )
    except RuntimeError as error:
        raise ModelMissing(f"{path} is a run of another network: choose another folder, or its own sizes.") from error
    for optimiser, names in _names(network, optimisers):
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            parameter, _, key = name.removeprefix(_OPTIMISER).rpartition("/")
            if name.startswith(_OPTIMISER) and parameter in names:
                state.setdefault(names.index(parameter), {})[key] = tensor
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def weights_in(tensors: Mapping[str, Tensor], others: tuple[str, ...]) -> dict[str, Tensor]:
    """The network's weights, cast to float32, of a weight file or a run; what begins with `others` is none."""
    return {
        name.removeprefix(_NETWORK): tensor.float()
        for name, tensor in tensors.items()
        if not name.startswith((_OPTIMISER, *others))
    }


def halved(network: nn.Module) -> dict[str, Tensor]:
    """The weights in half precision, as they are shipped."""
    return {name: tensor.to(torch.float16) for name, tensor in network.state_dict().items()}
