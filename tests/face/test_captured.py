"""Recordings of Live Link Face and EmoFace's text, as curves of a rig."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.errors import BadInput
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.captured import parse_captured, read_captured
from generators.face.rigs import as_actions, as_rig

HEAD = (
    "Timecode,BlendShapeCount,EyeBlinkLeft,EyeBlinkRight,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,"
)
HEAD += "MouthSmileLeft,MouthSmileRight,BrowInnerUp,HeadYaw"


def a_face() -> RigCurves:
    values = np.zeros((90, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.3 + 0.2 * np.sin(np.arange(90) / 7)
    values[:, INDEX["lip_corner_pull_left"]] = 0.4
    values[:, INDEX["head_yaw"]] = 12.0
    values[:, INDEX["gaze_pitch_left"]] = -10.0
    return RigCurves("actions", NAMES, values)


@pytest.mark.parametrize("name", ["live-link-face", "emoface"])
def test_what_we_write_comes_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    exporter_named(name).write(a_face(), path, {})
    curves = read_captured(path)
    assert curves.rig == ("arkit" if name == "live-link-face" else "metahuman")
    back = as_actions(curves)
    for action in ("jaw_drop", "lip_corner_pull_left"):
        np.testing.assert_allclose(back.column(action), a_face().column(action), atol=2e-3)
    np.testing.assert_allclose(back.column("gaze_pitch_left"), -10, atol=0.1)
    if name == "live-link-face":
        np.testing.assert_allclose(back.column("head_yaw"), 12, atol=0.1)
    assert as_rig(curves, "vrm").values.max() > 0.2


def test_other_rates_and_offsets_come_to_sixty_frames_from_zero(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    options = {"frame_rate": "24", "timecode": "10:00:00:00"}
    exporter_named("live-link-face").write(a_face(), path, {}, beside=ExportInputs(options=options))
    curves = read_captured(path)
    assert curves.frame_rate_hz == 60
    assert len(curves.values) == round(35 / 24 * 60) + 1
    np.testing.assert_allclose(curves.column("jawOpen")[:80], a_face().column("jaw_drop")[:80], atol=0.01)


def row(time: str, *values: float) -> str:
    return ",".join([time, "61", *(f"{value}" for value in values)])


def test_a_recording_of_the_app_with_gaps_over_midnight() -> None:
    values = (0.1, 0.2, 0.0, 0.3, 0.5, 0.1, 0, 0, 0, 0, 0, 0.2)
    lines = [HEAD, row("23:59:59:59.000", *values), "23:59:59:59.500,0", row("00:00:00:01.000", *values)]
    curves = parse_captured("\n".join(lines), "a.csv")
    assert len(curves.values) == 3
    assert curves.column("jawLeft") == pytest.approx(0.3)
    assert curves.column("jawRight") == pytest.approx(0.0)
    assert curves.column("jawOpen") == pytest.approx(0.5)
    assert curves.column("headYaw") == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "neither"),
        ("Timecode,BlendShapeCount,Smile\n00:00:00:00,61,1\n", "none of ARKit's"),
        (f"{HEAD}\n", "no frames"),
        (f"{HEAD}\n{row('00:00:00', *[0] * 12)}\n", "four parts"),
        (f"{HEAD}\n{row('00:00:00:0x', *[0] * 12)}\n", "number"),
        (f"{HEAD}\n{row('00:00:00:00', *[float('nan')] * 12)}\n", "number"),
        (f"{HEAD}\n{row('00:00:02:00', *[0] * 12)}\n{row('00:00:01:00', *[0] * 12)}\n", "go back"),
        (",".join(["0"] * 174) + "\n" + ",".join(["0"] * 173), "another length"),
        (",".join(["x"] * 174), "number"),
        ('"' + "a" * 200_000, "damaged"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_captured(text, "a.csv")


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x00%PDF")
    with pytest.raises(BadInput, match="no text"):
        read_captured(path)
    with pytest.raises(BadInput, match="still there"):
        read_captured(tmp_path / "none.csv")


@given(st.text(max_size=300))
def test_any_text_is_refused_or_read(text: str) -> None:
    try:
        curves = parse_captured(f"{HEAD}\n{text}", "a.csv")
    except BadInput:
        return
    assert np.isfinite(curves.values).all()
