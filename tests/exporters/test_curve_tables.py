"""Tables of curves: CSV of any rig, MetaHuman's controls, EmoFace's text, and JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import RigCurves
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.frame_rate import RATES
from generators.face.rigs import RIGS, as_actions, rig_named
from generators.face.rigs.metahuman_board import EMOFACE_COLUMNS

FACTS = {"request": '{"seed":3,"type":"perform"}', "title": "A line"}


def a_face(frames: int = 60) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0, 0.5, frames)
    values[:, INDEX["tongue_tip_up"]] = 0.7
    values[:, INDEX["gaze_yaw_left"]] = -10.0
    return RigCurves("actions", NAMES, values)


def written(name: str, path: Path, **options: str) -> Path:
    exporter = exporter_named(name)
    path = path / f"a{exporter.suffix}"
    exporter.write(a_face(), path, FACTS, beside=ExportInputs(options=options))
    return path


def table_of(path: Path) -> dict[str, list[str]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize("rig", [*(rig.name for rig in RIGS), "actions"])
@pytest.mark.parametrize("rate", list(RATES))
def test_csv_has_seconds_names_and_values(rig: str, rate: str, tmp_path: Path) -> None:
    table = table_of(written("csv", tmp_path, rig=rig, frame_rate=rate, timecode="01:00:00:00"))
    names = NAMES if rig == "actions" else rig_named(rig).names
    assert tuple(table) == ("time_s", "timecode", *names)
    times_s = np.array(table["time_s"], dtype=float)
    np.testing.assert_allclose(times_s, np.arange(round(RATES[rate])) / RATES[rate], atol=1e-6)
    assert table["timecode"][:2] == ["01:00:00:00", "01:00:00:01"]
    if rig == "actions":
        assert float(table["jaw_drop"][-1]) == pytest.approx(0.5 * times_s[-1] * 60 / 59, abs=1e-4)
        assert set(table["gaze_yaw_left"]) == {"-10.000000"}


def test_metahuman_controls_stand_once_each(tmp_path: Path) -> None:
    table = table_of(written("metahuman", tmp_path))
    assert len(table) == 2 + 172
    assert set(table["CTRL_C_tongue_tip-translateY"]) == {"0.700000"}
    assert set(table["CTRL_L_eye-translateX"]) == {"-0.250000"}


def test_emoface_text_is_174_columns_of_six_decimals(tmp_path: Path) -> None:
    path = written("emoface", tmp_path)
    rows = [line.split(",") for line in path.read_text().splitlines()]
    assert len(rows) == 60
    assert {len(row) for row in rows} == {174}
    assert all(len(cell.rpartition(".")[2]) == 6 for cell in rows[0])
    values = np.loadtxt(path, delimiter=",")
    names = [control.name for control in EMOFACE_COLUMNS]
    assert values[-1, names.index("CTRL_C_jaw-translateY")] == pytest.approx(0.5)
    assert values[0, 26] == values[0, 28] == pytest.approx(0.7)  # the tongue's tip stands twice


def test_a_result_of_emoface_is_written_as_it_is(tmp_path: Path) -> None:
    names = tuple(control.name for control in EMOFACE_COLUMNS)
    values = np.round(np.random.default_rng(0).random((40, 174)), 6).astype(np.float32)
    values[:, [26, 25]] = values[:, [28, 27]]
    path = tmp_path / "a.txt"
    exporter_named("emoface").write(RigCurves("metahuman", names, values), path, {})
    np.testing.assert_allclose(np.loadtxt(path, delimiter=","), values, atol=1e-6)
    exporter_named("csv").write(RigCurves("metahuman", names, values), tmp_path / "a.csv", {})
    assert "jawOpen" in (tmp_path / "a.csv").read_text().splitlines()[0]


@pytest.mark.parametrize("rig", ["arkit", "actions", "oculus"])
def test_json_says_all_that_is_known(rig: str, tmp_path: Path) -> None:
    found = json.loads(written("json", tmp_path, rig=rig, frame_rate="29.97").read_text())
    assert found["rig"] == rig
    assert found["request"] == {"seed": 3, "type": "perform"}
    assert found["title"] == "A line"
    assert found["frame_rate_hz"] == pytest.approx(30_000 / 1_001)
    assert {len(curve) for curve in found["curves"].values()} == {len(found["times_s"])} == {30}
    assert found["times_s"][29] == pytest.approx(29 * 1_001 / 30_000, abs=1e-6)
    units = {"actions": ("gaze_yaw_left", "deg"), "arkit": ("headYaw", "rad")}
    if rig in units:
        name, unit = units[rig]
        assert found["units"][name] == unit


def test_json_comes_back_as_curves(tmp_path: Path) -> None:
    found = json.loads(written("json", tmp_path, rig="arkit").read_text())
    names = tuple(found["curves"])
    values = np.array([found["curves"][name] for name in names], dtype=np.float32).T
    back = as_actions(RigCurves("arkit", names, values, found["frame_rate_hz"]))
    np.testing.assert_allclose(back.column("jaw_drop"), a_face().column("jaw_drop"), atol=1e-3)
    np.testing.assert_allclose(back.column("gaze_yaw_left"), -10, atol=0.05)
