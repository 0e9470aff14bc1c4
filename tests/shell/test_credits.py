from __future__ import annotations

import importlib.metadata as metadata
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from generators.runtime.catalog import Catalog
from generators.runtime.folders import assets_folder
from studio.credits import (
    GROUPS,
    MODELS,
    PACKAGES,
    SOUNDS,
    Credit,
    all_credits,
    as_text,
    installed_packages,
    licence_name,
    text_of,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> tuple[Credit, ...]:
    return all_credits(Catalog.shipped())


def names_in_the_project() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(text).name.lower().replace("_", "-") for text in project["dependencies"]]


def test_every_package_that_we_need_is_told() -> None:
    installed = installed_packages()
    assert set(names_in_the_project()) <= set(installed)
    assert "tinysoundfont" in installed
    assert len(installed) > 40
    assert "pytest" not in installed


def test_every_package_tells_its_licence(found: tuple[Credit, ...]) -> None:
    for name in installed_packages():
        assert licence_name(name), f"{name} {metadata.version(name)} names no licence"
    packages = [credit for credit in found if credit.group == PACKAGES]
    assert len(packages) == len(installed_packages())
    without_text = [credit.name for credit in packages if len(text_of(credit)) < 300]
    assert len(without_text) <= 2, without_text  # a name alone is all that some tell


def test_qt_brings_the_text_of_its_licence(found: tuple[Credit, ...]) -> None:
    qt = next(credit for credit in found if credit.name == "PySide6")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text_of(qt)
    assert "you may replace" in qt.words
    assert "x264" in next(credit for credit in found if credit.name == "av").words


def test_models_sounds_and_data_are_told(found: tuple[Credit, ...]) -> None:
    assert {credit.group for credit in found} == set(GROUPS)
    models = [credit for credit in found if credit.group == MODELS]
    assert len(models) == len(Catalog.shipped().models)
    assert any("Fryderyk Chopin Institute" in credit.words for credit in models)
    sounds = {credit.name: credit for credit in found if credit.group == SOUNDS}
    assert "GNU GENERAL PUBLIC LICENSE" in text_of(sounds["TimGM6mb.sf2"])
    assert len(sounds) == 1 + len(list((assets_folder() / "samples").glob("*.md")))


def test_all_of_it_as_text(found: tuple[Credit, ...]) -> None:
    told = as_text(found)
    assert all(group.upper() in told for group in GROUPS)
    assert all(credit.name in told for credit in found)
    full = as_text(found, full=True)
    assert "Redistribution and use in source and binary forms" in full
    assert len(full) > 20 * len(told)


def test_they_can_be_searched(found: tuple[Credit, ...]) -> None:
    assert [credit.name for credit in found if credit.matches("SOUNDFONT gpl")][:2] == ["pretty_midi", "TimGM6mb.sf2"]
    assert not any(credit.matches("no such thing") for credit in found)
    assert all(credit.matches("") for credit in found)
