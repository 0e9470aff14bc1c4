"""What the operating system has to bring on Linux: Python's venv module, the libraries that Qt loads, and one font.

Missing is what cannot be loaded, whatever a package database says. On Debian and Ubuntu root gets them installed,
anybody else is told the one command; on other systems the names are printed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from terminal import INDENT, SetupError, Stopwatch, run_watched, say, show_passing


@dataclass(frozen=True)
class Library:
    """A shared library and the Debian package that brings it."""

    soname: str
    package: str


OFFSCREEN = (
    Library("libGL.so.1", "libgl1"),
    Library("libEGL.so.1", "libegl1"),
    Library("libglib-2.0.so.0", "libglib2.0-0"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libpulse.so.0", "libpulse0"),  # QtMultimedia cannot even be imported without it
    Library("libXrandr.so.2", "libxrandr2"),  # nor can it load its own backend without this
)
# When one of these is missing Qt says that libxcb-cursor0 is, whichever it was. The other xcb libraries that Qt asks
# for come with them.
X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0"),
    Library("libwayland-egl.so.1", "libwayland-egl1"),
)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
# Inter is what the window was drawn for; DejaVu is everywhere.
FONT_PACKAGES = ("fonts-inter", "fonts-dejavu-core")
_LISTS = Path("/var/lib/apt/lists")
_LISTS_OLD_AFTER_S = 14 * 24 * 3600


def has_display(environment: Mapping[str, str], system: str = sys.platform) -> bool:
    """Whether a window can be opened: always on Windows and macOS, on Linux when a display server is named."""
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal"}:
        return False
    return not system.startswith("linux") or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def needed_libraries(window: bool, environment: Mapping[str, str]) -> tuple[Library, ...]:
    """What Qt loads: always the offscreen set, for a window also that of each display server that is named."""
    x11 = X11 if window and environment.get("DISPLAY") else ()
    wayland = WAYLAND if window and environment.get("WAYLAND_DISPLAY") else ()
    return (*OFFSCREEN, *x11, *wayland)


def can_load(soname: str) -> bool:
    """Whether the dynamic linker finds the library and all that it needs."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def find_missing(libraries: Iterable[Library], load: Callable[[str], bool] = can_load) -> list[Library]:
    """The libraries that cannot be loaded."""
    return [library for library in libraries if not load(library.soname)]


def has_font(folders: Iterable[str] = FONT_FOLDERS) -> bool:
    """Whether there is any outline font; without one Qt draws no text."""
    return any(
        path.suffix.lower() in {".ttf", ".otf", ".ttc"}
        for folder in folders
        for path in Path(folder).expanduser().rglob("*")
    )


def is_debian(os_release: Path = Path("/etc/os-release")) -> bool:
    """Whether this is Debian, Ubuntu or one of their kin, with apt-get at hand."""
    if not os_release.is_file() or shutil.which("apt-get") is None:
        return False
    facts = dict(
        line.partition("=")[::2] for line in os_release.read_text(encoding="utf-8", errors="replace").splitlines()
    )
    names = f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "").split()
    return "debian" in names or "ubuntu" in names


def is_root() -> bool:
    """Whether packages can be installed without asking anybody."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_make_venv() -> bool:
    """Whether this Python has its venv module whole; Debian packs it separately."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def ensure_system(libraries: Iterable[Library], font: bool, venv: bool) -> None:
    """Sees to it that the system brings these libraries, a font and Python's venv module, all missing ones at once.

    Raises:
        SetupError: something is missing that could not be installed; the message names the command.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = find_missing(libraries)
    font_missing = font and not has_font()
    venv_missing = venv and not can_make_venv()
    names = [library.soname for library in missing]
    names += ["a font"] if font_missing else []
    names += ["Python's venv module"] if venv_missing else []
    if not names:
        return
    packages = [library.package for library in missing]
    packages += [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"] if venv_missing else []
    if not is_debian():
        known_as = " ".join([*packages, *([FONT_PACKAGES[0]] if font_missing else [])])
        raise SetupError(
            f"This system lacks {', '.join(names)}. Install the packages that bring them with its package manager "
            f"(Debian calls them {known_as}), then run this again."
        )
    say(f"This system lacks {', '.join(names)}.")
    install_packages(packages, with_font=font_missing)
    importlib.invalidate_caches()
    still = [library.package for library in find_missing(missing)]
    if still:
        raise SetupError(
            f"apt-get installed {' '.join(still)}, but Qt's libraries still cannot be loaded; see ldconfig."
        )


def install_packages(packages: list[str], with_font: bool = False) -> None:
    """Installs Debian packages as root, else names the command.

    Raises:
        SetupError: not root, or apt-get failed.
    """
    root = is_root()
    if root:
        _refresh_lists()
    wanted = list(packages)
    if with_font:
        wanted.append(next((name for name in FONT_PACKAGES if _is_known(name)), FONT_PACKAGES[-1]))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    if not root:
        raise SetupError(
            f"They have to be installed once:\n\n    sudo {' '.join(command)}\n\nThen run this again. "
            "(Should apt-get know no such package: sudo apt-get update.)"
        )
    watch = Stopwatch()
    say(f"{INDENT}{' '.join(command)}")
    status, lines = _apt(command)
    if status != 0 and any("Unable to locate" in line or "404" in line for line in lines):
        _apt(["apt-get", "update"])
        status, lines = _apt(command)
    if status != 0:
        tail = "\n".join(INDENT + line for line in lines[-8:])
        raise SetupError(f"apt-get could not install the system libraries:\n{tail}\nMend that, then run this again.")
    say(f"{INDENT}installed in {watch}")


def _refresh_lists() -> None:
    """Fetches apt's lists when there are none or when they are old: their packages may be gone from the mirror."""
    times = [path.stat().st_mtime for path in _LISTS.glob("*_Packages*")]
    if not times or time.time() - max(times) > _LISTS_OLD_AFTER_S:
        say(f"{INDENT}apt-get update")
        _apt(["apt-get", "update"])


def _is_known(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0


def _apt(command: list[str]) -> tuple[int, list[str]]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return run_watched(
        [command[0], "-o", "DPkg::Lock::Timeout=120", *command[1:]],
        lambda line: show_passing(INDENT + line),
        environment,
    )
