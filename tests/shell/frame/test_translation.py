"""The window in another language: nothing of its frame stays English, and nothing is cut off by longer words."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from window_hands import Studio

from studio import translation
from studio.frame.message_sheet import MessageSheet
from studio.frame.shortcut_sheet import ShortcutSheet
from studio.frame.starting import SMALLEST
from studio.frame.wiring import entries_of, show_calibration, show_settings
from studio.panel import Level, Message
from studio.translation import CLOSING, OPENING, PSEUDO, accented, languages, tr, trn, use

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "packaging"))
from translations import mo  # beside the tree, as packaging/dev.py is


@pytest.fixture
def pseudo() -> Iterator[None]:
    use([PSEUDO])
    yield
    use(["en"])


@pytest.fixture
def write_catalogue(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    def write(language: str, folder: str = "locale", **texts: str) -> Path:
        path = tmp_path / folder / language / "LC_MESSAGES" / "affect-studio.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        pairs = {(one.replace("_", " "), ""): [text] for one, text in texts.items()}
        path.write_bytes(mo({("", ""): ["Content-Type: text/plain; charset=UTF-8\n"], **pairs}))
        return tmp_path / folder

    yield write
    use(["en"])


# -- the words ---------------------------------------------------------------------------------------------------------


def test_english_needs_no_catalogue() -> None:
    assert use(["en-GB", "de"]) == "en"
    assert tr("Save") == "Save"
    assert tr("") == ""
    assert [trn("{count} take", "{count} takes", count) for count in (0, 1, 2)] == ["0 takes", "1 take", "2 takes"]


def test_the_first_language_that_is_there_is_spoken(write_catalogue: Callable[..., Path]) -> None:
    folder = write_catalogue("de", Save="Sichern", Open="Öffnen")
    own = write_catalogue("de", "own", Save="Speichern")
    assert languages([folder]) == ("en", "de")
    assert use(["fr-FR", "de-AT", "en"], [folder]) == "de"
    assert (tr("Save"), tr("Quit")) == ("Sichern", "Quit")
    use(["de"], [folder, own])  # what the user has wins, word by word
    assert (tr("Save"), tr("Open")) == ("Speichern", "Öffnen")
    assert use(["fr"], [folder]) == "en"
    assert use(["../../etc", "de/../x", ""], [folder]) == "en"


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xde\x12\x04\x95" + b"\xff" * 40, b"x" * 300], ids=range(4))
def test_a_damaged_catalogue_counts_as_missing(write_catalogue: Callable[..., Path], content: bytes) -> None:
    folder = write_catalogue("de", Save="Sichern")
    (folder / "de" / "LC_MESSAGES" / "affect-studio.mo").write_bytes(content)
    assert use(["de"], [folder]) == "en"
    assert tr("Save") == "Save"


def test_a_translation_with_other_values_is_passed_over(write_catalogue: Callable[..., Path]) -> None:
    texts = {
        "Take {name}": "Fassung {nom}",
        "Show {part}": "{part} zeigen",
        "Float {part}": "{part} {",
        "Open": "{Auf}",
    }
    folder = write_catalogue("de", **texts)
    use(["de"], [folder])
    assert tr("Take {name}") == "Take {name}"
    assert tr("Show {part}").format(part="Zeit") == "Zeit zeigen"
    assert tr("Float {part}") == "Float {part}"


def test_the_foreign_english_keeps_what_is_filled_in() -> None:
    text = accented("Show {part} of &File…")
    assert text.startswith(OPENING)
    assert text.endswith(CLOSING + "…")
    assert "{part}" in text
    assert "&F" in text
    assert len(text) >= 1.25 * len("Show {part} of &File…")
    assert translation.language() == "en"


# -- the window --------------------------------------------------------------------------------------------------------

# names, figures, keys, and what the engine says, whose sentences come from outside of the window
NAMES = re.compile(
    r"^(Affect Studio.*|Untitled|[\d\s.,:×/%★·–−+-]*|[A-Z](, [A-Z+−])*|.*\b(CPU|MB|GB)\b.*|\d+ %|/.*|ms"
    r"|The engine is ready\.|Apache-2.0|English|HDMI|USB headphones"
    r"|(Ctrl|Shift|Alt|F\d+|Esc|Space|Home|Delete|Return|Enter|Arrows|Left|Right|Up|Down|Plus)\b.*)$"
)


def is_foreign(text: str) -> bool:
    """Whether a text was translated, or is nothing to translate."""
    return OPENING in text or bool(NAMES.match(text.strip()))


def texts_of(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """All that can be read of `root` now."""
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisibleTo(root):
            continue
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield widget, widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget, widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(place)) for place in range(widget.count()))
        yield widget, widget.toolTip()


@pytest.mark.usefixtures("pseudo")
def test_every_command_and_every_word_of_the_frame_is_translated(studio: Studio) -> None:
    window = studio.window
    window.show()
    for title, actions in window.menus.sections:
        assert is_foreign(title), title
        for action in actions:
            assert is_foreign(action.text()) or action.isSeparator(), action.text()
    for action in window._menu_bar.actions():
        assert is_foreign(action.text()), action.text()
    tabs = window.top.tabs
    assert all(is_foreign(tabs.tabText(place)) for place in range(tabs.count()))
    for entry in entries_of(window):
        assert is_foreign(entry.title), entry.title
        assert is_foreign(entry.group), entry.group
        assert is_foreign(entry.why), entry.why
    for part in (window.top, window.status, window.bottom, window.command_palette):
        plain = [text for _widget, text in texts_of(part) if not is_foreign(text)]
        assert plain == [], part
    window.say(Message("The disk is full.", Level.ERROR, "Try again", lambda: None))
    assert is_foreign(studio.message)
    assert is_foreign(window.strip._action.text())
    assert is_foreign(window.log.said[-1].text)
    for dock in window.docks.parts.values():
        assert is_foreign(dock.windowTitle())
        assert is_foreign(dock.title.back.toolTip())
        assert is_foreign(dock.grip.toolTip())


def sheets_of(studio: Studio) -> list[QDialog]:
    window = studio.window
    return [
        show_settings(window),
        show_calibration(window),
        ShortcutSheet(window.menus.shortcuts(), window),
        MessageSheet(window.context.hub, window.log, window),
    ]


@pytest.mark.usefixtures("pseudo")
def test_every_word_of_the_sheets_is_translated_and_none_is_cut_off(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(styled=True)
    studio.window.resize(*SMALLEST)
    studio.window.show()
    for sheet in sheets_of(studio):
        sheet.show()
        studio.qtbot.waitExposed(sheet)
        found = list(texts_of(sheet))
        plain = [text for _widget, text in found if not is_foreign(text)]
        assert plain == [], sheet.windowTitle()
        cut = [text for widget, text in found if is_cut_off(widget)]
        assert cut == [], sheet.windowTitle()
        assert sheet.height() <= studio.window.height()
        sheet.close()


def is_cut_off(widget: QWidget) -> bool:
    """Whether the words of a widget need more room than it has."""
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height() + 1
        return widget.sizeHint().width() > widget.width() + 1
    if isinstance(widget, (QPushButton, QCheckBox)):
        return widget.sizeHint().width() > widget.width() + 2
    return False


@pytest.mark.usefixtures("pseudo")
def test_longer_words_fit_into_the_smallest_frame(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(styled=True)
    window = studio.window
    window.resize(*SMALLEST)
    window.show()
    studio.qtbot.waitExposed(window)
    for place in range(len(window.panels)):
        window.show_panel(place)
        studio.qtbot.wait(20)
        assert window.width() == SMALLEST[0]
        top = window.top
        assert top.export.geometry().right() <= top.width()
        assert top._frame.geometry().right() < top.export.geometry().left()
        bar = window._menu_bar
        assert bar.width() >= bar.sizeHint().width()
        assert bar.geometry().right() <= top._frame.geometry().left() + 1
        cut = [text for part in (top, window.status) for widget, text in texts_of(part) if is_cut_off(widget)]
        assert cut == []
