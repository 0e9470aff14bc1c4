"""Every exported file says what it is and that it was generated, where readers that are not ours look for it."""

from __future__ import annotations

import io
import json
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import mido
import pygltflib
import pytest
import soundfile
from exporter_samples import CASES, REQUEST, SAMPLES, a_face, facts_of
from PIL import Image
from pxr import Sdf
from safetensors import safe_open

from generators.artifacts import Artifact
from generators.compass.recipe import request_of_one
from generators.exporter import Exporter, ExportInputs
from generators.exporters import EXPORTERS, exporter_named
from generators.provenance import COMPOSITE, GENERATED, SOURCE_TYPES, Provenance, software, source_type_of, xmp_packet

Told = dict[str, str]
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
TERMS = {"licence": "Yours to use, change and sell.", "model": "music-small", "model_sha256": "c" * 64}
CARRIED = [(exporter, kind) for exporter, kind in CASES if exporter.keeps_facts and exporter.name != "direction"]
SMALLEST = {"film": {"size": "512x512"}, "contact-sheet": {"moments": "1", "still": "240"}}
BARE = [exporter for exporter in EXPORTERS if not exporter.keeps_facts]


def xmp_in(packet: bytes | str) -> Told:
    """The values of an XMP packet by their local names."""
    text = packet.decode() if isinstance(packet, bytes) else packet
    (described,) = ET.fromstring(text[text.index("<x:xmpmeta") : text.index("<?xpacket end")]).iter(f"{RDF}Description")
    return {element.tag.partition("}")[2]: "".join(element.itertext()) for element in described}


def of_picture(path: Path) -> Told:
    with Image.open(path) as image:
        image.load()
        given = {str(key): value for key, value in image.info.items() if isinstance(value, (str, bytes))}
        texts = {key: value.decode(errors="replace") if isinstance(value, bytes) else value
                 for key, value in given.items()}  # fmt: skip
        packet = image.info.get("xmp")
        found = xmp_in(packet) if isinstance(packet, bytes) else {}
    return {**texts, **found}


def of_film(path: Path) -> Told:
    with av.open(path) as container:
        tags = dict(container.metadata)
    data = path.read_bytes()
    at, boxes = 0, []
    while at < len(data):  # the boxes at the top of the file
        size = int.from_bytes(data[at : at + 4], "big")
        boxes.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
        at += size
    (packet,) = (body[16:] for kind, body in boxes if kind == b"uuid")
    return {**tags, **xmp_in(packet)}


def of_wav(path: Path) -> Told:
    with av.open(path) as container:
        tags = dict(container.metadata)
    file = io.BytesIO(path.read_bytes()[12:])
    while len(head := file.read(8)) == 8:
        body = file.read(int.from_bytes(head[4:], "little"))
        file.read(len(body) % 2)
        if head[:4] == b"_PMX":
            tags |= xmp_in(body)
    return tags


def of_flac(path: Path) -> Told:
    with soundfile.SoundFile(path) as file:
        return {name: text for name, text in file.copy_metadata().items() if text}


def of_midi(path: Path) -> Told:
    file = mido.MidiFile(path, charset="utf-8")
    told: Told = {}
    for message in file.tracks[0]:
        if message.type == "sequencer_specific":
            key, _, value = bytes(message.data[1:]).decode().partition(": ")
            told[key] = value
        elif message.type in ("copyright", "track_name"):
            told[message.type] = getattr(message, "text", "") or getattr(message, "name", "")
    return told


def of_notation(path: Path) -> Told:
    root = ET.parse(path).getroot()
    told = {str(field.get("name")): field.text or "" for field in root.iter("miscellaneous-field")}
    return told | {name: root.findtext(f".//{name}") or "" for name in ("software", "rights", "encoding-description")}


def of_gltf(path: Path) -> Told:
    asset = pygltflib.GLTF2().load(path).asset
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in asset.extras.items()} | {
        "generator": asset.generator
    }


def of_usd(path: Path) -> Told:
    layer = Sdf.Layer.FindOrOpen(str(path))
    return {"doc": layer.documentation, **{key: str(value) for key, value in layer.customLayerData.items()}}


def of_json(path: Path) -> Told:
    found = json.loads(path.read_text())
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in found.items()}


