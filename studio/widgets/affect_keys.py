"""The keys of the affect timeline, for the sheet of shortcuts. No Qt."""

from __future__ import annotations

KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+wheel", "Zoom in time around the pointer"),
    ("Shift+wheel", "Scroll in time"),
    ("Left, Right", "Choose a keyframe or a moment; with Shift one more"),
    ("Up, Down", "Move the chosen curve at the chosen keyframes; with Shift in fine steps"),
    ("Ctrl+Left, Ctrl+Right", "Move keyframes or a moment in time, along what is snapped to"),
    ("V, A, D", "Choose the curve: valence, arousal, dominance"),
    ("P", "Take the pen, or lay it down"),
    ("N", "Add a keyframe or a moment at the playhead"),
    ("E", "Go through the ways to the next keyframe"),
    ("Ctrl+C, Ctrl+X, Ctrl+V", "Copy, cut, paste at the playhead"),
    ("Ctrl+A", "Choose all keyframes"),
    ("Delete", "Remove what is chosen"),
    ("F2, B", "Name a moment, let it land on a beat or a bar"),
    ("Esc", "Take a drag back"),
    ("Plus, minus, 0", "Zoom, or show the whole scene (in the ruler)"),
)
