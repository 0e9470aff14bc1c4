"""What a drag carries of the panels' things, beside the files that other programs read."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QMimeData

from generators.affect import AffectCurve, AffectPoint

TAKE_MIME = "application/x-affect-studio-take"
MAX_BYTES = 1 << 20  # a curve with ten thousand keyframes fits; more is none of ours

Kind = Literal["take", "line", "direction", "curve"]


class Dragged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something of a panel in the hand, on its way to another panel of the same window.

    `panel` is the key of the panel that it comes from, `document` the file of the project that holds it. A "take" is
    named by its `id`, a "line" (a voice with its feeling) by its `id` with the voice as `sha256` and `duration_s`, a
    "direction" of pictures by its `sha256`. `affect` and `curve` are the feeling that goes with it, where there is one;
    a "curve" is nothing else. A take of a face brings its voice as a line does.
    """

    panel: str
    kind: Kind = "take"
    id: str = ""
    name: str = ""
    document: str = ""
    sha256: str = ""
    duration_s: float = 0.0
    affect: AffectPoint | None = None
    curve: AffectCurve | None = None

    def into(self, mime: QMimeData) -> QMimeData:
        """Put it beside what `mime` carries already."""
        mime.setData(TAKE_MIME, msgspec.json.encode(self))
        return mime


def dragged_in(mime: QMimeData) -> Dragged | None:
    """What of ours `mime` carries; None where it carries nothing of ours, or nothing that can be read."""
    if not mime.hasFormat(TAKE_MIME):
        return None
    data = bytes(mime.data(TAKE_MIME).data())
    if not 0 < len(data) <= MAX_BYTES:
        return None
    try:
        return msgspec.json.decode(data, type=Dragged)
    except Exception:  # another version's, or another program's: nothing of ours
        return None
