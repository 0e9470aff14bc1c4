"""How far apart pictures look, and opening pictures of one's own."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generators.compass.picture_file import MAX_SIDE, open_picture
from generators.compass.pool import smaller
from generators.compass.seen import looks_of, seen_features
from generators.errors import BadInput


def gradient(side: int = 32) -> np.ndarray:
    shade = np.linspace(40, 200, side)
    picture = np.stack([shade[:, None] + shade[None] * 0, shade[:, None] * 0.6 + 30 + shade[None] * 0.2], axis=-1)
    return np.concatenate([picture, picture[..., :1] * 0.5], axis=-1).clip(0, 255).astype(np.uint8)


def test_a_larger_change_is_farther_and_size_hardly_matters() -> None:
    base = gradient()
    little, much = (np.clip(base.astype(int) + change, 0, 255).astype(np.uint8) for change in (4, 40))
    rough = np.clip(base.astype(int) + 30 * np.random.default_rng(1).standard_normal(base.shape), 0, 255).astype(
        np.uint8
    )
    found = seen_features(np.stack([base, little, much, rough]))
    near, far, rougher = (float(np.linalg.norm(other - found[0])) for other in found[1:])
    assert 0 < near < far
    assert rougher > near
    big = seen_features(base.repeat(4, axis=0).repeat(4, axis=1)[None])[0]
    colours = 16 * 16 * 3
    np.testing.assert_allclose(big[:colours], found[0][:colours], atol=1e-9)


def test_looks_are_measured_for_each() -> None:
    found = looks_of(np.stack([gradient(), 255 - gradient()]))
    assert set(found) == {"brightness", "colourfulness", "warmth", "contrast"}
    assert all(values.shape == (2,) for values in found.values())


def test_smaller_pictures_keep_their_shape() -> None:
    pictures = np.zeros((2, 60, 120, 3), np.uint8)
    assert smaller(pictures, 40).shape == (2, 20, 40, 3)
    assert smaller(pictures, 200) is pictures


def test_a_picture_is_cut_turned_and_laid_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (60, 30), (10, 20, 30, 0))
    image.save(tmp_path / "clear.png")
    found = open_picture(tmp_path / "clear.png", 16, 16)
    assert found.shape == (16, 16, 3)
    assert (found == 255).all()
    wide = Image.new("RGB", (60, 30), "black")
    wide.paste("white", (0, 0, 30, 30))
    exif = wide.getexif()
    exif[0x0112] = 6  # the camera was held upright
    wide.save(tmp_path / "turned.jpg", exif=exif)
    turned = open_picture(tmp_path / "turned.jpg", 15, 30)
    assert turned[:10].mean() > 200
    assert turned[-10:].mean() < 50


def test_what_is_no_picture_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"

    def refused(data: bytes, sentence: str) -> None:
        path.write_bytes(data)
        with pytest.raises(BadInput, match=sentence):
            open_picture(path, 16, 16)

    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)).save(buffer, "PNG")
    whole = buffer.getvalue()
    refused(whole[: len(whole) // 2], "damaged, or no picture")
    refused(b"not a picture", "no picture that can be read")
    refused(b"", "no picture that can be read")
    # only the header says so: nothing is unpacked
    header = bytearray(whole)
    header[16:24] = (30_000).to_bytes(4, "big") * 2
    import zlib

    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    refused(bytes(header), f"sides of at most {MAX_SIDE:,}")
    path.unlink()
    with pytest.raises(BadInput, match="check that it is still there"):
        open_picture(path, 16, 16)
