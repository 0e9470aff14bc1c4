"""What pictures are written as, read again by programs that share nothing with ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import numpy as np
import pytest
from PIL import Image

from generators.artifacts import Direction, Pictures, digest, pack
from generators.compass.axes import captions, grid, varying
from generators.compass.lettering import Lettering
from generators.compass.recipe import read_recipe
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.engine.requests import encode_request
from generators.errors import BadRequest
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.provenance import software

HUSH = pack(Direction(np.ones((1, 4), np.float32), np.array([0.5]), name="hush"))
KEY = digest(HUSH)
STRIP = RenderRequest(tuple(Point(5, amounts=(amount,)) for amount in (-1.0, 0.0, 1.0)), (Push(KEY),), Making(steps=9))
FACTS = {
    "request": encode_request(STRIP).decode(),
    "title": "Hush <of> the evening",
    "model_sha256": "c" * 64,
    "direction_names": json.dumps({KEY: "hush"}),
}
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def lights(count: int = 3, side: int = 64) -> Pictures:
    """Pictures that grow brighter from left to right, each from 40 to 220."""
    across = np.linspace(0, 20, side)[None, :, None]
    return Pictures(np.stack([np.broadcast_to(40 + 160 * n / max(count - 1, 1) + across, (side, side, 3)) for n in range(count)]).astype(np.uint8))  # noqa: E501  # fmt: skip


def write(name: str, pictures: Pictures, path: Path, facts: dict[str, str] = FACTS, **options: str) -> Path:
    ingredient = path.parent / "hush.safetensors"
    ingredient.write_bytes(HUSH)
    inputs = ExportInputs(options=options, ingredients=(ingredient,))
    exporter_named(name).write(pictures, path, facts, beside=inputs)
    return path


def xmp_of(image: Image.Image) -> dict[str, str]:
    """The XMP of a picture by its local names, as the standard library reads it."""
    found = {}
    (description,) = ET.fromstring(image.info["xmp"]).iter(f"{RDF}Description")
    for element in description:
        found[element.tag.partition("}")[2]] = "".join(element.itertext())
    return found


def test_a_png_tells_all_of_itself(tmp_path: Path) -> None:
    path = write("png", lights(), tmp_path / "a.png", number="3")
    one = RenderRequest((Point(5, amounts=(1.0,)),), (Push(KEY),), Making(steps=9))
    with Image.open(path) as image:
        image.load()
        info = dict(image.info)
        assert np.array_equal(np.asarray(image), lights().pixels[2])
        assert xmp_of(image)["DigitalSourceType"] == SOURCE_TYPE
    assert info["affect-studio"] == encode_request(one).decode()
    assert info["parameters"].splitlines() == [
        "Seed 5", "Moved: hush +1.00", "Steps 9", "Model: compass-small, SHA-256 cccccccccccccccc",
        "Made with Affect Studio",
    ]  # fmt: skip
    assert info["Title"] == FACTS["title"]
    assert "Apache-2.0" in info["Copyright"]
    assert read_recipe(path).ingredients == {KEY: HUSH}
    with pytest.raises(BadRequest, match="There is no picture 4, there are 3 pictures"):
        write("png", lights(), path, number="4")


def test_xmp_and_exif_are_the_same_in_every_form(tmp_path: Path) -> None:
    for name, suffix in (("png", "png"), ("jpeg", "jpg"), ("webp", "webp"), ("tiff", "tif")):
        path = write(name, lights(), tmp_path / f"a.{suffix}", number="2")
        with Image.open(path) as image:
            xmp = xmp_of(image)
            pixels = np.asarray(image).astype(int)
        assert xmp["DigitalSourceType"] == SOURCE_TYPE
        assert json.loads(xmp["request"])["points"] == [{"amounts": [0.0], "seed": 5}]
        assert xmp["title"] == FACTS["title"]
        assert np.abs(pixels - lights().pixels[1]).max() <= (3 if name == "jpeg" else 0)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool reads what Pillow has read above, where it is")
def test_exiftool_reads_it(tmp_path: Path) -> None:
    paths = [
        write(name, lights(), tmp_path / f"a.{suffix}")
        for name, suffix in (("png", "png"), ("jpeg", "jpg"), ("webp", "webp"), ("tiff", "tif"), ("strip", "strip.png"))
    ]
    ran = subprocess.run(["exiftool", "-json", "-G1", *paths], capture_output=True, check=True)
    for found in json.loads(ran.stdout):
        assert not [key for key in found if "Warning" in key or "Error" in key]
        assert found["XMP-iptcExt:DigitalSourceType"] == SOURCE_TYPE
        assert found["XMP-xmp:CreatorTool"] == software()
        assert found["XMP-dc:Title"] == FACTS["title"]
        assert "hush" in found["XMP-dc:Description"]


def test_a_picture_of_ones_own_is_not_said_to_be_made_from_nothing(tmp_path: Path) -> None:
    own = RenderRequest((Point(0),), start_sha256="d" * 64)
    path = write("png", lights(1), tmp_path / "a.png", {"request": encode_request(own).decode()})
    with Image.open(path) as image:
        image.load()
        assert xmp_of(image)["DigitalSourceType"].endswith("compositeWithTrainedAlgorithmicMedia")
        assert "A picture of one's own" in image.info["parameters"]
        assert "Copyright" not in image.info  # whose it is nobody here knows


def test_all_pictures_each_with_its_own_request(tmp_path: Path) -> None:
    folder = write("pictures-png", lights(), tmp_path / "a pictures")
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["01.png", "02.png", "03.png"]
    assert [read_recipe(file).request.points for file in files] == [(point,) for point in STRIP.points]


def test_what_differs_is_said_below_each_picture() -> None:
    a, b = Push("a"), Push("b")
    both = RenderRequest((Point(1, amounts=(0.5, 0.0)), Point(2, amounts=(0.0, -0.25))), (a, b))
    assert [axis.name for axis in varying(both, ("warm", "far away"))] == ["warm", "far away", "seed"]
    assert captions(both, ("warm", "far away")) == ["seed 1\nwarm\u00a0+0.50", "seed 2\nfar\u00a0away\u00a0-0.25"]
    walk = RenderRequest(tuple(Point(1, 8, mix) for mix in (0.0, 0.5, 1.0)))
    assert [axis.name for axis in varying(walk, ())] == ["towards seed 8"]
    assert captions(walk, ()) == ["0%", "50%", "100%"]
    assert captions(RenderRequest((Point(1), Point(2))), ()) == ["seed 1", "seed 2"]
    assert captions(RenderRequest((Point(1), Point(1))), ()) == ["1", "2"]
    still = RenderRequest((Point(1, amounts=(0.0, 0.0)), Point(1, amounts=(1.0, 1.0))), (a, b))
    assert captions(still, ("warm", "far")) == ["as it was", "warm\u00a0+1.00, far\u00a0+1.00"]


def test_a_map_puts_each_picture_at_its_place() -> None:
    places = [(0.0, 1.0), (1.0, -1.0), (0.0, -1.0), (1.0, 1.0)]
    request = RenderRequest(tuple(Point(3, amounts=place) for place in places), (Push("a"), Push("b")))
    across, up, order = grid(request, ("warm", "far"))
    assert (across.name, up.name) == ("warm", "far")
    assert [places[index] for index in order] == [(0.0, 1.0), (1.0, 1.0), (0.0, -1.0), (1.0, -1.0)]
    seeds = RenderRequest(tuple(Point(s, amounts=(x,)) for s in (4, 9) for x in (0.0, 1.0)), (Push("a"),))
    assert [axis.name for axis in grid(seeds, ("warm",))[:2]] == ["warm", "seed"]
    with pytest.raises(BadRequest, match="differ in just those two"):
        grid(STRIP, ("hush",))
    holes = RenderRequest(request.points[:3], request.directions)
    with pytest.raises(BadRequest, match="one picture for each pair"):
        grid(holes, ("warm", "far"))
    twice = RenderRequest((*request.points[:3], request.points[0]), request.directions)
    with pytest.raises(BadRequest, match="one picture for each pair"):
        grid(twice, ("warm", "far"))


def where(sheet: np.ndarray, picture: np.ndarray) -> list[tuple[int, int]]:
    """Where (row, column) a picture lies on a sheet."""
    height, width = picture.shape[:2]
    first = np.argwhere((sheet == picture[0, 0]).all(axis=-1))
    return [
        (int(row), int(column))
        for row, column in first
        if np.array_equal(sheet[row : row + height, column : column + width], picture)
    ]


@pytest.mark.parametrize("name", ["picture-sheet", "strip", "map"])
def test_sheets_hold_every_picture_whole_and_in_order(name: str, tmp_path: Path) -> None:
    request = RenderRequest(
        tuple(Point(3, amounts=(x, y)) for y in (1.0, 0.0) for x in (0.0, 1.0)), (Push("a"), Push("b"))
    )
    rng = np.random.default_rng(1)
    pictures = Pictures(rng.integers(60, 200, (4, 48, 64, 3), dtype=np.uint8))
    facts = {"request": encode_request(request).decode(), "title": "Vier Bilder über düstere Nächte"}
    path = write(name, pictures, tmp_path / "a.png", facts, side="as made")
    with Image.open(path) as image:
        sheet = np.asarray(image)
    found = [where(sheet, picture) for picture in pictures.pixels]
    assert [len(places) for places in found] == [1, 1, 1, 1]
    corners = [places[0] for places in found]
    assert corners == sorted(corners)  # row by row
    assert corners[0][0] == corners[1][0]
    covered = np.zeros(sheet.shape[:2], bool)
    for row, column in corners:
        covered[row : row + 48, column : column + 64] = True
    outside = sheet[~covered].astype(int)
    assert (np.abs(outside - (18, 19, 23)).sum(axis=-1) > 60).mean() > 0.003  # there are words
    edges = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]]).astype(int)
    assert np.abs(edges - (18, 19, 23)).max() == 0  # and none is cut off
    assert read_recipe(path).request == request
    light = write(name, pictures, tmp_path / "b.png", facts, side="128", paper="light")
    with Image.open(light) as image:
        assert image.getpixel((0, 0)) == (255, 255, 255)


def test_sheets_of_too_much(tmp_path: Path) -> None:
    many = Pictures(np.zeros((80, 8, 8, 3), np.uint8))
    with pytest.raises(BadRequest, match="choose smaller pictures, or fewer"):
        write("strip", many, tmp_path / "a.png", {}, side="256")
    write("strip", many, tmp_path / "a.png", {}, side="as made")
    for name in ("picture-sheet", "path-mp4", "path-gif"):
        with pytest.raises(BadRequest, match="no pictures to show"):
            write(name, Pictures(np.zeros((0, 8, 8, 3), np.uint8)), tmp_path / "b.png", {})
    with pytest.raises(BadRequest, match="names of its axes"):
        write("map", many, tmp_path / "b.png", FACTS)


def test_letters_that_no_typeface_has_become_plain_ones() -> None:
    lettering = Lettering(14, ["plain"])
    assert lettering.spelled("−0.5 a") == "-0.5 a"  # ours has no minus of its own
    strange = Lettering(14, ["\U000f0000é"])
    assert strange.spelled("\U000f0000") == "?"
    assert strange.spelled("é") in ("é", "e")
    assert lettering.lines("one two three four", 50, 2)[-1].endswith("...")
    assert lettering.lines("", 50) == []
    assert all(lettering.width(line) <= 60 for line in lettering.lines("a\u00a0very\u00a0long\u00a0name +0.5", 60))


def frames_of(path: Path) -> tuple[list[np.ndarray], Any]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        told = {
            "rate": stream.average_rate, "size": (stream.width, stream.height), "codec": stream.codec_context.name,
            "format": stream.pix_fmt, "tags": dict(container.metadata),
            "seconds": None if container.duration is None else container.duration / 1e6,
        }  # fmt: skip
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)], told


@pytest.mark.parametrize(("rate", "expected"), [("24", Fraction(24)), ("29.97", Fraction(30_000, 1_001))])
def test_an_mp4_is_what_it_says(rate: str, expected: Fraction, tmp_path: Path) -> None:
    path = write("path-mp4", lights(), tmp_path / "a.mp4", frame_rate=rate, seconds="1", size="256")
    frames, told = frames_of(path)
    assert len(frames) == round(1 * expected)
    assert told["rate"] == expected
    assert told["size"] == (256, 256)
    assert (told["codec"], told["format"]) == ("h264", "yuv420p")
    assert told["tags"]["comment"] == FACTS["request"]
    assert told["tags"]["title"] == FACTS["title"]
    light = np.array([frame.mean() for frame in frames])
    wanted = np.interp(np.linspace(0, 2, len(frames)), [0, 1, 2], [picture.mean() for picture in lights().pixels])
    assert np.abs(light - wanted).max() < 3  # the colours of the pictures, and blends between them


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="PyAV has read the same above; ffprobe where it is")
def test_ffprobe_agrees(tmp_path: Path) -> None:
    path = write("path-mp4", lights(5), tmp_path / "a.mp4", frame_rate="25", seconds="2", play="there and back")
    ran = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path],
        capture_output=True, check=True,
    )  # fmt: skip
    told = json.loads(ran.stdout)
    (stream,) = told["streams"]
    assert not ran.stderr
    assert (stream["codec_name"], stream["pix_fmt"], stream["width"], stream["height"]) == ("h264", "yuv420p", 64, 64)
    assert (stream["r_frame_rate"], stream["nb_read_frames"]) == ("25/1", "98")
    assert (stream["color_space"], stream["color_primaries"], stream["color_transfer"]) == ("bt709",) * 3
    assert float(told["format"]["duration"]) == pytest.approx(98 / 25)


@pytest.mark.parametrize("name", ["path-webp", "path-gif"])
def test_moving_pictures_last_as_long_as_they_should(name: str, tmp_path: Path) -> None:
    rate = "12.5" if name == "path-gif" else "29.97"
    path = write(name, lights(12), tmp_path / "a.img", frame_rate=rate, play="on and on", size="as made")
    with Image.open(path) as image:
        assert image.n_frames == 12
        assert image.size == (64, 64)
        assert image.info["loop"] == 0
        spans, light = [], []
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            spans.append(image.info["duration"])
            light.append(np.asarray(image.convert("RGB")).mean())
    assert sum(spans) == pytest.approx(12_000 / float(rate), abs=10)
    assert np.abs(np.array(light) - [picture.mean() for picture in lights(12).pixels]).max() < 4
    once = write(name, lights(2), tmp_path / "b.img")
    with Image.open(once) as image:
        assert image.info.get("loop", 1) == 1


def test_speed_and_easing_choose_the_frames(tmp_path: Path) -> None:
    """Pictures that hardly change and then leap: even speed gives the leap the time."""
    levels = [40, 42, 44, 46, 200]
    pictures = Pictures(np.stack([np.full((64, 64, 3), level) for level in levels]).astype(np.uint8))
    folder = {}
    for speed in ("as made", "even"):
        path = write("path-frames", pictures, tmp_path / f"{speed} frames", seconds="1", speed=speed)
        files = sorted(path.iterdir())
        assert [files[0].name, files[-1].name, len(files)] == ["00001.png", "00024.png", 24]
        folder[speed] = [np.asarray(Image.open(file)).mean() for file in files]
    as_made, even = (np.diff(folder[speed]) for speed in ("as made", "even"))
    assert even.std() / even.mean() < 0.5 * as_made.std() / as_made.mean()
    cut = write("path-frames", pictures, tmp_path / "cut frames", seconds="1", between="cut", easing="in and out")
    shown = [int(np.asarray(Image.open(file))[0, 0, 0]) for file in sorted(cut.iterdir())]
    assert set(shown) == set(levels)
    assert shown.count(40) > shown.count(44)  # it rests at the ends
    back = write("path-frames", pictures, tmp_path / "back frames", play="there and back")
    assert len(list(back.iterdir())) == 8


def test_each_frame_knows_its_own_picture(tmp_path: Path) -> None:
    folder = write("path-frames", lights(), tmp_path / "a frames")
    recipes = [read_recipe(file) for file in sorted(folder.iterdir())]
    assert [recipe.request.points for recipe in recipes] == [(point,) for point in STRIP.points]
    assert all("pixels_sha256" in recipe.facts for recipe in recipes)
    assert [bool(recipe.ingredients) for recipe in recipes] == [True, False, False]


def test_the_same_film_has_the_same_bytes(tmp_path: Path) -> None:
    pictures = Pictures(np.random.default_rng(1).integers(0, 256, (12, 64, 64, 3), np.uint8))
    made = [write("path-mp4", pictures, tmp_path / f"{n}.mp4", size="720", seconds="1") for n in range(6)]
    films = {film.read_bytes() for film in made}
    assert len(films) == 1


def test_films_of_too_much(tmp_path: Path) -> None:
    wide = Pictures(np.zeros((2, 16, 300, 3), np.uint8))
    with pytest.raises(BadRequest, match="choose a smaller size"):
        write("path-mp4", wide, tmp_path / "a.mp4", size="1080")
    with pytest.raises(BadRequest, match="too much for a GIF"):
        write("path-gif", lights(), tmp_path / "a.gif", seconds="300", frame_rate="50", size="720")
    with pytest.raises(BadRequest, match="choose up to"):
        write("path-mp4", lights(), tmp_path / "a.mp4", seconds="9999")
    with pytest.raises(BadRequest, match="cannot be made"):
        write("path-mp4", lights(), tmp_path / "a.mp4", seconds="0")
    tiny = Pictures(np.full((1, 3, 5, 3), 90, np.uint8))
    frames, told = frames_of(write("path-mp4", tiny, tmp_path / "tiny.mp4", {}))
    assert told["size"] == (106, 64)
    assert len(frames) == 1
