"""Feelings read from files: JSON and tables of many hands, damaged ones refused with the place."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of
from generators.errors import AffectStudioError, BadInput
from generators.scene.curve_file import MAX_FILE_BYTES, parse_timeline, read_timeline
from generators.scene.timeline import SceneKey, Timeline

HAPPY, SAD = AffectPoint(0.7, 0.5, 0.3), AffectPoint(-0.7, -0.4, -0.3)


def test_what_this_program_writes_comes_back(tmp_path):
    curve = curve_of([(0.0, HAPPY), (4.0, SAD)])
    file = tmp_path / "curve.json"
    file.write_bytes(msgspec.json.encode(curve))
    timeline, told = read_timeline(file)
    assert told == ()
    assert [key.easing for key in timeline.keys] == ["linear", "linear"]
    assert timeline.at(1.0) == curve.at(1.0)
    scene = Timeline((SceneKey(0.0, HAPPY, {"happy": 0.5}), SceneKey(3.0, SAD, {}, "hold"), SceneKey(5.0, HAPPY)))
    assert parse_timeline(msgspec.json.encode(scene), "scene.json") == (scene, ())
    assert parse_timeline(msgspec.json.encode(scene.keys), "keys.json")[0].keys[1] == scene.keys[1]


@pytest.mark.parametrize(
    "text",
    [
        "time_s,valence,arousal,dominance\n0,0.7,0.5,0.3\n4,-0.7,-0.4,-0.3\n",
        "0;0,7;0,5;0,3\r\n4;-0,7;-0,4;-0,3\r\n",
        "\ufeff# a comment\nt\tv\ta\td\n0\t0.7\t0.5\t0.3\n\n4\t-0.7\t-0.4\t-0.3",
        "dominance,seconds,arousal,valence\n0.3,0,0.5,0.7\n-0.3,4,-0.4,-0.7",
    ],
)
def test_tables_of_many_hands(text):
    # the last one begins with a column that is known by name
    timeline, told = parse_timeline(text.encode(), "curve.csv", 10.0)
    assert told == ()
    assert timeline.keys == (SceneKey(0.0, HAPPY, {}, "linear"), SceneKey(4.0, SAD, {}, "linear"))


def test_what_is_wrong_is_mended_or_named():
    timeline, told = parse_timeline(b"5,0,2\n1,0.5,0.5\n-1,0.5,-0.5", "curve.csv", 4.0)
    assert [key.time_s for key in timeline.keys] == [0.0, 1.0, 4.0]
    assert timeline.keys[0].point.arousal == pytest.approx(0.0)
    assert timeline.keys[-1].point.arousal == pytest.approx(0.875)
    assert len(told) == 3
    assert timeline.at(2.0).dominance == 0.0
    with pytest.raises(BadInput, match=r"Line 2 of c.csv: “x” is no number"):
        parse_timeline(b"0,0,0\n1,x,0", "c.csv")
    with pytest.raises(BadInput, match="arousal is missing"):
        parse_timeline(b"0,0.5", "c.csv")
    with pytest.raises(BadInput, match="what is no number"):
        parse_timeline(b"0,nan,0", "c.csv")
    with pytest.raises(BadInput, match="no keyframes"):
        parse_timeline(b"", "c.csv")
    with pytest.raises(BadInput, match="an hour"):
        parse_timeline(b"99999,0,0", "c.csv")
    with pytest.raises(BadInput, match="no text"):
        parse_timeline(b"\xff\xfe\x00", "c.csv")
    with pytest.raises(BadInput, match="larger than"):
        parse_timeline(b"0" * (MAX_FILE_BYTES + 1), "c.csv")
    with pytest.raises(BadInput, match="no curve"):
        parse_timeline(json.dumps({"keyframes": "many"}).encode(), "c.json")
    with pytest.raises(BadInput, match="more than"):
        parse_timeline(b"0,0,0\n" * 100_002, "c.csv")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_timeline(tmp_path / "none.csv")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_are_it_is_a_timeline_or_a_reason(data):
    reason, timeline = "", Timeline()
    try:
        timeline, _ = parse_timeline(data, "c", 10.0)
    except AffectStudioError as error:
        reason = str(error)
    assert bool(timeline.keys) != bool(reason)
    assert len(reason) < 1_000
