"""The face panel."""

from studio.panels.face.panel import FacePanel

__all__ = ["FacePanel"]
