"""An Unreal Python script that keys the facial control board of a MetaHuman in the Sequencer."""

from __future__ import annotations

from typing import ClassVar

from generators.exporters.script import ScriptExporter

_OPENING = """
START = 0  # the frame of the sequence, at its own display rate, on which the timecode 00:00:00:00 lies
RENAMED = {  # controls that newer boards call otherwise
    "CTRL_C_tongue": "CTRL_C_tongue_move",
    "CTRL_C_tongue_tip": "CTRL_C_tongue_tipMove",
}
"""

_BODY = '''
import unreal

# Unreal 5.4 renamed this
UNIT = getattr(unreal, "MovieSceneTimeUnit", None) or unreal.SequenceTimeUnit


def channel_names(name):
    """What a channel of the board may be called: of one axis by the control alone, of two with .X and .Y."""
    control, axis = name.rsplit("-translate", 1)
    for called in (control, RENAMED.get(control)):
        if called:
            yield called + "." + axis
            yield called


def channels_of(section):
    """The channels of a section by name, without the number that Unreal may add."""
    every = section.get_all_channels() if hasattr(section, "get_all_channels") else section.get_channels()
    found = {}
    for channel in every:
        name = str(getattr(channel, "channel_name", "")) or channel.get_name()
        found[name] = channel
        trunk, _, number = name.rpartition("_")
        if number.isdigit():
            found.setdefault(trunk, channel)
    return found


def face_section(sequence):
    """The section of the control board with the most of our controls, and its channels."""
    best, best_channels, most = None, {}, 0
    for proxy in unreal.ControlRigSequencerLibrary.get_control_rigs(sequence):
        for section in proxy.track.get_sections():
            channels = channels_of(section)
            hits = sum(any(called in channels for called in channel_names(name)) for name in NAMES)
            if hits > most:
                best, best_channels, most = section, channels, hits
    if best is None:
        raise RuntimeError(
            "No MetaHuman face control board is in this sequence: add the MetaHuman to the open sequence, so that its "
            "Face has a Face_ControlBoard_CtrlRig track, then run this script again."
        )
    return best, best_channels


def remove_keys(channel, first, last):
    """Keys of an earlier run between ours would stay otherwise."""
    for key in list(channel.get_keys()):
        if first <= key.get_time(UNIT.TICK_RESOLUTION).frame_number.value <= last:
            channel.remove_key(key)


def main():
    sequence = unreal.LevelSequenceEditorBlueprintLibrary.get_current_level_sequence()
    if sequence is None:
        raise RuntimeError("No level sequence is open: open the one with the MetaHuman, then run this script again.")
    section, channels = face_section(sequence)
    ticks, display = sequence.get_tick_resolution(), sequence.get_display_rate()
    ticks_per_second = float(ticks.numerator) / ticks.denominator
    start_s = START * float(display.denominator) / display.numerator
    frame_s = float(FRAME_RATE[1]) / FRAME_RATE[0]

    def tick_of(frame):
        return int(round((start_s + (FIRST_FRAME + frame) * frame_s) * ticks_per_second))

    keyed, missing = 0, []
    with unreal.ScopedEditorTransaction("Affect Studio: key the face"), unreal.ScopedSlowTask(
        max(len(NAMES), 1), "Keying the face"
    ) as task:
        task.make_dialog(True)
        for name, values in curves().items():
            if task.should_cancel():
                break
            task.enter_progress_frame(1)
            called = next((called for called in channel_names(name) if called in channels), None)
            if called is None:
                missing.append(name)
                continue
            remove_keys(channels[called], tick_of(0), tick_of(FRAMES - 1))
            for frame, value in keys_of(values):
                channels[called].add_key(
                    unreal.FrameNumber(tick_of(frame)),
                    float(value),
                    0.0,
                    UNIT.TICK_RESOLUTION,
                    unreal.MovieSceneKeyInterpolation.LINEAR,
                )
            keyed += 1
    unreal.log("Affect Studio: keyed %d controls over %.2f seconds." % (keyed, FRAMES * frame_s))
    if missing:
        unreal.log_warning("Affect Studio: this board has none called " + ", ".join(missing))


main()
'''


class UnrealScriptExporter(ScriptExporter):
    """For Unreal Engine 5 with its Python, Sequencer and Control Rig plug-ins on."""

    name: ClassVar[str] = "unreal-script"
    title: ClassVar[str] = "MetaHuman in Unreal, script"
    rig: ClassVar[str] = "metahuman"

    def how_to(self) -> str:
        """See `ScriptExporter.how_to`."""
        return (
            "In Unreal Engine 5: enable the Python Editor Script Plugin, open the level sequence that holds the "
            "MetaHuman, and choose Tools > Execute Python Script. Keys are set on the face's control board, where "
            "they can be edited; controls that do not move in this take are left alone. One undo takes it back."
        )

    def opening(self) -> str:
        """See `ScriptExporter.opening`."""
        return _OPENING

    def body(self) -> str:
        """See `ScriptExporter.body`."""
        return _BODY
