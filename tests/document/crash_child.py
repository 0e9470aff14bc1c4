"""A program that works in a project until it is killed, and says after each commit what is now safe.

Usage: crash_child.py DOCUMENT RUN SEED. It prints "ready", then one JSON line for each acknowledged action: the id of
a take with its SHA-256, or "copy" for a copy that was made.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from concurrent.futures import Future
from pathlib import Path

from studio.document import AddTakes, Document, DocumentState, RenameTake, SetPanelState, Take


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Add takes of all sizes without end, several under way at once, with drags, renames and copies between them."""
    path, run, chance = Path(sys.argv[1]), sys.argv[2], random.Random(sys.argv[3])
    document = Document.open(path) if path.exists() else Document.create(path)
    _say("ready")
    number = 0
    while True:
        futures: list[Future[DocumentState]] = []
        safe: list[tuple[str, str]] = []
        for _ in range(chance.randint(1, 4)):
            number += 1
            data = chance.randbytes(chance.choice([10, 5_000, 300_000, 3_000_000]))
            sha256, take_id = hashlib.sha256(data).hexdigest(), f"{run}-{number}"
            take = Take(take_id, "music", f"Take {take_id}", False, "score", sha256, '{"seed":1}')
            future = document.perform(AddTakes((take,)), {sha256: data})
            futures.append(future)
            safe.append((take_id, sha256))
            document.perform(SetPanelState("music", str(number)), merge=str(number // 7))
        for future, said in zip(futures, safe, strict=True):
            future.result()
            _say(said)
        document.perform(RenameTake(take_id, f"renamed {take_id}")).result()
        _say((take_id, sha256, f"renamed {take_id}"))
        if chance.random() < 0.2:
            document.save_copy(path.with_name("copy.affect")).result()
            _say("copy")


if __name__ == "__main__":
    main()
