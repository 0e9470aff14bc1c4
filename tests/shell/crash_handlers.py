"""What the worker does in the crash test: takes that are composed at once, with a model of no weight."""

from __future__ import annotations

import time

from generators.engine.context import JobContext, Made, Outcome, Registry
from generators.engine.fake_script import score_for
from generators.engine.handlers import HANDLERS
from generators.engine.requests import encode_request
from generators.music.request import ComposeRequest


def compose(request: ComposeRequest, context: JobContext) -> Outcome:
    for bar in range(request.bars):
        context.progress(bar, request.bars, f"bar {bar + 1} of {request.bars}")
        time.sleep(0.002)
    return Made(score_for(request), {"request": encode_request(request).decode()})


REGISTRY = Registry({**HANDLERS, ComposeRequest: compose}, lambda: ())
