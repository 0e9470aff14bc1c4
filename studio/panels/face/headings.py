"""Widths that the controls of the face panel share."""

TITLE_PX, VALUE_PX = 96, 58
