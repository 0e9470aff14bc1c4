"""What a process of a verb tells, line by line."""

from __future__ import annotations

from studio.verb_output import last_message, told_in


def test_a_line_is_an_object_or_nothing() -> None:
    assert told_in('{"progress": {"done": 1}}') == {"progress": {"done": 1}}
    assert told_in("Traceback (most recent call last):") == {}
    assert told_in("[1, 2]") == {}


def test_the_last_sentence_among_the_errors_is_what_counts() -> None:
    errors = '{"message": "first"}\nnoise\n{"message": "There is no room on the disk."}\n{"message": 3}\n'
    assert last_message(errors, "no reason") == "There is no room on the disk."
    assert last_message("noise", "no reason") == "no reason"
