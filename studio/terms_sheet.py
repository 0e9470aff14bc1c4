"""The terms of use of a take: what went into it, what that learnt from, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from generators.runtime.catalog import Catalog
from generators.runtime.terms import Terms, soundfont_terms, summary, terms_of
from studio.document.model import Take
from studio.reading_sheet import ReadingSheet, copy_text, fact_grid, selectable
from studio.take_origin import made_by, readable_request
from studio.widgets.headings import heading

BROUGHT_IN = "It was brought in from a file: its terms are those of whoever made that."
PLAYED = "When it is heard, or written as sound"
NO_ADVICE = "These lines are a reader's guide. Where it matters, read the licences themselves."
_USES = {"free": "free to use", "limited": "with limits", "unknown": "not known here"}


def take_terms(take: Take, takes: Sequence[Take], catalog: Catalog) -> tuple[Terms, ...]:
    """The terms of `take`, with those of the takes that it was made from; () for one that was brought in."""
    request = readable_request(take)
    if request is None:
        return ()
    return terms_of(request, catalog, made_by(takes).get, model_sha256=take.facts.get("model_sha256", ""))


def summary_of(take: Take, takes: Sequence[Take], catalog: Catalog) -> str:
    """The terms of a take in one sentence."""
    return summary(take_terms(take, takes, catalog)) if readable_request(take) is not None else BROUGHT_IN


class TermsSheet(ReadingSheet):
    """Says of one take what may be done with it, and why."""

    def __init__(self, take: Take, takes: Sequence[Take], catalog: Catalog, parent: QWidget | None) -> None:
        super().__init__(f"Terms of use of “{take.name}”", parent, 560, 540)
        self.terms = take_terms(take, takes, catalog)
        self.summary = summary_of(take, takes, catalog)
        self.rows.addWidget(selectable(self.summary, "strong"))
        body = self.add_body()
        for terms in self.terms:
            body.addSpacing(4)
            body.addWidget(heading(terms.title))
            body.addLayout(fact_grid(_facts_of(terms)))
        if take.kind == "score" and not any(terms.what == "soundfont" for terms in self.terms):
            body.addSpacing(4)
            body.addWidget(heading(PLAYED))
            body.addLayout(fact_grid(_facts_of(soundfont_terms())))
        body.addStretch(1)
        self.rows.addWidget(selectable(NO_ADVICE, "faint"))
        self.finish(("Copy", lambda: copy_text(self.text())))

    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.title.text(), self.summary]
        for terms in self.terms:
            lines += ["", terms.title, *(f"  {name}: {words}" for name, words in _facts_of(terms))]
        return "\n".join(lines)


def _facts_of(terms: Terms) -> list[tuple[str, str]]:
    told = [("In short", _USES[terms.use]), ("What it means", terms.words), ("Licence", terms.licence or "not told")]
    if terms.learnt_from:
        sources = [f"{source.name} ({source.licence or 'licence not told'})" for source in terms.learnt_from]
        told.append(("Learnt from", "\n".join(sources)))
    if terms.attribution:
        kept = terms.attribution
        told.append(("To keep with the weights", f"{kept[:1].upper()}{kept[1:]}"))
    if terms.sha256:
        told.append(("SHA-256", terms.sha256))
    return told
