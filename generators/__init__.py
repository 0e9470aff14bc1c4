"""Everything that makes something: rooms, runtime, engine. No Qt; torch only where it is needed."""

import os

# numpy's products here are small: further threads only wait for each other, and take the processor from the window
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
