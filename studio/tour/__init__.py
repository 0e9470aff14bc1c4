"""The tour: nine cards beside the real controls of the sample scene, and the quiet card that offers it once."""

from studio.tour.steps import STEPS, Step
from studio.tour.tour import Tour

__all__ = ["STEPS", "Step", "Tour"]
