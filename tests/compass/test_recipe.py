"""Recipes in pictures: written, read back, and refused where they are damaged or hostile."""

from __future__ import annotations

import base64
import io
import json
import struct
import tracemalloc
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from generators.artifacts import Direction, Measures, digest, pack
from generators.compass import png_text
from generators.compass.encoding import png_bytes
from generators.compass.png_text import SIGNATURE, texts_of
from generators.compass.recipe import (
    INGREDIENT,
    MAX_EMBEDDED_BYTES,
    REQUEST,
    gathered,
    has_recipe,
    ingredient_texts,
    pixels_digest,
    read_recipe,
    request_of_one,
)
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.engine.requests import decode_request, encode_request
from generators.errors import BadInput

PIXELS = (np.arange(8 * 12 * 3) % 251).astype(np.uint8).reshape(8, 12, 3)


def a_direction(channels: int = 6, value: float = 0.25) -> bytes:
    vectors = np.full((2, channels), value, np.float32)
    return pack(Direction(vectors, np.array([0.8, 0.2]), name="hush"))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_texts(*texts: tuple[bytes, bytes]) -> bytes:
    """A small PNG with some text chunks, made by hand."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
    return SIGNATURE + head + b"".join(chunk(kind, data) for kind, data in texts) + body + chunk(b"IEND", b"")


def test_a_picture_brings_its_request_and_its_directions(tmp_path: Path) -> None:
    direction = a_direction()
    request = RenderRequest((Point(5, 9, 0.25, (0.5,)),), (Push(digest(direction)),), Making(steps=4, prompt="Ü, ✓"))
    facts = {"title": "Hush", "model_sha256": "a" * 64, "direction_names": json.dumps({digest(direction): "hush"})}
    path = tmp_path / "one.png"
    text = encode_request(request).decode()
    path.write_bytes(png_bytes(PIXELS, text, facts, {digest(direction): direction}))

    assert has_recipe(path)
    recipe = read_recipe(path)
    assert recipe.request == request
    assert recipe.ingredients == {digest(direction): direction}
    assert recipe.missing == ()
    assert recipe.name_of(digest(direction)) == "hush"
    assert recipe.facts["model_sha256"] == "a" * 64
    assert recipe.facts["pixels_sha256"] == pixels_digest(PIXELS)
    with Image.open(path) as image:  # a reader that shares nothing with ours
        image.load()
        assert image.info[REQUEST] == text
        assert np.array_equal(np.asarray(image), PIXELS)

    alone = tmp_path / "alone.png"
    alone.write_bytes(png_bytes(PIXELS, text, facts))
    assert read_recipe(alone).missing == (digest(direction),)


def test_large_ingredients_stay_readable_for_others_and_too_large_ones_stay_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((4, 64, 64, 32)).astype(np.float32)  # 2 MB that cannot be packed
    large = pack(Direction(vectors, np.array([0.9, 0.7, 0.5, 0.3])))
    files = [tmp_path / name for name in ("large", "huge", "small")]
    files[0].write_bytes(large)
    with files[1].open("wb") as file:
        file.truncate(MAX_EMBEDDED_BYTES)
    files[2].write_bytes(a_direction())
    found = gathered(files)
    assert list(found) == [digest(large), digest(a_direction())]

    request = RenderRequest((Point(1, amounts=(1.0,)),), (Push(digest(large)),))
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(PIXELS, encode_request(request).decode(), {}, found))
    assert read_recipe(path).ingredients == {digest(large): large}  # what the request does not name is left
    with Image.open(path) as image:
        image.load()  # Pillow refuses packed texts of more than a megabyte
        assert image.size == (12, 8)


@given(index=st.integers(0, 3), seeds=st.lists(st.integers(0, 1 << 40), min_size=4, max_size=4))
def test_the_request_of_one_picture_is_canonical(index: int, seeds: list[int]) -> None:
    points = tuple(Point(seed, amounts=(seed / 7e15,)) for seed in seeds)
    request = RenderRequest(points, (Push("a"),), Making(lock=1e-5))
    one = msgspec.structs.replace(request, points=(points[index],))
    assert request_of_one(encode_request(request).decode(), index) == encode_request(one).decode()
    assert decode_request(request_of_one(encode_request(request).decode(), index)) == one


def test_the_request_of_the_plainest_picture_and_of_what_is_no_picture() -> None:
    request = RenderRequest((Point(), Point(1)))
    assert request_of_one(encode_request(request).decode(), 0) == encode_request(RenderRequest()).decode()
    assert request_of_one('{"type":"compose"}', 0) == '{"type":"compose"}'
    assert request_of_one("no JSON", 0) == "no JSON"
    assert request_of_one(encode_request(request).decode(), 5) == encode_request(request).decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no PNG"),
        (b"GIF89a", "no PNG"),
        (with_texts(), "holds no recipe"),
        (with_texts((b"tEXt", b"affect-studio\0{")), "is damaged"),
        (with_texts((b"tEXt", b'affect-studio\0{"type":"compose"}')), "newer version"),
        (with_texts((b"tEXt", b'affect-studio\0{"type":"render","points":[{"seed":-1}]}')), "seed -1 is out of range"),
        (with_texts((b"tEXt", b'affect-studio\0{"type":"render","points":[]}')), "No picture was asked for"),
        (with_texts((b"iTXt", b"affect-studio\0\0\0\0\0\xff\xfe")), "is damaged"),
        (with_texts((b"iTXt", b"affect-studio\0")), "is damaged"),
        (with_texts((b"zTXt", b"affect-studio\0\0no zlib")), "is damaged"),
        (with_texts((b"zTXt", b"affect-studio\0\1" + zlib.compress(b"{}"))), "is damaged"),
        (with_texts((b"zTXt", b"affect-studio\0\0" + zlib.compress(b"{}" * 99)[:-4])), "is damaged"),
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_told_in_a_sentence(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=told) as caught:
        read_recipe(path)
    assert "mine.png" in caught.value.message
    with pytest.raises(BadInput, match="cannot be read"):
        read_recipe(tmp_path / "nowhere.png")


def test_a_text_that_unpacks_to_gigabytes_is_refused_before_it_does(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(256)) + packer.flush()
    path = tmp_path / "bomb.png"
    path.write_bytes(with_texts((b"zTXt", b"affect-studio\0\0" + bomb)))
    tracemalloc.start()
    with pytest.raises(BadInput, match="larger than a recipe can be"):
        read_recipe(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * png_text.MAX_TEXT_BYTES
    assert not has_recipe(path)


def test_files_that_say_they_are_larger_than_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SIGNATURE + struct.pack(">I", 0xFFFFFFFF) + b"tEXt" + b"affect-studio\0{}")
    with pytest.raises(BadInput, match="is damaged"):
        read_recipe(path)
    with path.open("wb") as file:
        file.truncate(png_text.MAX_FILE_BYTES + 1)
    with pytest.raises(BadInput, match="larger than 256 MB"):
        read_recipe(path)


def ingredients(*texts: str) -> bytes:
    request = encode_request(RenderRequest((Point(1, amounts=(1.0,)),), (Push(digest(a_direction())),)))
    pieces = [(b"zTXt", INGREDIENT.encode() + b"\0\0" + zlib.compress(text.encode())) for text in texts]
    return with_texts((b"tEXt", b"affect-studio\0" + request), *pieces)


def test_ingredients_that_are_not_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    whole = a_direction()
    (good,) = ingredient_texts({digest(whole): whole})
    path.write_bytes(ingredients(good))
    assert read_recipe(path).missing == ()
    other = pack(Measures(("tempo",), ("bpm",), np.array([1.0])))
    letters = base64.b64encode(whole).decode()
    bad = [
        "nothing",
        good.replace(" 1/1\n", " 2/1\n"),
        good.replace(" 1/1\n", " 1/2\n"),
        good.replace(" 1/1\n", " 1/1\n?"),
        f"{digest(whole)} 1/1\n{letters[:-8]}",
        f"{'0' * 64} 1/1\n{letters}",
        f"{digest(other)} 1/1\n{base64.b64encode(other).decode()}",
        f"{digest(b'no artifact')} 1/1\n{base64.b64encode(b'no artifact').decode()}",
    ]
    for text in bad:
        path.write_bytes(ingredients(text))
        with pytest.raises(BadInput, match=r"A direction inside a\.png is damaged"):
            read_recipe(path)


def test_facts_that_cannot_be_understood_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    request = (b"tEXt", b"affect-studio\0" + encode_request(RenderRequest()))
    for facts in (b"[1]", b'{"rows":3}', b"{", b"\xff"):
        path.write_bytes(with_texts(request, (b"tEXt", b"affect-studio facts\0" + facts)))
        assert read_recipe(path).facts == {}
        assert read_recipe(path).name_of("a") == ""


@pytest.fixture(scope="module")
def written() -> bytes:
    direction = a_direction()
    request = RenderRequest((Point(5, amounts=(0.5,)),), (Push(digest(direction)),))
    return png_bytes(PIXELS, encode_request(request).decode(), {"title": "Hush"}, {digest(direction): direction})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_damage_is_told_or_does_no_harm(data: st.DataObject, written: bytes, tmp_path: Path) -> None:
    """Bytes changed, cut off or put in anywhere: the recipe as it was, or one sentence."""
    damaged = bytearray(written)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        kind = data.draw(st.sampled_from(("change", "cut", "put in")))
        if kind == "change":
            damaged[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del damaged[place:]
        else:
            damaged[place:place] = data.draw(st.binary(min_size=1, max_size=9))
        if not damaged:
            break
    path = tmp_path / "a.png"
    path.write_bytes(bytes(damaged))
    try:
        recipe = read_recipe(path)
    except BadInput:
        return
    assert recipe.request.points == (Point(5, amounts=(0.5,)),)
    for sha256, brought in recipe.ingredients.items():
        assert digest(brought) == sha256


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200))
def test_noise_is_no_picture(noise: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for data in (noise, SIGNATURE + noise, with_texts((b"zTXt", noise), (b"iTXt", noise), (b"tEXt", noise))):
        path.write_bytes(data)
        try:
            texts_of(path, (REQUEST,))
        except BadInput:
            continue


def test_texts_after_the_pixels_are_found_too(tmp_path: Path) -> None:
    """Programs that write a picture anew move texts behind it."""
    path = tmp_path / "a.png"
    plain = with_texts()
    text = chunk(b"tEXt", b"affect-studio\0" + encode_request(RenderRequest((Point(3),))))
    path.write_bytes(plain[:-12] + text + plain[-12:])
    assert read_recipe(path).request == RenderRequest((Point(3),))
    with Image.open(io.BytesIO(plain[:-12] + text + plain[-12:])) as image:
        image.load()
        assert REQUEST in image.info
