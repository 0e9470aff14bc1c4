"""Messages: beside the work, told to screen readers, and none of them lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from window_hands import Studio

from studio.frame.message_log import MOST, MessageLog
from studio.frame.message_sheet import MessageSheet
from studio.panel import Level, Message
from studio.widgets import message


def shown_texts(sheet: MessageSheet) -> list[str]:
    rows = [sheet.list.itemAt(place).widget() for place in range(sheet.list.count())]
    return [row.findChildren(QLabel)[-1].text() for row in rows if row is not None]


def test_every_message_is_kept_in_order_and_repeats_are_counted() -> None:
    log = MessageLog(lambda: datetime(2026, 11, 26, 7, 5, 9, tzinfo=UTC))
    for text in ("Saved.", "Saved.", "A copy was written."):
        log.note(Message(text))
    log.note(Message("The disk is full.", Level.ERROR))
    assert [(said.text, said.times) for said in log.said] == [
        ("Saved.", 2), ("A copy was written.", 1), ("The disk is full.", 1),
    ]  # fmt: skip
    assert log.text().splitlines() == [
        "07:05:09  Message: Saved. (×2)",
        "07:05:09  Message: A copy was written.",
        "07:05:09  Error: The disk is full.",
    ]
    for number in range(2 * MOST):
        log.note(Message(f"Number {number}."))
    assert len(log.said) == MOST


def test_more_than_fit_in_the_strip_are_all_in_the_list(studio: Studio) -> None:
    count = 3 * message.KEPT_MESSAGES
    studio.window.say(Message("The disk is full.", Level.ERROR))
    for number in range(count):
        studio.window.say(Message(f"Exported {number}."))
    while studio.window.strip.current is not None and studio.window.strip.current.level == "info":
        studio.window.strip.dismiss()
    assert studio.message == "The disk is full."  # what would go by itself made room, the error did not
    sheet = MessageSheet(studio.window.context.hub, studio.window.log, studio.window)
    sheet.show()
    assert len(shown_texts(sheet)) == count + 1
    assert shown_texts(sheet)[-1] == "The disk is full."
    assert shown_texts(sheet)[0] == f"Exported {count - 1}."
    studio.window.say(Message("One more."))
    assert shown_texts(sheet)[0] == "One more."
    studio.qtbot.keyClicks(sheet.line, "disk full")
    assert shown_texts(sheet) == ["The disk is full."]
    sheet.copy.click()
    assert QGuiApplication.clipboard().text() == studio.window.log.text()
    assert QGuiApplication.clipboard().text().count("\n") == count + 1
    sheet.close()


def test_no_message_takes_the_keyboard_or_blocks(studio: Studio) -> None:
    with studio.qtbot.waitActive(studio.window):
        studio.window.show()
        studio.window.activateWindow()
    studio.music.left.pad.setFocus()
    for level in Level:
        studio.window.say(Message("Something happened.", level, "Do it", lambda: None))
        assert QApplication.focusWidget() is studio.music.left.pad
        assert QApplication.activeModalWidget() is None
        assert QApplication.activePopupWidget() is None


def test_messages_are_announced_errors_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []

    def listen(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    studio.window.say(Message("Saved."))
    studio.window.say(Message("The disk is full.", Level.ERROR))
    politeness = QAccessible.AnnouncementPoliteness
    assert heard == [("Message: Saved.", politeness.Polite), ("Error: The disk is full.", politeness.Assertive)]
