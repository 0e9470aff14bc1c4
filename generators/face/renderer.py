"""Draws a posed head off screen with OpenGL, into arrays. Knows no window; works in the shell and in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from generators.errors import MissingDependency
from generators.face import shaders
from generators.face.actions import INDEX, NAMES
from generators.face.baking import Visibility, bake
from generators.face.mesh import Head, Pose, clay_head
from generators.face.mesh.pose import poser_of

NEAR_CM, FAR_CM = 30.0, 160.0
Matrix = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Light:
    """The colours of a picture: the background from its middle to its edge in sRGB, the light from behind, the iris."""

    inner: tuple[float, float, float] = (0.165, 0.178, 0.215)
    outer: tuple[float, float, float] = (0.060, 0.064, 0.080)
    key: tuple[float, float, float] = (1.42, 1.27, 1.08)
    rim: tuple[float, float, float] = (1.45, 1.55, 1.80)
    fill: tuple[float, float, float] = (0.24, 0.30, 0.42)
    sky: tuple[float, float, float] = (0.33, 0.35, 0.42)
    ground: tuple[float, float, float] = (0.19, 0.13, 0.11)
    iris: tuple[float, float, float] = (0.10, 0.22, 0.27)


DARK = Light()
LIGHT = Light(inner=(0.93, 0.94, 0.955), outer=(0.78, 0.80, 0.83), rim=(1.2, 1.25, 1.35))


@dataclass(frozen=True)
class View:
    """Where the camera stands: degrees around the head (positive: towards its left side) and above it, and the zoom."""

    yaw_degrees: float = 0.0
    pitch_degrees: float = 0.0
    zoom: float = 1.0
    look_at: tuple[float, float, float] = (0.0, -1.2, 0.0)
    distance_cm: float = 84.0
    field_of_view_degrees: float = 21.0


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
    picture = (np.clip(np.stack(layers, axis=-1), 0.0, 1.0) * 255).astype(np.uint8)
    return bytes(picture.tobytes())


_KEY = np.array([-0.50, 0.62, 0.72]) / np.linalg.norm([-0.50, 0.62, 0.72])
_FILL = np.array([0.82, 0.02, 0.57]) / np.linalg.norm([0.82, 0.02, 0.57])
_RIM = np.array([0.72, 0.38, -0.60]) / np.linalg.norm([0.72, 0.38, -0.60])


_PAINT_LAST = ("hair", "collar", "teeth_upper", "teeth_lower", "tongue", "inner_mouth")
_INSIDE = ("teeth_upper", "teeth_lower", "tongue", "inner_mouth")
_SHUT_CM = 0.005
"""Lips that are no further apart than this show nothing of the mouth."""
_BAKED: WeakKeyDictionary[Head, tuple[Visibility, npt.NDArray[np.float32]]] = WeakKeyDictionary()
"""What was baked for a head does not depend on the picture's size: each renderer of it takes the same."""


