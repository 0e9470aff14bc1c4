"""The terms of use of what was made: what its model learnt from, what else went into it, and what that means.

    terms = terms_of(request, catalog)
    summary(terms)      # one sentence

Everything that a request names counts: its model, the SoundFont it is played with, recordings, pictures and scores. A
result that was made from another result has the terms of that one too, where `made_by` says what made it. Torch-free;
requests are known here by their fields only, so that all rooms, and scenes, can be asked about.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from generators.runtime.cards import Source, read_card
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import assets_folder
from generators.runtime.licences import FREE, LIMITED, UNKNOWN, meaning, most_careful

MadeBy = Callable[[str], msgspec.Struct | None]
"""The request that made the artifact with this SHA-256, None where none is known."""

DEFAULT_SOUNDFONT = "TimGM6mb.sf2"
_MAX_SAMPLE_BYTES = 64 << 20
_ALSO_HEARD_BY = {"emoface": "face-small"}
"""Kinds of model that another one listens for."""
_GIVEN: tuple[tuple[str, str, str], ...] = (
    ("voice_sha256", "voice", "A recording"),
    ("score_sha256", "score", "Music that was brought in"),
    ("picture_sha256", "picture", "A picture that was brought in"),
    ("start_sha256", "picture", "A picture that was brought in"),
    ("curves_sha256", "curves", "Curves that were brought in"),
    ("head_sha256", "head", "A head of your own"),
)
_MADE_FROM = ("pool_sha256", "direction_sha256", "second_pool_sha256", "pictures_sha256", "mix_sha256")
_ASK = {
    "voice": "The rights in a recording are those of whoever speaks in it and whoever made it: ask them, or know them.",
    "score": "The rights in music that was brought in are those of whoever wrote it: ask them, or know them.",
    "picture": "The rights in a picture are those of whoever made it: ask them, or know them.",
    "curves": "The rights in a performance are those of whoever gave it: ask them, or know them.",
    "head": "The rights in a head are those of whoever modelled it, and of whom it shows: ask them, or know them.",
}


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The terms of one thing that a result was made with.

    `what` is "model", "soundfont", "voice", "score", "picture", "curves" or "head". `licence` is that of the weights
    or of the file, "" where it is not known. `use` is "free", "limited" or "unknown", and `words` say what it means for
    what was made. `attribution` is to be kept with the weights where these are passed on.
    """

    what: str
    name: str
    title: str
    use: str
    words: str
    licence: str = ""
    sha256: str = ""
    learnt_from: tuple[Source, ...] = ()
    attribution: str = ""


def terms_of(
    request: msgspec.Struct, catalog: Catalog, made_by: MadeBy | None = None, *, model_sha256: str = ""
) -> tuple[Terms, ...]:
    """The terms of what `request` makes, each thing once: models first, then what was brought in.

    `model_sha256` is the digest of the weights that were used, for requests that leave it out.
    """
    found: dict[tuple[str, str], Terms] = {}
    seen: set[str] = set()  # results that were followed: none twice, so that a circle ends
    waiting = [(request, model_sha256)]
    while waiting:
        each, digest = waiting.pop(0)
        for terms in _own(each, catalog, digest):
            found.setdefault((terms.what, terms.sha256 or terms.name), terms)
        for sha256, what, title in _named(each):
            origin = made_by(sha256) if made_by is not None else None
            if origin is None:
                if what:
                    found.setdefault((what, sha256), given_terms(what, title, sha256))
            elif sha256 not in seen:
                seen.add(sha256)
                waiting.append((origin, ""))
    return tuple(sorted(found.values(), key=lambda terms: terms.what != "model"))


def summary(terms: Sequence[Terms]) -> str:
    """In one sentence what may be done with something of these terms."""
    if not terms:
        return "Yours: nothing that others made went into it."
    use = most_careful(tuple(each.use for each in terms))
    if use == FREE:
        return "Yours to use, change and sell."
    names = ", ".join(each.title for each in terms if each.use == use)
    if use == LIMITED:
        return f"With limits: see {names}."
    return f"Ask first: the terms of {names[:1].lower()}{names[1:]} are not known here."


