"""Pictures of the user's own: each kind of file is read right, or refused with a sentence."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from generators.compass.picture_file import open_picture
from generators.errors import BadInput

SIDE = 32
CORNERS = np.array([[[200, 40, 30], [40, 180, 60]], [[30, 60, 190], [220, 210, 60]]], np.uint8)


def _picture(side: int = SIDE) -> Image.Image:
    """Four fields: red, green, blue, yellow."""
    return Image.fromarray(CORNERS.repeat(side // 2, 0).repeat(side // 2, 1))


def _corners(found: np.ndarray) -> np.ndarray:
    """The colours in the middle of the four fields."""
    quarter, rest = len(found) // 4, len(found) - len(found) // 4
    return found[[quarter, rest]][:, [quarter, rest]].astype(int)


def _saved(folder: Path, image: Image.Image, name: str, **options: object) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "options", "off"),
    [
        ("a.png", {}, 0),
        ("a.bmp", {}, 0),
        ("a.tif", {"compression": "tiff_lzw"}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("a.avif", {"quality": 95}, 12),
        ("a.jpg", {"quality": 95, "subsampling": 0}, 6),
    ],
)
def test_kinds_of_files(tmp_path: Path, name: str, options: dict[str, object], off: int) -> None:
    found = open_picture(_saved(tmp_path, _picture(), name, **options), SIDE, SIDE)
    assert np.abs(_corners(found) - CORNERS).max() <= off


@pytest.mark.parametrize("mode", ["CMYK", "P", "L", "1", "LA", "RGBA", "YCbCr", "HSV", "LAB"])
def test_kinds_of_colour(tmp_path: Path, mode: str) -> None:
    if mode == "LAB":
        to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        image = ImageCms.applyTransform(_picture(), to_lab)
    else:
        image = _picture().convert(mode)
    name = {"P": "a.gif", "LA": "a.png", "RGBA": "a.png", "L": "a.png", "1": "a.png"}.get(mode, "a.tif")
    if mode == "HSV":
        image, name = image.convert("RGB"), "a.tif"
    expected = _picture().convert(mode).convert("RGB") if mode in ("L", "1", "LA", "P") else _picture()
    found = open_picture(_saved(tmp_path, image, name), SIDE, SIDE)
    assert np.abs(_corners(found) - _corners(np.asarray(expected))).max() <= 6


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_sixteen_bits_are_not_burnt_out(tmp_path: Path, name: str) -> None:
    ramp = np.linspace(0, 65_535, SIDE).astype(np.uint16)
    deep = Image.fromarray(np.broadcast_to(ramp, (SIDE, SIDE)).copy())
    found = open_picture(_saved(tmp_path, deep, name), SIDE, SIDE)
    assert np.abs(found[5, :, 0].astype(int) - np.linspace(0, 255, SIDE)).max() <= 1
    dark = Image.fromarray(np.full((SIDE, SIDE), 200, np.uint16))
    assert open_picture(_saved(tmp_path, dark, name), SIDE, SIDE).max() <= 1


@pytest.mark.parametrize(("highest", "expected"), [(1.0, 255), (255.0, 255), (65_535.0, 255)])
def test_fractions_are_read_by_their_range(tmp_path: Path, highest: float, expected: int) -> None:
    ramp = np.linspace(0, highest, SIDE, dtype=np.float32)
    image = Image.fromarray(np.broadcast_to(ramp, (SIDE, SIDE)).copy())
    found = open_picture(_saved(tmp_path, image, "f.tif"), SIDE, SIDE)
    assert (int(found.min()), int(found.max())) == (0, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_that_was_turned(tmp_path: Path, orientation: int) -> None:
    upright = _picture()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name in ("a.png", "a.tif"):
        found = open_picture(_saved(tmp_path, stored, name, exif=exif), SIDE, SIDE)
        assert np.array_equal(_corners(found), CORNERS)


def test_what_is_see_through_lies_on_white(tmp_path: Path) -> None:
    image = _picture().convert("RGBA")
    image.putalpha(Image.fromarray(np.repeat([[0], [255]], SIDE // 2, 0).repeat(SIDE, 1).astype(np.uint8)))
    found = _corners(open_picture(_saved(tmp_path, image, "clear.png"), SIDE, SIDE))
    assert (found[0] == 255).all()
    assert np.array_equal(found[1], CORNERS[1])
    palette = _picture().quantize(8)
    clear = palette.getpixel((1, 1))
    found = _corners(open_picture(_saved(tmp_path, palette, "clear.gif", transparency=clear), SIDE, SIDE))
    assert (found[0, 0] == 255).all()
    assert np.abs(found[1] - CORNERS[1]).max() <= 6


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp", "moving.png", "moving.tif"])
def test_of_a_moving_picture_the_first_counts(tmp_path: Path, name: str) -> None:
    others = [Image.new("RGB", (SIDE, SIDE), colour) for colour in ("black", "white")]
    options = {"lossless": True} if name.endswith("webp") else {}
    path = _saved(tmp_path, _picture(), name, save_all=True, append_images=others, **options)
    assert np.abs(_corners(open_picture(path, SIDE, SIDE)) - CORNERS).max() <= 6


def _profile_of_swapped_primaries() -> bytes:
    """A profile of sRGB whose red and blue are exchanged, so that nobody can overlook it."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    places = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


