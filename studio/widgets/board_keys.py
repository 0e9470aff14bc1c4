"""The keys of lanes, curves and lines of the face, for the sheet of shortcuts. No Qt."""

from __future__ import annotations

KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+wheel", "Zoom in time around the pointer"),
    ("Shift+wheel", "Scroll in time"),
    ("Plus, minus, 0", "Zoom, or show the whole recording (in the voice)"),
    ("Left, Right", "Go back or on by a second (in the voice), or choose a keyframe"),
    ("N, E", "Add a keyframe at the playhead, ease the chosen one"),
    ("Up, Down", "Choose a row of curves"),
    ("Return", "Unfold or fold a group"),
    ("Alt+Up, Alt+Down", "Move the curve of the row, in the chosen stretch or everywhere"),
    ("Alt+Shift+Up, Down", "Scale it"),
    ("B", "Smooth it"),
    ("M, O", "Let it rest, look at it alone"),
    ("Delete", "Let the chosen stretch rest, or remove an edit or keyframe"),
    ("A, B", "Approve or send back the chosen line (in the list)"),
)
