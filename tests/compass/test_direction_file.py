"""Directions that come as files, ours and others'."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.artifacts import Direction, Pictures, digest, pack
from generators.compass.direction_file import MAX_FILE_BYTES, check_width, mismatch, read_direction
from generators.errors import BadInput
from generators.exporters import exporter_named

OURS = Direction(
    np.arange(8, dtype=np.float32).reshape(2, 4), np.array([0.9, 0.3]), "hush", "compass-small", "a" * 64,
    knot_amount=np.array([-2.0, 0.0, 2.0]), knot_place=np.array([-1.0, 0.0, 1.0]), report={"monotonicity": 0.93},
)  # fmt: skip


def saved(path: Path, **arrays: np.ndarray) -> Path:
    safetensors.numpy.save_file(arrays, path)
    return path


def test_one_of_ours_comes_back_as_it_was_with_its_report(tmp_path: Path) -> None:
    asset = pack(OURS, {"request": "{}", "model_sha256": "a" * 64})
    path = tmp_path / "hush.safetensors"
    told = {"request": "{}", "model_sha256": "a" * 64, "title": "Hush of the evening"}
    exporter_named("direction").write(OURS, path, told)
    assert path.read_bytes() == asset  # so that the hash is still the one that recipes name
    found = read_direction(path, channels=4)
    assert pack(found) == pack(OURS)
    assert found.report == {"monotonicity": 0.93}
    with safetensors.safe_open(path, "numpy") as file:  # type: ignore[no-untyped-call]
        told = json.loads(json.loads(file.metadata()["affect_studio"])["artifact"])
        assert told["report"] == {"monotonicity": 0.93}
        assert np.array_equal(file.get_tensor("vectors"), OURS.vectors)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((4,), (1, 4)), ((3, 4), (3, 4)), ((4, 2, 3), (1, 4, 2, 3)), ((5, 4, 2, 2), (5, 4, 2, 2)), ((1, 4, 1, 1), (1, 4))],
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_plain_vectors_of_others(
    shape: tuple[int, ...], expected: tuple[int, ...], dtype: type, tmp_path: Path
) -> None:
    vector = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape).astype(dtype)
    found = read_direction(saved(tmp_path / "smile.safetensors", direction=vector), channels=4, model="sd")
    assert found.vectors.shape == expected
    assert np.array_equal(found.vectors.ravel(), vector.ravel().astype(np.float32))
    assert (found.name, found.model, found.finder, found.is_even) == ("smile", "sd", "imported", False)
    assert found.levels.tolist() == sorted(found.levels.tolist(), reverse=True)


def test_bfloat16_and_levels_of_their_own(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    path = tmp_path / "a.safetensors"
    save_file({"v": torch.tensor([[1.5, -2.0, 0.125]]).bfloat16()}, path)
    assert read_direction(path).vectors.tolist() == [[1.5, -2.0, 0.125]]
    ones = np.ones((2, 3), np.float32)
    saved(path, v=ones, levels=np.array([0.75, 0.5]))
    assert read_direction(path).levels.tolist() == [0.75, 0.5]
    for levels in ([0.5, 0.75], [0.5], [1.5, 0.5], [np.nan, 0.5]):
        saved(path, v=ones, levels=np.array(levels))
        with pytest.raises(BadInput, match="levels of noise"):
            read_direction(path)


def broken(path: Path, header: object, body: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


SPAN = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("header", "body", "told"),
    [
        (b"{", b"", "no safetensors file"),
        ([], b"", "no safetensors file"),
        (b"[" * 100_000, b"", "no safetensors file"),
        ({}, b"", "holds 0 arrays"),
        ({"a": SPAN, "b": SPAN}, bytes(8), "holds 2 arrays"),
        ({"a": SPAN}, b"", "is damaged"),
        ({"a": 3}, bytes(8), "is damaged"),
        ({"a": {**SPAN, "shape": [-2]}}, bytes(8), "is damaged"),
        ({"a": {**SPAN, "shape": [1 << 60]}}, bytes(8), "is damaged"),
        ({"a": {**SPAN, "shape": [1] * 80}}, bytes(8), "80 dimensions"),
        ({"a": {**SPAN, "shape": [], "data_offsets": [0, 4]}}, bytes(4), "single number"),
        ({"a": {**SPAN, "data_offsets": [4, 12]}}, bytes(8), "is damaged"),
        ({"a": {**SPAN, "dtype": "I64", "shape": [1]}}, bytes(8), "holds I64"),
        ({"a": SPAN}, bytes(8), "nothing but zeros"),
        ({"a": SPAN}, np.array([1, np.inf], "<f4").tobytes(), "no numbers"),
        ({"a": {**SPAN, "shape": [0, 4], "data_offsets": [0, 0]}}, b"", "is no direction"),
        ({"a": {**SPAN, "shape": [1, 20_000], "data_offsets": [0, 80_000]}}, bytes(80_000), "is no direction"),
        ({"__metadata__": {"affect_studio": "{}"}}, b"", "is damaged"),
    ],
)
def test_files_that_are_no_direction_are_told_in_a_sentence(
    header: object, body: bytes, told: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=told) as caught:
        read_direction(broken(tmp_path / "other.safetensors", header, body))
    assert "other.safetensors" in caught.value.message


def test_other_results_pickles_and_models_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(pack(Pictures(np.zeros((1, 2, 2, 3), np.uint8))))
    with pytest.raises(BadInput, match="kind “pictures”, and no direction"):
        read_direction(path)
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(BadInput, match="but a model"):
        read_direction(path)
    with pytest.raises(BadInput, match="save the vector as safetensors"):
        read_direction(tmp_path / "a.pt")
    with pytest.raises(BadInput, match="cannot be read"):
        read_direction(tmp_path / "none.safetensors")


def test_a_direction_of_another_model_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "wide.safetensors", v=np.ones(1280, np.float32))
    with pytest.raises(BadInput, match="1280 channels wide, and this model's features are 256"):
        read_direction(path, channels=256)
    with pytest.raises(BadInput, match="“hush” is 4 channels wide"):
        check_width(OURS, 8)
    check_width(OURS, 4)
    same = {"model": "compass-small", "model_sha256": "a" * 64, "place": "h-space"}
    assert mismatch(OURS, **same) == ""
    assert "another place of the network" in mismatch(OURS, **{**same, "place": "block 12"})
    assert "was found with compass-small" in mismatch(OURS, **{**same, "model": "sd"})
    assert "other weights of compass-small" in mismatch(OURS, **{**same, "model_sha256": "b" * 64})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), is_ours=st.booleans())
def test_any_damage_is_told_or_gives_a_direction(data: st.DataObject, is_ours: bool, tmp_path: Path) -> None:
    whole = pack(OURS) if is_ours else safetensors.numpy.save({"v": np.ones((2, 3), np.float32)})
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        if data.draw(st.booleans()):
            damaged[place] = data.draw(st.integers(0, 255))
        else:
            damaged = damaged[:place] or bytearray(1)
    path = tmp_path / "a.safetensors"
    path.write_bytes(bytes(damaged))
    try:
        found = read_direction(path)
    except BadInput:
        return
    assert np.isfinite(found.vectors).all()
    assert digest(pack(found))
