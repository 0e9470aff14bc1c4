"""What a file says of the pictures in it: readable lines, and what the terms of other programs have a place for."""

from __future__ import annotations

from collections.abc import Mapping

from generators.compass.painter.finish import OFF
from generators.compass.recipe import direction_names, pixels_digest, request_in
from generators.compass.request import SHIPPED_MODEL, Point, RenderRequest
from generators.pictures import Pixels
from generators.provenance import COMPOSITE, GENERATED, SOFTWARE, Provenance, xmp_packet

SHIPPED_LICENCE = (
    "Made with weights that were trained on pictures painted by code, under Apache-2.0: the picture belongs to whoever "
    "made it."
)
_KEPT = ("title", "model_sha256", "rows", "device", "direction_names", "error_db")


def signed(amount: float) -> str:
    """An amount with its sign: “+0.60”, and a plain 0 for none."""
    shown = f"{amount:+.2f}"
    return "0" if float(shown) == 0 else shown


def names_of(request: RenderRequest, facts: Mapping[str, str]) -> tuple[str, ...]:
    """What each direction of the request is called."""
    known = direction_names(facts)
    return tuple(
        known.get(push.sha256, "") or f"direction {number}" for number, push in enumerate(request.directions, 1)
    )


def amounts_in_words(point: Point, names: tuple[str, ...], between: str = " ") -> str:
    """“stormier +0.60, warmer -0.20”; "" for a picture that is not moved."""
    amounts = point.amounts or (0.0,) * len(names)
    return ", ".join(
        f"{name}{between}{signed(amount)}"
        for name, amount in zip(names, amounts, strict=False)
        if signed(amount) != "0"
    )


def seed_in_words(point: Point) -> str:
    """“seed 12”, or “seed 12, 30% of the way to 15”."""
    if point.to_seed is None or not point.mix:
        return f"seed {point.seed}"
    return f"seed {point.seed}, {point.mix:.0%} of the way to {point.to_seed}"


def parameters(text: str, facts: Mapping[str, str]) -> str:
    """Readable lines on how pictures were made, from their request's JSON; "" where it is a request of another kind."""
    request = request_in(text)
    if request is None:
        return ""
    names = names_of(request, facts)
    making = request.making
    lines = [making.prompt] if making.prompt else []
    if making.negative:
        lines.append(f"Without: {making.negative}")
    if len(request.points) == 1:
        point = request.points[0]
        lines.append("A picture of one's own" if request.start_sha256 else seed_in_words(point).capitalize())
        moved = amounts_in_words(point, names)
        if moved:
            lines.append(f"Moved: {moved}")
    else:
        lines.append(f"{len(request.points)} pictures")
        if names:
            lines.append(f"Directions: {', '.join(names)}")
    settings = {
        "steps": making.steps or "",
        "guidance": "" if making.guidance is None else f"{making.guidance:g}",
        "lock": f"{making.lock:g}" if making.lock else "",
        "quality": making.quality if making.quality != "full" else "",
        "finish": _finish_in_words(request),
    }
    told = ", ".join(f"{name} {value}" for name, value in settings.items() if value)
    if told:
        lines.append(told[:1].upper() + told[1:])
    model_sha256 = request.model_sha256 or facts.get("model_sha256", "")
    lines.append(f"Model: {request.model}" + (f", SHA-256 {model_sha256[:16]}" if model_sha256 else ""))
    lines.append(f"Made with {SOFTWARE}")
    return "\n".join(lines)


def _finish_in_words(request: RenderRequest) -> str:
    if request.finish == OFF:
        return ""
    scale = request.finish.scale
    return "painterly" if scale == 1 else f"painterly at {scale} times the size"


def licence(text: str, facts: Mapping[str, str]) -> str:
    """Under what terms the pictures are: what the facts say, or what holds for the model that comes along."""
    told = facts.get("licence", "")
    if told:
        return told
    request = request_in(text)
    is_shipped = request is not None and request.model == SHIPPED_MODEL and not request.start_sha256
    return SHIPPED_LICENCE if is_shipped else ""


def kept_facts(facts: Mapping[str, str], picture: Pixels | None = None) -> dict[str, str]:
    """What a file keeps beside the request; `picture`, where it holds just one, is named by its pixels."""
    kept = {name: facts[name] for name in _KEPT if facts.get(name)}
    if picture is not None:
        kept["pixels_sha256"] = pixels_digest(picture)
    return kept


def provenance(text: str, facts: Mapping[str, str]) -> Provenance:
    """What the file of pictures says of itself that the request in `text` made."""
    request = request_in(text)
    is_own = request is not None and bool(request.start_sha256)
    return Provenance(
        facts.get("title", ""),
        parameters(text, facts),
        text,
        (request.model if request else "") or facts.get("model", ""),
        (request.model_sha256 if request else "") or facts.get("model_sha256", ""),
        licence(text, facts),
        COMPOSITE if is_own else GENERATED,
    )


def xmp(text: str, facts: Mapping[str, str]) -> str:
    """The XMP packet of pictures that the request in `text` made."""
    return xmp_packet(provenance(text, facts), {"affect:pixelsSha256": facts.get("pixels_sha256", "")})
