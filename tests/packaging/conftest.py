"""The bootstrap's modules are no package (a folder `packaging` with an __init__ would shadow the library)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
