"""What performing needs of a voice: the mouth's speech actions and the prosody, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.face.actions import SPEECH
from generators.face.prosody import QUIETEST_DB
from generators.face.request import FRAME_RATE_HZ

FloatCurve = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Heard:
    """One voice recording as the network and the prosody heard it, at FRAME_RATE_HZ with the first frame at 0 s.

    `speech` (frames, len(SPEECH)) are speech actions in their own ranges. All (frames,): `loudness_db` below full
    scale, `pitch_hz` with 0 where there is none, `activity` 0..1 is how surely somebody speaks, `arousal` -1..1 is what
    the prosody proposes.

    Raises:
        ValueError: the curves differ in length, or one is not finite.
    """

    speech: FloatCurve
    loudness_db: FloatCurve
    pitch_hz: FloatCurve
    activity: FloatCurve
    arousal: FloatCurve

    def __post_init__(self) -> None:
        for name in ("speech", "loudness_db", "pitch_hz", "activity", "arousal"):
            values = np.ascontiguousarray(getattr(self, name), dtype=np.float32)
            if not bool(np.isfinite(values).all()):
                raise ValueError(f"the heard {name} is not finite")
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        frames = len(self.speech)
        if self.speech.shape != (frames, len(SPEECH)):
            raise ValueError("heard speech needs one column a speech action")
        if any(curve.shape != (frames,) for curve in (self.loudness_db, self.pitch_hz, self.activity, self.arousal)):
            raise ValueError("what was heard differs in length")

    def with_silence(self, after_s: float) -> Heard:
        """The same with `after_s` seconds of silence at its end."""
        more = round(after_s * FRAME_RATE_HZ)
        if not more:
            return self

        def longer(curve: FloatCurve, value: float) -> FloatCurve:
            return np.pad(curve, [(0, more), *[(0, 0)] * (curve.ndim - 1)], constant_values=value)

        return Heard(
            longer(self.speech, 0.0),
            longer(self.loudness_db, QUIETEST_DB),
            longer(self.pitch_hz, 0.0),
            longer(self.activity, 0.0),
            longer(self.arousal, 0.0),
        )

    @property
    def frames(self) -> int:
        """The number of frames."""
        return len(self.speech)

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return self.frames / FRAME_RATE_HZ

    @property
    def size_bytes(self) -> int:
        """What the curves take in memory."""
        return sum(
            curve.nbytes for curve in (self.speech, self.loudness_db, self.pitch_hz, self.activity, self.arousal)
        )
