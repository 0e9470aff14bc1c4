"""A stand-in for the Hugging Face Hub on this machine: one repository at one commit."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "someone/skies"


@dataclass
class Hub:
    """What the stand-in holds; `cut_after` ends an answer early, `lie` changes a file on its way."""

    files: dict[str, bytes]
    endpoint: str = ""
    cut_after: int = 0
    lie: str = ""
    status: int = 0
    ignores_ranges: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def info(self) -> dict[str, Any]:
        siblings = []
        for name, data in self.files.items():
            sibling: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob(data)}
            if name.endswith((".safetensors", ".bin")):
                sibling["lfs"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 1}
            siblings.append(sibling)
        return {"id": REPO, "modelId": REPO, "sha": COMMIT, "siblings": siblings, "cardData": {"license": "mit"}}


def blob(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Hub]:
    """The stand-in, answering while the block runs."""
    hub = Hub(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append((self.path, self.headers.get("Range", "")))
            path = self.path.partition("?")[0]
            if hub.status:
                self._answer(hub.status, b"{}")
            elif path in (f"/api/models/{REPO}", f"/api/models/{REPO}/revision/{COMMIT}"):
                self._answer(200, json.dumps(hub.info()).encode())
            elif path.startswith(f"/{REPO}/resolve/{COMMIT}/"):
                self._file(path.removeprefix(f"/{REPO}/resolve/{COMMIT}/"))
            else:
                error = "RevisionNotFound" if f"{REPO}/revision" in path else "RepoNotFound"
                self._answer(404, b"{}", {"X-Error-Code": error})

        def _file(self, name: str) -> None:
            data = hub.files[name]
            if name == hub.lie:
                data = bytes(len(data))
            begin = 0
            if (asked := self.headers.get("Range")) and not hub.ignores_ranges:
                begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            sent = data[begin:]
            if hub.cut_after and len(sent) > hub.cut_after:
                self.send_response(206 if begin else 200)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent[: hub.cut_after])
                self.close_connection = True
                return
            self._answer(206 if begin else 200, sent)

        def _answer(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
