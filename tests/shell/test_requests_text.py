from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.engine.requests import Request, encode_request
from generators.errors import BadRequest
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from studio.cli import build_parser
from studio.requests_text import command_for, pretty, request_in
from tests.engine.made_requests import COMPOSED, REQUESTS


@given(REQUESTS)
def test_a_copied_request_is_read_back(request_: Request) -> None:
    told = pretty(encode_request(request_).decode())
    assert request_in(told) == request_
    assert request_in(f"Here it is:\n\n{told}\n\nHave fun.") == request_
    assert request_in(f"```json\n{told}\n```") == request_


@given(COMPOSED)
def test_a_copied_command_is_read_back(request_: Request) -> None:
    command = command_for(request_, "id", None)
    assert request_in(command) == request_
    options = build_parser().parse_args(shlex.split(command)[1:])
    assert request_in(options.request[0]) == request_


def test_a_command_for_a_take_of_a_project() -> None:
    project = Path("/home/me/It's mine/$HOME; song.affect")
    command = command_for(PerformRequest("ab" * 32), "3f", project)
    options = build_parser().parse_args(shlex.split(command)[1:])
    assert (options.project, options.take, options.out) == (project, ["3f"], Path())
    assert command.startswith("affect-studio batch --project '/home/me/It'\"'\"'s mine/$HOME; song.affect' --take 3f")


def test_a_request_whose_files_nobody_finds_is_no_command() -> None:
    with pytest.raises(BadRequest, match="save the project"):
        command_for(PerformRequest("ab" * 32), "3f", None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Nothing was copied"),
        ("  \n", "Nothing was copied"),
        ("hello {world}", "is no request"),
        ("[1, 2]", "is no request"),
        ('{"type": "song"}', "cannot be understood"),
        ('{"type": "compose", "bars": 0}', "choose between 1 and 128"),
        ("affect-studio batch --request 'unclosed", "is no request"),
        ("[" * 100_000, "is no request"),
        ("{" * (5 << 20), "far too large"),
    ],
)
def test_what_is_no_request_is_said(text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        request_in(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        request_in(text)


def test_text_that_is_no_json_stays() -> None:
    assert pretty("not json") == "not json"
    assert request_in(pretty(encode_request(ComposeRequest(bars=3)).decode())) == ComposeRequest(bars=3)
