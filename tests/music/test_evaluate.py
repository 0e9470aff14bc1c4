"""The figures of the model card: the ranks they rest on, and the tables over real composed pieces."""

from __future__ import annotations

import numpy as np
import pytest

from generators.music.evaluate import BARS, QUADRANTS, quadrant_pieces, quadrant_table, spearman
from generators.music.model import tiny_model


def test_rank_correlation_knows_order_alone() -> None:
    values = np.array([0.1, 5.0, 2.0, 9.0])
    assert spearman(values, np.exp(values)) == pytest.approx(1.0)
    assert spearman(values, -values) == pytest.approx(-1.0)
    assert spearman(values, np.ones(4)) == 0.0


def test_the_table_has_each_quadrant_of_pieces_as_long_as_asked() -> None:
    pieces = quadrant_pieces(tiny_model(), 1)
    assert len(pieces) == len(QUADRANTS)
    assert all(len(score.bar_ticks()) == BARS + 1 for group in pieces for score in group)
    rows = list(quadrant_table(pieces, None))
    assert any("Onset rate" in row for row in rows)
    assert all(row.count("|") == rows[0].count("|") for row in rows)
