"""Scores as readable notation: a grid, hands, voices, written values, spelling. `page.py` puts them together."""
