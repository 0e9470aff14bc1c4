"""What this program is made of, and under which licences: packages, models, sounds, data and papers. No Qt."""

from __future__ import annotations

import functools
import importlib.metadata as metadata
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from packaging.requirements import InvalidRequirement, Requirement

from generators.runtime.cards import read_card
from generators.runtime.catalog import Catalog
from generators.runtime.folders import assets_folder
from generators.runtime.terms import DEFAULT_SOUNDFONT, model_terms, soundfont_terms
from studio.credits_papers import PAPERS

PROGRAM = "affect-studio"
OURS, PACKAGES, MODELS, SOUNDS, DATA, SCIENCE = (
    "This program",
    "Packages it is built on",
    "Models",
    "Sounds and voices",
    "Data that models learnt from",
    "Papers and standards",
)
GROUPS: tuple[str, ...] = (OURS, PACKAGES, MODELS, SOUNDS, DATA, SCIENCE)
PURPOSES: dict[str, str] = {
    "pyside6": "the window (Qt)",
    "accelerate": "large picture models without large memory",
    "av": "films, with FFmpeg inside",
    "diffusers": "picture models",
    "huggingface-hub": "downloads you ask for",
    "moderngl": "drawing heads",
    "msgspec": "requests",
    "numpy": "the numbers",
    "pillow": "picture files",
    "platformdirs": "folders",
    "psutil": "memory figures",
    "pretty-midi": "the SoundFont that comes with it",
    "safetensors": "weights and results",
    "scipy": "curves and statistics",
    "sounddevice": "sound devices",
    "soundfile": "sound files",
    "tinysoundfont": "the synthesiser",
    "torch": "the networks",
    "transformers": "reading of prompts, EmoFace's hearing",
    "packaging": "which package needs which",
    "pyside6-addons": "more of Qt",
    "pyside6-essentials": "the heart of Qt",
    "shiboken6": "Qt for Python",
}
"""What the packages that we use ourselves are for; others come with them."""
_MORE = "comes with others"
_TEXT_NAME = re.compile(r"(licen[cs]e|copying|notice|copyright)[^/\\]*$", re.IGNORECASE)
_SKIPPED = (".py", ".pyc", ".json", ".so")
MAX_TEXT_BYTES = 4 << 20
_QT = ("pyside6", "pyside6-essentials", "pyside6-addons", "shiboken6")
_INSIDE: dict[str, str] = {
    "av": "FFmpeg (LGPL-3.0-or-later by its own account), with the encoders x264 and x265 (GPL-2.0-or-later) among its "
    "libraries.",
    "soundfile": "libsndfile (LGPL-2.1), with FLAC, Ogg, Vorbis, Opus and mpg123.",
    "sounddevice": "PortAudio (MIT).",
    "tinysoundfont": "TinySoundFont (MIT), after SFZero.",
    "pretty-midi": "TimGM6mb.sf2 (GPL-2.0): see Sounds and voices.",
    "pyside6": "Qt 6 (LGPL-3.0), which you may replace by your own build of it.",
}
"""What a package brings along inside itself under licences of its own."""


class Credit(msgspec.Struct, frozen=True):
    """One thing that the program is made of.

    `group` is one of GROUPS; `licence` its name, "" where none applies (papers). `words` say what it is for or what its
    licence means; `files` hold the full texts.
    """

    group: str
    name: str
    licence: str = ""
    words: str = ""
    version: str = ""
    files: tuple[str, ...] = ()

    def matches(self, text: str) -> bool:
        """Whether all words of `text` stand in it somewhere."""
        told = f"{self.group} {self.name} {self.version} {self.licence} {self.words}".casefold()
        return all(word in told for word in text.casefold().split())


def all_credits(catalog: Catalog) -> tuple[Credit, ...]:
    """Everything, by group. It reads the metadata of the installed packages: not for the thread of a window."""
    return (*_ours(), *_packages(), *_models(catalog), *_sounds(), *_data(catalog), *_papers())


def text_of(credit: Credit) -> str:
    """The full licence texts of `credit`, or what is known of it where it brings none."""
    texts = [text for path in credit.files if (text := _read(Path(path)))]
    told = "\n\n".join((credit.name + (f" {credit.version}" if credit.version else ""), credit.licence, credit.words))
    return "\n\n\n".join((told.strip(), *texts)) if texts else told.strip()


def as_text(credits_: Sequence[Credit], *, full: bool = False) -> str:
    """All of it as plain text; `full` with the texts of the licences."""
    lines: list[str] = []
    for group in GROUPS:
        found = [credit for credit in credits_ if credit.group == group]
        if not found:
            continue
        lines += [group.upper(), ""]
        for credit in found:
            lines.append("  ".join(word for word in (credit.name, credit.version, credit.licence) if word))
            lines += [f"    {credit.words}"] if credit.words else []
        lines.append("")
    if full:
        for credit in credits_:
            if credit.files:
                lines += ["=" * 78, text_of(credit), ""]
    return "\n".join(lines)


