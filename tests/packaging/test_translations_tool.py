"""Finding words for translators, and making catalogues of what they wrote."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
import translations
from hypothesis import given, settings
from hypothesis import strategies as st
from translations import Text, TranslationError, mo, pot, read_po, texts_in

ONE_FILE = """
TITLES = {"left": mark("Feeling")}
label = tr("Save " "as…")
count = trn("{count} take", "{count} takes", 3)
other = tr(name)
say(Message("The disk is full.", Level.ERROR, "Try again", go))
say(Message(text=f"{name} is gone.", action="Save as…", act=go))

def music_commands(panel: Panel) -> tuple[Command, ...]:
    return (("Generate takes", "Ctrl+Return", panel.generate), None, ("Vary…", "", panel.vary))

ROLL_KEYS: tuple[tuple[str, str], ...] = (("N", "Add a note"),)

class MusicPanel(Panel):
    title = "Music"
"""


def test_all_kinds_of_marks_are_found() -> None:
    found = {(one, many) for one, many, _place in texts_in(ONE_FILE, "studio/x.py")}
    assert found == {
        ("Feeling", ""), ("Save as…", ""), ("{count} take", "{count} takes"), ("Generate takes", ""), ("Vary…", ""),
        ("Add a note", ""), ("Music", ""), ("The disk is full.", ""), ("Try again", ""),
    }  # fmt: skip


def test_the_window_has_hundreds_of_texts_each_once(tmp_path: Path) -> None:
    out = tmp_path / "affect-studio.pot"
    assert translations.main(["extract", "--out", str(out)]) == 0
    template = out.read_text(encoding="utf-8")
    filled = re.sub(r'^(msgstr(?:\[\d\])?) ""$', r'\1 "x"', template, flags=re.MULTILINE)
    ones = [one for one, _many in read_po(filled) if one]
    assert len(ones) == template.count("\nmsgid ") - 1 > 250
    for wanted in ("&File", "Generate takes", "Perform", "Add a note at the playhead", "angry", "Scene", "Settings"):
        assert wanted in ones


def test_what_is_translated_comes_out_of_gettext(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    po = tmp_path / "de.po"
    template = pot([Text("Save", "", ["a.py:1"]), Text("{count} take", "{count} takes"), Text("Say “it”\n\\", "")])
    po.write_text(
        template.replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Sichern"')
        .replace('msgstr[0] ""', 'msgstr[0] "{count} Fassung"')
        .replace('msgstr[1] ""', 'msgstr[1] "{count} "\n"Fassungen"')
    )
    out = tmp_path / "de" / "LC_MESSAGES" / "affect-studio.mo"
    assert translations.main(["compile", str(po), "--out", str(out)]) == 0
    assert "2 texts translated" in capsys.readouterr().out
    with out.open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert german.gettext("Save") == "Sichern"
    assert german.ngettext("{count} take", "{count} takes", 1) == "{count} Fassung"
    assert german.ngettext("{count} take", "{count} takes", 5) == "{count} Fassungen"
    assert german.gettext("Say “it”\n\\") == "Say “it”\n\\"
    before = out.read_bytes()
    assert translations.main(["compile", str(po), "--out", str(out)]) == 0
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("po", "word"),
    [
        ('msgid "a"\nmsgstr "b', "no line"),
        ('msgid "a"\nmsgstr "b" c"', "closed"),
        ("hello", "no line"),
        ('msgid "{name} is here"\nmsgstr "{nom} est là"', "other values"),
        ('msgid "{name} is here"\nmsgstr "{name est là"', "other values"),
        ('msgid "{name} is here"\nmsgstr "{name.__class__}"', "other values"),
    ],
)
def test_what_is_no_translation_is_refused_with_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], po: str, word: str
) -> None:
    path, out = tmp_path / "xx.po", tmp_path / "xx.mo"
    path.write_text(po)
    assert translations.main(["compile", str(path), "--out", str(out)]) == 1
    told = capsys.readouterr().err
    assert word in told
    assert "ine " in told
    assert not out.exists()


def test_unsure_translations_are_left_out() -> None:
    assert read_po('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n') == {("c", ""): ["d"]}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_translations_or_a_sentence(text: str) -> None:
    try:
        found = read_po(text)
    except TranslationError as error:
        found = {("", ""): [str(error)]}
    assert all(given and all(given) for given in found.values())


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text and "\x04" not in text),
                       st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text), max_size=8))  # fmt: skip
def test_catalogues_hold_what_was_put_in(pairs: dict[str, str]) -> None:
    header = {("", ""): ["Content-Type: text/plain; charset=UTF-8\n"]}
    catalogue = gettext.GNUTranslations(
        io.BytesIO(mo({**header, **{(one, ""): [text] for one, text in pairs.items()}}))
    )
    assert all(catalogue.gettext(one) == text for one, text in pairs.items())