def of_script(path: Path) -> Told:
    with path.open("rb") as file:
        comments = [token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
    return {str(number): text for number, text in enumerate(comments)}


READERS: dict[str, Callable[[Path], Told]] = {
    **dict.fromkeys((".png", ".jpg", ".webp", ".tif", ".gif"), of_picture),
    ".mp4": of_film, ".wav": of_wav, ".flac": of_flac, ".mid": of_midi, ".musicxml": of_notation,
    ".glb": of_gltf, ".usda": of_usd, ".json": of_json, ".py": of_script,
}  # fmt: skip


def files_of(path: Path) -> Iterator[Path]:
    yield from sorted(path.iterdir()) if path.is_dir() else [path]


def small(kind: str) -> Artifact:
    """The sample of a kind, a face of few frames."""
    return a_face(3) if kind == "rig curves" else SAMPLES[kind]()


def quick(exporter: Exporter) -> ExportInputs:
    """What makes a head that is drawn small."""
    return ExportInputs(options=SMALLEST.get(exporter.name, {}))


def same(text: str) -> Any:
    """JSON in whatever spelling."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def request_of(exporter: Exporter, kind: str, number: int) -> str:
    """The request that a file keeps: one of a single picture keeps what makes just it."""
    request = facts_of(kind)["request"]
    single = kind == "pictures" and (exporter.is_folder or exporter.name in ("png", "jpeg", "webp", "tiff"))
    return request_of_one(request, number) if single else request


@pytest.mark.parametrize(("exporter", "kind"), CARRIED, ids=[f"{e.name}-{kind}" for e, kind in CARRIED])
def test_every_file_says_that_it_was_generated(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{exporter.suffix}"
    exporter.write(small(kind), path, {**facts_of(kind), **TERMS}, beside=quick(exporter))
    for number, file in enumerate(files_of(path)):
        told = READERS[file.suffix](file)
        values = "\n".join(told.values())
        assert software() in values
        assert f"Generated by {software()}" in values
        assert GENERATED in values
        assert TERMS["licence"] in values
        request = same(request_of(exporter, kind, number))
        assert any(same(value) == request or json.dumps(request) in value for value in told.values()) or (
            request_of(exporter, kind, number) in values
        )
        assert TERMS["model_sha256"] in values


@pytest.mark.parametrize(("exporter", "kind"), CARRIED, ids=[f"{e.name}-{kind}" for e, kind in CARRIED])
def test_what_nobody_is_known_to_have_generated_does_not_say_so(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    """Notes that were opened from a file, say: they are only written here. Pictures come from models alone."""
    path = tmp_path / f"a{exporter.suffix}"
    facts = {"title": "Walk", "source": "old.mid"}
    told = {**facts_of(kind), **facts} if exporter.name == "map" else facts
    exporter.write(small(kind), path, told, beside=quick(exporter))
    for file in files_of(path):
        values = "\n".join(READERS[file.suffix](file).values())
        assert (SOURCE_TYPES in values) == (kind == "pictures")
        assert software() in values


def test_a_direction_is_an_artifact_with_its_request(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    exporter_named("direction").write(SAMPLES["direction"](), path, facts_of("direction"))
    with safe_open(path, "numpy") as file:
        told = json.loads(file.metadata()["affect_studio"])
    assert json.loads(told["facts"])["request"] == REQUEST


@pytest.mark.parametrize("exporter", BARE, ids=[exporter.name for exporter in BARE])
def test_formats_without_a_place_are_tables_and_nothing_else(exporter: Exporter, tmp_path: Path) -> None:
    """Each line has as many cells as the first, all of them names or numbers: what was more would break its readers."""
    path = tmp_path / f"a{exporter.suffix}"
    exporter.write(SAMPLES["rig curves"](), path, {**facts_of("rig curves"), **TERMS})
    rows = [line.split(",") for line in path.read_text().splitlines()]
    assert len({len(row) for row in rows}) == 1
    numbers = rows[1:] if exporter.name != "emoface" else rows
    assert all(cell.replace(":", "").replace(";", "").replace(".", "").replace("-", "").isdigit()
               for row in numbers for cell in row)  # fmt: skip
    assert len(path.read_text().splitlines()) == len(numbers) + (exporter.name != "emoface")


def test_a_face_film_with_a_voice_is_a_composite(tmp_path: Path) -> None:
    voice, path = tmp_path / "voice.wav", tmp_path / "a.mp4"
    soundfile.write(voice, [0.1] * 1_600, 16_000)
    beside = ExportInputs(voice=voice, options=SMALLEST["film"])
    exporter_named("film").write(small("rig curves"), path, facts_of("rig curves"), beside=beside)
    assert of_film(path)["DigitalSourceType"] == COMPOSITE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ""),
        ({"request": "no request"}, ""),
        ({"request": "[1]"}, ""),
        ({"request": '{"type":"retarget"}'}, ""),
        ({"request": '{"type":"compose"}'}, GENERATED),
        ({"request": '{"type":"rework"}'}, COMPOSITE),
        ({"request": '{"type":"render","start_sha256":"a"}'}, COMPOSITE),
        ({"request": '{"type":"mix"}'}, GENERATED),
        ({"request": '{"type":"mix","voice_sha256":"a"}'}, COMPOSITE),
        ({"composed_by_request": "{}"}, COMPOSITE),
    ],
)
def test_what_is_known_of_where_it_is_from(facts: dict[str, str], expected: str) -> None:
    assert source_type_of(facts) == expected


def test_no_text_breaks_the_xmp() -> None:
    wild = 'a <b> & "c" \x00\x1f \ufffe ]]> <?xpacket end="w"?> Größe'
    told = xmp_in(xmp_packet(Provenance(wild, wild, wild, licence=wild)))
    assert told["title"] == told["request"] == wild.replace("\x00", "").replace("\x1f", "").replace("\ufffe", "")
