"""What leaves the compass panel, and what comes back when it is dropped on the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.numpy
from PIL import Image
from window_hands import Ears, Studio

from generators import artifacts
from generators.artifacts import Direction
from generators.compass.encoding import png_bytes
from generators.compass.painter.finish import OFF
from generators.compass.recipe import read_recipe
from generators.compass.request import InvertRequest, Point, Push, RenderRequest
from generators.engine.fake_compass import CHANNELS
from generators.engine.requests import ExportRequest, encode_request
from studio.panels.compass import CompassPanel
from studio.panels.compass.export_sheet import ExportSheet
from studio.panels.compass.outgoing import FILM_TRAIL, MAP, PICTURE, STRIP, TRAIL, Outgoing
from studio.panels.compass.state import Ask, Use

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def direction(name: str, channel: int = 0, *, even: bool = True) -> bytes:
    vectors = np.zeros((1, CHANNELS), np.float32)
    vectors[0, channel] = 1.0
    knots = np.array([-2.0, 0.0, 2.0]) if even else np.zeros(0)
    places = np.array([-1.0, 0.0, 1.0]) if even else np.zeros(0)
    made = Direction(
        vectors, np.array([0.5]), name, "compass-small", place="made up", knot_amount=knots, knot_place=places
    )
    return artifacts.pack(made, {"request": "{}"})


LIGHT, FAR = direction("light"), direction("far away", 4)
KEYS = artifacts.digest(LIGHT), artifacts.digest(FAR)


class Out:
    """A window with the compass panel in front, and two directions on its board."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        panel = next(panel for panel in studio.window.panels if panel.key == "compass")
        assert isinstance(panel, CompassPanel)
        self.panel = panel

    def until(self, ready: Callable[[], bool]) -> None:
        def worked() -> bool:
            if self.studio.engines:
                self.studio.engine.run()
            return ready()

        self.studio.until(worked)

    @property
    def ask(self) -> Ask:
        return self.panel.state.ask

    @property
    def told(self) -> str:
        return self.studio.message

    def board(self) -> None:
        uses = (Use(KEYS[0], "light", amount=0.5, reported=True), Use(KEYS[1], "far away", reported=True))
        ask = self.ask.replace(seed=7, uses=uses, is_finished=False)
        self.panel.store(self.panel.state.with_ask(ask), {KEYS[0]: LIGHT, KEYS[1]: FAR})
        self.until(lambda: self.studio.project.document.has_asset(KEYS[1]))

    def export(self, key: str, form: str, path: Path, **values: str) -> None:
        """Choose in the sheet as a hand would, and wait for the file."""
        self.studio.answers.path = path
        sheet = self.panel.output.ask(key)
        assert sheet.key == key
        sheet.form.setCurrentIndex(sheet.form.findData(form))
        for name, value in values.items():
            field = sheet.fields[name]
            if hasattr(field, "setText"):
                field.setText(value)
            else:
                field.setCurrentIndex(field.findData(value))
        sheet.accept()
        self.until(path.exists)
        self.until(lambda: not [job for job in self.studio.shell.jobs.live() if "xport" in job.title])

    def rest(self) -> None:
        """Let all come that was asked for: small pictures around the one in view, too."""
        quiet = 0

        def is_quiet() -> bool:
            nonlocal quiet
            quiet = 0 if self.studio.shell.jobs.live() else quiet + 1
            return quiet > 20

        self.until(is_quiet)
        self.studio.settle()

    def drop(self, *paths: Path) -> None:
        assert self.panel.importing.takes(paths)
        self.panel.importing.open(paths)


@pytest.fixture
def out(open_studio: Callable[..., Studio]) -> Iterator[Out]:
    studio = open_studio(ears=Ears(available=False))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
    found = Out(studio)
    found.board()
    yield found
    found.rest()


def exported(out: Out) -> list[ExportRequest]:
    return [request for request, _, _ in out.studio.engine.submitted if isinstance(request, ExportRequest)]


def test_a_picture_leaves_and_comes_back(out: Out, tmp_path: Path) -> None:
    path = tmp_path / "evening.png"
    before = out.ask
    out.export(PICTURE, "png", path)
    recipe = read_recipe(path)
    assert recipe.request == before.request()
    assert recipe.ingredients == {KEYS[0]: LIGHT}
    assert recipe.name_of(KEYS[0]) == "light"

    away = before.with_use(KEYS[0], amount=-1.0).replace(seed=3)
    out.panel.commit_ask(away)
    out.until(lambda: out.ask.seed == 3)
    out.drop(path)
    out.until(lambda: out.ask.request() == before.request())
    assert [use.name for use in out.ask.uses] == ["light", "far away"]
    out.studio.settle()
    out.studio.project.undo()
    out.until(lambda: out.ask.seed == 3)


