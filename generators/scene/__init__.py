"""The scene: one feeling over time that drives music, pictures and a face, and what is made of it together."""
