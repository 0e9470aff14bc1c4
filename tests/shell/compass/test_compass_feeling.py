"""The feeling that drives the picture, at once and over time."""

from __future__ import annotations

from travel_hands import Traveller

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.request import FindRequest
from studio.panels.compass.state import Use


def test_the_feeling_drives_the_picture_where_directions_stand_for_it(board: Traveller) -> None:
    panel = board.panel
    uses = tuple(
        Use(use.sha256, axis, source="affect", found_by=FindRequest("p" * 64, finder="affect", axis=axis))
        for use, axis in zip(board.ask.uses, ("valence", "arousal"), strict=True)
    )
    panel.commit_ask(board.ask.replace(uses=uses))
    board.settle()
    panel.left.pointEdited.emit(AffectPoint(0.4, 0.8))
    assert board.ask.place.amounts == ()
    panel.left.pointCommitted.emit(AffectPoint(-0.5, 0.5))
    board.settle()
    assert [use.amount for use in board.ask.uses] == [-1.5, 1.5]
    assert board.trail[-1].startswith("feeling ")
    panel.left.board.committed.emit(uses[0].sha256, 3.0)  # the slider moves the feeling in turn
    assert panel.state.affect.valence == 1.0
    board.undo()
    board.undo()
    assert [use.amount for use in board.ask.uses] == [0.0, 0.0]


def test_a_curve_of_feeling_leads_through_pictures_and_is_played(board: Traveller) -> None:
    panel, way = board.panel, board.page.way
    board.page.foots._choose(1)
    assert way.told.isVisibleTo(way)  # nothing stands for the feeling yet
    panel.left.drive.click()
    board.until(lambda: len(board.ask.uses) == 4 and not panel.reporting.is_busy)
    board.settle()
    curve = AffectCurve((Keyframe(0.0, AffectPoint(-0.8, 0.0)), Keyframe(0.4, AffectPoint(0.8, 0.0))))
    way.lane.curveCommitted.emit(curve)
    assert panel.state.curve == curve
    place = board.ask.place
    way.play.click()
    assert panel.following.is_playing
    seen = set()
    board.panel.viewing.shown.connect(lambda: seen.add(panel.viewing._key))
    board.until(lambda: not panel.following.is_playing)
    board.settle()
    assert len(seen) > 1
    assert board.ask.place == place  # playing keeps nothing
    assert any(what.key == "film of the feeling" for what in panel.output.source.whats())