def test_a_picture_brings_its_direction_to_a_project_that_never_knew_it(
    out: Out, open_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    path = tmp_path / "evening.png"
    request = RenderRequest((Point(5, amounts=(0.75,)),), (Push(KEYS[0]),))
    names = {"direction_names": json.dumps({KEYS[0]: "the light of home"})}
    out.panel.commit_ask(Ask())
    fresh = direction("other light", 2)
    key = artifacts.digest(fresh)
    request = msgspec.structs.replace(request, directions=(Push(key),))
    pixels = np.zeros((8, 8, 3), np.uint8)
    path.write_bytes(png_bytes(pixels, encode_request(request).decode(), names, {key: fresh}))
    out.drop(path)
    out.until(lambda: out.ask.use(key) is not None)
    use = out.ask.use(key)
    assert use is not None
    assert (use.name, use.amount, use.reported, use.source) == ("other light", 0.75, True, "imported")
    assert out.studio.project.document.asset(key) == fresh
    assert out.ask.request() == request
    assert out.ask.trail[-1].label == "evening"

    path.write_bytes(png_bytes(pixels, encode_request(msgspec.structs.replace(request, directions=(Push("f" * 64),))).decode(), {}))  # noqa: E501  # fmt: skip
    now = out.ask
    out.drop(path)
    out.until(lambda: "does not bring" in out.told)
    assert out.ask == now
    elsewhere = RenderRequest((Point(5),), model="their-model")
    path.write_bytes(png_bytes(pixels, encode_request(elsewhere).decode(), {}))
    out.drop(path)
    out.until(lambda: "“their-model”, which is not on this machine" in out.told)
    assert out.ask == now


def test_a_damaged_recipe_and_a_picture_without_one(out: Out, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    pixels = np.zeros((8, 8, 3), np.uint8)
    whole = png_bytes(pixels, '{"type":"render","points":[{"seed":-4}]}', {})
    path.write_bytes(whole)
    out.drop(path)
    out.until(lambda: "seed -4 is out of range" in out.told)
    plain = tmp_path / "mine.png"
    Image.fromarray(pixels).save(plain)
    out.drop(plain)
    out.until(lambda: any(isinstance(request, InvertRequest) for request, _, _ in out.studio.engine.submitted))
    huge = tmp_path / "huge.png"
    huge.write_bytes(whole[:16] + (30_000).to_bytes(4, "big") * 2 + whole[24:])
    plain_huge = tmp_path / "plain.png"
    plain_huge.write_bytes(huge.read_bytes().replace(b"affect-studio", b"someone-else-"))
    out.until(lambda: not out.panel.own.is_busy)
    out.drop(plain_huge)
    out.until(lambda: "plain.png" in out.told)


def test_directions_leave_and_come_onto_the_board(out: Out, tmp_path: Path) -> None:
    path = tmp_path / "light.safetensors"
    out.panel.choosing.choose_direction(KEYS[0])
    out.until(lambda: out.panel.state.direction == KEYS[0])
    assert out.panel.can_export_direction
    out.studio.answers.path = path
    out.panel.output.export_direction()
    out.until(path.exists)
    assert path.read_bytes() == LIGHT  # the very file that recipes name

    out.panel.commit_ask(Ask())
    out.until(lambda: not out.ask.uses)
    plain = tmp_path / "smile.safetensors"
    safetensors.numpy.save_file({"v": np.ones(CHANNELS, np.float32)}, plain)
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"nothing")
    out.drop(path, plain, wrong)
    out.until(lambda: len(out.ask.uses) == 2)
    assert [(use.sha256 == KEYS[0], use.name, use.reported) for use in out.ask.uses] == [
        (True, "light", True), (False, "smile", False),
    ]  # fmt: skip
    assert "wrong.safetensors is no safetensors file" in out.told
    out.drop(path)
    out.until(lambda: "on the board already" in out.told)


def test_strips_maps_and_sheets_are_made_and_written(out: Out, tmp_path: Path) -> None:
    out.panel.choosing.choose_direction(KEYS[0])
    out.until(lambda: out.panel.state.direction == KEYS[0])
    strip = tmp_path / "strip.png"
    out.export(STRIP, "strip", strip, steps="5", side="128", paper="light")
    amounts = [point.amounts for point in read_recipe(strip).request.points]
    assert amounts == [(-1.0,), (-0.5,), (0.0,), (0.5,), (1.0,)]
    with Image.open(strip) as image:
        assert image.width > 5 * 128
        assert image.getpixel((0, 0)) == (255, 255, 255)
    whole = tmp_path / "map.png"
    out.export(MAP, "map", whole, steps="3")
    points = read_recipe(whole).request.points
    assert len(points) == 9
    assert points[0].amounts == (-1.0, 1.0)
    assert points[-1].amounts == (1.0, -1.0)
    assert json.loads(exported(out)[-1].facts["direction_names"]) == {KEYS[0]: "light", KEYS[1]: "far away"}


def test_a_film_of_the_trail_is_measured_then_made(out: Out, tmp_path: Path) -> None:
    ask = out.ask.stepped("start").with_use(KEYS[0], amount=1.0).stepped("light +1").replace(seed=9).stepped("seed 9")
    out.panel.commit_ask(ask)
    out.until(lambda: len(out.ask.trail) == 3)
    path = tmp_path / "path.gif"
    out.export(FILM_TRAIL, "path-gif", path, length="1", frame_rate="10", play="on and on")
    renders = [request for request, _, _ in out.studio.engine.submitted if isinstance(request, RenderRequest)]
    coarse = next(request for request in renders if len(request.points) >= 48)
    film = next(request for request in renders if len(request.points) == 10)
    assert coarse.making.quality == "preview"
    assert coarse.finish == OFF
    assert film.making.quality == "full"
    assert film.points[0].seed == 7
    assert (film.points[-1].seed, film.points[-1].to_seed, film.points[-1].mix) == (7, 9, 1.0)
    with Image.open(path) as image:
        assert image.n_frames == 10
        assert image.info["loop"] == 0
    contact = tmp_path / "trail.png"
    out.export(TRAIL, "picture-sheet", contact)
    assert len(read_recipe(contact).request.points) == 3


def test_what_cannot_leave_is_not_offered(out: Out) -> None:
    nothing = Outgoing(Ask())
    assert [what.key for what in nothing.whats()] == [PICTURE]
    assert [choice.key for choice in out.panel.exports()][:3] == [PICTURE, STRIP, MAP]
    one = Outgoing(Ask(uses=out.ask.uses[:1]))
    assert MAP not in [what.key for what in one.whats()]
    still = Outgoing(Ask().stepped("a").stepped("b"))
    assert FILM_TRAIL not in [what.key for what in still.whats()]


def test_the_sheet_says_what_is_wrong_and_remembers(out: Out, tmp_path: Path) -> None:
    ask = out.ask.stepped("start").with_use(KEYS[0], amount=1.0).stepped("light +1")
    out.panel.commit_ask(ask)
    out.until(lambda: len(out.ask.trail) == 2)
    sheet = out.panel.output.ask(FILM_TRAIL)
    sheet.fields["length"].setText("a while")  # type: ignore[union-attr]
    sheet.accept()
    assert sheet.trouble.isVisibleTo(sheet)
    assert "seconds, like 6 or 2.5" in sheet.trouble.text()
    sheet.fields["length"].setText("900")  # type: ignore[union-attr]
    sheet.accept()
    assert "choose from 1 to" in sheet.trouble.text()
    sheet.reject()
    out.export(STRIP, "picture-sheet", tmp_path / "a.png", steps="7")
    again: ExportSheet = out.panel.output.ask(STRIP)
    assert again.exporter.name == "picture-sheet"
    assert again.values()["steps"] == "7"
    again.reject()


def test_a_take_is_dragged_out_with_its_recipe(out: Out) -> None:
    out.panel.show_page("travel")
    out.panel.keep()
    out.until(lambda: bool(out.panel.takes.all()))
    take = out.panel.takes.all()[-1]
    mime = out.panel.right.takes.mime_for(take.id)  # type: ignore[misc]
    assert mime is not None
    (url,) = mime.urls()
    recipe = read_recipe(Path(url.toLocalFile()))
    assert recipe.request == out.ask.request()
    assert recipe.missing == ()
    assert out.panel.output.mime("none") is None
    out.panel.output.close()
    assert not Path(url.toLocalFile()).exists()
