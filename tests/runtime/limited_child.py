"""What a limited process tries in test_limited.py: `python -m limited_child WHAT PATH LIMITS`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from generators.errors import BadInput
from generators.runtime.limited import Child


def append(path: str) -> None:
    with Path(path).open("ab") as file:
        file.write(b"more")


def main(what: str, path: str, limits: str) -> None:
    child = Child(limits)
    child.close_in()
    child.progress(1, 2, "working")
    if what == "copy":
        child.result.write(child.source.read())
        sys.stdout.write("this goes to standard error\n")
        sys.stdout.flush()
    elif what == "refuse":
        child.refuse(BadInput("It is not as it should be: mend it."))
    elif what == "sleep":
        time.sleep(60)
    elif what == "turn":
        while True:
            pass
    elif what == "swell":
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20)))
    elif what == "fill":
        child.result.write(bytes(32 << 20))
    elif what == "die":
        os._exit(7)
    else:
        tries = {
            "write": lambda: Path(path).write_text("here"),
            "append": lambda: append(path),
            "low": lambda: os.open(path, os.O_RDWR | os.O_CREAT),
            "remove": lambda: Path(path).unlink(),
            "run": lambda: subprocess.run([sys.executable, "-c", "pass"], check=False),
            "shell": lambda: os.system("true"),
            "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
        }
        try:
            tries[what]()
        except PermissionError as error:
            child.result.write(str(error).encode())
        else:
            child.result.write(b"it was done")
    child.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
