"""A picture's recipe: the request that makes it again, with all that it names, inside its own file. Torch-free.

A PNG keeps the request under "affect-studio", what else is known of it under "affect-studio facts", and the directions
and latents that the request names, whole, under "affect-studio ingredient": base64, in pieces that every reader of PNG
takes. What does not fit is named by its hash only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from generators.artifacts import unpack
from generators.compass.png_text import texts_of
from generators.compass.request import RenderRequest
from generators.errors import AffectStudioError, BadArtifact, BadInput
from generators.pictures import Direction, Latents, Pixels

REQUEST = "affect-studio"
FACTS = "affect-studio facts"
INGREDIENT = "affect-studio ingredient"
MAX_EMBEDDED_BYTES = 8 << 20
"""What the ingredients in one file may take together."""
MAX_REQUEST_BYTES = 4 << 20
MAX_FACTS_BYTES = 1 << 20
_PIECE = 600_000
"""Letters of base64 in one text: Pillow refuses a picture with a packed text of more than a megabyte."""
_HEAD = re.compile(r"([0-9a-f]{64}) (\d{1,5})/(\d{1,5})\n")

_decoder: msgspec.json.Decoder[RenderRequest] = msgspec.json.Decoder(RenderRequest)


@dataclass(frozen=True)
class Recipe:
    """What a picture's file tells of how it was made.

    `request` makes it (and, from a strip or film, all of its pictures), `facts` are what else was kept: the hash of the
    model, of the pixels, names of directions. `ingredients` are files by their SHA-256, checked.
    """

    request: RenderRequest
    facts: Mapping[str, str] = field(default_factory=dict)
    ingredients: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The hashes that the request names and the file does not bring."""
        return tuple(sha256 for sha256 in named_in(self.request) if sha256 not in self.ingredients)

    def name_of(self, sha256: str) -> str:
        """What a direction was called, "" where nobody said."""
        return direction_names(self.facts).get(sha256, "")


def named_in(request: RenderRequest) -> tuple[str, ...]:
    """The hashes of all files that a request needs, each once."""
    found = [push.sha256 for push in request.directions]
    return (*found, *((request.start_sha256,) if request.start_sha256 else ()))


def direction_names(facts: Mapping[str, str]) -> dict[str, str]:
    """The names of directions by hash that facts keep under "direction_names"."""
    try:
        found = json.loads(facts.get("direction_names", "{}"))
    except ValueError:
        return {}
    return {str(key): str(name) for key, name in found.items()} if isinstance(found, dict) else {}


def request_in(text: str) -> RenderRequest | None:
    """The request in `text`, None where it is not one for pictures."""
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, AffectStudioError, UnicodeEncodeError):
        return None


def request_of_one(text: str, index: int) -> str:
    """The JSON of the request in `text` for the picture at `index` alone; unchanged where it is of something else.

    A picture is the same whatever is made beside it, so its own point is enough.
    """
    request = request_in(text)
    if request is None or not 0 <= index < len(request.points) or len(request.points) == 1:
        return text
    plain = msgspec.json.decode(text)
    one = plain["points"][index]
    if one:
        plain["points"] = [one]
    else:
        del plain["points"]  # the very default
    return msgspec.json.encode(plain, order="sorted").decode()


def pixels_digest(picture: Pixels) -> str:
    """The SHA-256 of a picture's size and pixels (height, width, 3), whatever file they lie in."""
    head = f"{picture.shape[1]}x{picture.shape[0]} ".encode()
    return hashlib.sha256(head + picture.tobytes()).hexdigest()


# -- writing -----------------------------------------------------------------------------------------------------------


