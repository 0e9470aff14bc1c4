"""Opening a picture of the user's own: a file that nobody vouches for."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput

MAX_FILE_BYTES = 256 << 20
MIN_SIDE, MAX_SIDE = 8, 16_384
MAX_PIXELS = 120_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")

_SEVERAL = 2
"""How many times the size that is wanted a picture is at least, before it is scaled with care."""


def open_picture(path: Path, width: int, height: int) -> npt.NDArray[np.uint8]:
    """The picture in `path` (height, width, 3), cut to the middle and scaled.

    Its size is checked before it is unpacked. Pictures are turned as their camera says, laid on white where they are
    see-through, and brought from the colours of their profile to sRGB. Of several pictures in a file the first counts.

    Raises:
        BadInput: it is no picture, damaged, too small or too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        is_small = path.stat().st_size <= MAX_FILE_BYTES
        data = path.read_bytes() if is_small else b""
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is still there.") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limits count, and odd metadata is no matter
            if is_small:
                with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                    size = image.size
                    is_small = max(size) <= MAX_SIDE and size[0] * size[1] <= MAX_PIXELS
                    if is_small and min(size) >= MIN_SIDE:
                        return _fitted(image, width, height)
    except Image.DecompressionBombError:
        is_small = False
    except UnidentifiedImageError as error:
        raise BadInput(
            f"{path.name} is no picture that can be read: open a PNG, JPEG, WebP, AVIF or TIFF of 8 bits a colour."
        ) from error
    except Exception as error:  # each format has errors of its own for a damaged file
        raise BadInput(f"{path.name} is damaged, or no picture: open another, or save it anew.") from error
    if is_small:
        raise BadInput(f"{path.name} has only {size[0]} × {size[1]} pixels: open a larger picture.")
    raise BadInput(
        f"{path.name} is larger than can be worked with: save a copy of at most {MAX_FILE_BYTES >> 20} MB with sides "
        f"of at most {MAX_SIDE:,} pixels, and open that."
    )


def _fitted(image: Any, width: int, height: int) -> npt.NDArray[np.uint8]:
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    # a large picture is made smaller first, so that it lies in memory once
    times = min(image.size) // (_SEVERAL * max(width, height))
    if times > 1 and image.format == "JPEG":
        image.draft(None, (image.width // times, image.height // times))
    image.load()  # which turns TIFFs, and reads what stands behind the pixels
    turn = _turn(image)
    image = _plain(image)
    times = min(image.size) // (_SEVERAL * max(width, height))
    if times > 1:
        image = image.reduce(times)
    if turn is not None:
        image = image.transpose(turn)
    if image.mode in ("RGBA", "LA"):
        alpha = image.getchannel("A")
        colours = _as_srgb(image.convert(image.mode.removesuffix("A") if image.mode == "LA" else "RGB"), profile)
        image = Image.composite(colours, Image.new("RGB", image.size, "white"), alpha)
    else:
        image = _as_srgb(image, profile)
    return np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS), dtype=np.uint8)


def _turn(image: Any) -> Any | None:
    """How the picture has to be turned or mirrored to stand as its camera was held."""
    from PIL import ExifTags, Image

    turns = Image.Transpose
    known = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }
    try:
        return known.get(image.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # what cameras write beside the picture does not spoil it
        return None


def _plain(image: Any) -> Any:
    """`image` as 8-bit grey, RGB or CMYK, with or without transparency."""
    from PIL import Image

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Image.fromarray(_as_bytes(np.asarray(image)))
    if image.has_transparency_data:
        return image.convert("LA" if image.mode in ("L", "LA", "1") else "RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _as_bytes(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Greys of 16 or 32 bits, or fractions, as bytes: white is the most that their kind is usually written with."""
    greys = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    highest = float(greys.max())
    if values.dtype.itemsize == 2:
        white = 65_535.0
    elif values.dtype.kind == "f" and highest <= 1.0:
        white = 1.0
    else:
        white = 255.0 if highest <= 255.0 else max(65_535.0, highest)
    return np.asarray(np.clip(greys / white, 0.0, 1.0) * 255.0 + 0.5, np.uint8)


def _as_srgb(image: Any, profile: bytes | None) -> Any:
    """`image` of bytes in the colours of `profile` as RGB in sRGB; a profile that does not fit is passed over."""
    from PIL import ImageCms

    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, ImportError):
            found = None
        if found is not None:
            return found
    return image.convert("RGB")
