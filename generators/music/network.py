"""The music network: a small decoder-only transformer over events, conditioned on attributes.

Reference: Karpathy's nanoGPT for the shape of the file; Su et al., "RoFormer", 2021, for rotary positions; EmoGen (Kang
et al., 2023) for conditions added to every step, and told once more to the heads. One event is one step; its fields
are chosen one after the other by a chain of small heads, so that their joint likelihood is exact. The pitch head adds
interval filters over what was heard (see lookups), mixed by the state: they mean the same in every key.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import Tensor, nn

from generators.music import tokens
from generators.music.conditions import BAR_FREE, BAR_STEPS, WHOLE_FREE, WHOLE_STEPS
from generators.music.config import EVENT_SIZES, FILTERED, FILTERS, PITCH_STAGE, TAPS, NetworkConfig
from generators.music.lookups import HEARD, RHYTHM


def _offsets(sizes: np.ndarray) -> Tensor:
    return torch.from_numpy(np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64))


def rotary_table(context: int, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines (context, head_width / 2) of the rotary positions."""
    speed = 10_000.0 ** (-torch.arange(0, head_width, 2) / head_width)
    angle = torch.arange(context)[:, None] * speed[None, :]
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the halves of each head of x (B, H, T, D) by its position."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class Block(nn.Module):
    """Pre-LN attention and MLP."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm1 = nn.LayerNorm(config.width)
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.norm2 = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, config.hidden)
        self.down = nn.Linear(config.hidden, config.width)
        self.dropout = config.dropout

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """X (B, T, C) to (B, T, C)."""
        batch, length, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, D)
        y = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
        y = self.out(y.transpose(1, 2).reshape(batch, length, width))
        x = x + F.dropout(y, self.dropout, self.training)
        y = self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))
        return x + F.dropout(y, self.dropout, self.training)


class Stage(nn.Module):
    """One link of the chain of heads: takes in the field chosen before, gives the logits of the next."""

    def __init__(self, config: NetworkConfig, given: int, size: int) -> None:
        super().__init__()
        self.given = nn.Embedding(given, config.width)
        self.norm = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, config.head_hidden)
        self.down = nn.Linear(config.head_hidden, config.width)
        self.logits = nn.Linear(config.width, size)

    def forward(self, x: Tensor, given: Tensor) -> tuple[Tensor, Tensor]:
        """State x (N, C) and the field before (N,) to the new state (N, C) and logits (N, size)."""
        x = x + self.given(given)
        x = x + self.down(F.gelu(self.up(self.norm(x)), approximate="tanh"))
        return x, self.logits(x)


class Network(nn.Module):
    """Events and conditions in, the distribution of the next event out."""

    whole_offset: Tensor
    whole_steps: Tensor
    bar_steps: Tensor
    bar_offset: Tensor
    pitches: Tensor
    filtered: Tensor
    cos: Tensor
    sin: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("whole_offset", _offsets(WHOLE_FREE + 1), persistent=False)
        self.register_buffer("bar_offset", _offsets(BAR_FREE + 1), persistent=False)
        self.register_buffer("whole_steps", torch.from_numpy(WHOLE_STEPS), persistent=False)
        self.register_buffer("bar_steps", torch.from_numpy(BAR_STEPS), persistent=False)
        self.event_table = nn.Embedding(sum(EVENT_SIZES), config.width)
        self.whole_table = nn.Embedding(int((WHOLE_FREE + 1).sum()), 2 * config.width)
        self.bar_table = nn.Embedding(int((BAR_FREE + 1).sum()), 2 * config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        sizes = (tokens.SLOT_CLASSES, *tokens.FIELD_SIZES[1:])
        self.slot_logits = nn.Linear(config.width, sizes[0])
        self.rhythm = nn.Linear(RHYTHM, config.width, bias=False)
        self.heard = nn.Linear(HEARD * 128, config.width, bias=False)
        self.pitch_class = nn.Linear(config.width, 12, bias=False)
        self.octave = nn.Linear(config.width, 11, bias=False)
        self.filters = nn.Conv1d(len(FILTERED), FILTERS, TAPS, padding=TAPS // 2, bias=False)
        self.register_buffer("filtered", torch.tensor(FILTERED), persistent=False)
        self.mixture = nn.Linear(config.width, FILTERS)
        self.stages = nn.ModuleList(Stage(config, given, size) for given, size in pairwise(sizes))
        self.register_buffer("pitches", torch.arange(128), persistent=False)
        cos, sin = rotary_table(config.context, config.width // config.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Products keep the size of what they are given; conditions begin faint, so that the notes are heard first."""
        residual = 1.0 / math.sqrt(2 * self.config.layers)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 1:
                continue  # norms are ones and zeros; biases follow below
            std = {"event_table.weight": 0.4, "whole_table.weight": 0.02, "bar_table.weight": 0.02}.get(name)
            if std is None:
                std = 0.4 if "given" in name else 1.0 / math.sqrt(parameter.shape[1])
            if not name.startswith("blocks.") and name.endswith(("logits.weight", "filters.weight")):
                std = 0.02
            if name.startswith("blocks.") and name.endswith(("out.weight", "down.weight")):
                std *= residual
            nn.init.normal_(parameter, std=std)
        for module in self.modules():
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
        for faint in (self.rhythm, self.heard, self.pitch_class, self.octave):
            nn.init.normal_(faint.weight, std=0.02)
        nn.init.ones_(self.mixture.bias)

    def told(self, whole: Tensor, bars: Tensor, bar: Tensor) -> tuple[Tensor, Tensor]:
        """What is told with each event, to the blocks and to the heads: two of (B, T, C).

        whole (B, W), bars (B, N, BARS) the conditions of each bar, and bar (B, T) the bar of each event.
        """
        each = F.embedding(bars + self.bar_offset, self.bar_steps @ self.bar_table.weight).sum(dim=2)
        held = F.embedding(whole + self.whole_offset, self.whole_steps @ self.whole_table.weight).sum(dim=1)
        both = each.gather(1, bar[..., None].expand(-1, -1, each.shape[-1])) + held[:, None]
        first, second = both.chunk(2, dim=-1)
        return first, second

    def forward(self, rows: Tensor, whole: Tensor, bars: Tensor, bar: Tensor) -> Tensor:
        """The state (B, T, C) after each event: event rows (B, T, 7), conditions as in `told`."""
        below, above = self.told(whole, bars, bar)
        x = self.event_table(rows).sum(dim=2) + below
        length = rows.shape[1]
        for block in self.blocks:
            x = block(x, self.cos[:length], self.sin[:length])
        state: Tensor = self.norm(x) + above
        return state

    def losses(self, state: Tensor, previous: Tensor, target: Tensor, rhythm: Tensor, heard: Tensor) -> Tensor:
        """Summed negative log-likelihood in nats of each field (5,).

        state (N, C), the events before and the targets (N, 5), lookups rhythm (N, RHYTHM) and heard (N, HEARD, 128). A
        bar line has a slot only. What the order of events rules out is left out of the sums.
        """
        place = torch.where(previous[:, 0] == tokens.BAR, -1, previous[:, 0])
        is_same = target[:, 0] == place
        state = state + self.rhythm(rhythm)
        index = torch.arange(tokens.SLOT_CLASSES, device=state.device)
        past = (index <= place[:, None]) & (index < tokens.BAR) | (index == tokens.SAME) & (place < 0)[:, None]
        logits = self.slot_logits(state).masked_fill(past, -torch.inf)
        chosen = torch.where(is_same, tokens.SAME, target[:, 0])
        parts = [F.cross_entropy(logits, chosen, reduction="sum")]

        note = target[:, 0] != tokens.BAR
        x, fields, heard, before, same = state[note], target[note], heard[note], previous[note], is_same[note]
        x = x + self.stages[0].get_parameter("given.weight")[tokens.SAME] * same[:, None]
        for number, stage in enumerate(self.stages):
            if number == PITCH_STAGE:
                x = x + self.heard(heard.flatten(1))
            x, logits = stage(x, fields[:, number])
            if number == PITCH_STAGE:
                ceiling = torch.where(same & (before[:, 1] == fields[:, 1]), before[:, 2], 128)
                logits = logits + self.relative_pitch(x, heard)
                logits = logits.masked_fill(self.pitches >= ceiling[:, None], -torch.inf)
            parts.append(F.cross_entropy(logits, fields[:, number + 1], reduction="sum"))
        return torch.stack(parts)

    def relative_pitch(self, x: Tensor, heard: Tensor) -> Tensor:
        """Logits (N, 128) that pitches share by class and octave, and by their intervals to what was heard."""
        logits = self.pitch_class(x)[:, self.pitches % 12] + self.octave(x)[:, self.pitches // 12]
        filtered = self.filters(heard[:, self.filtered])  # (N, FILTERS, 128)
        relative: Tensor = logits + torch.einsum("nf,nfp->np", self.mixture(x), filtered)
        return relative

    def parameter_count(self) -> int:
        """The number of trained values."""
        return sum(parameter.numel() for parameter in self.parameters())
