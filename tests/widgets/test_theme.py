from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget

from generators.affect import AffectPoint
from studio.widgets import colour, theme
from studio.widgets.icons import IconButton, icon

unit = st.floats(-1, 1)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_is_readable_on_every_surface(name):
    shown = theme.THEMES[name]
    for text in (shown.text, shown.text2, shown.text3, shown.error, shown.warning):
        for surface in (shown.window, shown.panel, shown.raised):
            assert colour.contrast(text, surface) >= 4.5


@given(unit, unit)
def test_accents_can_be_written_on_and_seen_in_both_themes(valence, arousal):
    accent = theme.accent_for(AffectPoint(valence, arousal))
    assert colour.contrast(accent, theme.on_accent(accent)) >= 4.5
    for shown in theme.THEMES.values():
        assert colour.contrast(colour.readable(accent, shown.raised), shown.raised) >= 4.5


@pytest.mark.parametrize(
    ("valence", "arousal", "wanted"),
    [(0.7, 0.7, colour.AMBER), (-0.7, 0.7, colour.CORAL), (-0.7, -0.7, colour.INDIGO), (0.7, -0.7, colour.TEAL)],
)
def test_accent_of_the_quadrants(valence, arousal, wanted):
    assert colour.distance(theme.accent_for(AffectPoint(valence, arousal)), QColor(wanted)) < 0.005


@given(unit, unit, st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_the_accent_never_jumps(valence, arousal, right, up):
    near = AffectPoint(min(max(valence + right, -1), 1), min(max(arousal + up, -1), 1))
    assert colour.distance(theme.accent_for(AffectPoint(valence, arousal)), theme.accent_for(near)) < 0.05


@given(st.integers(0, 0xFFFFFF))
def test_oklab_goes_there_and_back(rgb):
    color = QColor(rgb)
    assert colour.distance(color, colour.from_oklab(colour.to_oklab(color))) < 0.004


def test_the_palette_follows_when_the_hand_rests_and_the_style_sheet_stays(qtbot, qapp, hub):
    sheet, accent = qapp.styleSheet(), qapp.palette().accent().color()
    changes = []
    hub.changed.connect(lambda: changes.append(hub.accent.name()))
    with qtbot.waitSignal(hub.settled, timeout=2000):
        for step in range(20):
            hub.set_point(AffectPoint(-0.5 - step / 50, 0.5))
            assert qapp.palette().accent().color() == accent
        assert len(changes) == 1  # at once, then at the pace of the hub
    assert changes[-1] == hub.accent.name()
    assert len(changes) == 2
    assert qapp.palette().accent().color() == hub.accent
    assert qapp.styleSheet() == sheet  # to set one stalls a window for 100 ms and more


def test_the_theme_changes_at_once(qapp, hub, qtbot):
    with qtbot.waitSignal(hub.changed):
        hub.set_theme("light")
    assert theme.THEMES["light"].window.name() in qapp.styleSheet()
    assert qapp.palette().text().color() == theme.THEMES["light"].text


def test_figures_are_tabular(qapp):
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.font("figures"))
    widths = {round(metrics.horizontalAdvance(figure * 4), 2) for figure in "0123456789"}
    assert len(widths) == 1


def test_the_desktop_chooses_a_theme_that_exists(qapp):
    assert theme.system_theme() in theme.THEMES


def test_the_style_sheet_covers_every_theme_without_gaps(qapp):
    for shown in theme.THEMES.values():
        sheet = theme.stylesheet(shown)
        assert sheet.count("{") == sheet.count("}")
        assert "{window}" not in sheet
        assert theme.palette(shown, QColor("#5B7BD5")).color(theme.QPalette.ColorRole.Accent) == QColor("#5B7BD5")


def test_combo_spin_and_check_boxes_are_drawn_in_the_theme(qtbot, hub):
    spin = QSpinBox()
    qtbot.addWidget(spin)
    assert spin.sizeHint().height() == 28
    spin.resize(spin.sizeHint())
    corner = spin.grab().toImage().pixelColor(spin.width() // 2 - 6, 3)
    assert colour.distance(corner, hub.theme.control) < 0.02
    box = QCheckBox("Loop")
    qtbot.addWidget(box)
    off = box.grab().toImage()
    box.setChecked(True)
    assert box.grab().toImage() != off


def test_only_keys_show_the_focus_ring(qtbot, hub):
    page = QWidget()
    qtbot.addWidget(page)
    first, second = (IconButton(hub, name, name, parent=page) for name in ("play", "loop"))
    second.move(60, 0)
    with qtbot.waitActive(page):
        page.show()
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert second._focus_shown
    second.clearFocus()
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not first._focus_shown
    assert not second._focus_shown


def test_every_icon_draws_something_at_every_scale(qapp):
    names = (
        "play,pause,to start,loop,star,star outline,close,reset,dice,volume,muted,lock,unlock,export,plus,down,up,"
        "right,check,fit,more,info,warning,error"
    )
    for name in names.split(","):
        made = icon(name, QColor("white"))
        for ratio in (1.0, 2.0, 3.0):
            image = made.pixmap(QSize(16, 16), ratio).toImage()
            assert image.width() == 16 * ratio
            assert any(
                image.pixelColor(x, y).alpha() > 100 for x in range(image.width()) for y in range(image.height())
            )


def test_a_check_box_wears_the_accent_of_now(qtbot, qapp, hub):
    box = QCheckBox("Loop")
    box.setChecked(True)
    qtbot.addWidget(box)
    box.show()
    for name in ("#E8604C", "#3FB68B"):
        with qtbot.waitSignal(hub.settled, timeout=2000):
            hub.set_accent(QColor(name))
        image = box.grab().toImage()
        assert any(image.pixelColor(x, image.height() // 2) == QColor(name) for x in range(16))
