"""What every exporter keeps to. Files are opened again with readers that share nothing with ours."""

from __future__ import annotations

import io
import warnings
import wave
from pathlib import Path

import mido
import numpy as np
import pretty_midi
import pytest
import soundfile
import symusic
from exporter_samples import CASES, FACTS, RATE, SAMPLES, a_face, a_score, a_sound, facts_of

from generators.artifacts import (
    Measures,
)
from generators.errors import BadRequest, Cancelled, NotWritable
from generators.exporter import Exporter, ExportInputs
from generators.exporters import EXPORTERS, exporter_named, exporters_for

CHOICES = [(exporter, option.name, choice) for exporter in EXPORTERS for option in exporter.options
           for choice in option.choices]  # fmt: skip
case = pytest.mark.parametrize(("exporter", "kind"), CASES, ids=[f"{e.name}-{kind}" for e, kind in CASES])
each = pytest.mark.parametrize("exporter", EXPORTERS, ids=[exporter.name for exporter in EXPORTERS])


def test_names_are_unique_and_found() -> None:
    names = [exporter.name for exporter in EXPORTERS]
    assert len(set(names)) == len(names)
    assert all(exporter_named(name).name == name for name in names)
    assert {exporter.name for exporter in exporters_for("score")} >= {"midi", "wav"}
    assert "midi" not in {exporter.name for exporter in exporters_for("audio")}
    with pytest.raises(BadRequest, match="midi, musicxml, wav"):
        exporter_named("mp3")


