"""What follows at once from a setting that was changed, wherever it was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.settings import Settings

if TYPE_CHECKING:  # the window imports this module
    from studio.window import MainWindow


def follow(window: MainWindow, before: Settings, after: Settings) -> None:
    """Bring the window in line with its settings."""
    playback, transport = window.context.playback, window.transport
    if after.theme != before.theme:
        window.apply_theme()
        window.menus.themes[after.theme].setChecked(True)
    if after.volume != before.volume:
        playback.set_volume(after.volume)
        transport.volume.set_volume(after.volume)
    if after.sound_delay_ms != before.sound_delay_ms:
        playback.set_delay(after.sound_delay_ms / 1000.0)
    if after.sound_device != before.sound_device:
        playback.set_device(after.sound_device)
    if after.auto_play != before.auto_play:
        window.play_menu.auto.setChecked(after.auto_play)
    if after.metronome != before.metronome:
        window.play_menu.set_metronome(after.metronome)
