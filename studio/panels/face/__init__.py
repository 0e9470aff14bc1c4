"""The face panel: a place that is kept for it."""

from studio.panels.face.panel import FacePanel

__all__ = ["FacePanel"]