def test_colours_of_a_profile_become_srgb(tmp_path: Path) -> None:
    swapped = _profile_of_swapped_primaries()
    for name in ("a.png", "a.tif"):
        found = _corners(open_picture(_saved(tmp_path, _picture(), name, icc_profile=swapped), SIDE, SIDE))
        assert np.abs(found - CORNERS[..., ::-1]).max() <= 3
    clear = _picture().convert("RGBA")
    found = _corners(open_picture(_saved(tmp_path, clear, "clear.png", icc_profile=swapped), SIDE, SIDE))
    assert np.abs(found - CORNERS[..., ::-1]).max() <= 3
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = _corners(open_picture(_saved(tmp_path, _picture(), "srgb.png", icc_profile=srgb), SIDE, SIDE))
    assert np.abs(found - CORNERS).max() <= 1


@pytest.mark.parametrize("profile", [b"rubbish", b"\0" * 4096])
def test_a_damaged_profile_does_not_spoil_a_picture(tmp_path: Path, profile: bytes) -> None:
    found = open_picture(_saved(tmp_path, _picture(), "a.tif", icc_profile=profile), SIDE, SIDE)
    assert np.array_equal(_corners(found), CORNERS)
    # of a profile for other kinds of colours nothing can be made either
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    found = open_picture(_saved(tmp_path, _picture(), "b.png", icc_profile=lab), SIDE, SIDE)
    assert np.array_equal(_corners(found), CORNERS)


def test_large_pictures_are_cut_to_the_middle(tmp_path: Path) -> None:
    wide = Image.new("RGB", (4096, 1024), (250, 0, 0))
    wide.paste(_picture(1024), (1536, 0))
    for name, options in (("a.png", {}), ("a.jpg", {"quality": 95, "subsampling": 0})):
        found = open_picture(_saved(tmp_path, wide, name, **options), SIDE, SIDE)
        assert np.abs(_corners(found) - CORNERS).max() <= 6


def _png(width: int, height: int, body: bytes = b"") -> bytes:
    """The beginning of a PNG of that size, with `body` as its compressed data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (16_385, 8), (12_000, 12_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_is_too_large_is_not_unpacked(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(_png(*size, zlib.compress(b"\0" * 100)))
    with pytest.raises(BadInput, match=r"huge\.png is larger than can be worked with: save a copy"):
        open_picture(path, SIDE, SIDE)


def test_what_is_no_picture_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    for data in (b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"):
        path.write_bytes(data)
        with pytest.raises(BadInput, match=r"mine\.png is (no picture that can be read|damaged)"):
            open_picture(path, SIDE, SIDE)
    path.write_bytes(_png(4, 4000, zlib.compress(b"\0" * 13 * 4000)))
    with pytest.raises(BadInput, match="only 4 × 4000 pixels"):
        open_picture(path, SIDE, SIDE)
    with pytest.raises(BadInput, match="cannot be read"):
        open_picture(tmp_path / "gone.png", SIDE, SIDE)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tif", "a.gif", "a.bmp"])
def test_a_picture_that_was_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    path = _saved(tmp_path, _picture(), name)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BadInput, match=r"is damaged, or no picture|no picture that can be read"):
        open_picture(path, SIDE, SIDE)


@functools.cache  # a colour profile tells when it was made, so that two savings differ
def _whole(name: str) -> bytes:
    whole = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {} if name in ("a.gif", "a.bmp") else {"exif": exif, "icc_profile": _profile_of_swapped_primaries()}
    kinds = {"jpg": "jpeg", "tif": "tiff"}
    _picture().save(whole, kinds.get(name[2:], name[2:]), **options)
    return whole.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(["a.png", "a.jpg", "a.webp", "a.tif", "a.gif", "a.bmp", "a.avif"]))
def test_damage_anywhere_is_a_picture_or_a_sentence(tmp_path: Path, data: st.DataObject, name: str) -> None:
    altered = bytearray(_whole(name))
    for _ in range(data.draw(st.integers(1, 4))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(bytes(altered))
    try:
        found = open_picture(path, SIDE, SIDE)
    except BadInput:
        return
    assert (found.shape, found.dtype) == ((SIDE, SIDE, 3), np.uint8)
