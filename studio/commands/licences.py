"""`licences`: what the program is made of, and under which licences."""

from __future__ import annotations

import argparse

import msgspec

from generators.runtime.catalog import Catalog
from studio.commands.console import OK, Console
from studio.credits import all_credits, as_text, text_of


def show_licences(options: argparse.Namespace, console: Console) -> int:
    """Print everything that the program is made of; with --full the texts of the licences, too."""
    found = [each for each in all_credits(Catalog.installed()) if each.matches(options.about or "")]
    console.say(as_text(found, full=options.full) if found else "Nothing of that name belongs to the program.")
    told = [
        {
            **{key: value for key, value in msgspec.to_builtins(credit).items() if key != "files"},
            **({"text": text_of(credit)} if options.full else {}),
        }
        for credit in found
    ]
    console.tell({"credits": told})
    return OK
