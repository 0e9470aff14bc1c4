"""The clay puppet: modelled by functions, posed by ARKit's 52 shapes and what facial actions need beyond."""

from generators.face.mesh.build import clay_head
from generators.face.mesh.head import Delta, Head, Opening
from generators.face.mesh.pose import Pose, Poser, posed

__all__ = ["Delta", "Head", "Opening", "Pose", "Poser", "clay_head", "posed"]
