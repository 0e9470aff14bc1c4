"""Pictures as the bytes of a file, with what is known of them inside. The same picture and texts: the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from generators.compass.recipe import FACTS, INGREDIENT, REQUEST, ingredient_texts
from generators.compass.words import kept_facts, licence, parameters, provenance, xmp
from generators.errors import BadRequest, MissingDependency
from generators.pictures import Pixels
from generators.provenance import software, xmp_packet

MAX_JPEG_XMP_BYTES = 65_502
"""What fits into the one segment that JPEG has for XMP."""
_EXIF_DESCRIPTION, _EXIF_SOFTWARE, _TIFF_XMP = 270, 305, 700
_FOUR_FOUR_FOUR = 0


def png_bytes(
    picture: Pixels,
    request: str,
    facts: Mapping[str, str],
    ingredients: Mapping[str, bytes] | None = None,
    *,
    is_single: bool = True,
) -> bytes:
    """`picture` (height, width, 3) as PNG with its recipe: `request` as JSON, `facts`, and files that it names.

    `is_single` says that the pixels are those that the request makes, and not a sheet of several.
    """
    image_module = pillow()
    from PIL.PngImagePlugin import PngInfo

    kept = kept_facts(facts, picture if is_single else None)
    info = PngInfo()
    for keyword, text in (
        ("Title", facts.get("title", "")),
        ("Software", software()),
        ("Description", provenance(request, facts).statement),
        ("Copyright", licence(request, facts)),
        ("parameters", parameters(request, facts)),
        (REQUEST, request),
        (FACTS, json.dumps(kept, sort_keys=True, ensure_ascii=False) if request else ""),
        ("XML:com.adobe.xmp", xmp(request, {**facts, **kept})),
    ):
        if text:
            info.add_itxt(keyword, text)
    for text in ingredient_texts(ingredients or {}):
        info.add_text(INGREDIENT, text, zip=True)
    file = io.BytesIO()
    image_module.fromarray(np.ascontiguousarray(picture)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def photo_bytes(picture: Pixels, form: str, request: str, facts: Mapping[str, str], quality: int = 95) -> bytes:
    """`picture` as "JPEG", "WEBP" or "TIFF", with XMP that holds the request where the format has room for it.

    WebP and TIFF keep every pixel; JPEG at `quality` keeps colours at full resolution.

    Raises:
        BadRequest: the picture has more pixels on a side than the format can hold.
    """
    limit = {"JPEG": 65_500, "WEBP": 16_383}.get(form)
    if limit is not None and max(picture.shape[:2]) > limit:
        raise BadRequest(f"{form} holds at most {limit:,} pixels on a side: choose PNG or TIFF.")
    image_module = pillow()
    facts = {**facts, **kept_facts(facts, picture)}
    packet = xmp(request, facts).encode()
    if form == "JPEG" and len(packet) > MAX_JPEG_XMP_BYTES:
        packet = xmp_packet(replace(provenance(request, facts), request="")).encode()
    image = image_module.fromarray(np.ascontiguousarray(picture))
    exif = image_module.Exif()
    exif[_EXIF_SOFTWARE] = software()
    described = parameters(request, facts)
    if described:
        exif[_EXIF_DESCRIPTION] = described.encode("ascii", "replace").decode()
    options: dict[str, Any] = {"exif": exif}
    if form == "JPEG":
        options |= {"quality": quality, "subsampling": _FOUR_FOUR_FOUR, "optimize": True, "xmp": packet}
    elif form == "WEBP":
        options |= {"lossless": True, "quality": 100, "method": 4, "xmp": packet}
    else:
        exif[_TIFF_XMP] = packet
        options |= {"compression": "tiff_adobe_deflate"}
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def pillow() -> Any:
    """Pillow's module of pictures.

    Raises:
        MissingDependency: it is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingDependency("Pictures need the package pillow: install it with pip.") from error
    return Image
