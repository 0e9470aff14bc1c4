"""The terms of use of takes. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from generators.runtime.catalog import Catalog
from generators.runtime.licences import FREE, LIMITED, most_careful
from generators.runtime.terms import Terms, summary, terms_of
from studio.document.model import Take
from studio.take_origin import has_request, made_by, readable_request

BROUGHT_IN = "It was brought in from a file: its terms are those of whoever made that."
_SHORT = {FREE: "free to use", LIMITED: "with limits"}
_ASK = "ask first"


@cache
def _catalog() -> Catalog:
    return Catalog.installed()  # it sees by itself what is added and taken away


def take_terms(take: Take, takes: Iterable[Take]) -> tuple[Terms, ...]:
    """The terms of `take`, with those of the `takes` that it was made from; () for one that was brought in."""
    request = readable_request(take)
    if request is None:
        return ()
    return terms_of(request, _catalog(), made_by(takes), model_sha256=take.facts.get("model_sha256", ""))


def summary_of(take: Take, takes: Iterable[Take]) -> str:
    """The terms of a take in one sentence."""
    return summary(take_terms(take, takes)) if has_request(take) else BROUGHT_IN


def terms_fact(take: Take, takes: Iterable[Take]) -> tuple[str, str, str]:
    """The terms of a take as a row of facts: its name, a few words, and more of them."""
    terms = take_terms(take, takes)
    words = _SHORT.get(most_careful(tuple(each.use for each in terms)), _ASK) if has_request(take) else _ASK
    return ("terms", words, f"{summary_of(take, takes)} “Terms of use…” says more.")
