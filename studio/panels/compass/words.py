"""Words of the compass panel: names of pictures, amounts, figures of a report in plain language."""

from __future__ import annotations

from collections.abc import Mapping

from studio.panels.compass.state import Ask

MINUS = "−"


def signed(amount: float, digits: int = 1) -> str:
    """An amount along a direction with its sign."""
    text = f"{abs(amount):.{digits}f}"
    if not float(text):
        return "0"
    return f"{MINUS if amount < 0 else '+'}{text}"


def picture_name(ask: Ask) -> str:
    """A name for a picture: what it was moved by most, or its seed."""
    moved = sorted((use for use in ask.uses if use.amount), key=lambda use: -abs(use.amount))
    start = ask.start_name or f"seed {ask.seed}"
    if not moved:
        return start
    return ", ".join(f"{use.name} {signed(use.amount)}" for use in moved[:2])


def picture_detail(ask: Ask) -> str:
    """A line under the name of a picture."""
    start = ask.start_name or f"seed {ask.seed}"
    if ask.to_seed is not None and ask.mix:
        start = f"{start} → {ask.to_seed}"
    moved = sum(bool(use.amount) for use in ask.uses)
    return f"{start} · {moved} {'direction' if moved == 1 else 'directions'}" if moved else start


def share(value: float) -> str:
    """A share of 1 as a figure with two digits."""
    return f"{value:.2f}".replace("-", MINUS)


def figures_of(report: Mapping[str, float]) -> tuple[tuple[str, str, str], ...]:
    """The figures of a report as rows of name, value and what it means."""
    rows: list[tuple[str, str, str]] = []

    def beside(name: str) -> str:
        others = []
        for control, words in (("random", "a random direction"), ("shuffled", "shuffled judgements")):
            if f"{control}_{name}" in report:
                others.append(f"{words} {share(report[f'{control}_{name}'])}")
        return f" For comparison: {', '.join(others)}." if others else ""

    for name, title, tells in (
        ("monotonicity", "follows the slider",
         "How steadily the quality rises with the slider on pictures that had no part in finding it; 1 is always."),
        ("preservation", "leaves the rest", "How much of a picture stays at one step of the quality."),
        ("stability", "stable", "How alike the direction comes out from other samples of the judgements."),
        ("disentanglement", "changes only this", "The share of all change that is the change that was meant."),
        ("sign_agreement", "works on others", "The share of unseen pictures that it moves the right way."),
        ("halves", "halves agree", "How alike two directions are, each from half of the judgements."),
    ):  # fmt: skip
        if name in report:
            rows.append((title, share(report[name]), f"{tells}{beside(name)}"))
    return tuple(rows)


def verdict(report: Mapping[str, float]) -> str:
    """One plain sentence on a direction."""
    if not report:
        return ""
    follows = report.get("monotonicity", 0.0)
    # a direction of chance follows its slider too, but it moves much else: one of the two has to be ahead
    is_ahead = any(
        report.get(name, 0.0) > report.get(f"shuffled_{name}", -1.0)
        for name in ("monotonicity", "disentanglement")
        if name in report
    )
    if follows < 0.5 or not is_ahead:
        return "It does no more than chance would: judge more pictures, or clearer ones."
    if follows < 0.8:
        return "It leads the right way, but not on every picture: some more judgements would steady it."
    if "halves" not in report:  # nothing was judged
        return "It does the same to pictures that it has never seen."
    # what is steady need not be what was felt: only the judgements themselves can tell
    if report["halves"] < 0.2:
        return "It does the same to all pictures, but half of your judgements says little of the others: judge more."
    if report.get("stability", 1.0) < 0.5:
        return "It does the same to all pictures; other judgements would still turn it a little."
    return "It does the same to pictures that it has never seen, and your judgements agree on it."


def evenness(report: Mapping[str, float]) -> str:
    """How even the steps were and are."""
    if "variation_before" not in report or "variation_after" not in report:
        return ""
    before, after = report["variation_before"], report["variation_after"]
    return f"{before * 100:.0f} % → {after * 100:.0f} %"


def usable(low: float, high: float) -> str:
    """The usable range in raw amounts."""
    return f"{signed(low)} … {signed(high)}"
