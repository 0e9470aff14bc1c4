"""The pace of training runs, and how they hear Ctrl-C."""

from __future__ import annotations

import signal
import threading

import pytest

from generators.runtime.training_pace import StopAsked, pace_at


def test_the_pace_warms_up_stays_and_falls() -> None:
    def pace(step: int, done: float) -> float:
        return pace_at(step, done, warm_up_steps=200, fall_from=0.5)

    assert pace(0, 0.0) == pytest.approx(1 / 200)
    assert pace(1_000, 0.4) == 1.0
    assert pace(1_000, 0.75) == pytest.approx(0.5)
    assert pace(1_000, 1.0) == pytest.approx(0.02)


def test_once_asks_and_twice_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with StopAsked() as stop:
        assert not stop.is_asked
        signal.raise_signal(signal.SIGINT)
        assert stop.is_asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_means_what_it_meant_however_a_run_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="broken"), StopAsked():
        raise ValueError("broken")
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_leaves_signals_alone() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def run() -> None:
        with StopAsked() as stop:
            seen.append(stop.is_asked)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [False]
    assert signal.getsignal(signal.SIGINT) is before