def gathered(paths: Iterable[Path]) -> dict[str, bytes]:
    """The files by their SHA-256, as many from the first on as may be embedded together.

    Raises:
        BadArtifact: one of them cannot be read.
    """
    found: dict[str, bytes] = {}
    left = MAX_EMBEDDED_BYTES
    for path in paths:
        try:
            if path.stat().st_size > left:
                continue
            data = path.read_bytes()
        except OSError as error:
            raise BadArtifact(f"{path} cannot be read: check that it is still there.") from error
        left -= len(data)
        found[hashlib.sha256(data).hexdigest()] = data
    return found


def ingredient_texts(ingredients: Mapping[str, bytes]) -> Iterator[str]:
    """The texts that keep `ingredients`, to stand under INGREDIENT."""
    for sha256, data in ingredients.items():
        letters = base64.b64encode(data).decode()
        pieces = [letters[start : start + _PIECE] for start in range(0, len(letters), _PIECE)]
        for number, piece in enumerate(pieces, 1):
            yield f"{sha256} {number}/{len(pieces)}\n{piece}"


# -- reading -----------------------------------------------------------------------------------------------------------


def has_recipe(path: Path) -> bool:
    """Whether the file `path` is a PNG with a recipe in it; what is damaged has none."""
    try:
        return bool(texts_of(path, (REQUEST,)))
    except BadInput:
        return False


def read_recipe(path: Path) -> Recipe:
    """The recipe in the PNG `path`.

    Raises:
        BadInput: it is no PNG, holds no recipe, or is damaged.
    """
    texts = texts_of(path, (REQUEST, FACTS, INGREDIENT))
    requests = [text for keyword, text in texts if keyword == REQUEST]
    if not requests:
        raise BadInput(f"{path.name} holds no recipe: only pictures exported here as PNG bring theirs along.")
    request = _request(requests[0], path.name)
    facts = _facts([text for keyword, text in texts if keyword == FACTS])
    needed = named_in(request)
    pieces = [text for keyword, text in texts if keyword == INGREDIENT]
    return Recipe(request, facts, {key: data for key, data in _ingredients(pieces, path.name) if key in needed})


def _request(text: str, name: str) -> RenderRequest:
    if len(text) > MAX_REQUEST_BYTES:
        raise BadInput(f"The recipe in {name} is too large to be one: open a picture that was exported here.")
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, AffectStudioError):
            raise BadInput(f"The recipe in {name} cannot be followed. {error.__cause__.message}") from error
        raise BadInput(
            f"The recipe in {name} cannot be understood ({error}): it may come from a newer version of Affect Studio."
        ) from error
    except AffectStudioError as error:
        raise BadInput(f"The recipe in {name} cannot be followed. {error.message}") from error
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise BadInput(f"The recipe in {name} is damaged: take the file again from where it came from.") from error


def _facts(texts: list[str]) -> dict[str, str]:
    if not texts or len(texts[0]) > MAX_FACTS_BYTES:
        return {}
    try:
        found = msgspec.json.decode(texts[0], type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError):  # beside the point: the request alone makes the picture
        return {}
    return found


def _ingredients(texts: list[str], name: str) -> Iterator[tuple[str, bytes]]:
    damaged = BadInput(f"A direction inside {name} is damaged: take the file again from where it came from.")
    pieces: dict[str, dict[int, str]] = {}
    counts: dict[str, int] = {}
    for text in texts:
        head = _HEAD.match(text)
        if head is None:
            raise damaged
        sha256, number, count = head[1], int(head[2]), int(head[3])
        if counts.setdefault(sha256, count) != count or not 1 <= number <= count:
            raise damaged
        pieces.setdefault(sha256, {})[number] = text[head.end() :]
    for sha256, parts in pieces.items():
        if len(parts) != counts[sha256]:
            raise damaged
        try:
            data = base64.b64decode("".join(parts[number] for number in sorted(parts)), validate=True)
        except (binascii.Error, ValueError) as error:
            raise damaged from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise damaged
        try:
            artifact = unpack(data)
        except BadArtifact as error:
            raise damaged from error
        if not isinstance(artifact, Direction | Latents):
            raise damaged
        yield sha256, data
