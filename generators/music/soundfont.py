"""Whether the bytes of a SoundFont are whole: every index and address in it points inside it.

The synthesiser is native code that trusts these numbers, so a damaged file would end the whole worker.

Source: E-mu Systems, "SoundFont Technical Specification 2.04", 2005, sections 4 to 8.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput

MAX_PRESETS = 65_536
_RECORD_BYTES = {
    b"phdr": 38, b"pbag": 4, b"pmod": 10, b"pgen": 4, b"inst": 22, b"ibag": 4, b"imod": 10, b"igen": 4, b"shdr": 46
}  # fmt: skip
_INSTRUMENT, _SAMPLE = 41, 53
# what moves the begin, end and loop of a sample: fine steps of one frame, coarse ones of 32,768
_FINE, _COARSE = (0, 1, 2, 3), (4, 12, 45, 50)
_COARSE_FRAMES = 32_768
_COMPRESSED = 0x10

Bytes = npt.NDArray[np.uint8]


def check_soundfont(data: bytes, name: str) -> None:
    """Look through the SoundFont `data`, a file called `name`.

    Raises:
        BadInput: it is no SoundFont, cut off or damaged.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise BadInput(f"{name} is not a SoundFont: choose a file of type sf2 or sf3.")
    if _size_at(data, 4) + 8 > len(data):
        raise BadInput(f"The SoundFont {name} is cut off: copy or download it again.")
    try:
        _check(_chunks(data))
    except ValueError as error:
        raise BadInput(f"The SoundFont {name} is damaged ({error}): copy or download it again.") from error


def _size_at(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _chunks(data: bytes) -> dict[bytes, memoryview]:
    """The chunks inside the three lists of the file, by name."""
    found: dict[bytes, memoryview] = {}
    end = _size_at(data, 4) + 8
    position = 12
    while position + 8 <= end:
        name, size = data[position : position + 4], _size_at(data, position + 4)
        if position + 8 + size > end:
            raise ValueError("a chunk reaches beyond the file")
        if name == b"LIST":  # go into it
            position += 12
            continue
        found.setdefault(name, memoryview(data)[position + 8 : position + 8 + size])
        position += 8 + size
        if size % 2 and data[position : position + 1] == b"\0":  # some sf3 files leave the byte that evens it out
            position += 1
    return found


def _check(chunks: dict[bytes, memoryview]) -> None:
    tables: dict[bytes, Bytes] = {}
    for name, size in _RECORD_BYTES.items():
        if name not in chunks or not len(chunks[name]) or len(chunks[name]) % size:
            raise ValueError(f"its table {name.decode()} is missing or uneven")
        tables[name] = np.frombuffer(chunks[name], dtype=np.uint8).reshape(-1, size)
    sample_bytes = len(chunks.get(b"smpl", b"")) or len(chunks.get(b"smpo", b""))
    if len(tables[b"phdr"]) < 2 or not sample_bytes:
        raise ValueError("it has no presets or no samples")
    if len(tables[b"phdr"]) > MAX_PRESETS:
        raise ValueError("it has more presets than can be told apart")
    _check_order(_words(tables[b"phdr"], 24), len(tables[b"pbag"]))
    _check_order(_words(tables[b"pbag"], 0), len(tables[b"pgen"]))
    _check_order(_words(tables[b"inst"], 20), len(tables[b"ibag"]))
    _check_order(_words(tables[b"ibag"], 0), len(tables[b"igen"]))
    instruments, samples = len(tables[b"inst"]) - 1, len(tables[b"shdr"]) - 1
    for bags, table, operator, count in (
        (b"pbag", b"pgen", _INSTRUMENT, instruments),
        (b"ibag", b"igen", _SAMPLE, samples),
    ):
        used = tables[table][: _words(tables[bags], 0)[-1]]  # the last record only ends the table
        chosen = _words(used, 2)[_words(used, 0) == operator]
        if (chosen >= count).any():
            raise ValueError("it names an instrument or sample that it does not have")
    _check_addresses(tables, sample_bytes)


def _words(table: Bytes, at: int) -> npt.NDArray[np.int64]:
    """The 16-bit numbers at byte `at` of each record."""
    return table[:, at].astype(np.int64) | table[:, at + 1].astype(np.int64) << 8


def _longs(table: Bytes, at: int) -> npt.NDArray[np.int64]:
    return _words(table, at) | _words(table, at + 2) << 16


def _check_order(indices: npt.NDArray[np.int64], count: int) -> None:
    """The first record of each owner: never before that of the one before, and at most `count`."""
    if (np.diff(indices) < 0).any() or indices[-1] > count:
        raise ValueError("the order of its records is broken")


def _check_addresses(tables: dict[bytes, Bytes], sample_bytes: int) -> None:
    """The samples, with whatever the zones of instruments move them by, lie inside the sound."""
    headers = tables[b"shdr"][:-1]
    # begin, end, begin and end of the loop; of compressed samples only the first two, for loops count decoded frames
    edges = np.stack([_longs(headers, at) for at in (20, 24, 28, 32)])
    is_compressed = (_words(headers, 44) & _COMPRESSED) > 0
    edges[2:, is_compressed] = 0
    limit = np.where(is_compressed, sample_bytes, sample_bytes // 2)
    if (edges > limit).any() or (edges[0] > edges[1]).any():
        raise ValueError("a sample reaches beyond the sound")
    used = tables[b"pgen"][: _words(tables[b"pbag"], 0)[-1]]  # the last record only ends the table
    if (np.isin(_words(used, 0), [*_FINE, *_COARSE]) & (_words(used, 2) != 0)).any():
        raise ValueError("a preset moves samples, which only instruments may")
    sample = _values_of_zones(tables, _SAMPLE, unset=-1)
    plays = (sample >= 0) & ~np.append(is_compressed, False)[sample]
    moved = [
        _signed(_values_of_zones(tables, fine)) + _signed(_values_of_zones(tables, coarse)) * _COARSE_FRAMES
        for fine, coarse in zip(_FINE, _COARSE, strict=True)
    ]
    reached = edges[:, sample[plays]] + np.stack(moved)[:, plays]
    if (reached < 0).any() or (reached > limit[sample[plays]]).any():
        raise ValueError("an instrument moves a sample beyond the sound")


def _values_of_zones(tables: dict[bytes, Bytes], operator: int, unset: int = 0) -> npt.NDArray[np.int64]:
    """What each zone of an instrument sets `operator` to: its own value, else that of its instrument's first zone."""
    first = _words(tables[b"ibag"], 0)
    count = len(first) - 1
    where = np.flatnonzero(_words(tables[b"igen"], 0) == operator)
    where = where[where < first[-1]]
    zone = np.searchsorted(first, where, side="right") - 1
    values = np.full(count, unset, dtype=np.int64)
    own = np.zeros(count, dtype=np.bool_)
    values[zone], own[zone] = _words(tables[b"igen"], 2)[where], True
    if operator != _SAMPLE:
        bags = _words(tables[b"inst"], 20)
        owner = np.clip(bags[np.searchsorted(bags, np.arange(count), side="right") - 1], 0, max(count - 1, 0))
        values = np.where(own, values, values[owner])
    return values


def _signed(amounts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.where(amounts > 0x7FFF, amounts - 0x10000, amounts)
