"""Live Link Face recordings, read by the rules of Epic's importer."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.exporters.livelink import sixtieths
from generators.face.actions import INDEX, NAMES
from generators.face.frame_rate import RATES

LIVE_LINK = exporter_named("live-link-face")

# of a recording of the app itself; JawRight stands before JawLeft, and MouthRight before MouthLeft
HEADER = (
    "Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,EyeSquintLeft,"
    "EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,EyeSquintRight,"
    "EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,MouthRight,MouthLeft,"
    "MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,MouthStretchLeft,"
    "MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,MouthShrugUpper,MouthPressLeft,MouthPressRight,"
    "MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,"
    "BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,"
    "TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


@dataclass
class Imported:
    subject: str
    times_s: list[float]
    curves: dict[str, list[float]]


def import_as_unreal(path: Path) -> Imported:
    """What LiveLinkFaceImporter makes of a file; anything that it would stop at or skip fails."""
    lines = [line for line in path.read_text(encoding="ascii").split("\n") if line]
    assert len(lines) >= 2, "no data"
    keys = lines[0].split(",")
    assert len(keys) >= 3
    assert keys[:2] == ["Timecode", "BlendShapeCount"]
    times_s, curves = [], {key: [] for key in keys[2:]}  # type: ignore[var-annotated]
    for line in lines[1:]:
        cells = [cell for cell in line.split(",") if cell]  # the importer drops empty cells, and then stops
        assert len(cells) == len(keys), "another number of cells"
        parts = cells[0].split(":")
        assert len(parts) == 4, "a malformed timecode"
        hours, minutes, seconds = map(int, parts[:3])
        times_s.append(hours * 3600 + minutes * 60 + seconds + float(parts[3]) / 60.0)
        assert int(cells[1]) == 61
        for key, cell in zip(keys[2:], cells[2:], strict=True):
            curves[key].append(float(cell))
    subject = re.sub(r"_(cal|raw|neutral)$", "", path.stem)
    tokens = subject.split("_")
    if len(tokens) > 3:
        del tokens[0]
        while tokens and not tokens.pop(0).isdigit():
            pass
        subject = "_".join(tokens) or subject
    return Imported(subject, times_s, curves)


def a_face(frames: int = 90) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0.2, 0.6, frames)
    values[:, INDEX["jaw_sideways"]] = 0.25
    values[40, INDEX["lips_close"]] = values[40, INDEX["jaw_drop"]]
    values[:, INDEX["head_yaw"]] = 15
    return RigCurves("actions", NAMES, values)


@pytest.mark.parametrize("rate", list(RATES))
def test_it_keeps_to_epics_rules_at_every_rate(rate: str, tmp_path: Path) -> None:
    path = tmp_path / LIVE_LINK.file_name("Scene 4, line 2", {"take": "3"})
    assert path.name == "Scene-4-line-2_3_Face.csv"
    LIVE_LINK.write(a_face(), path, {}, beside=ExportInputs(options={"frame_rate": rate}))
    assert path.read_text().splitlines()[0] == HEADER
    with path.open(newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {63}
    imported = import_as_unreal(path)
    assert imported.times_s[0] == 0.0
    expected = np.arange(len(imported.times_s)) / RATES[rate]
    np.testing.assert_allclose(imported.times_s, expected, atol=1e-5)
    assert len(imported.times_s) == round(1.5 * RATES[rate])
    assert imported.curves["JawLeft"][0] == pytest.approx(0.25)
    assert max(imported.curves["JawRight"]) == 0
    assert imported.curves["HeadYaw"][0] == pytest.approx(np.radians(15), abs=1e-6)
    gaps = np.array(imported.curves["JawOpen"]) - np.array(imported.curves["MouthClose"])
    assert gaps.min() < 1e-3
    assert abs(expected[int(gaps.argmin())] - 40 / 60) <= 0.5 / RATES[rate] + 1e-9


def test_a_timecode_offset_moves_every_row(tmp_path: Path) -> None:
    path = tmp_path / "A_1_Face.csv"
    options = {"frame_rate": "25", "timecode": "01:00:10:05"}
    LIVE_LINK.write(a_face(), path, {}, beside=ExportInputs(options=options))
    assert import_as_unreal(path).times_s[0] == pytest.approx(3610.2)


def test_the_subject_is_what_the_name_says(tmp_path: Path) -> None:
    path = tmp_path / LIVE_LINK.file_name("ignored", {"slate": "Slate", "take": "12", "subject": "My_Face"})
    LIVE_LINK.write(a_face(50), path, {})
    assert import_as_unreal(path).subject == "My_Face"


@pytest.mark.parametrize(
    "options", [{"slate": "a_b"}, {"take": "one"}, {"subject": ""}, {"subject": "a,b"}, {"timecode": "0:0:0:0"}]
)
def test_options_that_would_break_the_name_or_the_file(options: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match="written as"):
        LIVE_LINK.file_name("Walk", options)


def test_a_timecode_that_the_rate_does_not_have(tmp_path: Path) -> None:
    options = {"frame_rate": "24", "timecode": "00:00:00:24"}
    with pytest.raises(BadRequest, match="does not exist at 24"):
        LIVE_LINK.write(a_face(), tmp_path / "a.csv", {}, beside=ExportInputs(options=options))
    assert not list(tmp_path.iterdir())


def test_a_take_without_frames(tmp_path: Path) -> None:
    empty = RigCurves("actions", NAMES, np.zeros((0, len(NAMES)), dtype=np.float32))
    with pytest.raises(BadRequest, match="no frames"):
        LIVE_LINK.write(empty, tmp_path / "a.csv", {})


@given(st.floats(0, 86_399))
def test_sixtieths_say_the_time(time_s: float) -> None:
    text = sixtieths(time_s)
    assert re.fullmatch(r"\d\d:\d\d:\d\d:\d\d\.\d{3}", text)
    hours, minutes, seconds, frames = text.split(":")
    assert float(frames) < 60
    assert int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(frames) / 60 == pytest.approx(time_s, abs=1e-5)
