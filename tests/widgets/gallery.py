"""Draw every widget in both themes to pictures, for looking at: python tests/widgets/gallery.py OUT [RATIO]."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generators.affect import AffectPoint
from generators.artifacts import Score, Track


def sample_score(bars: int = 16, seed: int = 3) -> Score:
    """A melody that wanders over a broken accompaniment, two tracks, `bars` bars of 4/4 at 124 bpm."""
    rng = np.random.default_rng(seed)
    rows = []
    pitch = 72
    for eighth in range(bars * 8):
        if rng.random() < 0.82:
            pitch = int(np.clip(pitch + rng.choice([-4, -2, -2, -1, 0, 1, 2, 2, 5]), 62, 88))
            rows.append((eighth * 240, int(rng.choice([230, 460])), pitch, int(rng.integers(50, 120)), 0))
        if eighth % 2 == 0 or rng.random() < 0.3:
            rows.append(
                (eighth * 240, 220, int(rng.choice([43, 48, 50, 55, 57, 60, 64])), int(rng.integers(40, 90)), 1)
            )
    start, duration, pitches, velocity, track = (np.array(column) for column in zip(*rows, strict=True))
    tracks = (Track("Right hand"), Track("Left hand"))
    return Score(start, duration, pitches, velocity, track, tracks, tempo_bpm=np.array([124.0]), length=bars * 1920)


def main() -> None:
    out = Path(sys.argv[1])
    ratio = sys.argv[2] if len(sys.argv) > 2 else "1"
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = ratio
    from PySide6.QtWidgets import QApplication

    from studio.widgets.theme import ThemeHub

    app = QApplication([])
    points = {"dark": (0.45, 0.55), "light": (0.45, 0.55), "dark-sad": (-0.6, -0.5), "light-angry": (-0.7, 0.5)}
    for name, (valence, arousal) in points.items():
        point = AffectPoint(valence, arousal, 0.16)
        hub = ThemeHub(app, name.split("-")[0], point)
        for page, build in (("window", _window), ("controls", _controls), ("empty", _empty)):
            if "-" in name and page == "empty":
                continue
            widget = build(hub, point)
            widget.show()
            app.processEvents()
            widget.grab().save(str(out / f"{page}-{name}-{ratio}x.png"))
            widget.close()
            widget.deleteLater()
            app.processEvents()


def _window(hub, point):
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

    from studio.widgets import affect_pad, job_list, message, overview, piano_roll, sliders, take_list, transport
    from studio.widgets.primary_button import PrimaryButton

    window = QWidget()
    window.setProperty("surface", "window")
    window.resize(1440, 900)
    score = sample_score()

    def heading(text: str) -> QLabel:
        label = QLabel(text.upper())
        label.setProperty("role", "heading")
        return label

    left = QWidget()
    left.setProperty("surface", "panel")
    left.setFixedWidth(272)
    column = QVBoxLayout(left)
    column.setContentsMargins(14, 14, 14, 14)
    column.setSpacing(0)
    column.addWidget(heading("Feeling"))
    column.addSpacing(8)
    pad = affect_pad.AffectPad(hub)
    pad.set_point(point)
    pad.set_ghost(AffectPoint(0.1, -0.35))
    pad.setFixedSize(244, 244)
    column.addWidget(pad)
    dominance = sliders.AskedSlider(hub, "Dominance", -1, 1)
    dominance.set_lockable(False)
    dominance.set_asked(0.16)
    column.addWidget(dominance)
    column.addSpacing(12)
    column.addWidget(heading("Attributes"))
    column.addSpacing(4)
    for title, low, high, unit, decimals, asked, proposed, measured in (
        ("Tempo", 40, 200, "bpm", 0, 124, None, 122),
        ("Density", 0, 12, "", 1, 7.2, None, 7.6),
        ("Register", 40, 84, "", 0, None, 62, 64),
        ("Mode", -1, 1, "", 2, 0.7, None, 0.55),
        ("Tension", 0, 1, "", 2, None, 0.21, None),
        ("Syncopation", 0, 1, "", 2, 0.3, None, 0.3),
        ("Loudness", 20, 110, "", 0, None, None, None),
    ):
        row = sliders.AskedSlider(hub, title, low, high, unit, decimals)
        row.set_asked(asked)
        row.set_proposed(proposed)
        row.set_measured(measured)
        column.addWidget(row)
    column.addStretch(1)

    middle = QVBoxLayout()
    middle.setSpacing(0)
    strip = message.MessageStrip(hub)
    strip.show_message("Welcome back.", key="x")
    strip.show_message(
        "The engine stopped and was started again; the take was not finished.", "warning", "Run again", lambda: None
    )
    middle.addWidget(strip)
    tools = QHBoxLayout()
    tools.setContentsMargins(14, 10, 14, 10)
    primary = PrimaryButton(hub, "Generate 4 takes")
    tools.addWidget(primary)
    tools.addWidget(QPushButton("Vary"))
    tools.addStretch(1)
    seed = QLabel("seed 7 · strength 2.0")
    seed.setProperty("role", "muted")
    tools.addWidget(seed)
    middle.addLayout(tools)
    roll = piano_roll.PianoRoll(hub)
    roll.set_score(score)
    roll.set_playhead(9.98)
    middle.addWidget(roll, 1)

    right = QWidget()
    right.setProperty("surface", "panel")
    right.setFixedWidth(292)
    column = QVBoxLayout(right)
    column.setContentsMargins(14, 14, 14, 14)
    column.addWidget(heading("Takes"))
    takes = take_list.TakeList(hub)
    size = QSize(74, 40)
    ratio = window.devicePixelRatioF()

    def picture(seed: int):
        return piano_roll.thumbnail(sample_score(16, seed), size, hub.accent, ratio)

    takes.set_rows(
        [
            take_list.TakeRow("a", "bright walk", "7 · 124 bpm", True, 0, picture(1)),
            take_list.TakeRow(
                "b", "bright walk, varied a little more than usual", "12 · 118 bpm", False, 1, picture(2)
            ),
            take_list.TakeRow("c", "make calmer 40 %", "7 · 96 bpm", False, 0, picture(4)),
            take_list.TakeRow("d", "bars 9–12 again", "21 · 124 bpm", True, 1, picture(5)),
            take_list.TakeRow("e", "take 5", "bar 6 of 16", False, 0, None, 0.4),
        ]
    )
    takes.select("a")
    column.addWidget(takes, 1)

    top = QHBoxLayout()
    top.setSpacing(0)
    for part in (left, middle, right):
        top.addLayout(part, 1) if part is middle else top.addWidget(part)
    bottom = QWidget()
    bottom.setProperty("surface", "panel")
    bottom.setFixedHeight(130)
    row = QHBoxLayout(bottom)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    bar = transport.TransportBar(hub)
    bar.set_position(9.98, 6, 2)
    bar.set_tempo(124)
    bar.set_loop(True)
    bar.set_playing(True)
    bar.set_note("No sound device: playing silently.")
    box = QWidget()
    box.setFixedWidth(272)
    inner = QVBoxLayout(box)
    inner.setContentsMargins(14, 14, 14, 8)
    inner.addWidget(bar)
    inner.addStretch(1)
    row.addWidget(box)
    view = overview.Overview(hub)
    view.set_score(score)
    view.set_playhead(9.98)
    row.addWidget(view, 1)
    status = QHBoxLayout()
    status.setContentsMargins(14, 2, 14, 2)
    memory = job_list.MemoryBar(hub)
    models = (job_list.ModelMemory("music", 14_000_000), job_list.ModelMemory("compass", 1_300_000_000, 1))
    memory.set_devices([job_list.DeviceMemory("RTX 4090", 24_000_000_000, 18_000_000_000, models)])
    jobs = job_list.JobBar(hub)
    jobs.set_rows(
        [
            job_list.JobRow("1", "Take 3 of 4", 0.62, "bar 10 of 16"),
            job_list.JobRow("2", "Take 4 of 4", 0, "", "queued"),
        ]
    )
    status.addWidget(memory)
    status.addStretch(1)
    status.addWidget(jobs)
    whole = QVBoxLayout(window)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(1)
    whole.addLayout(top, 1)
    whole.addWidget(bottom)
    whole.addLayout(status)
    takes.view.setFocus()
    return window


def _controls(hub, point):
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import (
        QCheckBox,
        QComboBox,
        QGridLayout,
        QLabel,
        QLineEdit,
        QMenu,
        QPushButton,
        QSlider,
        QSpinBox,
        QTabBar,
        QToolButton,
        QWidget,
    )

    from studio.widgets import sliders
    from studio.widgets.icons import IconButton, icon
    from studio.widgets.primary_button import PrimaryButton

    page = QWidget()
    page.setProperty("surface", "panel")
    page.resize(760, 560)
    grid = QGridLayout(page)
    primary = PrimaryButton(hub, "Generate")
    flat = QPushButton("cancel")
    flat.setProperty("flat", True)
    off = QPushButton("Not now")
    off.setEnabled(False)
    grid.addWidget(primary, 0, 0)
    grid.addWidget(QPushButton(icon("export", hub.theme.text), "Export…"), 0, 1)
    grid.addWidget(flat, 0, 2)
    grid.addWidget(off, 0, 3)
    combo = QComboBox()
    combo.addItems(["4/4", "3/4"])
    combo.setMinimumWidth(90)
    spin = QSpinBox()
    spin.setValue(16)
    edit = QLineEdit("bright walk")
    grid.addWidget(combo, 1, 0)
    grid.addWidget(spin, 1, 1)
    grid.addWidget(edit, 1, 2)
    box = QCheckBox("Loop")
    box.setChecked(True)
    grid.addWidget(box, 1, 3)
    tabs = QTabBar()
    for name in ("Music", "Compass", "Face"):
        tabs.addTab(name)
    grid.addWidget(tabs, 2, 0, 1, 3)
    split = QToolButton()
    split.setText("Generate 4 takes")
    split.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    menu = QMenu(split)
    menu.addAction("1 take")
    split.setMenu(menu)
    grid.addWidget(split, 2, 3)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(40)
    grid.addWidget(slider, 3, 0, 1, 2)
    row = 4
    names = (
        "play pause,to start,loop,star,star outline,close,reset,dice,lock,unlock,export,plus,down,up,right,check,fit,"
        "more,info,warning,error"
    ).replace("play pause", "play,pause")
    for place, name in enumerate(names.split(",")):
        grid.addWidget(IconButton(hub, name, name), row + place // 4, place % 4)
    asked = sliders.AskedSlider(hub, "Syncopation and more", 0, 1)
    asked.set_asked(0.4)
    asked.set_measured(0.7)
    grid.addWidget(asked, 3, 2, 1, 2)
    grid.addWidget(QLabel("label"), 11, 0)
    asked.setFocus(Qt.FocusReason.TabFocusReason)
    return page


def _empty(hub, point):
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    from studio.widgets.overview import Overview
    from studio.widgets.piano_roll import PianoRoll
    from studio.widgets.take_list import TakeList

    page = QWidget()
    page.setProperty("surface", "panel")
    page.resize(900, 640)
    column = QVBoxLayout(page)
    column.addWidget(PianoRoll(hub), 1)
    column.addWidget(TakeList(hub))
    column.addWidget(Overview(hub))
    return page


if __name__ == "__main__":
    main()
