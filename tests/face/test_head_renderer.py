"""The head drawn off screen. Skipped only where there is no OpenGL at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from generators.errors import MissingDependency
from generators.face.actions import INDEX, NAMES
from generators.face.renderer import DARK, LIGHT, HeadRenderer, View, open_context

pytest.importorskip("moderngl")


def has_gl() -> bool:
    try:
        open_context().release()
    except MissingDependency:
        return False
    return True


needs_gl = pytest.mark.skipif(not has_gl(), reason="there is no OpenGL on this machine")


def row(**actions: float) -> np.ndarray:
    values = np.zeros(len(NAMES), dtype=np.float32)
    for name, value in actions.items():
        for column in [INDEX[name]] if name in INDEX else [INDEX[f"{name}_left"], INDEX[f"{name}_right"]]:
            values[column] = value
    return values


@pytest.fixture(scope="module")
def renderer() -> Iterator[HeadRenderer]:
    with HeadRenderer(256) as made:
        yield made


def distance(one: np.ndarray, other: np.ndarray, rows: slice = slice(None)) -> float:
    return float(np.abs(one[rows].astype(int) - other[rows].astype(int)).mean())


@needs_gl
def test_a_face_is_there(renderer: HeadRenderer) -> None:
    picture = renderer.draw(row())
    assert picture.shape == (256, 256, 4)
    assert picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all()
    corner, face = picture[4, 4, :3].astype(int), picture[110:150, 100:150, :3].astype(int)
    assert corner.max() < 40, "dark around it"
    assert face[..., 0].mean() > 120, "lit clay"
    assert face[..., 0].mean() > face[..., 2].mean() + 20, "warm clay"
    assert (picture[:20, :, :3].mean(), picture[-20:, :, :3].mean())[0] < 60, "hair and air are above, not below"


@needs_gl
def test_expressions_look_different(renderer: HeadRenderer) -> None:
    rest = renderer.draw(row())
    np.testing.assert_array_equal(rest, renderer.draw(row()))
    upper, lower = slice(60, 125), slice(150, 230)
    for actions, where, elsewhere in (
        ({"brow_inner_raise": 1.0}, upper, lower),
        ({"blink": 1.0}, upper, lower),
        ({"gaze_yaw": 20.0}, upper, lower),
        ({"jaw_drop": 0.5}, lower, slice(0, 60)),
        ({"lip_corner_pull": 1.0}, lower, slice(0, 60)),
    ):
        changed = renderer.draw(row(**actions))
        assert distance(rest, changed, where) > 0.5, actions
        assert distance(rest, changed, where) > 3 * distance(rest, changed, elsewhere), actions


@needs_gl
def test_the_mouth_darkens_and_shows_teeth(renderer: HeadRenderer) -> None:
    view = View(zoom=5.0, look_at=(0.0, -7.5, 6.0))
    closed, opened = (renderer.draw(row(jaw_drop=value), view=view)[..., :3].max(axis=2) for value in (0.0, 0.7))
    assert (opened < 40).mean() > (closed < 40).mean() + 0.05
    smile = renderer.draw(row(lip_corner_pull=1.0, upper_lip_raise=0.8, jaw_drop=0.15), view=view)[..., :3].astype(int)
    white = (smile.min(axis=2) > 135) & (smile.max(axis=2) - smile.min(axis=2) < 60)
    assert white.mean() > 0.01


@needs_gl
def test_views_sizes_and_backgrounds() -> None:
    with HeadRenderer((320, 180)) as wide:
        assert wide.draw(row()).shape == (180, 320, 4)
    with HeadRenderer((96, 160), samples=1) as tall:
        front, side = tall.draw(row(), view=View()), tall.draw(row(), view=View(yaw_degrees=70.0))
        assert distance(front, side) > 5
        light = tall.draw(row(), light=LIGHT)
        assert light[2, 2, :3].min() > 150 > tall.draw(row(), light=DARK)[2, 2, :3].max()
        turned = tall.draw(row(head_yaw=30.0), view=View())
        assert distance(front, turned) > 3


@needs_gl
def test_several_at_once_do_not_disturb_each_other() -> None:
    with HeadRenderer(64) as one, HeadRenderer(64) as other:
        before = one.draw(row(jaw_drop=0.5))
        other.draw(row(blink=1.0))
        np.testing.assert_array_equal(one.draw(row(jaw_drop=0.5)), before)
        one.close()
        one.close()
        assert other.draw(row()).any()


def test_without_a_driver_it_says_what_to_install() -> None:
    """In a process of its own, where no backend can be loaded."""
    code = (
        "import glcontext\n"
        "def nothing(*a, **k): raise RuntimeError('no such library')\n"
        "glcontext.get_backend_by_name = glcontext.default_backend = nothing\n"
        "from generators.errors import MissingDependency\n"
        "from generators.face.renderer import open_context\n"
        "try:\n    open_context()\n"
        "except MissingDependency as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "libegl1" in done.stdout
