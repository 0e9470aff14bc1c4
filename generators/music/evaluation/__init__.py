"""The parts of the evaluation of the music model; `python -m generators.music.evaluate` prints them."""
