"""Training: packs become rows, rows a network that learns, and a run that was stopped goes on."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from made_voice import made_voice, tiny_face

from generators.errors import BadInput, ModelMissing
from generators.face import checkpoint, evaluate, train
from generators.face.actions import SPEECH
from generators.face.batches import ROW_FRAMES, Pack, Reservoir, Row, draw_row, sounds_of, targets_of
from generators.face.config import NetworkConfig
from generators.face.features import BANDS
from generators.face.model import load_model
from generators.face.network import Network
from generators.face.phones import INDEX, SILENCE
from generators.face.real import recognised
from generators.face.recordings import collections_in, recordings, words_of
from generators.face.teacher.pack import write_shard
from generators.face.teacher.spoken import Spoken

WORD = ("sil", "m", "a", "p", "i", "f", "u", "sil")


def spoken(seed: int, voice: str = "made") -> Spoken:
    """A word that changes its sound with its phones, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    phone = np.array([INDEX[name] for name in WORD], dtype=np.uint8)
    edges = np.concatenate([[0.0], np.cumsum(rng.uniform(0.08, 0.25, len(phone)))]).astype(np.float32)
    samples = made_voice(float(edges[-1]), seed=seed, pitch_hz=float(rng.uniform(90, 220)))
    time_s = np.arange(len(samples)) / 16_000
    place = np.searchsorted(edges, time_s, side="right") - 1
    tones = 0.1 * np.sin(2 * np.pi * (300 + 400 * place) * time_s) * (phone[np.minimum(place, 7)] != SILENCE)
    return Spoken(
        (0.2 * samples + tones).astype(np.float32),
        phone,
        edges[:-1],
        edges[1:],
        np.zeros(len(phone), np.uint8),
        "en",
        voice,
    )


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    write_shard(folder / "shard-000.npz", [spoken(seed, f"voice {seed % 3}") for seed in range(6)])
    return folder


def test_sounds_and_actions_of_an_utterance() -> None:
    each = spoken(1)
    sounds, actions = sounds_of(each), targets_of(each)
    assert len(sounds) == len(actions) == -(-len(each.samples) // 160)
    assert actions.shape[1] == len(SPEECH)
    middle = int(50 * (each.start_s[3] + each.end_s[3]))
    assert sounds[middle] == INDEX["p"]
    assert actions[middle, SPEECH.index("jaw_drop")] < 0.2
    assert actions[sounds == INDEX["a"], 0].max() > 0.2


def test_rows(pack: Path) -> None:
    found, rng = Pack(pack), np.random.default_rng(0)
    assert len(found) == 6
    assert found.voices == ("voice 0", "voice 1", "voice 2")
    for is_augmented in (True, False):
        row = draw_row(found, rng, is_augmented=is_augmented)
        assert row.features.shape == (ROW_FRAMES, BANDS)
        assert row.actions.shape == (ROW_FRAMES, len(SPEECH))
        assert set(row.sounds.tolist()) <= {INDEX[name] for name in WORD}
        again = Row.of_bytes(row.to_bytes())
        for name in ("features", "actions", "sounds"):
            assert np.array_equal(getattr(again, name), getattr(row, name))
    speech = row.sounds != SILENCE
    assert row.features[speech].mean() > row.features[~speech].mean()


def test_a_rare_voice_is_not_drowned(tmp_path: Path) -> None:
    write_shard(tmp_path / "shard-000.npz", [spoken(0, "much")] * 64 + [spoken(1, "little")])
    found, rng = Pack(tmp_path), np.random.default_rng(0)
    drawn = [found[found.draw(rng)].voice for _ in range(900)]
    assert 60 < drawn.count("little") < 140


def test_shards_that_come_later_are_found(pack: Path) -> None:
    found = Pack(pack)
    write_shard(pack / "shard-001.npz", [spoken(20)])
    found.look_again()
    assert len(found) == 7


def test_training_learns_stops_and_goes_on(pack: Path, tmp_path: Path) -> None:
    out, config = tmp_path / "run", NetworkConfig(width=32, hidden=32)
    settings = {"config": config, "batch": 2, "reservoir_rows": 12, "held_out": pack}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "WARM_UP_STEPS", 5)
        patch.setattr(train, "FIRST_ROWS", 4)
        patch.setattr(train, "AVERAGE_EVERY", 5)
        weights = train.train(pack, out, steps=12, **settings)
        first = load_model(weights).facts
        assert first["step"] == 12
        with pytest.raises(BadInput, match="--resume"):
            train.train(pack, out, steps=14, **settings)
        train.train(pack, out, steps=40, resume=True, **settings)
    model = load_model(weights)
    assert model.facts["step"] == 40
    assert model.facts["averaged"] == 1 + 5  # at 10 of 12 steps, then from 20 to 40 of 40
    assert model.facts["held_out"]["whole_nats"] < first["held_out"]["whole_nats"]
    assert model.config == config
    card = weights.with_suffix(".md").read_text()
    assert "Licence: " in card
    assert "6 utterances" in card
    assert len((out / "log.jsonl").read_text().splitlines()) == 2


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no speech"):
        train.train(tmp_path, tmp_path / "run")
    (tmp_path / "shard-000.npz").write_bytes(b"no pack")
    with pytest.raises(BadInput, match="could be drawn"):
        train.train(tmp_path, tmp_path / "run", config=NetworkConfig(width=16, hidden=16))


def test_lips_count_more_where_they_meet() -> None:
    sounds = torch.tensor([[INDEX["p"], INDEX["f"], INDEX["a"]]])
    weights = train.action_weights(sounds)[0]
    close, bite = SPEECH.index("lips_close"), SPEECH.index("lower_lip_to_teeth")
    assert weights[0, close] > weights[2, close]
    assert weights[1, bite] > weights[2, bite] == weights[0, bite]


def test_a_run_of_another_network_is_refused(tmp_path: Path) -> None:
    network = Network(NetworkConfig(width=16, hidden=16))
    checkpoint.save_run(tmp_path / "run.safetensors", network, train.make_optimisers(network), {"step": 1})
    other = Network(NetworkConfig(width=24, hidden=16))
    with pytest.raises(ModelMissing, match="another network"):
        checkpoint.load_run(tmp_path / "run.safetensors", other, train.make_optimisers(other))
    (tmp_path / "none.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelMissing):
        checkpoint.load_network(tmp_path / "none.safetensors")


def test_the_mean_of_moments() -> None:
    network = Network(NetworkConfig(width=16, hidden=16))
    average = checkpoint.Average()
    assert average.network_of(network) is network
    with torch.no_grad():
        for value in (1.0, 2.0, 6.0):
            network.stem.weight.fill_(value)
            average.add(network)
    assert average.moments == 3
    assert torch.allclose(average.network_of(network).stem.weight, torch.tensor(3.0))


def test_weights_go_from_training_to_use_and_back(tmp_path: Path) -> None:
    network = Network(NetworkConfig(width=16, hidden=16))
    checkpoint.export(tmp_path / "w.safetensors", network, {"step": 3})
    again, facts = checkpoint.load_network(tmp_path / "w.safetensors")
    assert facts["step"] == 3
    assert torch.allclose(again.stem.weight, network.stem.weight, atol=1e-3)


def test_rows_stop_coming_when_training_ends(pack: Path) -> None:
    with Reservoir(pack, None, seed=1, size=8, workers=1) as reservoir:
        reservoir.take_in(3)
        features, actions, sounds = reservoir.batch(np.random.default_rng(0), 2)
    assert reservoir.drawn >= 3
    assert features.shape == (2, ROW_FRAMES, BANDS)
    assert actions.shape == (2, ROW_FRAMES, len(SPEECH))
    assert sounds.dtype == np.int64


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A zip archive of two recordings, one with times made by hand."""
    path = tmp_path / "speech.zip"
    data = io.BytesIO()
    soundfile.write(data, made_voice(1.5, 44_100), 44_100, format="FLAC")
    rows = [[0.2, 0.4, "m"], [0.4, 0.9, "a:"], [0.9, 1.2, "!t+na"], [2.0, 2.2, "a"]]
    with zipfile.ZipFile(path, "w") as archive:
        table = "file,speaker,language,transcript\nset/one.flac,anna,de,Mat\nset/two.flac,,en,\n"
        archive.writestr("files.csv", table)
        archive.writestr("set/one.flac", data.getvalue())
        archive.writestr("set/two.flac", data.getvalue())
        archive.writestr("x_alignments.json", json.dumps({"one": {"phones": rows}, "two": {"phones": []}}))
    return path


def test_recordings_of_a_collection(collection: Path) -> None:
    assert collections_in(collection.parent) == [collection]
    one, two = recordings(collection)
    assert (one.speaker, one.language, two.speaker) == ("anna", "de", "set")
    assert len(one.samples) == 24_000
    assert one.by_hand is not None
    assert two.by_hand is None
    assert one.by_hand.phone.tolist() == [SILENCE, INDEX["m"], INDEX["a"], INDEX["t"]]
    assert one.by_hand.end_s[-1] == pytest.approx(1.5)
    with pytest.raises(BadInput, match="no recordings"):
        collections_in(collection.parent / "nowhere")


def test_words_of_a_textgrid() -> None:
    grid = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n2.5\n<exists>\n2\n"IntervalTier"\n"words"\n0\n2.5\n'
        '3\n0\n1.24\n""\n1.24\n1.67\n"uh"\n1.67\n2.5\n"so"\n"IntervalTier"\n"phones"\n0\n2.5\n1\n0\n2.5\n"s"\n'
    )
    assert words_of(grid) == (("uh", 1.24, 1.67), ("so", 1.67, 2.5))
    assert words_of(grid.replace("words", "speaker")) == ()


def test_what_is_recognised_covers_the_recording(collection: Path, tmp_path: Path) -> None:
    *_, two = recordings(collection)
    found = recognised(two, load_model(tiny_face(tmp_path / "w.safetensors")))
    assert found.is_guessed
    assert 0 <= found.confidence <= 1
    assert found.spoken.start_s[0] == 0
    assert found.spoken.end_s[-1] == pytest.approx(1.5)


def test_figures_that_need_no_times() -> None:
    voice = made_voice(4.0)
    voice[20_000:36_000] *= 0.0005
    each = dataclasses.replace(spoken(0), samples=voice)
    r, still = evaluate.sanity([each], evaluate.loudness_jaw)
    assert r > 0.95
    assert still > 0.9
    assert evaluate.sanity([each], evaluate.constant)[0] == 0


def test_the_figures_are_printed(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights, told = tiny_face(tmp_path / "w.safetensors"), tmp_path / "figures.json"
    assert evaluate.main(["--pack", str(pack), "--weights", str(weights), "--json", str(told)]) == 0
    out = capsys.readouterr().out
    assert "| closure auc" in out
    found = json.loads(told.read_text())["Another synthesiser, exact times"]
    assert found["rules on the true sounds"]["closure_hits"] == 1
    assert found["rules on the true sounds"]["jaw_auc"] > 0.9
    assert found["constant"]["closure_auc"] is None  # without other consonants it cannot be told
    assert found["constant"]["total"] == 0
    assert "Without any times" in out
    assert evaluate.main(["--weights", str(weights)]) == 1
