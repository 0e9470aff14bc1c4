"""Training the shipped picture model on what the painter paints."""
