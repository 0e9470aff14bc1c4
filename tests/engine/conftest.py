from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import safetensors.numpy

from generators.engine.local import LocalEngine
from generators.runtime.catalog import write_catalog


def make_assets(folder: Path) -> Path:
    """An assets folder with one small model, "trial"."""
    (folder / "music").mkdir(parents=True)
    (folder / "music" / "trial.md").write_text("# Trial\n\nLicence: Apache-2.0\n")
    safetensors.numpy.save_file({"weight": np.zeros(64, np.float16)}, folder / "music" / "trial.safetensors")
    write_catalog(folder)
    return folder


def make_environment(folder: Path) -> dict[str, str]:
    return {
        "AFFECT_STUDIO_ASSETS": str(make_assets(folder / "assets")),
        "AFFECT_STUDIO_HOME": str(folder / "home"),
        "PYTHONPATH": str(Path(__file__).parent),
        "TRIAL_FLAG": str(folder / "flag"),
    }


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    return make_assets(tmp_path / "assets")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return make_environment(tmp_path)


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def shared(shared_folder: Path) -> Iterator[LocalEngine]:
    """An engine for all tests of a file that leave its worker alive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(shared_folder))
        engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=make_environment(shared_folder))
        yield engine
        engine.close()


@pytest.fixture
def local(environment: dict[str, str]) -> Iterator[LocalEngine]:
    """An engine whose worker a test may kill."""
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment)
    yield engine
    pid = engine.worker_pid
    began_s = time.monotonic()
    engine.close()
    assert time.monotonic() - began_s < 8
    assert pid is None or not psutil.pid_exists(pid)
