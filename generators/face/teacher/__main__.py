"""`python -m generators.face.teacher` speaks a pack."""

from __future__ import annotations

from generators.face.teacher.pack import main

main()
