"""Sound as WAV files: PCM with INFO tags, and XMP for the programs that read that.

libsndfile signs tags with its version and cannot read its own long ones back, so the few chunks are written here.

Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991, chapter 3; Adobe XMP
Specification part 3 (2020) for its chunk.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np

from generators.artifacts import Artifact
from generators.errors import BadInput, BadRequest
from generators.exporter import NOTHING, Exporter, ExportInputs, write_atomically
from generators.exporters.sound import blocks_of, facts_in, sound_of
from generators.progress import Progress, silent
from generators.provenance import comment_lines, provenance_of, software, xmp_packet

MAX_RIFF_BYTES = (1 << 32) - 1
MAX_TAG_BYTES = 16 << 20
_PCM = 1


class WavExporter(Exporter):
    """24-bit PCM; a score is played through a SoundFont."""

    name: ClassVar[str] = "wav"
    title: ClassVar[str] = "WAV, 24 bit"
    suffix: ClassVar[str] = ".wav"
    accepts: ClassVar[tuple[str, ...]] = ("score", "audio")
    is_sound: ClassVar[bool] = True
    bits: ClassVar[int] = 24

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write a score or sound; see `Exporter.write`."""
        audio, progress = sound_of(artifact, self, progress, beside.soundfont)
        frames, channels = audio.samples.shape
        frame_bytes = channels * self.bits // 8
        told = provenance_of(facts)
        info = _info_chunk(
            {
                "INAM": told.title,
                "ICOP": told.licence,
                "ISFT": software(),
                "ICMT": comment_lines(told, facts),
            }
        )
        xmp = _chunk(b"_PMX", xmp_packet(told).encode())
        data_bytes = frames * frame_bytes
        riff_bytes = 4 + 24 + len(info) + 8 + data_bytes + data_bytes % 2 + len(xmp)
        if riff_bytes > MAX_RIFF_BYTES:
            raise BadRequest("This sound is too long for a WAV file (4 GB): export it as FLAC, or in parts.")
        rate = audio.sample_rate_hz
        form = struct.pack("<HHIIHH", _PCM, channels, rate, rate * frame_bytes, frame_bytes, self.bits)
        with write_atomically(path) as file:
            file.write(b"RIFF" + struct.pack("<I", riff_bytes) + b"WAVE" + _chunk(b"fmt ", form) + info)
            file.write(b"data" + struct.pack("<I", data_bytes))
            for block in blocks_of(audio, self.bits, progress, "WAV"):
                octets = np.ascontiguousarray(block.astype("<i4")).view(np.uint8).reshape(-1, 4)
                file.write(octets[:, : self.bits // 8].tobytes())
            file.write(b"\0" * (data_bytes % 2) + xmp)


class Wav16Exporter(WavExporter):
    """16-bit PCM, for programs and devices that want it."""

    name: ClassVar[str] = "wav-16"
    title: ClassVar[str] = "WAV, 16 bit"
    bits: ClassVar[int] = 16


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _info_chunk(tags: Mapping[str, str]) -> bytes:
    parts = (
        _chunk(name.encode(), text.encode("utf-8", errors="replace") + b"\0") for name, text in tags.items() if text
    )
    return _chunk(b"LIST", b"INFO" + b"".join(parts))


def read_wav_facts(path: Path) -> dict[str, str]:
    """The facts that the exporter kept in a WAV file; empty for a file of another origin.

    Raises:
        BadInput: the file is missing or no WAV file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if head[:4] != b"RIFF" or head[8:] != b"WAVE":
                raise BadInput(f"{path.name} is not a WAV file: choose another.")
            while len(header := file.read(8)) == 8:
                size = int.from_bytes(header[4:], "little")
                if header[:4] == b"LIST" and size <= MAX_TAG_BYTES:
                    return _facts_of_list(file.read(size))
                file.seek(size + size % 2, 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is still there.") from error
    return {}


def _facts_of_list(body: bytes) -> dict[str, str]:
    position = 4
    while position + 8 <= len(body):
        size = int.from_bytes(body[position + 4 : position + 8], "little")
        if body[position : position + 4] == b"ICMT":
            text = body[position + 8 : position + 8 + size].rstrip(b"\0")
            return facts_in(text.decode("utf-8", errors="replace"))
        position += 8 + size + size % 2
    return {}
