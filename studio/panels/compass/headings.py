"""Widths that the controls of the compass panel share."""

TITLE_PX, VALUE_PX = 92, 44
