"""The compass panel: a place that is kept for it."""

from studio.panels.compass.panel import CompassPanel

__all__ = ["CompassPanel"]
