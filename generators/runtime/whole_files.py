"""Files of the program's own that are written whole or not at all: weights, runs, data sets. Torch-free.

What a user asked to have written goes through generators/exporter.py, whose errors are sentences for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write in the `with` block, which takes the place of `path` once it is on the disk.

    A program that is killed leaves the old file, and at most a ".part" beside it, which the next run replaces.

    Raises:
        OSError: the folder refuses writing, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
