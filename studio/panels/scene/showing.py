"""What the scene panel shows of a scene: curve, cards, facts, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from generators.scene.plan import ROOMS
from generators.scene.request import Cue, Scene
from studio.panel import Timeline
from studio.panels.scene.board import board_in
from studio.panels.scene.keying import is_empty, scene_words
from studio.panels.scene.making import progress_words
from studio.panels.scene.part_card import CardView
from studio.panels.scene.parts import SCENE_FACT, bars_of, beats_of, room_of
from studio.panels.scene.voicing import levels_of
from studio.panels.scene.words import clock, length_words
from studio.widgets.take_facts import Fact

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel

MOST_FRAMES, MOST_CUES = 48, 4
LANDING_S = 0.005  # tempi are whole microseconds a quarter, so that a beat may lie a little after its moment
NOTHING_SEEN = {
    "off": "No pictures in this scene.",
    "": "The pictures appear here when the scene is made.",
}


class Showing(QObject):
    """Fills the widgets from the state of the panel."""

    def __init__(self, panel: ScenePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._listening: tuple[float | None, str] = (None, "")

    # -- the whole -----------------------------------------------------------------------------------------------------

    def scene(self, scene: Scene) -> None:
        """Show another scene, also while the hand still moves it."""
        panel = self._panel
        stage = panel.middle
        stage.show_desk(not is_empty(scene))
        stage.show_scene(scene)
        stage.timeline.set_timeline(scene.timeline, scene.duration_s)
        stage.timeline.set_cues(scene.cues)
        stage.timeline.set_frame_rate(float(scene.film.frame_rate))
        self.left(scene)

    def left(self, scene: Scene) -> None:
        """Put the controls where the scene is."""
        panel = self._panel
        position_s = panel.context.playback.position_s if panel.hearing.is_on_transport else 0.0
        states = panel.context.project.state.panel_states
        panel.left.show_scene(scene, scene.timeline.at(position_s), position_s, has_line=panel.voicing.has_line)
        panel.left.set_board(board_in(states))
        panel.left.pictures.show_can_move(can=panel.moving.can)

    def voice(self) -> None:
        """Show what was heard in the voice."""
        voice, heard = self._panel.scene.voice, self._panel.voicing.voice
        levels = levels_of(heard) if heard is not None else np.zeros(0)
        start_s, duration_s = (voice.start_s, voice.duration_s) if voice is not None else (0.0, 0.0)
        self._panel.middle.timeline.set_levels(levels, start_s, duration_s)
        self._panel.timelineChanged.emit()

    def frames(self) -> None:
        """Show small pictures along the curve."""
        pictures = self._panel.middle.frame.picture.pictures
        count = len(pictures)
        step = max(1, -(-count // MOST_FRAMES))
        duration_s = self._panel.scene.duration_s
        found = [(duration_s * place / max(count - 1, 1), pictures[place]) for place in range(0, count, step)]
        self._panel.middle.timeline.set_frames(found)

    # -- what follows from it ------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Show what follows from the scene: mood, bars, how the parts stand, facts."""
        panel, plan = self._panel, self._panel.parts.plan
        timeline = panel.middle.timeline
        if plan.mood is not None:
            timeline.set_mood(*plan.mood)
        if plan.bars is not None and not panel.scene.music.off:
            timeline.set_bars(bars_of(plan.bars)[0].tolist(), beats_of(plan.bars).tolist())
        else:
            timeline.set_bars(())
        self.parts()

    def parts(self) -> None:
        """Show how each part stands."""
        panel = self._panel
        for key, card in panel.right.cards.items():
            card.show_view(self.card(key))
        panel.right.show_facts(self.facts())
        panel.right.show_can_export(can_export=bool(panel.exports()))
        self.told()

    def card(self, key: str) -> CardView:
        """What the card of a room shows."""
        panel = self._panel
        room, plan, take = room_of(panel.scene, key), panel.parts.plan.room(key), panel.parts.take(key)
        if room.off:
            return CardView(told="left out of this scene", off=True)
        takes = [(one.id, f"{one.name}{' ★' if one.starred else ''}") for one in panel.parts.takes(key)][::-1]
        pending = panel.making.of_room(key)
        told, make, warns = "", "", False
        if pending is not None:
            told = pending.note or "waiting"
        elif is_empty(panel.scene):
            told = "comes with the scene"
        elif take is None:
            told = plan.trouble or "not made yet"
            make = "" if plan.trouble else "Make"
        elif plan.fits:
            told, make = "follows the feeling", "Another"
        elif plan.trouble:
            told = plan.trouble
        elif SCENE_FACT in take.facts:
            told, make, warns = "the feeling has changed", "Make again", True
        else:
            told, make, warns = "not made for this scene", "Make", True
        return CardView(
            takes=takes,
            take=take.id if take is not None else "",
            starred=take.starred if take is not None else False,
            told=told,
            make=make,
            fraction=pending.fraction if pending is not None else None,
            warns=warns,
        )

    def facts(self) -> tuple[Fact, ...]:
        """Facts about the scene as rows."""
        scene, plan = self._panel.scene, self._panel.parts.plan
        if is_empty(scene):
            return ()
        rows: list[Fact] = [
            ("length", f"{length_words(scene.duration_s)} · {scene.frame_count} frames", "Whole frames of the film"),
            ("feeling", scene_words(scene), ""),
        ]
        bars = plan.bars
        if bars is not None and not scene.music.off:
            tempi = [bpm for _, bpm in bars.tempo_map]
            low, high = min(tempi), max(tempi)
            tempo = f"{low:.0f} bpm" if high - low < 1.5 else f"{low:.0f} to {high:.0f} bpm"
            rows.append(
                ("music", f"{bars.bars} bars · {tempo}", "Bars and tempo are fitted to the length and the cues")
            )
        rows += [(cue.name or f"at {clock(cue.time_s)}", *self._cue_words(cue)) for cue in scene.cues[:MOST_CUES]]
        film = scene.film
        rows.append(("film", f"{film.size.replace('x', ' × ')} · {film.frame_rate} fps", ""))
        if plan.remarks:
            rows.append(("note", plan.remarks[0], "\n".join(plan.remarks)))
        return tuple(rows)

    def _cue_words(self, cue: Cue) -> tuple[str, str]:
        """Where a moment lands, and what that means."""
        found = self._panel.parts.plan.bars if not self._panel.scene.music.off else None
        # not the panel's timeline, which follows the plan a moment later
        place = Timeline("", None, None, *bars_of(found)).bar_beat(cue.time_s + LANDING_S) if found else None
        if place is None:
            return clock(cue.time_s), "A moment that the music will land on"
        where = f"bar {place[0]}" if place[1] == 1 else f"bar {place[0]}, beat {place[1]}"
        return f"{clock(cue.time_s)} · {where}", f"The music lands on this moment with a {cue.lands_on}."

    # -- the work ------------------------------------------------------------------------------------------------------

    def told(self) -> None:
        """Say in a few words whether there is something to make."""
        panel = self._panel
        due = panel.parts.due() if panel.parts.is_current else ()
        waiting = {one.room for one in panel.making.waiting}
        missing = [key for key in due if key not in waiting]
        words = {"music": "music", "face": "face", "pictures": "pictures"}
        made = [key for key in ROOMS if panel.parts.used(key) is not None]
        if missing:
            told = f"To make: {', '.join(words[key] for key in missing)}"
        elif made:
            told = "Everything follows the feeling"
        else:
            told = ""
        panel.middle.told.setText(told)
        panel.middle.make.setEnabled(bool(missing))

    def listening(self, fraction: float | None, words: str) -> None:
        """Show how far listening to a voice is."""
        self._listening = (fraction, words)
        self._panel.middle.empty.busy.setText(words)
        self.progress()

    def progress(self) -> None:
        """Show how far the parts are that are being made."""
        panel = self._panel
        if self._listening[0] is not None:
            panel.middle.set_progress(*self._listening)
            return
        found = progress_words(panel.making.waiting)
        if found is not None:
            panel.middle.set_progress(*found)
        elif panel.output.progress is not None:
            panel.middle.set_progress(*panel.output.progress)
        else:
            panel.middle.set_progress(None)
