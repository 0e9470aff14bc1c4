from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.compass.request import FindRequest, InvertRequest, PoolRequest, Push, RenderRequest
from generators.face.request import PerformRequest, RetargetRequest
from generators.music.request import ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.runtime.cards import Card, Source, parse_card, read_card
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import assets_folder
from generators.runtime.licences import FREE, LIMITED, UNKNOWN, meaning, most_careful
from generators.runtime.terms import model_terms, soundfont_terms, summary, terms_of
from generators.scene.request import MixRequest

OURS = Catalog.shipped()
SAMPLE = hashlib.sha256((assets_folder() / "samples" / "letters.flac").read_bytes()).hexdigest()


def own(tmp_path: Path, card: str, licence: str = "", spec: str = "") -> Catalog:
    path = tmp_path / "mine.md"
    path.write_text(card)
    mine = Model(
        "mine", "music", str(tmp_path / "mine.safetensors"), "", licence, "Mine", str(path), spec, shipped=False
    )
    return Catalog((*OURS.models, mine))


@pytest.mark.parametrize(
    ("licence", "use"),
    [
        ("Apache-2.0", FREE), ("MIT", FREE), ("CC0 1.0", FREE), ("CC BY 4.0", FREE), ("cc-by-sa-4.0", FREE),
        ("GPL-2.0", FREE), ("public-domain pledges", FREE), ("CC BY-NC 4.0", LIMITED), ("cc-by-nc-sa-4.0", LIMITED),
        ("creativeml-openrail-m", LIMITED), ("flux-1-dev-non-commercial-license", LIMITED), ("CC BY-ND", LIMITED),
        ("", UNKNOWN), ("other", UNKNOWN), ("see the website", UNKNOWN),
    ],
)  # fmt: skip
def test_licences_are_understood(licence: str, use: str) -> None:
    assert meaning(licence).use == use


def test_what_asks_for_the_most_care_counts() -> None:
    assert most_careful(()) == most_careful((FREE, FREE)) == FREE
    assert most_careful((FREE, UNKNOWN)) == UNKNOWN
    assert most_careful((UNKNOWN, LIMITED, FREE)) == LIMITED


@pytest.mark.parametrize("model", OURS.models, ids=lambda model: model.name)
def test_every_shipped_model_tells_its_terms(model: Model) -> None:
    terms = model_terms(model.name, OURS, model.sha256)
    assert terms.use == FREE
    assert terms.learnt_from
    assert all(source.name and meaning(source.licence).use == FREE for source in terms.learnt_from if source.licence)
    assert terms.words.startswith("Yours.")
    assert terms.licence == model.licence


def test_attributions_are_those_of_the_cards() -> None:
    music = model_terms("music-small", OURS)
    assert music.attribution.startswith("Trained on scores of The Fryderyk Chopin Institute")
    assert Source("OpenScore Lieder", "CC0") in music.learnt_from
    face = model_terms("face-small", OURS)
    assert Source("Kerstin, German, 1 speaker", "CC0 1.0") in face.learnt_from


def test_what_a_request_names_counts() -> None:
    assert [terms.name for terms in terms_of(ComposeRequest(), OURS)] == ["music-small"]
    assert summary(terms_of(ComposeRequest(), OURS)) == "Yours to use, change and sell."
    spoken = terms_of(PerformRequest("ab" * 32), OURS)
    assert [(terms.what, terms.use) for terms in spoken] == [("model", FREE), ("voice", UNKNOWN)]
    assert summary(spoken) == "Ask first: the terms of a recording are not known here."
    assert summary(terms_of(PerformRequest(SAMPLE), OURS)) == "Yours to use, change and sell."
    assert [terms.what for terms in terms_of(RetargetRequest("cd"), OURS)] == ["curves"]
    played = terms_of(SynthesiseRequest("ab"), OURS)
    assert {terms.what: terms.name for terms in played} == {"soundfont": "TimGM6mb.sf2", "score": ""}
    assert soundfont_terms("ab", "mine.sf2").use == UNKNOWN


def test_what_a_result_was_made_from_counts() -> None:
    made: Mapping[str, msgspec.Struct] = {
        "score": ReworkRequest("older score", "vary"),
        "older score": ComposeRequest(),
        "direction": FindRequest("pool"),
        "pool": PoolRequest(points=RenderRequest().points, model="another"),
        "latents": InvertRequest("photo"),
        "loop": MixRequest("loop"),
    }
    mixed = terms_of(MixRequest("score", SAMPLE), OURS, made.get)
    assert [terms.name for terms in mixed] == ["music-small", "TimGM6mb.sf2", "letters.flac"]
    pictured = terms_of(RenderRequest(directions=(Push("direction"),), start_sha256="latents"), OURS, made.get)
    assert [(terms.what, terms.name or terms.sha256) for terms in pictured] == [
        ("model", "compass-small"), ("model", "another"), ("picture", "photo"),
    ]  # fmt: skip
    assert [terms.what for terms in terms_of(MixRequest("loop"), OURS, made.get)] == ["soundfont"]


def test_other_weights_are_not_vouched_for() -> None:
    assert model_terms("music-small", OURS, "0" * 64).use == UNKNOWN
    named = terms_of(ComposeRequest(), OURS, model_sha256="0" * 64)
    assert summary(named) == "Ask first: the terms of another version of “Music, small” are not known here."
    assert "not installed" in model_terms("nobody's", OURS).words


def test_models_of_ones_own(tmp_path: Path) -> None:
    told = "# Mine\n\nLicence: CC BY-NC 4.0\n"
    limited = terms_of(ComposeRequest(model="mine"), own(tmp_path, told))
    assert summary(limited) == "With limits: see the model “Mine”."
    assert "What it learnt from is not told." in limited[0].words
    silent = model_terms("mine", own(tmp_path, "# Mine\n"))
    assert (silent.use, "ask who made it" in silent.words) == (UNKNOWN, True)
    table = (
        "Licence: MIT\n\n| data | used | licence |\n|---|---|---|\n| clips | 3 | CC BY-NC-SA |\n| scores | 4 | CC0 |\n"
    )
    learnt = model_terms("mine", own(tmp_path, table))
    assert learnt.use == LIMITED
    assert learnt.words.endswith("not for commercial use: clips.")


def test_a_model_that_another_listens_for(tmp_path: Path) -> None:
    catalog = own(tmp_path, "", "CC BY-NC 4.0", "emoface")
    heard = terms_of(PerformRequest(SAMPLE, model="mine"), catalog)
    assert [terms.name for terms in heard] == ["mine", "face-small", "letters.flac"]
    assert summary(heard).startswith("With limits")


@given(st.text(alphabet=st.sampled_from("|-: licence\nWhatyoumke:*#CBY0"), max_size=400))
def test_any_text_is_a_card(text: str) -> None:
    card = parse_card(text)
    assert all(source.name for source in card.learnt_from)


def test_what_is_no_card_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "card.md"
    path.write_bytes(b"\xff\xfe\x00licence: MIT")
    assert read_card(path) == read_card(None) == read_card(tmp_path / "none.md") == Card()
    path.write_bytes(b"Licence: MIT\n" + b" " * (1 << 20))
    assert read_card(path) == Card()
