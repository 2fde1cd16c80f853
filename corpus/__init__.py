"""Raw interview transcripts in, a versioned, de-identified Parquet corpus out.

    files --ingest--> Transcript --detect--> findings --decide--> decisions
                                                                      |
    pandas, polars, DuckDB <--load-- releases/1.0.0/ <--release-- redact

One word per stage, and the same word as folder, command and chapter of the
manual. Researchers need `load` alone; the types that travel through the stages
are those of `corpus.model`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.model import (
        Decision,
        Draft,
        Finding,
        Redacted,
        RedactedTurn,
        Redaction,
        Span,
        Transcript,
        Turn,
        Withheld,
    )
    from corpus.release.diff import Diff
    from corpus.release.read import Release, Verify

__version__ = "0.1.0"

__all__ = [
    "CorpusError",
    "Decision",
    "Draft",
    "Finding",
    "Redacted",
    "RedactedTurn",
    "Redaction",
    "Span",
    "Transcript",
    "Turn",
    "Withheld",
    "diff",
    "load",
]


def __getattr__(name: str) -> type:
    """Return a type of `corpus.model`, which takes its time: the commit hook can do without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from corpus import model

    found: type = getattr(model, name)
    return found


def __dir__() -> list[str]:
    """Return the public names, those that wait included."""
    return sorted({*globals(), *__all__})


def load(path: str | Path, version: str | None = None, *, verify: Verify = "full") -> Release:
    """Open a release.

    The manifest is compared with its own digest always, and the release with its pin.

    Args:
        path: the folder of one version, such as releases/1.0.0, or that of all releases.
        version: which one it must be: "1.1.0", or "1.1.0@sha256:…" with all of the digest or
            its first 12 digits and more. "latest", as without it, is what releases/LATEST says.
            A line that `corpus pin` prints, with the corpus's name before the version, will do.
        verify: "full" (or True) compares every file with its hash, "quick" compares names and
            sizes and reads none of them, False takes the files as they are.

    Raises:
        ReleaseError: there is no such release, it was taken back, or it is not what it claims.
        MachineError: a file cannot be read.
    """
    from corpus.release.read import load as read

    return read(path, version, verify=verify)


def diff(before: str | Path | Release, after: str | Path | Release) -> Diff:
    """Return what differs between two releases, each loaded already or named by its folder.

    Tables are read only where transcripts differ, and what is read of them is verified.

    Raises:
        ReleaseError: there is no release, or it is not what it claims to be.
        MachineError: a file cannot be read.
    """
    from corpus.release.diff import diff as compare

    sides = (load(s, verify=False) if isinstance(s, (str, Path)) else s for s in (before, after))
    return compare(*sides)
