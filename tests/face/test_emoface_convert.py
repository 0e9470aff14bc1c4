"""Checkpoints become models; whatever else is in such a file is refused, and does nothing."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from generators.errors import BadInput, BadRequest, Cancelled, ModelAltered, OutputError
from generators.face import emoface_convert
from generators.face.emoface import load_network, tiny_network
from generators.face.emoface_config import TINY, weight_shapes
from generators.face.emoface_convert import convert_checkpoint
from generators.face.emoface_reader import read_checkpoint, write_safetensors
from generators.runtime.weights import read_header

SHAPES = weight_shapes(TINY)


def weights(seed: int = 1) -> dict[str, Tensor]:
    return dict(tiny_network(seed).state_dict())


def saved(value: object, **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(value, file, **options)
    file.seek(0)
    return file


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(BadInput) as caught:
        read_checkpoint(file, "x.pth", SHAPES)
    assert caught.value.message.startswith("x.pth ")
    assert caught.value.message.endswith(".")
    return caught.value.message


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "1000_model.pth"
    torch.save(weights(), path)
    return path


def test_a_checkpoint_becomes_a_model_with_a_card(checkpoint: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    made = convert_checkpoint(
        checkpoint,
        tmp_path / "face",
        name="my-emoface",
        origin="a  drive\nof a friend",
        config=TINY,
        progress=lambda done, total, note="": seen.append(done / total),
    )
    assert same(dict(load_network(made).state_dict()), weights())
    facts = read_header(made).metadata
    assert (facts["spec"], facts["room"], facts["licence"]) == ("emoface", "face", "CC BY-NC 4.0")
    card = (tmp_path / "face" / "my-emoface.md").read_text(encoding="utf-8")
    assert "Licence: CC BY-NC 4.0\n" in card
    assert "told by who converted it: a drive of a friend\n" in card
    assert facts["source_sha256"] in card
    assert seen == sorted(seen)
    assert sorted(path.name for path in (tmp_path / "face").iterdir()) == ["my-emoface.md", "my-emoface.safetensors"]


@pytest.mark.parametrize(
    "wrap",
    [
        dict,
        OrderedDict,
        lambda table: {"state_dict": table, "epoch": 7},
        lambda table: {f"module.{name}": value for name, value in table.items()},
        lambda table: {name: torch.nn.Parameter(value, requires_grad=False) for name, value in table.items()},
        lambda table: {
            name.replace("parametrizations.weight.original0", "weight_g").replace(
                "parametrizations.weight.original1", "weight_v"
            ): value
            for name, value in reversed(table.items())
        },
    ],
)
@pytest.mark.parametrize("is_old", [False, True])
def test_the_ways_a_checkpoint_is_written(wrap: Callable[[dict[str, Tensor]], object], is_old: bool) -> None:
    file = saved(wrap(weights()), _use_new_zipfile_serialization=not is_old)
    found = read_checkpoint(file, "x.pth", SHAPES)
    assert list(found) == list(SHAPES)
    assert same(found, weights())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions(dtype: torch.dtype, tmp_path: Path) -> None:
    found = read_checkpoint(saved({name: value.to(dtype) for name, value in weights().items()}), "x.pth", SHAPES)
    with (tmp_path / "x.safetensors").open("wb") as file:
        write_safetensors(file, found, {"spec": "emoface", "config": _tiny_text()})
    loaded = dict(load_network(tmp_path / "x.safetensors").state_dict())
    assert same(loaded, {name: value.to(dtype).float() for name, value in weights().items()})


def _tiny_text() -> str:
    from generators.face.emoface_config import config_text

    return config_text(TINY)


class Harm:
    """A pickle of it runs a program that leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f'echo harm > "{self.mark}"',)


