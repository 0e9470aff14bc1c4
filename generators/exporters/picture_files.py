"""What the formats of pictures share: they accept pictures alone, and number the files of a folder in the same way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Pictures
from generators.exporter import Exporter, write_atomically, write_folder_atomically
from generators.progress import Progress


class PicturesExporter(Exporter):
    """Any format of pictures."""

    accepts: ClassVar[tuple[str, ...]] = ("pictures",)

    def pictures(self, artifact: Artifact) -> Pictures:
        """The artifact as the pictures that it is.

        Raises:
            BadRequest: it is of another kind.
        """
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        return artifact


def write_numbered_pngs(
    path: Path, count: int, least_digits: int, noun: str, png_at: Callable[[int], bytes], progress: Progress
) -> None:
    """Write a folder of `count` files 01.png, 02.png …, where `png_at` gives the bytes for an index from 0.

    All names have as many digits as the last needs, `least_digits` at least; `noun` is what progress calls one file.
    """
    digits = max(least_digits, len(str(count)))
    with write_folder_atomically(path) as folder:
        for index in range(count):
            progress(index, count, f"{noun} {index + 1} of {count}")
            data = png_at(index)
            with write_atomically(folder / f"{index + 1:0{digits}}.png") as file:
                file.write(data)
    progress(count, count, f"{noun}s written")
