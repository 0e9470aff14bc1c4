"""The contact sheet of a scene, with all parts and with hardly any."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from small_scene import a_score

from generators.affect import AffectPoint
from generators.artifacts import Audio
from generators.scene.request import Cue, Scene, SceneVoice
from generators.scene.sheet import STILLS, WIDTH, SheetParts, scene_sheet, still_times_s
from generators.scene.timeline import SceneKey, Timeline

KEYS = (SceneKey(0.0, AffectPoint(0.4, -0.5, 0.1)), SceneKey(3.0, AffectPoint(-0.6, 0.7, 0.5)))
SCENE = Scene(
    title="Größe – 情緒", asked_s=4.0, timeline=Timeline(KEYS), cues=(Cue(3.0, "she turns"), Cue(9.0, "late"))
)


def colours_of(sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> set[tuple[int, ...]]:
    packed = np.unique(sheet.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32))
    return {(value >> 16, value >> 8 & 255, value & 255) for value in packed.tolist()}


def stills() -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    return [np.full((90, 160, 3), (20 * number, 0, 200), dtype=np.uint8) for number in range(STILLS)]


def test_moments_stand_over_their_own_times() -> None:
    assert still_times_s(8.0, 4) == [1.0, 3.0, 5.0, 7.0]


@pytest.mark.parametrize("paper", ["dark", "light"])
def test_all_parts_are_seen(paper: str) -> None:
    sound = Audio(np.sin(np.arange(48_000) / 20)[:, None].astype(np.float32), 48_000)
    scene = msgspec.structs.replace(SCENE, voice=SceneVoice("a" * 64, "line.wav", 4.0))
    sheet = scene_sheet(scene, SheetParts(stills(), a_score(), sound), paper)
    assert sheet.shape[1] == WIDTH
    found = colours_of(sheet)
    assert {(20 * number, 0, 200) for number in range(STILLS)} <= found
    curves = {"dark": ((63, 182, 168), (240, 164, 58), (155, 140, 242)), "light": ((18, 135, 123), (176, 106, 0))}
    assert set(curves[paper]) <= found
    assert np.array_equal(sheet, scene_sheet(scene, SheetParts(stills(), a_score(), sound), paper))


def test_a_sheet_grows_by_what_there_is() -> None:
    bare = scene_sheet(Scene(asked_s=2.0), SheetParts())
    heard = scene_sheet(SCENE, SheetParts(mix=Audio(np.zeros((100, 2), np.float32))))
    full = scene_sheet(SCENE, SheetParts(stills(), a_score()))
    assert bare.shape[0] < heard.shape[0] < full.shape[0]


@pytest.mark.parametrize("seconds", [0.1, 3_600.0])
def test_short_and_long_scenes_have_a_ruler(seconds: float) -> None:
    scene = msgspec.structs.replace(SCENE, asked_s=seconds, title="x" * 300)
    assert scene_sheet(scene, SheetParts(stills())).shape[1] == WIDTH
