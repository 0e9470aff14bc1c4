"""One's own pictures: from a photograph or painting to the noise that a model would make it from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from generators.compass.backend import Backend
from generators.compass.hook import no_gradients
from generators.compass.request import Making, Point
from generators.compass.sampler import render
from generators.pictures import Latents
from generators.progress import Progress, part, silent

Pixels = npt.NDArray[np.uint8]
LEAST_STEPS = 40
"""Unless fewer are asked for: the way back is followed by straight lines, which few steps make angular."""

MOST_ROUNDS = 10
"""How often the network is asked at one step; two or three times are enough where it is smooth."""
_STILL = 1e-5
_INVERTING_SHARE = 0.75


def invert(backend: Backend, picture: Pixels, making: Making, progress: Progress = silent) -> Latents:
    """The noise that leads to `picture` (height, width, 3), and how near the picture made from it comes.

    Guidance is off unless it is asked for: with it the way back does not meet the way there.

    Source: Song et al., arXiv 2010.02502, section 4.3 (DDIM as a flow that can be followed backwards); Pan et al.,
    "Effective real image editing with accelerated iterative diffusion inversion", ICCV 2023 (asking again).

    Raises:
        BadRequest: the model's family cannot be followed backwards.
        Cancelled: from `progress`, which is called after each step.
    """
    height, width = picture.shape[:2]
    steps = making.steps or max(LEAST_STEPS, backend.usual.steps)
    guidance = 1.0 if making.guidance is None else making.guidance
    shape = backend.latent_shape(width, height)
    scheduler = backend.inverse(steps, shape[1] * shape[2])
    conditioning = backend.condition(making.prompt, making.negative, width, height, guided=backend.doubles(guidance))
    guided = conditioning.without is not None
    told = conditioning.batch(1)
    still = max(_STILL, 2 * torch.finfo(backend.dtype).eps)
    backwards = part(progress, 0.0, _INVERTING_SHARE)
    with no_gradients():
        given = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)[None]
        with backend.computing():
            latents = backend.encode(given)
        for index, timestep in enumerate(scheduler.timesteps):
            before = latents
            # the way there will ask the network at the step's end: its answer is found by asking again from there
            for asked in range(MOST_ROUNDS):
                twice = torch.cat([latents] * 2) if guided else latents
                with backend.computing():
                    predicted = backend.predict(twice, timestep, told, guidance)
                if guided:
                    without, with_prompt = predicted.chunk(2)
                    predicted = without + guidance * (with_prompt - without)
                last, latents = latents, scheduler.step(predicted, timestep, before, return_dict=False)[0]
                done = index + (asked + 1) / MOST_ROUNDS
                backwards(done, len(scheduler.timesteps), "reading the picture")
                if float((latents - last).abs().max()) <= still * float(latents.abs().max()):
                    break
        noise = latents.float().cpu().numpy()
    found = Latents(noise, width, height, steps, guidance, making.prompt)
    again = render(
        backend,
        [Point()],
        making=Making(quality="preview", negative=making.negative),
        start=found,
        progress=part(progress, _INVERTING_SHARE, 1.0),
    )[0]
    error = float(((again.astype(np.float64) - picture) ** 2).mean())
    near = 99.0 if error <= 0 else min(99.0, 10.0 * float(np.log10(255.0**2 / error)))
    return Latents(noise, width, height, steps, guidance, making.prompt, error_db=near)
