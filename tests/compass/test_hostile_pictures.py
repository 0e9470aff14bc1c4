"""Pictures of one's own that nobody can vouch for: enormous, cut off, changed at any place."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from generators.compass.picture_file import FORMATS, open_picture
from generators.compass.png_text import SIGNATURE
from generators.errors import BadInput


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_whole_picture_of_30_000_by_30_000_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """Not only its header: a file of some hundred kilobytes that every viewer would open, and choke on."""
    side = 30_000
    packer = zlib.compressobj(1)
    row = bytes(1 + side // 8)
    rows = b"".join(packer.compress(row * 1_000) for _ in range(side // 1_000)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    path = tmp_path / "wall.png"
    path.write_bytes(SIGNATURE + head + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    tracemalloc.start()
    with pytest.raises(BadInput, match="larger than can be worked with: save a copy") as caught:
        open_picture(path, 64, 64)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert caught.value.message.startswith("wall.png")


def written(form: str) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (24, 30, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form)
    return file.getvalue()


WHOLE = {form: written(form) for form in FORMATS}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), form=st.sampled_from(FORMATS))
def test_any_damage_is_told_or_gives_a_picture(data: st.DataObject, form: str, tmp_path: Path) -> None:
    damaged = bytearray(WHOLE[form])
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, min(len(damaged), 300) - 1) | st.integers(0, len(damaged) - 1))
        kind = data.draw(st.sampled_from(("change", "cut", "put in")))
        if kind == "change":
            damaged[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del damaged[max(place, 1) :]
        else:
            damaged[place:place] = data.draw(st.binary(min_size=1, max_size=5))
    path = tmp_path / "a.img"
    path.write_bytes(bytes(damaged))
    try:
        picture = open_picture(path, 20, 16)
    except BadInput:
        return
    assert picture.shape == (16, 20, 3)
    assert picture.dtype == np.uint8