def _tell(program: Any, values: dict[str, Any]) -> None:
    """Set the uniforms of a program, those that its compiler dropped left out."""
    for name, value in values.items():
        if name in program:
            program[name].write(np.ascontiguousarray(value, dtype="f4").tobytes())


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
        self._eye = context.program(shaders.EYE_VERTEX, shaders.EYE_FRAGMENT)
        self._backdrop = context.program(shaders.BACKGROUND_VERTEX, shaders.BACKGROUND_FRAGMENT)
        count = len(head.vertices)
        self._seen, occlusion = self._baked()
        surface = head.surface.copy()
        surface[:, 3] = occlusion
        fixed = np.column_stack([head.vertices, head.colours, surface, head.kind]).astype("f4")
        self._fixed = context.buffer(fixed.tobytes())
        self._moving = context.buffer(reserve=count * 28, dynamic=True)
        clay = [name for name in head.parts if not name.startswith(("eye_", "cornea_"))]
        # what lies behind others comes last, so that it is not painted where it is hidden
        clay.sort(key=lambda name: _PAINT_LAST.index(name) if name in _PAINT_LAST else -1)
        self._clay_array = self._array(self._clay, [name for name in clay if name not in _INSIDE])
        inside = [name for name in clay if name in _INSIDE]
        self._inside_array = self._array(self._clay, inside) if inside else None
        self._eye_arrays = [
            self._array(self._eye, [f"eye_{side}"]) for side in ("left", "right") if f"eye_{side}" in head.parts
        ]
        corners = context.buffer(np.array([-1, -1, -1, 3, 3, -1], dtype="f4").tobytes())
        self._backdrop_array = context.vertex_array(self._backdrop, [(corners, "2f", "corner")])
        self._grain = context.texture((256, 256), 4, _grain())
        self._grain.filter = context.LINEAR, context.LINEAR
        self._backdrops: dict[Light, Any] = {}
        samples = min(samples, int(context.max_samples))
        many = context.framebuffer(
            [context.renderbuffer(self.size, 4, samples=samples)],
            context.depth_renderbuffer(self.size, samples=samples),
        )
        self._surface = _Surface(self.size, many, context.framebuffer([context.renderbuffer(self.size, 4)]))

    def _array(self, program: Any, names: Sequence[str]) -> Any:
        head = self.head
        index = np.concatenate([head.triangles[head.parts[name]] for name in names]).astype("i4")
        wanted = [
            (self._moving, "3f 3f 1f", ("position", "normal", "lamp")),
            (self._fixed, "3f 3f 4f 1f", ("rest", "colour", "surface", "kind")),
        ]
        content = []
        for buffer, formats, names_of in wanted:
            kept = [f if n in program else f"{int(f[0]) * 4}x" for f, n in zip(formats.split(), names_of, strict=True)]
            used = [n for n in names_of if n in program]
            if used:
                content.append((buffer, " ".join(kept), *used))
        return self._context.vertex_array(program, content, self._context.buffer(index.tobytes()))

    def _baked(self) -> tuple[Visibility, npt.NDArray[np.float32]]:
        """What each vertex sees, and how much light from all around comes to it.

        It is looked at with the lips apart, so that the mouth is not black when it opens.
        """
        kept = _BAKED.get(self.head)
        if kept is not None:
            return kept
        apart = np.zeros(len(NAMES), dtype=np.float32)
        apart[INDEX["jaw_drop"]] = 0.3
        pose = self._poser.pose(apart)
        visibility = bake(self._context, self.head, pose.vertices, pose.normals)
        occlusion = visibility.occlusion(pose.normals)
        inside = self.head.kind == 3.0  # what lies far back in the mouth is dark, teeth in front are not
        depth = np.clip((self.head.vertices[:, 2] - 3.6) / 4.6, 0.0, 1.0)
        occlusion[inside] = np.maximum(occlusion, 0.78 * depth**1.8)[inside]
        teeth = np.where(inside, 0.7 * depth**3, 0.0).astype(np.float32)
        np.maximum(visibility.seen, teeth, out=visibility.seen)
        _BAKED[self.head] = visibility, occlusion
        return visibility, occlusion

    def draw(
        self,
        row: npt.NDArray[np.floating],
        names: Sequence[str] = NAMES,
        *,
        view: View = FRONT,
        light: Light = DARK,
    ) -> Picture:
        """The head under one row (controls,) of facial actions or other known `names`: opaque RGBA (height, width, 4).

        Raises:
            BadRequest: none of the names is known.
        """
        return self.draw_pose(self._poser.pose(row, names), view=view, light=light)

    def draw_pose(self, pose: Pose, *, view: View = FRONT, light: Light = DARK) -> Picture:
        """The head in a pose that was made before: RGBA (height, width, 4), opaque."""
        with self._context:
            lamp = self._seen.lamp(_KEY @ pose.neck)  # the lamp stands still while the head turns
            self._moving.orphan()
            self._moving.write(np.concatenate([pose.vertices, pose.normals, lamp[:, None]], axis=1).tobytes())
            self._paint(pose, view, light)
            width, height = self.size
            self._context.copy_framebuffer(self._surface.one, self._surface.many)
            data = self._surface.one.read(components=4)
        return np.frombuffer(data, dtype=np.uint8).reshape(height, width, 4)

    def _paint(self, pose: Pose, view: View, light: Light) -> None:
        context = self._context
        self._surface.many.use()
        self._surface.many.clear()
        context.enable_only(context.DEPTH_TEST | context.CULL_FACE)
        context.front_face = "cw"  # rows are drawn from the top, as pictures have them
        eye, matrix = self._camera(view)
        towards = eye - np.array(view.look_at)
        towards /= np.linalg.norm(towards)
        half = towards + _KEY
        common = {
            "view_projection": matrix.T,
            "towards_eye": towards,
            "half_key": half / np.linalg.norm(half),
            "key_direction": _KEY,
            "key_colour": light.key,
            "rim_direction": _RIM,
            "rim_colour": light.rim,
            "fill_direction": _FILL,
            "fill_colour": light.fill,
            "sky": light.sky,
            "ground": light.ground,
            "open_mouth": min(1.0, 0.3 + pose.mouth / 1.8),
        }
        self._grain.use(0)
        _tell(self._clay, common)
        self._clay_array.render()
        if self._inside_array is not None and pose.mouth > _SHUT_CM:
            self._inside_array.render()
        pivot = self.head.head_pivot
        for index, array in enumerate(self._eye_arrays):
            centre = pose.neck @ (self.head.eye_centres[index] - pivot) + pivot
            own = {
                "turn": (pose.neck @ pose.eyes[index]).T,
                "neck": pose.neck.T,
                "axis": pose.neck @ pose.eyes[index] @ np.array([0.0, 0.0, 1.0]),
                "centre": centre,
                "lids": pose.lids[index],
                "iris_colour": light.iris,
                "radius": self.head.eye_radius,
            }
            _tell(self._eye, {**common, **own})
            array.render()
        self._backdrop_of(light).use(0)  # last, so that only what stays free of the head is painted
        self._backdrop_array.render()

    def _backdrop_of(self, light: Light) -> Any:
        """The background as a texture: it costs nothing to draw again."""
        if light not in self._backdrops:
            width, height = self.size
            y, x = np.mgrid[0:height, 0:width]
            across, down = (x / width * 2 - 1) * 0.85 - 0.10, (y / height * 2 - 1) * 0.78 - 0.05
            far = np.clip(np.hypot(across, down) / 1.25, 0.0, 1.0)[..., None]
            far = far * far * (3.0 - 2.0 * far)
            colour = np.array(light.inner) * (1 - far) + np.array(light.outer) * far
            dither = np.random.default_rng(1).random((height, width, 1)) - 0.5
            picture = np.clip(colour * 255.0 + dither + 0.5, 0, 255).astype(np.uint8)
            texture = self._context.texture(self.size, 3, picture.tobytes(), alignment=1)
            texture.filter = self._context.NEAREST, self._context.NEAREST
            self._backdrops[light] = texture
        return self._backdrops[light]

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

    @property
    def driver(self) -> str:
        """What draws: the name that the driver gives itself."""
        with self._context:
            return str(self._context.info["GL_RENDERER"])

    def close(self) -> None:
        """Give the GL context back; the renderer draws no more."""
        if not self._closed:
            self._closed = True
            self._context.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