@pytest.mark.parametrize("where", ["alone", "beside", "plain", "old"])
def test_code_in_a_checkpoint_is_not_run(where: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    value: Any = {**weights(), "extra": Harm(mark)} if where == "beside" else Harm(mark)
    file = (
        io.BytesIO(pickle.dumps(value))
        if where == "plain"
        else saved(value, _use_new_zipfile_serialization=where != "old")
    )
    message = refusal(file)
    assert "asks for posix.system" in message or "asks for nt.system" in message or where == "plain"
    assert "not opened" in message or where == "plain"
    assert not mark.exists()


def test_a_whole_network_instead_of_its_weights() -> None:
    assert "state_dict()" in refusal(saved(torch.nn.Linear(2, 2)))


def test_damaged_files_are_refused() -> None:
    good = saved(weights()).getvalue()
    for cut in (1, 2, 10, 100, len(good) // 2, len(good) - 30):
        refusal(io.BytesIO(good[:cut]))
    old = saved(weights(), _use_new_zipfile_serialization=False).getvalue()
    for cut in (1, 10, 100, len(old) // 2, len(old) - 1):
        refusal(io.BytesIO(old[:cut]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 not a network",
        bytes(range(256)) * 50,
        b"\x80\x02" + b"(" * 100_000,  # a pickle that only opens brackets
        pickle.dumps([1, 2, 3]),
        pickle.dumps({"embed.weight": 1.0}),
    ],
)
def test_other_files_are_refused(data: bytes) -> None:
    refusal(io.BytesIO(data))


def test_other_archives_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "another kind of archive" in refusal(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("value", [[], {}, {"a": {}}, [weights], {1: torch.ones(2)}, torch.ones(3), "text"])
def test_what_is_no_table_of_weights_is_refused(value: Any) -> None:
    if value == [weights]:
        value = [weights()]
    refusal(saved(value))


def test_another_network_is_told_by_its_names_and_shapes() -> None:
    table = weights()
    del table["out_fn.bias"]
    assert "it lacks out_fn.bias. Choose" in refusal(saved(table))
    table = weights() | {f"extra{index}": torch.ones(1) for index in range(5)}
    assert "beyond EmoFace's network, extra0, extra1, extra2 and 2 more." in refusal(saved(table))
    table = weights() | {"out_fn.weight": torch.ones(52, TINY.width)}
    assert "its out_fn.weight is 52 × 16, and EmoFace's is 174 × 16" in refusal(saved(table))
    assert "is no table of numbers" in refusal(saved(weights() | {"out_fn.bias": 3}))
    assert "is no table of numbers" in refusal(saved(weights() | {"out_fn.bias": torch.ones(174, dtype=torch.int64)}))
    assert "is no table of numbers" in refusal(saved(weights() | {"out_fn.bias": torch.ones(174).to_sparse()}))
    spoilt = torch.ones(174)
    spoilt[3] = float("nan")
    assert "its out_fn.bias holds values that are no numbers" in refusal(saved(weights() | {"out_fn.bias": spoilt}))


def test_a_checkpoint_that_swells_is_stopped_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many zeros in a small archive."""
    monkeypatch.setattr(emoface_convert, "_ROOM_BYTES", 40 << 20)
    swollen = saved(weights() | {"out_fn.weight": torch.zeros(30 << 20)})
    path, out = tmp_path / "bomb.pth", tmp_path / "out"
    with zipfile.ZipFile(swollen) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for item in plain.infolist():
            packed.writestr(item.filename, plain.read(item))
    assert path.stat().st_size < 4 << 20
    with pytest.raises(BadInput, match="memory"):
        convert_checkpoint(path, out, config=TINY)
    assert list(out.iterdir()) == []


def test_a_refusal_crosses_from_the_other_process(tmp_path: Path) -> None:
    mark, path, out = tmp_path / "mark", tmp_path / "x.pth", tmp_path / "out"
    torch.save({**weights(), "extra": Harm(mark)}, path)
    with pytest.raises(BadInput, match="system"):
        convert_checkpoint(path, out, config=TINY)
    assert not mark.exists()
    assert list(out.iterdir()) == []


def test_it_can_be_cancelled(checkpoint: Path, tmp_path: Path) -> None:
    def stop(done: float, total: float, note: str = "") -> None:
        if note == "starting":
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        convert_checkpoint(checkpoint, tmp_path / "out", config=TINY, progress=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_files_and_names_that_cannot_be_used(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"not a file"):
        convert_checkpoint(tmp_path, tmp_path)
    with pytest.raises(BadInput, match=r"not a file"):
        convert_checkpoint(tmp_path / "gone.pth", tmp_path)
    with pytest.raises(BadRequest, match=r"name of a model"):
        convert_checkpoint(checkpoint, tmp_path, name="../up")
    with pytest.raises(BadRequest, match=r"at most 500"):
        convert_checkpoint(checkpoint, tmp_path, origin="x" * 501)
    with pytest.raises(OutputError):
        convert_checkpoint(checkpoint, checkpoint / "sub", config=TINY)
    large = tmp_path / "large.pth"
    with large.open("wb") as file:
        file.truncate(5 << 30)
    with pytest.raises(BadInput, match=r"5\.4 GB"):
        convert_checkpoint(large, tmp_path)


def test_other_safetensors_are_not_loaded(tmp_path: Path) -> None:
    for facts in ({}, {"spec": "emoface"}, {"spec": "emoface", "config": "{"}, {"config": _tiny_text()}):
        path = tmp_path / "x.safetensors"
        with path.open("wb") as file:
            write_safetensors(file, weights(), facts)
        with pytest.raises(ModelAltered, match="not a network of EmoFace"):
            load_network(path)


def test_the_window_can_convert_without_torch() -> None:
    code = "import sys, generators.face.emoface_convert, generators.face.emoface_spec\n"
    code += "assert not {'torch', 'transformers', 'numpy'} & set(sys.modules), sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