# -- each group --------------------------------------------------------------------------------------------------------


def _ours() -> Iterator[Credit]:
    words = "What you make with it is yours, as far as the models and files you use allow: see the terms of a take."
    text = assets_folder().parent / "LICENSE"
    files = (str(text),) if text.is_file() else _texts(PROGRAM)
    yield Credit(OURS, "Affect Studio", "Apache-2.0", words, _version(PROGRAM), files)
    words = "Icons, the clay head, the painter of mood landscapes and the sample's words were made for this program."
    yield Credit(OURS, "Icons, head and pictures", "Apache-2.0", words, files=files)
    words = "Letters are those of your system; contact sheets may use Aileron by Sora Sagano, which Pillow brings."
    yield Credit(OURS, "Fonts", "CC0-1.0", words)


@functools.cache
def _packages() -> tuple[Credit, ...]:
    """The packages; they stay the same as long as the program runs."""
    found = []
    for name in installed_packages():
        words = PURPOSES.get(name, _MORE)
        inside = _INSIDE.get(name, "")
        files = _texts(name)
        if not files and name in _QT:
            files = tuple(str(assets_folder() / "licences" / f"{short}.txt") for short in ("LGPL-3.0", "GPL-3.0"))
        words = f"{words[:1].upper()}{words[1:]}.{f' Inside: {inside}' if inside else ''}"
        found.append(Credit(PACKAGES, _shown_name(name), licence_name(name), words, _version(name), files))
    return tuple(found)


def _models(catalog: Catalog) -> Iterator[Credit]:
    for model in catalog.models:
        terms = model_terms(model.name, catalog)
        kept = terms.attribution
        told = [terms.words, f"{kept[:1].upper()}{kept[1:]}"]
        card = (str(model.card_path),) if model.card_path is not None else ()
        name = f"{model.title} ({model.name})" if model.title else model.name
        yield Credit(MODELS, name, terms.licence or "not told", " ".join(filter(None, told)), files=card)


def _sounds() -> Iterator[Credit]:
    font = soundfont_terms()
    text = assets_folder() / "licences" / "GPL-2.0.txt"
    yield Credit(SOUNDS, DEFAULT_SOUNDFONT, font.licence, font.words, files=(str(text),) if text.is_file() else ())
    for card in sorted((assets_folder() / "samples").glob("*.md")):
        made = read_card(card).made or "Spoken by espeak-ng for this program; what it speaks is free of its licence."
        yield Credit(SOUNDS, f"Sample {card.stem}", "Apache-2.0", made, files=(str(card),))


def _data(catalog: Catalog) -> Iterator[Credit]:
    for model in catalog.models:
        if model.shipped:
            for source in read_card(model.card_path).learnt_from:
                yield Credit(DATA, source.name, source.licence, f"{model.title or model.name} learnt from it.")


def _papers() -> Iterator[Credit]:
    for title, use in PAPERS:
        yield Credit(SCIENCE, title, "", f"{use[:1].upper()}{use[1:]}.")


# -- packages ----------------------------------------------------------------------------------------------------------


def installed_packages() -> tuple[str, ...]:
    """The packages that this program runs with, as they are installed: those it names, and all that those need."""
    found: dict[str, None] = {}
    waiting = [*PURPOSES, *_needed(PROGRAM)]
    while waiting:
        name = _plain(waiting.pop())
        if name in found or name == PROGRAM:
            continue
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = None
        waiting += _needed(name)
    return tuple(sorted(found, key=lambda name: (name not in PURPOSES, name)))


def licence_name(name: str) -> str:
    """The licence that an installed package tells, "" where it tells none."""
    told = metadata.metadata(name)
    if "License-Expression" in told:
        return told["License-Expression"]
    classes = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    words = told["License"].strip() if "License" in told else ""
    if words and "\n" not in words and len(words) < 60:
        return words
    return ", ".join(each.removesuffix(" License") for each in classes)


def _needed(name: str) -> list[str]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    names = []
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            names.append(requirement.name)
    return names


def _texts(name: str) -> tuple[str, ...]:
    """The files of an installed package that hold its licences, its own before those of what is inside it."""
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return ()
    named = [file for file in files if _TEXT_NAME.search(str(file)) and file.suffix not in _SKIPPED]
    named.sort(key=lambda file: (".dist-info" not in str(file), len(file.parts), str(file)))
    return tuple(str(file.locate()) for file in named)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_TEXT_BYTES).decode("utf-8", errors="replace").replace("\f", "\n").strip("\n").rstrip()
    except OSError:
        return ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _shown_name(name: str) -> str:
    return metadata.metadata(name)["Name"] or name
