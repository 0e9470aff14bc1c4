"""`directions`: pools, forms, directions found in them, and what is printed of one; over the FakeEngine."""

from __future__ import annotations

import contextlib
import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from render_hands import names

from generators import artifacts
from generators.artifacts import Direction, Pool
from generators.compass.disentangle import likeness
from generators.compass.judgements import Judgements
from generators.compass.request import FindRequest, PoolRequest, ReportRequest
from generators.engine.requests import decode_request
from generators.errors import BadRequest
from studio.commands.judging import csv_form, read_judgements
from studio.commands.picture_asking import parse_range, parse_seeds, read_direction


@pytest.fixture
def judged(call: Any, tmp_path: Path) -> Path:
    """A folder with a pool of 24 pictures, whose form is filled in by their brightness."""
    folder = tmp_path / "pool"
    answer = call("directions", "pool", "--seeds", "0-23", "--out", folder)
    assert answer.code == 0, answer.err
    pool = artifacts.read(folder / "pool.safetensors")
    assert isinstance(pool, Pool)
    light = pool.pixels.mean(axis=(1, 2, 3))
    with (folder / "judgements.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seed"]) for row in rows] == list(range(24))
    for row, value in zip(rows, light, strict=True):
        row["order"] = str(value)
        row["valence"] = f"{(value - light.mean()) / 200:.3f}".replace(".", ",")
    with (folder / "judgements.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def brighter(direction: Direction) -> bool:
    """Whether it raises the first made-up feature, which is the light, more than any other."""
    return int(np.argmax(np.abs(direction.everywhere()[0]))) == 0 and direction.everywhere()[0, 0] > 0


def test_a_form_that_was_filled_in_becomes_a_direction(
    call: Any, engines: list[Any], judged: Path, tmp_path: Path
) -> None:
    asked = ("directions", "find", "--pool", judged / "pool.safetensors", "--judgements", judged / "judgements.csv")
    answer = call(*asked, "--name", "lighter", "--out", tmp_path / "out")
    assert answer.code == 0, answer.err
    assert names(tmp_path / "out") == ["lighter.request.json", "lighter.safetensors"]
    assert "Keeps its order" in answer.out
    found = artifacts.read(tmp_path / "out" / "lighter.safetensors")
    assert isinstance(found, Direction)
    assert found.is_even
    assert brighter(found)
    request = decode_request((tmp_path / "out" / "lighter.request.json").read_bytes())
    assert isinstance(request, FindRequest)
    assert len(request.judgements.orders[0]) == 24
    reports = [asked for asked, _, _ in engines[-1].submitted if isinstance(asked, ReportRequest)]
    assert reports[0].found_by == request
    assert not set(reports[0].seeds) & set(range(24))

    again = call(*asked, "--name", "lighter", "--out", tmp_path / "out", "--json")
    assert sorted(again.json["files"]) == [str(tmp_path / "out" / name) for name in names(tmp_path / "out")]
    felt = call(*asked, "--axis", "valence", "--unseen", "0", "--out", tmp_path / "out", "--json")
    assert felt.code == 0, felt.err
    assert felt.json["finder"] == "affect"
    assert felt.json["report"] == {}
    most = call(
        "directions", "find", "--component", "3", "--pool", judged / "pool.safetensors", "--unseen", "0", "--out",
        tmp_path, "--json",
    )  # fmt: skip
    apart = call(
        *asked,
        "--disentangle",
        most.json["files"][0],
        "--finder",
        "means",
        "--unseen",
        "0",
        "--out",
        tmp_path,
        "--json",
    )
    assert apart.code == 0, apart.err
    first, second = (read_direction(Path(answer.json["files"][0])).everywhere()[0] for answer in (most, apart))
    assert abs(likeness(first.astype(float), second.astype(float))) < 0.01

    listed = call("directions", "list", tmp_path / "out")
    assert "lighter" in listed.out
    assert "no report yet" in listed.out
    assert len(call("directions", "list", tmp_path / "out", "--json").json["directions"]) == 2
    shown = call("directions", "show", tmp_path / "out" / "lighter.safetensors")
    assert "Unevenness after" in shown.out
    assert "No directions here" in call("directions", "list", judged).out


def test_what_is_measured_or_differs_most_needs_no_judgement(call: Any, engines: list[Any], tmp_path: Path) -> None:
    answer = call(
        "directions",
        "find",
        "--measured",
        "brightness",
        "--seeds",
        "0-29",
        "--unseen",
        "0",
        "--out",
        tmp_path,
        "--json",
    )
    assert answer.code == 0, answer.err
    found = artifacts.read(Path(answer.json["files"][0]))
    assert isinstance(found, Direction)
    assert brighter(found)
    most = call(
        "directions", "find", "--component", "2", "--seeds", "0-29", "--unseen", "0", "--everywhere", "--out", tmp_path
    )
    assert most.code == 0, most.err
    assert (tmp_path / "component 2.safetensors").exists()
    pools = [asked for asked, _, _ in engines[-1].submitted if isinstance(asked, PoolRequest)]
    assert not pools[0].spatial
    proposed = call(
        "directions", "find", "--proposed", "valence", "--seeds", "0-29", "--unseen", "0", "--out", tmp_path
    )
    assert proposed.code == 0, proposed.err
    assert "Valdez and Mehrabian" in proposed.out
    assert brighter(read_direction(tmp_path / "valence (proposal).safetensors"))
    texts = call(
        "directions", "find", "--texts", "a calm sea", "a storm", "--seeds", "0-9", "--unseen", "0", "--out", tmp_path
    )
    pools = [asked for asked, _, _ in engines[-1].submitted if isinstance(asked, PoolRequest)]
    assert [pool.making.prompt for pool in pools] == ["a calm sea", "a storm"]
    assert texts.code != 0  # made-up pictures listen to no text, so nothing differs


def test_pictures_of_a_pool_are_written(judged: Path) -> None:
    pictures = sorted(judged.glob("*.png"))
    assert len(pictures) == 24
    assert pictures[0].name == "picture-001-seed-0.png"
    with Image.open(pictures[0]) as picture:
        assert picture.size == (64, 64)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Nothing says what to find"),
        (("--measured", "brightness", "--component", "1"), "two ways"),
        (("--component", "0"), "count from 1"),
        (("--proposed", "joy"), "choose valence, arousal, dominance"),
        (("--measured", "mood"), "choose brightness"),
        (("--measured", "brightness", "--axis", "valence"), "found from ratings"),
        (("--measured", "brightness", "--finder", "means"), "leave it out"),
        (("--measured", "brightness", "--unseen", "1"), "choose from 2"),
        (("--measured", "brightness", "--seeds", "abc"), "names no seeds"),
        (("--measured", "brightness", "--name", "a/b"), "cannot be the name of a file"),
        (("--measured", "brightness", "--disentangle", "missing.safetensors"), "cannot be read"),
    ],
)
def test_what_cannot_be_found_is_a_sentence(call: Any, tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    answer = call("directions", "find", "--out", tmp_path / "out", *options)
    assert answer.code in (1, 2)
    assert sentence in answer.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"orders": 3}', "holds no judgements"),
        ('{"stars": [[0, 9]]}', "1 to 5 stars"),
        ("what,else\n1,2\n", "needs the columns"),
        ("picture,order\n99,1\n", "no picture 99"),
        ("seed,order\n99,1\n", "no picture of the seed 99"),
        ("picture,order\n1,first\n", "is no number"),
        ("picture,order\n1.5,2\n", "no whole number"),
        ("picture,order\n1,2\n2,2\n", "the same place"),
        ("picture,tray\n1,most\n", "no tray called"),
        ("seed,order\n,1\n", "no picture is named"),
        ("picture,seed\n\x00", "is no number"),
    ],
)
def test_judgements_that_cannot_be_read_are_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "form.csv"
    path.write_text(text)
    with pytest.raises(BadRequest, match=sentence):
        read_judgements(path, range(5))


