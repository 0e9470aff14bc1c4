"""Edits that lie above generated curves: a pure function from curves to curves, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from generators.face.actions import BY_NAME, INDEX, NAMES
from generators.face.curve_maths import FloatArray, Times, gaussian_smoothed, smoothstep
from generators.face.request import EditLayer

_REST = 0.0
_MAX_SIGMA_S = 10.0
_LEAST_FADE_S = 1e-6


def apply_layers(values: FloatArray, layers: Iterable[EditLayer], frame_rate_hz: float) -> FloatArray:
    """Action curves (frames, actions) with `layers` on top, each inside its action's range; `values` stay as they are.

    Names that are no action are passed over, so that a project of a newer version still opens. Layers that are off
    leave everything as it is.
    """
    edited = np.array(values, dtype=np.float32)
    edit_in_place(edited, layers, frame_rate_hz)
    return edited


def edit_in_place(values: FloatArray, layers: Iterable[EditLayer], frame_rate_hz: float) -> None:
    """Put `layers` onto action curves (frames, actions) themselves; works on one column at a time."""
    for layer in layers:
        if not layer.off:
            for name in dict.fromkeys(layer.actions):
                if name in INDEX:
                    _edit(values, INDEX[name], layer, frame_rate_hz)


def _edit(values: FloatArray, column: int, layer: EditLayer, frame_rate_hz: float) -> None:
    first = max(0, math.ceil(layer.start_s * frame_rate_hz - 1e-6))
    end = min(len(values), math.floor(min(layer.end_s * frame_rate_hz, 1e15) + 1e-6) + 1)
    if first >= end:
        return
    times_s = np.arange(first, end) / frame_rate_hz
    curve = values[first:end, column]
    wanted = _wanted(values, column, first, end, times_s, layer, frame_rate_hz)
    action = BY_NAME[NAMES[column]]
    faded = curve + _share(times_s, layer, len(values) / frame_rate_hz) * (wanted - curve)
    values[first:end, column] = np.clip(faded, action.low, action.high)


def _wanted(
    values: FloatArray, column: int, first: int, end: int, times_s: Times, layer: EditLayer, frame_rate_hz: float
) -> FloatArray:
    curve = values[first:end, column]
    if layer.kind == "offset":
        return np.asarray(curve + np.float32(layer.amount), dtype=np.float32)
    if layer.kind == "scale":
        return np.asarray(curve * np.float32(layer.amount), dtype=np.float32)
    if layer.kind == "smooth":
        sigma = min(max(layer.amount, 0.0), _MAX_SIGMA_S) * frame_rate_hz
        reach = math.ceil(3.0 * sigma)
        begin = max(0, first - reach)
        around = values[begin : min(len(values), end + reach), column]
        return gaussian_smoothed(around, sigma)[first - begin : first - begin + len(curve)]
    if layer.kind == "draw" and layer.points:
        return drawn(times_s, layer.points)
    if layer.kind == "draw":
        return np.array(curve)
    return np.full(len(curve), _REST, dtype=np.float32)


def _share(times_s: Times, layer: EditLayer, duration_s: float) -> FloatArray:
    """How much of a layer counts at each time: it fades in and out inside its span.

    An edge at the beginning or the end of the recording needs no fade.
    """
    if layer.fade_s < _LEAST_FADE_S:
        return np.ones(len(times_s), dtype=np.float32)
    fade_s = min(layer.fade_s, max(0.5 * (min(layer.end_s, duration_s) - layer.start_s), _LEAST_FADE_S))
    share = np.ones(len(times_s), dtype=np.float32)
    if layer.start_s > 0.0:
        share = share * smoothstep(np.clip(times_s - layer.start_s, 0.0, fade_s) / fade_s, 0.0, 1.0)
    if layer.end_s < duration_s:
        share = share * smoothstep(np.clip(layer.end_s - times_s, 0.0, fade_s) / fade_s, 0.0, 1.0)
    return np.asarray(share, dtype=np.float32)


def drawn(times_s: Times, points: Sequence[tuple[float, float]]) -> FloatArray:
    """The smooth line through `points` (seconds, value), held before the first and after the last.

    It never overshoots its points: a cubic whose slopes are limited.
    Source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
    """
    x = np.array([point[0] for point in points], dtype=np.float64)
    y = np.array([point[1] for point in points], dtype=np.float64)
    if len(x) == 1:
        return np.full(len(times_s), y[0], dtype=np.float32)
    widths = np.diff(x)
    with np.errstate(all="ignore"):  # points may lie as near to each other as numbers can
        steep = np.diff(y) / widths
        before, after = steep[:-1], steep[1:]
        toward = (widths[:-1] + 2.0 * widths[1:]) / (3.0 * (widths[:-1] + widths[1:]))
        mean = 1.0 / (toward / before + (1.0 - toward) / after)
        slopes = np.concatenate([[0.0], np.where(np.sign(before) == np.sign(after), mean, 0.0), [0.0]])
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    clipped = np.clip(times_s, x[0], x[-1])
    index = np.clip(np.searchsorted(x, clipped, side="right") - 1, 0, len(x) - 2)
    t = (clipped - x[index]) / widths[index]
    t2, t3 = t * t, t * t * t
    with np.errstate(all="ignore"):
        line = (2 * t3 - 3 * t2 + 1) * y[index] + (3 * t2 - 2 * t3) * y[index + 1]
        line = line + widths[index] * ((t3 - 2 * t2 + t) * slopes[index] + (t3 - t2) * slopes[index + 1])
    low, high = np.minimum(y[index], y[index + 1]), np.maximum(y[index], y[index + 1])
    bounded = np.clip(np.nan_to_num(line), low, high)
    return np.asarray(np.clip(bounded, -1e6, 1e6), dtype=np.float32)
