"""Sound as FLAC files: without loss, at about half the size of WAV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, ClassVar

from generators.artifacts import Artifact
from generators.errors import MissingDependency
from generators.exporter import NOTHING, Exporter, ExportInputs, write_atomically
from generators.exporters.sound import blocks_of, sound_of
from generators.progress import Progress, silent
from generators.provenance import comment_lines, provenance_of, software


class FlacExporter(Exporter):
    """24-bit FLAC; a score is played through a SoundFont."""

    name: ClassVar[str] = "flac"
    title: ClassVar[str] = "FLAC, 24 bit"
    suffix: ClassVar[str] = ".flac"
    accepts: ClassVar[tuple[str, ...]] = ("score", "audio")
    is_sound: ClassVar[bool] = True

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write a score or sound; see `Exporter.write`. The bytes are the same for one version of libsndfile."""
        try:
            import soundfile
        except (ImportError, OSError) as error:
            raise MissingDependency(
                "FLAC needs the soundfile package: reinstall Affect Studio, or export WAV."
            ) from error
        audio, progress = sound_of(artifact, self, progress, beside.soundfont)
        channels = audio.samples.shape[1]
        told = provenance_of(facts)
        tags = {"software": software(), "comment": comment_lines(told, facts)}
        tags |= {name: text for name, text in (("title", told.title), ("license", told.licence)) if text}
        form = {"samplerate": audio.sample_rate_hz, "channels": channels, "format": "FLAC", "subtype": "PCM_24"}
        with write_atomically(path) as file:
            target = _Target(file)
            with soundfile.SoundFile(target, "w", **form) as sound:
                for name, text in tags.items():
                    setattr(sound, name, text)
                for block in blocks_of(audio, 24, progress, "FLAC"):
                    if not target.error:
                        sound.write(block << 8)  # libsndfile takes the upper 24 of 32 bits
            if target.error:
                raise target.error


class _Target:
    """The file as libsndfile sees it: its callbacks cannot raise, so the error of a full disk is kept for later."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None
        self.seek, self.tell, self.read = file.seek, file.tell, file.read

    def write(self, data: bytes) -> int:
        """Write `data`, or say that it was written once an error is kept."""
        if self.error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.error = error
        return len(data)
