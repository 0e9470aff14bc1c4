"""The sampler of few steps follows the same flow as DDIM, and keeps what is added on the way."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from generators.compass.backends.unconditional import Unconditional
from generators.compass.latent import ddim, shift_unipc, unipc
from generators.compass.request import Making, Point
from generators.compass.sampler import render

CONFIG = {
    "num_train_timesteps": 1_000,
    "beta_schedule": "squaredcos_cap_v2",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
}
SPREAD = 0.5


def _followed(scheduler: object, noise: torch.Tensor) -> torch.Tensor:
    """What comes of `noise` for data of the standard deviation SPREAD, whose best prediction of v is known."""
    shares = scheduler.alphas_cumprod  # type: ignore[attr-defined]
    latents = noise
    for time in scheduler.timesteps:  # type: ignore[attr-defined]
        share = shares[int(time)]
        signal, rest = share.sqrt(), (1 - share).sqrt()
        power = share * SPREAD**2 + 1 - share
        clean, fresh = signal * SPREAD**2 / power * latents, rest / power * latents
        latents = scheduler.step(signal * fresh - rest * clean, time, latents, return_dict=False)[0]  # type: ignore[attr-defined]
    return latents


def test_few_steps_come_where_many_come() -> None:
    noise = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    there = SPREAD * noise  # where the flow itself leads
    missed = {
        (name, steps): float((_followed(make(CONFIG, steps), noise) - there).norm() / there.norm())
        for name, make in (("ddim", ddim), ("unipc", unipc))
        for steps in (10, 20, 40)
    }
    assert missed["unipc", 10] < 0.5 * missed["ddim", 10]
    assert missed["unipc", 20] < missed["ddim", 40]
    assert missed["unipc", 20] < 0.02


def test_what_is_added_between_steps_is_not_corrected_away() -> None:
    def last(added: float, *, told: bool) -> float:
        scheduler = unipc(CONFIG, 8)
        latents = torch.full((1, 1, 1, 1), 0.3, dtype=torch.float64)
        for index, time in enumerate(scheduler.timesteps[:6]):
            share = scheduler.alphas_cumprod[int(time)]
            # a network that sees the same picture everywhere: v = (signal * latents - picture) / rest
            velocity = (share.sqrt() * latents - 0.7) / (1 - share).sqrt()
            latents = scheduler.step(velocity, time, latents, return_dict=False)[0]
            if index == 3:
                latents = latents + added
                if told:
                    shift_unipc(scheduler, torch.tensor(added, dtype=torch.float64))
        return float(latents)

    sigmas = unipc(CONFIG, 8).sigmas.double()
    noise = sigmas / (1 + sigmas**2).sqrt()
    kept = float(noise[6] / noise[4])  # of what was added, the noise's share is left
    assert last(0.1, told=True) - last(0.0, told=True) == pytest.approx(0.1 * kept, rel=1e-4)
    assert abs(last(0.1, told=False) - last(0.0, told=False)) < 0.05 * kept


def test_a_preview_shows_what_the_full_picture_will_be() -> None:
    backend = Unconditional.tiny(3)
    assert backend.usual.preview_steps < backend.usual.steps
    full = render(backend, [Point(5)])[0].astype(float)
    preview = render(backend, [Point(5)], making=Making(quality="preview"))[0].astype(float)
    other = render(backend, [Point(6)])[0].astype(float)
    assert np.abs(preview - full).mean() < 0.2 * np.abs(other - full).mean()
