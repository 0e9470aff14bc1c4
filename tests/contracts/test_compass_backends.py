"""What every family of picture models keeps to, on real architectures with very small random weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from generators.compass.backend import Backend
from generators.compass.backends import BACKENDS
from generators.compass.backends.few_step import FewStep
from generators.compass.backends.flux import Flux
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.transformer import StableDiffusion3
from generators.compass.backends.unconditional import Unconditional
from generators.compass.hook import low_pass
from generators.compass.invert import invert
from generators.compass.request import Making, Point, Push
from generators.compass.sampler import Kept, Used, render
from generators.errors import BadRequest, Cancelled
from generators.pictures import Direction

TINY: dict[str, Callable[[], Backend]] = {
    "latents": lambda: Unconditional.tiny(1),
    "pixels": lambda: Unconditional.tiny(1, latent=False),
    "sd": lambda: StableDiffusion.tiny(1),
    "sdxl": lambda: StableDiffusionXL.tiny(1),
    "consistency": lambda: FewStep.tiny(1),
    "turbo": lambda: FewStep.tiny(1, consistency=False),
    "sd3": lambda: StableDiffusion3.tiny(1),
    "flux": lambda: Flux.tiny(1),
    "flux without guidance": lambda: Flux.tiny(1, guidance=False),
}
MAKING = Making(steps=3)
PREVIEW = Making(steps=3, quality="preview")


@cache
def tiny(name: str) -> Backend:
    found = TINY[name]()
    if name in ("sdxl", "sd3"):  # as on a GPU
        found.rows = found.most_rows = 3
    return found


@pytest.fixture(params=list(TINY))
def backend(request: pytest.FixtureRequest) -> Backend:
    return tiny(request.param)


def features_of(backend: Backend, making: Making = PREVIEW, keep_at: tuple[float, ...] = (0.5,)) -> Kept:
    kept: list[Kept] = []
    render(backend, [Point(1)], making=making, keep_at=keep_at, keep=kept.append)
    return kept[0]


def direction_of(backend: Backend, size: float = 8.0, *, spatial: bool = False, seed: int = 0) -> Direction:
    shape = features_of(backend).features.shape[2:]
    rng = np.random.default_rng(seed)
    vectors = size * rng.standard_normal((2, *shape) if spatial else (2, shape[0]))
    return Direction(vectors, np.array([0.9, 0.2]), name="brighter", place=backend.place.name)


def moved(backend: Backend, *amounts: float, making: Making = MAKING, spatial: bool = False) -> np.ndarray:
    used = [Used(direction_of(backend, spatial=spatial), Push("a", spatial=spatial))]
    return render(backend, [Point(3, amounts=(amount,)) for amount in amounts], used, making)


def test_all_families_are_tried() -> None:
    assert {type(tiny(name)) for name in TINY} == set(BACKENDS)


def test_pictures_have_their_size_and_are_the_same_again(backend: Backend) -> None:
    first = render(backend, [Point(3)], making=MAKING)
    assert first.shape == (1, 16, 16, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, render(backend, [Point(3)], making=MAKING))
    assert not np.array_equal(first, render(backend, [Point(4)], making=MAKING))
    wide = render(backend, [Point(3)], making=Making(steps=1, width=32, height=16))
    assert wide.shape == (1, 16, 32, 3)


def test_a_size_that_cannot_be_is_a_sentence(backend: Backend) -> None:
    if backend.pixels_per_cell > 1:
        with pytest.raises(BadRequest, match=r"multiples of .* ask for"):
            render(backend, [Point()], making=Making(steps=1, width=17, height=16))


def test_the_hook_at_zero_changes_nothing(backend: Backend) -> None:
    plain = render(backend, [Point(3)], making=MAKING)
    assert np.array_equal(moved(backend, 0.0), plain)
    # between moved ones its row is hooked, and adds zeros
    assert np.array_equal(moved(backend, -1.0, 0.0, 1.0)[1], plain[0])


def test_a_direction_is_applied_and_removed(backend: Backend) -> None:
    plain = render(backend, [Point(3)], making=MAKING)
    for spatial in (False, True):
        changed = moved(backend, 1.0, spatial=spatial)
        assert np.abs(changed.astype(int) - plain).max() > 2
        assert np.array_equal(render(backend, [Point(3)], making=MAKING), plain)


def test_a_strip_is_its_single_pictures(backend: Backend) -> None:
    amounts = (-1.0, -0.5, 0.0, 0.5, 1.0)
    strip = moved(backend, *amounts)
    for picture, amount in zip(strip, amounts, strict=True):
        assert np.array_equal(picture, moved(backend, amount)[0])
        # a preview goes through the network alone: another shape, the same picture within rounding
        assert np.abs(picture.astype(int) - moved(backend, amount, making=PREVIEW)[0]).max() <= 1


def test_a_seed_gives_its_picture_whatever_else_is_in_the_batch(backend: Backend) -> None:
    alone = render(backend, [Point(7)], making=MAKING)[0]
    for others in ([Point(1), Point(7)], [Point(2), Point(5), Point(7), Point(8)], [Point(7), Point(7, 9, 0.5)]):
        place = others.index(Point(7))
        assert np.array_equal(render(backend, others, making=MAKING)[place], alone)


def test_larger_batches_are_taken_only_where_no_bit_changes(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [Point(seed) for seed in range(backend.rows + 3)]
    expected = np.concatenate([render(backend, [point], making=MAKING) for point in points])
    assert np.array_equal(render(backend, points, making=MAKING), expected)
    if backend.most_rows == backend.rows:
        assert not backend.agreeing
        return
    assert len(backend.agreeing) == 1
    predict = backend.predict

    def shape_dependent(latents: torch.Tensor, *rest: Any) -> torch.Tensor:
        return predict(latents, *rest) + 1e-3 * len(latents)

    backend.agreeing.clear()
    monkeypatch.setattr(backend, "predict", shape_dependent)
    first, last = render(backend, points, making=MAKING)[0], render(backend, points[::-1], making=MAKING)[-1]
    assert set(backend.agreeing.values()) == {False}
    assert np.array_equal(first, last)
    backend.agreeing.clear()


def test_the_machine_keeps_its_threads(backend: Backend) -> None:
    before = torch.get_num_threads()
    seen: list[int] = []
    try:
        torch.set_num_threads(2)
        with backend.computing():
            seen.append(torch.get_num_threads())
        render(backend, [Point()], making=MAKING, progress=lambda *_: seen.append(torch.get_num_threads()))
        seen.append(torch.get_num_threads())
    finally:
        torch.set_num_threads(before)
    assert seen == [1, *[2] * (len(seen) - 1)]


def test_a_walk_begins_and_ends_at_its_seeds(backend: Backend) -> None:
    walk = render(backend, [Point(1, 2, 0.0), Point(1, 2, 0.5), Point(1, 2, 1.0)], making=MAKING)
    assert np.array_equal(walk[0], render(backend, [Point(1)], making=MAKING)[0])
    assert np.array_equal(walk[2], render(backend, [Point(2)], making=MAKING)[0])
    assert not np.array_equal(walk[1], walk[0])


def test_strength_over_time(backend: Backend) -> None:
    direction = direction_of(backend)
    point = [Point(3, amounts=(1.0,))]

    def made(*over_time: float) -> np.ndarray:
        return render(backend, point, [Used(direction, Push("a", over_time))], MAKING)

    assert np.array_equal(made(1.0, 1.0), made())
    assert np.array_equal(made(0.0), render(backend, [Point(3)], making=MAKING))
    assert not np.array_equal(made(1.0, 0.0), made(0.0, 1.0))


def test_guidance_doubles_the_batch_and_moves_both_halves(backend: Backend) -> None:
    guided = backend.condition("", "", 16, 16, guided=backend.doubles(4.0))
    if not backend.doubles(4.0):
        assert guided.without is None
        return
    assert guided.without is not None
    shape = backend.latent_shape(16, 16)
    latents = torch.randn(2, *shape, generator=torch.Generator().manual_seed(1))
    vector = torch.from_numpy(direction_of(backend).vectors[:1].copy())[:, :, None, None].repeat(2, 1, 1, 1)
    time = backend.scheduler(3, shape[1] * shape[2]).timesteps[1]
    with torch.inference_mode():
        with backend.place.using(vector):
            both = backend.predict(torch.cat([latents, latents]), time, guided.batch(2), 4.0)
        for half, told in zip(both.chunk(2), (guided.without, guided.with_prompt), strict=True):
            expanded = {name: tensor.expand(2, *tensor.shape[1:]) for name, tensor in told.items()}
            with backend.place.using(vector):
                alone = backend.predict(latents, time, expanded, 4.0)
            torch.testing.assert_close(half, alone, rtol=1e-4, atol=1e-5)


def test_a_prompt_is_read_or_refused(backend: Backend) -> None:
    if not backend.reads_prompts:
        with pytest.raises(BadRequest, match="reads no prompts"):
            render(backend, [Point(3)], making=Making(steps=1, prompt="a storm"))
        return
    storm, calm = (render(backend, [Point(3)], making=Making(steps=2, prompt=text)) for text in ("a storm", "calm"))
    assert not np.array_equal(storm, calm)


def test_cancel_after_any_step_leaves_nothing_behind(backend: Backend) -> None:
    plain = render(backend, [Point(3), Point(4)], making=PREVIEW)
    used = [Used(direction_of(backend), Push("a"))]
    points = [Point(3, amounts=(1.0,)), Point(4, amounts=(1.0,))]
    alone = render(backend, [Point(3)], making=PREVIEW)
    for last in range(1, 6):  # three steps, two pictures decoded
        calls = 0

        def progress(done: float, total: float, note: str = "", last: int = last) -> None:
            nonlocal calls
            calls += 1
            if calls == last:
                # a preview may use the model in the middle of a take
                assert np.array_equal(render(backend, [Point(3)], making=PREVIEW), alone)
                raise Cancelled("cancelled")

        with pytest.raises(Cancelled):
            render(backend, points, used, PREVIEW, progress=progress)
        assert calls == last
    assert np.array_equal(render(backend, [Point(3), Point(4)], making=PREVIEW), plain)


def test_locking_keeps_the_fine_form(backend: Backend) -> None:
    def fine(pictures: np.ndarray) -> torch.Tensor:
        values = torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2)
        return values - low_pass(values)

    plain = render(backend, [Point(3)], making=MAKING)
    locked = Making(steps=3, lock=1.0)
    assert np.array_equal(moved(backend, 0.0, making=locked), plain)
    free, held = moved(backend, 1.0), moved(backend, 1.0, making=locked)
    assert not np.array_equal(free, held)
    if backend.family == "unconditional":  # elsewhere random weights make no picture of the latents' form
        assert (fine(held) - fine(plain)).norm() < (fine(free) - fine(plain)).norm()


def test_features_are_kept_at_levels_of_noise(backend: Backend) -> None:
    kept: list[Kept] = []
    render(backend, [Point(seed) for seed in range(4)], making=MAKING, keep_at=(0.9, 0.1), keep=kept.append)
    assert [len(batch.features) for batch in kept] == [
        min(backend.rows, 4 - done) for done in range(0, 4, backend.rows)
    ]
    levels = kept[0].levels
    assert 1.0 >= levels[0] > levels[-1] >= 0.0
    assert kept[0].features.shape[1] == len(levels)
    # with guidance it is the half with the prompt
    alone = features_of(backend, keep_at=(0.9, 0.1)).features[0]
    torch.testing.assert_close(kept[0].features[1], alone, rtol=1e-3, atol=1e-4)


def test_a_direction_of_another_model_is_refused(backend: Backend) -> None:
    other = Direction(np.ones((1, 4)), np.array([0.5]), name="brighter", place="elsewhere")
    with pytest.raises(BadRequest, match="found in a model of another kind"):
        render(backend, [Point(3, amounts=(1.0,))], [Used(other, Push("a"))], MAKING)


@pytest.mark.parametrize("name", list(TINY))
def test_a_picture_is_led_back_to_its_noise(name: str) -> None:
    backend = TINY[name]()
    shade = np.linspace(60, 190, 16).astype(np.uint8)
    picture = np.repeat(np.repeat(shade[:, None, None], 16, axis=1), 3, axis=2)
    if not backend.can_invert:
        with pytest.raises(BadRequest, match="cannot be led back"):
            invert(backend, picture, Making(steps=4))
        return
    # random weights say something else at every step: a network that has learned is smooth
    network = backend.network  # type: ignore[attr-defined]  # each family that can invert has one
    last = network.proj_out if hasattr(network, "proj_out") else network.conv_out
    with torch.no_grad():
        last.weight.mul_(0.1)
    found = invert(backend, picture, Making(steps=50))
    assert found.noise.shape == (1, *backend.latent_shape(16, 16))
    with torch.inference_mode():
        given = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)[None]
        ideal = backend.decode(backend.encode(given)).clamp(-1, 1)
    again = render(backend, [Point()], making=Making(), start=found)[0]
    nearest = ((ideal[0].permute(1, 2, 0).numpy() + 1) * 127.5).round()
    # as near as the autoencoder lets it come
    assert np.abs(again - nearest).mean() < 1.5
    changed = render(backend, [Point(amounts=(1.0,))], [Used(direction_of(backend), Push("a"))], Making(), start=found)
    assert not np.array_equal(changed[0], again)