def test_a_form_holds_every_kind_of_judgement(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text("﻿seed\tTray\tstars\tarousal\n7\tmore\t5\t0.5\n8\tless\t1\t\n9\tunsure\t\t-1\n", encoding="utf-8")
    found = read_judgements(path, (7, 8, 9))
    assert (found.more, found.less, found.unsure) == ((0,), (1,), (2,))
    assert found.stars == ((0, 5), (1, 1))
    assert [(rating.row, rating.affect.arousal) for rating in found.felt] == [(0, 0.5), (2, -1.0)]
    path.write_text(json.dumps({"orders": [[2, 0]]}))
    assert read_judgements(path, (7, 8, 9)).orders == ((2, 0),)
    path.write_text(csv_form((7, 8, 9)))
    assert list(read_judgements(path, (7, 8, 9)).rows()) == []


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_forms(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("form") / "form.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(BadRequest):
        assert read_judgements(path, range(3)) == Judgements()


def test_seeds_and_ranges() -> None:
    assert parse_seeds("7") == (7,)
    assert parse_seeds("3, 9,20-22") == (3, 9, 20, 21, 22)
    assert parse_range("-1..0.5") == (-1.0, 0.5)
    assert parse_range("1,-1") == (1.0, -1.0)
    for bad in ("", "5-3", "1-99999", "x"):
        with pytest.raises(BadRequest):
            parse_seeds(bad)
    for bad in ("", "1", "1,1", "1,x", "-99,1"):
        with pytest.raises(BadRequest):
            parse_range(bad)
