"""The scene panel."""

from studio.panels.scene.panel import ScenePanel

__all__ = ["ScenePanel"]
