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
MAX_SIDE = 16_384
MAX_PIXELS = 120_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


def open_picture(path: Path, width: int, height: int) -> npt.NDArray[np.uint8]:
    """The picture in `path` (height, width, 3), cut to the middle and scaled.

    Its size is checked before it is unpacked. Pictures are turned as their camera says, laid on white where they are
    see-through, and read as sRGB.

    Raises:
        BadInput: it is no picture, damaged, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        is_small = path.stat().st_size <= MAX_FILE_BYTES
        data = path.read_bytes() if is_small else b""
        if is_small:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # our own limits count, and odd metadata is no matter
                with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                    is_small = max(image.size) <= MAX_SIDE and image.size[0] * image.size[1] <= MAX_PIXELS
                    if is_small:
                        return _fitted(image, width, height)
    except Image.DecompressionBombError:
        is_small = False
    except UnidentifiedImageError as error:
        raise BadInput(f"{path.name} is no picture that can be read: open a PNG, JPEG, WebP or TIFF.") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise BadInput(f"{path.name} is damaged, or no picture: open another, or save it anew.") from error
    raise BadInput(
        f"{path.name} is larger than can be worked with: save a copy of at most {MAX_FILE_BYTES >> 20} MB with sides "
        f"of at most {MAX_SIDE:,} pixels, and open that."
    )


def _fitted(image: Any, width: int, height: int) -> npt.NDArray[np.uint8]:
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        seen = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    fitted = ImageOps.fit(turned.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
    return np.asarray(fitted, dtype=np.uint8)
