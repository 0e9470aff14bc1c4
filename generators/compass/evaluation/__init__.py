"""How well directions are found: a simulated artist, what they sort, and what an independent regressor then sees."""
