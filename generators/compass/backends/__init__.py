"""The families of picture models, one a file."""

from __future__ import annotations

from generators.compass.backend import Backend
from generators.compass.backends.few_step import FewStep
from generators.compass.backends.flux import Flux
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.transformer import StableDiffusion3
from generators.compass.backends.unconditional import Unconditional

BACKENDS: tuple[type[Backend], ...] = (
    Unconditional,
    StableDiffusion,
    StableDiffusionXL,
    FewStep,
    StableDiffusion3,
    Flux,
)
