from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators.face.teacher import sentences
from generators.face.teacher.speakers import ESPEAK_LANGUAGES


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_every_language_has_sentences_that_differ(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "dictionary", lambda _: ())
    rng = np.random.default_rng(1)
    found = [sentences.sentence(language, rng) for _ in range(20)]
    assert len(set(found)) > 15
    assert all(text[-1] in ".?!" and 2 <= len(text.split()) <= 12 for text in found)
    assert not any("-" in text for text in found)
    again = np.random.default_rng(1)
    assert found == [sentences.sentence(language, again) for _ in range(20)]


def test_every_language_that_is_spoken_has_texts() -> None:
    assert {texts for texts, _ in ESPEAK_LANGUAGES.values()} <= set(sentences.LANGUAGES)
    assert len(ESPEAK_LANGUAGES) > 50
    assert all(odds > 0 for _, odds in ESPEAK_LANGUAGES.values())


def test_word_lists_of_the_system_are_read_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"wort{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(70)]
    (tmp_path / "ngerman").write_text("\n".join(words), "utf-8")
    monkeypatch.setattr(sentences, "DICTIONARIES", tmp_path)
    sentences.dictionary.cache_clear()
    try:
        assert sentences.dictionary("de") == tuple(words[::7])
        assert sentences.dictionary("fr") == ()
        assert any("wort" in sentences.sentence("de", np.random.default_rng(seed)) for seed in range(10))
    finally:
        sentences.dictionary.cache_clear()


def test_own_sentences_are_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text("Das ist mein eigener Satz.\n\nx\n", "utf-8")
    own = sentences.own_sentences(tmp_path)
    assert own == {"de": ["Das ist mein eigener Satz."]}
    texts = [sentences.passage("de", np.random.default_rng(seed), own["de"]) for seed in range(10)]
    assert any("eigener" in text for text in texts)
    assert not all("eigener" in text for text in texts)
