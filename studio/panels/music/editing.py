"""Editing the take in view by hand: each edit in the piano roll becomes one step of the document."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import QObject

from generators.artifacts import Score, digest, pack
from generators.music.attributes import ATTRIBUTES, BAR_NAMES, INDEX
from generators.music.bar_attributes import measure_score_bars
from studio.document.model import EditTake, Take
from studio.panel import Level, Message, PanelContext
from studio.panels.music.seen import Seen
from studio.panels.music.words import attribute_words
from studio.project import sentence
from studio.take_origin import EDITED, EDITED_FROM
from studio.widgets.bar_lane import BarAttribute
from studio.widgets.roll_desk import RollDesk

# what the composer measured on the notes as it wrote them: the panel measures an edited take again
_STALE = frozenset({"measured", "met", "longest_shared", "bars"})


def edited_facts(take: Take, sha256: str) -> dict[str, str]:
    """The facts of `take` once its result is `sha256`: it says that it was edited, unless it is as it was made.

    What was measured of the notes before is left out.
    """
    origin = take.facts.get(EDITED_FROM, take.asset_sha256)
    facts = {key: value for key, value in take.facts.items() if key not in (_STALE | {EDITED, EDITED_FROM})}
    return facts if sha256 == origin else {**facts, EDITED: "by hand", EDITED_FROM: origin}


def bar_attributes() -> tuple[BarAttribute, ...]:
    """The attributes that can be asked bar by bar, for the lanes under the roll."""
    by_name = {attribute.name: attribute for attribute in ATTRIBUTES}
    return tuple(
        BarAttribute(name, known.title, known.low, known.high, functools.partial(attribute_words, known))
        for name, known in ((name, by_name[name]) for name in BAR_NAMES)
    )


def measured_bars(score: Score) -> dict[str, list[float | None]]:
    """BAR_NAMES in each bar of `score`, NaN where a bar has no value."""
    table = measure_score_bars(score)
    return {name: list(table[:, INDEX[name]].tolist()) for name in BAR_NAMES}


class Editing(QObject):
    """Keeps what the hand does in the piano roll, and shows what the document makes of it.

    The roll is ahead of the document by the edits that are being written; what comes back meanwhile is older, and is
    not shown. `reload` asks the panel to read the take again; `take_of` finds one.
    """

    def __init__(
        self,
        context: PanelContext,
        desk: RollDesk,
        take_of: Callable[[str], Take | None],
        reload: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._desk, roll = desk, desk.roll
        self._take_of = take_of
        self._reload = reload
        self._latest: tuple[str, str] | None = None  # of the take that was edited last: its id and new asset
        self._writing = 0
        desk.lanes.set_attributes(bar_attributes())
        roll.editor.edited.connect(self._keep)
        roll.editor.loaded.connect(lambda: roll.editor.set_editable(False))  # a score of no take, until `show`
        roll.editor.refused.connect(self._refuse)
        context.project.changed.connect(self._changed)

    def is_current(self, take_id: str, sha256: str) -> bool:
        """Whether `sha256` is the newest result of a take, edits that are still being written included."""
        if self._writing and self._latest is not None and self._latest[0] == take_id:
            return self._latest[1] == sha256
        take = self._take_of(take_id)
        return take is not None and take.asset_sha256 == sha256

    def show_growing(self, job: str, score: Score | None) -> bool:
        """Put a take into the roll that `job` is still writing: it is looked at only. Whether it is its first bar."""
        editor, roll = self._desk.editor, self._desk.roll
        first = job != editor.owner
        roll.set_score(score, keep_view=not first)
        if not first:
            roll.refit()
        editor.owner = job
        editor.set_editable(False)
        if first:
            self._desk.lanes.set_measured({})
        return first

    def show(self, seen: Seen | None, grown: str = "") -> float | None:
        """Put a take into the roll; another state of the one that is there keeps what is chosen and looked at.

        `grown` is the job that wrote it before our eyes: one looks on where one did.

        Returns:
            Where the transport stands, in seconds, if it is the same take: an edit is heard from there on. None if it
            is another one.
        """
        editor = self._desk.editor
        identity = seen.take.id if seen is not None else ""
        same = bool(identity) and identity == editor.owner
        score = seen.score if seen is not None else None
        has_grown = bool(grown) and grown == editor.owner
        self._desk.roll.set_score(score, keep_view=same or has_grown)
        if has_grown:
            self._desk.roll.refit()
        editor.owner = identity
        editor.set_editable(bool(identity))
        self._desk.lanes.set_measured(measured_bars(score) if score is not None else {})
        return self._context.playback.position_s if same else None

    def _changed(self, _state: object, action: object) -> None:
        """The document has another result for a take: by an edit, or by its undo."""
        if not isinstance(action, EditTake) or action.id != self._desk.editor.owner:
            return
        if self.is_current(action.id, action.asset_sha256):
            self._reload(action.id)

    def _keep(self, score: Score, what: str, merge: str) -> None:
        take = self._take_of(self._desk.editor.owner)
        if take is None:
            return
        data = pack(score)
        sha256 = digest(data)
        facts = edited_facts(take, sha256)
        self._latest = (take.id, sha256)
        self._writing += 1

        def ended(_state: object) -> None:
            self._writing -= 1

        def failed(error: BaseException) -> None:
            self._writing -= 1
            self._context.say(Message(f"The edit was not kept. {sentence(error)}", Level.ERROR, key="edit"))
            self._reload(take.id)

        key = f"{take.id}:{merge}" if merge else ""
        self._context.project.perform(EditTake(take.id, sha256, facts, what), {sha256: data}, key, ended, failed)

    def _refuse(self, text: str) -> None:
        self._context.say(Message(text, Level.WARNING, key="edit"))
