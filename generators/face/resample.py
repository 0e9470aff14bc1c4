"""Sound at any rate brought to another, block by block, by a polyphase filter.

Output n is the windowed-sinc interpolation of the input at n * M / L, where L / M is the ratio of the rates in lowest
terms. Whole periods of outputs are one product with a banded matrix, which a processor does near its full speed; ratios
with long periods (44,099 Hz, say) interpolate between the phases of a table.

Source: Crochiere and Rabiner, "Multirate Digital Signal Processing", 1983, chapter 2; the window is Kaiser's.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

ZERO_CROSSINGS = 24
"""How many periods of the lower rate the filter reaches to each side."""
PASS_SHARE = 0.95
"""The cutoff, as a share of half the lower rate."""
KAISER_BETA = 9.0
_MATRIX_LIMIT = 1 << 21
_OUTPUTS_AT_LEAST = 64
_PHASES = 2048
_TABLE_BLOCK = 256


def kernel(times: npt.NDArray[np.float64], rate_in_hz: int, rate_out_hz: int) -> npt.NDArray[np.float64]:
    """The low-pass filter at `times` in input samples from its centre; it sums to 1 over the input's grid."""
    cutoff = PASS_SHARE * min(1.0, rate_out_hz / rate_in_hz)
    half = half_width(rate_in_hz, rate_out_hz)
    places, heights = _kaiser()
    window = np.interp(np.abs(times) / half, places, heights, right=0.0)
    return np.asarray(cutoff * np.sinc(cutoff * times) * window)


@functools.cache
def _kaiser() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """One side of the window: places 0..1 from its centre to its end, and its height there."""
    places = np.linspace(0.0, 1.0, 1 << 14)
    return places, np.i0(KAISER_BETA * np.sqrt(1.0 - places * places)) / np.i0(KAISER_BETA)


def half_width(rate_in_hz: int, rate_out_hz: int) -> int:
    """Input samples that the filter reaches to each side."""
    return math.ceil(ZERO_CROSSINGS * max(1.0, rate_in_hz / rate_out_hz))


@functools.lru_cache(maxsize=4)
def _matrix(rate_in_hz: int, rate_out_hz: int) -> tuple[FloatArray, int, int]:
    """(inputs, outputs) of some whole periods, the inputs that they advance, and the outputs."""
    common = math.gcd(rate_in_hz, rate_out_hz)
    up, down = rate_out_hz // common, rate_in_hz // common
    periods = -(-_OUTPUTS_AT_LEAST // up)
    outputs, advance = up * periods, down * periods
    half = half_width(rate_in_hz, rate_out_hz)
    inputs = np.arange(advance + 2 * half)[:, None] - half
    matrix = kernel(inputs - np.arange(outputs)[None, :] * (down / up), rate_in_hz, rate_out_hz)
    matrix = (matrix / matrix.sum(axis=0)).astype(np.float32)
    matrix.flags.writeable = False
    return matrix, advance, outputs


@functools.lru_cache(maxsize=2)
def _table(rate_in_hz: int, rate_out_hz: int) -> FloatArray:
    """The filter (_PHASES + 1, taps) for outputs that lie between two inputs."""
    half = half_width(rate_in_hz, rate_out_hz)
    taps = np.arange(-half + 1, half + 1)[None, :]
    table = kernel(taps - np.arange(_PHASES + 1)[:, None] / _PHASES, rate_in_hz, rate_out_hz)
    rows: FloatArray = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    rows.flags.writeable = False
    return rows


class Resampler:
    """Mono blocks at `rate_in_hz` to blocks at `rate_out_hz`; n samples become ceil(n * out / in)."""

    def __init__(self, rate_in_hz: int, rate_out_hz: int) -> None:
        self._in, self._out = rate_in_hz, rate_out_hz
        common = math.gcd(rate_in_hz, rate_out_hz)
        self._up, self._down = rate_out_hz // common, rate_in_hz // common
        self._half = half_width(rate_in_hz, rate_out_hz)
        self._is_same = rate_in_hz == rate_out_hz
        self._has_matrix = self._up * (self._down + 2 * self._half) <= _MATRIX_LIMIT
        self._held: FloatArray = np.zeros(self._half, dtype=np.float32)
        self._heard = self._told = 0
        self._first = -self._half  # the input sample that _held begins with

    @property
    def delay_s(self) -> float:
        """How long after its own time an output can come at the latest: it waits for a period of outputs."""
        if self._is_same:
            return 0.0
        advance = _matrix(self._in, self._out)[1] if self._has_matrix else 1
        return (self._half + advance) / self._in

    def push(self, samples: FloatArray) -> FloatArray:
        """The outputs that `samples` complete; there may be none."""
        self._heard += len(samples)
        if self._is_same:
            return samples
        self._held = np.concatenate([self._held, samples])
        told = self._by_matrix() if self._has_matrix else self._by_table()
        self._told += len(told)
        return told

    def finish(self) -> FloatArray:
        """The last outputs, as if silence followed; the resampler must not be used after it."""
        if self._is_same:
            return np.zeros(0, dtype=np.float32)
        total = -(-self._heard * self._up // self._down)
        told = self._told
        parts = [np.zeros(0, dtype=np.float32)]
        silence = np.zeros(2 * self._half + self._down, dtype=np.float32)
        while self._told < total:
            parts.append(self.push(silence))
        return np.concatenate(parts)[: total - told]

    def _by_matrix(self) -> FloatArray:
        matrix, advance, outputs = _matrix(self._in, self._out)
        reach = len(matrix)
        count = max(0, (len(self._held) - reach) // advance + 1)
        if not count:
            return np.zeros(0, dtype=np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._held, reach)[: count * advance : advance]
        told = np.ascontiguousarray(windows) @ matrix
        self._held = self._held[count * advance :]
        return told.reshape(count * outputs)

    def _by_table(self) -> FloatArray:
        table, half = _table(self._in, self._out), self._half
        last = self._first + len(self._held) - 1 - half  # the last input after which an output may lie
        count = max(0, ((last + 1) * self._up - 1) // self._down + 1 - self._told)
        places = (self._told + np.arange(count, dtype=np.int64)) * self._down
        whole, rest = np.divmod(places, self._up)
        phase, between = np.divmod(rest * (_PHASES / self._up), 1.0)
        rows = phase.astype(np.int64)
        begins = whole - (half - 1) - self._first
        told = np.empty(count, dtype=np.float32)
        taps = np.arange(2 * half)
        for begin in range(0, count, _TABLE_BLOCK):
            part = slice(begin, begin + _TABLE_BLOCK)
            share = between[part, None].astype(np.float32)
            filters = table[rows[part]] * (1 - share) + table[rows[part] + 1] * share
            told[part] = np.einsum("nt,nt->n", self._held[begins[part, None] + taps], filters)
        next_whole = (self._told + count) * self._down // self._up
        done = max(0, min(len(self._held), next_whole - (half - 1) - self._first))
        self._held = self._held[done:]
        self._first += done
        return told
