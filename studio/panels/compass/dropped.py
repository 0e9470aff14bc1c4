"""Files that are dropped on the window: a picture with its recipe is gone back to, a direction comes onto the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from generators.artifacts import Direction, digest, pack, unpack
from generators.compass.direction_file import mismatch, read_direction
from generators.compass.recipe import Recipe, has_recipe, named_in, read_recipe
from generators.errors import BadArtifact, BadInput
from studio.document.document import Document
from studio.panel import Level, Message
from studio.panels.compass import steps
from studio.panels.compass.own_picture import looks_like_picture
from studio.panels.compass.stage import TRAVEL
from studio.panels.compass.state import Ask, Use, ask_of
from studio.project import sentence

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel

DIRECTION_SUFFIX = ".safetensors"
DIRECTION_FILTERS = ("Directions (*.safetensors)", "All files (*)")
MAX_FILES = 64


@dataclass(frozen=True, eq=False)
class Restored:
    """What a recipe brings: the settings that make its picture again, and the files that they need."""

    name: str
    ask: Ask
    assets: Mapping[str, bytes]
    warning: str = ""


@dataclass(frozen=True, eq=False)
class Brought:
    """Directions that were opened, the bytes of each by hash, and a sentence for each file that was refused."""

    uses: tuple[Use, ...]
    assets: Mapping[str, bytes]
    told: tuple[str, ...]
    warnings: tuple[str, ...]


def restored(path: Path, now: Ask, models: Sequence[str], document: Document) -> Restored:
    """What the recipe in the PNG `path` brings to a panel that is at `now`.

    Raises:
        BadInput: the file holds no recipe, or one that cannot be followed here.
    """
    recipe = read_recipe(path)
    request = recipe.request
    if request.model not in models:
        raise BadInput(
            f"{path.name} was made with “{request.model}”, which is not on this machine: open that model first, then "
            "drop the picture again."
        )
    missing = [sha256 for sha256 in recipe.missing if not document.has_asset(sha256)]
    if missing:
        names = ", ".join(f"“{recipe.name_of(sha256) or sha256[:8]}”" for sha256 in missing)
        raise BadInput(
            f"{path.name} needs {names}, which it does not bring and this project does not have: drop the file of that "
            "direction first, then the picture again."
        )
    found = ask_of(request, now.uses, at=len(request.points) // 2)
    uses = tuple(_known(use, recipe, document) for use in found.uses)
    kept = {"pad": now.pad, "trail": now.trail, "stop": now.stop, "seed_locked": now.seed_locked}
    ask = steps.gone(now, msgspec.structs.replace(found, uses=uses, **kept), path.stem[:40], topic="")
    return Restored(path.name, ask, dict(recipe.ingredients))


def _known(use: Use, recipe: Recipe, document: Document) -> Use:
    """A use with what its file says of it: its name, and whether its scale is even."""
    if use.name or use.sha256 not in named_in(recipe.request):
        return use
    data = recipe.ingredients.get(use.sha256)
    direction = unpack(data if data is not None else document.asset(use.sha256))
    if not isinstance(direction, Direction):
        raise BadInput("The recipe names a file that is no direction: export the picture again where it was made.")
    name = recipe.name_of(use.sha256) or direction.name or "unnamed"
    return msgspec.structs.replace(use, name=name[:60], reported=direction.is_even)


def brought(paths: Sequence[Path], model: str) -> Brought:
    """The directions in files, for a board whose model is `model`."""
    uses, assets, told, warnings = [], {}, [], []
    for path in paths[:MAX_FILES]:
        try:
            direction = read_direction(path, model=model)
            data = _kept(path.read_bytes(), direction)
        except (BadInput, OSError) as error:
            told.append(sentence(error))
            continue
        sha256 = digest(data)
        name = direction.name or path.stem.encode("utf-8", "replace").decode()
        of = direction.model or model
        uses.append(Use(sha256, name[:60], source="imported", reported=direction.is_even, model=of))
        assets[sha256] = data
        doubt = mismatch(direction, model=model)
        if doubt:
            warnings.append(doubt)
    return Brought(tuple(uses), assets, tuple(told), tuple(warnings))


def _kept(data: bytes, direction: Direction) -> bytes:
    """The bytes to keep of a direction: those of one of ours just as they came, for recipes name it by its hash."""
    try:
        return data if isinstance(unpack(data), Direction) else pack(direction)
    except BadArtifact:  # a plain vector of another program
        return pack(direction)


class Dropped(QObject):
    """Opens what is dropped on the window."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._context = panel.context

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether there is a picture or a direction among these files, by their names."""
        return any(looks_like_picture(path) or path.suffix.lower() == DIRECTION_SUFFIX for path in paths)

    def open(self, paths: Sequence[Path]) -> None:
        """Go back to the first picture with a recipe, or bring in the first without; directions come on the board."""
        directions = [path for path in paths if path.suffix.lower() == DIRECTION_SUFFIX]
        if directions:
            self.open_directions(directions)
        picture = next((path for path in paths if looks_like_picture(path)), None)
        if picture is None:
            return

        def opened(with_recipe: bool) -> None:
            if with_recipe:
                self.restore(picture)
            else:
                self._panel.show_page(TRAVEL)
                self._panel.own.open([picture])

        self._context.background.run(lambda: has_recipe(picture), opened, self._trouble)

    # -- recipes -------------------------------------------------------------------------------------------------------

    def restore(self, path: Path) -> None:
        """Put everything where it was when the picture `path` was made."""
        panel = self._panel
        now, document = panel.state.ask, self._context.project.document
        models = [choice.name for choice in panel.models.choices]

        def done(found: Restored) -> None:
            if document is self._context.project.document and now == panel.state.ask:
                self._go(found)
            elif document is self._context.project.document:
                self.restore(path)  # something moved meanwhile: from there, then

        self._context.background.run(lambda: restored(path, now, models, document), done, self._trouble)

    def _go(self, found: Restored) -> None:
        panel = self._panel
        panel.show_page(TRAVEL)

        def stored(_value: object) -> None:
            self._context.say(Message(f"Everything is as it was for {found.name}. Undo goes back.", key="dropped"))

        panel.store(panel.state.with_ask(found.ask), found.assets, done=stored)

    # -- directions ----------------------------------------------------------------------------------------------------

    def ask_directions(self) -> None:
        """Ask for the file of a direction, and put it on the board."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        window = self._panel.middle.window()
        path = self._context.dialogs.open_path(window, "Open a direction", folder, DIRECTION_FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open_directions([path])

    def open_directions(self, paths: Sequence[Path]) -> None:
        """Put the directions in these files on the board; those that cannot be used are told."""
        model, document = self._panel.state.ask.model, self._context.project.document

        def done(found: Brought) -> None:
            if document is self._context.project.document:
                self._put(found)

        self._context.background.run(lambda: brought(paths, model), done, self._trouble)

    def _put(self, found: Brought) -> None:
        panel = self._panel
        if found.told:
            self._context.say(Message(" ".join(found.told[:3]), Level.ERROR, key="dropped"))
        if not found.uses:
            return
        before = {use.sha256 for use in panel.state.ask.uses}
        new = [use for use in found.uses if use.sha256 not in before]
        if not new:
            self._context.say(Message("This direction is on the board already.", key="dropped"))
            return
        state = panel.state.with_ask(panel.state.ask.with_uses(new))
        here = next((use.sha256 for use in new if use.model == state.ask.model), state.direction)

        def stored(_value: object) -> None:
            names = ", ".join(f"“{use.name}”" for use in new[:3])
            many = f" and {len(new) - 3} more" if len(new) > 3 else ""
            level = Level.WARNING if found.warnings else Level.INFO
            told = f"{names}{many} {'is' if len(new) == 1 else 'are'} on the board."
            if not found.told:
                self._context.say(Message(" ".join((told, *found.warnings[:2])), level, key="dropped"))

        panel.store(msgspec.structs.replace(state, direction=here), found.assets, done=stored)

    def _trouble(self, error: BaseException) -> None:
        self._context.say(Message(sentence(error), Level.ERROR, key="dropped"))
