"""What the program remembers between two starts, and the folders it keeps things in."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs

from generators.errors import output_error
from generators.runtime.unfinished import noted

APP_NAME = "affect-studio"
HOME_VARIABLE = "AFFECT_STUDIO_HOME"
RECENT_COUNT = 12
# A settings file is a few kilobytes; more than this is cut off, and so not understood.
MAX_SETTINGS_BYTES = 1 << 20

LEAST_DELAY_MS, MOST_DELAY_MS = -100.0, 400.0

_FILE = "settings.json"

Theme = Literal["dark", "light", "system"]


class Settings(msgspec.Struct, frozen=True):
    """The user's choices; changed by `msgspec.structs.replace` and written by `save_settings`.

    `face_export` and `compass_export` are options of exports by name, those of one format (or thing) as
    “format.option”.

    `window_geometry` and `window_state` are what Qt gives to restore a window, as base64 text; an empty
    `soundfont` or `sound_device` means the one the program finds by itself; `volume` is a factor 0 to 1; `auto_play`
    lets the first take of a press sound while it is written; `sound_delay_ms` is how much later than the device tells
    its sound is heard; `midi_port` is the name of the port that notes are sent to, "" for sound; `seen_tips` names what
    was explained once; `used_commands` are the keys of what was last chosen in the palette of commands, the newest
    first. From the next start on count `size_percent`, how large everything is drawn, `language`, what the window
    speaks ("" as the system), and `device`, where models work ("" where it is fastest). `previews_mb` is how much small
    pictures may take in a project, `cache_mb` how much may be kept on this machine that can be worked out again.
    """

    theme: Theme = "dark"
    window_geometry: str = ""
    window_state: str = ""
    last_panel: str = "scene"
    last_folder: str = ""
    soundfont: str = ""
    sound_device: str = ""
    sound_delay_ms: Annotated[float, msgspec.Meta(ge=LEAST_DELAY_MS, le=MOST_DELAY_MS)] = 0.0
    size_percent: Annotated[int, msgspec.Meta(ge=90, le=150)] = 100
    language: str = ""
    device: Literal["", "cpu"] = ""
    volume: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.8
    auto_play: bool = True
    metronome: bool = False
    midi_port: str = ""
    takes_per_press: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4
    recent_files: tuple[str, ...] = ()
    seen_tips: tuple[str, ...] = ()
    used_commands: tuple[str, ...] = ()
    previews_mb: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 256
    cache_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 4096
    face_export: dict[str, str] = {}
    compass_export: dict[str, str] = {}

    def with_recent(self, path: Path) -> Settings:
        """These settings with `path` as the newest of the recent files, and its folder as the last one."""
        text = str(path)
        recent = (text, *(other for other in self.recent_files if other != text))[:RECENT_COUNT]
        return msgspec.structs.replace(self, recent_files=recent, last_folder=str(path.parent))


@dataclass(frozen=True)
class Folders:
    """The user's folders of this program; they are made when something is first written to them."""

    config: Path
    state: Path
    cache: Path

    @property
    def recovery(self) -> Path:
        """Where untitled projects live until they are saved."""
        return self.state / "recovery"


def home_folders() -> Folders:
    """The folders of the user, or those below the folder that AFFECT_STUDIO_HOME names."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Folders(root / "config", root / "state", root / "cache")
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_state_path, dirs.user_cache_path)


def load_settings(folder: Path) -> Settings:
    """The settings kept in `folder`, or the defaults where there are none.

    A file that cannot be understood is kept aside under another name; what a newer version added is passed over.
    """
    path = folder / _FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SETTINGS_BYTES)
        return msgspec.json.decode(data, type=Settings)
    except OSError:  # none yet, or not readable: the defaults serve
        return Settings()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        now = dt.datetime.now(dt.UTC)
        with contextlib.suppress(OSError):
            path.replace(folder / f"settings.damaged-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.json")
        return Settings()


def save_settings(settings: Settings, folder: Path) -> None:
    """Write the settings to `folder`: the old file stays until the new one is whole.

    Raises:
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
    """
    path = folder / _FILE
    partial = path.with_name(f".{_FILE}.{secrets.token_hex(4)}.tmp")
    data = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with noted(partial, path), partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise output_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
