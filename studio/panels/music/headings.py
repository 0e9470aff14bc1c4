"""How links among the controls of the music panel look."""

LINK_STYLE = (
    "QPushButton { text-align: left; padding: 0; }"
    "QPushButton:checked:!focus { border-color: transparent; background: transparent; }"
)
"""A flat button that reads like a line of words."""
