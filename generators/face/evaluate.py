"""The figures of the face model's card: how well its mouth follows voices it never learnt from.

    python -m generators.face.evaluate [--data FOLDER] [--pack PACK_DIR] [--weights FILE] [--json FILE]
                                        [--parts lips eyes]

--pack is a pack of another synthesiser than those of training, whose phone times are exact (`python -m
generators.face.teacher --source testing`), --data the folder of real recordings (see recordings.py). Of these only the
speakers that training never hears are used: German ones with phone times made by hand, and others that the network
aligns itself, which flatters it. Beside it stand a jaw driven by loudness and a mouth that never moves.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import AffectStudioError, BadInput
from generators.face.actions import BY_NAME, INDEX, NAMES, SPEECH
from generators.face.batches import Pack, sounds_of
from generators.face.evaluate_eyes import report
from generators.face.hearing import speech_curves
from generators.face.lipsync import Clip, LipSync, clip_of, measure
from generators.face.model import FaceModel, load_model
from generators.face.phones import SILENCE
from generators.face.prosody import PROSODY_RATE_HZ, prosody_of
from generators.face.real import all_aligned
from generators.face.request import FRAME_RATE_HZ, SHIPPED_MODEL
from generators.face.teacher.jali import speech_actions
from generators.face.teacher.spoken import Spoken

FloatArray = npt.NDArray[np.float32]
System = Callable[[Spoken], FloatArray]
PARTS = ("lips", "eyes")
_LOUD_RANGE_DB = 35.0
_QUIET_BELOW_DB, _QUIET_FOR_S = 35.0, 0.25


def curves_of(speech: FloatArray) -> RigCurves:
    """Action curves of a face at rest but for `speech` (frames, SPEECH): the right side follows the left."""
    values = np.zeros((len(speech), len(NAMES)), dtype=np.float32)
    for column, name in enumerate(SPEECH):
        values[:, INDEX[name]] = speech[:, column]
        values[:, INDEX[BY_NAME[name].twin]] = speech[:, column]
    return RigCurves("actions", NAMES, values, FRAME_RATE_HZ)


def loudness_jaw(spoken: Spoken) -> FloatArray:
    """A jaw that opens as loud as the voice is, and nothing else: what many tools do."""
    loudness = prosody_of(spoken.samples).loudness_db
    loudest = float(np.percentile(loudness, 95))
    opening = np.clip((loudness - loudest + _LOUD_RANGE_DB) / _LOUD_RANGE_DB, 0.0, 1.0)
    frames = -(-len(spoken.samples) * int(FRAME_RATE_HZ) // 16_000)
    times_s = np.arange(frames) / FRAME_RATE_HZ
    values = np.zeros((frames, len(SPEECH)), dtype=np.float32)
    values[:, 0] = np.interp(times_s, (np.arange(len(opening)) + 0.5) / PROSODY_RATE_HZ, opening)
    return values


def constant(spoken: Spoken) -> FloatArray:
    """A mouth that stays half open."""
    frames = -(-len(spoken.samples) * int(FRAME_RATE_HZ) // 16_000)
    return np.full((frames, len(SPEECH)), 0.3, dtype=np.float32)


def rules(spoken: Spoken) -> FloatArray:
    """The teacher's rules on the true phones: the most that the network could learn."""
    return speech_actions(
        spoken.phone, spoken.start_s, spoken.end_s, spoken.duration_s, FRAME_RATE_HZ, stress=spoken.stress
    )


def systems_of(model: FaceModel) -> dict[str, System]:
    """What is measured, by name."""

    def heard(is_live: bool) -> System:
        return lambda spoken: speech_curves([spoken.samples], model, is_live=is_live)[0]

    return {
        "whole": heard(False),
        "live": heard(True),
        "loudness jaw": loudness_jaw,
        "constant": constant,
        "rules on the true sounds": rules,
    }


def sound_accuracy(spoken: Sequence[Spoken], model: FaceModel) -> float:
    """The share of speech frames whose sound is recognised."""
    right: list[npt.NDArray[np.bool_]] = []
    for each in spoken:
        truth = sounds_of(each)
        told = speech_curves([each.samples], model)[1].argmax(axis=1)
        right.append((told == truth)[truth != SILENCE])
    return float(np.concatenate(right).mean())


def figures(spoken: Sequence[Spoken], systems: Mapping[str, System]) -> dict[str, LipSync]:
    """The figures of each system on `spoken`."""
    return {name: measure([_clip(each, system) for each in spoken]) for name, system in systems.items()}


def _clip(spoken: Spoken, system: System) -> Clip:
    return clip_of(curves_of(system(spoken)), spoken.phone, spoken.start_s, spoken.end_s)


