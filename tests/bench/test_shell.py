"""How soon the window is there, and how late its event loop is while takes are made: printed, not asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generators.runtime.folders import assets_folder

ROOT = Path(__file__).parent.parent.parent

PAINT = """
import time
began = time.monotonic()
import json, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from studio.app import Shell, make_application

app = make_application()
shell = Shell(app)

class Paint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
            QTimer.singleShot(0, told)
            shell.window.removeEventFilter(self)
        return False

def told():
    print(json.dumps({"first_paint_s": time.monotonic() - began}))
    app.quit()

watcher = Paint()
shell.window.installEventFilter(watcher)
shell.window.show()
QTimer.singleShot(5000, app.quit)
app.exec()
shell.window.hide()
shell.close()
"""

LATENESS = """
import json, time
from PySide6.QtCore import QTimer, Qt
from studio.app import Shell, make_application

app = make_application()
shell = Shell(app)
shell.window.show()
shell.start()
late, last = [], [time.monotonic()]

def tick():
    now = time.monotonic()
    late.append(max(0.0, now - last[0] - 0.005))
    last[0] = now

timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(tick)
shell.context.uses.show("music")
music = shell.window.panel
state = {"began": 0.0}

def settle(seconds, ready=lambda: False):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not ready():
        app.processEvents()
        time.sleep(0.0005)

settle(3.0)
timer.start(5)
last[0] = time.monotonic()
settle(1.0)
idle, late[:] = list(late), []
began = time.monotonic()
music.generate(4)
settle(60, lambda: len(shell.project.state.takes) == 4 and not music.composing.pending)
took = time.monotonic() - began
settle(0.5)
busy = sorted(late)
print(json.dumps({
    "takes": len(shell.project.state.takes), "took_s": took, "idle_worst_ms": 1000 * max(idle),
    "busy_median_ms": 1000 * busy[len(busy) // 2], "busy_p99_ms": 1000 * busy[int(len(busy) * 0.99)],
    "busy_worst_ms": 1000 * busy[-1],
}))
shell.window.hide()
shell.close()
"""


def measure(code: str, home: Path) -> dict[str, float]:
    environment = {**os.environ, "AFFECT_STUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.bench
def test_first_paint(tmp_path: Path) -> None:
    times = sorted(measure(PAINT, tmp_path / str(number))["first_paint_s"] for number in range(3))
    spread = f"of 3: {times[0]:.2f} to {times[2]:.2f} s"
    sys.stdout.write(f"\nfirst paint of the window, imports included: {times[1]:.2f} s ({spread})\n")
    assert times[0] > 0


@pytest.mark.bench
def test_lateness_while_takes_are_made(tmp_path: Path) -> None:
    if not (assets_folder() / "music" / "music-small.safetensors").exists():
        pytest.skip("the shipped weights are not here")
    found = measure(LATENESS, tmp_path)
    sys.stdout.write(
        f"\nlateness of a 5 ms timer in the window: idle worst {found['idle_worst_ms']:.0f} ms; "
        f"while 4 takes of 16 bars are made in {found['took_s']:.1f} s: median {found['busy_median_ms']:.1f} ms, "
        f"99 % below {found['busy_p99_ms']:.0f} ms, worst {found['busy_worst_ms']:.0f} ms\n"
    )
    assert found["takes"] == 4
