"""The terms of use of a take: what went into it, what that learnt from, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from generators.runtime.terms import Terms, soundfont_terms
from studio.document.model import Take
from studio.reading_sheet import ReadingSheet, copy_text, fact_grid, selectable
from studio.take_terms import summary_of, take_terms
from studio.widgets.headings import heading

PLAYED = "When it is heard, or written as sound"
NO_ADVICE = "These lines are a reader's guide. Where it matters, read the licences themselves."
_USES = {"free": "free to use", "limited": "with limits", "unknown": "not known here"}


class TermsSheet(ReadingSheet):
    """Says of one take what may be done with it, and why."""

    def __init__(self, take: Take, takes: Sequence[Take], parent: QWidget) -> None:
        super().__init__(f"Terms of use of “{take.name}”", parent, 560, 540)
        self.terms = take_terms(take, takes)
        self.summary = summary_of(take, takes)
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
        self.add_buttons(("Copy", lambda: copy_text(self.text())))

    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.windowTitle(), self.summary]
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
        told.append(("SHA-256", f"{terms.sha256[:32]}\n{terms.sha256[32:]}"))
    return told
