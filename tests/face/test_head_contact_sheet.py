"""Contact sheets: sizes, labels, and stills that differ."""

from __future__ import annotations

import io

import numpy as np
import pytest

from generators.artifacts import RigCurves
from generators.errors import BadRequest, MissingDependency
from generators.face.actions import INDEX, NAMES
from generators.face.contact_sheet import contact_sheet, png_bytes, row_at, sheet_of
from generators.face.renderer import LIGHT, open_context

pytest.importorskip("PIL")


def has_gl() -> bool:
    try:
        open_context().release()
    except MissingDependency:
        return False
    return True


needs_gl = pytest.mark.skipif(not has_gl(), reason="there is no OpenGL on this machine")


def take(**actions: float) -> RigCurves:
    values = np.zeros((60, len(NAMES)), dtype=np.float32)
    for name, value in actions.items():
        values[:, INDEX[name]] = np.linspace(0.0, value, 60)
    return RigCurves("actions", NAMES, values)


def test_rows_between_frames() -> None:
    made = take(jaw_drop=1.0)
    assert row_at(made, 0.5 / 60)[INDEX["jaw_drop"]] == pytest.approx(0.5 / 59)
    assert row_at(made, -1.0)[INDEX["jaw_drop"]] == 0.0
    assert row_at(made, 99.0)[INDEX["jaw_drop"]] == 1.0
    with pytest.raises(BadRequest, match="no frames"):
        row_at(RigCurves("actions", NAMES, np.zeros((0, len(NAMES)))), 0.0)


@needs_gl
def test_takes_by_moments() -> None:
    takes = [("calm", take(lip_corner_pull_left=0.2)), ("furious", take(brow_lower_left=1.0, jaw_drop=0.8))]
    told: list[float] = []
    sheet = contact_sheet(
        takes, (0.0, 0.5, 0.9), still_px=96, progress=lambda done, total, note="": told.append(done / total)
    )
    assert sheet.dtype == np.uint8
    assert sheet.shape[2] == 4
    assert 2 * 96 < sheet.shape[0] < 2 * 96 + 80
    assert 3 * 96 < sheet.shape[1] < 3 * 96 + 140
    assert told[-1] == 1.0
    assert told == sorted(told)


@needs_gl
def test_one_moment_of_many_takes_fills_a_grid() -> None:
    sheet = contact_sheet([(f"take {n}", take(jaw_drop=n / 6)) for n in range(7)], (0.9,), still_px=64, columns=4)
    assert sheet.shape[1] > 4 * 64
    assert sheet.shape[0] > 2 * 64


def test_labels_are_drawn_and_readable_on_both_backgrounds() -> None:
    stills = [np.full((64, 64, 4), 128, dtype=np.uint8)] * 2
    plain, labelled = sheet_of(stills, 2, below=("", "")), sheet_of(stills, 2, below=("anger", "joy"))
    assert labelled.shape == plain.shape
    assert np.abs(labelled.astype(int) - plain.astype(int)).max() > 150
    bright = sheet_of(stills, 2, below=("anger", "joy"), light=LIGHT)
    assert bright[0, 0, 0] > 150
    assert bright[66:].min() < 60


def test_png_is_what_pillow_reads() -> None:
    from PIL import Image

    picture = np.random.default_rng(0).integers(0, 255, (40, 60, 4), dtype=np.uint8)
    data = png_bytes(picture, {"request": '{"seed":1}', "title": "Zeile Ä"})
    assert data == png_bytes(picture, {"title": "Zeile Ä", "request": '{"seed":1}'})
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), picture[..., :3])
        assert image.text == {"request": '{"seed":1}', "title": "Zeile Ä"}


@pytest.mark.parametrize(("takes", "moments"), [(0, 1), (1, 0), (30, 30)])
def test_too_little_and_too_much(takes: int, moments: int) -> None:
    with pytest.raises(BadRequest, match="1 to 400"):
        contact_sheet([("a", take())] * takes, [0.1] * moments)
