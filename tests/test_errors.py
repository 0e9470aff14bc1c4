"""The error tree."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from generators import errors


def all_errors(root: type[errors.AffectStudioError]) -> list[type[errors.AffectStudioError]]:
    return [root, *(found for child in root.__subclasses__() for found in all_errors(child))]


def test_the_docstring_draws_the_whole_tree() -> None:
    drawing = errors.__doc__ or ""
    for cls in all_errors(errors.AffectStudioError):
        assert cls.__name__ in drawing


@pytest.mark.parametrize("cls", all_errors(errors.AffectStudioError))
def test_an_error_crosses_a_process_by_name(cls: type[errors.AffectStudioError]) -> None:
    again = errors.error_named(cls.__name__, "what to do")
    assert type(again) is cls
    assert again.message == "what to do"


def test_an_unknown_name_is_a_crash() -> None:
    assert type(errors.error_named("KeyError", "x")) is errors.JobCrashed


@pytest.mark.parametrize(
    ("code", "cls"),
    [(errno.ENOSPC, errors.DiskFull), (errno.EACCES, errors.NotWritable), (errno.EIO, errors.NotWritable)],
)
def test_an_os_error_says_what_to_do(code: int, cls: type[errors.OutputError]) -> None:
    error = errors.output_error(OSError(code, "reason"), Path("take.mid"))
    assert type(error) is cls
    assert "take.mid" in error.message
