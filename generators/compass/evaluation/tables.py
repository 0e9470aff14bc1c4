"""The figures of an evaluation as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from generators.compass.evaluation.sliders import Evenness, Figures
from generators.compass.painter.factors import STRONG, WEAK

Found = Mapping[tuple[str, str, int], Sequence[Figures]]
"""The figures of all artists by method, factor and count; a random direction has the count 0."""
GROUPS = {"strong": STRONG, "weak": WEAK}
TITLES = {
    "ridge": "ridge (ours)",
    "means": "difference of means",
    "svm": "linear SVM",
    "random": "random direction",
    "shuffled": "shuffled order",
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers get two decimals."""
    lines = [list(map(str, head)), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    told = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    told.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(told)


def reading_table(reading: Mapping[str, Mapping[str, tuple[float, float]]], factors: Sequence[str]) -> str:
    """How well the regressor reads each factor from held-out paintings."""
    rows = [(factor, *reading["painted"][factor], *reading["decoded"][factor]) for factor in factors]
    return table(("factor", "R²", "Spearman", "R² decoded", "Spearman decoded"), rows)


def pooled(found: Found, method: str, factors: Iterable[str], count: int) -> dict[str, float]:
    """The figures of a method over some factors and all artists: medians over seeds, means of the others."""
    figures = [each for factor in factors for each in found.get((method, factor, count), ())]
    if not figures:
        return {}
    return {
        "spearman": float(np.median(np.concatenate([each.spearmans for each in figures]))),
        "spearman_mean": float(np.mean(np.concatenate([each.spearmans for each in figures]))),
        "over_all": float(np.mean([each.over_all for each in figures])),
        "sign_agreement": float(np.mean([each.sign_agreement for each in figures])),
        "disentanglement": float(np.mean([each.disentanglement for each in figures])),
        "preservation": float(np.mean([each.preservation for each in figures])),
        "effect": float(np.mean([each.effect for each in figures])),
    }


def methods_table(found: Found, methods: Sequence[str], count: int) -> str:
    """All methods at one count of pictures."""
    rows = []
    for method in methods:
        told = [pooled(found, method, factors, 0 if method == "random" else count) for factors in GROUPS.values()]
        if not all(told):
            continue
        rows.append((TITLES[method], *(group[key] for key in _KEYS for group in told)))
    heads = [f"{title} {group}" for title in _KEYS.values() for group in GROUPS]
    return table(("method", *heads), rows)


_KEYS = {
    "spearman": "median Spearman",
    "spearman_mean": "mean",
    "over_all": "over all",
    "effect": "effect",
    "sign_agreement": "right way",
    "disentanglement": "only this",
    "preservation": "kept",
}


def factors_table(found: Found, methods: Sequence[str], factors: Sequence[str], count: int) -> str:
    """Spearman over all pictures of each factor by method, and more of the first method's figures."""
    rows = []
    for factor in factors:
        told = {method: pooled(found, method, (factor,), 0 if method == "random" else count) for method in methods}
        first = told[methods[0]]
        if not first:
            continue
        others = [told[method].get("over_all", float("nan")) for method in methods]
        rows.append(
            (
                factor,
                first["spearman"],
                *others,
                first["effect"],
                first["sign_agreement"],
                first["disentanglement"],
                first["preservation"],
            )
        )
    head = (
        "factor",
        "median Spearman",
        *(TITLES[method] for method in methods),
        "effect",
        "right way",
        "only this",
        "kept",
    )
    return table(head, rows)


def evenness_table(found: Mapping[str, Evenness]) -> str:
    """How even the steps are before and after calibration."""
    columns = ("before", "after", "before_unseen", "after_unseen", "before_usual", "after_usual")
    rows: list[tuple[object, ...]] = [
        (factor, *(getattr(each, column) for column in columns), f"{each.low:+.2f} to {each.high:+.2f}")
        for factor, each in found.items()
    ]
    if found:
        held = [each for each in found.values() if each.high > each.low]  # along the others pictures fall apart at once
        medians = [float(np.median([getattr(each, column) for each in held])) if held else np.nan for column in columns]
        rows.append(("median", *medians, ""))
    heads = ("before", "after", "before, others", "after, others", "before, their mean", "after, their mean")
    return table(("factor", *heads, "usable"), rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if np.isnan(value) else f"{value:.2f}"
    return str(value)
