"""What can be done with the keyframes of a scene's feeling, for hand, keys and menus alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from generators.affect import AffectPoint
from generators.scene.arcs import LEAST_S, arc_timeline, held_timeline
from generators.scene.timeline import SceneKey, Timeline
from studio.widgets import timeline_keys
from studio.widgets.affect_curves import AffectCurvesView
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import GUTTER_PX, TimeView
from studio.widgets.timeline_grid import SNAP_PX


@dataclass
class Drag:
    """What a pressed button does: "keys", "box" or "pen"; `before` and `chosen` are taken back by Escape."""

    kind: str
    press: QPointF
    before: Timeline
    chosen: frozenset[int]
    place: int = -1
    is_moving: bool = False
    stays: bool = False  # a Shift-click on what was chosen takes it out of the choice, unless it is dragged


class AffectCurvesEdits(AffectCurvesView):
    """Keyframes that are added, removed, eased, copied, and laid out along arcs.

    `edited` carries a Timeline while something moves, `committed` one that is to be kept with a word on what was done;
    `chosenChanged` comes with another choice or axis.
    """

    edited = Signal(object)
    committed = Signal(object, str)
    chosenChanged = Signal()
    penToggled = Signal(bool)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._drag: Drag | None = None
        self._held: tuple[Timeline, str] | None = None  # while an arrow key or a slider is held
        self._copied: tuple[SceneKey, ...] = ()
        self.has_pen = False
        self.setAccessibleName("Feeling of the scene over time")
        self._describe()

    # -- values --------------------------------------------------------------------------------------------------------

    def set_timeline(self, timeline: Timeline) -> None:
        """Show keyframes, without a signal; what a hand holds is not taken from it."""
        if timeline != self._timeline and self._drag is None and self._held is None:
            # what stays at its time stays chosen
            times = {self._timeline.keys[place].time_s for place in self._chosen if place < len(self._timeline.keys)}
            kept = frozenset(place for place, key in enumerate(timeline.keys) if key.time_s in times)
            self._put(timeline, kept)

    def choose(self, places: Collection[int], axis: str = "") -> None:
        """Choose keyframes, and an axis where one is named."""
        self._axis = axis or self._axis
        self._put(self._timeline, frozenset(places))

    def set_pen(self, on: bool) -> None:
        """Take or lay down the pen."""
        if on != self.has_pen:
            self.has_pen = on
            self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
            self.penToggled.emit(on)

    def commit(self, timeline: Timeline, what: str, chosen: Collection[int] | None = None) -> None:
        """Change the keyframes as one step, called `what`."""
        before = self._timeline
        self._put(timeline, self._chosen if chosen is None else frozenset(chosen))
        if timeline != before:
            self.edited.emit(timeline)
            self.committed.emit(timeline, what)

    @property
    def has_copied(self) -> bool:
        """Whether there is something to paste."""
        return bool(self._copied)

    def _put(self, timeline: Timeline, chosen: frozenset[int]) -> None:
        before = (self._chosen, self._axis)
        self._timeline, self._differs = timeline, None
        self._chosen = frozenset(place for place in chosen if place < len(timeline.keys))
        self._hovered = None if self._hovered and self._hovered[0] >= len(timeline.keys) else self._hovered
        self._describe()
        self.update()
        if before != (self._chosen, self._axis):
            self.chosenChanged.emit()

    def _describe(self) -> None:
        words = timeline_keys.words(self._timeline, self._chosen, self._axis)
        self.setAccessibleDescription(words + (", with the pen" if self.has_pen else ""))

    # -- what can be done, for hand, keys and menus --------------------------------------------------------------------

    @property
    def end_s(self) -> float:
        """The end of the scene."""
        return self.view.duration_s

    def snapped(self, time_s: float) -> float:
        """A time on the grid, within the scene."""
        reach_s = SNAP_PX / max(self.width() - GUTTER_PX, 1.0) * self.view.span_s
        return min(max(self.grid.snapped(time_s, reach_s), 0.0), self.end_s)

    def add(self, time_s: float, changes: dict[str, float] | None = None) -> None:
        """Add a keyframe."""
        timeline, place = timeline_keys.added(self._timeline, min(time_s, self.end_s), changes)
        self.commit(timeline, "Add a keyframe", {place})

    def remove(self, places: Collection[int]) -> None:
        """Delete keyframes; the one after them is chosen, so that Delete can go on."""
        if places:
            after = min(min(places), max(len(self._timeline.keys) - len(set(places)) - 1, 0))
            words = "Delete a keyframe" if len(set(places)) == 1 else f"Delete {len(set(places))} keyframes"
            self.commit(timeline_keys.removed(self._timeline, places), words, {after} if len(self._chosen) == 1 else ())

    def ease(self, easing: str) -> None:
        """Let the chosen keyframes go over to the next by another easing."""
        self.commit(timeline_keys.eased_by(self._timeline, self._chosen, easing), f"Ease: {easing}")

    def feel(self, name: str, point: AffectPoint) -> None:
        """Set the chosen keyframes to a named emotion."""
        self.commit(timeline_keys.pointed(self._timeline, self._chosen, point), f"Feel {name}")

    def weigh(self, weights: dict[str, float]) -> None:
        """Let the chosen keyframes hold a mixture of emotions."""
        self.show_weights(weights)
        self.let_go()

    def show_weights(self, weights: dict[str, float]) -> None:
        """The same while a slider moves: shown, not kept."""
        what = "Mix emotions" if weights else "Leave the emotions to the point"
        self.hold(timeline_keys.weighted(self._timeline, self._chosen, weights), what)

    def hold(self, timeline: Timeline, what: str) -> None:
        """Show other keyframes while a key or a slider is held; `let_go` keeps them as one step called `what`."""
        before = self._held[0] if self._held is not None else self._timeline
        self._held = (before, what)
        self._put(timeline, self._chosen)
        self.edited.emit(timeline)

    def let_go(self) -> None:
        """Keep what was held."""
        held, self._held = self._held, None
        if held is not None and held[0] != self._timeline:
            self.committed.emit(self._timeline, held[1])

    def stretch(self) -> tuple[float, float]:
        """From when to when an arc goes: between chosen keyframes, or over the whole scene."""
        times = [self._timeline.keys[place].time_s for place in self._chosen]
        return (min(times), max(times)) if len(times) > 1 and max(times) - min(times) >= LEAST_S else (0.0, self.end_s)

    def lay_arc(self, name: str) -> None:
        """Put an arc over the stretch, from what is felt at its beginning."""
        begin_s, end_s = self.stretch()
        if end_s - begin_s >= LEAST_S:
            arc = arc_timeline(name, end_s - begin_s, self._timeline.at(begin_s))
            self._lay(arc, begin_s, f"Arc: {name}")

    def lay_feeling(self, name: str, point: AffectPoint) -> None:
        """Let the whole stretch feel one emotion."""
        begin_s, end_s = self.stretch()
        if end_s - begin_s >= LEAST_S:
            self._lay(held_timeline(point, end_s - begin_s), begin_s, f"Feel {name}")

    def _lay(self, arc: Timeline, begin_s: float, what: str) -> None:
        is_whole = begin_s == 0.0 and arc.keys[-1].time_s >= self.end_s - 1e-3
        timeline, places = timeline_keys.pasted(
            Timeline() if is_whole else self._timeline, arc.keys, begin_s, self.end_s
        )
        self.commit(timeline, what, places)

    def copy(self, *, cut: bool = False) -> None:
        """Keep the chosen keyframes for pasting."""
        if self._chosen:
            self._copied = tuple(self._timeline.keys[place] for place in sorted(self._chosen))
            if cut:
                self.commit(timeline_keys.removed(self._timeline, self._chosen), "Cut keyframes", ())

    def paste(self, time_s: float) -> None:
        """Put what was copied at a time."""
        if self._copied:
            timeline, places = timeline_keys.pasted(self._timeline, self._copied, time_s, self.end_s)
            self.commit(timeline, "Paste keyframes", places)
