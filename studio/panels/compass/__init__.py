"""The compass panel: from pictures that were sorted to a direction, and along it."""

from studio.panels.compass.panel import CompassPanel

__all__ = ["CompassPanel"]
