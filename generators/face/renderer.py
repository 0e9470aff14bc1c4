"""Draws a posed head off screen with OpenGL, into arrays. Knows no window; works in the shell and in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import MissingDependency
from generators.face import shaders
from generators.face.actions import NAMES
from generators.face.mesh import Head, Pose, clay_head
from generators.face.mesh.pose import poser_of

SHADOW_SIZE = 1024
NEAR_CM, FAR_CM = 30.0, 160.0
Matrix = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Light:
    """The colours of a picture: the background from its middle to its edge in sRGB, the light from behind, the iris."""

    inner: tuple[float, float, float] = (0.165, 0.178, 0.215)
    outer: tuple[float, float, float] = (0.060, 0.064, 0.080)
    rim: tuple[float, float, float] = (1.45, 1.55, 1.80)
    iris: tuple[float, float, float] = (0.10, 0.22, 0.27)


DARK = Light()
LIGHT = Light(inner=(0.93, 0.94, 0.955), outer=(0.78, 0.80, 0.83), rim=(1.2, 1.25, 1.35))


@dataclass(frozen=True)
class View:
    """Where the camera stands: degrees around the head (positive: towards its left side) and above it, and the zoom."""

    yaw_degrees: float = 0.0
    pitch_degrees: float = 0.0
    zoom: float = 1.0
    look_at: tuple[float, float, float] = (0.0, -1.6, 0.0)
    distance_cm: float = 84.0
    field_of_view_degrees: float = 21.5


FRONT = View(yaw_degrees=-8.0, pitch_degrees=2.0)


def _look_from(eye: Matrix, target: Matrix) -> Matrix:
    forward = target - eye
    forward = forward / np.linalg.norm(forward)
    side = np.cross(forward, (0.0, 1.0, 0.0))
    side = side / np.linalg.norm(side)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([side, np.cross(side, forward), -forward])
    matrix[:3, 3] = -matrix[:3, :3] @ eye
    return matrix


def _perspective(field_of_view_degrees: float, aspect: float) -> Matrix:
    scale = 1.0 / np.tan(np.radians(field_of_view_degrees) / 2.0)
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = scale / aspect, scale
    matrix[2, 2] = (FAR_CM + NEAR_CM) / (NEAR_CM - FAR_CM)
    matrix[2, 3] = 2.0 * FAR_CM * NEAR_CM / (NEAR_CM - FAR_CM)
    matrix[3, 2] = -1.0
    return matrix


def _orthographic(half: float, near: float, far: float) -> Matrix:
    matrix = np.diag([1.0 / half, 1.0 / half, -2.0 / (far - near), 1.0])
    matrix[2, 3] = -(far + near) / (far - near)
    return matrix


def open_context() -> Any:
    """A GL context without a window.

    Raises:
        MissingDependency: moderngl or a GL driver is missing; the message says what to install.
    """
    try:
        import moderngl
    except ImportError as error:
        raise MissingDependency("Drawing the head needs the package moderngl: install it with pip.") from error
    reasons = []
    for options in ({"backend": "egl"}, {}):
        try:
            return moderngl.create_context(standalone=True, require=330, **options)  # type: ignore[arg-type]
        except Exception as error:  # each backend raises kinds of its own
            reasons.append(str(error))
    raise MissingDependency(
        "The head cannot be drawn because no OpenGL 3.3 was found: install a graphics driver, on Debian or Ubuntu "
        f"also libegl1 and libgl1 ({reasons[0]})."
    )


@lru_cache(maxsize=1)
def _grain() -> bytes:
    """A tiling picture (256, 256, 4) of soft unevenness, as bytes."""
    rng = np.random.default_rng(3)
    frequency = np.fft.fftfreq(256)
    power = (frequency[:, None] ** 2 + frequency[None] ** 2 + 2e-4) ** 0.6
    layers = []
    for _ in range(4):
        layer = np.real(np.fft.ifft2(np.fft.fft2(rng.random((256, 256)) - 0.5) / power))
        layers.append(layer / layer.std() * 0.18 + 0.5)
    return (np.clip(np.stack(layers, axis=-1), 0.0, 1.0) * 255).astype(np.uint8).tobytes()


_KEY = np.array([-0.50, 0.62, 0.72]) / np.linalg.norm([-0.50, 0.62, 0.72])
_RIM = np.array([0.72, 0.38, -0.60]) / np.linalg.norm([0.72, 0.38, -0.60])


@dataclass
class _Surface:
    """Where a picture of one size is drawn."""

    size: tuple[int, int]
    many: Any
    one: Any


class HeadRenderer:
    """Draws one head at one size; keep it, and `close` it. Use it on the thread that made it.

    Raises:
        MissingDependency: there is no OpenGL on this machine.
    """

    def __init__(self, size: int | tuple[int, int] = 512, head: Head | None = None, *, samples: int = 4) -> None:
        self.head = head or clay_head()
        self.size = (size, size) if isinstance(size, int) else size
        self._poser = poser_of(self.head)
        self._context = open_context()
        self._closed = False
        with self._context:
            self._prepare(samples)

    def _prepare(self, samples: int) -> None:
        context, head = self._context, self.head
        self._clay = context.program(shaders.CLAY_VERTEX, shaders.CLAY_FRAGMENT)
        self._shadow = context.program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._backdrop = context.program(shaders.BACKGROUND_VERTEX, shaders.BACKGROUND_FRAGMENT)
        count = len(head.vertices)
        fixed = np.column_stack([head.vertices, head.colours, head.surface, head.kind]).astype("f4")
        self._fixed = context.buffer(fixed.tobytes())
        self._moving = context.buffer(reserve=count * 24, dynamic=True)
        clear = [span for name, span in head.parts.items() if name.startswith("cornea")]
        solid = [span for name, span in head.parts.items() if not name.startswith("cornea")]
        self._solid = context.buffer(np.concatenate([head.triangles[span] for span in solid]).astype("i4").tobytes())
        self._glass = (
            context.buffer(np.concatenate([head.triangles[span] for span in clear]).astype("i4").tobytes())
            if clear
            else None
        )
        moving = (self._moving, "3f 3f", "position", "normal")
        still = (self._fixed, "3f 3f 4f 1f", "rest", "colour", "surface", "kind")
        self._clay_array = context.vertex_array(self._clay, [moving, still], self._solid)
        self._shadow_array = context.vertex_array(self._shadow, [(self._moving, "3f 12x", "position")], self._solid)
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], dtype="f4").tobytes())
        self._backdrop_array = context.vertex_array(self._backdrop, [(corners, "2f", "corner")])
        self._grain = context.texture((256, 256), 4, _grain())
        self._grain.build_mipmaps()
        self._shadow_map = context.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        self._shadow_map.compare_func = "<="
        self._shadow_target = context.framebuffer(depth_attachment=self._shadow_map)
        samples = min(samples, int(context.max_samples))
        many = context.framebuffer(
            [context.renderbuffer(self.size, 4, samples=samples)], context.depth_renderbuffer(self.size, samples=samples)
        )
        self._surface = _Surface(self.size, many, context.framebuffer([context.renderbuffer(self.size, 4)]))

    def draw(
        self,
        row: npt.NDArray[np.floating],
        names: Sequence[str] = NAMES,
        *,
        view: View = FRONT,
        light: Light = DARK,
    ) -> Picture:
        """The head under one row (controls,) of facial actions, or of other known `names`: RGB (height, width, 3).

        Raises:
            BadRequest: none of the names is known.
        """
        return self.draw_pose(self._poser.pose(row, names), view=view, light=light)

    def draw_pose(self, pose: Pose, *, view: View = FRONT, light: Light = DARK) -> Picture:
        """The head in a pose that was made before: RGB (height, width, 3)."""
        with self._context:
            self._moving.orphan()
            self._moving.write(np.concatenate([pose.vertices, pose.normals], axis=1).tobytes())
            shadow = self._cast_shadow()
            self._paint(pose, view, light, shadow)
            width, height = self.size
            self._context.copy_framebuffer(self._surface.one, self._surface.many)
            data = self._surface.one.read(components=3, alignment=1)
        return np.frombuffer(data, dtype=np.uint8).reshape(height, width, 3)

    def _cast_shadow(self) -> Matrix:
        context = self._context
        middle = np.array([0.0, -1.0, 1.0])
        matrix = _orthographic(17.0, 10.0, 80.0) @ _look_from(middle + _KEY * 45.0, middle)
        self._shadow["shadow_matrix"].write(matrix.T.astype("f4").tobytes())
        self._shadow_target.use()
        self._shadow_target.clear()
        context.enable_only(context.DEPTH_TEST)
        context.polygon_offset = 2.5, 6.0
        self._shadow_array.render()
        context.polygon_offset = 0.0, 0.0
        return matrix

    def _paint(self, pose: Pose, view: View, light: Light, shadow: Matrix) -> None:
        context = self._context
        self._surface.many.use()
        self._surface.many.clear()
        context.enable_only(context.NOTHING)
        self._backdrop["inner"].value = light.inner
        self._backdrop["outer"].value = light.outer
        self._backdrop_array.render()
        context.enable_only(context.DEPTH_TEST | context.CULL_FACE)
        context.front_face = "cw"  # rows are drawn from the top, as pictures have them
        eye, matrix = self._camera(view)
        self._set("view_projection", matrix.T)
        self._set("shadow_matrix", shadow.T)
        self._set("eye_point", eye)
        self._set("key_direction", _KEY)
        self._set("rim_direction", _RIM)
        self._set("rim_colour", light.rim)
        self._set("iris_colour", light.iris)
        self._set("open_mouth", min(1.0, 0.25 + pose.mouth / 2.0))
        pivot = self.head.head_pivot
        centres = [pose.neck @ (centre - pivot) + pivot for centre in self.head.eye_centres]
        self._set("left_centre", centres[0])
        self._set("right_centre", centres[1])
        self._set("left_eye", pose.neck @ pose.eyes[0])  # its transpose is wanted, and GL reads columns
        self._set("right_eye", pose.neck @ pose.eyes[1])
        self._set("head_turn", pose.neck)
        self._set("lids", pose.lids.ravel())
        self._shadow_map.use(0)
        self._grain.use(1)
        self._set_int("shadow_map", 0)
        self._set_int("grain", 1)
        self._clay_array.render()

    def _camera(self, view: View) -> tuple[Matrix, Matrix]:
        yaw, pitch = np.radians(view.yaw_degrees), np.radians(view.pitch_degrees)
        target = np.array(view.look_at)
        away = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
        eye = target + view.distance_cm * away
        width, height = self.size
        aspect = width / height
        angle = view.field_of_view_degrees / view.zoom
        if aspect < 1.0:  # a tall picture keeps the head's width
            angle = np.degrees(2.0 * np.arctan(np.tan(np.radians(angle) / 2.0) / aspect))
        matrix = np.diag([1.0, -1.0, 1.0, 1.0]) @ _perspective(float(angle), aspect) @ _look_from(eye, target)
        return eye, matrix

    def _set(self, name: str, value: Any) -> None:
        if name in self._clay:  # the compiler drops what it does not need
            member = self._clay[name]
            member.write(np.ascontiguousarray(value, dtype="f4").tobytes())

    def _set_int(self, name: str, value: int) -> None:
        if name in self._clay:
            self._clay[name].value = value

    def close(self) -> None:
        """Give the GL context back; the renderer draws no more."""
        if not self._closed:
            self._closed = True
            self._context.release()

    def __enter__(self) -> HeadRenderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
