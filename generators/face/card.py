"""The first form of a model card, as training writes it: what was learnt from, how, and the first figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generators.runtime.whole_files import written_whole


def card_text(facts: Mapping[str, Any], *, command: Sequence[str], data: str, real: str) -> str:
    """A card in Markdown; `facts` are those of a run, `data` and `real` say what was learnt from."""
    minutes = float(facts["elapsed_s"]) / 60.0
    lines = [
        "# Face, small",
        "",
        "Licence: Apache-2.0",
        "",
        "A voice at 16 kHz to speech actions of a face (lips, jaw, tongue) and the sounds spoken.",
        "",
        "## Data",
        "",
        f"Synthesised speech: {data}",
        f"Real speech: {real}",
        "",
        "## Training",
        "",
        f"    {' '.join(command)}",
        "",
        (
            f"{facts['step']:,} steps of {facts['batch']} rows of six seconds in {minutes:.0f} minutes, "
            f"{facts['drawn']:,} rows drawn, seed {facts['seed']}."
        ),
        "",
    ]
    if facts.get("held_out"):
        lines += ["## On held-out voices", "", f"    {json.dumps(facts['held_out'])}", ""]
    return "\n".join(lines)


def write_card(path: Path, text: str) -> None:
    """Write the card `text`, whole or not at all."""
    with written_whole(path) as file:
        file.write(text.encode())
