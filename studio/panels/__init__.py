"""The workspaces of the window. Adding one is a folder here and a name in this tuple."""

from studio.panel import Panel
from studio.panels.compass import CompassPanel
from studio.panels.face import FacePanel
from studio.panels.music import MusicPanel
from studio.panels.scene import ScenePanel

PANELS: tuple[type[Panel], ...] = (ScenePanel, MusicPanel, CompassPanel, FacePanel)

__all__ = ["PANELS"]
