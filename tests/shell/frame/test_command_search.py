"""Which command somebody means who types a few letters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.frame.search import Wording, one_slip, plain, ranked, score

COMMANDS = (
    ("Generate takes", "Music"), ("Another seed", "Music"), ("Rewrite…", "Music"), ("Star the take", "Music"),
    ("Copy the request as text", "Music"), ("Compare A and B…", "Music"), ("Open MIDI…", "Music"),
    ("Travel", "Compass"), ("Sort", "Compass"),
    ("Rename the direction…", "Compass"), ("Export the direction…", "Compass"),
    ("Perform", "Face"), ("Perform all lines", "Face"), ("Blink at the playhead", "Face"),
    ("Save", "File"), ("Save as…", "File"), ("Save a copy…", "File"), ("Open…", "File"), ("Export…", "File"),
    ("Feel angry", "Feeling anger"), ("Feel calm", "Feeling relaxed peaceful serene"), ("Full screen", "View"),
)  # fmt: skip


def found(query: str, lately: dict[tuple[str, str], int] | None = None) -> list[str]:
    return [title for title, _ in ranked(query, COMMANDS, lambda one: Wording(*one), lately)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("save", "Save"), ("sa", "Save"), ("save as", "Save as…"), ("sac", "Save a copy…"), ("open", "Open…"),
        ("midi", "Open MIDI…"), ("gt", "Generate takes"), ("gnrt", "Generate takes"), ("genrate", "Generate takes"),
        ("egnerate", "Generate takes"), ("angry", "Feel angry"), ("anger", "Feel angry"), ("serene", "Feel calm"),
        ("full", "Full screen"), ("perform", "Perform"), ("perform lines", "Perform all lines"),
        ("export", "Export…"), ("direction export", "Export the direction…"), ("compass exp", "Export the direction…"),
        ("sort", "Sort"), ("BLINK", "Blink at the playhead"), ("rename", "Rename the direction…"),
        ("  copy   request ", "Copy the request as text"),
    ],
)  # fmt: skip
def test_the_likeliest_comes_first(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_what_fits_nothing_finds_nothing() -> None:
    assert found("xylophone") == []
    assert found("save xylophone") == []


def test_nothing_typed_shows_all_with_the_last_used_first() -> None:
    assert found("") == [title for title, _ in COMMANDS]
    lately = {COMMANDS[8]: 0, COMMANDS[4]: 1}
    shown = found("  ", lately)
    assert shown[:3] == ["Sort", "Copy the request as text", "Generate takes"]
    assert sorted(shown) == sorted(title for title, _ in COMMANDS)


def test_what_was_used_wins_between_equals_only() -> None:
    assert found("save", {("Save a copy…", "File"): 0})[0] == "Save a copy…"
    assert found("export…", {("Star the take", "Music"): 0})[0] == "Export…"


def test_what_cannot_be_done_now_comes_later() -> None:
    entries = [("Open…", "File"), ("Open MIDI…", "Music")]
    can = [one[0] for one in ranked("open", entries, lambda one: Wording(*one), can=lambda one: one[0] != "Open…")]
    assert can == ["Open MIDI…", "Open…"]


@pytest.mark.parametrize(
    ("typed", "word", "is_one"),
    [("save", "save", True), ("svae", "save", True), ("sve", "save", True), ("saave", "save", True),
     ("sabe", "save", True), ("evas", "save", False), ("sa", "save", False), ("", "", True)],
)  # fmt: skip
def test_one_slip_of_the_finger(typed: str, word: str, is_one: bool) -> None:
    assert one_slip(typed, word) is is_one
    assert one_slip(word, typed) is is_one


def test_accents_are_not_needed() -> None:
    assert plain("Éñvoyer") == "envoyer"
    assert score("uber", Wording("Über Affect Studio")) > 0.85


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_any_words_give_a_fit(query: str, title: str, others: str) -> None:
    fit = score(query, Wording(title, others))
    assert 0.0 <= fit <= 1.0


@settings(deadline=None)
@given(st.text(alphabet="abcdefgh ", min_size=1, max_size=20).filter(str.strip))
def test_whole_titles_fit_themselves(title: str) -> None:
    assert score(title, Wording(title)) >= 0.8