def sanity(spoken: Sequence[Spoken], system: System) -> tuple[float, float]:
    """Two figures that need no times of sounds, so that no alignment can flatter them.

    The first is the correlation of the jaw with the loudness of the voice; a mouth that speaks has a good part of it,
    and less than one that only follows loudness. The second is how still the jaw is where it is quiet for a quarter of
    a second (1 - RMS speed there over that elsewhere).
    """
    jaws, levels, quiet_speeds, loud_speeds = [], [], [], []
    for each in spoken:
        jaw = system(each)[:, 0]
        prosody = prosody_of(each.samples)
        times_s = np.arange(len(jaw)) / FRAME_RATE_HZ
        centres_s = (np.arange(len(prosody.loudness_db)) + 0.5) / PROSODY_RATE_HZ
        level = np.interp(times_s, centres_s, prosody.loudness_db)
        level = np.maximum(level - np.percentile(level, 95), -_QUIET_BELOW_DB)
        reach = round(0.5 * _QUIET_FOR_S * FRAME_RATE_HZ)
        around = np.lib.stride_tricks.sliding_window_view(np.pad(level, reach, mode="edge"), 2 * reach + 1).max(axis=1)
        is_quiet = around <= -_QUIET_BELOW_DB + 1e-6
        speed = np.gradient(jaw) if len(jaw) > 1 else np.zeros(len(jaw))
        jaws.append(jaw - jaw.mean())
        levels.append(level - level.mean())
        quiet_speeds.append(speed[is_quiet])
        loud_speeds.append(speed[~is_quiet])
    jaw, level = np.concatenate(jaws), np.concatenate(levels)
    scale = float(np.sqrt((jaw @ jaw) * (level @ level)))
    moving = float(np.sqrt(np.mean(np.square(np.concatenate(loud_speeds)))))
    quiet = np.concatenate(quiet_speeds)
    still = 1.0 - float(np.sqrt(np.mean(np.square(quiet)))) / moving if len(quiet) and moving > 1e-9 else math.nan
    return (float(jaw @ level) / scale if scale > 1e-9 else 0.0), still


def table(found: Mapping[str, LipSync]) -> str:
    """The figures as a table in Markdown, a row a measure."""
    names = list(found)
    rows = [f"| {'measure':<27} | {' | '.join(names)} |", f"|{'-' * 29}|{'---|' * len(names)}"]
    first = asdict(next(iter(found.values())))
    for field in first:
        cells = [f"{asdict(each)[field]:.{0 if field == 'lag_ms' else 3}f}" for each in found.values()]
        rows.append(f"| {field.replace('_', ' '):<27} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _known(figures_of_one: LipSync) -> dict[str, float | None]:
    """The figures by name, None for what could not be measured."""
    return {name: value if math.isfinite(value) else None for name, value in asdict(figures_of_one).items()}


def sets_of(data: Path | None, pack: Path | None, model: FaceModel) -> Iterator[tuple[str, list[Spoken]]]:
    """The sets that are measured on, by title."""
    if pack is not None:
        made = Pack(pack)
        yield "Another synthesiser, exact times", [made[number] for number in range(len(made))]
    if data is None:
        return
    found = list(all_aligned(data, model, held_out=True))
    by_hand = [each.spoken for each in found if each.recording.by_hand is not None]
    if by_hand:
        yield "Real German, held-out speakers, times by hand", by_hand
    for language, title in (("en", "English"), ("", "other languages")):
        others = [
            each.spoken
            for each in found
            if each.recording.by_hand is None and (each.recording.language == "en") is (language == "en")
        ]
        if others:
            yield f"Real {title}, held-out speakers, times by the network itself", others


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures, as the command line says."""
    from generators.runtime.catalog import Catalog

    parser = argparse.ArgumentParser(description="Measure the lip sync of the face model.")
    parser.add_argument("--data", type=Path, default=None, help="the folder of collections of real speech")
    parser.add_argument("--pack", type=Path, default=None, help="a pack of a synthesiser that was not learnt from")
    parser.add_argument("--weights", type=Path, default=None, help="the shipped ones, if not given")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here, too")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure (all)")
    chosen = parser.parse_args(argv)
    try:
        if chosen.data is None and chosen.pack is None:
            raise BadInput("There is nothing to measure on: give --pack or --data.")
        model = load_model(chosen.weights or Catalog.installed().find(SHIPPED_MODEL).path)
        told: dict[str, dict[str, dict[str, float | None]]] = {}
        for title, spoken in sets_of(chosen.data, chosen.pack, model):
            minutes = sum(each.duration_s for each in spoken) / 60
            if "eyes" in chosen.parts:
                sys.stdout.write(f"\n## Eyes over {title}\n\n{report([each.samples for each in spoken], model)}\n")
            if "lips" not in chosen.parts:
                continue
            found = figures(spoken, systems_of(model))
            accuracy = sound_accuracy(spoken, model)
            sys.stdout.write(f"\n## {title}\n\n{len(spoken)} recordings, {minutes:.1f} minutes. ")
            sys.stdout.write(f"Frames of speech whose sound is recognised: {accuracy:.1%}.\n\n{table(found)}\n")
            sane = {name: sanity(spoken, system) for name, system in systems_of(model).items() if name != "constant"}
            sys.stdout.write("\nWithout any times, jaw and loudness correlate, and stillness where it is quiet: ")
            sys.stdout.write("; ".join(f"{name} {r:.2f}, {still:.2f}" for name, (r, still) in sane.items()) + ".\n")
            sys.stdout.flush()
            told[title] = {name: _known(each) for name, each in found.items()}
        if chosen.json is not None:
            chosen.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    except AffectStudioError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