def soundfont_terms(sha256: str = "", name: str = "") -> Terms:
    """The terms of a SoundFont: "" is the one that comes with the installation."""
    if not sha256:
        return Terms(
            "soundfont",
            DEFAULT_SOUNDFONT,
            "the SoundFont TimGM6mb",
            FREE,
            "By Tim Brechbill, passed on under GPL-2.0 with the package pretty_midi, which this program uses where it "
            "lies. The licence is about the SoundFont as a file: whoever passes that on does so under the same "
            "licence. Music that is played with it is not the SoundFont.",
            "GPL-2.0",
        )
    words = "SoundFonts have terms of their own, mostly in a text beside them: look there, or ask who made it."
    return Terms("soundfont", name, name or "a SoundFont of your own", UNKNOWN, words, sha256=sha256)


def model_terms(name: str, catalog: Catalog, sha256: str = "") -> Terms:
    """The terms of the model called `name`, in the version `sha256` ("": the one that is installed)."""
    catalog.refresh()
    model = next((model for model in catalog.models if model.name == name), None)
    if model is None:
        words = "It is not installed here, so its terms cannot be told: ask who made it, or install it."
        return Terms("model", name, f"the model “{name}”", UNKNOWN, words, sha256=sha256)
    if sha256 and model.sha256 and sha256 != model.sha256:
        words = (
            f"Another version of it ({sha256[:8]}…) was used than the one that is installed, and its terms cannot be "
            "told: look at the card of that version."
        )
        return Terms("model", name, f"another version of “{model.title or name}”", UNKNOWN, words, sha256=sha256)
    card = read_card(model.card_path)
    licence = model.licence or card.licence
    of_weights = meaning(licence)
    limited = [source.name for source in card.learnt_from if meaning(source.licence).use == LIMITED]
    told = [f"{card.made[:1].upper()}{card.made[1:]}" or of_weights.words]
    use = of_weights.use
    if limited:
        use = LIMITED
        told.append(f"It learnt in part from data that is not for commercial use: {', '.join(limited)}.")
    if not card.learnt_from:
        told.append("What it learnt from is not told.")
    return Terms(
        "model",
        name,
        f"the model “{_title(model)}”",
        use,
        " ".join(told),
        licence,
        sha256 or model.sha256,
        card.learnt_from,
        card.attribution,
    )


def _title(model: Model) -> str:
    return model.title or model.name


def given_terms(what: str, title: str, sha256: str) -> Terms:
    """The terms of a file that was brought in; those of our own samples are known."""
    for name, digest, words in _samples(assets_folder()):
        if digest == sha256:
            return Terms(what, name, f"the sample “{name}”", FREE, words, "Apache-2.0", sha256)
    return Terms(what, "", title[:1].lower() + title[1:], UNKNOWN, _ASK[what], sha256=sha256)


# -- all that a request names ------------------------------------------------------------------------------------------


def _own(request: msgspec.Struct, catalog: Catalog, model_sha256: str) -> Iterator[Terms]:
    name = getattr(request, "model", "")
    if name:
        yield model_terms(name, catalog, getattr(request, "model_sha256", "") or model_sha256)
        spec = next((model.spec for model in catalog.models if model.name == name), "")
        if (also := _ALSO_HEARD_BY.get(spec)) is not None:
            yield model_terms(also, catalog)
    is_played = bool(getattr(request, "score_sha256", "")) and "soundfont_sha256" in request.__struct_fields__
    if is_played:
        yield soundfont_terms(getattr(request, "soundfont_sha256", ""))


def _named(request: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """Each result or file that `request` names: its SHA-256, what it is where it was brought in, and that in words."""
    for field, what, title in _GIVEN:
        if sha256 := getattr(request, field, ""):
            yield sha256, what, title
    for field in _MADE_FROM:
        if sha256 := getattr(request, field, ""):
            yield sha256, "", ""
    for push in getattr(request, "directions", ()):
        yield push.sha256, "", ""


# -- our own samples ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4)
def _samples(assets: Path) -> tuple[tuple[str, str, str], ...]:
    """Each shipped sample with a card: its name, its SHA-256, and what the card says."""
    found = []
    for card in sorted((assets / "samples").glob("*.md")):
        for file in sorted(card.parent.glob(f"{card.stem}.*")):
            if file.suffix == ".md" or file.stat().st_size > _MAX_SAMPLE_BYTES:
                continue
            words = read_card(card).made or "Spoken by a free synthesiser for this program, under its licence."
            found.append((file.name, hashlib.sha256(file.read_bytes()).hexdigest(), words))
    return tuple(found)
