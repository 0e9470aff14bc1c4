"""The whole way in a window over a real worker with a very small model: pictures, a direction, its report, a take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from compass_hands import Compass
from window_hands import Ears, Studio

from generators.compass.backends.unconditional import Unconditional
from generators.compass.single_file import save_model
from generators.engine.local import LocalEngine
from studio.panels.compass import reporting

NAME = "compass-tiny"
SEEDS = 6
PATIENCE_MS = 180_000  # a worker loads the libraries of picture models first, which takes a busy machine a minute


@pytest.fixture
def real(open_studio: Callable[..., Studio], _own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Compass:
    monkeypatch.setattr(reporting, "SEEDS", SEEDS)
    path = _own_folders / "models" / "compass" / f"{NAME}.safetensors"
    path.parent.mkdir(parents=True)
    save_model(Unconditional.tiny(1), path, metadata={"name": NAME, "room": "compass", "spec": "compass"})
    studio = open_studio(ears=Ears(available=False), make_engine=LocalEngine)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
    compass = Compass(studio)
    compass.patience_ms = PATIENCE_MS
    compass.until(lambda: any(choice.name == NAME for choice in compass.panel.models.choices))
    compass.panel.choose_model(NAME)
    return compass


def test_from_pictures_to_a_measured_direction_and_a_kept_picture(real: Compass) -> None:
    assert real.ask.model == NAME
    real.begin(24)
    images = real.panel.pooling.images(real.sorting.pool_sha256)
    light = [image.scaled(1, 1).pixelColor(0, 0).lightnessF() for image in images]
    rows = sorted(range(24), key=lambda row: light[row])
    real.panel.sorter.put(rows[:4], "less")
    real.panel.sorter.put(rows[-4:], "more")
    real.until(lambda: real.panel.finding.current is not None)
    real.until(lambda: all(real.panel.middle.sort.effect.strip.images()))
    use = real.keep_direction("light")
    assert use.model == NAME
    facts = real.panel.cards.facts(use.sha256)
    real.until(lambda: real.panel.cards.facts(use.sha256) is not None)
    facts = real.panel.cards.facts(use.sha256)
    assert facts is not None
    assert facts.is_even
    assert {"monotonicity", "preservation", "stability", "random_monotonicity", "shuffled_monotonicity"} <= set(
        facts.report
    )
    real.panel.show_page("travel")
    real.panel.change("", is_finished=False)
    real.panel.commit_ask(real.ask.with_use(use.sha256, amount=0.8))
    take = real.keep_picture()
    assert take.name == "light +0.8"
    assert take.facts["model_sha256"]
    real.panel.choose_model("compass-small")
    assert not real.ask.board
    assert not real.ask.request().directions
