"""The state of editing a score: what is selected, the grid, the tool, and the commands. It paints nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from generators.artifacts import IntArray, Score
from generators.errors import BadRequest
from studio.widgets import note_editing
from studio.widgets.note_editing import GRIDS, NOTE_FIELDS, Edit, Grid, snapped
from studio.widgets.note_layer import pitch_name

MIME = "application/x-affect-studio-notes"
FIRST_GRID = next(grid for grid in GRIDS if grid.name == "1/16")
SHORTEST_SHARE = 0.25  # of a grid step: what a resize leaves at least
FREE_STEPS = 8  # Alt and an arrow move by this part of a grid step


def same_notes(first: Score | None, second: Score | None) -> bool:
    """Whether two scores hold the same notes in bars of the same length."""
    if first is None or second is None:
        return first is second
    same = all(np.array_equal(getattr(first, name), getattr(second, name)) for name in NOTE_FIELDS)
    return same and first.length == second.length and first.tracks == second.tracks


class NoteEditor(QObject):
    """What the piano roll, the velocity lane and the tool bar edit together.

    `edited` carries the new score, what was done in a few words, and a key: edits in a row with the same key are one
    step of undo. `changed` comes when another score or a preview of one is to be seen, `selectionChanged` and
    `toolChanged` as they say. `noteTouched` gives pitch, velocity and track of a note to be heard; `refused` a
    sentence. `loaded` comes with a score that is not another state of the one before.
    """

    changed = Signal()
    loaded = Signal()
    selectionChanged = Signal()
    toolChanged = Signal()
    edited = Signal(object, str, str)
    noteTouched = Signal(int, int, int)
    refused = Signal(str)

    _runs = count(1)  # over all editors, so that no two steps of undo share a key by chance

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._score: Score | None = None
        self._selection: IntArray = np.zeros(0, dtype=np.int64)
        self._preview: Edit | None = None
        self._hidden: frozenset[int] = frozenset()
        self._focus_track: int | None = None
        self._run = ("", 0)
        self.grid: Grid = FIRST_GRID
        self.snaps = True
        self.pencil = False
        self.strength = 1.0
        self.editable = True
        self.owner = ""  # whose score it is, as whoever loaded it says; "" again with the next one
        self.last_duration_q: float | None = None  # of the note last added or resized: the next one is as long

    # -- what is there -----------------------------------------------------------------------------------------------

    @property
    def score(self) -> Score | None:
        """The score as it is, without the preview."""
        return self._score

    @property
    def shown(self) -> Score | None:
        """The score to draw: that of the preview while a hand is at work."""
        return self._preview.score if self._preview is not None else self._score

    @property
    def selection(self) -> IntArray:
        """The rows of the selected notes in `score`."""
        return self._selection

    @property
    def shown_selection(self) -> IntArray:
        """The rows of the selected notes in `shown`."""
        return self._preview.selected if self._preview is not None else self._selection

    @property
    def is_previewing(self) -> bool:
        """Whether a hand is in the middle of an edit."""
        return self._preview is not None

    @property
    def hidden(self) -> frozenset[int]:
        """The tracks that are not shown."""
        return self._hidden

    @property
    def focus_track(self) -> int | None:
        """The one track that can be touched, None for all."""
        return self._focus_track

    def can_touch(self, rows: IntArray) -> IntArray:
        """Those of `rows` that the hand may take: not hidden, and of the track in focus."""
        if self._score is None:
            return rows[:0]
        track = self._score.track[rows]
        allowed = np.ones(len(rows), dtype=bool) if self._focus_track is None else track == self._focus_track
        return rows[allowed & ~np.isin(track, list(self._hidden))]

    def step(self, *, free: bool = False) -> float:
        """The grid step in ticks, 0 where nothing snaps."""
        return self.grid.ticks(self._score) if self._score is not None and self.snaps and not free else 0.0

    def snap(self, tick: float, *, free: bool = False, down: bool = False) -> int:
        """`tick` on the grid, as far as it snaps."""
        if self._score is None:
            return 0
        return int(snapped(tick, self.step(free=free), self._score.bar_ticks(), down=down))

    def describe(self) -> str:
        """The selection in words."""
        score, rows = self._score, self._selection
        if score is None or not len(rows):
            return "no note selected"
        bars = np.searchsorted(score.bar_ticks(), score.start[rows], side="right")
        if len(rows) == 1:
            row = int(rows[0])
            beats = score.duration[row] / score.ticks_per_quarter
            name = pitch_name(int(score.pitch[row]))
            return f"{name} in bar {int(bars[0])}, {beats:g} beats, velocity {int(score.velocity[row])} selected"
        where = f"bar {bars.min()}" if bars.min() == bars.max() else f"bars {bars.min()} to {bars.max()}"
        low, high = pitch_name(int(score.pitch[rows].min())), pitch_name(int(score.pitch[rows].max()))
        return f"{len(rows):,} notes selected, {low} to {high}, {where}"

    # -- what is loaded and looked at --------------------------------------------------------------------------------

    def load(self, score: Score | None, *, keep: bool = False) -> None:
        """Edit another score; with `keep` it is another state of the same one, and what is selected stays so."""
        before = self._score
        if keep and same_notes(before, score):
            self._score = score  # a hand that is at work goes on
            return
        self._preview = None
        self._score = score
        self._run = ("", 0)
        if keep and before is not None and score is not None:
            self._selection = note_editing.carried(before, self._selection, score)
        else:
            self._selection = np.zeros(0, dtype=np.int64)
            self._hidden, self._focus_track, self.owner = frozenset(), None, ""
            self.loaded.emit()
        self.changed.emit()
        self.selectionChanged.emit()

    def set_hidden(self, tracks: frozenset[int]) -> None:
        """Hide these tracks; their notes are no longer selected."""
        self._hidden = tracks
        if self._focus_track in tracks:
            self._focus_track = None
        self.select(self.can_touch(self._selection))
        self.changed.emit()

    def set_focus_track(self, track: int | None) -> None:
        """Touch the notes of one track only, None for all."""
        self._focus_track = track
        if track is not None:
            self._hidden -= {track}
        self.select(self.can_touch(self._selection))
        self.changed.emit()

    def set_editable(self, editable: bool) -> None:
        """Whether the hand may change anything: not while a take is still being written."""
        if editable != self.editable:
            self.editable = editable
            self.preview(None)
            self.changed.emit()
            self.toolChanged.emit()

    def set_tool(
        self,
        *,
        pencil: bool | None = None,
        grid: Grid | None = None,
        snaps: bool | None = None,
        strength: float | None = None,
    ) -> None:
        """Take another tool or grid."""
        self.pencil = self.pencil if pencil is None else pencil
        self.grid = grid or self.grid
        self.snaps = self.snaps if snaps is None else snaps
        self.strength = self.strength if strength is None else strength
        self.toolChanged.emit()

    # -- selecting ---------------------------------------------------------------------------------------------------

    def select(self, rows: npt.ArrayLike) -> None:
        """Select exactly these notes."""
        chosen = np.unique(np.asarray(rows, dtype=np.int64).reshape(-1))
        if not np.array_equal(chosen, self._selection):
            self._selection = chosen
            self._run = ("", 0)
            self.selectionChanged.emit()

    def toggle(self, row: int) -> None:
        """Select one more note, or one less."""
        self.select(np.setxor1d(self._selection, [row]))

    def select_all(self) -> None:
        """Select every note that can be touched."""
        if self._score is not None:
            self.select(self.can_touch(np.arange(self._score.note_count)))

    def select_next(self, step: int, *, extend: bool = False) -> None:
        """Go to the next note (or the one before with -1), in order of time; with `extend` keep the others."""
        if self._score is None:
            return
        rows = self.can_touch(np.arange(self._score.note_count))
        if not len(rows):
            return
        if not len(self._selection):
            row = int(rows[0] if step > 0 else rows[-1])
        else:
            edge = int(self._selection[-1] if step > 0 else self._selection[0])
            place = int(np.searchsorted(rows, edge)) + step
            row = int(rows[min(max(place, 0), len(rows) - 1)])
        self.select([*self._selection.tolist(), row] if extend else [row])
        self.touch(row)

    def touch(self, row: int) -> None:
        """Let a note be heard."""
        if self._score is not None:
            score = self._score
            self.noteTouched.emit(int(score.pitch[row]), int(score.velocity[row]), int(score.track[row]))

    # -- editing -----------------------------------------------------------------------------------------------------

    def preview(self, edit: Edit | None) -> None:
        """Show an edit that is not done yet, or none."""
        if edit is not None or self._preview is not None:
            self._preview = edit
            self.changed.emit()

    def take_preview(self) -> Edit | None:
        """The edit that is shown, to be done or forgotten by the caller."""
        edit, self._preview = self._preview, None
        return edit

    def commit(self, edit: Edit, kind: str = "") -> None:
        """Do an edit. Those of one `kind` in a row, with the same notes selected, are one step of undo."""
        if not self.editable or self._score is None:
            self.preview(None)
            return
        self._preview = None
        if same_notes(edit.score, self._score):
            self.changed.emit()
            return
        if not kind or self._run[0] != kind:
            self._run = (kind, next(self._runs))
        self._score, self._selection = edit.score, edit.selected
        self.changed.emit()
        self.selectionChanged.emit()
        self.edited.emit(edit.score, edit.what, f"{kind}-{self._run[1]}" if kind else "")

    def _do(self, make: Callable[[Score, IntArray], Edit], kind: str = "", *, needs_selection: bool = True) -> bool:
        score, rows = self._score, self._selection
        if score is None or not self.editable or (needs_selection and not len(rows)):
            return False
        try:
            edit = make(score, rows)
        except BadRequest as error:
            self.refused.emit(error.message)
            return False
        self.commit(edit, kind)
        return True

    def delete(self) -> bool:
        """Delete the selected notes."""
        return self._do(note_editing.delete)

    def nudge(self, steps: int, semitones: int, *, free: bool = False) -> bool:
        """Move the selected notes by grid steps (or parts of one with `free`) and semitones."""
        if self._score is None:
            return False
        ticks = steps * self._nudge_ticks(free=free)
        done = self._do(lambda score, rows: note_editing.move(score, rows, ticks, semitones), "nudge")
        if done and semitones:
            self.touch(int(self._selection[-1]))
        return done

    def _nudge_ticks(self, *, free: bool) -> int:
        assert self._score is not None  # noqa: S101  the caller looked
        step = self.grid.ticks(self._score)
        return max(round(step / FREE_STEPS if free else step), 1)

    def lengthen(self, steps: int, *, free: bool = False) -> bool:
        """Make the selected notes longer by grid steps, or shorter."""
        if self._score is None:
            return False
        ticks, shortest = steps * self._nudge_ticks(free=free), self.shortest()
        return self._do(lambda score, rows: note_editing.resize(score, rows, ticks, shortest=shortest), "lengthen")

    def shortest(self) -> int:
        """What a resize leaves of a note at least, in ticks."""
        return max(round(self.grid.ticks(self._score) * SHORTEST_SHARE), 1) if self._score is not None else 1

    def transpose(self, semitones: int) -> bool:
        """Move the selected notes in pitch; they stay where one would leave the keyboard."""
        done = self._do(lambda score, rows: note_editing.transpose(score, rows, semitones), "transpose")
        if done:
            self.touch(int(self._selection[-1]))
        return done

    def change_velocity(self, by: int) -> bool:
        """Make the selected notes louder or softer."""
        done = self._do(lambda score, rows: note_editing.change_velocity(score, rows, by), "velocity")
        if done:
            self.touch(int(self._selection[-1]))
        return done

    def quantise(self) -> bool:
        """Move the selected notes (or all, with none selected) towards the grid, by `strength`."""
        if self._score is None:
            return False
        step = self.grid.ticks(self._score)
        everything = self.can_touch(np.arange(self._score.note_count))

        def make(score: Score, rows: IntArray) -> Edit:
            return note_editing.quantise(score, rows if len(rows) else everything, step, self.strength)

        return self._do(make, needs_selection=False)

    def duplicate(self) -> bool:
        """Repeat the selected notes after themselves."""
        step = self.step()
        return self._do(lambda score, rows: note_editing.duplicate(score, rows, step))

    def add(self, tick: float, pitch: int) -> bool:
        """Add a note at `tick`, as it is or on the grid, and select it."""
        start = self.snap(tick, down=True)
        return self._do(
            lambda score, _rows: note_editing.add_note(score, start, self.new_duration(), pitch, 80, self.new_track()),
            needs_selection=False,
        )

    def new_duration(self) -> int:
        """How long a new note is, in ticks."""
        if self._score is None:
            return 1
        quarters = self.last_duration_q or float(self.grid.quarters)
        return max(round(quarters * self._score.ticks_per_quarter), 1)

    def new_track(self) -> int:
        """The track of a new note: the one in focus, else that of the selection, else the first that is shown."""
        if self._focus_track is not None:
            return self._focus_track
        if self._score is None:
            return 0
        if len(self._selection):
            return int(self._score.track[self._selection[0]])
        shown = [track for track in range(len(self._score.tracks)) if track not in self._hidden]
        return shown[0] if shown else 0

    # -- the clipboard -----------------------------------------------------------------------------------------------

    def copy(self) -> bool:
        """Copy the selected notes."""
        if self._score is None or not len(self._selection):
            return False
        data = QMimeData()
        clip = note_editing.encode_clip(note_editing.copied(self._score, self._selection))
        data.setData(MIME, QByteArray(clip))
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def cut(self) -> bool:
        """Copy the selected notes, then delete them."""
        return self.editable and self.copy() and self._do(lambda s, rows: note_editing.delete(s, rows, "cut"))

    def paste(self, tick: float) -> bool:
        """Put what was copied at `tick`, on the grid as far as it snaps."""
        data = QGuiApplication.clipboard().mimeData()
        clip = note_editing.decode_clip(bytes(data.data(MIME).data())) if data.hasFormat(MIME) else None
        if clip is None:
            self.refused.emit("There are no notes on the clipboard: select some and copy them first.")
            return False
        place = self.snap(tick)
        return self._do(lambda score, _rows: note_editing.paste(score, clip, place), needs_selection=False)
