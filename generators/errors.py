"""The errors of Affect Studio, by cause.

Every message says what failed and what to do next, in one sentence an artist can read.

    AffectStudioError
    ├── BadInput                what was opened or asked for cannot be used
    │   ├── BadMidi             a MIDI file that is damaged, empty or too large
    │   ├── BadSound            a sound file that is damaged, empty, too long or none at all
    │   ├── BadArtifact         a result file that is damaged or of an unknown kind
    │   ├── BadRequest          a value outside what the request allows
    │   └── UnknownEmotion      an emotion name that is not in the table
    ├── ModelError              a model cannot be used
    │   ├── ModelMissing        its weights are not on this machine
    │   ├── ModelAltered        its weights are not the ones in the catalog
    │   ├── OutOfMemory         it does not fit in the memory that is free
    │   └── NotReachable        where it is downloaded from does not answer
    ├── OutputError             a result cannot be written
    │   ├── NotWritable         the folder or file refuses writing
    │   └── DiskFull            no space is left
    ├── EngineError             a job ended for a reason of its own
    │   ├── Cancelled           the user cancelled it
    │   ├── WorkerDied          the process that ran it ended
    │   └── JobCrashed          a defect: an exception nobody foresaw
    ├── DocumentError           a project file cannot be used
    │   ├── NotADocument        not a project of Affect Studio
    │   ├── DocumentDamaged     a project, but damaged
    │   ├── DocumentFromFuture  written by a newer version
    │   └── DocumentInUse       open in another window
    └── MissingDependency       a library or system package is not installed
"""

from __future__ import annotations

import errno
from pathlib import Path


class AffectStudioError(Exception):
    """Base of all errors that are meant to be read by a user."""

    @property
    def message(self) -> str:
        """The sentence to show."""
        return str(self)


class BadInput(AffectStudioError):
    """What was opened or asked for cannot be used."""


class BadMidi(BadInput):
    """A MIDI file is damaged, empty or too large."""


class BadSound(BadInput):
    """A sound file is damaged, empty, too long or none at all."""


class BadArtifact(BadInput):
    """A result file is damaged or of an unknown kind."""


class BadRequest(BadInput):
    """A value lies outside what the request allows."""


class UnknownEmotion(BadInput):
    """An emotion name is not in the table."""


class ModelError(AffectStudioError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """The weights of a model are not on this machine."""


class ModelAltered(ModelError):
    """The weights of a model are not the ones the catalog knows."""


class OutOfMemory(ModelError):
    """A model does not fit in the memory that is free."""


class NotReachable(ModelError):
    """Where a model is downloaded from does not answer."""


class OutputError(AffectStudioError):
    """A result cannot be written."""


class NotWritable(OutputError):
    """The folder or file refuses writing."""


class DiskFull(OutputError):
    """No space is left on the disk."""


class EngineError(AffectStudioError):
    """A job ended for a reason of its own."""


class Cancelled(EngineError):
    """The user cancelled the job."""


class WorkerDied(EngineError):
    """The process that ran the job ended."""


class JobCrashed(EngineError):
    """A defect: an exception that nobody foresaw."""


class DocumentError(AffectStudioError):
    """A project file cannot be used."""


class NotADocument(DocumentError):
    """The file is not a project of Affect Studio."""


class DocumentDamaged(DocumentError):
    """The file is a project, but damaged."""


class DocumentFromFuture(DocumentError):
    """The project was written by a newer version."""


class DocumentInUse(DocumentError):
    """The project is open in another window."""


class MissingDependency(AffectStudioError):
    """A library or system package is not installed."""


def _tree(root: type[AffectStudioError]) -> dict[str, type[AffectStudioError]]:
    found = {root.__name__: root}
    for child in root.__subclasses__():
        found.update(_tree(child))
    return found


def error_named(name: str, message: str) -> AffectStudioError:
    """The error of class `name` with `message`; an unknown name gives JobCrashed.

    Errors cross process borders as a pair of class name and message.
    """
    return _tree(AffectStudioError).get(name, JobCrashed)(message)


def output_error(error: OSError, path: Path) -> OutputError:
    """The error to show for an OSError met while writing `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk is full, so {path} was not written: free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NotWritable(f"{path} cannot be written to: choose another folder, or change its permissions.")
    reason = (error.strerror or str(error)).lower()
    return NotWritable(f"{path} was not written ({reason}): choose another place and try again.")
