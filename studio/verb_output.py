"""What a verb of the command line tells from a process of its own, with --json: one object a line. No Qt."""

from __future__ import annotations

import json


def told_in(line: str) -> dict[str, object]:
    """The object in a line, empty where it holds none."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def last_message(errors: str, otherwise: str) -> str:
    """The last sentence among the lines of its errors, `otherwise` where there is none."""
    words = [told_in(line).get("message") for line in errors.splitlines()]
    return next((word for word in reversed(words) if isinstance(word, str)), otherwise)
