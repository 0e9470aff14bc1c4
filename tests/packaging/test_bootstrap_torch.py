"""Which build of torch is installed."""

from __future__ import annotations

import pytest
import torch_build
from terminal import SetupError

LISTED = """torch (2.15.0)
Available versions: 2.15.0, 2.14.1, 2.13.0+cpu, 2.13.0, 2.12.1, 2.13.01
  INSTALLED: 2.13.0+cpu
"""


def test_versions_are_those_of_the_pin() -> None:
    assert torch_build.parse_versions(LISTED, "2.13.0") == ["2.13.0+cpu", "2.13.0"]
    assert torch_build.parse_versions("ERROR: No matching distribution found for torch", "2.13.0") == []


@pytest.mark.parametrize(
    ("available", "wanted", "system", "requirement", "build"),
    [
        # nothing wished: what pip ranks first
        (["2.13.0+cpu", "2.13.0"], None, "linux", "torch==2.13.0+cpu", "cpu"),
        (["2.13.0"], None, "linux", "torch===2.13.0", "cuda"),
        (["2.13.0"], None, "win32", "torch===2.13.0", "cpu"),
        (["2.13.0"], None, "darwin", "torch===2.13.0", "cpu"),
        # pip could not list them: the pin itself
        ([], None, "linux", "torch===2.13.0", "cuda"),
        # a wish
        (["2.13.0+cu130", "2.13.0+cpu", "2.13.0"], "cpu", "linux", "torch==2.13.0+cpu", "cpu"),
        (["2.13.0+cu130", "2.13.0+cpu", "2.13.0"], "cuda", "linux", "torch==2.13.0+cu130", "cuda"),
        (["2.13.0+cpu", "2.13.0"], "cuda", "linux", "torch===2.13.0", "cuda"),
        (["2.13.0+cu130", "2.13.0"], "cuda", "win32", "torch==2.13.0+cu130", "cuda"),
        (["2.13.0"], "cpu", "darwin", "torch===2.13.0", "cpu"),
    ],
)
def test_build_is_chosen(available: list[str], wanted: str | None, system: str, requirement: str, build: str) -> None:
    chosen = torch_build.choose_build(available, wanted, "2.13.0", system)
    assert (chosen.requirement, chosen.build) == (requirement, build)
    assert chosen.uses_cuda_lock == (build == "cuda" and "+" not in requirement)


@pytest.mark.parametrize(
    ("available", "wanted", "system", "advice"),
    [
        (["2.13.0"], "cpu", "linux", "PIP_EXTRA_INDEX_URL"),
        (["2.13.0"], "cuda", "win32", "no CUDA build"),
        (["2.13.0"], "cuda", "darwin", "leave --torch away"),
    ],
)
def test_unmet_wish_says_what_to_do(available: list[str], wanted: str, system: str, advice: str) -> None:
    with pytest.raises(SetupError, match=advice):
        torch_build.choose_build(available, wanted, "2.13.0", system)