def content(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of the files in a folder."""
    return {file.name: file.read_bytes() for file in (sorted(path.iterdir()) if path.is_dir() else [path])}


@each
def test_form(exporter: Exporter) -> None:
    assert exporter.title
    assert exporter.suffix.startswith(" " if exporter.is_folder else ".")
    assert exporter.accepts
    assert set(exporter.accepts) <= set(SAMPLES)
    assert exporter.name == exporter.name.lower()


@case
def test_the_same_artifact_gives_the_same_bytes(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}{exporter.suffix}" for number in range(2)]
    for path in paths:
        exporter.write(SAMPLES[kind](), path, facts_of(kind))
        exporter.write(SAMPLES[kind](), path, facts_of(kind))  # over what is there
    first, second = (list(content(path).values()) for path in paths)
    assert first == second
    assert sorted(tmp_path.iterdir()) == sorted(paths)


@each
def test_options_are_checked(exporter: Exporter, tmp_path: Path) -> None:
    assert len({option.name for option in exporter.options}) == len(exporter.options)
    defaults = exporter.chosen({})
    assert exporter.chosen(defaults) == defaults
    assert exporter.file_name("Walk", {}).endswith(exporter.suffix)
    wrong = {"colour": "blue", **{option.name: "\x00nonsense" for option in exporter.options}}
    for name, value in wrong.items():
        with pytest.raises(BadRequest, match="no option called" if name == "colour" else "cannot be"):
            exporter.chosen({name: value})


@pytest.mark.parametrize(("exporter", "option", "value"), CHOICES, ids=[f"{e.name}-{o}-{v}" for e, o, v in CHOICES])
def test_every_choice_can_be_written(exporter: Exporter, option: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{exporter.suffix}"
    sample = a_face(3) if "rig curves" in exporter.accepts else SAMPLES[exporter.accepts[0]]()
    exporter.write(sample, path, facts_of(exporter.accepts[0]), beside=ExportInputs(options={option: value}))
    assert path.exists()


@case
def test_progress_is_told(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    seen: list[float] = []
    path = tmp_path / f"a{exporter.suffix}"
    exporter.write(SAMPLES[kind](), path, facts_of(kind), lambda done, total, note="": seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


@case
def test_a_cancel_leaves_the_old_file(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{exporter.suffix}"
    path.write_bytes(b"old")

    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        exporter.write(SAMPLES[kind](), path, facts_of(kind), cancel)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@each
def test_other_kinds_are_refused(exporter: Exporter, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=exporter.title):
        exporter.write(Measures(("tempo",), ("bpm",), np.array([1.0])), tmp_path / "a", FACTS)
    assert not list(tmp_path.iterdir())


@case
def test_a_place_that_is_not_there(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="choose another"):
        exporter.write(SAMPLES[kind](), tmp_path / "nowhere" / f"a{exporter.suffix}", facts_of(kind))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@case
def test_a_full_disk(exporter: Exporter, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from generators.errors import DiskFull

    real_open = Path.open

    def open_full(path: Path, *args: object, **kwargs: object) -> object:
        if path.suffix == ".part":
            real_open(path, "xb").close()
            return real_open(Path("/dev/full"), "wb+", buffering=0)
        return real_open(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(DiskFull, match="free some space"):
        exporter.write(SAMPLES[kind](), tmp_path / f"a{exporter.suffix}", facts_of(kind))
    assert not list(tmp_path.iterdir())


def of_suffix(suffix: str) -> list[tuple[Exporter, str]]:
    return [(exporter, kind) for exporter, kind in CASES if exporter.suffix == suffix]


@pytest.mark.parametrize(("exporter", "kind"), of_suffix(".wav") + of_suffix(".flac"))
def test_sound_is_what_libsndfile_reads(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{exporter.suffix}"
    exporter.write(SAMPLES[kind](), path, FACTS)
    samples, rate = soundfile.read(path)
    expected_bits = 16 if exporter.name.endswith("16") else 24
    assert soundfile.info(path).subtype == f"PCM_{expected_bits}"
    if kind == "audio":
        assert rate == RATE
        step = 2.0 ** (1 - expected_bits)
        assert np.abs(samples - np.clip(a_sound().samples, -1, 1)).max() <= 2 * step
    else:
        assert len(samples) / rate > a_score().duration_s
        assert 0.01 < np.abs(samples).max() <= 0.9


@pytest.mark.parametrize(("exporter", "kind"), of_suffix(".wav"))
def test_wav_is_what_the_standard_library_reads(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    exporter.write(SAMPLES[kind](), path, FACTS)
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 2
        assert file.getsampwidth() in (2, 3)
        frames = file.readframes(file.getnframes())
        assert len(frames) == file.getnframes() * 2 * file.getsampwidth()


@pytest.mark.parametrize(("exporter", "kind"), of_suffix(".mid"))
def test_midi_is_what_others_read(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    score = a_score()
    exporter.write(score, path, FACTS)

    file = mido.MidiFile(path, charset="utf-8")
    assert file.type == 1
    assert file.length == pytest.approx(score.duration_s, abs=1e-3)
    conductor = file.tracks[0]
    assert conductor.name == "Walk"
    marks, tick = [], 0
    for message in conductor:
        tick += message.time
        if message.type == "marker":
            marks.append((tick, message.text))
    assert marks == [(0, "calm"), (1920, "storm")]
    programs = [message.program for track in file.tracks[1:] for message in track if message.type == "program_change"]
    assert programs == [0, 40]

    pretty = pretty_midi.PrettyMIDI(str(path))
    assert sum(len(instrument.notes) for instrument in pretty.instruments) == score.note_count
    assert [instrument.name for instrument in pretty.instruments] == ["Right", "Left"]
    assert pretty.get_tempo_changes()[1].tolist() == [pytest.approx(100.0)]
    assert (pretty.time_signature_changes[0].numerator, pretty.key_signature_changes[0].key_number) == (4, 2)
    ends_s = sorted(note.end for instrument in pretty.instruments for note in instrument.notes)
    assert ends_s == pytest.approx(sorted(score.seconds_at(score.start + score.duration).tolist()), abs=1e-6)

    fast = symusic.Score.from_midi(path.read_bytes())
    assert fast.note_num() == score.note_count
    pitches = sorted(note.pitch for track in fast.tracks for note in track.notes)
    assert pitches == sorted(score.pitch.tolist())
    assert [(marker.time, marker.text) for marker in fast.markers] == [(0, "calm"), (1920, "storm")]
    assert [track.program for track in fast.tracks] == [0, 40]


@pytest.mark.parametrize(("exporter", "kind"), of_suffix(".mid"))
def test_midi_is_what_music21_reads(exporter: Exporter, kind: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, at import
        from music21 import midi as music21_midi
    path = tmp_path / "a.mid"
    score = a_score()
    exporter.write(score, path, FACTS)
    file = music21_midi.MidiFile()
    file.openFileLike(io.BytesIO(path.read_bytes()))
    file.read()
    stream = music21_midi.translate.midiFileToStream(file)
    notes = list(stream.flatten().notes)
    assert sum(len(note.pitches) for note in notes) == score.note_count
    assert stream.flatten().getElementsByClass("TimeSignature")[0].ratioString == "4/4"
    assert stream.flatten().getElementsByClass("KeySignature")[0].sharps == 2
    assert len(stream.parts[0].getElementsByClass("Measure")) == 2


@pytest.mark.parametrize("name", ["stems-wav", "stems-flac"])
def test_stems_are_as_long_as_the_mix_and_sum_to_it(name: str, tmp_path: Path) -> None:
    score = a_score()
    whole, parts = tmp_path / "mix.wav", tmp_path / "Walk stems"
    exporter_named("wav").write(score, whole, FACTS)
    exporter_named(name).write(score, parts, FACTS)
    files = sorted(parts.iterdir())
    assert [file.stem for file in files] == ["01 Right", "02 Left"]
    mix, rate = soundfile.read(whole)
    stems = [soundfile.read(file)[0] for file in files]
    assert {len(stem) for stem in stems} == {len(mix)}
    assert all(np.abs(stem).max() > 0.01 for stem in stems)
    step = 2.0**-23
    assert np.abs(sum(stems) - mix).max() <= (len(stems) + 2) * step
    assert soundfile.info(files[0]).samplerate == rate


def test_midi_stems_hold_their_notes_and_the_map_of_the_whole(tmp_path: Path) -> None:
    score = a_score()
    folder = tmp_path / "Walk stems"
    exporter_named("stems-midi").write(score, folder, FACTS)
    for number, file in enumerate(sorted(folder.iterdir())):
        pretty = pretty_midi.PrettyMIDI(str(file))
        (instrument,) = pretty.instruments
        assert instrument.name == score.tracks[number].name
        assert [note.pitch for note in instrument.notes] == score.pitch[score.track == number].tolist()
        assert pretty.get_tempo_changes()[1].tolist() == [pytest.approx(100.0)]
        assert mido.MidiFile(file).length == pytest.approx(score.duration_s, abs=1e-3)


def test_stems_leave_what_else_is_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Walk stems"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "01 Right.mid").write_bytes(b"old")
    for name in ("stems-midi", "stems-wav"):
        exporter_named(name).write(a_score(), folder, FACTS)
    assert sorted(file.name for file in folder.iterdir()) == [
        "01 Right.mid", "01 Right.wav", "02 Left.mid", "02 Left.wav", "notes.txt",
    ]  # fmt: skip
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "01 Right.mid").read_bytes()[:4] == b"MThd"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_cancel_between_stems_leaves_none(tmp_path: Path) -> None:
    folder = tmp_path / "Walk stems"
    folder.mkdir()
    (folder / "01 Right.wav").write_bytes(b"old")

    def cancel(done: float, total: float, note: str = "") -> None:
        if done / total > 0.6:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        exporter_named("stems-wav").write(a_score(), folder, FACTS, cancel)
    assert content(folder) == {"01 Right.wav": b"old"}
    assert list(tmp_path.iterdir()) == [folder]
