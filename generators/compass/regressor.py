"""A small network that reads the painter's factors off any picture, so that directions are judged from outside.

It learns from paintings that no model of pictures has seen, as they are, softened, and as the autoencoder of the model
that is judged shows them: what it reads must not depend on what an autoencoder loses. How well it reads each factor
from held-out paintings is told beside every figure, for what cannot be read off a picture cannot be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import convert_conv2d_weight_memory_format

from generators.compass.painter.factors import NAMES, STRONG, WEAK
from generators.compass.report import spearman
from generators.errors import BadArtifact
from generators.progress import Progress, silent
from generators.runtime.training_files import read_tensors, write_tensors

SIDE = 128
WIDTHS = (32, 64, 112, 176)
EPOCHS, BATCH, RATE = 8, 64, 4e-3
HELD_OUT = 1_024
_PREDICT_BATCH = 64
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


class FactorNetwork(nn.Module):
    """Pictures (batch, 3, 128, 128) in -1..1 to standard values (batch, factors), by convolutions with residuals.

    With the colours come two maps that say where a place lies, for some factors are places, and two of how much fine
    form there is, at two distances: a network that steps four pixels at once would overlook the hand of the brush.
    """

    def __init__(self, widths: Sequence[int] = WIDTHS, factors: int = len(NAMES)) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.stem = nn.Conv2d(7, widths[0], 7, stride=4, padding=3)
        self.blocks = nn.ModuleList(
            _Block(before, after, stride)
            for before, after, stride in zip((widths[0], *widths), widths, (1, 2, 2, 2), strict=False)
        )
        self.head = nn.Sequential(nn.Linear(2 * widths[-1], widths[-1]), nn.SiLU(), nn.Linear(widths[-1], factors))

    def forward(self, pictures: Tensor) -> Tensor:
        """What is read off each picture."""
        rows, columns = pictures.shape[2:]
        down = torch.linspace(-1.0, 1.0, rows)[None, None, :, None].expand(len(pictures), 1, rows, columns)
        across = torch.linspace(-1.0, 1.0, columns)[None, None, None].expand(len(pictures), 1, rows, columns)
        maps = self.stem(torch.cat([pictures, down, across, *_fine_form(pictures)], dim=1))
        for block in self.blocks:
            maps = block(maps)
        seen: Tensor = self.head(torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1).float())
        return seen


def _fine_form(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """How far light lies from its mean over 3 pixels, and that from its mean over 9, on a scale near logarithmic."""
    light = pictures.mean(dim=1, keepdim=True)
    near = functional.avg_pool2d(functional.pad(light, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    far = functional.avg_pool2d(functional.pad(near, (4, 4, 4, 4), mode="replicate"), 9, stride=1)
    return torch.log1p(40.0 * (light - near).abs()), torch.log1p(20.0 * (near - far).abs())


class _Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(8, before), nn.SiLU(), nn.Conv2d(before, after, 3, stride, 1))
        self.second = nn.Sequential(nn.GroupNorm(8, after), nn.SiLU(), nn.Conv2d(after, after, 3, 1, 1))
        self.shortcut = nn.Conv2d(before, after, 1, stride)

    def forward(self, maps: Tensor) -> Tensor:
        found = self.second(self.first(maps)) + self.shortcut(maps)
        return torch.as_tensor(found)


@dataclass(frozen=True)
class Regressor:
    """The trained network with each factor's `mean` and `spread` (factors,), and how well it reads each one.

    `reading` holds by name and kind of picture ("painted", "decoded") R² and Spearman's correlation on held-out ones.
    """

    network: FactorNetwork
    mean: Floats
    spread: Floats
    reading: dict[str, dict[str, tuple[float, float]]]

    def read(self, pixels: Pixels, progress: Progress = silent) -> Floats:
        """The factors (n, factors) of pictures (n, height, width, 3)."""
        found = []
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for first in range(0, len(pixels), _PREDICT_BATCH):
                found.append(self.network(_given(pixels[first : first + _PREDICT_BATCH])).float().numpy())
                progress(min(len(pixels), first + _PREDICT_BATCH), len(pixels), "reading pictures")
        return np.asarray(np.concatenate(found).astype(np.float64) * self.spread + self.mean)


def train_regressor(
    pixels: Pixels,
    factors: npt.NDArray[np.float32],
    decode: Callable[[Pixels], Pixels],
    progress: Progress = silent,
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    decoded: int = 2_048,
    held_out: int = HELD_OUT,
    widths: Sequence[int] = WIDTHS,
) -> Regressor:
    """Train on paintings (n, size, size, 3) with their factors (n, factors); the last `held_out` are only for telling.

    `decode` shows pictures as the model's autoencoder does; the first `decoded` are learnt both ways.

    Raises:
        Cancelled: from `progress`.
    """
    learnt = len(pixels) - held_out
    mean, spread = factors[:learnt].mean(axis=0), np.maximum(factors[:learnt].std(axis=0), 1e-6)
    wanted = torch.from_numpy((factors - mean) / spread)
    in_mirror = torch.from_numpy((_in_mirror(factors) - mean) / spread)
    count = min(decoded, learnt)
    softer = decode(pixels[:count])
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 31])
    network = FactorNetwork(widths, factors.shape[1])
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    steps = epochs * (learnt // BATCH or 1)
    judged = [name in (*STRONG, *WEAK) for name in NAMES[: factors.shape[1]]]
    importance = torch.where(torch.tensor(judged), 1.4, 0.6)  # the others help to see, and are not judged
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.2)
    done = 0
    for _ in range(epochs):
        order = rng.permutation(learnt)
        for first in range(0, max(1, learnt // BATCH) * BATCH, BATCH):
            rows = order[first : first + BATCH]
            batch = pixels[rows].copy()
            as_decoded = (rows < count) & (rng.random(len(rows)) < 0.5)
            batch[as_decoded] = softer[rows[as_decoded]]
            mirrored = rng.random(len(rows)) < 0.5
            batch[mirrored] = batch[mirrored, :, ::-1]
            given = _softened(_given(batch), rng).to(memory_format=torch.channels_last)
            goal = torch.where(torch.from_numpy(mirrored)[:, None], in_mirror[rows], wanted[rows])
            with torch.autocast("cpu", torch.bfloat16):
                losses = functional.smooth_l1_loss(network(given), goal, beta=0.5, reduction="none")
            loss = (losses * importance).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call] # torch ships it untyped
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            progress(done, steps, f"step {done} of {steps}, loss {float(loss.detach()):.3f}")
    network.eval()
    made = Regressor(network, mean.astype(np.float64), spread.astype(np.float64), {})
    kinds = {"painted": pixels[learnt:], "decoded": decode(pixels[learnt:])}
    told = {kind: _reading(made.read(shown), factors[learnt:]) for kind, shown in kinds.items()}
    return Regressor(network, made.mean, made.spread, told)


def save_regressor(made: Regressor, path: Path, facts: dict[str, str]) -> None:
    """Write the network with what it was told about; `facts` say what it was made of."""
    told = {
        "widths": made.network.widths,
        "mean": made.mean.tolist(),
        "spread": made.spread.tolist(),
        "reading": made.reading,
        "facts": facts,
    }
    write_tensors(path, made.network.state_dict(), told)


def load_regressor(path: Path) -> tuple[Regressor, dict[str, str]]:
    """The network in a file, and what it was made of.

    Raises:
        BadArtifact: the file is damaged.
    """
    try:
        tensors, told = read_tensors(path)
        network = FactorNetwork(told["widths"], len(told["mean"]))
        convert_conv2d_weight_memory_format(network, torch.channels_last)
        network.load_state_dict(tensors)
        reading = {
            kind: {name: (float(a), float(b)) for name, (a, b) in of.items()} for kind, of in told["reading"].items()
        }
        made = Regressor(network.eval(), np.array(told["mean"]), np.array(told["spread"]), reading)
    except Exception as error:  # any damage ends here
        raise BadArtifact(f"{path.name} is damaged: delete it, and it is trained anew.") from error
    return made, dict(told["facts"])


def _given(pixels: Pixels) -> Tensor:
    pictures = torch.from_numpy(pixels.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1.0
    if pictures.shape[2:] != (SIDE, SIDE):
        pictures = functional.interpolate(pictures, (SIDE, SIDE), mode="bilinear", antialias=True)
    return pictures


def _in_mirror(factors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The factors (n, factors) of the same pictures in a mirror: the sun is on the other side."""
    turned = factors.copy()
    columns = [index for index, name in enumerate(NAMES[: factors.shape[1]]) if name == "sun_x"]
    turned[:, columns] = 1.0 - turned[:, columns]
    return turned


def _softened(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """A quarter of the batch softer or noisier: models differ from paintings in that more than in anything."""
    quarter = len(pictures) // 4
    share = float(rng.random())
    soft = functional.avg_pool2d(functional.pad(pictures[:quarter], (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    soft = torch.lerp(pictures[:quarter], soft, share)
    noise = torch.from_numpy(rng.standard_normal(soft.shape, dtype=np.float32)) * (0.03 * float(rng.random()))
    return torch.cat([soft + noise, pictures[quarter:]])


def _reading(found: Floats, true: npt.NDArray[np.float32]) -> dict[str, tuple[float, float]]:
    """R² and Spearman's correlation of each factor."""
    told = {}
    for index, name in enumerate(NAMES[: true.shape[1]]):
        left = float(((found[:, index] - true[:, index]) ** 2).mean())
        whole = max(float(true[:, index].var()), 1e-12)
        told[name] = (1.0 - left / whole, float(spearman(true[:, index].astype(np.float64), found[None, :, index])[0]))
    return told
