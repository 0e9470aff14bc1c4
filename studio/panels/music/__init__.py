"""The music panel."""

from studio.panels.music.panel import MusicPanel

__all__ = ["MusicPanel"]
