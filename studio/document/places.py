"""Where a project lies: on a drive of this machine, or on one of another machine."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

_NETWORK = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "afs", "ncpfs", "webdav", "davfs", "davfs2"),
        *("ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.glusterfs", "fuse.ceph"),
    }
)


def lies_on_network(path: Path) -> bool:
    """Whether `path` (absolute) is on a network drive, as far as the system tells.

    There a write-ahead log may seem to work and yet lose what another machine wrote, because the memory that goes with
    it is shared by the programs of one machine only (https://www.sqlite.org/wal.html).
    """
    if sys.platform == "win32":
        return _is_remote_on_windows(path)
    kind, longest = "", -1
    for mount in psutil.disk_partitions(all=True):
        if path.is_relative_to(mount.mountpoint) and len(mount.mountpoint) >= longest:
            kind, longest = mount.fstype, len(mount.mountpoint)
    return kind.lower() in _NETWORK


if sys.platform == "win32":
    import ctypes

    _DRIVE_REMOTE = 4

    def _is_remote_on_windows(path: Path) -> bool:
        drive = path.drive
        if drive.startswith("\\\\"):
            return not drive.startswith("\\\\?\\")
        return ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE
