from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from generators.engine.shared import Ring, Ticket
from generators.errors import AffectStudioError, BadArtifact


@settings(deadline=None, max_examples=40)
@given(
    array=hnp.arrays(
        st.sampled_from([np.uint8, np.int64, np.float16, np.float32, np.bool_]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6),
    )
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("ring") / "ring"
    writer = Ring.create(path, 3, 12_000)
    reader = Ring.attach(path, 3, 12_000)
    ticket = msgspec.json.decode(msgspec.json.encode(writer.write(array)), type=Ticket)
    found = reader.read(ticket)
    assert found is not None
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)
    writer.close()
    reader.close()


def test_an_overwritten_slot_is_noticed(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 2, 64)
    tickets = [ring.write(np.full(4, number, np.int32)) for number in range(3)]
    assert ring.read(tickets[0]) is None
    for number in (1, 2):
        found = ring.read(tickets[number])
        assert found is not None
        assert found.tolist() == [number] * 4
    ring.close()


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 2, 64)
    with pytest.raises(ValueError, match="does not go into a slot"):
        ring.write(np.zeros(65, np.uint8))
    with pytest.raises(ValueError, match="does not go into a slot"):
        ring.write(np.array(["text"], object))
    good = ring.write(np.zeros(4, np.float32))
    for bad in ({"slot": 2}, {"slot": -1}, {"shape": (17,)}, {"shape": (-1, 4)}, {"dtype": "O"}, {"dtype": "nonsense"}):
        with pytest.raises(BadArtifact):
            ring.read(msgspec.structs.replace(good, **bad))
    ring.close()
    with pytest.raises(BadArtifact):
        Ring.attach(tmp_path / "none", 2, 64)
    with pytest.raises(BadArtifact):
        Ring.attach(tmp_path / "ring", 20, 6400)
    with pytest.raises(AffectStudioError):
        Ring.create(tmp_path / "no folder" / "ring", 2, 64)


_READER = """
import sys
from pathlib import Path
import msgspec, numpy as np
from generators.engine.shared import Ring, Ticket
ring = Ring.attach(Path(sys.argv[1]), 3, 3 << 20)
for line in sys.stdin:
    array = ring.read(msgspec.json.decode(line, type=Ticket))
    print("none" if array is None else f"{array.shape} {int(array.sum(dtype=np.int64))}", flush=True)
"""


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 3, 3 << 20)
    command = [sys.executable, "-c", _READER, str(tmp_path / "ring")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        random = np.random.default_rng(1)
        for _ in range(50):
            picture = random.integers(0, 256, (3, 512, 512), dtype=np.uint8)
            reader.stdin.write(msgspec.json.encode(ring.write(picture)).decode() + "\n")
            reader.stdin.flush()
            assert reader.stdout.readline().strip() == f"(3, 512, 512) {int(picture.sum(dtype=np.int64))}"
        # never half a picture: each is of one value, so a torn one would have a sum in between
        tickets = []
        for number in range(60):
            tickets.append(ring.write(np.full((3, 512, 512), number % 251, np.uint8)))
            reader.stdin.write(msgspec.json.encode(tickets[-1]).decode() + "\n")
            reader.stdin.flush()
        whole = {f"(3, 512, 512) {number * 3 * 512 * 512}" for number in range(251)} | {"none"}
        answers = [reader.stdout.readline().strip() for _ in tickets]
        assert set(answers) <= whole
        assert answers[-1] != "none"
        reader.stdin.close()
    ring.close()
