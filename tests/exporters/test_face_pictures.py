"""Film and contact sheet as exporters: the voice is in the film, a head of the user's own in both."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from generators.artifacts import RigCurves
from generators.errors import BadInput, MissingDependency
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.glb import GlbBuilder
from generators.face.renderer import open_context

av = pytest.importorskip("av")
FACTS = {"request": '{"seed":4,"type":"perform"}', "title": "A line"}


def has_gl() -> bool:
    try:
        open_context().release()
    except MissingDependency:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_gl(), reason="there is no OpenGL on this machine")


def a_face() -> RigCurves:
    values = np.zeros((24, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0, 0.8, 24)
    return RigCurves("actions", NAMES, values)


def a_users_head(path: Path) -> Path:
    builder = GlbBuilder()
    points = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], dtype=np.float32)
    attributes = {"POSITION": builder.accessor(points, bounds=True)}
    order = builder.accessor(np.array([0, 1, 2, 0, 2, 3], dtype=np.uint16))
    target = {"POSITION": builder.sparse(4, np.arange(4), np.tile([0.0, -0.2, 0.0], (4, 1)).astype(np.float32))}
    primitive = {"attributes": attributes, "indices": order, "targets": [target]}
    builder.document["meshes"] = [{"primitives": [primitive], "extras": {"targetNames": ["jawOpen"]}}]
    builder.document["nodes"] = [{"mesh": 0}]
    path.write_bytes(builder.to_bytes())
    return path


def test_a_film_with_its_voice(tmp_path: Path) -> None:
    voice, path = tmp_path / "voice.wav", tmp_path / "a.mp4"
    soundfile.write(voice, 0.3 * np.sin(np.arange(8_000) / 9), 16_000)
    options = {"size": "512x512", "frame_rate": "24", "background": "light"}
    exporter_named("film").write(a_face(), path, FACTS, beside=ExportInputs(voice=voice, options=options))
    with av.open(str(path)) as container:
        assert container.metadata["comment"] == FACTS["request"]
        assert float(container.duration) / 1e6 == pytest.approx(0.5, abs=1 / 24)
        assert len(container.streams.audio) == 1
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (512, 512, 3)
    assert frame[5, 5].min() > 150, "a light background"


def test_heads_of_the_user(tmp_path: Path) -> None:
    from PIL import Image

    head = a_users_head(tmp_path / "mine.glb")
    ours, theirs = tmp_path / "ours.png", tmp_path / "theirs.png"
    options = {"moments": "1", "still": "240"}
    exporter_named("contact-sheet").write(a_face(), ours, FACTS, beside=ExportInputs(options=options))
    exporter_named("contact-sheet").write(a_face(), theirs, FACTS, beside=ExportInputs(head=head, options=options))
    with Image.open(io.BytesIO(ours.read_bytes())) as one, Image.open(io.BytesIO(theirs.read_bytes())) as other:
        assert one.size == other.size == (240, 240)
        assert np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).mean() > 5
    head.write_bytes(b"not a head")
    with pytest.raises(BadInput, match="not a GLB"):
        exporter_named("film").write(a_face(), tmp_path / "b.mp4", FACTS, beside=ExportInputs(head=head))
    assert not (tmp_path / "b.mp4").exists()
