"""The menus of the affect timeline: easing, emotions, arcs, and what can be taken over from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from generators.affect import EMOTIONS, Emotion, emotions_in
from generators.scene.arcs import ARCS
from generators.scene.timeline import EASINGS
from studio.widgets.mixture_sheet import MixtureSheet

if TYPE_CHECKING:
    from studio.widgets.affect_curves_lane import AffectCurves
    from studio.widgets.affect_timeline import AffectTimeline

EASING_WORDS: dict[str, str] = {
    "smooth": "Smooth: gently in and out",
    "linear": "Straight",
    "ease in": "Ease in: slowly, then fast",
    "ease out": "Ease out: fast, then slowly",
    "hold": "Hold, then jump",
}


def preset_emotions() -> tuple[Emotion, ...]:
    """The named emotions that can be chosen, each once, as the pad and the face know them."""
    named = {emotion.name for emotion in (*emotions_in("pad"), *emotions_in("face"))}
    return tuple(emotion for emotion in EMOTIONS if emotion.name in named)


def arcs_menu(curves: AffectCurves, parent: QWidget) -> QMenu:
    """A menu of arcs and of single feelings over the stretch."""
    menu = QMenu("Arc", parent)

    def fill() -> None:
        menu.clear()
        begin_s, end_s = curves.stretch()
        is_part = len(curves.chosen) > 1
        where = f"From {begin_s:.1f} s to {end_s:.1f} s, as chosen" if is_part else "Over the whole scene"
        menu.addAction(where).setEnabled(False)
        for arc in ARCS:
            words = f"{arc.name.capitalize()}: {arc.words}"
            menu.addAction(words, lambda name=arc.name: curves.lay_arc(name))
        menu.addSeparator()
        all_of = menu.addMenu("One feeling")
        for emotion in preset_emotions():
            all_of.addAction(emotion.name.capitalize(), lambda each=emotion: curves.lay_feeling(each.name, each.point))
        menu.setEnabled(curves.end_s > 0)

    menu.aboutToShow.connect(fill)
    fill()
    return menu


def sources_menu(timeline: AffectTimeline, parent: QWidget) -> QMenu:
    """A menu of what a feeling can be taken from."""
    menu = QMenu("Take from", parent)
    voice = menu.addAction("The voice", timeline.voiceAsked.emit)
    menu.addAction("A MIDI file…", timeline.midiAsked.emit)
    menu.addAction("A curve in a file…", timeline.fileAsked.emit)
    menu.aboutToShow.connect(lambda: voice.setEnabled(timeline.has_voice))
    voice.setEnabled(timeline.has_voice)
    return menu


def keyframe_menu(timeline: AffectTimeline, place: QPointF, where: QPoint) -> QMenu:
    """The menu at a place of the curves; it is open already."""
    curves = timeline.curves
    menu = QMenu(timeline)
    if curves.chosen:
        _fill_chosen(menu, timeline, where)
    else:
        time_s = curves.snapped(curves.seconds_at(place.x()))
        menu.addAction("Add a keyframe here", lambda: curves.add(time_s)).setEnabled(curves.end_s > 0)
        menu.addAction("Paste here", lambda: curves.paste(time_s)).setEnabled(curves.has_copied)
        menu.addAction("Choose all", lambda: curves.choose(range(len(curves.timeline.keys)))).setEnabled(
            bool(curves.timeline.keys)
        )
        menu.addSeparator()
        menu.addMenu(arcs_menu(curves, menu))
        menu.addMenu(sources_menu(timeline, menu))
        menu.addSeparator()
        menu.addAction("Delete all keyframes", lambda: curves.remove(range(len(curves.timeline.keys)))).setEnabled(
            bool(curves.timeline.keys)
        )
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(where)
    return menu


def _fill_chosen(menu: QMenu, timeline: AffectTimeline, where: QPoint) -> None:
    curves = timeline.curves
    keys = [curves.timeline.keys[place] for place in sorted(curves.chosen)]
    feel = menu.addMenu("Feel")
    for emotion in preset_emotions():
        feel.addAction(emotion.name.capitalize(), lambda each=emotion: curves.feel(each.name, each.point))
    menu.addAction("Mix emotions of the face…", lambda: MixtureSheet(curves).open_at(where))
    if any(key.weights for key in keys):
        menu.addAction("Leave the emotions to the point", lambda: curves.weigh({}))
    ease = menu.addMenu("On to the next")
    group = QActionGroup(ease)
    for easing in EASINGS:
        action = ease.addAction(EASING_WORDS[easing], lambda easing=easing: curves.ease(easing))
        action.setCheckable(True)
        action.setActionGroup(group)
        action.setChecked(all(key.easing == easing for key in keys))
    if len(keys) > 1:
        menu.addMenu(arcs_menu(curves, menu))
    menu.addSeparator()
    menu.addAction("Cut", lambda: curves.copy(cut=True))
    menu.addAction("Copy", curves.copy)
    words = "Delete keyframe" if len(keys) == 1 else f"Delete {len(keys)} keyframes"
    menu.addAction(words, lambda: curves.remove(curves.chosen))
