"""What the licence of weights or of a file means for somebody who makes things with it, in plain words. Torch-free.

This is a reader's guide to common licences and no legal advice; where it matters, the licence itself counts.
"""

from __future__ import annotations

import re

import msgspec

FREE, LIMITED, UNKNOWN = "free", "limited", "unknown"
USES: tuple[str, ...] = (FREE, LIMITED, UNKNOWN)
"""From the least to the most care that it asks for."""


class Meaning(msgspec.Struct, frozen=True):
    """`use` is one of USES; `words` say what it means."""

    use: str
    words: str


_TOLD: tuple[tuple[str, Meaning], ...] = (
    (
        r"(^|-)nc(-|$)|non-?commercial|research-only|academic",
        Meaning(LIMITED, "Not for anything commercial: ask its makers before you sell what you make with it."),
    ),
    (
        r"rail|llama|gemma|community",
        Meaning(
            LIMITED,
            "May be used, for money too, but not for the uses that its licence forbids (such as deceiving or harming "
            "people), and larger businesses may need more: read it.",
        ),
    ),
    (
        r"(^|-)nd(-|$)",
        Meaning(LIMITED, "May be used as it is, but not changed: read its licence before you build on it."),
    ),
    (
        r"cc-?0|public-domain|unlicense|pddl|(^|-)pd(-|$)",
        Meaning(FREE, "Free for everything, without conditions."),
    ),
    (
        r"a?gpl|(^|-)sa(-|$)|odbl",
        Meaning(
            FREE,
            "Free to use, for money too. Whoever passes the file itself on, changed or not, does so under the same "
            "licence.",
        ),
    ),
    (
        r"cc-?by",
        Meaning(FREE, "Free to use, for money too. Whoever passes the file itself on names its makers."),
    ),
    (
        r"apache|(^|-)mit(-|$)|bsd|(^|-)isc(-|$)|zlib|mpl|boost|artistic|ofl",
        Meaning(FREE, "Free to use, for money too. Whoever passes the file itself on keeps its licence text with it."),
    ),
)
_NOT_TOLD = Meaning(UNKNOWN, "Its terms are not known here: ask who made it before you publish what you make with it.")


def meaning(licence: str) -> Meaning:
    """What `licence` (an SPDX name, or words near one) means; one that is not known here is UNKNOWN."""
    name = re.sub(r"[\s_/(),;]+", "-", licence.strip().lower())
    return next((told for pattern, told in _TOLD if re.search(pattern, name)), _NOT_TOLD)


def most_careful(uses: tuple[str, ...]) -> str:
    """Of several uses the one that asks for the most care: what is limited is surely so, what is unknown may be."""
    for use in (LIMITED, UNKNOWN):
        if use in uses:
            return use
    return FREE
