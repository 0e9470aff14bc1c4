"""What an exported file is told beside what was asked to be kept in it: which model made it, and its terms."""

from __future__ import annotations

from collections.abc import Mapping

from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from generators.runtime.catalog import Catalog
from generators.runtime.terms import summary, terms_of


def told_facts(facts: Mapping[str, str], catalog: Catalog) -> dict[str, str]:
    """`facts` with "model" and "licence" as their request tells them; what is there already stays."""
    try:
        request = decode_request(facts.get("request", "") or facts.get("composed_by_request", ""))
    except AffectStudioError:
        return dict(facts)
    terms = terms_of(request, catalog, model_sha256=facts.get("model_sha256", ""))
    told = {"model": str(getattr(request, "model", "")), "licence": summary(terms) if terms else ""}
    return {**{name: text for name, text in told.items() if text}, **facts}
